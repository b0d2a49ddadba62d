//! A command to an agency, a model, a member of staff or a policy as a page: the form follows from the schema of its body, and what
//! is typed goes to the API's own handler.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use events::area::directory::directory;
use uuid::Uuid;

use super::Thing;
use super::policy::provinces;
use crate::access::{Relation, may};
use crate::rules::field::FieldError;
use crate::web::Web;
use crate::web::commands::operations;
use crate::web::language::Language;
use crate::web::operation::{Operation, Schemas};
use crate::web::pages::act::{is_of_the_form, listed};
use crate::web::pages::form::asked::{Asked, Part, parts_of};
use crate::web::pages::form::choices::Choices;
use crate::web::pages::form::field::Maker;
use crate::web::pages::form::{Field, collect};
use crate::web::pages::inward::given;
use crate::web::pages::layout::Shell;
use crate::web::pages::links::link;
use crate::web::pages::locale::say;
use crate::web::pages::reader::Reader;
use crate::web::pages::sent::{COMMAND, Fields, OwnForm};
use crate::web::pages::words::{Html, area, with_status};
use crate::web::problem::Problem;
use crate::web::refused::of_denied;
use crate::web::request::{POSITION, fresh_id};

/// The form.
#[derive(Debug, Template)]
#[template(path = "office_act.html")]
pub struct ActPage {
    shell: Shell,
    action: String,
    back: (String, String),
    command: String,
    fields: Vec<Field>,
    refused: Option<String>,
    errors: Vec<(String, String)>,
}

/// The command of the API that an address names; `id`: whether it is one to something that is there.
fn operation(thing: Thing, name: &str, id: bool) -> Option<Operation> {
    let word = format!("{}_", name.replace('-', "_"));
    operations().into_iter().find(|it| {
        it.tag == thing.as_str()
            && Thing::takes(&it.id)
            && it.path.contains("{id}") == id
            && it.id.starts_with(&word)
            && !it.id.trim_start_matches(&word).contains('_')
    })
}

/// What a command asks for; ids of what is new are the command's to give.
pub fn parts(thing: Thing, name: &str) -> Vec<Part> {
    static KNOWN: OnceLock<BTreeMap<(&'static str, String), Vec<Part>>> = OnceLock::new();
    let all = KNOWN.get_or_init(|| {
        let read = |it: Operation| {
            let thing = Thing::named(it.tag)?;
            let mut schemas = Schemas::default();
            let schema = it.body.as_ref()?.0.refer(&mut schemas);
            let name = it.id.rsplit_once('_')?.0.replace('_', "-");
            let mut parts = parts_of(&schema, &schemas.0);
            narrowed(&mut parts);
            Some(((thing.as_str(), name), parts))
        };
        operations().into_iter().filter_map(read).collect()
    });
    all.get(&(thing.as_str(), name.to_owned())).cloned().unwrap_or_default()
}

/// Without what nobody types: the id of something new, and local organisations, which areas stand for.
fn narrowed(parts: &mut Vec<Part>) {
    parts.retain(|it| !["id", "laos"].contains(&it.name.as_str()));
    for part in parts {
        // Two digits are chosen by the province's name.
        if part.name == "province" {
            part.asked = Asked::Id("province".to_owned());
        }
        if let Asked::Parts(inner) | Asked::Rows(inner) = &mut part.asked {
            narrowed(inner);
        }
    }
}

struct Shown<'a> {
    thing: Thing,
    id: &'a str,
    name: &'a str,
}

async fn page_of(
    web: &Web,
    reader: &Reader,
    shown: &Shown<'_>,
    fields: &Fields,
    problem: Option<Problem>,
    command: Uuid,
) -> Result<ActPage, Problem> {
    let language = reader.language;
    let Shown { thing, id, name } = shown;
    let choices = Choices::anywhere(web, &reader.caller, language).await?.with_areas(wide(reader));
    let choices = choices.with_provinces(provinces(reader));
    let parts = parts(*thing, name);
    let errors: &[FieldError] = problem.as_ref().map_or(&[], |problem| &problem.errors);
    let made = Maker { language, choices: &choices, fields, errors, spare: 2 }.all(&parts, "", "");
    let place = if id.is_empty() { String::new() } else { format!("/{id}") };
    Ok(ActPage {
        shell: Shell::of(reader, super::lists::path(*thing), say(language, &format!("do.{name}"))),
        action: format!("/{}{place}/do/{name}", thing.as_str()),
        back: (super::lists::path(*thing).to_owned(), say(language, &format!("place.{}", thing.as_str()))),
        command: command.to_string(),
        refused: problem.as_ref().filter(|it| it.errors.is_empty()).map(|it| language.of(&it.detail).to_owned()),
        errors: listed(errors, &made, language),
        fields: made,
    })
}

