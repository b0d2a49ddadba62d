//! Facts about how a case ends without success, and how it opens again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::area::AreaCode;
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, Standing};
use crate::facts::household::told::Told;
use crate::facts::people::Words;
use crate::id::{AssessmentId, PersonId, VisitId};

/// Why a household does not want to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusedBecause {
    /// Wants no help.
    NoHelpWanted,
    /// Has no time for visits and surveys.
    NoTime,
    /// Does not want its data to be held or shared.
    DataNotShared,
    /// Does not want to be known as poor.
    Shame,
    /// Gave no reason, or another one.
    Other,
}

/// The household does not want this, now or any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdRefused {
    /// The day it said so.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: RefusedBecause,
    /// The member who said so, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_by: Option<PersonId>,
    /// In words, tag `refused.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for HouseholdRefused {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdRefused", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }
}

/// The household lives in the area no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdMovedAway {
    /// The day it moved, or was found gone.
    pub happened_on: NaiveDate,
    /// Where it went, as far as known: a tambon, a district or a province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AreaCode>,
    /// Where it went in words, tag `moved.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for HouseholdMovedAway {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdMovedAway", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }
}

/// How a household was reached again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactBy {
    /// Somebody was met at the house.
    Visit,
    /// By telephone.
    Telephone,
    /// The household came by itself.
    Household,
    /// Through neighbours, volunteers or the village head.
    Others,
}

/// A household that refused or could not be reached is in touch again: the next episode begins at the stage it had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactResumed {
    /// The day.
    pub happened_on: NaiveDate,
    /// How.
    pub by: ContactBy,
    /// How the case stood closed until now.
    pub was: Standing,
    /// In words, tag `resumed.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for ContactResumed {
    fn schema(&self) -> Schema {
        Schema::new("ContactResumed", 1)
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
}

/// Why a case opens again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReopenedBecause {
    /// The household or somebody for it asked to look again.
    Appeal,
    /// A household that had left poverty, or was supported, is worse off.
    Relapse,
    /// A household that had moved away is back.
    CameBack,
    /// A household entered in error was found after all.
    FoundAgain,
}

/// A closed case opens again: the next episode. What closed before stays in the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseReopened {
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: ReopenedBecause,
    /// How the case stood until now.
    pub was: Standing,
    /// The assessment that is new enough to go on from, after a graduation or while supported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentId>,
    /// The check after leaving that found the relapse; none: another reason, or recorded before a relapse had to rest
    /// on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<VisitId>,
    /// In words, tag `reopened.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for CaseReopened {
    fn schema(&self) -> Schema {
        Schema::new("CaseReopened", 1)
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
}

/// Why a household should never have been entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnteredWrongly {
    /// It is in the register already.
    EnteredTwice,
    /// No such household lives there.
    NoSuchHousehold,
    /// The import it came by was undone.
    ImportUndone,
    /// An exercise.
    Exercise,
    /// Something else.
    Other,
}

/// A household was entered in error, and nobody had worked on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IdentificationWithdrawn {
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: EnteredWrongly,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for IdentificationWithdrawn {
    fn schema(&self) -> Schema {
        Schema::new("IdentificationWithdrawn", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }
}
