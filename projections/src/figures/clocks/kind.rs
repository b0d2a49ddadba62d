//! What a date is for.

use std::str::FromStr;

use events::facts::case::{DueWhat, UnknownCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a date is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// The first visit to the home.
    FirstVisit,
    /// The assessment of the five capitals.
    Assessment,
    /// The first referral.
    Referral,
    /// A follow-up visit.
    FollowUp,
    /// Another assessment.
    Reassessment,
    /// A check after leaving.
    PostExitCheck,
    /// An agency's answer.
    RespondBy,
    /// An agency's delivery.
    DeliverBy,
    /// The answer to a complaint.
    Complaint,
    /// The answer to a request under the law on personal data.
    RightsRequest,
}

impl ClockKind {
    /// All of them, in the order of their numbers in the file.
    pub const ALL: [Self; 10] = [
        Self::FirstVisit,
        Self::Assessment,
        Self::Referral,
        Self::FollowUp,
        Self::Reassessment,
        Self::PostExitCheck,
        Self::RespondBy,
        Self::DeliverBy,
        Self::Complaint,
        Self::RightsRequest,
    ];

    /// As it stands on the wire, and in the id of the command that notes a missed date.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstVisit => "first_visit",
            Self::Assessment => "assessment",
            Self::Referral => "referral",
            Self::FollowUp => "follow_up",
            Self::Reassessment => "reassessment",
            Self::PostExitCheck => "post_exit_check",
            Self::RespondBy => "respond_by",
            Self::DeliverBy => "deliver_by",
            Self::Complaint => "complaint",
            Self::RightsRequest => "rights_request",
        }
    }

    /// What the household itself is due, if it is that.
    pub const fn contact(self) -> Option<DueWhat> {
        match self {
            Self::FirstVisit => Some(DueWhat::FirstVisit),
            Self::Assessment => Some(DueWhat::Assessment),
            Self::Referral => Some(DueWhat::Referral),
            Self::FollowUp => Some(DueWhat::FollowUp),
            Self::Reassessment => Some(DueWhat::Reassessment),
            Self::PostExitCheck => Some(DueWhat::PostExitCheck),
            Self::RespondBy | Self::DeliverBy | Self::Complaint | Self::RightsRequest => None,
        }
    }

    pub(super) const fn of(what: DueWhat) -> Self {
        match what {
            DueWhat::FirstVisit => Self::FirstVisit,
            DueWhat::Assessment => Self::Assessment,
            DueWhat::Referral => Self::Referral,
            DueWhat::FollowUp => Self::FollowUp,
            DueWhat::Reassessment => Self::Reassessment,
            DueWhat::PostExitCheck => Self::PostExitCheck,
        }
    }

    pub(super) fn number(self) -> i64 {
        Self::ALL.into_iter().zip(0..).find(|(it, _)| *it == self).map_or(0, |(_, number)| number)
    }

    pub(super) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

impl FromStr for ClockKind {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownCode)
    }
}

/// When something is due, seen from one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskDue {
    /// The day has passed.
    Overdue,
    /// On this day.
    Today,
    /// On this day or one of the six after it.
    Week,
}

impl TaskDue {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Today, Self::Week];

    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "week",
        }
    }
}

impl FromStr for TaskDue {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|due| due.as_str() == text).ok_or(UnknownCode)
    }
}
