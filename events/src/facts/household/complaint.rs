//! Facts about complaints: received, answered, or not answered in time.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::case::PolicyRef;
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Words;
use crate::id::{AgencyId, ComplaintId, StaffId};

/// What a complaint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ComplaintAbout {
    /// An agency or its service.
    Agency {
        /// Which.
        agency: AgencyId,
    },
    /// Somebody of the staff.
    Staff {
        /// Who, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
    },
    /// What was decided about the household.
    Decision {
        /// The sequence of the fact in this household's history, where one is meant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sequence: Option<u64>,
    },
    /// Something else.
    Other,
}

impl ComplaintAbout {
    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agency { .. } => "agency",
            Self::Staff { .. } => "staff",
            Self::Decision { .. } => "decision",
            Self::Other => "other",
        }
    }
}

/// Somebody complains. The days to answer run from the day it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComplaintReceived {
    /// The complaint.
    pub complaint: ComplaintId,
    /// The day it was made.
    pub happened_on: NaiveDate,
    /// What it is about.
    pub about: ComplaintAbout,
    /// What was said, tag `complaint.words`.
    pub words: Words,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// The contact policy that set the day.
    pub policy: PolicyRef,
}

impl Told for ComplaintReceived {
    fn schema(&self) -> Schema {
        Schema::new("ComplaintReceived", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        vec![&self.policy]
    }
}

/// How a complaint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintOutcome {
    /// It was right, and is put right.
    Upheld,
    /// It was right in part.
    PartlyUpheld,
    /// It was looked into and found wrong.
    NotUpheld,
    /// Whoever complained took it back.
    TakenBack,
    /// It is another office's to answer.
    PassedOn,
}

/// The complaint was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComplaintAnswered {
    /// The complaint.
    pub complaint: ComplaintId,
    /// The day.
    pub happened_on: NaiveDate,
    /// How it ended.
    pub outcome: ComplaintOutcome,
    /// The answer, tag `complaint.answer`.
    pub words: Words,
}

impl Told for ComplaintAnswered {
    fn schema(&self) -> Schema {
        Schema::new("ComplaintAnswered", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The complaint was not answered in time. Noted once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComplaintOverdue {
    /// The complaint.
    pub complaint: ComplaintId,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
}

impl Told for ComplaintOverdue {
    fn schema(&self) -> Schema {
        Schema::new("ComplaintOverdue", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}
