//! One pass over the log in its order: positions, times, sequences, facts, seals and commands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use events::facts::Fact;
use events::facts::household::HOUSEHOLD;
use events::log::{LogError, StoredEvent, StreamId};
use events::recorded::Recorded;
use events::upcast;
use events::vault::{Place, RingOwner, subjects_of};
use serde_json::Value;

use super::commands::Commands;
use super::files::Papers;
use super::{CheckError, Invariant, Report};
use crate::app::House;

const BATCH: usize = 2_000;

/// What the pass met.
pub(super) struct Passed {
    /// The households.
    pub(super) households: BTreeSet<String>,
    /// Whether the log could be read to its end.
    pub(super) to_the_end: bool,
}

/// Reads the whole log once.
pub(super) async fn pass(house: &House, report: &mut Report) -> Result<Passed, CheckError> {
    let mut households = BTreeSet::new();
    let mut sequences: HashMap<StreamId, u64> = HashMap::new();
    let mut commands = Commands::default();
    let mut erasures = Erasures::default();
    let mut papers = Papers::default();
    let mut last = (0, DateTime::<Utc>::UNIX_EPOCH);
    let mut to_the_end = true;
    loop {
        let events = match house.log.read(last.0, BATCH).await {
            Ok(events) => events,
            Err(LogError::Damaged { position, what }) => {
                report.wrong(Invariant::Positions, Some(position), what);
                to_the_end = false;
                break;
            }
            Err(error) => return Err(error.into()),
        };
        if events.is_empty() {
            break;
        }
        for event in events {
            place(&event, &mut last, &mut sequences, report);
            commands.see(&event, house, report).await?;
            if event.stream.aggregate_type == HOUSEHOLD {
                households.insert(event.stream.aggregate_id.clone());
            }
            seals(&event, house, report, &mut erasures).await?;
            papers.see(&event);
            fact(event, report);
        }
    }
    if to_the_end {
        papers.finish(house, &erasures.told, report).await?;
        erasures.finish(report);
    }
    commands.finish(house, report).await?;
    Ok(Passed { households, to_the_end })
}

fn place(
    event: &StoredEvent,
    last: &mut (u64, DateTime<Utc>),
    sequences: &mut HashMap<StreamId, u64>,
    report: &mut Report,
) {
    report.looked_at(Invariant::Positions, 1);
    if event.position != last.0 + 1 {
        report.wrong(Invariant::Positions, Some(event.position), format!("follows position {}", last.0));
    }
    if event.recorded_at < last.1 {
        report.wrong(Invariant::Positions, Some(event.position), "was recorded before the position in front of it");
    }
    *last = (event.position, event.recorded_at.max(last.1));
    report.looked_at(Invariant::Sequences, 1);
    let sequence = sequences.entry(event.stream.clone()).or_default();
    if event.sequence != *sequence + 1 {
        let what = format!("{} has sequence {} after {sequence}", event.stream, event.sequence);
        report.wrong(Invariant::Sequences, Some(event.position), what);
    }
    *sequence = event.sequence;
}

/// A fact reads, and what it decodes to is written again as it stands: a value too many is a value nobody sealed.
fn fact(event: StoredEvent, report: &mut Report) {
    report.looked_at(Invariant::Facts, 1);
    let position = event.position;
    let stored = upcast::current(&event.event_type, &event.event_version, event.payload.clone());
    match Recorded::read(event) {
        Err(error) => report.wrong(Invariant::Facts, Some(position), error.why.to_string()),
        Ok(recorded) => {
            let again = match &recorded.fact {
                Fact::Household(it) => serde_json::to_value(it),
                Fact::Agency(it) => serde_json::to_value(it),
                Fact::Model(it) => serde_json::to_value(it),
                Fact::Staff(it) => serde_json::to_value(it),
                Fact::Policy(it) => serde_json::to_value(it),
                Fact::Numbering(it) => serde_json::to_value(it),
            };
            if let (Ok((_, stored)), Ok(again)) = (stored, again)
                && let Some(field) = beyond(&stored, &again, "")
            {
                let what = format!("{} holds {field}, which the fact does not know", recorded.fact.schema().name);
                report.wrong(Invariant::Seals, Some(position), what);
            }
        }
    }
}

