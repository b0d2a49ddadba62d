//! The agencies with their services, the operating models with their places and results, and the policies with their
//! versions.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use projections::figures::offers::{AgencyRow, ModelRow};
use serde_json::Value;

use super::command::done;
use super::narrow::{Narrow, Shown};
use super::policy::{has_form, published as published_done};
use super::{Offer, Thing, offers};
use crate::access::{Action, Relation, may};
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::layout::Shell;
use crate::web::pages::links::link;
use crate::web::pages::locale::{code, fill, known, say};
use crate::web::pages::operations::board::agency_name;
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{Html, area, slug};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::offers::{told_agencies, told_models, told_policies};

/// Where the list of a kind is.
pub const fn path(thing: Thing) -> &'static str {
    match thing {
        Thing::Agencies => "/agencies",
        Thing::Models => "/models",
        Thing::Staff => "/staff",
        Thing::Policies => "/policies",
    }
}

/// How full something is.
#[derive(Debug)]
pub struct Places {
    /// In words.
    pub says: String,
    /// The length of the bar: of what is taken, of a hundred.
    pub taken: Option<u32>,
}

/// A line below a name: a service, or a role.
#[derive(Debug)]
pub struct Line {
    pub name: String,
    pub about: String,
    pub places: Option<Places>,
    pub offers: Vec<Offer>,
}

/// One of a list.
#[derive(Debug)]
pub struct Item {
    pub id: String,
    pub name: String,
    pub about: String,
    pub chip: Option<String>,
    pub places: Option<Places>,
    pub facts: Vec<(String, String)>,
    pub lines: Vec<Line>,
    pub links: Vec<Offer>,
    pub offers: Vec<Offer>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "office.html")]
pub struct OfficePage {
    shell: Shell,
    done: Option<String>,
    count: String,
    items: Vec<Item>,
    new: Vec<Offer>,
    /// What of it is shown, where it can be long.
    shown: Option<Shown>,
    why: String,
}

fn places(places: Option<u32>, taken: Option<u32>, language: Language) -> Places {
    match (places, taken) {
        (Some(places), Some(taken)) => Places {
            says: fill(language, "office.places", &[&places.saturating_sub(taken).to_string(), &places.to_string()]),
            taken: Some((taken * 100).checked_div(places).unwrap_or(100).min(100)),
        },
        (None, Some(taken)) => Places { says: fill(language, "office.taken", &[&taken.to_string()]), taken: None },
        (_, None) => Places { says: say(language, "reports.too_few"), taken: None },
    }
}

fn named<'a>(th: &'a str, en: &'a str, language: Language) -> &'a str {
    if language == Language::Thai { th } else { en }
}

fn frame(
    reader: &Reader,
    here: &'static str,
    key: &str,
    said: Option<String>,
    items: Vec<Item>,
    new: Vec<Offer>,
    shown: Option<Shown>,
) -> OfficePage {
    OfficePage {
        shell: Shell::of(reader, here, say(reader.language, key)),
        done: said.and_then(|command| done(reader.language, &command)),
        count: days::number(shown.as_ref().map_or(items.len(), |it| it.total) as u64),
        items,
        new,
        shown,
        why: say(reader.language, "office.none.why"),
    }
}

/// `GET /agencies`
pub async fn agencies(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Html<OfficePage>, Problem> {
    let said = params.text("done");
    let narrow = Narrow::of("/agencies", &mut params);
    let mut rows = told_agencies(&web, &reader.caller, &headers, params).await?.items;
    rows.retain(|it| !it.name_th.is_empty());
    let (rows, shown) = narrow.page(rows, |it| [&it.name_th, &it.name_en]);
    let language = reader.language;
    let one = |it: AgencyRow| {
        let id = it.id.to_string();
        let service = |service: projections::figures::offers::ServiceRow| {
            let pause = if service.paused { "resume-service" } else { "pause-service" };
            let mut offers = offers(&reader, Thing::Agencies, &id, &[pause, "set-capacity", "change-service"]);
            for (path, _) in &mut offers {
                *path = link(path, &[("service", service.service.as_str())]);
            }
            Line {
                name: named(&service.name_th, &service.name_en, language).to_owned(),
                about: if service.paused {
                    say(language, "office.paused")
                } else {
                    fill(language, "capital.of", &[&code(language, "Capital", service.capital.as_str())])
                },
                places: Some(places(service.places, service.taken, language)),
                offers,
            }
        };
        Item {
            name: named(&it.name_th, &it.name_en, language).to_owned(),
            about: code(language, "AgencyKind", &slug(&it.kind)),
            chip: None,
            places: None,
            facts: Vec::new(),
            lines: it.services.into_iter().map(service).collect(),
            links: waiting(&reader, &id),
            offers: offers(&reader, Thing::Agencies, &id, &["offer-service"]),
            id,
        }
    };
    let items = rows.into_iter().map(one).collect();
    let new = offers(&reader, Thing::Agencies, "", &["register"]);
    Ok(Html(frame(&reader, "/agencies", "place.agencies", said, items, new, Some(shown))))
}

fn waiting(reader: &Reader, agency: &str) -> Vec<Offer> {
    let open = may(reader.caller.role, Action::ListReferrals, Relation::InScope).is_ok();
    let to = link("/referrals", &[("queue", "waiting"), ("agency", agency)]);
    if open { vec![(to, say(reader.language, "office.waiting"))] } else { Vec::new() }
}

/// What may be hoped for in each state of a model.
fn of_state(state: &str) -> &'static [&'static str] {
    match state {
        "drafted" => &["approve", "draft", "join-partner", "close"],
        "approved" => &["open-approved", "join-partner", "close"],
        "open" => &[
            "start-cycle",
            "end-cycle",
            "share-payment",
            "set-places",
            "join-partner",
            "remove-partner",
            "review",
            "scale",
            "close",
        ],
        _ => &[],
    }
}

