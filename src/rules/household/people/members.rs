//! Members come and go: composition is computed anew in every fact that changes them.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, LeftBecause, MemberLeft};
use events::facts::people::{PersonDetails, Relation, ResidenceStatus, Sex};
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields, NAME};
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// A person as somebody notes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The client may choose the id.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Names and everything else personal.
    pub details: PersonDetails,
}

impl Person {
    pub(in crate::rules::household) fn check(&self, pointer: &str, on: NaiveDate, fields: &mut Fields) {
        check_details(&format!("{pointer}/details"), &self.details, on, fields);
    }
}

/// Checks what is personal about somebody.
pub(super) fn check_details(pointer: &str, details: &PersonDetails, on: NaiveDate, fields: &mut Fields) {
    fields.text(&format!("{pointer}/given_name"), &details.given_name, NAME);
    fields.optional_text(&format!("{pointer}/family_name"), details.family_name.as_ref(), NAME);
    fields.optional_text(&format!("{pointer}/prefix"), details.prefix.as_ref(), NAME);
    fields.optional_text(&format!("{pointer}/phone"), details.phone.as_ref(), NAME);
    fields.entries(&format!("{pointer}/welfare"), details.welfare.len(), 0, 20);
    if details.birth.is_some_and(|birth| birth.is_after(on)) {
        let pointer = format!("{pointer}/birth");
        fields.wrong(pointer, "in_the_future", "วันเกิดอยู่หลังวันที่บันทึก", "lies after the day of the fact");
    }
    if details.income_month.is_some_and(|income| income.non_negative().is_err()) {
        let pointer = format!("{pointer}/income_month");
        fields.wrong(pointer, "below_zero", "ต้องไม่ติดลบ", "must not be below zero");
    }
}

/// Within one household two people with one citizen id are a slip; in two households it is a question for a person.
pub(in crate::rules::household) fn same_citizen_id(pointer: &str, fields: &mut Fields) {
    fields.wrong(
        format!("{pointer}/citizen_id"),
        "same_citizen_id",
        "เลขประจำตัวซ้ำในครัวเรือน",
        "another member has the same citizen id",
    );
}

/// Notes another member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub member: Person,
}

impl Rule for AddMember {
    const RECORDS: &'static [&'static str] = &["MemberJoined"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        let before = self.member.person.and_then(|id| case.members.get(&id));
        // Who comes back comes after leaving.
        if let Some(left_on) = before.and_then(|it| it.left_on) {
            fields.not_before("/happened_on", on, left_on);
        }
        fields.entries("/member", case.present().count() + 1, 0, ENTRIES);
        self.member.check("/member", on, &mut fields);
        let citizen_id = self.member.details.citizen_id;
        let others = || case.present().filter_map(|(_, it)| it.details.get());
        if citizen_id.is_some() && others().any(|it| it.citizen_id == citizen_id) {
            same_citizen_id("/member/details", &mut fields);
        }
        fields.finish()?;
        if self.member.relation == Relation::Head && case.present().any(|(_, it)| it.relation == Relation::Head) {
            return Err(Refusal::SecondHead);
        }
        match before {
            Some(before) if before.left_on.is_none() => return Err(Refusal::IdTaken),
            Some(before) if before.died => return Err(Refusal::HasDied),
            Some(before) if before.details.is_erased() => return Err(Refusal::PersonErased),
            Some(_) | None => {}
        }
        Ok(Decision::facts(composition::joining_to(&case.members, std::slice::from_ref(&self.member), on, asked)))
    }
}

/// Notes that a member left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub person: PersonId,
    /// Why.
    pub because: LeftBecause,
}

impl Rule for RemoveMember {
    const RECORDS: &'static [&'static str] = &["MemberLeft"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut members = case.members.clone();
        let member = members.get_mut(&self.person).filter(|it| it.left_on.is_none()).ok_or(Refusal::NotAMember)?;
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, member.joined_on);
        fields.finish()?;
        member.left_on = Some(on);
        Ok(Decision::fact(HouseholdEvent::MemberLeft(MemberLeft {
            happened_on: on,
            person: self.person,
            because: self.because,
            composition: composition::of(members.values(), on),
        })))
    }
}