/// The provinces and districts of a reader: agencies and models work in whole districts.
fn wide(reader: &Reader) -> Vec<(String, String)> {
    let areas = &reader.caller.scope.areas;
    let within =
        areas.iter().flat_map(|code| std::iter::once(*code).chain(directory().within(*code).map(|it| it.code)));
    let mut codes: Vec<_> = within.filter(|it| it.tambon().is_none()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(|it| (it.to_string(), area(reader.language, it))).collect()
}

fn known<'a>(reader: &Reader, thing: &str, id: &'a str, name: &'a str) -> Result<(Operation, Shown<'a>), Problem> {
    let thing = Thing::named(thing).ok_or_else(Problem::nothing_there)?;
    may(reader.caller.role, thing.action(), Relation::InScope).map_err(of_denied)?;
    let operation = operation(thing, name, !id.is_empty()).ok_or_else(Problem::nothing_there)?;
    Ok((operation, Shown { thing, id, name }))
}

async fn opened(
    web: Web,
    reader: Reader,
    thing: &str,
    id: &str,
    name: &str,
    given: Vec<(String, String)>,
) -> Result<Html<ActPage>, Problem> {
    let (_, shown) = known(&reader, thing, id, name)?;
    let mut fields = Fields::default();
    for (field, value) in given.into_iter().filter(|(_, value)| value.len() <= 100) {
        fields.put(&field, value);
    }
    page_of(&web, &reader, &shown, &fields, None, fresh_id()).await.map(Html)
}

/// What the address gives.
type Given = axum::extract::Query<Vec<(String, String)>>;

/// `GET /agencies/do/register` and the like.
pub async fn new_page(
    State(web): State<Web>,
    reader: Reader,
    Path((thing, name)): Path<(String, String)>,
    given: Given,
) -> Result<Html<ActPage>, Problem> {
    opened(web, reader, &thing, "", &name, given.0).await
}

/// `GET /agencies/{id}/do/offer-service` and the like.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path((thing, id, name)): Path<(String, String, String)>,
    given: Given,
) -> Result<Html<ActPage>, Problem> {
    opened(web, reader, &thing, &id, &name, given.0).await
}

/// `POST /agencies/do/register` and the like.
pub async fn make(
    State(web): State<Web>,
    Path((thing, name)): Path<(String, String)>,
    headers: HeaderMap,
    form: OwnForm,
) -> Result<Response, Problem> {
    give(web, (&thing, "", &name), headers, form).await
}

/// `POST /agencies/{id}/do/offer-service` and the like.
pub async fn change(
    State(web): State<Web>,
    Path((thing, id, name)): Path<(String, String, String)>,
    headers: HeaderMap,
    form: OwnForm,
) -> Result<Response, Problem> {
    give(web, (&thing, &id, &name), headers, form).await
}

async fn give(
    web: Web,
    (thing, id, name): (&str, &str, &str),
    headers: HeaderMap,
    form: OwnForm,
) -> Result<Response, Problem> {
    let OwnForm { reader, fields } = form;
    let (operation, shown) = known(&reader, thing, id, name)?;
    let body = collect::body(&parts(shown.thing, name), &fields);
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    match given(&web, operation, id, &headers, command, &body).await {
        Ok(said) => {
            let position = said.get(POSITION).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
            let pairs = [("done", name.to_owned()), ("after_position", position)];
            Ok(Redirect::to(&link(super::lists::path(shown.thing), &pairs)).into_response())
        }
        Err(problem) if is_of_the_form(&problem) => {
            let status = problem.kind.status();
            Ok(with_status(status, Html(page_of(&web, &reader, &shown, &fields, Some(problem), command).await?)))
        }
        Err(problem) => Err(problem),
    }
}

/// What is said when something was done.
pub fn done(language: Language, command: &str) -> Option<String> {
    let known = operations().into_iter().any(|it| {
        Thing::named(it.tag).is_some()
            && Thing::takes(&it.id)
            && it.id.starts_with(&format!("{}_", command.replace('-', "_")))
    });
    known.then(|| super::super::locale::fill(language, "office.done", &[&say(language, &format!("do.{command}"))]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::web::pages::locale::known;

    fn every<'a>(parts: &'a [Part], see: &mut dyn FnMut(&'a Part)) {
        for part in parts {
            see(part);
            if let Asked::Parts(inner) | Asked::Rows(inner) = &part.asked {
                every(inner, see);
            }
        }
    }

    #[test]
    fn every_command_to_agencies_models_and_staff_has_a_form_whose_words_are_written() {
        let (mut missing, mut forms) = (BTreeSet::new(), 0);
        for it in operations().into_iter().filter(|it| Thing::named(it.tag).is_some() && Thing::takes(&it.id)) {
            let name = it.id.rsplit_once('_').unwrap().0.replace('_', "-");
            let thing = Thing::named(it.tag).unwrap();
            assert!(operation(thing, &name, it.path.contains("{id}")).is_some_and(|found| found.id == it.id), "{name}");
            let mut want = |key: String| {
                if [Language::Thai, Language::English].iter().any(|language| known(*language, &key).is_none()) {
                    missing.insert(key);
                }
            };
            want(format!("do.{name}"));
            let parts = parts(thing, &name);
            every(&parts, &mut |part| {
                want(format!("field.{}", part.name));
                if let Asked::One(of, codes) | Asked::Many(of, codes) = &part.asked {
                    for code in codes {
                        want(format!("value.{of}.{code}"));
                    }
                }
            });
            forms += 1;
        }
        assert_eq!(missing, BTreeSet::new());
        assert!(forms > 20, "{forms}");
    }
}
