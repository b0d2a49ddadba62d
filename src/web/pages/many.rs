//! One command to many referrals: rows that were chosen, or all of a queue, one form, and what became of each.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use events::id::CommandId;
use projections::figures::referrals::ReferralRow;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::act::{is_of_the_form, listed as errors_listed};
use super::days;
use super::form::asked::{self, Part};
use super::form::choices::Choices;
use super::form::field::Maker;
use super::form::{Field, collect};
use super::layout::Shell;
use super::links::{link, said};
use super::locale::{fill, say};
use super::operations::board::{agency_name, service_name};
use super::reader::Reader;
use super::referrals::{params, queue};
use super::sent::{COMMAND, Fields, OwnForm};
use super::words::{Html, place, short, with_status};
use crate::access::{Action, Relation, Role, may};
use crate::desk::Receipt;
use crate::rules::field::FieldError;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::bulk::{MOST, OneOfMany, each};
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::reads::allowed;
use crate::web::reads::referrals::listed;
use crate::web::refused::{of_denied, of_projection, of_read};
use crate::web::request::{CommandHeaders, fresh_id};

/// What is done to many referrals at once; the safe one first.
const COMMANDS: [Name; 4] = [Name::RemindAgency, Name::EscalateReferral, Name::ExtendDeadline, Name::RerouteReferral];
/// So many rows are named in the form; all of them in the result.
const NAMED: usize = 10;

/// What this role may do to many.
pub fn commands_of(role: Role) -> Vec<Name> {
    COMMANDS.into_iter().filter(|it| may(role, Action::Household(*it), Relation::InScope).is_ok()).collect()
}

/// A row as a form says it.
pub fn row_value(it: &ReferralRow) -> String {
    format!("{}/{}", it.household, it.id)
}

fn read_row(text: &str) -> Option<(Uuid, Uuid)> {
    let (household, referral) = text.split_once('/')?;
    Some((household.parse().ok()?, referral.parse().ok()?))
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "many.html")]
pub struct ManyPage {
    shell: Shell,
    name: &'static str,
    command: String,
    query: String,
    back: String,
    rows: Vec<String>,
    named: Vec<(String, String)>,
    more: Option<String>,
    fields: Vec<Field>,
    refused: Option<String>,
    errors: Vec<(String, String)>,
    submit: String,
}

/// What became of one.
#[derive(Debug)]
struct Became {
    path: String,
    name: String,
    because: Option<String>,
}

/// What became of all.
#[derive(Debug, Template)]
#[template(path = "many_done.html")]
pub struct DonePage {
    shell: Shell,
    back: String,
    board: String,
    done: String,
    refused: Vec<Became>,
    finished: Vec<Became>,
}

/// What can be typed for all at once: not which referral it is.
fn parts(name: Name) -> Vec<Part> {
    asked::of(name).iter().filter(|part| part.name != "referral").cloned().collect()
}

/// Which rows were chosen, with their referrals as far as they are still there.
async fn chosen(web: &Web, reader: &Reader, headers: &HeaderMap, fields: &Fields) -> Result<Vec<ReferralRow>, Problem> {
    let marked: Vec<(Uuid, Uuid)> = fields.all("row").filter_map(read_row).collect();
    let all = !fields.one("all").is_empty();
    let uri: Uri = format!("/referrals{}", fields.one("query")).parse().unwrap_or_default();
    let said = said(&uri);
    let (_, wanted) = queue(&said, "waiting")?;
    let mut found: Vec<ReferralRow> = Vec::new();
    let mut cursor: Option<String> = None;
    // The rows of a form come from the list that it was made of: what has left the list since is no longer done to.
    loop {
        let page = listed(web, &reader.caller, headers, params(wanted, &said, "200", cursor.as_deref())).await?;
        found.extend(page.items.into_iter().filter(|it| all || marked.contains(&(it.household.0, it.id.0))));
        cursor = page.next;
        let enough = found.len() >= MOST || (!all && found.len() == marked.len());
        if cursor.is_none() || enough {
            found.truncate(MOST);
            return Ok(found);
        }
    }
}

fn command(reader: &Reader, fields: &Fields) -> Result<Name, Problem> {
    let name =
        COMMANDS.into_iter().find(|it| it.as_str() == fields.one("command")).ok_or_else(Problem::nothing_there)?;
    may(reader.caller.role, Action::Household(name), Relation::InScope).map_err(of_denied)?;
    Ok(name)
}

/// What was typed, what was refused of it, and under which id it goes.
struct Again<'a> {
    fields: &'a Fields,
    problem: Option<Problem>,
    command: Uuid,
}

