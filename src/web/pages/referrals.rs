//! What waits at agencies: an officer's inbox, and for others where it waits and how long, with the rows to choose among.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use projections::figures::offers::AgencyRow;
use projections::figures::referrals::{ReferralRow, ReferralState};

use super::days::{self, Due};
use super::layout::Shell;
use super::links::{link, said, value, without};
use super::locale::{code, fill, say};
use super::many::{commands_of, row_value};
use super::operations::board::{age_class, agency_name, service_name};
use super::reader::Reader;
use super::words::{Html, area, place, short};
use crate::access::Role;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::bulk::MOST;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::referrals::listed;
use crate::web::refused::of_projection;

/// One referral.
#[derive(Debug)]
struct Row {
    /// Which it is, for a form that is about several.
    mark: String,
    service: String,
    agency: String,
    about: String,
    path: String,
    state: String,
    due: Option<(String, Due)>,
    /// How long it waited, and the colour of that.
    waited: Option<(String, &'static str)>,
    escalated: Option<String>,
    acts: Vec<(String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "referrals.html")]
pub struct ReferralsPage {
    shell: Shell,
    inbox: bool,
    /// What was done to a household that is seen no more.
    done: Option<String>,
    /// The past moment that is shown.
    past: Option<String>,
    leave: String,
    tabs: Vec<Tab>,
    /// The filters besides the queue, each with where it is left out.
    chips: Vec<(String, String)>,
    clear: String,
    rows: Vec<Row>,
    total: String,
    /// What can be done to several: the command and its name.
    many: Vec<(&'static str, String)>,
    /// All of a queue can be chosen, as many as they are; none: they are too many for one form.
    all: Option<String>,
    all_marked: bool,
    /// What was asked, for a form about all.
    query: String,
    next: Option<String>,
    as_of: String,
}

/// One of the queues.
#[derive(Debug)]
struct Tab {
    path: String,
    count: String,
    label: String,
    here: bool,
    late: bool,
}

/// What a queue asks of the list.
type Wanted = &'static [(&'static str, &'static str)];

/// The queues: a name, and what is asked of the list.
const TABS: [(&str, Wanted); 6] = [
    ("waiting", &[("state", "to_answer,to_deliver")]),
    ("to_answer", &[("state", "to_answer")]),
    ("to_deliver", &[("state", "to_deliver")]),
    ("returned", &[("state", "returned")]),
    ("overdue", &[("overdue", "true")]),
    ("ended", &[("state", "declined,completed,withdrawn")]),
];

/// What narrows a queue, with the key of its name.
const FILTERS: [(&str, &str); 7] = [
    ("agency", "filter.agency"),
    ("service", "filter.service"),
    ("area", "filter.area"),
    ("lao", "filter.lao"),
    ("age", "filter.age"),
    ("overdue", "queue.overdue"),
    ("as_of", "pick.as_of"),
];

/// What is asked of the list: the queue, and what narrows it.
pub fn params(queue: Wanted, said: &[(String, String)], limit: &str, cursor: Option<&str>) -> Params {
    let mut params = Params::default();
    for (name, _) in FILTERS {
        if !value(said, name).is_empty() {
            params.put(name, value(said, name));
        }
    }
    for (name, value) in queue {
        params.put(name, value);
    }
    params.put("sort", "due");
    params.put("limit", limit);
    if let Some(cursor) = cursor {
        params.put("cursor", cursor);
    }
    params
}

/// The queue that an address names.
pub fn queue(said: &[(String, String)], otherwise: &'static str) -> Result<(&'static str, Wanted), Problem> {
    let named = value(said, "queue");
    let named = if named.is_empty() { otherwise } else { named };
    TABS.into_iter().find(|(name, _)| *name == named).ok_or_else(Problem::nothing_there)
}

/// `GET /referrals`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    uri: Uri,
    mut asked: Params,
) -> Result<Html<ReferralsPage>, Problem> {
    let language = reader.language;
    let said = said(&uri);
    for (name, _) in FILTERS.iter().chain(&[("queue", ""), ("mark", "")]) {
        asked.text(name);
    }
    let (cursor, after) = (asked.text("cursor"), asked.text("after_position"));
    let done = asked.text("done").and_then(|it| Name::ALL.into_iter().find(|name| name.as_str() == it));
    asked.finish()?;
    let inbox = reader.caller.role == Role::AgencyOfficer;
    let (here, wanted) = queue(&said, "to_answer")?;
    let narrowed = without(&said, &["queue", "cursor", "mark", "after_position", "done"]);
    let mut of_list = params(wanted, &said, "50", cursor.as_deref());
    if let Some(after) = &after {
        of_list.put("after_position", after);
    }
    let list = listed(&web, &reader.caller, &headers, of_list).await?;
    let mut tabs = Vec::new();
    for (name, wanted) in TABS.into_iter().filter(|(name, _)| !inbox || *name != "waiting") {
        let list = listed(&web, &reader.caller, &headers, params(wanted, &said, "1", None)).await?;
        let pairs = [vec![("queue".to_owned(), name.to_owned())], narrowed.clone()].concat();
        tabs.push(Tab {
            path: link("/referrals", &pairs),
            count: days::number(list.total),
            label: say(language, &format!("queue.{name}")),
            here: name == here,
            late: name == "overdue",
        });
    }
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let is_past = !value(&said, "as_of").is_empty();
    let today = if is_past { events::clock::day_of(list.as_of.time) } else { web.0.desk.today() };
    let row = |it: ReferralRow| {
        let number = it.case_no.map_or_else(|| short(it.household), |it| it.to_string());
        Row {
            mark: row_value(&it),
            service: service_name(&agencies, it.agency, &it.service, language),
            agency: agency_name(&agencies, it.agency, language),
            about: format!("{number} · {}", place(language, &it.place)),
            path: format!("/cases/{}", it.household),
            state: code(language, "ReferralState", it.state.as_str()),
            due: it.due_by.map(|by| (days::due(language, by), days::chip(language, by, today))),
            waited: it.age_days.map(|age| (fill(language, "queue.waited", &[&age.to_string()]), age_class(age))),
            escalated: it.escalated_to.map(|to| code(language, "EscalatedTo", &super::words::slug(&to))),
            acts: if inbox { acts(&it, language) } else { Vec::new() },
        }
    };
    let open = !matches!(here, "ended") && !is_past;
    let commands = if open { commands_of(reader.caller.role) } else { Vec::new() };
    let key = if inbox { "inbox.title" } else { "referrals.title" };
    let plain = [vec![("queue".to_owned(), here.to_owned())], narrowed.clone()].concat();
    let next = list.next.map(|next| link("/referrals", &[plain.clone(), vec![("cursor".to_owned(), next)]].concat()));
    Ok(Html(ReferralsPage {
        shell: Shell::of(&reader, "/referrals", say(language, key)),
        inbox,
        done: done.map(|it| fill(language, "office.done", &[&say(language, &format!("do.{}", it.as_str()))])),
        past: is_past.then(|| days::moment(language, list.as_of.time)),
        leave: link("/referrals", &without(&plain, &["as_of"])),
        tabs,
        chips: chips(&plain, &agencies, language),
        clear: link("/referrals", &[("queue", here)]),
        rows: list.items.into_iter().map(row).collect(),
        total: fill(language, "queue.total", &[&days::number(list.total)]),
        many: commands.into_iter().map(|it| (it.as_str(), say(language, &format!("many.{}", it.as_str())))).collect(),
        all: (list.total <= MOST as u64).then(|| fill(language, "many.all", &[&days::number(list.total)])),
        all_marked: value(&said, "mark") == "all",
        query: link("", &plain),
        next,
        as_of: days::moment(language, list.as_of.time),
    }))
}

/// The filters besides the queue, in words.
fn chips(said: &[(String, String)], agencies: &[AgencyRow], language: Language) -> Vec<(String, String)> {
    let one = |(name, key): (&str, &str)| {
        let given = value(said, name);
        if given.is_empty() || name == "as_of" {
            return None;
        }
        let label = match name {
            "agency" => given.parse().map_or_else(|_| short(given), |id| agency_name(agencies, id, language)),
            "service" => {
                let all = agencies.iter().find(|it| it.services.iter().any(|service| service.service == given));
                all.map_or_else(|| given.to_owned(), |it| service_name(agencies, it.id, given, language))
            }
            "area" => given.parse().map_or_else(|_| given.to_owned(), |code| area(language, code)),
            "age" => fill(language, "operations.days", &[&given.replace('-', "–")]),
            "overdue" => return Some((say(language, key), link("/referrals", &without(said, &[name])))),
            _ => given.to_owned(),
        };
        Some((format!("{}: {label}", say(language, key)), link("/referrals", &without(said, &[name]))))
    };
    FILTERS.into_iter().filter_map(one).collect()
}

/// What an officer may answer to a referral in this state; the first is what is hoped for.
fn acts(it: &ReferralRow, language: Language) -> Vec<(String, String)> {
    let commands: &[&str] = match it.state {
        ReferralState::ToAnswer => &["accept-referral", "return-referral", "decline-referral"],
        ReferralState::ToDeliver => &["deliver-assistance", "complete-referral", "take-back-acceptance"],
        ReferralState::Returned | ReferralState::Declined | ReferralState::Completed | ReferralState::Withdrawn => &[],
    };
    let one = |command: &&str| {
        let path = format!("/cases/{}/do/{command}?referral={}", it.household, it.id);
        (path, say(language, &format!("do.{command}")))
    };
    commands.iter().map(one).collect()
}
