//! Whose keys close what a household holds of one person: the person's own, and those of words and papers that say whom
//! they are about. Facts that were taken back are stored all the same.

use std::collections::BTreeSet;

use events::facts::household::HouseholdEvent;
use events::id::PersonId;
use events::sealed::Subject;
use serde_json::{Value, json};

use crate::rules::household::Household;

/// What is about the person.
pub fn held_of(household: &Household, person: PersonId) -> BTreeSet<Subject> {
    let mut found = BTreeSet::from([Subject::new("person", person)]);
    let mut requests = BTreeSet::new();
    for fact in household.facts() {
        if let HouseholdEvent::RightsRequestReceived(it) = fact
            && it.person == person
        {
            requests.insert(it.request);
        }
        // What the person was answered is about the person, also where nobody said so.
        if let HouseholdEvent::RightsRequestAnswered(it) = fact
            && requests.contains(&it.request)
        {
            found.extend(it.words.iter().map(|words| words.text.subject.clone()));
        }
    }
    let about = json!(person);
    found.extend(said_where(household, &|named| named.contains(&about)));
    found
}

/// Words and papers that are about nobody in particular.
pub fn said_of_nobody(household: &Household) -> BTreeSet<Subject> {
    said_where(household, &<[Value]>::is_empty)
}

/// The subjects of everything that says whom it is about, where those are as asked.
fn said_where(household: &Household, those: &dyn Fn(&[Value]) -> bool) -> BTreeSet<Subject> {
    let mut found = BTreeSet::new();
    for fact in household.facts().iter().filter_map(|fact| serde_json::to_value(fact).ok()) {
        gather(&fact, those, &mut found);
    }
    found
}

/// Words stand beside those whom they are about; of nobody, where that is left out.
fn gather(value: &Value, those: &dyn Fn(&[Value]) -> bool, found: &mut BTreeSet<Subject>) {
    let words = ["text", "title"].iter().any(|field| value.get(field).is_some_and(Value::is_object));
    let about: &[Value] = value.get("about").and_then(Value::as_array).map_or(&[], Vec::as_slice);
    if words && those(about) {
        sealed_in(value, found);
    }
    inside(value).for_each(|it| gather(it, those, found));
}

/// Whose keys close the values in here: each of the forms of a personal value names it under `k`.
fn sealed_in(value: &Value, found: &mut BTreeSet<Subject>) {
    let form = ["$o", "$s", "$e"].iter().any(|form| value.get(form).is_some());
    match value.get("k").and_then(Value::as_str).filter(|_| form) {
        Some(subject) => {
            found.insert(Subject::from(subject.to_owned()));
        }
        None => inside(value).for_each(|it| sealed_in(it, found)),
    }
}

fn inside(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Box::new(std::iter::empty()),
    }
}
