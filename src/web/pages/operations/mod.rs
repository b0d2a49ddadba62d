//! What waits at which agency, since when and where: every number leads to the list behind it, and the page keeps itself
//! up to date.
//!
//! | file | question |
//! |---|---|
//! | `board` | which numbers stand there, all of one moment? |
//! | `asked` | which complaints and requests wait for an answer? |
//! | `tiles` | how do the districts lie beside each other? |
//! | `course` | how much waited at the end of each day? |
//! | `live` | how does an open page hear that there is something new? |

mod asked;
pub mod board;
pub mod course;
pub mod live;
mod tiles;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use events::area::AreaCode;

use self::asked::Unanswered;
use self::board::{Board, Queued};
use self::course::Course;
use self::tiles::Tile;
use super::days;
use super::form::Field;
use super::form::choices::Choice;
use super::layout::Shell;
use super::links::{link, said, value, without};
use super::locale::say;
use super::picked::{Picked, picked};
use super::reader::Reader;
use super::words::{Html, area};
use crate::access::Action;
use crate::rules::field::FieldError;
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::allowed;
use crate::web::reads::referrals::waiting;

/// Where the page is.
pub const PATH: &str = "/operations";

/// The page.
#[derive(Debug, Template)]
#[template(path = "operations.html")]
pub struct OperationsPage {
    shell: Shell,
    /// The past moment that is shown.
    past: Option<String>,
    leave: String,
    queues: Vec<Choice>,
    areas: Vec<Choice>,
    services: Vec<Choice>,
    pick: Field,
    errors: Vec<String>,
    board: Board,
    tiles: Vec<Tile>,
    tiles_height: usize,
    worst: Vec<Queued>,
    course: Option<Course>,
    unanswered: Option<Unanswered>,
    as_of: String,
    clock: String,
    position: u64,
    /// Where the stream of news is; none: a past moment does not change.
    stream: Option<&'static str>,
}

/// What an address asks of this page.
pub struct Asked {
    pub queue: String,
    pub area: String,
    pub service: String,
    pub as_of: Option<String>,
    pub all: bool,
    /// What the reader has just done, which the page must hold.
    pub after: Option<String>,
}

impl Asked {
    /// The parameters that a link to a list of referrals has besides its own.
    fn pairs<'a>(&'a self, own: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
        let queue = if self.queue.is_empty() { "waiting" } else { self.queue.as_str() };
        let as_of = self.as_of.as_deref().unwrap_or_default();
        let mut pairs = vec![("queue", queue), ("service", self.service.as_str()), ("as_of", as_of)];
        if own.iter().all(|(name, _)| *name != "area") {
            pairs.push(("area", self.area.as_str()));
        }
        for (name, value) in own {
            pairs.retain(|(it, _)| it != name);
            pairs.push((*name, *value));
        }
        pairs
    }

    /// The list behind a number.
    fn list<'a>(&'a self, own: &[(&'static str, &'a str)]) -> String {
        link("/referrals", &self.pairs(own))
    }

    fn params(&self, by: &str) -> Params {
        let mut params = Params::default();
        for (name, value) in [("area", self.area.as_str()), ("service", &self.service), ("by", by)] {
            if !value.is_empty() {
                params.put(name, value);
            }
        }
        for (name, value) in [("as_of", &self.as_of), ("after_position", &self.after)] {
            if let Some(value) = value {
                params.put(name, value);
            }
        }
        params
    }
}

