//! Facts about two households that are one, and about one that is two. Each has its counterpart in the other's stream,
//! written in the same append.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::case::{After, NextDue};
use crate::facts::household::told::{Told, Undone};
use crate::id::{HouseholdId, PersonId};

/// Why two households go on as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergedBecause {
    /// It is the same household, entered twice.
    EnteredTwice,
    /// They live in one house and eat together now.
    MovedTogether,
    /// Something else.
    Other,
}

/// This household goes on as another one, which took over its members and its open work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdMerged {
    /// The day.
    pub happened_on: NaiveDate,
    /// The one that goes on.
    pub into: HouseholdId,
    /// Why.
    pub because: MergedBecause,
    /// How many facts just before this one ended what was open here.
    pub beside: u32,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for HouseholdMerged {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdMerged", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Another household goes on as this one, which took over its members and its open work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdAbsorbed {
    /// The day.
    pub happened_on: NaiveDate,
    /// The one that ended.
    pub absorbed: HouseholdId,
    /// Why.
    pub because: MergedBecause,
    /// Those who came from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<PersonId>,
    /// How many facts just before this one say what was taken over.
    pub beside: u32,
}

impl Told for HouseholdAbsorbed {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdAbsorbed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// A merge was undone: the facts of the merge are taken back just before this one, in both streams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MergeUndone {
    /// The day.
    pub happened_on: NaiveDate,
    /// The other household.
    pub other: HouseholdId,
    /// Where this household stands again.
    pub after: After,
}

impl Told for MergeUndone {
    fn schema(&self) -> Schema {
        Schema::new("MergeUndone", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}

/// Some members left and are a household of their own now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdSplit {
    /// The day.
    pub happened_on: NaiveDate,
    /// The new household.
    pub formed: HouseholdId,
    /// Those who left for it.
    pub members: Vec<PersonId>,
}

impl Told for HouseholdSplit {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdSplit", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Members of another household are this one now: it begins where that one stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdFormedBySplit {
    /// The day.
    pub happened_on: NaiveDate,
    /// The household that they left.
    pub from: HouseholdId,
    /// Those who came.
    pub members: Vec<PersonId>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for HouseholdFormedBySplit {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdFormedBySplit", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}
