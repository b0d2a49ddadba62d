//! What every answer of an agency has in common: it is to a referral that waits for it, on a day not before that.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityFreed};
use events::id::{AgencyId, HouseholdId, ReferralId};

use super::telling::Telling;
use crate::rules::household::state::{Case, Household, Referral, ReferralState};
use crate::rules::{Asked, Needs, Refusal};

/// An answer as it came.
pub(super) struct Answer<'a> {
    /// To which referral.
    pub(super) referral: ReferralId,
    /// Where that must be: waiting for an answer, or for help.
    pub(super) to: ReferralState,
    /// The day, and words where the reason needs them.
    pub(super) told: Telling<'a>,
}

impl Answer<'_> {
    /// The case, the referral and the day, if all is well: not before the agency was asked, or had accepted.
    pub(super) fn check<'h>(
        &self,
        household: &'h Household,
        asked: &Asked<'_>,
    ) -> Result<(&'h Case, &'h Referral, NaiveDate), Refusal> {
        let case = household.not_closed()?;
        let referral = case.referral_in(self.referral, self.to)?;
        let accepted = referral.accepted_on.filter(|_| self.to == ReferralState::ToDeliver);
        let on = self.told.check(case, accepted.unwrap_or(referral.reached_on), asked)?;
        Ok((case, referral, on))
    }
}

/// The agency of a referral must be seen: it takes a place or gives one back.
pub(super) fn needs(household: &Household, referral: ReferralId) -> Needs {
    Needs { agencies: household.agency_of(referral).into_iter().collect(), ..Needs::default() }
}

/// The place that a referral holds is free again.
pub(super) fn freed(id: ReferralId, referral: &Referral, asked: &Asked<'_>) -> (AgencyId, AgencyEvent) {
    let freed = CapacityFreed { service: referral.service.clone(), referral: id, household: HouseholdId(asked.target) };
    (referral.agency, AgencyEvent::CapacityFreed(freed))
}