/// `GET /models`
pub async fn models(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Html<OfficePage>, Problem> {
    let said = params.text("done");
    let narrow = Narrow::of("/models", &mut params);
    let rows = told_models(&web, &reader.caller, &headers, params).await?.items;
    let (rows, shown) = narrow.page(rows, |it| [&it.name_th, &it.name_en]);
    let agencies = web.0.read_model.agencies().await.map_err(|error| crate::web::refused::of_projection(&error))?;
    let language = reader.language;
    let lists = may(reader.caller.role, Action::ListHouseholds, Relation::InScope).is_ok()
        && may(reader.caller.role, Action::ReadReports, Relation::InScope).is_ok();
    let one = |it: ModelRow| {
        let id = it.id.to_string();
        let cases = [("figure", "helped"), ("per", "model"), ("model", id.as_str())];
        let enrolled = (link("/reports/outcome/cases", &cases), say(language, "office.enrolled"));
        let partner = |partner: &projections::figures::offers::PartnerRow| Line {
            name: agency_name(&agencies, partner.agency, language),
            about: code(language, "PartnerRole", &partner.role),
            places: None,
            offers: Vec::new(),
        };
        Item {
            name: named(&it.name_th, &it.name_en, language).to_owned(),
            about: format!(
                "{} · {}",
                code(language, "ModelFamily", &slug(&it.family)),
                fill(language, "capital.of", &[&code(language, "Capital", it.capital.as_str())])
            ),
            chip: Some(code(language, "ModelState", &it.state)),
            places: Some(places(it.places, it.taken, language)),
            facts: vec![
                (say(language, "office.cycles"), days::number(u64::from(it.cycles_ended))),
                (say(language, "office.earned"), crate::web::pages::reports::cells::baht(&it.earned.to_string())),
            ],
            lines: it.partners.iter().map(partner).collect(),
            links: if lists { vec![enrolled] } else { Vec::new() },
            offers: offers(&reader, Thing::Models, &id, of_state(&it.state)),
            id,
        }
    };
    let new = offers(&reader, Thing::Models, "", &["open"]);
    Ok(Html(frame(&reader, "/models", "place.models", said, rows.into_iter().map(one).collect(), new, Some(shown))))
}

/// `GET /policies`
pub async fn policies(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Html<OfficePage>, Problem> {
    let language = reader.language;
    let today = web.0.desk.today();
    let said = params.text("done");
    let manages = may(reader.caller.role, Action::ManagePolicies, Relation::InScope).is_ok();
    let mut rows = told_policies(&web, &reader.caller, &headers, params).await?.items;
    rows.sort_by_key(|it| (it.published.policy.id.clone(), std::cmp::Reverse(it.published.policy.version)));
    let mut above = String::new();
    let one = |it: crate::web::reads::offers::PolicyVersion| {
        let published = it.published;
        let version = published.policy.version.to_string();
        // `sla/46`: the kind and the province.
        let (kind, province) = published.policy.id.split_once('/').unwrap_or((&published.policy.id, ""));
        // The versions of a policy follow each other, the newest first.
        let newest = std::mem::replace(&mut above, published.policy.id.clone()) != published.policy.id;
        let to = link(&format!("/policies/{kind}/publish"), &[("province", province)]);
        let publish = (to, say(language, "policy.publish_another"));
        let which = [("kind", kind), ("province", province), ("version", version.as_str())];
        let withdraw = (link("/policies/do/withdraw", &which), say(language, "do.withdraw"));
        let body = serde_json::to_value(&published.body).unwrap_or_default();
        let small = |(name, value): (&String, &Value)| {
            let text = value.as_str().map(ToOwned::to_owned).or_else(|| value.as_i64().map(|it| it.to_string()))?;
            Some((known(language, &format!("value.PolicyField.{name}"))?.to_owned(), text))
        };
        let facts = body.as_object().into_iter().flatten().filter_map(small).collect();
        let chip = if it.withdrawn_from.is_some() {
            Some(say(language, "office.withdrawn"))
        } else if published.effective_on > today {
            Some(say(language, "office.to_come"))
        } else {
            None
        };
        let place = province.parse().map_or_else(|_| province.to_owned(), |code| area(language, code));
        Item {
            id: format!("{kind}-{province}-{version}"),
            name: fill(language, "office.policy", &[&code(language, "PolicyKind", kind), &version]),
            about: fill(language, "office.effective", &[&place, &days::day(language, published.effective_on)]),
            chip,
            places: None,
            facts,
            lines: Vec::new(),
            links: if manages && has_form(published.body.kind()) && newest { vec![publish] } else { Vec::new() },
            offers: if manages && it.withdrawn_from.is_none() { vec![withdraw] } else { Vec::new() },
        }
    };
    let items = rows.into_iter().map(one).collect();
    let page = frame(&reader, "/policies", "place.policies", None, items, Vec::new(), None);
    let done = said.and_then(|it| published_done(language, &it).or_else(|| done(language, &it)));
    Ok(Html(OfficePage { done, ..page }))
}
