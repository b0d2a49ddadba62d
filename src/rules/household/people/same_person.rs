//! Ask whether a member is the same person as one of another household, and answer that they are two.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, MatchedBy, SamePersonNoted, SamePersonRejected};
use events::id::{HouseholdId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, Resemblance};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Notes that a member may be the same person as one of another household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSamePerson {
    /// The day it was seen; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The person here.
    pub person: PersonId,
    /// The other household.
    pub household: HouseholdId,
    /// The person there.
    pub other: PersonId,
    /// How they matched.
    pub by: MatchedBy,
}

impl Rule for NoteSamePerson {
    const RECORDS: &'static [&'static str] = &["SamePersonNoted"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known()?.members.keys().next().map(|_| ()).ok_or(Refusal::Unknown(Thing::Person))
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { households: vec![self.household], ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        if self.household.0 == asked.target {
            let (th, en) = ("ต้องเป็นอีกครัวเรือนหนึ่ง", "must be another household");
            fields.wrong("/household", "same_household", th, en);
        }
        fields.finish()?;
        let there = others.households.get(&self.household).and_then(Household::case);
        let there = there.ok_or(Refusal::Unknown(Thing::Household))?;
        if !case.members.contains_key(&self.person) || !there.members.contains_key(&self.other) {
            return Err(Refusal::Unknown(Thing::Person));
        }
        // The same question may stand in the other household already, asked from there.
        let asked_there = there.resemblance(self.other, HouseholdId(asked.target), self.person);
        match case.resemblance(self.person, self.household, self.other).or(asked_there) {
            Some(Resemblance { rejected: false, .. }) => return Ok(Decision::already_so()),
            Some(Resemblance { rejected: true, .. }) => return Err(Refusal::FoundToBeTwo),
            None => {}
        }
        Ok(Decision::fact(HouseholdEvent::SamePersonNoted(SamePersonNoted {
            happened_on: on,
            person: self.person,
            household: self.household,
            other: self.other,
            by: self.by,
        })))
    }
}

/// Says that somebody looked and that they are two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectSamePerson {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The person here.
    pub person: PersonId,
    /// The other household.
    pub household: HouseholdId,
    /// The person there.
    pub other: PersonId,
}

impl Rule for RejectSamePerson {
    const RECORDS: &'static [&'static str] = &["SamePersonRejected"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let noted = household.known()?.resemblances.iter().any(|it| !it.rejected);
        noted.then_some(()).ok_or(Refusal::Unknown(Thing::Resemblance))
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        let noted = case.resemblance(self.person, self.household, self.other);
        if noted.ok_or(Refusal::Unknown(Thing::Resemblance))?.rejected {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::SamePersonRejected(SamePersonRejected {
            happened_on: on,
            person: self.person,
            household: self.household,
            other: self.other,
        })))
    }
}
