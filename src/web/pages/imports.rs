//! Files from elsewhere: handed in, judged before anything is recorded, recorded, taken back.

use askama::Template;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use uuid::Uuid;

use super::act::{is_of_the_file, is_of_the_form};
use super::days;
use super::inward::given;
use super::layout::Shell;
use super::locale::{code, fill, say};
use super::reader::Reader;
use super::sent::{COMMAND, OwnForm, TOKEN, foreign_form, from_no_other_site};
use super::words::{Html, slug, with_status};
use crate::access::{Action, Relation, may};
use crate::import::kept::{Asked, Counted, Shown, State as How};
use crate::rules::field::FieldError;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::imports::{Coming, KeptError, acting, asked, of_kept, operations, taken};
use crate::web::language::Language;
use crate::web::multipart::Parts;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::request::fresh_id;

/// What can be done with a file, by the names of the API.
const ACTS: [&str; 4] = ["commit", "judge", "undo", "discard"];

/// Whose numbering a file has unless somebody says otherwise.
const USUAL: &str = "households";
/// So many parts the form of a file has at most.
const MOST: usize = 16;

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
    /// What is handed in next, where something can be.
    next: Option<HandIn>,
}

/// The form that hands a file in, with what was typed and why that can't stand.
#[derive(Debug, Default)]
pub struct HandIn {
    /// Whose numbering it is.
    source: String,
    wrong_source: Option<String>,
    wrong_file: Option<String>,
    /// It corrects a file whose rows did not all go in.
    again: bool,
}

impl HandIn {
    /// The form as it is first shown.
    fn new(source: &str, again: bool) -> Self {
        Self { source: source.to_owned(), again, ..Self::default() }
    }

    /// The form again, with what was refused: of the source beside it, all else beside the file.
    fn refused(source: String, problem: &Problem, language: Language) -> Self {
        let of = |name: &str| problem.errors.iter().find(|it| it.pointer.ends_with(name));
        let told = |error: &FieldError| language.of(&error.text).to_owned();
        let wrong_source = of("/source").map(told);
        let whole = problem.errors.is_empty().then(|| language.of(&problem.detail).to_owned());
        Self { wrong_file: of("/file").map(told).or(whole), wrong_source, source, again: false }
    }
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
    Ok(Html(listed(&reader, items, HandIn::new(USUAL, false))))
}

fn listed(reader: &Reader, items: Vec<Item>, next: HandIn) -> ImportsPage {
    let shell = Shell::of(reader, "/imports", say(reader.language, "imports.title"));
    ImportsPage { shell, command: String::new(), one: false, items, next: Some(next) }
}

/// `POST /imports`: a file within a form, for a browser without the script. The same door and the same bounds as those
/// of the API, which the script uses because it tells how far the file is.
pub async fn hand_in(State(web): State<Web>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut reader = Reader::from_request_parts(&mut parts, &web).await?;
    from_no_other_site(&parts.headers)?;
    reader.caller = acting(&web, reader.caller.clone(), Action::ImportFiles).await?;
    let mut form = Parts::of(&parts.headers, Coming::of(body, &parts.extensions))?;
    let mut source = String::new();
    let problem = match taken_of(&web, &reader, &mut form, &mut source).await {
        Ok(shown) => return Ok(Redirect::to(&format!("/imports/{}", shown.record.id)).into_response()),
        Err(problem) if is_of_the_file(&problem) || is_of_the_form(&problem) => problem,
        Err(problem) => return Err(problem),
    };
    let items = web.0.imports.list(&reader.caller).into_iter().map(|it| item(it, &reader)).collect();
    let next = HandIn::refused(source, &problem, reader.language);
    Ok(with_status(problem.kind.status(), Html(listed(&reader, items, next))))
}

/// Reads the form up to its file, which comes last: what is not the reader's own form brings none.
async fn taken_of(web: &Web, reader: &Reader, form: &mut Parts, source: &mut String) -> Result<Shown, Problem> {
    let mut is_own = false;
    for _ in 0..MOST {
        let Some(heading) = form.next().await? else { break };
        match heading.name.as_str() {
            TOKEN => is_own = reader.is_own(&form.value().await?),
            "source" => *source = form.value().await?,
            "file" if !is_own => return Err(foreign_form()),
            "file" if heading.file.is_none_or(|it| it.is_empty()) => break,
            "file" => {
                let mut params = Params::default();
                if source.chars().any(char::is_control) {
                    params.wrong("source", "control_character", "มีอักขระควบคุม", "holds a control character");
                }
                params.put("source", source);
                return taken(web, &reader.caller, asked(web, params)?, form).await;
            }
            _ => drop(form.value().await?),
        }
    }
    if !is_own {
        return Err(foreign_form());
    }
    Err(Problem::field("/file", "missing", "ต้องเลือกไฟล์ก่อน", "choose a file first"))
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
    // Rows that did not go in come back corrected under the same numbering, so that the others are known again.
    let source = match &shown.record.asked {
        Asked::Households { source } => Some(source.clone()),
        Asked::List { .. } => None,
    };
    let item = item(shown, &reader);
    let next = source.filter(|_| item.rejected.is_some()).map(|it| HandIn::new(&it, true));
    let shell = Shell::of(&reader, "/imports", say(reader.language, "imports.title"));
    Ok(Html(ImportsPage { shell, command: fresh_id().to_string(), one: true, items: vec![item], next }))
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
