//! One household's page: where it stands, what is due, what may be done and why something may not, and all that happened.
//!
//! | file | question |
//! |---|---|
//! | `track` | which of the six stages were reached, when, and what is missing for the next? |
//! | `capitals` | how do the five capitals look, as a picture and as a table? |
//! | `tables` | who lives there, what do they need, what was asked, given and earned? |
//! | `past`, `compare` | which moment of the past is shown, and how does it differ from another? |
//! | `told` | what happened, in words, with both of its dates? |
//! | `print` | how does it look on paper? |
//! | `held` | what is held of one of them, for that person? |
//! | `offered` | what may this reader do now, and what stands in the way? |

mod capitals;
mod compare;
pub mod held;
mod offered;
mod past;
pub mod print;
mod tables;
mod told;
mod track;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use events::facts::people::Relation;

use self::capitals::Capitals;
use self::offered::{Group, Offer};
use self::past::{Past, past};
use self::tables::{Line, Tables, tables};
use self::told::Told;
use self::track::Step;
use super::act::done;
use super::days::{self, Due};
use super::form::choices::{Choice, member_name};
use super::layout::Shell;
use super::links;
use super::locale::{code, fill, say};
use super::picked::picked;
use super::reader::Reader;
use super::words::{Html, part, person, place, text};
use crate::access::{Action, Relation as Standing, Role, may};
use crate::case_view::CaseView;
use crate::rules::field::FieldError;
use crate::web::Web;
use crate::web::household_id::Id;
use crate::web::kind::Kind;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::case::{Case, read_case};
use crate::web::refused::of_projection;

/// The page.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    shell: Shell,
    path: String,
    case_no: String,
    place: String,
    address: Option<String>,
    people: String,
    standing: Option<String>,
    level: Option<(u8, String, String)>,
    lists: Vec<String>,
    steps: Vec<Step>,
    now: usize,
    dues: Vec<(String, String, Due)>,
    capitals: Option<Capitals>,
    tables: Tables,
    told: Option<Vec<Told>>,
    /// The filters of the history: by whom, and what.
    tellers: Vec<Choice>,
    kinds: Vec<Choice>,
    /// How many facts there are, whatever is shown of them.
    facts: usize,
    can: Vec<Group>,
    cannot: Vec<Offer>,
    not_this_role: String,
    masked: bool,
    narrow: bool,
    past: Option<Past>,
    replays: bool,
    hands_out: bool,
    done: Option<String>,
    position: u64,
    as_of: String,
    first: Option<Offer>,
}

impl CasePage {
    /// What else there is of the household, with its title; what is empty is left out.
    fn heaps(&self) -> Vec<(String, &[Line])> {
        let Tables { models, incomes, consents, notes, calls, voices, .. } = &self.tables;
        let all = [
            ("call.title", calls),
            ("model.title", models),
            ("income.title", incomes),
            ("consent.title", consents),
            ("note.title", notes),
            ("voice.title", voices),
        ];
        let filled = all.into_iter().filter(|(_, lines)| !lines.is_empty());
        filled.map(|(key, lines)| (self.shell.say(key), lines.as_slice())).collect()
    }

    /// The sequence of the last fact that is shown.
    fn last(&self) -> usize {
        self.facts
    }

    /// Whether this reader may take a fact back at all.
    fn takes_back(&self) -> bool {
        self.can.iter().flat_map(|group| &group.offers).any(|offer| offer.path.ends_with("/retract-fact"))
    }
}

/// What a household is called: by its head, or by its number where the reader sees no names.
pub fn title(view: &CaseView, language: Language) -> String {
    let mut heads = view.members.iter().filter(|it| it.left_on.is_none() && it.relation == Relation::Head);
    let name = heads.find_map(|it| person(&it.details));
    match name {
        Some(name) => fill(language, "house.of", &[&name]),
        None => number(view),
    }
}

fn number(view: &CaseView) -> String {
    view.case_no.map_or_else(|| super::words::short(view.id), |it| it.to_string())
}

/// A household in one line.
pub fn about(view: &CaseView, language: Language) -> String {
    format!("{} · {}", number(view), place(language, &view.place))
}

