//! Files from elsewhere: handed in, judged before anything is recorded, recorded, taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use uuid::Uuid;

use super::days;
use super::inward::given;
use super::layout::Shell;
use super::locale::{code, fill, say};
use super::reader::Reader;
use super::sent::{COMMAND, OwnForm};
use super::words::{Html, slug};
use crate::access::{Action, Relation, may};
use crate::import::kept::{Counted, Shown, State as How};
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::imports::{KeptError, acting, of_kept, operations};
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::request::fresh_id;

/// What can be done with a file, by the names of the API.
const ACTS: [&str; 4] = ["commit", "judge", "undo", "discard"];

/// One file.
#[derive(Debug)]
struct Item {
    path: String,
    name: String,
    about: String,
    state: String,
    working: bool,
    progress: Option<(u64, u64, String)>,
    fault: Option<String>,
    judged: Vec<(String, String)>,
    recorded: Vec<(String, String)>,
    /// Rows that can't go in: where, in which column, why.
    wrong: Vec<(String, String, String)>,
    rejected: Option<String>,
    /// What can be done now: the name of the API, and the words of the button.
    acts: Vec<(&'static str, String)>,
}

/// The page: all files, or one.
#[derive(Debug, Template)]
#[template(path = "imports.html")]
pub struct ImportsPage {
    shell: Shell,
    command: String,
    one: bool,
    items: Vec<Item>,
}

fn counts(of: Option<&Counted>, language: Language) -> Vec<(String, String)> {
    let named = |name: &str, count: u64| (code(language, "ImportCount", name), days::number(count));
    match of {
        None => Vec::new(),
        Some(Counted::Households(it)) => vec![
            named("rows", it.rows),
            named("imported", it.imported.households),
            named("already_in", it.already_in.households),
            named("differs", it.differs.households),
            named("rejected", it.rejected.households),
            named("same_person", it.same_person_noted),
        ],
        Some(Counted::List(it)) => vec![
            named("rows", it.rows),
            named("matched", it.matched),
            named("found", it.found),
            named("missed", it.missed),
            named("unreadable", it.unreadable),
        ],
    }
}

fn item(shown: Shown, reader: &Reader) -> Item {
    let language = reader.language;
    let Shown { record, progress } = shown;
    let id = record.id;
    let own = record.is_of(&reader.caller);
    let undoes = may(reader.caller.role, Action::Household(Name::WithdrawIdentification), Relation::InScope).is_ok();
    let acts: &[&str] = match record.state {
        How::Judged => &["commit", "judge", "discard"],
        How::Recorded => &["undo"],
        How::Stopped | How::Failed => &["judge", "commit", "discard"],
        How::Judging | How::Recording | How::Undoing => &["discard"],
        How::Undone => &[],
    };
    let open = ACTS.into_iter().filter(|it| acts.contains(it) && own && (*it != "undo" || undoes));
    let rows = match &record.judged {
        Some(Counted::Households(it)) => it.row_errors.as_slice(),
        Some(Counted::List(_)) | None => &[],
    };
    let wrong = rows.iter().map(|it| {
        let says = if language == Language::Thai { &it.th } else { &it.en };
        (fill(language, "imports.row", &[&it.line.to_string()]), it.column.clone().unwrap_or_default(), says.clone())
    });
    let until = fill(language, "imports.until", &[&days::moment(language, record.kept_until())]);
    let (at, size) = (days::moment(language, record.handed_in_at), days::number(record.bytes.div_ceil(1024)));
    let mut about = vec![fill(language, "imports.handed_in", &[&at, &size]), until];
    if !own {
        about.push(say(language, "imports.not_yours"));
    }
    Item {
        path: format!("/imports/{id}"),
        name: record.file.clone(),
        about: about.join(" · "),
        state: code(language, "ImportState", &slug(&record.state)),
        working: record.state.is_working(),
        progress: progress.map(|(it, _)| {
            let step = code(language, "ImportStep", &slug(&it.step));
            (it.done, it.of.max(1), step)
        }),
        fault: record.fault.as_ref().map(|it| if language == Language::Thai { it.th.clone() } else { it.en.clone() }),
        judged: counts(record.judged.as_ref(), language),
        recorded: counts(record.recorded.as_ref(), language),
        wrong: wrong.collect(),
        rejected: (own && record.has_rejected).then(|| format!("/api/v1/imports/{id}/rejected")),
        acts: open.map(|it| (it, say(language, &format!("imports.{it}")))).collect(),
    }
}

/// `GET /imports`
pub async fn list(State(web): State<Web>, reader: Reader, params: Params) -> Result<Html<ImportsPage>, Problem> {
    params.finish()?;
    let caller = acting(&web, reader.caller.clone(), Action::ImportFiles).await?;
    let items = web.0.imports.list(&caller).into_iter().map(|it| item(it, &reader)).collect();
    let shell = Shell::of(&reader, "/imports", say(reader.language, "imports.title"));
    Ok(Html(ImportsPage { shell, command: String::new(), one: false, items }))
}

fn id_of(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| of_kept(KeptError::Unknown))
}

/// `GET /imports/{id}`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Result<Html<ImportsPage>, Problem> {
    params.finish()?;
    let caller = acting(&web, reader.caller.clone(), Action::ImportFiles).await?;
    let shown = web.0.imports.find(id_of(&id)?, &caller).map_err(of_kept)?;
    let items = vec![item(shown, &reader)];
    let shell = Shell::of(&reader, "/imports", say(reader.language, "imports.title"));
    Ok(Html(ImportsPage { shell, command: fresh_id().to_string(), one: true, items }))
}

/// `POST /imports/{id}/{act}`
pub async fn act(
    State(web): State<Web>,
    Path((id, act)): Path<(String, String)>,
    headers: HeaderMap,
    OwnForm { fields, .. }: OwnForm,
) -> Result<Response, Problem> {
    let path = format!("/imports/{{id}}/{act}");
    let known = ACTS.contains(&act.as_str());
    let found = operations().into_iter().find(|it| known && it.method == "post" && it.path.ends_with(&path));
    let operation = found.ok_or_else(Problem::nothing_there)?;
    let id = id_of(&id)?.to_string();
    let command = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    given(&web, operation, &id, &headers, command, &json!({})).await?;
    let to = if act == "discard" { "/imports".to_owned() } else { format!("/imports/{id}") };
    Ok(Redirect::to(&to).into_response())
}
