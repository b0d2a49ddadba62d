//! `huean history`

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;
use events::case_no::CaseNo;
use events::clock::{Clock, bangkok};
use events::facts::Fact;
use events::facts::register;
use events::id::HouseholdId;
use events::log::StoredEvent;
use events::recorded::Recorded;
use events::vault::Access;
use projections::people::SearchQuery;
use projections::read_model::OpenReadModel;
use projections::{Reach, ReadModel};
use serde::Serialize;
use serde_json::Value;

use super::{CliError, output, person};
use crate::access::{Action, Caller, Relation, may};
use crate::app::{House, Missing, Place};
use crate::desk::{Desk, readable};
use crate::reports::Telling;
use crate::reports::asking::{Bounds, moment_of};
use crate::watcher::system_staff;

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// A household's id or case number
    household: String,
    /// As it stood at a sequence, a time (RFC 3339) or the end of a date
    #[arg(long, env = "HUEAN_AT", value_name = "N|TIME")]
    at: Option<String>,
    /// Print it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
    /// Show personal values; the reason is recorded
    #[arg(long, env = "HUEAN_REVEAL", value_name = "REASON")]
    reveal: Option<String>,
}

/// One fact of the history.
#[derive(Debug, Serialize)]
struct Entry {
    sequence: u64,
    position: u64,
    recorded_at: String,
    happened_on: Option<NaiveDate>,
    event: &'static str,
    actor: String,
    role: String,
    channel: &'static str,
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retracted_by: Option<u64>,
    fact: Value,
}

/// Up to where the history is shown.
enum Until {
    Sequence(u64),
    /// As it was written, not yet judged.
    Text(String),
    Time(DateTime<Utc>),
    Now,
}

pub(super) async fn run(place: &Place, args: HistoryArgs) -> Result<(), CliError> {
    let until = until(args.at.as_deref())?;
    if args.reveal.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(CliError::Usage("a reveal needs a reason".to_owned()));
    }
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let id = household(&house, place, &args.household).await?;
    allowed(&house, &caller, id).await?;
    let failed = |error| CliError::unreachable("the history can't be read", error);
    let stored = house.log.stream(&Desk::stream_of(id), 0).await.map_err(failed)?;
    let until = within(&house, until, stored.last().map_or(0, |event| event.sequence)).await?;
    let shown: Vec<StoredEvent> = stored
        .into_iter()
        .filter(|event| match until {
            Until::Sequence(sequence) => event.sequence <= sequence,
            Until::Time(at) => event.recorded_at <= at,
            Until::Now | Until::Text(_) => true,
        })
        .collect();
    if shown.is_empty() {
        return Err(CliError::Usage(format!("nothing was recorded of {} by then", args.household)));
    }
    if let Some(reason) = &args.reveal {
        reveal(&house, &caller, id, reason).await?;
    }
    let mut entries = Vec::with_capacity(shown.len());
    for event in shown {
        entries.push(entry(&house, event, args.reveal.is_some()).await?);
    }
    mark_retracted(&mut entries);
    if args.json {
        return output::json(&entries);
    }
    for entry in &entries {
        let happened = entry.happened_on.map_or_else(String::new, |on| format!("  happened {on}"));
        let back = entry.retracted_by.map_or_else(String::new, |by| format!("  TAKEN BACK by {by}"));
        let words = register::find(entry.event).map_or("", |it| it.th);
        output::line(&format!(
            "{:>4}  {}  {}  {words}{happened}  {} ({}, {}){back}",
            entry.sequence, entry.recorded_at, entry.event, entry.actor, entry.role, entry.channel
        ))?;
        if args.reveal.is_some() {
            output::line(&format!("      {}", entry.fact))?;
        }
    }
    Ok(())
}

fn until(at: Option<&str>) -> Result<Until, CliError> {
    let Some(text) = at else { return Ok(Until::Now) };
    if let Ok(sequence) = text.parse() {
        return Ok(Until::Sequence(sequence));
    }
    if moment_of(text).is_none() {
        return Err(CliError::Usage(format!("--at: {text} is no sequence, date or time (ไม่ใช่ลำดับ วันที่ หรือเวลา)")));
    }
    Ok(Until::Text(text.to_owned()))
}

/// The moment that is asked about: one that has been, of this household's facts and of this log.
async fn within(house: &House, until: Until, last: u64) -> Result<Until, CliError> {
    match until {
        Until::Sequence(sequence) if !(1..=last).contains(&sequence) => Err(CliError::Usage(format!(
            "--at must be 1 to {last}: the household has so many facts (--at ต้องเป็น 1–{last})"
        ))),
        Until::Text(text) => {
            let first = house.log.read(0, 1).await;
            let first = first.map_err(|error| CliError::unreachable("the history can't be read", error))?;
            let first = first.first().map(|it| it.recorded_at);
            let bounds = Bounds { now: house.desk.now(), first, telling: Telling::Exactly };
            bounds
                .moment("at", &text)
                .map(Until::Time)
                .map_err(|wrong| CliError::Usage(format!("--at {} (--at {})", wrong.text.en, wrong.text.th)))
        }
        until @ (Until::Sequence(_) | Until::Time(_) | Until::Now) => Ok(until),
    }
}