/// `GET /cases/{id}`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Id(id): Id,
    headers: HeaderMap,
    uri: Uri,
    mut params: Params,
) -> Result<Html<CasePage>, Problem> {
    let language = reader.language;
    let asked = links::said(&uri);
    let said = params.text("done");
    let (teller, kind) = (params.text("teller").unwrap_or_default(), params.text("kind").unwrap_or_default());
    let with = params.text("with");
    params.text("only");
    let picked = picked(&mut params, "as_of", language);
    let asked_past = ["at", "as_of", "as_of.y"].iter().any(|name| !links::value(&asked, name).is_empty());
    let (case, wrong) = seen(&web, &reader, &id, &headers, (params, picked.day.as_deref())).await?;
    let Case { view, reading } = case;
    let beside = beside(&web, &reader, (&view, asked_past), &headers, with, &asked).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let models = web.0.read_model.models().await.map_err(|error| of_projection(&error))?;
    let today = if reading.is_past() { events::clock::day_of(reading.history().now) } else { web.0.desk.today() };
    let reads_history = may(reader.caller.role, Action::ReadHistory, Standing::InScope).is_ok();
    let entries = reading.timeline();
    let pick = picked.field(&reader, "as_of", &say(language, "pick.as_of"), &wrong);
    let past = beside.map(|beside| past(&view, reading.whole(), pick, beside, language));
    let (can, cannot) = offered::offered(&view, language);
    let path = format!("/cases/{}", view.id);
    let title = title(&view, language);
    Ok(Html(CasePage {
        steps: track::steps(&view, &entries, language, today),
        now: track::at(view.stage) + 1,
        first: offered::first(&can, &view, reader.caller.role == Role::AgencyOfficer),
        tellers: told::tellers(&entries, &teller, language),
        kinds: told::kinds(&entries, &kind, language),
        facts: entries.len(),
        told: reads_history.then(|| told::all(&entries, &agencies, reader.caller.role, language, &path)).map(
            |mut all| {
                all.retain(|it| (teller.is_empty() || it.teller == teller) && (kind.is_empty() || it.kind == kind));
                all
            },
        ),
        dues: dues(&view, language, today),
        capitals: capitals::of(&view, language),
        tables: tables(&view, &agencies, &models, language, today),
        case_no: number(&view),
        place: place(language, &view.place),
        address: view.address.as_ref().and_then(|it| {
            let house = part(it, "house_no").map(|no| fill(language, "where.house", &[no]));
            let village = part(it, "village").map(|name| name.strip_prefix("บ้าน").unwrap_or(name));
            let village = village.map(|name| fill(language, "where.village", &[name]));
            let both: Vec<String> = house.into_iter().chain(village).collect();
            (!both.is_empty()).then(|| both.join(" "))
        }),
        people: view.composition.as_ref().map_or_else(String::new, |it| {
            fill(language, "cases.people", &[&it.living.to_string(), &it.registered.to_string()])
        }),
        standing: (view.standing.as_str() != "open").then(|| code(language, "Standing", view.standing.as_str())),
        level: view.score.as_ref().map(|score| {
            let level = score.level.get();
            (level, code(language, "Level", &level.to_string()), score.x.clone())
        }),
        lists: view.lists.iter().map(|it| listed(it, language)).collect(),
        masked: *reading.lens() == crate::case_view::Lens::Masked,
        narrow: reading.lens().is_narrow(),
        done: said.and_then(|command| done(language, &command, &view)),
        position: view.as_of.position,
        as_of: days::moment(language, view.as_of.time),
        hands_out: may(reader.caller.role, Action::ReadPersonFile, Standing::InScope).is_ok(),
        replays: reads_history && reader.caller.role != Role::AgencyOfficer,
        not_this_role: offered::not_this_role(&view, language),
        shell: Shell::of(&reader, "/cases", title),
        can,
        cannot,
        past,
        path,
    }))
}

/// The case at the moment that is asked for. A day that can't be asked about is said, and the present shown.
async fn seen(
    web: &Web,
    reader: &Reader,
    id: &str,
    headers: &HeaderMap,
    (mut params, day): (Params, Option<&str>),
) -> Result<(Case, Vec<FieldError>), Problem> {
    let Some(day) = day else {
        return read_case(web, reader.caller.clone(), id, headers, params).await.map(|case| (case, Vec::new()));
    };
    // A form that sends slider and day at once means the day.
    params.text("at");
    params.put("as_of", day);
    match read_case(web, reader.caller.clone(), id, headers, params).await {
        Err(problem) if problem.code == "not_yet_known" => {
            let text = problem.detail.clone();
            let wrong = FieldError { pointer: "/query/as_of".to_owned(), code: "not_yet_known", text };
            let case = read_case(web, reader.caller.clone(), id, headers, Params::default()).await?;
            Ok((case, vec![wrong]))
        }
        Err(problem) if problem.kind == Kind::Fields => {
            let case = read_case(web, reader.caller.clone(), id, headers, Params::default()).await?;
            Ok((case, problem.errors))
        }
        other => other.map(|case| (case, Vec::new())),
    }
}

/// The moment that is shown beside another: the one that was chosen, else the present.
async fn beside(
    web: &Web,
    reader: &Reader,
    (view, asked): (&CaseView, bool),
    headers: &HeaderMap,
    with: Option<String>,
    said: &[(String, String)],
) -> Result<Option<compare::Beside>, Problem> {
    if !asked {
        return Ok(None);
    }
    let mut params = Params::default();
    if let Some(with) = with {
        params.put("at", &with);
    }
    let other = read_case(web, reader.caller.clone(), &view.id.to_string(), headers, params).await?;
    Ok(Some(compare::of(view, &other.view, said, reader.language)))
}

fn listed(it: &events::facts::household::ListStatusRecorded, language: Language) -> String {
    let list = code(language, "StateList", it.list.as_str());
    let status = code(language, "ListStatus", it.status.as_str());
    fill(language, "case.on_list", &[&status, &list, &days::day(language, it.list_date)])
}

fn dues(view: &CaseView, language: Language, today: chrono::NaiveDate) -> Vec<(String, String, Due)> {
    let clocks = view.clocks.iter().map(|it| (code(language, "DueWhat", it.what.as_str()), it.by));
    let referrals = view.referrals.iter().filter(|it| it.ended_on.is_none());
    let waiting = referrals.filter_map(|it| match it.state.as_str() {
        "to_answer" => Some((say(language, "value.ClockKind.respond_by"), it.respond_by)),
        "to_deliver" => it.deliver_by.map(|by| (say(language, "value.ClockKind.deliver_by"), by)),
        _ => None,
    });
    let mut all: Vec<_> = clocks.chain(waiting).collect();
    all.sort_by_key(|(_, by)| *by);
    all.into_iter().map(|(what, by)| (what, days::due(language, by), days::chip(language, by, today))).collect()
}

/// A member's name or place, for the tables.
fn called(view: &CaseView, id: events::id::PersonId, language: Language) -> String {
    let member = view.members.iter().find(|it| it.person == id);
    member.map_or_else(|| super::words::short(id), |it| member_name(it, language))
}

/// Words of a personal value, or nothing.
fn words(shown: Option<&crate::case_view::Shown>, language: Language) -> String {
    shown.map_or_else(String::new, |it| text(language, it))
}
