//! A new version of a policy: a form that begins with the version in force, which stands beside it.

mod typed;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Duration;
use events::facts::policy::PolicyKind;
use serde_json::{Value, json};
use uuid::Uuid;

use typed::{as_typed, from_typed, in_rows, of_fields, to_typed};

use crate::access::Action;
use crate::rules::field::FieldError;
use crate::web::Web;
use crate::web::commands::operations;
use crate::web::language::Language;
use crate::web::operation::{Operation, Schemas};
use crate::web::pages::act::{is_of_the_form, listed};
use crate::web::pages::days;
use crate::web::pages::form::asked::{Asked, Part, parts_of};
use crate::web::pages::form::choices::Choices;
use crate::web::pages::form::field::{Maker, put_day};
use crate::web::pages::form::{Field, filled};
use crate::web::pages::inward::given;
use crate::web::pages::layout::Shell;
use crate::web::pages::links::link;
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::reader::Reader;
use crate::web::pages::sent::{COMMAND, Fields, OwnForm};
use crate::web::pages::words::{Html, area, with_status};
use crate::web::problem::Problem;
use crate::web::reads::allowed;
use crate::web::refused::of_read;
use crate::web::request::{POSITION, fresh_id};

/// The command of the API.
pub(super) const PUBLISH: &str = "publish_policy";
/// Empty rows below those of the version in force.
const SPARE: usize = 3;

/// The form.
#[derive(Debug, Template)]
#[template(path = "policy.html")]
pub struct PolicyPage {
    shell: Shell,
    action: String,
    command: String,
    fields: Vec<Field>,
    refused: Option<String>,
    errors: Vec<(String, String)>,
    /// The version in force: how it is called, and what it says.
    now: Option<(String, Vec<(String, String)>)>,
}

/// The kinds that have a form. The points of a questionnaire come with it and are published by a program.
pub fn has_form(kind: PolicyKind) -> bool {
    kind != PolicyKind::Scoring
}

fn kind_of(text: &str) -> Result<PolicyKind, Problem> {
    let found = PolicyKind::ALL.into_iter().find(|it| it.as_str() == text && has_form(*it));
    found.ok_or_else(Problem::nothing_there)
}

fn operation() -> Option<Operation> {
    operations().into_iter().find(|it| it.id == PUBLISH)
}

/// What a version of each kind asks for, from the schema of the command.
fn parts(kind: PolicyKind) -> Vec<Part> {
    static ALL: OnceLock<BTreeMap<String, Vec<Part>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut schemas = Schemas::default();
        let shape = operation().and_then(|it| it.body.map(|(shape, _)| shape.refer(&mut schemas)));
        let whole = shape.map(|it| parts_of(&it, &schemas.0)).unwrap_or_default();
        let body = whole.iter().find(|it| it.name == "body").map(|it| it.asked.clone());
        let Some(Asked::Variants(_, _, kinds)) = body else { return BTreeMap::new() };
        let of = |(kind, mut own): (String, Vec<Part>)| {
            own.iter_mut().for_each(as_typed);
            let part = |name: &str, asked| Part { name: name.to_owned(), required: true, asked };
            let head = [part("province", Asked::Id("province".to_owned())), part("effective_on", Asked::Day)];
            let parts = head.into_iter().chain([part("body", Asked::Parts(own))]).collect();
            (kind, parts)
        };
        kinds.into_iter().map(of).collect()
    });
    all.get(kind.as_str()).cloned().unwrap_or_default()
}

/// What a field is called.
fn labelled(part: &Part, language: Language) -> String {
    say(language, &format!("field.{}", part.name))
}

