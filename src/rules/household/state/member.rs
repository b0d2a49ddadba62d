//! A person noted with a household.

use chrono::NaiveDate;
use events::facts::people::{PersonDetails, Relation, ResidenceStatus, Sex};
use events::id::FamilyId;
use events::sealed::Sealed;
use serde::{Deserialize, Serialize};

/// A person noted with the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Everything personal, as far as it could be opened.
    pub details: Sealed<PersonDetails>,
    /// Since when.
    pub joined_on: NaiveDate,
    /// Until when; `None`: a member now.
    pub left_on: Option<NaiveDate>,
    /// Whether the person died as a member.
    pub died: bool,
    /// Which stay with the household this is: 1, and one more each time the person came back.
    pub stay: u32,
    /// The family within the household, where several live in one house.
    pub family: Option<FamilyId>,
}
