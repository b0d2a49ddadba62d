//! Note, once, that an agency did not deliver in time.

use events::facts::household::{DeliveryOverdue, HouseholdEvent};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a missed delivery. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteDeliveryOverdue {
    /// Which referral.
    pub referral: ReferralId,
}

impl Rule for NoteDeliveryOverdue {
    const RECORDS: &'static [&'static str] = &["DeliveryOverdue"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known()?.any_referral_in(ReferralState::ToDeliver)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let referral = case.referrals.get(&self.referral).ok_or(Refusal::Unknown(Thing::Referral))?;
        let Some(deliver_by) = referral.deliver_by.filter(|_| referral.state == ReferralState::ToDeliver) else {
            return Ok(Decision::already_so());
        };
        if referral.delivery_overdue_noted {
            return Ok(Decision::already_so());
        }
        if asked.today() <= deliver_by {
            return Err(Refusal::DeliveryNotYetOverdue { deliver_by });
        }
        Ok(Decision::fact(HouseholdEvent::DeliveryOverdue(DeliveryOverdue {
            referral: self.referral,
            agency: referral.agency,
            deliver_by,
        })))
    }
}
