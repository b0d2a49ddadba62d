//! Facts about who belongs to a household.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::Told;
use crate::facts::people::{Composition, PersonDetails, Relation, ResidenceStatus, Sex};
use crate::id::PersonId;
use crate::sealed::Sealed;

/// A member came to be noted with the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberJoined {
    /// The day the person joined, or was first noted.
    pub happened_on: NaiveDate,
    /// The person.
    pub person: PersonId,
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Names and everything else personal, tag `person.details`, sealed under the person.
    #[schema(value_type = Object)]
    pub details: Sealed<PersonDetails>,
    /// The household with this person.
    pub composition: Composition,
}

impl Told for MemberJoined {
    fn schema(&self) -> Schema {
        Schema::new("MemberJoined", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}

/// Why a member left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftBecause {
    /// Moved to another house.
    MovedOut,
    /// Married into another house.
    Married,
    /// Went elsewhere to work.
    WorksElsewhere,
    /// Hospital, temple, prison, home.
    Institution,
    /// Was never a member.
    NotAMember,
    /// Something else.
    Other,
}

/// A member left the household alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberLeft {
    /// The day.
    pub happened_on: NaiveDate,
    /// The person.
    pub person: PersonId,
    /// Why.
    pub because: LeftBecause,
    /// The household without this person.
    pub composition: Composition,
}

impl Told for MemberLeft {
    fn schema(&self) -> Schema {
        Schema::new("MemberLeft", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}
