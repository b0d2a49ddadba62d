//! What waits at agencies: an officer's inbox, and for others where it waits and how long.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use projections::figures::referrals::{ReferralRow, ReferralState};

use super::days::{self, Due};
use super::layout::Shell;
use super::locale::{code, fill, say};
use super::reader::Reader;
use super::words::{Html, place, short};
use crate::access::Role;
use crate::web::Web;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::referrals::listed;
use crate::web::refused::of_projection;

/// One referral.
#[derive(Debug)]
struct Row {
    service: String,
    agency: String,
    about: String,
    path: String,
    state: String,
    due: Option<(String, Due)>,
    waited: Option<String>,
    acts: Vec<(String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "referrals.html")]
pub struct ReferralsPage {
    shell: Shell,
    inbox: bool,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    total: String,
    next: Option<String>,
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

/// The queues: a name, and what is asked of the list.
const TABS: [(&str, &[(&str, &str)]); 5] = [
    ("to_answer", &[("state", "to_answer")]),
    ("to_deliver", &[("state", "to_deliver")]),
    ("returned", &[("state", "returned")]),
    ("overdue", &[("overdue", "true")]),
    ("ended", &[("state", "declined,completed,withdrawn")]),
];

fn params(asked: &[(&str, &str)], limit: &str, cursor: Option<&str>) -> Params {
    let mut params = Params::default();
    for (name, value) in asked {
        params.put(name, value);
    }
    params.put("sort", "due");
    params.put("limit", limit);
    if let Some(cursor) = cursor {
        params.put("cursor", cursor);
    }
    params
}

/// `GET /referrals`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    mut asked: Params,
) -> Result<Html<ReferralsPage>, Problem> {
    let language = reader.language;
    let (queue, cursor) = (asked.text("queue"), asked.text("cursor"));
    asked.finish()?;
    let queue = queue.as_deref().unwrap_or("to_answer");
    let (here, wanted) = TABS.into_iter().find(|(name, _)| *name == queue).ok_or_else(Problem::nothing_there)?;
    let mut tabs = Vec::new();
    for (name, wanted) in TABS {
        let list = listed(&web, &reader.caller, &headers, params(wanted, "1", None)).await?;
        tabs.push(Tab {
            path: format!("/referrals?queue={name}"),
            count: days::number(list.total),
            label: say(language, &format!("queue.{name}")),
            here: name == here,
            late: name == "overdue",
        });
    }
    let list = listed(&web, &reader.caller, &headers, params(wanted, "50", cursor.as_deref())).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let today = web.0.desk.today();
    let inbox = reader.caller.role == Role::AgencyOfficer;
    let row = |it: ReferralRow| {
        let agency = agencies.iter().find(|agency| agency.id == it.agency);
        let service = agency.and_then(|agency| agency.services.iter().find(|service| service.service == it.service));
        let named = |th: &str, en: &str| if language == Language::Thai { th.to_owned() } else { en.to_owned() };
        let number = it.case_no.map_or_else(|| short(it.household), |it| it.to_string());
        Row {
            service: service.map_or_else(|| it.service.clone(), |it| named(&it.name_th, &it.name_en)),
            agency: agency.map_or_else(|| short(it.agency), |it| named(&it.name_th, &it.name_en)),
            about: format!("{number} · {}", place(language, &it.place)),
            path: format!("/cases/{}", it.household),
            state: code(language, "ReferralState", it.state.as_str()),
            due: it.due_by.map(|by| (days::due(language, by), days::chip(language, by, today))),
            waited: it.age_days.map(|age| fill(language, "queue.waited", &[&age.to_string()])),
            acts: if inbox { acts(&it, language) } else { Vec::new() },
        }
    };
    let key = if inbox { "inbox.title" } else { "referrals.title" };
    Ok(Html(ReferralsPage {
        shell: Shell::of(&reader, "/referrals", say(language, key)),
        inbox,
        tabs,
        rows: list.items.into_iter().map(row).collect(),
        total: fill(language, "queue.total", &[&days::number(list.total)]),
        next: list.next.map(|next| format!("/referrals?queue={here}&cursor={next}")),
    }))
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
