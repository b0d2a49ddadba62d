//! A household's history as a reader sees it: every fact in order, what was taken back beside what took it back.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::facts::household::{Address, DisclosedField, HouseholdEvent, NoteWritten};
use events::facts::people::Words;
use events::facts::register;
use events::id::{AgencyId, CommandId, StaffId};
use events::sealed::Sealed;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::history::{Entry, History};
use super::lens::Lens;

/// One fact of the timeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Its place in the household's history.
    pub sequence: u64,
    /// Its place in the log.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day it happened, where the fact has one of its own.
    pub happened_on: Option<NaiveDate>,
    /// Its name.
    pub event: String,
    /// What it says, in Thai.
    pub says_th: &'static str,
    /// And in English.
    pub says_en: &'static str,
    /// Who acted.
    pub actor: StaffId,
    /// In which role.
    pub role: String,
    /// The agency in whose name somebody else acted.
    pub on_behalf_of: Option<AgencyId>,
    /// Through which door.
    pub channel: &'static str,
    /// The command that caused it.
    pub command: CommandId,
    /// A reason's code, where one was given.
    pub reason: Option<String>,
    /// When it was typed in, on a device without network.
    pub captured_at: Option<DateTime<Utc>>,
    /// The sequence of the fact that took this one back.
    pub retracted_by: Option<u64>,
    /// The fact itself, personal values as this reader sees them.
    #[schema(value_type = Object)]
    pub fact: Value,
}

/// Every fact of a history through a lens.
pub fn timeline(history: &History, lens: &Lens) -> Vec<TimelineEntry> {
    let mut retracted_by = BTreeMap::new();
    for entry in &history.entries {
        if let HouseholdEvent::FactRetracted(it) = &entry.fact {
            retracted_by.insert(it.sequence, entry.sequence);
        }
    }
    let told = |entry| told(entry, lens, &retracted_by);
    history.entries.iter().map(told).collect()
}

fn told(entry: &Entry, lens: &Lens, retracted_by: &BTreeMap<u64, u64>) -> TimelineEntry {
    let Entry { sequence, at, fact, metadata } = entry;
    let name = fact.schema().name;
    let words = register::find(name);
    TimelineEntry {
        sequence: *sequence,
        position: at.position,
        recorded_at: at.time,
        happened_on: fact.happened_on(),
        event: name.to_owned(),
        says_th: words.map_or("", |entry| entry.th),
        says_en: words.map_or("", |entry| entry.en),
        actor: metadata.actor,
        role: metadata.role.clone(),
        on_behalf_of: metadata.on_behalf_of,
        channel: metadata.channel.as_str(),
        command: metadata.command,
        reason: metadata.reason.clone(),
        captured_at: metadata.captured_at,
        retracted_by: retracted_by.get(sequence).copied(),
        fact: shown(fact, lens),
    }
}