/// What a version says, field by field.
fn told(parts: &[Part], body: &Value, language: Language) -> Vec<(String, String)> {
    let one = |part: &Part| {
        let value = body.get(&part.name).filter(|it| !it.is_null())?;
        let says = match &part.asked {
            Asked::One(of, _) => code(language, of, value.as_str().unwrap_or_default()),
            Asked::Rows(inner) => {
                // What is counted is said with its name: two numbers beside each other say nothing.
                let counts = inner.iter().filter(|it| it.asked == Asked::Number);
                let counts: Vec<String> = counts.map(|it| labelled(it, language)).collect();
                let cell = |(label, says): (String, String)| {
                    if counts.contains(&label) { format!("{label} {says}") } else { says }
                };
                let row =
                    |row: &Value| told(inner, row, language).into_iter().map(cell).collect::<Vec<_>>().join(" · ");
                value.as_array().into_iter().flatten().map(row).collect::<Vec<_>>().join("\n")
            }
            Asked::Variants(tag, of, list) => {
                let chosen = value.get(tag).and_then(Value::as_str).unwrap_or_default();
                let inner = list.iter().find(|(code, _)| code == chosen).map(|it| told(&it.1, value, language));
                let inner = inner.into_iter().flatten().map(|it| it.1);
                std::iter::once(code(language, of, chosen)).chain(inner).collect::<Vec<_>>().join(" · ")
            }
            Asked::Parts(inner) => {
                told(inner, value, language).into_iter().map(|it| it.1).collect::<Vec<_>>().join(" · ")
            }
            Asked::Day => {
                value.as_str().and_then(|it| it.parse().ok()).map_or_else(String::new, |it| days::day(language, it))
            }
            Asked::YesNo => say(language, if value == &json!(true) { "form.yes" } else { "form.no" }),
            Asked::Line
            | Asked::Words
            | Asked::Number
            | Asked::Money
            | Asked::Birth
            | Asked::Many(..)
            | Asked::Id(_)
            | Asked::Ids(_)
            | Asked::Answers => value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
        };
        Some((labelled(part, language), says))
    };
    parts.iter().filter_map(one).collect()
}

/// The provinces of a reader.
pub(super) fn provinces(reader: &Reader) -> Vec<(String, String)> {
    let mut codes: Vec<_> = reader.caller.scope.areas.iter().map(|it| it.province()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(|it| (it.to_string(), area(reader.language, it))).collect()
}

/// What a form is shown with.
struct Again {
    fields: Option<Fields>,
    province: String,
    problem: Option<Problem>,
    command: Uuid,
}

async fn page_of(web: &Web, reader: &Reader, kind: PolicyKind, again: Again) -> Result<PolicyPage, Problem> {
    let language = reader.language;
    let Again { fields, province, mut problem, command } = again;
    let provinces = provinces(reader);
    let province = provinces.iter().find(|it| it.0 == province).or(provinces.first()).map(|it| it.0.clone());
    let province = province.unwrap_or_default();
    let today = web.0.desk.today();
    let book = web.0.desk.policy_book(&province, today).await.map_err(of_read)?;
    let published = book.in_force(kind, &province, today).cloned();
    let parts = parts(kind);
    let own = parts.iter().find(|it| it.name == "body").map(|it| it.asked.clone());
    let own = if let Some(Asked::Parts(own)) = own { own } else { Vec::new() };
    let body = published.as_ref().map(|it| to_typed(&it.body)).unwrap_or_default();
    let published_body = published.as_ref().and_then(|it| serde_json::to_value(&it.body).ok());
    let fields = fields.unwrap_or_else(|| {
        let mut fields = filled::fields(&parts, &json!({"body": body}), language);
        fields.put("province", province);
        put_day(&mut fields, "effective_on", today + Duration::days(1), language);
        fields
    });
    if let Some(problem) = &mut problem {
        let sound = published_body.unwrap_or_default();
        let said = from_typed(kind, &fields);
        of_fields(problem, &sound, said.get("body").unwrap_or(&Value::Null));
        in_rows(&mut problem.errors, kind, &fields);
    }
    let errors: &[FieldError] = problem.as_ref().map_or(&[], |problem| &problem.errors);
    let choices = Choices::anywhere(web, &reader.caller, language).await?.with_provinces(provinces);
    let made = Maker { language, choices: &choices, fields: &fields, errors, spare: SPARE }.all(&parts, "", "");
    let name = code(language, "PolicyKind", kind.as_str());
    let now = published.map(|it| {
        let version = it.policy.version.to_string();
        let since = days::day(language, it.effective_on);
        (fill(language, "policy.now", &[&version, &since]), told(&own, &body, language))
    });
    Ok(PolicyPage {
        shell: Shell::of(reader, "/policies", fill(language, "policy.title", &[&name])),
        action: format!("/policies/{}/publish", kind.as_str()),
        command: command.to_string(),
        refused: problem.as_ref().filter(|it| it.errors.is_empty()).map(|it| language.of(&it.detail).to_owned()),
        errors: listed(errors, &made, language),
        fields: made,
        now,
    })
}

/// `GET /policies/{kind}/publish?province=`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path(kind): Path<String>,
    mut params: crate::web::query::Params,
) -> Result<Html<PolicyPage>, Problem> {
    allowed(&reader.caller, Action::ManagePolicies)?;
    let kind = kind_of(&kind)?;
    let province = params.text("province").unwrap_or_default();
    params.finish()?;
    let again = Again { fields: None, province, problem: None, command: fresh_id() };
    page_of(&web, &reader, kind, again).await.map(Html)
}

