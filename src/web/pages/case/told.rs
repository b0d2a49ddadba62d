//! What happened to a household, the latest first: in words, with when it happened and when it was recorded, by whom, and
//! what was taken back.

use events::clock::day_of;
use projections::figures::offers::AgencyRow;

use crate::access::{Role, may_retract};
use crate::case_view::TimelineEntry;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::form::choices::Choice;
use crate::web::pages::locale::{code, fill, known, say};
use crate::web::pages::words::short;

/// One fact.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its place in the history: also its permanent link.
    pub sequence: u64,
    /// What happened.
    pub says: String,
    /// What it says besides, in words of its codes.
    pub more: Vec<String>,
    /// `people`, `moved` or `watcher`.
    pub class: &'static str,
    /// The day it happened.
    pub happened: String,
    /// When it was recorded.
    pub recorded: String,
    /// By how many days it was recorded late.
    pub late: Option<String>,
    /// Who.
    pub who: String,
    /// Its place in the log.
    pub position: String,
    /// The fact that took it back.
    pub taken_back: Option<u64>,
    /// Where it can be taken back, by a role that may.
    pub take_back: Option<String>,
    /// By which role, and which fact: what a filter asks for.
    pub teller: String,
    pub kind: String,
    /// The case as it stood right after.
    pub then: String,
}

/// Values of facts whose code has a name that stands alone.
const NAMED: [(&str, &str); 14] = [
    ("seen", "Seen"),
    ("finding", "PanelFinding"),
    ("outcome", "ReferralOutcome"),
    ("capital", "Capital"),
    ("basis", "LegalBasis"),
    ("relation", "Relation"),
    ("residence", "ResidenceStatus"),
    ("status", "ListStatus"),
    ("list", "StateList"),
    ("received", "Received"),
    ("evidence", "Evidence"),
    ("help", "HelpState"),
    ("purpose", "ConsentPurpose"),
    ("source", "Source"),
];

fn more(entry: &TimelineEntry, language: Language) -> Vec<String> {
    let mut said = Vec::new();
    for (field, of) in NAMED {
        let value = entry.fact.get(field).and_then(|it| it.as_str());
        if let Some(name) = value.and_then(|it| known(language, &format!("value.{of}.{it}"))) {
            said.push(name.to_owned());
        }
    }
    for field in ["words", "remarks", "text"] {
        let words = entry.fact.get(field);
        let text = words.and_then(|it| it.get("text").unwrap_or(it).get("value")).and_then(|it| it.as_str());
        if let Some(text) = text.filter(|it| !it.is_empty()) {
            said.push(format!("“{text}”"));
        }
    }
    let score = entry.fact.get("overall").and_then(|it| it.get("x")).and_then(|it| it.as_str());
    said.extend(score.map(ToOwned::to_owned));
    said
}

fn told(
    entry: &TimelineEntry,
    moved: bool,
    agencies: &[AgencyRow],
    reader: Role,
    language: Language,
    path: &str,
) -> Told {
    let says = if language == Language::Thai { entry.says_th } else { entry.says_en };
    let recorded_on = day_of(entry.recorded_at);
    let late = entry.happened_on.map(|day| (recorded_on - day).num_days()).filter(|days| *days > 0);
    let role = code(language, "Role", &entry.role);
    let agency = entry.on_behalf_of.and_then(|id| agencies.iter().find(|it| it.id == id));
    let who = match agency {
        Some(it) => {
            let name = if language == Language::Thai { &it.name_th } else { &it.name_en };
            fill(language, "told.on_behalf", &[&role, &short(entry.actor), name])
        }
        None => fill(language, "told.who", &[&role, &short(entry.actor)]),
    };
    Told {
        sequence: entry.sequence,
        says: says.to_owned(),
        more: more(entry, language),
        class: if entry.role == "system" {
            "watcher"
        } else if moved {
            "moved"
        } else {
            "people"
        },
        happened: entry.happened_on.map_or_else(|| days::day(language, recorded_on), |day| days::day(language, day)),
        recorded: days::moment(language, entry.recorded_at),
        late: late.map(|days| fill(language, "told.late", &[&days.to_string()])),
        who: if entry.role == "system" { role } else { who },
        position: days::number(entry.position),
        taken_back: entry.retracted_by,
        take_back: may_retract(reader, &entry.event)
            .is_ok()
            .then(|| format!("{path}/do/retract-fact?sequence={}", entry.sequence)),
        teller: entry.role.clone(),
        kind: entry.event.clone(),
        then: format!("{path}?at={}", entry.sequence),
    }
}

/// All facts, the latest first.
pub fn all(
    entries: &[TimelineEntry],
    agencies: &[AgencyRow],
    reader: Role,
    language: Language,
    path: &str,
) -> Vec<Told> {
    let stage = |entry: &TimelineEntry| entry.fact.get("after").and_then(|it| it.get("stage")).cloned();
    let mut before = None;
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let now = stage(entry);
        let moved = now.is_some() && now != before;
        if moved {
            before = now;
        }
        all.push(told(entry, moved, agencies, reader, language, path));
    }
    all.reverse();
    all
}

/// The choices of a filter: all, and each that there is.
fn choices(mut found: Vec<(String, String)>, chosen: &str, language: Language) -> Vec<Choice> {
    found.sort();
    found.dedup();
    let any = Choice { value: String::new(), label: say(language, "cases.any"), chosen: chosen.is_empty() };
    let one = |(label, value): (String, String)| Choice { chosen: value == chosen, value, label };
    std::iter::once(any).chain(found.into_iter().map(one)).collect()
}

/// In which roles things were recorded here.
pub fn tellers(entries: &[TimelineEntry], chosen: &str, language: Language) -> Vec<Choice> {
    let found = entries.iter().map(|it| (code(language, "Role", &it.role), it.role.clone()));
    choices(found.collect(), chosen, language)
}

/// What happened here, each once.
pub fn kinds(entries: &[TimelineEntry], chosen: &str, language: Language) -> Vec<Choice> {
    let says = |it: &TimelineEntry| if language == Language::Thai { it.says_th } else { it.says_en };
    choices(entries.iter().map(|it| (says(it).to_owned(), it.event.clone())).collect(), chosen, language)
}
