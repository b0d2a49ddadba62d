//! A household that was found: searched for first, then written down, with what is known and no more.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use events::id::CommandId;
use uuid::Uuid;

use super::act::{from_start, is_of_the_form, listed};
use super::form::choices::Choices;
use super::form::field::Maker;
use super::form::{Field, asked, collect};
use super::layout::Shell;
use super::locale::{fill, say};
use super::reader::Reader;
use super::sent::{COMMAND, Fields, OwnForm};
use super::words::{Html, area, short, with_status};
use crate::access::Action;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::body::Json;
use crate::web::commands::identify;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::allowed;
use crate::web::reads::households::search;
use crate::web::request::{CommandHeaders, fresh_id};

/// Somebody who may be the same.
#[derive(Debug)]
struct Alike {
    path: String,
    name: String,
    about: String,
}

/// The page of a new household.
#[derive(Debug, Template)]
#[template(path = "found.html")]
pub struct FoundPage {
    shell: Shell,
    /// What was searched for; the form follows when something was.
    q: String,
    alike: Vec<Alike>,
    command: String,
    fields: Vec<Field>,
    refused: Option<String>,
    errors: Vec<(String, String)>,
}

/// `GET /cases/new`
pub async fn page(State(web): State<Web>, reader: Reader, mut params: Params) -> Result<Html<FoundPage>, Problem> {
    allowed(&reader.caller, Action::Household(Name::Identify))?;
    let q = params.text("q").unwrap_or_default();
    params.finish()?;
    let choices = Choices::anywhere(&web, &reader.caller, reader.language).await?;
    let mut fields = Fields::default();
    let parts = asked::of(Name::Identify);
    from_start(parts, &mut fields, &choices, &reader, web.0.desk.today());
    fields.put("basis", "public_task");
    // What was searched for is most likely the name of the one who is written down.
    if let Some((given, family)) = q.split_once(' ') {
        fields.put("members/0/details/given_name", given);
        fields.put("members/0/details/family_name", family);
    }
    fields.put("members/0/relation", "head");
    let alike = alike(&web, &reader, &q).await?;
    Ok(Html(page_of(&reader, q, alike, &choices, &fields, None, fresh_id())))
}

/// Who may be the same as somebody of that name: searched as people type, across the whole reach.
async fn alike(web: &Web, reader: &Reader, q: &str) -> Result<Vec<Alike>, Problem> {
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let language = reader.language;
    let found = search(web, &reader.caller, q.to_owned(), 10).await?;
    let one = |it: projections::people::Found| {
        let number = it.case_no.map_or_else(|| short(it.household), |it| it.to_string());
        let tambon = area(language, it.tambon);
        Alike {
            path: format!("/cases/{}", it.household),
            name: it.name.map_or_else(|| number.clone(), |name| name.to_string()),
            about: fill(language, "found.alike.about", &[&number, &tambon]),
        }
    };
    Ok(found.into_iter().map(one).collect())
}

fn page_of(
    reader: &Reader,
    q: String,
    alike: Vec<Alike>,
    choices: &Choices,
    fields: &Fields,
    problem: Option<&Problem>,
    command: Uuid,
) -> FoundPage {
    let language = reader.language;
    let errors = problem.map_or(&[][..], |problem| &problem.errors);
    let spare = if fields.any_in("members/0/details") { 1 } else { 2 };
    let made = Maker { language, choices, fields, errors, spare }.all(asked::of(Name::Identify), "", "");
    FoundPage {
        shell: Shell::of(reader, "/cases/new", say(language, "found.title")),
        q,
        alike,
        command: command.to_string(),
        refused: problem.filter(|it| it.errors.is_empty()).map(|it| language.of(&it.detail).to_owned()),
        errors: listed(errors, &made, language),
        fields: made,
    }
}

/// `POST /cases/new`
pub async fn record(State(web): State<Web>, OwnForm { reader, fields }: OwnForm) -> Result<Response, Problem> {
    let body = collect::body(asked::of(Name::Identify), &fields);
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    let said = CommandHeaders { command: CommandId(command), seen: None };
    let problem = match identify(&web, reader.caller.clone(), said, Json(body.into())).await {
        Ok(receipt) => {
            let to = format!("/cases/{}?done=identify&after_position={}", receipt.id, receipt.position);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(problem) => problem,
    };
    if !is_of_the_form(&problem) {
        return Err(problem);
    }
    let q = fields.one("q").to_owned();
    let choices = Choices::anywhere(&web, &reader.caller, reader.language).await?;
    let alike = alike(&web, &reader, &q).await?;
    let page = page_of(&reader, q, alike, &choices, &fields, Some(&problem), command);
    Ok(with_status(problem.kind.status(), Html(page)))
}