/// The fact as JSON, every sealed value replaced by what the reader sees of it. A sealed value that nobody has
/// thought of here is masked, unless the reader sees everything.
pub fn shown(fact: &HouseholdEvent, lens: &Lens) -> Value {
    use HouseholdEvent as E;
    let mut json = serde_json::to_value(fact).unwrap_or(Value::Null);
    let mut put = |name: &str, seen: Value| {
        if let Some(field) = json.get_mut(name) {
            *field = seen;
        }
    };
    let said = |words: &Words| json!({"about": words.about, "text": lens.inner(&words.text)});
    let inner = |words: &Option<Words>| words.as_ref().map_or(Value::Null, said);
    let address = |it: Option<&Sealed<Address>>| {
        it.map_or(Value::Null, |address| json!(lens.field(DisclosedField::Address, address)))
    };
    #[expect(clippy::wildcard_enum_match_arm, reason = "what nobody thought of is masked")]
    match fact {
        E::HouseholdIdentified(it) => {
            put("address", address(it.address.as_ref()));
            put("origin", it.origin.as_ref().map_or(Value::Null, |origin| json!(lens.inner(origin))));
        }
        E::NoteWritten(NoteWritten { text, .. }) => put("text", json!(lens.inner(text))),
        E::AddressRecorded(it) => put("address", json!(lens.field(DisclosedField::Address, &it.address))),
        E::AddressCorrected(it) => put("address", address(it.address.as_ref())),
        E::MovedWithinArea(it) => put("address", address(it.address.as_ref())),
        E::HouseCodeRecorded(it) => put("house_code", json!(lens.field(DisclosedField::Address, &it.house_code))),
        E::DocumentAttached(it) => put("title", json!(lens.inner(&it.title))),
        E::MemberCorrected(it) => put("details", json!(lens.person(&it.details))),
        E::MemberJoined(it) => put("details", json!(lens.person(&it.details))),
        E::HomeVisited(it) => put("remarks", inner(&it.remarks)),
        E::PanelHeld(it) => put("remarks", inner(&it.remarks)),
        E::HouseholdRefused(it) => put("words", inner(&it.words)),
        E::HouseholdMovedAway(it) => put("words", inner(&it.words)),
        E::ContactResumed(it) => put("words", inner(&it.words)),
        E::CaseReopened(it) => put("words", inner(&it.words)),
        E::VisitPlanned(it) => put("words", inner(&it.words)),
        E::FollowUpVisited(it) => put("remarks", inner(&it.remarks)),
        E::PostExitChecked(it) => put("remarks", inner(&it.remarks)),
        E::ComplaintReceived(it) => put("words", said(&it.words)),
        E::ComplaintAnswered(it) => put("words", said(&it.words)),
        E::RightsRequestReceived(it) => put("words", inner(&it.words)),
        E::RightsRequestAnswered(it) => put("words", inner(&it.words)),
        E::RestrictionLifted(it) => put("words", inner(&it.words)),
        E::NeedRecorded(it) => {
            let seen = |words: &Words| json!({"about": words.about, "text": lens.need_words(it.need, &words.text)});
            put("words", it.words.as_ref().map_or(Value::Null, seen));
        }
        E::ReferralDeclined(it) => put("words", inner(&it.words)),
        E::ReferralReturned(it) => put("words", inner(&it.words)),
        E::AcceptanceTakenBack(it) => put("words", inner(&it.words)),
        E::ReferralResubmitted(it) => put("words", inner(&it.words)),
        E::ReferralRerouted(it) => put("words", inner(&it.words)),
        E::ReferralEscalated(it) => put("words", inner(&it.words)),
        E::DeadlineExtended(it) => put("words", inner(&it.words)),
        // Nothing personal, or not thought of: then it is masked below.
        _ => {}
    }
    match lens {
        Lens::Clear => clear(&mut json, &|_| true),
        Lens::Own(subjects) => clear(&mut json, &|subject| subjects.iter().any(|it| it.as_str() == subject)),
        Lens::Disclosed { .. } | Lens::Masked => {}
    }
    masked(&mut json);
    json
}

/// Whoever sees everything of somebody also sees what nobody has thought of above.
fn clear(value: &mut Value, whose: &dyn Fn(&str) -> bool) {
    match value {
        Value::Object(members) if members.contains_key("$o") => {
            if members.get("k").and_then(Value::as_str).is_some_and(whose) {
                *value = json!({"shown": "clear", "value": members.remove("$o")});
            }
        }
        Value::Object(members) => members.values_mut().for_each(|it| clear(it, whose)),
        Value::Array(items) => items.iter_mut().for_each(|it| clear(it, whose)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Masks every sealed form that is left, whatever it holds.
pub fn masked(value: &mut Value) {
    match value {
        Value::Object(members) if ["$o", "$s", "$e"].iter().any(|form| members.contains_key(*form)) => {
            let erased = members.contains_key("$e");
            *value = json!({"shown": if erased { "erased" } else { "masked" }});
        }
        Value::Object(members) => members.values_mut().for_each(masked),
        Value::Array(items) => items.iter_mut().for_each(masked),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
