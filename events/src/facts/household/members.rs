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
    /// Whether the citizen id in them has a wrong check digit: a warning, the id is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wrong_check_digit: bool,
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
    /// Is a member of another household of the register now: merged, split, or noted there.
    AnotherHousehold,
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

/// A member died.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberDied {
    /// The day.
    pub happened_on: NaiveDate,
    /// The person.
    pub person: PersonId,
    /// The household without this person.
    pub composition: Composition,
}

impl Told for MemberDied {
    fn schema(&self) -> Schema {
        Schema::new("MemberDied", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}

/// What was noted of a member held a slip: this is what should have been noted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberCorrected {
    /// The day the slip was mended.
    pub happened_on: NaiveDate,
    /// The person.
    pub person: PersonId,
    /// Which stay of the person with the household: 1, and one more each time the person came back.
    pub stay: u32,
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Names and everything else personal, anew as a whole: tag `person.details`, sealed under the person.
    #[schema(value_type = Object)]
    pub details: Sealed<PersonDetails>,
    /// The household as it is with what is right.
    pub composition: Composition,
}

impl Told for MemberCorrected {
    fn schema(&self) -> Schema {
        Schema::new("MemberCorrected", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}

/// A member moved in or out, or into or out of the register of the house, and stays a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResidenceStatusChanged {
    /// The day.
    pub happened_on: NaiveDate,
    /// The person.
    pub person: PersonId,
    /// Registered, living there, or both, from now on.
    pub residence: ResidenceStatus,
    /// The household from now on.
    pub composition: Composition,
}

impl Told for ResidenceStatusChanged {
    fn schema(&self) -> Schema {
        Schema::new("ResidenceStatusChanged", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}

/// How one member stands to the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Kin {
    /// The member.
    pub person: PersonId,
    /// Relation to the head.
    pub relation: Relation,
}

/// Another member leads the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeadChanged {
    /// The day.
    pub happened_on: NaiveDate,
    /// The new head.
    pub head: PersonId,
    /// The head until then; none: there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PersonId>,
    /// How others stand to the new head, the former one among them. Who is not named keeps what was noted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Kin>,
    /// The household with this head.
    pub composition: Composition,
}

impl Told for HeadChanged {
    fn schema(&self) -> Schema {
        Schema::new("HeadChanged", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }
}
