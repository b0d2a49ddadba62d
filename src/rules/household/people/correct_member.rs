//! Mend what was noted of a member: names, numbers, relation, residence.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, MemberCorrected};
use events::facts::people::{PersonDetails, Relation, ResidenceStatus, Sex};
use events::id::PersonId;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::people::composition;
use crate::rules::household::people::person::{check_details, same_citizen_id};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Says what should have been noted of a member, as a whole. Also of one who left or died.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectMember {
    /// The day the slip was mended; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub person: PersonId,
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Names and everything else personal.
    pub details: PersonDetails,
}

impl Rule for CorrectMember {
    const RECORDS: &'static [&'static str] = &["MemberCorrected"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known()?.members.keys().next().map(|_| ()).ok_or(Refusal::Unknown(Thing::Person))
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // Everybody may have what is held about them set right, whatever has become of the case.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut members = case.members.clone();
        let member = members.get_mut(&self.person).ok_or(Refusal::Unknown(Thing::Person))?;
        if member.details.is_erased() {
            return Err(Refusal::PersonErased);
        }
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        check_details("/details", &self.details, on, &mut fields);
        let others = || case.present().filter(|(person, _)| **person != self.person);
        let twin = |it: &PersonDetails| it.citizen_id.is_some() && it.citizen_id == self.details.citizen_id;
        if others().any(|(_, it)| it.details.get().is_some_and(twin)) {
            same_citizen_id("/details", &mut fields);
        }
        fields.finish()?;
        let is_there = member.left_on.is_none();
        if is_there && self.relation == Relation::Head && others().any(|(_, it)| it.relation == Relation::Head) {
            return Err(Refusal::SecondHead);
        }
        let noted = (member.sex, member.relation, member.residence, member.details.get());
        if noted == (self.sex, self.relation, self.residence, Some(&self.details)) {
            return Ok(Decision::already_so());
        }
        let details = Sealed::open(Subject::new("person", self.person), "person.details", self.details.clone());
        (member.sex, member.relation, member.residence) = (self.sex, self.relation, self.residence);
        member.details = details.clone();
        let stay = member.stay;
        Ok(Decision::fact(HouseholdEvent::MemberCorrected(MemberCorrected {
            happened_on: on,
            person: self.person,
            stay,
            sex: self.sex,
            relation: self.relation,
            residence: self.residence,
            details,
            composition: composition::of(members.values(), on),
        })))
    }
}
