//! Facts about keeping in touch: visits planned and made while help is under way, and dates that passed in vain.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::Evidence;
use crate::facts::Schema;
use crate::facts::case::{DueWhat, NextDue, PolicyRef};
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Words;
use crate::id::{PersonId, VisitId};

/// A visit was planned. It may bring a date forward, never back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VisitPlanned {
    /// The plan.
    pub visit: VisitId,
    /// The day it was planned.
    pub happened_on: NaiveDate,
    /// The day of the visit.
    pub planned_on: NaiveDate,
    /// The clock that the visit is for, where one runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<DueWhat>,
    /// What to think of, tag `plan.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// What is due next, when the plan brought it forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
    /// The next assessment, when the plan brought that forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassess_due: Option<NextDue>,
}

impl Told for VisitPlanned {
    fn schema(&self) -> Schema {
        Schema::new("VisitPlanned", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn reassess_due(&self) -> Option<&NextDue> {
        self.reassess_due.as_ref()
    }
}

/// What became of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpState {
    /// It is in use.
    InUse,
    /// A part of it is.
    PartlyInUse,
    /// It arrived and is not used.
    NotUsed,
    /// What was promised has not arrived.
    NotArrived,
    /// Nothing was promised yet.
    NothingPromised,
}

/// Somebody looked after the help that is under way. The next visit is due from here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUpVisited {
    /// The visit.
    pub visit: VisitId,
    /// The day.
    pub happened_on: NaiveDate,
    /// The member who gave the answers, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub informant: Option<PersonId>,
    /// What became of the help.
    pub help: HelpState,
    /// How surely that is known.
    pub evidence: Evidence,
    /// In words, tag `follow_up.remarks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
    /// The next visit; none where a later one has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for FollowUpVisited {
    fn schema(&self) -> Schema {
        Schema::new("FollowUpVisited", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }
}

/// The last day passed on which a visit, an assessment or a referral would have been in time. Noted once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactOverdue {
    /// What was due.
    pub what: DueWhat,
    /// The last day.
    pub by: NaiveDate,
    /// The contact policy that had set the day.
    pub policy: PolicyRef,
}

impl Told for ContactOverdue {
    fn schema(&self) -> Schema {
        Schema::new("ContactOverdue", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        vec![&self.policy]
    }

    // That the day passed without it being done was true when it was noted, whatever is taken back later.
    fn undone(&self) -> Undone {
        Undone::Never
    }
}
