//! A new scoring of answers that were given before: the old score stays in the history.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::{CapitalScore, OverallScore};
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::household::told::Told;
use crate::id::AssessmentId;

/// The stored answers of an assessment were scored again under another version of the scoring policy. Verdicts and
/// levels rest on the newest scoring; nobody was visited, so it starts no clock unless it completes the assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssessmentRescored {
    /// Which assessment.
    pub assessment: AssessmentId,
    /// The day it was scored again.
    pub happened_on: NaiveDate,
    /// The day of its survey.
    pub surveyed_on: NaiveDate,
    /// The scoring policy used.
    pub scoring: PolicyRef,
    /// The one it was scored by before.
    pub before: PolicyRef,
    /// One score per capital.
    pub capitals: Vec<CapitalScore>,
    /// The household's score; `None`: a capital is incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<OverallScore>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for AssessmentRescored {
    fn schema(&self) -> Schema {
        Schema::new("AssessmentRescored", 1)
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

    fn policies(&self) -> Vec<&PolicyRef> {
        vec![&self.scoring]
    }
}
