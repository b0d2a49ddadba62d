//! Note, once, that an agency did not answer in time.

use events::facts::household::{HouseholdEvent, ResponseOverdue};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::{Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Refusal};

/// Notes a missed answer. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteResponseOverdue {
    /// Which referral.
    pub referral: ReferralId,
}

impl NoteResponseOverdue {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
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