/// `POST /policies/{kind}/publish`
pub async fn publish(
    State(web): State<Web>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    OwnForm { reader, fields }: OwnForm,
) -> Result<Response, Problem> {
    allowed(&reader.caller, Action::ManagePolicies)?;
    let kind = kind_of(&kind)?;
    let operation = operation().ok_or_else(Problem::nothing_there)?;
    let body = from_typed(kind, &fields);
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    match given(&web, operation, "", &headers, command, &body).await {
        Ok(said) => {
            let position = said.get(POSITION).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
            let pairs = [("done", "publish".to_owned()), ("after_position", position)];
            Ok(Redirect::to(&link("/policies", &pairs)).into_response())
        }
        Err(problem) if is_of_the_form(&problem) => {
            let status = problem.kind.status();
            let province = fields.one("province").to_owned();
            let again = Again { fields: Some(fields), province, problem: Some(problem), command };
            Ok(with_status(status, Html(page_of(&web, &reader, kind, again).await?)))
        }
        Err(problem) => Err(problem),
    }
}

/// What is said when a version was published.
pub fn published(language: Language, said: &str) -> Option<String> {
    (said == "publish").then(|| say(language, "policy.done"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::locale::known;

    #[test]
    fn every_word_of_every_policy_is_written() {
        fn every(parts: &[Part], want: &mut dyn FnMut(String)) {
            for part in parts {
                want(format!("field.{}", part.name));
                match &part.asked {
                    Asked::Parts(inner) | Asked::Rows(inner) => every(inner, want),
                    Asked::One(of, codes) => codes.iter().for_each(|it| want(format!("value.{of}.{it}"))),
                    Asked::Variants(_, of, list) => {
                        for (code, inner) in list {
                            want(format!("value.{of}.{code}"));
                            every(inner, want);
                        }
                    }
                    Asked::Line
                    | Asked::Words
                    | Asked::Number
                    | Asked::Money
                    | Asked::Day
                    | Asked::Birth
                    | Asked::YesNo
                    | Asked::Many(..)
                    | Asked::Id(_)
                    | Asked::Ids(_)
                    | Asked::Answers => {}
                }
            }
        }
        let mut missing = std::collections::BTreeSet::new();
        for kind in PolicyKind::ALL.into_iter().filter(|it| has_form(*it)) {
            every(&parts(kind), &mut |key| {
                if [Language::Thai, Language::English].iter().any(|it| known(*it, &key).is_none()) {
                    missing.insert(key);
                }
            });
        }
        assert_eq!(missing, std::collections::BTreeSet::new());
    }
}
