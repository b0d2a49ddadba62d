//! Facts about the rights that the law on personal data gives: asked, answered or not within the law's days, and erased.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::{Composition, Words};
use crate::id::{PersonId, RightsRequestId};
use crate::sealed::Subject;

/// A right that a person has over her data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To see it and get a copy.
    Access,
    /// To have it put right.
    Rectification,
    /// To have its use restricted.
    Restriction,
    /// To have it erased.
    Erasure,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 4] = [Self::Access, Self::Rectification, Self::Restriction, Self::Erasure];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Restriction => "restriction",
            Self::Erasure => "erasure",
        }
    }
}

/// Somebody uses a right. The law's days run from the day it was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RightsRequestReceived {
    /// The request.
    pub request: RightsRequestId,
    /// The day it was made.
    pub happened_on: NaiveDate,
    /// Which right.
    pub right: Right,
    /// Whose data.
    pub person: PersonId,
    /// What was asked, tag `rights.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The law's days.
    pub days: u16,
    /// Where the law says so.
    pub law: String,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
}

impl Told for RightsRequestReceived {
    fn schema(&self) -> Schema {
        Schema::new("RightsRequestReceived", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RightsAnswer {
    /// It is done as asked.
    Granted,
    /// It is not done; the words say why.
    Refused,
}

/// The request was answered. Granting a restriction is the restriction; granting an erasure records the answer, and the
/// erasure itself is a fact of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RightsRequestAnswered {
    /// The request.
    pub request: RightsRequestId,
    /// The day.
    pub happened_on: NaiveDate,
    /// The answer.
    pub answer: RightsAnswer,
    /// In words, tag `rights.answer`; never missing where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for RightsRequestAnswered {
    fn schema(&self) -> Schema {
        Schema::new("RightsRequestAnswered", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The request was not answered within the law's days. Noted once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RightsRequestOverdue {
    /// The request.
    pub request: RightsRequestId,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
}

impl Told for RightsRequestOverdue {
    fn schema(&self) -> Schema {
        Schema::new("RightsRequestOverdue", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}

/// Why a restriction holds no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBecause {
    /// The person asked for it.
    Asked,
    /// What it was for is settled, as when the data was put right.
    Settled,
}

/// The use of a person's data, restricted when a request for it was granted, is restricted no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RestrictionLifted {
    /// The request that was granted.
    pub request: RightsRequestId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Whose data.
    pub person: PersonId,
    /// Why.
    pub because: LiftedBecause,
    /// In words, tag `rights.lifted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for RestrictionLifted {
    fn schema(&self) -> Schema {
        Schema::new("RestrictionLifted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why what is held of a person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasedBecause {
    /// The person asked for it.
    Asked,
    /// It is needed no longer for what it was collected for.
    NotNeeded,
    /// It should never have been held.
    NoBasis,
}

/// What was held of a person is erased: the keys of all that names or describes the person are destroyed with this fact.
/// It is told in every household that held any of it. No earlier fact changes; nobody can read their values again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonalDataErased {
    /// The day.
    pub happened_on: NaiveDate,
    /// Whose.
    pub person: PersonId,
    /// Why.
    pub because: ErasedBecause,
    /// The request that is met, where the person asked. It stands in the household where it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RightsRequestId>,
    /// Whose keys are destroyed: the person's, and those of the notes and papers of this household about the person.
    #[schema(value_type = Vec<String>)]
    pub subjects: Vec<Subject>,
    /// The household as it is with nothing known of this person but what is clear: sex, and whether they live there.
    pub composition: Composition,
}

impl Told for PersonalDataErased {
    fn schema(&self) -> Schema {
        Schema::new("PersonalDataErased", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}
