//! Facts about who is who: families within one house, and people who may be noted twice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::Told;
use crate::id::{FamilyId, HouseholdId, PersonId};

/// Members of the household are one family. Several families may live in one house.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FamilyGrouped {
    /// The day somebody said so.
    pub happened_on: NaiveDate,
    /// The family.
    pub family: FamilyId,
    /// Everybody who is of it from now on, and of no other family of the house.
    pub members: Vec<PersonId>,
}

impl Told for FamilyGrouped {
    fn schema(&self) -> Schema {
        Schema::new("FamilyGrouped", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// How two people came to look like one. Never the value that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The same citizen id.
    CitizenId,
    /// The same or a similar name and the same birth date.
    NameAndBirth,
    /// Somebody said so.
    Told,
    /// Something else.
    Other,
}

/// A member here may be the same person as one of another household: a question, not an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SamePersonNoted {
    /// The day it was seen.
    pub happened_on: NaiveDate,
    /// The person here.
    pub person: PersonId,
    /// The other household.
    pub household: HouseholdId,
    /// The person there.
    pub other: PersonId,
    /// How they matched.
    pub by: MatchedBy,
}

impl Told for SamePersonNoted {
    fn schema(&self) -> Schema {
        Schema::new("SamePersonNoted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Somebody looked: they are two people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SamePersonRejected {
    /// The day.
    pub happened_on: NaiveDate,
    /// The person here.
    pub person: PersonId,
    /// The other household.
    pub household: HouseholdId,
    /// The person there.
    pub other: PersonId,
}

impl Told for SamePersonRejected {
    fn schema(&self) -> Schema {
        Schema::new("SamePersonRejected", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
