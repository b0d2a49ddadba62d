//! Note, once, that an agency did not answer in time.

use events::facts::household::{HouseholdEvent, ResponseOverdue};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a missed answer. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteResponseOverdue {
    /// Which referral.
    pub referral: ReferralId,
}

impl Rule for NoteResponseOverdue {
    const RECORDS: &'static [&'static str] = &["ResponseOverdue"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known()?.any_referral_in(ReferralState::ToAnswer)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let referral = case.referrals.get(&self.referral).ok_or(Refusal::Unknown(Thing::Referral))?;
        // Answered, or noted before: the watcher looked at a state that has moved on.
        if referral.overdue_noted || referral.state != ReferralState::ToAnswer {
            return Ok(Decision::already_so());
        }
        if asked.today() <= referral.respond_by {
            return Err(Refusal::NotYetOverdue { respond_by: referral.respond_by });
        }
        Ok(Decision::fact(HouseholdEvent::ResponseOverdue(ResponseOverdue {
            referral: self.referral,
            agency: referral.agency,
            respond_by: referral.respond_by,
        })))
    }
}