/// The first field of `stored` that `again` does not have, as a JSON pointer. Nulls are left out when facts are
/// written, so they count as absent.
fn beyond(stored: &Value, again: &Value, at: &str) -> Option<String> {
    match (stored, again) {
        (Value::Object(stored), Value::Object(again)) => stored.iter().find_map(|(name, value)| {
            let at = format!("{at}/{name}");
            match again.get(name) {
                Some(again) => beyond(value, again, &at),
                None if value.is_null() => None,
                None => Some(at),
            }
        }),
        (Value::Array(stored), Value::Array(again)) => stored
            .iter()
            .enumerate()
            .find_map(|(n, value)| beyond(value, again.get(n).unwrap_or(&Value::Null), &format!("{at}/{n}"))),
        (stored, again) => (stored != again).then(|| at.to_owned()),
    }
}

/// Whose keys are gone, and whose a fact says are gone.
#[derive(Default)]
struct Erasures {
    /// The last value of each whose key is gone.
    met: BTreeMap<String, u64>,
    told: BTreeSet<String>,
}

impl Erasures {
    /// A key that is gone without a fact that says so was lost, or taken away by somebody who told nobody.
    fn finish(self, report: &mut Report) {
        for (subject, position) in self.met.into_iter().filter(|(subject, _)| !self.told.contains(subject)) {
            let what = format!("the key of {subject} was destroyed, and no fact says that it was erased");
            report.wrong(Invariant::Seals, Some(position), what);
        }
    }

    fn told(&mut self, event: &StoredEvent) {
        if event.event_type == "PersonalDataErased" {
            let subjects = event.payload["subjects"].as_array().into_iter().flatten();
            self.told.extend(subjects.filter_map(Value::as_str).map(ToOwned::to_owned));
        }
    }

    /// The erased forms in a payload that was opened.
    fn meet(&mut self, opened: &Value, position: u64) {
        match opened {
            Value::Object(object) if object.contains_key("$e") => {
                self.met.extend(object["k"].as_str().map(|subject| (subject.to_owned(), position)));
            }
            Value::Object(object) => object.values().for_each(|it| self.meet(it, position)),
            Value::Array(list) => list.iter().for_each(|it| self.meet(it, position)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

async fn seals(
    event: &StoredEvent,
    house: &House,
    report: &mut Report,
    erasures: &mut Erasures,
) -> Result<(), CheckError> {
    erasures.told(event);
    report.looked_at(Invariant::Seals, 1);
    if holds_open(&event.payload) {
        report.wrong(Invariant::Seals, Some(event.position), "holds a personal value that is not sealed");
        return Ok(());
    }
    let subjects = subjects_of(&event.payload);
    if subjects.is_empty() {
        return Ok(());
    }
    let owner = RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id);
    let ring = house.vault.ring_for(&owner, &subjects).await?;
    let place = Place {
        log_id: house.log.id(),
        aggregate_type: event.stream.aggregate_type.clone(),
        aggregate_id: event.stream.aggregate_id.clone(),
        sequence: event.sequence,
    };
    let mut payload = event.payload.clone();
    match house.vault.open_payload(&mut payload, &place, &ring).await? {
        Ok(_) => erasures.meet(&payload, event.position),
        Err(error) => report.wrong(Invariant::Seals, Some(event.position), error.to_string()),
    }
    Ok(())
}

/// Whether an open or erased form, which belongs in memory alone, stands anywhere in a payload.
fn holds_open(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.contains_key("$o") || object.contains_key("$e") || object.values().any(holds_open)
        }
        Value::Array(list) => list.iter().any(holds_open),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_the_fact_does_not_know_is_named_by_its_pointer() {
        let again = json!({"a": 1, "b": [{"c": 2}]});
        assert_eq!(beyond(&again, &again, ""), None);
        assert_eq!(beyond(&json!({"a": 1, "b": [{"c": 2, "name": "x"}]}), &again, ""), Some("/b/0/name".to_owned()));
        assert_eq!(beyond(&json!({"a": 1, "b": [{"c": 2}], "season": null}), &again, ""), None);
    }

    #[test]
    fn an_open_value_is_found_however_deep_it_stands() {
        assert!(holds_open(&json!({"a": [{"b": {"$o": "x", "k": "person:1", "t": "t"}}]})));
        assert!(!holds_open(&json!({"a": [{"b": {"$s": 1}}]})));
    }
}
