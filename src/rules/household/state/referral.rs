//! Where a referral is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::facts::household::{DisclosedField, EscalatedTo, LegalBasis, ReferralClock};
use events::id::{AgencyId, ConsentId, DisclosureId, NeedId};
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

/// What of the household is open to the agency that has a referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Its id; `None`: the referral was recorded before disclosures were facts of their own.
    pub id: Option<DisclosureId>,
    /// The fields.
    pub fields: BTreeSet<DisclosedField>,
    /// The consent it rests on.
    pub consent: Option<ConsentId>,
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
    /// On which basis.
    pub basis: LegalBasis,
    /// The day it was agreed.
    pub made_on: NaiveDate,
    /// The day from which it is said to be with this agency to answer: made, sent again, sent elsewhere, or taken back.
    pub reached_on: NaiveDate,
    /// The last day for an answer.
    pub respond_by: NaiveDate,
    /// Whether the missed answer was noted.
    pub overdue_noted: bool,
    /// The day of acceptance.
    pub accepted_on: Option<NaiveDate>,
    /// The last day for delivery, once accepted.
    pub deliver_by: Option<NaiveDate>,
    /// Whether the missed delivery was noted.
    pub delivery_overdue_noted: bool,
    /// The days on which this agency was reminded.
    pub reminded_on: BTreeSet<NaiveDate>,
    /// How far up it was escalated since its clock began.
    pub escalated: Option<EscalatedTo>,
    /// What is open to the agency.
    pub disclosure: Option<Disclosure>,
}

impl Referral {
    /// Whether the agency still has something to do with it.
    pub const fn is_with_agency(&self) -> bool {
        match self.state {
            ReferralState::ToAnswer | ReferralState::ToDeliver => true,
            ReferralState::Returned | ReferralState::Ended => false,
        }
    }

    /// What its agency sees of the household through it: nothing once it has ended, all that was given until then.
    pub fn open_disclosure(&self) -> Option<&Disclosure> {
        self.disclosure.as_ref().filter(|_| self.state != ReferralState::Ended)
    }

    /// The clock that runs, and its last day.
    pub fn clock(&self) -> Option<(ReferralClock, NaiveDate)> {
        match self.state {
            ReferralState::ToAnswer => Some((ReferralClock::ToAnswer, self.respond_by)),
            ReferralState::ToDeliver => self.deliver_by.map(|day| (ReferralClock::ToDeliver, day)),
            ReferralState::Returned | ReferralState::Ended => None,
        }
    }

    /// Whether the last day of the clock that runs was noted as missed.
    pub const fn missed_noted(&self) -> bool {
        match self.state {
            ReferralState::ToAnswer => self.overdue_noted,
            ReferralState::ToDeliver => self.delivery_overdue_noted,
            ReferralState::Returned | ReferralState::Ended => false,
        }
    }
}
