//! Send a referral to another agency or service. What was open to the first ends, its place is given back.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityFreed};
use events::facts::household::{
    DisclosedField, DisclosureEndedBecause, HouseholdEvent, LegalBasis, ReferralRerouted, RerouteReason,
};
use events::id::{AgencyId, HouseholdId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::disclosing::{self, Sending};
use super::telling::Telling;
use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Sends a referral elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RerouteReferral {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// To whom it goes.
    pub agency: AgencyId,
    /// That agency's service.
    pub service: String,
    /// Why the household's data may be given to that agency.
    pub basis: LegalBasis,
    /// What is given.
    #[serde(default)]
    pub disclosed: Vec<DisclosedField>,
    /// Why.
    pub reason: RerouteReason,
    /// In words; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for RerouteReferral {
    const RECORDS: &'static [&'static str] = &["DisclosureEnded", "ReferralRerouted", "DisclosureMade"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral("open", |it| it.state != ReferralState::Ended)
    }

    // An officer hands nothing on: it is the agency's place to decline, and the operations center's to send elsewhere.
    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn needs(&self, household: &Household) -> Needs {
        let mut agencies: Vec<_> = household.agency_of(self.referral).into_iter().chain([self.agency]).collect();
        agencies.dedup();
        Needs { agencies, ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.open_referral(self.referral)?;
        let sending = Sending {
            need: referral.need,
            agency: self.agency,
            service: &self.service,
            basis: self.basis,
            disclosed: &self.disclosed,
        };
        let told =
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == RerouteReason::Other };
        let mut fields = Fields::default();
        let on = told.check_into(case, referral.reached_on, asked, &mut fields);
        sending.check(&mut fields);
        fields.finish()?;
        let consent = sending.judge(case, others)?;
        let until = asked.policies.answer_by(&case.province(), asked.today(), &self.service)?;
        let rerouted = HouseholdEvent::ReferralRerouted(ReferralRerouted {
            referral: self.referral,
            happened_on: on,
            from_agency: referral.agency,
            from_service: referral.service.clone(),
            agency: self.agency,
            service: self.service.clone(),
            basis: self.basis,
            disclosed: sending.fields(),
            reason: self.reason,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
            respond_by: until.by,
            sla: until.sla,
            holidays: until.holidays,
        });
        let closed = disclosing::closed(self.referral, referral, DisclosureEndedBecause::Rerouted, asked);
        let opened = sending.opened(self.referral, consent, asked);
        let freed = (referral.state == ReferralState::ToDeliver).then(|| {
            let (service, household) = (referral.service.clone(), HouseholdId(asked.target));
            let freed = CapacityFreed { service, referral: self.referral, household };
            (referral.agency, AgencyEvent::CapacityFreed(freed))
        });
        Ok(Decision {
            household: closed.into_iter().chain([rerouted, opened]).collect(),
            agencies: freed.into_iter().collect(),
            ..Decision::default()
        })
    }
}