/// `GET /operations`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    uri: Uri,
    mut params: Params,
) -> Result<Html<OperationsPage>, Problem> {
    allowed(&reader.caller, Action::ListReferrals)?;
    allowed(&reader.caller, Action::ReadReports)?;
    let said = without(&said(&uri), &["only", "after_position"]);
    let language = reader.language;
    let picked = picked(&mut params, "as_of", language);
    let queue = params.text("queue").unwrap_or_default();
    if !["", "to_answer", "to_deliver"].contains(&queue.as_str()) {
        return Err(Problem::nothing_there());
    }
    // An open page asks again and again for what changes, which a day that has ended does not.
    let only_now = params.text("only").is_some_and(|it| it == "now");
    let mut asked = Asked {
        queue,
        area: params.text("area").unwrap_or_default(),
        service: params.text("service").unwrap_or_default(),
        as_of: picked.day.clone(),
        all: params.text("agencies").is_some(),
        after: params.text("after_position"),
    };
    params.finish()?;
    let by = "agency,service,district,age";
    let (backlog, errors) = match waiting(&web, &reader.caller, &headers, asked.params(by)).await {
        Err(problem) if problem.kind == Kind::Fields && asked.as_of.is_some() => {
            // A moment that can't be asked about: the present, with the reason beside what was typed.
            asked.as_of = None;
            (waiting(&web, &reader.caller, &headers, asked.params(by)).await?, problem.errors)
        }
        other => (other?, Vec::new()),
    };
    let agencies = web.0.read_model.agencies().await.map_err(|error| crate::web::refused::of_projection(&error))?;
    let rows: Vec<_> = backlog
        .rows
        .into_iter()
        .filter(|row| asked.queue.is_empty() || row.cases.state.as_str() == asked.queue)
        .collect();
    let course = if only_now { None } else { course::of(&web, &reader, &headers, &asked).await? };
    let unanswered = asked::of(&web, &reader, &headers, &asked).await?;
    let tiles = tiles::of(&rows, &super::cases::districts(&reader.caller.scope.areas), &asked, language);
    let past = asked.as_of.as_ref().map(|_| days::moment(language, backlog.as_of.time));
    Ok(Html(OperationsPage {
        leave: link(PATH, &without(&said, &["as_of", "as_of.d", "as_of.m", "as_of.y"])),
        queues: queues(&said, language),
        areas: areas(&reader, &asked.area),
        services: services(&agencies, &asked.service, language),
        pick: pick(&picked, &reader, &errors),
        errors: errors.iter().map(|error| language.of(&error.text).to_owned()).collect(),
        board: board::of(&rows, &agencies, &asked, language),
        tiles_height: tiles::height(&tiles),
        tiles,
        worst: board::worst(&rows, &agencies, &asked, language),
        course,
        unanswered,
        as_of: days::moment(language, backlog.as_of.time),
        clock: days::clock(language, web.0.desk.now()),
        position: backlog.as_of.position,
        stream: past.is_none().then_some("/operations/events"),
        shell: Shell::of(&reader, PATH, say(language, "operations.title")),
        past,
    }))
}

fn pick(picked: &Picked, reader: &Reader, errors: &[FieldError]) -> Field {
    picked.field(reader, "as_of", &say(reader.language, "pick.as_of"), errors)
}

/// Both queues together, or one: each as a link.
fn queues(said: &[(String, String)], language: Language) -> Vec<Choice> {
    let here = value(said, "queue");
    let one = |queue: &str, key: &str| {
        let mut pairs = without(said, &["queue"]);
        pairs.push(("queue".to_owned(), queue.to_owned()));
        Choice { value: link(PATH, &pairs), label: say(language, key), chosen: here == queue }
    };
    vec![one("", "queue.waiting"), one("to_answer", "operations.to_answer"), one("to_deliver", "operations.to_deliver")]
}

/// The provinces and districts that a reader's areas reach; within a province that was chosen, its districts.
pub fn areas(reader: &Reader, chosen: &str) -> Vec<Choice> {
    let districts = super::cases::districts(&reader.caller.scope.areas);
    let mut provinces: Vec<AreaCode> = districts.iter().map(|it| it.province()).collect();
    provinces.dedup();
    let within: Option<AreaCode> = chosen.parse().ok().map(AreaCode::province);
    let many = provinces.len() > 1;
    let shown = districts.into_iter().filter(|it| !many || Some(it.province()) == within);
    let outer = provinces.into_iter().filter(|_| many);
    let all =
        Choice { value: String::new(), label: say(reader.language, "pick.everywhere"), chosen: chosen.is_empty() };
    let one = |code: AreaCode| {
        let value = code.to_string();
        Choice { chosen: value == chosen, label: area(reader.language, code), value }
    };
    std::iter::once(all).chain(outer.chain(shown).map(one)).collect()
}

/// The services of the agencies, each code once.
fn services(agencies: &[projections::figures::offers::AgencyRow], chosen: &str, language: Language) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    for service in agencies.iter().flat_map(|agency| &agency.services) {
        if found.iter().all(|it| it.value != service.service) {
            let label = if language == Language::Thai { &service.name_th } else { &service.name_en };
            found.push(Choice {
                value: service.service.clone(),
                label: label.clone(),
                chosen: service.service == chosen,
            });
        }
    }
    found.sort_by(|one, other| one.label.cmp(&other.label));
    let any = Choice { value: String::new(), label: say(language, "pick.any_service"), chosen: chosen.is_empty() };
    std::iter::once(any).chain(found).collect()
}
