//! Other households that facts name, and what a reader sees of those beyond her scope: that there is one, and no more.

use std::collections::BTreeSet;

use events::facts::household::HOUSEHOLD;
use events::id::HouseholdId;
use serde_json::{Value, json};

use super::history::History;
use super::view::CaseView;
use crate::access::{Caller, Relation};
use crate::desk::{Desk, DeskError};

/// The facts of a household that name another one, and in which field. A test finds the fact that is missing here.
const NAMED: [(&str, &str); 7] = [
    ("SamePersonNoted", "household"),
    ("SamePersonRejected", "household"),
    ("HouseholdMerged", "into"),
    ("HouseholdAbsorbed", "absorbed"),
    ("MergeUndone", "other"),
    ("HouseholdSplit", "formed"),
    ("HouseholdFormedBySplit", "from"),
];

/// Households that a reader may not look at, of those that some facts name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beyond(BTreeSet<HouseholdId>);

impl Beyond {
    /// Of the households that a history names, those that lie beyond the caller.
    pub async fn of(desk: &Desk, caller: &Caller, history: &History) -> Result<Self, DeskError> {
        let facts = history.entries.iter().map(|entry| &entry.fact);
        let mut named = BTreeSet::new();
        for fact in facts {
            if let Some(field) = field_of(fact.schema().name) {
                let payload = serde_json::to_value(fact).unwrap_or(Value::Null);
                named.extend(payload.get(field).and_then(household));
            }
        }
        Self::among(desk, caller, named).await
    }

    /// Of the households that a stored payload names, those that lie beyond the caller.
    pub async fn of_payload(
        desk: &Desk,
        caller: &Caller,
        (aggregate, event): (&str, &str),
        payload: &Value,
    ) -> Result<Self, DeskError> {
        let mut named = BTreeSet::new();
        if aggregate == HOUSEHOLD {
            let field = field_of(event).and_then(|field| payload.get(field));
            named.extend(field.and_then(household));
        } else {
            below(payload, &mut named);
        }
        Self::among(desk, caller, named).await
    }

    async fn among(desk: &Desk, caller: &Caller, named: BTreeSet<HouseholdId>) -> Result<Self, DeskError> {
        let mut beyond = BTreeSet::new();
        for other in named {
            let (loaded, _) = desk.load_household(other, false).await?;
            let relation = loaded.state.case().map_or(Relation::None, |case| caller.relation_to(case));
            if relation == Relation::None {
                beyond.insert(other);
            }
        }
        Ok(Self(beyond))
    }

    /// Hides them, and who is in them, in a case.
    pub(super) fn hide(&self, view: &mut CaseView) {
        for it in &mut view.resemblances {
            if it.household.is_some_and(|household| self.0.contains(&household)) {
                (it.household, it.other) = (None, None);
            }
        }
        let related = &mut view.related;
        let seen = |it: &HouseholdId| !self.0.contains(it);
        let all = related.count();
        related.merged_into = related.merged_into.filter(seen);
        related.formed_from = related.formed_from.filter(seen);
        related.absorbed.retain(seen);
        related.split_off.retain(seen);
        related.beyond = all - related.count();
    }

    /// Hides them, and who is in them, in a fact.
    pub fn hide_in(&self, event: &str, fact: &mut Value) {
        let hidden = |value: &Value| household(value).is_some_and(|it| self.0.contains(&it));
        // The person there is as much of a secret as the household.
        let same = ["SamePersonNoted", "SamePersonRejected"].contains(&event);
        if same
            && fact.get("household").is_some_and(hidden)
            && let Some(other) = fact.get_mut("other")
        {
            *other = masked();
        }
        everywhere(fact, &|value| {
            if hidden(value) {
                *value = masked();
            }
        });
    }
}

fn masked() -> Value {
    json!({"shown": "masked"})
}

fn field_of(event: &str) -> Option<&'static str> {
    NAMED.into_iter().find(|(name, _)| *name == event).map(|(_, field)| field)
}

fn household(value: &Value) -> Option<HouseholdId> {
    value.as_str()?.parse().ok()
}

/// Every text in a payload.
fn everywhere(value: &mut Value, change: &impl Fn(&mut Value)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|it| everywhere(it, change)),
        Value::Array(items) => items.iter_mut().for_each(|it| everywhere(it, change)),
        Value::String(_) => change(value),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The households that a payload of something else names.
fn below(value: &Value, named: &mut BTreeSet<HouseholdId>) {
    match value {
        Value::Object(members) => {
            named.extend(members.get(HOUSEHOLD).and_then(household));
            members.values().for_each(|it| below(it, named));
        }
        Value::Array(items) => items.iter().for_each(|it| below(it, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The structs in which a household is named, and the field, as they stand in the files of the facts.
    fn in_the_source(folder: &str) -> BTreeSet<(String, String)> {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("events/src/facts").join(folder);
        let mut found = BTreeSet::new();
        for file in std::fs::read_dir(dir).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let mut of = String::new();
            for line in text.lines() {
                if let Some(name) = line.strip_prefix("pub struct ") {
                    of = name.trim_end_matches([' ', '{']).to_owned();
                }
                let field = line.trim().strip_prefix("pub ").and_then(|it| it.split_once(": "));
                if let Some((field, of_type)) = field
                    && of_type.contains("HouseholdId")
                {
                    found.insert((of.clone(), field.to_owned()));
                }
            }
        }
        found
    }

    #[test]
    fn every_fact_that_names_another_household_is_known_here() {
        let known = NAMED.into_iter().map(|(name, field)| (name.to_owned(), field.to_owned())).collect();
        assert_eq!(in_the_source("household"), known);
    }

    #[test]
    fn facts_of_models_name_a_household_as_one() {
        let named = in_the_source("model");
        assert!(named.len() > 2 && named.iter().all(|(_, field)| field == HOUSEHOLD), "{named:?}");
    }

    #[test]
    fn what_lies_beyond_is_masked_wherever_a_fact_names_it() {
        let (near, far, person) = (HouseholdId(uuid::Uuid::from_u128(1)), HouseholdId(uuid::Uuid::from_u128(2)), 7);
        let beyond = Beyond(BTreeSet::from([far]));
        let mut fact = json!({"household": far, "person": person, "other": "x", "shares": [{"household": near}]});
        beyond.hide_in("SamePersonNoted", &mut fact);
        let masked = masked();
        let seen = json!({"household": masked, "person": person, "other": masked, "shares": [{"household": near}]});
        assert_eq!(fact, seen);
    }
}
