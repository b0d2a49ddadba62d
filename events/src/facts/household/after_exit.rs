//! Facts after a household has left: whether it is still out of poverty, or whether nobody looked.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::{Evidence, Level};
use super::graduation::LineUsed;
use crate::facts::Schema;
use crate::facts::case::{NextDue, PolicyRef};
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Words;
use crate::id::{AssessmentId, VisitId};
use crate::money::Baht;

/// What a check after leaving found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExitFinding {
    /// Still out of poverty.
    StillOut,
    /// Poor again: the case can be reopened.
    Relapsed,
    /// It can't be said.
    NotClear,
}

/// What the finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExitInputs {
    /// Net income per resident and month; none: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_per_resident_month: Option<Baht>,
    /// How surely the household's state is known.
    pub evidence: Evidence,
    /// The poverty line of that year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineUsed>,
    /// The latest complete assessment since it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentId>,
    /// Its level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// Somebody looked whether a household that left is still out of poverty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PostExitChecked {
    /// The visit.
    pub visit: VisitId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Which of the policy's checks this is, in months after leaving.
    pub month: u16,
    /// The day it left.
    pub left_on: NaiveDate,
    /// What was found.
    pub finding: ExitFinding,
    /// What that rests on.
    pub inputs: ExitInputs,
    /// The contact policy that says which checks there are; none in what was recorded before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// In words, tag `exit.remarks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
    /// The next check; none after the last one, and none after a relapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for PostExitChecked {
    fn schema(&self) -> Schema {
        Schema::new("PostExitChecked", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn ends_due(&self) -> bool {
        true
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.policy.iter().chain(self.inputs.line.iter().map(|line| &line.policy)).collect()
    }
}

/// Nobody looked in time. Noted once; the next check is due from here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PostExitCheckMissed {
    /// Which of the policy's checks, in months after leaving.
    pub month: u16,
    /// The last day on which it would have been in time.
    pub by: NaiveDate,
    /// The contact policy that had set the day.
    pub policy: PolicyRef,
    /// The next check; none after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for PostExitCheckMissed {
    fn schema(&self) -> Schema {
        Schema::new("PostExitCheckMissed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn ends_due(&self) -> bool {
        true
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        vec![&self.policy]
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}
