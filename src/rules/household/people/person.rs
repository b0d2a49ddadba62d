//! A person as somebody notes them, and what is checked of it.

use chrono::NaiveDate;
use events::facts::people::{PersonDetails, Relation, ResidenceStatus, Sex};
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{Fields, NAME};

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