/// The household of an id, or of a case number through the read model.
async fn household(house: &House, place: &Place, text: &str) -> Result<HouseholdId, CliError> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let case_no: CaseNo = text
        .parse()
        .map_err(|error| CliError::Usage(format!("{text} is neither a household's id nor a case number: {error}")))?;
    let failed = |error| CliError::unreachable("the case number can't be looked up", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(|error| CliError::unreachable("the log can't be read", error))?;
    read_model.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let query = SearchQuery { reach: Reach::All, text: case_no.to_string(), limit: 1 };
    let found = read_model.search(query).await.map_err(failed)?;
    read_model.stop().await;
    found.first().map(|found| found.household).ok_or_else(|| CliError::Usage(format!("there is no case {case_no}")))
}

/// To somebody out of scope the household does not exist.
async fn allowed(house: &House, caller: &Caller, id: HouseholdId) -> Result<(), CliError> {
    let (loaded, _) = house
        .desk
        .load_household(id, true)
        .await
        .map_err(|error| CliError::unreachable("the history can't be read", error))?;
    let relation = loaded.state.case().map_or(Relation::None, |case| caller.relation_to(case));
    may(caller.role, Action::ReadHistory, relation).map_err(|denied| CliError::Failed(denied.to_string()))
}

/// Who looked, and why, is on disk before anything is shown.
async fn reveal(house: &House, caller: &Caller, id: HouseholdId, reason: &str) -> Result<(), CliError> {
    let failed = |error| CliError::unreachable("the reveal can't be recorded, so nothing is revealed", error);
    let access = Access {
        at: house.desk.now(),
        actor: caller.staff.to_string(),
        role: caller.role.as_str().to_owned(),
        what: format!("household:{id}"),
        why: Some(reason.to_owned()),
        request: String::new(),
    };
    house.vault.record_access(&[access]).await.map_err(failed)
}

async fn entry(house: &House, event: StoredEvent, revealed: bool) -> Result<Entry, CliError> {
    let failed = |error: &dyn std::error::Error| CliError::Failed(format!("the history can't be read: {error}"));
    let event =
        if revealed { readable(&house.log, &house.vault, event).await.map_err(|error| failed(&error))? } else { event };
    let mut fact = events::upcast::current(&event.event_type, &event.event_version, event.payload.clone())
        .map_err(|error| failed(&error))?
        .1;
    mask(&mut fact);
    let recorded = Recorded::read(event).map_err(|error| failed(&error))?;
    let happened_on = match &recorded.fact {
        Fact::Household(event) => event.happened_on(),
        Fact::Agency(_) | Fact::Model(_) | Fact::Staff(_) | Fact::Policy(_) | Fact::Numbering(_) => None,
    };
    let metadata = recorded.metadata;
    let actor =
        if metadata.actor == system_staff(house.log.id()) { "system".to_owned() } else { metadata.actor.to_string() };
    Ok(Entry {
        sequence: recorded.sequence,
        position: recorded.position,
        recorded_at: recorded.recorded_at.with_timezone(&bangkok()).to_rfc3339_opts(SecondsFormat::Secs, true),
        happened_on,
        event: recorded.fact.schema().name,
        actor,
        role: metadata.role,
        channel: metadata.channel.as_str(),
        reason: metadata.reason,
        retracted_by: None,
        fact,
    })
}

/// An opened value shows itself, a sealed one that it is sealed, an erased one that it is gone.
fn mask(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let shown = if let Some(open) = object.get_mut("$o") {
                Some(open.take())
            } else if object.contains_key("$s") {
                Some(Value::String("‹sealed›".to_owned()))
            } else if object.contains_key("$e") {
                Some(Value::String("‹erased›".to_owned()))
            } else {
                None
            };
            match shown {
                Some(shown) => *value = shown,
                None => object.values_mut().for_each(mask),
            }
        }
        Value::Array(list) => list.iter_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn mark_retracted(entries: &mut [Entry]) {
    let back: Vec<(u64, u64)> = entries
        .iter()
        .filter(|entry| entry.event == "FactRetracted")
        .filter_map(|entry| Some((entry.fact.get("sequence")?.as_u64()?, entry.sequence)))
        .collect();
    for (sequence, by) in back {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.sequence == sequence) {
            entry.retracted_by = Some(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sealed_value_shows_only_that_it_is_sealed() {
        let mut fact = json!({"details": {"$s": 1, "k": "person:1", "t": "person.details", "n": "", "c": ""},
            "words": {"text": {"$e": 1, "k": "note:1", "t": "note.text"}}});
        mask(&mut fact);
        assert_eq!(fact, json!({"details": "‹sealed›", "words": {"text": "‹erased›"}}));
    }
}
