//! Where a referral is.

use chrono::NaiveDate;
use events::id::{AgencyId, NeedId};
use serde::{Deserialize, Serialize};

/// Where a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralState {
    /// With the agency, to answer.
    ToAnswer,
    /// Accepted, to deliver.
    ToDeliver,
    /// Sent back for what is missing.
    Returned,
    /// Ended: declined, completed or withdrawn.
    Ended,
}

impl ReferralState {
    /// As people and answers call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToAnswer => "to_answer",
            Self::ToDeliver => "to_deliver",
            Self::Returned => "returned",
            Self::Ended => "ended",
        }
    }
}

/// A referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// Where it is.
    pub state: ReferralState,
    /// The need it is for.
    pub need: NeedId,
    /// To whom.
    pub agency: AgencyId,
    /// Which service.
    pub service: String,
    /// The day it was agreed.
    pub made_on: NaiveDate,
    /// The last day for an answer.
    pub respond_by: NaiveDate,
    /// Whether the missed answer was noted.
    pub overdue_noted: bool,
    /// The day of acceptance.
    pub accepted_on: Option<NaiveDate>,
}

impl Referral {
    /// Whether the agency still has something to do with it.
    pub const fn is_with_agency(&self) -> bool {
        match self.state {
            ReferralState::ToAnswer | ReferralState::ToDeliver => true,
            ReferralState::Returned | ReferralState::Ended => false,
        }
    }
}
