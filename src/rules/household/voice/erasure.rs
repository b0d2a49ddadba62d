//! Erase what is held of a person: everywhere at once, for good, and only for a reason that the law knows.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::facts::household::{ErasedBecause, HouseholdEvent, PersonalDataErased, Right};
use events::id::{HouseholdId, PersonId, RightsRequestId};
use events::sealed::{SealedState, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::household::voice::held::held_of;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Erases what is held of a person, in this household and in every other one that holds the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePersonalData {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Whose data: somebody who is or was noted with the household.
    pub person: PersonId,
    /// Why.
    pub because: ErasedBecause,
    /// The person's request for erasure, where the person asked: it was received here and was not refused.
    #[serde(default)]
    pub request: Option<RightsRequestId>,
}

impl Rule for ErasePersonalData {
    const RECORDS: &'static [&'static str] = &["PersonalDataErased"];
    const BESIDE: &'static [&'static str] = &["PersonalDataErased"];

    // Data is held of closed cases too.
    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        if case.members.is_empty() { Err(Refusal::NotAMember) } else { Ok(()) }
    }

    /// Households that went on with this one's members, or whose members this one went on with. The desk adds those of
    /// which the vault knows.
    fn needs(&self, household: &Household) -> Needs {
        let households: BTreeSet<_> = household.facts().iter().filter_map(passed_on).collect();
        Needs { households: households.into_iter().collect(), ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        if !case.members.contains_key(&self.person) {
            return Err(Refusal::NotAMember);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        self.check_request(case, on, &mut fields)?;
        fields.finish()?;
        let mut decision = Decision::default();
        decision.household.extend(self.erased(household, case, HouseholdId(asked.target), on));
        for (id, other) in others.households.iter().filter(|(id, _)| id.0 != asked.target) {
            if let Some(case) = other.case().filter(|it| it.members.contains_key(&self.person)) {
                decision.households.extend(self.erased(other, case, *id, on).map(|fact| (*id, fact)));
            }
        }
        Ok(decision)
    }
}

impl ErasePersonalData {
    fn check_request(&self, case: &Case, on: NaiveDate, fields: &mut Fields) -> Result<(), Refusal> {
        let Some(request) = self.request else {
            if self.because == ErasedBecause::Asked {
                let (th, en) = ("ต้องระบุคำขอให้ลบข้อมูล", "needs the person's request");
                fields.wrong("/request", "needed", th, en);
            }
            return Ok(());
        };
        let known = case.rights_requests.get(&request).ok_or(Refusal::Unknown(Thing::RightsRequest))?;
        if known.right != Right::Erasure || known.person != self.person {
            let (th, en) = ("ไม่ใช่คำขอให้ลบข้อมูลของบุคคลนี้", "does not ask for the erasure of this person's data");
            fields.wrong("/request", "another_request", th, en);
        } else if known.refused {
            fields.wrong("/request", "refused", "คำขอนี้ถูกปฏิเสธแล้ว", "was refused");
        }
        fields.not_before("/happened_on", on, known.wait.since);
        Ok(())
    }

    /// The fact of one household; none if nothing is left to be erased in it.
    fn erased(&self, household: &Household, case: &Case, id: HouseholdId, on: NaiveDate) -> Option<HouseholdEvent> {
        let mut members = case.members.clone();
        if let Some(member) = members.get_mut(&self.person) {
            member.details.state = SealedState::Erased;
        }
        // Where nobody else is known any more, the address is the person's own.
        let alone = members.values().all(|it| it.details.is_erased());
        let address = alone.then(|| Subject::new("household", id));
        let subjects = left_of(household, self.person, address);
        if subjects.is_empty() {
            return None;
        }
        Some(HouseholdEvent::PersonalDataErased(PersonalDataErased {
            happened_on: on,
            person: self.person,
            because: self.because,
            request: self.request,
            subjects,
            composition: composition::of(members.values(), on),
        }))
    }
}

/// Another household that a fact says shares members with this one.
fn passed_on(fact: &HouseholdEvent) -> Option<HouseholdId> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact takes members over")]
    match fact {
        HouseholdEvent::HouseholdMerged(it) => Some(it.into),
        HouseholdEvent::HouseholdAbsorbed(it) => Some(it.absorbed),
        HouseholdEvent::HouseholdSplit(it) => Some(it.formed),
        HouseholdEvent::HouseholdFormedBySplit(it) => Some(it.from),
        _ => None,
    }
}

/// Whose keys close what a household holds of a person, and no erasure has named yet.
fn left_of(household: &Household, person: PersonId, address: Option<Subject>) -> Vec<Subject> {
    let mut found = held_of(household, person);
    found.extend(address);
    for fact in household.facts() {
        if let HouseholdEvent::PersonalDataErased(it) = fact {
            found.retain(|subject| !it.subjects.contains(subject));
        }
    }
    found.into_iter().collect()
}
