//! One command to one household as a page: a form, or why it can't be done now. A form that is refused is shown again
//! with what was typed and the reason beside the field.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use events::id::CommandId;
use uuid::Uuid;

use super::form::asked::{self, Asked, Part};
use super::form::choices::Choices;
use super::form::field::{Maker, element, put_day, words_of};
use super::form::{Field, answers, collect};
use super::layout::Shell;
use super::locale::{fill, say};
use super::reader::Reader;
use super::sent::{COMMAND, Fields, OwnForm, SEEN};
use super::words::{Html, with_status};
use super::{case, days};
use crate::access::Role;
use crate::case_view::{CaseView, TimelineEntry};
use crate::rules::field::FieldError;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::body::Json;
use crate::web::commands::to_one;
use crate::web::kind::Kind;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::case::{Case, read_case};
use crate::web::request::{CommandHeaders, fresh_id};

/// The page of one command.
#[derive(Debug, Template)]
#[template(path = "act.html")]
pub struct ActPage {
    shell: Shell,
    /// Where the form goes to.
    action: String,
    /// Where the household is.
    back: (String, String),
    /// Which household, in a line.
    about: String,
    command: String,
    seen: String,
    fields: Vec<Field>,
    /// Why it can't be done now, before anything is typed.
    closed: Option<String>,
    /// What was refused as a whole.
    refused: Option<String>,
    /// What was refused in fields: words and the element.
    errors: Vec<(String, String)>,
    /// What others did meanwhile.
    meanwhile: Vec<String>,
    submit: String,
    /// It is filled in far from an office: a device keeps it until it is sent.
    long: bool,
    /// It takes a picture with it.
    picture: bool,
    /// Why the picture was not taken.
    wrong_picture: Option<String>,
}

/// The commands whose forms people fill in far from an office, and for long.
const LONG: [Name; 3] = [Name::VisitHome, Name::FollowUpVisit, Name::Assess];

/// What a form is shown with besides its command.
#[derive(Debug, Default)]
pub struct Shown {
    /// What was typed, or stands there from the start.
    pub fields: Fields,
    /// What was refused.
    pub problem: Option<Problem>,
    /// The command's id; a form that is sent twice is the same command.
    pub command: Option<Uuid>,
    /// What was seen when the form was opened.
    pub seen: Option<u64>,
}

fn named(text: &str) -> Result<Name, Problem> {
    let known = Name::ALL.into_iter().find(|it| it.as_str() == text && *it != Name::Identify);
    known.ok_or_else(Problem::nothing_there)
}

/// What stands in a form from the start: today, and what there is only one of.
pub fn from_start(parts: &[Part], fields: &mut Fields, choices: &Choices, reader: &Reader, today: chrono::NaiveDate) {
    for part in parts {
        if part.name == "happened_on" {
            put_day(fields, &part.name, today, reader.language);
        } else if let Asked::Id(of) = &part.asked
            && (part.required || is_hers(part, reader))
            && fields.one(&part.name).is_empty()
            && let Some([only]) = choices.of(of)
        {
            fields.put(&part.name, only.value.clone());
        }
    }
}

/// An officer does nothing but for a referral of her agency.
fn is_hers(part: &Part, reader: &Reader) -> bool {
    part.name == "referral" && reader.caller.role == Role::AgencyOfficer
}

/// `GET /cases/{id}/do/{command}`; the query may fill in what the form is about, such as `?referral=`.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path((id, command)): Path<(String, String)>,
    axum::extract::Query(given): axum::extract::Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Html<ActPage>, Problem> {
    let name = named(&command)?;
    let case = read_case(&web, reader.caller.clone(), &id, &headers, Params::default()).await?;
    let choices =
        Choices::anywhere(&web, &reader.caller, reader.language).await?.within(&case.view, name, reader.language);
    let parts = asked::of(name);
    let mut shown = Shown::default();
    for (field, value) in given {
        if parts.iter().any(|part| part.name == field) && value.len() <= 100 {
            shown.fields.put(&field, value);
        }
    }
    from_start(parts, &mut shown.fields, &choices, &reader, web.0.desk.today());
    Ok(Html(page_of(&reader, name, &case, &choices, shown)))
}

pub fn page_of(reader: &Reader, name: Name, case: &Case, choices: &Choices, shown: Shown) -> ActPage {
    let language = reader.language;
    let Shown { mut fields, problem, command, seen } = shown;
    let parts = asked::of(name);
    if parts.iter().any(|part| part.asked == Asked::Answers)
        && let Some(instrument) = answers::chosen(&fields)
    {
        fields.put("instrument", instrument.id.clone());
    }
    let errors: &[FieldError] = problem.as_ref().map_or(&[], |problem| &problem.errors);
    let maker = Maker { language, choices, fields: &fields, errors, spare: 2 };
    let made = maker.all(parts, "", "");
    let title = say(language, &format!("do.{}", name.as_str()));
    let action = case.view.actions.iter().find(|it| it.command == name.as_str());
    let because = action.and_then(|action| action.because.as_ref());
    let closed = because.map(|it| if language == Language::Thai { it.th.clone() } else { it.en.clone() });
    let sequence = case.view.sequence;
    let picture = name == Name::AttachDocument;
    let wrong_picture = problem.as_ref().filter(|_| picture).and_then(|it| of_picture(it, language));
    let meanwhile = match (&problem, seen) {
        (Some(problem), Some(seen)) if problem.kind == Kind::Stale => meanwhile(case, seen, language),
        _ => Vec::new(),
    };
    ActPage {
        shell: Shell::of(reader, "/cases", title.clone()),
        action: if picture {
            format!("/cases/{}/documents", case.view.id)
        } else {
            format!("/cases/{}/do/{}", case.view.id, name.as_str())
        },
        back: (format!("/cases/{}", case.view.id), case::title(&case.view, language)),
        about: case::about(&case.view, language),
        command: command.unwrap_or_else(fresh_id).to_string(),
        seen: sequence.to_string(),
        closed: closed.filter(|_| problem.is_none()),
        refused: problem
            .as_ref()
            .filter(|it| it.errors.is_empty() && wrong_picture.is_none())
            .map(|it| told(it, language)),
        errors: listed(errors, &made, language),
        fields: made,
        meanwhile,
        submit: title,
        long: LONG.contains(&name),
        picture,
        wrong_picture,
    }
}

