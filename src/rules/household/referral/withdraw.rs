//! Take a referral back: the household wants it no more, has help from elsewhere, or it was sent by mistake.

use chrono::NaiveDate;
use events::facts::agency::AgencyEvent;
use events::facts::household::{DisclosureEndedBecause, HouseholdEvent, ReferralWithdrawn, WishOf, WithdrawnBecause};
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{answering, disclosing};
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, Referral, ReferralState};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Why somebody may take a referral back; other reasons follow from other commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawReason {
    /// The household does not want it any more.
    NotWanted,
    /// The need was met elsewhere.
    MetElsewhere,
    /// Sent by mistake.
    Mistake,
}

/// Takes a referral back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawReferral {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// Why.
    pub reason: WithdrawReason,
    /// Whose wish it is.
    pub wish_of: WishOf,
}

impl Rule for WithdrawReferral {
    const RECORDS: &'static [&'static str] = &["ReferralWithdrawn", "DisclosureEnded"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral("open", |it| it.state != ReferralState::Ended)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn needs(&self, household: &Household) -> Needs {
        Needs { agencies: household.agency_of(self.referral).into_iter().collect(), ..Needs::default() }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.open_referral(self.referral)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, referral.made_on);
        fields.finish()?;
        let because = match self.reason {
            WithdrawReason::NotWanted => WithdrawnBecause::NotWanted,
            WithdrawReason::MetElsewhere => WithdrawnBecause::MetElsewhere,
            WithdrawReason::Mistake => WithdrawnBecause::Mistake,
        };
        let withdrawn =
            ReferralWithdrawn { referral: self.referral, happened_on: on, because, wish_of: Some(self.wish_of) };
        let (facts, freed) = ended(withdrawn, referral, DisclosureEndedBecause::Withdrawn, asked);
        Ok(Decision { household: facts, agencies: freed.into_iter().collect(), ..Decision::default() })
    }
}

/// What taking a referral back ends: the referral, what it opened, and the place it holds.
pub(in crate::rules::household) fn ended(
    withdrawn: ReferralWithdrawn,
    referral: &Referral,
    because: DisclosureEndedBecause,
    asked: &Asked<'_>,
) -> (Vec<HouseholdEvent>, Option<(AgencyId, AgencyEvent)>) {
    let id = withdrawn.referral;
    let closed = disclosing::closed(id, referral, because, asked);
    let facts = std::iter::once(HouseholdEvent::ReferralWithdrawn(withdrawn)).chain(closed).collect();
    let freed = (referral.state == ReferralState::ToDeliver).then(|| answering::freed(id, referral, asked));
    (facts, freed)
}
