//! Complaints and requests under the law on personal data that wait for an answer: how many, and the longest waiting.

use axum::http::HeaderMap;

use super::super::days::{self, Due};
use super::super::locale::{code, fill};
use super::super::reader::Reader;
use super::super::words::short;
use super::Asked;
use crate::access::{Action, Relation, may};
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::tasks::{TaskItem, unanswered};

/// So many are named.
const NAMED: &str = "5";

/// What waits.
#[derive(Debug)]
pub struct Unanswered {
    /// How many wait, and how many of them too long.
    pub counts: String,
    /// The first that are due.
    pub first: Vec<Waiting>,
}

/// One of them.
#[derive(Debug)]
pub struct Waiting {
    /// The form that answers it; the case, where this reader doesn't answer.
    pub path: String,
    /// Its household.
    pub number: String,
    /// What it is.
    pub what: String,
    /// By when.
    pub due: Due,
}

/// What waits in the areas that the page shows; none for a role that does not see it.
pub async fn of(web: &Web, reader: &Reader, headers: &HeaderMap, asked: &Asked) -> Result<Option<Unanswered>, Problem> {
    if may(reader.caller.role, Action::ListComplaints, Relation::InScope).is_err() {
        return Ok(None);
    }
    let list = unanswered(web, &reader.caller, headers, params(asked, "", NAMED)).await?;
    let late = unanswered(web, &reader.caller, headers, params(asked, "overdue", "1")).await?;
    let language = reader.language;
    Ok(Some(Unanswered {
        counts: fill(language, "operations.asked.counts", &[&days::number(list.total), &days::number(late.total)]),
        first: list.items.iter().map(|it| waiting(it, reader, web)).collect(),
    }))
}

fn params(asked: &Asked, due: &str, limit: &str) -> Params {
    let mut params = Params::default();
    params.put("limit", limit);
    for (name, value) in [("area", asked.area.as_str()), ("due", due)] {
        if !value.is_empty() {
            params.put(name, value);
        }
    }
    if let Some(as_of) = &asked.as_of {
        params.put("as_of", as_of);
    }
    params
}

fn waiting(it: &TaskItem, reader: &Reader, web: &Web) -> Waiting {
    let (task, language) = (&it.task, reader.language);
    let clock = task.clock.as_str();
    let (command, field) = if clock == "complaint" {
        (Name::AnswerComplaint, "complaint")
    } else {
        (Name::AnswerRightsRequest, "request")
    };
    let case = format!("/cases/{}", task.household);
    let answers = may(reader.caller.role, Action::Household(command), Relation::InScope).is_ok();
    let path = match task.subject.as_ref().filter(|_| answers) {
        Some(subject) => format!("{case}/do/{}?{field}={subject}", command.as_str()),
        None => case,
    };
    Waiting {
        path,
        number: task.case_no.map_or_else(|| short(task.household), |it| it.to_string()),
        what: code(language, "ClockKind", clock),
        due: days::chip(language, task.by, web.0.desk.today()),
    }
}