/// What was refused in the picture that came with a form.
fn of_picture(problem: &Problem, language: Language) -> Option<String> {
    let missing = problem.errors.iter().find(|it| it.pointer == "/file").map(|it| &it.text);
    let whole = problem.errors.is_empty() && is_of_the_file(problem);
    missing.or(whole.then_some(&problem.detail)).map(|text| language.of(text).to_owned())
}

/// Whether a file was refused in a way that its sender can mend, or try again, in the form.
pub fn is_of_the_file(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::File | Kind::TooLarge | Kind::TooMany | Kind::TooSlow | Kind::MediaType)
}

/// What was refused, in words of a page.
fn told(problem: &Problem, language: Language) -> String {
    if problem.kind == Kind::Stale { say(language, "act.stale") } else { language.of(&problem.detail).to_owned() }
}

/// The errors at the top of a form, each leading to its field.
pub fn listed(errors: &[FieldError], fields: &[Field], language: Language) -> Vec<(String, String)> {
    let one = |error: &FieldError| {
        let at =
            fields.iter().find(|it| it.says(&error.pointer) || error.pointer.starts_with(&format!("/{}", it.name)));
        let text = words_of(error, language);
        match at {
            Some(field) => (format!("{}: {text}", field.label), element(&field.name)),
            None if error.pointer == "/file" => (text, "file".to_owned()),
            None => (text, String::new()),
        }
    };
    errors.iter().map(one).collect()
}

/// What others recorded since this form was opened.
fn meanwhile(case: &Case, seen: u64, language: Language) -> Vec<String> {
    let one = |entry: TimelineEntry| {
        let says = if language == Language::Thai { entry.says_th } else { entry.says_en };
        format!("{says} – {}", days::moment(language, entry.recorded_at))
    };
    case.reading.timeline().into_iter().filter(|entry| entry.sequence > seen).map(one).collect()
}

/// Where an officer goes on when a referral is answered for good.
const INBOX: &str = "/referrals";

/// Whether somebody sees the household no more after this command: what was disclosed for a referral ends with it.
fn ends_for(role: Role, name: Name) -> bool {
    role == Role::AgencyOfficer && matches!(name, Name::CompleteReferral | Name::DeclineReferral | Name::ReturnReferral)
}

/// `POST /cases/{id}/do/{command}`
pub async fn give(
    State(web): State<Web>,
    Path((id, command)): Path<(String, String)>,
    headers: HeaderMap,
    OwnForm { reader, fields }: OwnForm,
) -> Result<Response, Problem> {
    let name = named(&command)?;
    let body = collect::body(asked::of(name), &fields);
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    let seen: Option<u64> = fields.one(SEEN).parse().ok();
    let said = CommandHeaders { command: CommandId(command), seen };
    let problem = match to_one(&web, reader.caller.clone(), &id, said, Json(body.into()), name).await {
        Ok(receipt) => {
            let id = receipt.id;
            let place = if ends_for(reader.caller.role, name) { INBOX.to_owned() } else { format!("/cases/{id}") };
            let to = format!("{place}?done={}&after_position={}", name.as_str(), receipt.position);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(problem) => problem,
    };
    if !is_of_the_form(&problem) {
        return Err(problem);
    }
    let case = read_case(&web, reader.caller.clone(), &id, &headers, Params::default()).await?;
    let choices =
        Choices::anywhere(&web, &reader.caller, reader.language).await?.within(&case.view, name, reader.language);
    let status = problem.kind.status();
    // A key that was used for something else would be refused for ever.
    let command = (problem.kind != Kind::KeyReused).then_some(command);
    let shown = Shown { fields, problem: Some(problem), command, seen };
    Ok(with_status(status, Html(page_of(&reader, name, &case, &choices, shown))))
}

/// Whether what was refused can be mended, or tried again, in the form itself.
pub fn is_of_the_form(problem: &Problem) -> bool {
    match problem.kind {
        Kind::Fields | Kind::Rule | Kind::Stale | Kind::Conflict | Kind::KeyReused | Kind::IdTaken | Kind::NotNow => {
            true
        }
        Kind::Unreadable
        | Kind::Unauthenticated
        | Kind::Forbidden
        | Kind::NotFound
        | Kind::Gone
        | Kind::Method
        | Kind::TooSlow
        | Kind::TooLarge
        | Kind::MediaType
        | Kind::File
        | Kind::TooMany
        | Kind::Fault => false,
    }
}

/// What is said when something was done.
pub fn done(language: Language, command: &str, view: &CaseView) -> Option<String> {
    let name = Name::ALL.into_iter().find(|it| it.as_str() == command)?;
    let what = say(language, &format!("do.{}", name.as_str()));
    Some(fill(language, "act.done", &[&what, &case::about(view, language)]))
}