async fn form(
    web: &Web,
    reader: &Reader,
    name: Name,
    rows: &[ReferralRow],
    again: Again<'_>,
) -> Result<ManyPage, Problem> {
    let language = reader.language;
    let Again { fields, problem, command } = again;
    let choices = Choices::anywhere(web, &reader.caller, language).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let parts = parts(name);
    let errors: &[FieldError] = problem.as_ref().map_or(&[], |problem| &problem.errors);
    let made = Maker { language, choices: &choices, fields, errors, spare: 2 }.all(&parts, "", "");
    let named = |it: &ReferralRow| {
        let service = service_name(&agencies, it.agency, &it.service, language);
        let number = it.case_no.map_or_else(|| short(it.household), |it| it.to_string());
        (
            format!("{service} · {}", agency_name(&agencies, it.agency, language)),
            format!("{number} · {}", place(language, &it.place)),
        )
    };
    let count = days::number(rows.len() as u64);
    let refused = problem.as_ref().filter(|it| it.errors.is_empty()).map(|it| language.of(&it.detail).to_owned());
    let nothing = rows.is_empty().then(|| say(language, "many.none"));
    Ok(ManyPage {
        shell: Shell::of(reader, "/referrals", say(language, &format!("do.{}", name.as_str()))),
        name: name.as_str(),
        command: command.to_string(),
        query: fields.one("query").to_owned(),
        back: format!("/referrals{}", fields.one("query")),
        named: rows.iter().take(NAMED).map(named).collect(),
        more: rows
            .len()
            .checked_sub(NAMED)
            .filter(|it| *it > 0)
            .map(|it| fill(language, "many.more", &[&it.to_string()])),
        rows: rows.iter().map(row_value).collect(),
        refused: nothing.or(refused),
        errors: errors_listed(errors, &made, language),
        fields: made,
        submit: fill(language, &format!("many.do.{}", name.as_str()), &[&count]),
    })
}

/// `POST /referrals/many`: first what was chosen is shown with a form; the form comes here again, with `done`.
pub async fn give(
    State(web): State<Web>,
    headers: HeaderMap,
    OwnForm { mut reader, fields }: OwnForm,
) -> Result<Response, Problem> {
    // The list is read before anything is changed.
    reader.caller = web.0.desk.reading(&reader.caller).await.map_err(of_read)?.into_owned();
    allowed(&reader.caller, Action::ListReferrals)?;
    let name = command(&reader, &fields)?;
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    if fields.one("done").is_empty() {
        let rows = chosen(&web, &reader, &headers, &fields).await?;
        let again = Again { fields: &fields, problem: None, command: fresh_id() };
        return Ok(Html(form(&web, &reader, name, &rows, again).await?).into_response());
    }
    let rows: Vec<(Uuid, Uuid)> = fields.all("row").filter_map(read_row).take(MOST).collect();
    // What is done may leave its list: how it is called is read before.
    let known = chosen(&web, &reader, &headers, &fields).await?;
    let body = collect::body(&parts(name), &fields);
    let one = |(household, referral): &(Uuid, Uuid)| {
        let mut body: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
        body.insert("referral".to_owned(), Value::from(referral.to_string()));
        OneOfMany::to(*household, name, body)
    };
    let said = CommandHeaders { command: CommandId(command), seen: None };
    let outcome = each(&web, &reader.caller, said, rows.iter().map(one).collect()).await;
    let done = outcome.as_ref().map_or(0, |rows| rows.iter().filter(|(_, it)| it.is_ok()).count());
    // What was typed can't stand for any of them: that is the form's matter, not a result.
    let of_form = |answers: &[(Uuid, Result<_, Problem>)]| {
        answers.first().and_then(|(_, it)| it.as_ref().err()).filter(|it| it.kind == Kind::Fields).cloned()
    };
    let problem = match &outcome {
        Ok(answers) if done == 0 => of_form(answers),
        Ok(_) => None,
        Err(problem) if is_of_the_form(problem) => Some(problem.clone()),
        Err(problem) => return Err(problem.clone()),
    };
    if let Some(mut problem) = problem {
        problem.errors.retain(|it| !it.pointer.starts_with("/commands"));
        let status = problem.kind.status();
        let again = Again { fields: &fields, problem: Some(problem), command: fresh_id() };
        return Ok(with_status(status, Html(form(&web, &reader, name, &known, again).await?)));
    }
    let answers = rows.iter().map(|(_, referral)| known.iter().find(|it| it.id.0 == *referral)).zip(outcome?);
    Ok(Html(result(&reader, name, &fields, answers.collect())).into_response())
}

/// A row as it was listed, its household, and what became of it.
type Answered<'a> = (Option<&'a ReferralRow>, (Uuid, Result<Receipt, Problem>));

fn result(reader: &Reader, name: Name, fields: &Fields, answers: Vec<Answered<'_>>) -> DonePage {
    let language = reader.language;
    let (mut finished, mut refused, mut position) = (Vec::new(), Vec::new(), None);
    for (row, (household, answer)) in answers {
        let path = format!("/cases/{household}");
        let number = row.and_then(|it| it.case_no).map(|it| it.to_string());
        match answer {
            Ok(receipt) => {
                position = position.max(Some(receipt.position));
                let number = number.or_else(|| receipt.case_no.map(|it| it.to_string()));
                finished.push(Became { path, name: number.unwrap_or_else(|| short(household)), because: None });
            }
            Err(problem) => {
                let detail = problem.errors.first().map_or(&problem.detail, |it| &it.text);
                let because = Some(language.of(detail).to_owned());
                refused.push(Became { path, name: number.unwrap_or_else(|| short(household)), because });
            }
        }
    }
    let after = position.map(|it| it.to_string()).unwrap_or_default();
    let what = say(language, &format!("do.{}", name.as_str()));
    let query = fields.one("query");
    DonePage {
        shell: Shell::of(reader, "/referrals", what.clone()),
        back: format!("/referrals{query}"),
        board: link(super::operations::PATH, &[("after_position", after)]),
        done: fill(
            language,
            "many.result",
            &[&what, &days::number(finished.len() as u64), &days::number(refused.len() as u64)],
        ),
        refused,
        finished,
    }
}
