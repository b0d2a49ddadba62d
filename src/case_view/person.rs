//! All that a household's history holds of one person, as the person is told it: everything about her in clear, and of
//! the others that they are there.

use std::collections::BTreeSet;

use events::case_no::CaseNo;
use events::facts::household::HouseholdEvent;
use events::id::{HouseholdId, PersonId};
use events::sealed::Subject;
use projections::AsOf;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::history::{History, Moment};
use super::lens::{Lens, Shown};
use super::reading::Reading;
use super::timeline::TimelineEntry;
use super::view::MemberView;
use crate::access::Caller;
use crate::desk::{Desk, DeskError};
use crate::rules::household::Household;
use crate::rules::household::voice::held::{held_of, said_of_nobody};

/// What is held of one person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonFile {
    /// The household that holds it.
    pub household: HouseholdId,
    /// Its number.
    pub case_no: Option<CaseNo>,
    /// The person as a member, with all details.
    pub member: MemberView,
    /// Where the household lives.
    pub address: Option<Shown>,
    /// Every fact that is about the person, or about the household as a whole, in order. What was taken back is among
    /// them; of other people nothing is shown.
    pub facts: Vec<TimelineEntry>,
    /// What moment is shown.
    pub as_of: AsOf,
}

impl PersonFile {
    /// The file of somebody who was a member by a moment; none if the household had no such member then.
    pub async fn of(
        desk: &Desk,
        caller: &Caller,
        history: &History,
        (person, moment): (PersonId, Moment),
    ) -> Result<Option<Self>, DeskError> {
        let folded = history.folded();
        let lens = Lens::Own(own(&folded, history.household, person));
        let Some(reading) = Reading::of(desk, caller, history, moment, lens).await? else { return Ok(None) };
        let Some(case) = reading.case() else { return Ok(None) };
        let others = others(&folded, person);
        let hers = reading.timeline().into_iter().filter(|it| concerns(&it.fact, person, &others));
        let facts = hers.map(without_composition).collect();
        let Some(member) = case.members.into_iter().find(|it| it.person == person) else { return Ok(None) };
        Ok(Some(Self {
            household: history.household,
            case_no: case.case_no,
            member,
            address: case.address,
            facts,
            as_of: reading.history().as_of(),
        }))
    }
}

/// Whose keys close what she may read: her own, those of words about her or about nobody, and the household's.
fn own(household: &Household, id: HouseholdId, person: PersonId) -> BTreeSet<Subject> {
    let mut own = held_of(household, person);
    own.extend(said_of_nobody(household));
    own.insert(Subject::new("household", id));
    own
}

/// The other people of the household, and what they asked for: by their ids.
fn others(household: &Household, person: PersonId) -> BTreeSet<String> {
    let members = household.case().into_iter().flat_map(|case| case.members.keys());
    let mut others: BTreeSet<_> = members.filter(|it| **it != person).map(ToString::to_string).collect();
    for fact in household.facts() {
        if let HouseholdEvent::RightsRequestReceived(it) = fact
            && it.person != person
        {
            others.insert(it.request.to_string());
        }
    }
    others
}

/// Whether a fact names the person, or names nobody.
fn concerns(fact: &Value, person: PersonId, others: &BTreeSet<String>) -> bool {
    let names = |name: &dyn Fn(&str) -> bool| names(fact, name);
    names(&|text| text == person.to_string()) || !names(&|text| others.contains(text))
}

/// In a small household the counts say who of the others is ill.
fn without_composition(mut entry: TimelineEntry) -> TimelineEntry {
    if let Value::Object(members) = &mut entry.fact {
        members.remove("composition");
    }
    entry
}

fn names(value: &Value, named: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => named(text),
        Value::Array(items) => items.iter().any(|item| names(item, named)),
        Value::Object(members) => members.values().any(|member| names(member, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
