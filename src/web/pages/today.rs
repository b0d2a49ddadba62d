//! What is due: a caseworker's round, by household, the most late first.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;

use super::days::{self, Due};
use super::layout::Shell;
use super::locale::{code, fill, known, say};
use super::reader::Reader;
use super::words::{Html, place, short};
use crate::access::Role;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::tasks::{TaskItem, due};

/// One thing to do.
#[derive(Debug)]
struct Task {
    what: String,
    by: String,
    due: Due,
}

/// A household with what is to do there.
#[derive(Debug)]
struct House {
    path: String,
    name: String,
    about: String,
    tasks: Vec<Task>,
    /// The form that does the first of them, and its name.
    act: Option<(String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "today.html")]
pub struct TodayPage {
    shell: Shell,
    day: String,
    tabs: Vec<Tab>,
    houses: Vec<House>,
    shown: String,
    mine: bool,
    next: Option<String>,
}

/// One of the three heaps.
#[derive(Debug)]
struct Tab {
    path: String,
    count: String,
    label: String,
    here: bool,
    late: bool,
}

/// What of a heap is asked.
fn params(due: &str, mine: bool, cursor: Option<&str>, limit: &str) -> Params {
    let mut params = Params::default();
    params.put("due", due);
    params.put("limit", limit);
    if mine {
        params.put("caseworker", "me");
    }
    if let Some(cursor) = cursor {
        params.put("cursor", cursor);
    }
    params
}

/// `GET /today`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    mut asked: Params,
) -> Result<Html<TodayPage>, Problem> {
    let language = reader.language;
    let heap = asked.text("due");
    let whose = asked.text("whose");
    let cursor = asked.text("cursor");
    asked.finish()?;
    // A caseworker's round is her own; who leads sees everybody's.
    let mine = whose.as_deref().map_or(reader.caller.role == Role::Caseworker, |whose| whose == "me");
    let mut counts = Vec::new();
    for heap in ["overdue", "today", "week"] {
        let list = due(&web, &reader.caller, &headers, params(heap, mine, None, "1")).await?;
        counts.push((heap, list.total));
    }
    let first = counts.iter().find(|(_, total)| *total > 0).map_or("today", |(heap, _)| heap);
    let here = heap.as_deref().unwrap_or(first);
    let list = due(&web, &reader.caller, &headers, params(here, mine, cursor.as_deref(), "50")).await?;
    let mark = if mine { "me" } else { "all" };
    let tab = |(heap, total): &(&str, u64)| Tab {
        path: format!("/today?due={heap}&whose={mark}"),
        count: days::number(*total),
        label: say(language, &format!("today.{heap}")),
        here: *heap == here,
        late: *heap == "overdue",
    };
    let today = web.0.desk.today();
    Ok(Html(TodayPage {
        shell: Shell::of(&reader, "/today", say(language, "today.title")),
        day: days::due(language, today),
        tabs: counts.iter().map(tab).collect(),
        shown: fill(language, "today.shown", &[&days::number(list.total)]),
        houses: by_house(&reader, list.items, today),
        mine,
        next: list.next.map(|next| format!("/today?due={here}&whose={mark}&cursor={next}")),
    }))
}

/// The form that does what is due.
fn act(clock: &str) -> Option<&'static str> {
    match clock {
        "first_visit" => Some("visit-home"),
        "assessment" | "reassessment" => Some("assess"),
        "referral" => Some("make-referral"),
        "follow_up" => Some("follow-up-visit"),
        "post_exit_check" => Some("post-exit-check"),
        "respond_by" | "deliver_by" => Some("remind-agency"),
        "complaint" => Some("answer-complaint"),
        "rights_request" => Some("answer-rights-request"),
        _ => None,
    }
}

fn by_house(reader: &Reader, items: Vec<TaskItem>, today: chrono::NaiveDate) -> Vec<House> {
    let language = reader.language;
    let mut houses: Vec<House> = Vec::new();
    for TaskItem { task, name } in items {
        let path = format!("/cases/{}", task.household);
        let clock = task.clock.as_str();
        let of = if known(language, &format!("value.ClockKind.{clock}")).is_some() { "ClockKind" } else { "DueWhat" };
        let one = Task {
            what: code(language, of, clock),
            by: days::due(language, task.by),
            due: days::chip(language, task.by, today),
        };
        if let Some(house) = houses.iter_mut().find(|it| it.path == path) {
            house.tasks.push(one);
            continue;
        }
        let number = task.case_no.map_or_else(|| short(task.household), |it| it.to_string());
        let command = act(clock).filter(|_| reader.caller.role == Role::Caseworker);
        let subject = task.subject.filter(|_| of == "ClockKind").map(|id| match clock {
            "complaint" => format!("?complaint={id}"),
            "rights_request" => format!("?request={id}"),
            _ => format!("?referral={id}"),
        });
        houses.push(House {
            name: name.map_or_else(|| number.clone(), |name| fill(language, "house.of", &[&name])),
            about: format!("{number} · {}", place(language, &task.place)),
            tasks: vec![one],
            act: command.map(|it| {
                (format!("{path}/do/{it}{}", subject.unwrap_or_default()), say(language, &format!("do.{it}")))
            }),
            path,
        });
    }
    houses
}
