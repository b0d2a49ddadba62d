//! What was said to the office and wants an answer: complaints, and requests under the law on personal data.

use chrono::NaiveDate;
use events::facts::household::{ComplaintAbout, Right};
use events::id::PersonId;
use serde::{Deserialize, Serialize};

/// A complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// What it is about.
    pub about: ComplaintAbout,
    /// Until when an answer is in time.
    pub wait: Wait,
}

/// A request under the law on personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsRequest {
    /// Which right.
    pub right: Right,
    /// Whose data.
    pub person: PersonId,
    /// Whether it was refused.
    pub refused: bool,
    /// The day on which a restriction that was granted came to hold no longer.
    pub lifted_on: Option<NaiveDate>,
    /// Until when an answer is in time.
    pub wait: Wait,
}

impl RightsRequest {
    /// Whether it restricts the use of the person's data: it was granted and holds.
    pub fn restricts(&self) -> bool {
        self.right == Right::Restriction && !self.wait.is_open() && !self.refused && self.lifted_on.is_none()
    }
}

/// Somebody waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The day it was asked.
    pub since: NaiveDate,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
    /// Whether it was noted that no answer came in time.
    pub overdue_noted: bool,
}

impl Wait {
    /// It was asked on a day and must be answered by another.
    pub const fn new(since: NaiveDate, answer_by: NaiveDate) -> Self {
        Self { since, answer_by, answered_on: None, overdue_noted: false }
    }

    /// Whether the answer is missing.
    pub const fn is_open(&self) -> bool {
        self.answered_on.is_none()
    }

    /// Whether the missing answer is to be noted today.
    pub fn is_missed(&self, today: NaiveDate) -> bool {
        self.is_open() && !self.overdue_noted && self.answer_by < today
    }
}
