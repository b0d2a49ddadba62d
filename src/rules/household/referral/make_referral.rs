//! Refer the household to an agency's service for one need.

use chrono::{Duration, NaiveDate};
use events::facts::agency::AgencyKind;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{DisclosedField, HouseholdEvent, LegalBasis, ReferralMade};
use events::id::{AgencyId, NeedId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Makes a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeReferral {
    /// The day it was agreed with the household; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub referral: Option<ReferralId>,
    /// The need it is for.
    pub need: NeedId,
    /// To whom.
    pub agency: AgencyId,
    /// The agency's service.
    pub service: String,
    /// Why the household's data may be given to the agency.
    pub basis: LegalBasis,
    /// What is given.
    #[serde(default)]
    pub disclosed: Vec<DisclosedField>,
}

impl Rule for MakeReferral {
    const RECORDS: &'static [&'static str] = &["ReferralMade"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assessed)?;
        case.needs.values().any(|it| it.open).then_some(()).ok_or(Refusal::Unknown(Thing::Need))
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { agencies: vec![self.agency], ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assessed)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.code("/service", &self.service);
        fields.entries("/disclosed", self.disclosed.len(), 0, 16);
        fields.finish()?;
        case.open_need(self.need)?;
        let agency = others.agencies.get(&self.agency).ok_or(Refusal::Unknown(Thing::Agency))?.known()?;
        agency.service(&self.service)?;
        if !agency.areas.iter().any(|area| case.place.is_in(*area)) {
            return Err(Refusal::NotInArea);
        }
        if needs_consent(agency.kind) && self.basis != LegalBasis::Consent {
            return Err(Refusal::ConsentNeeded);
        }
        let waits = |it: &crate::rules::household::state::Referral| {
            it.state != ReferralState::Ended
                && it.need == self.need
                && it.agency == self.agency
                && it.service == self.service
        };
        if case.referrals.values().any(waits) {
            return Err(Refusal::AlreadyReferred);
        }
        let referral = self.referral.unwrap_or_else(|| ReferralId(asked.mint("referral")));
        if case.referrals.contains_key(&referral) {
            return Err(Refusal::IdTaken);
        }
        // The clock starts when the referral is recorded, so today's policy holds, whatever day was agreed.
        let (days, sla) = asked.policies.sla(&case.province(), asked.today(), &self.service)?;
        let mut disclosed = self.disclosed.clone();
        disclosed.sort_unstable();
        disclosed.dedup();
        let next_due = case.due(asked.policies, DueWhat::FollowUp, on)?;
        Ok(Decision::fact(HouseholdEvent::ReferralMade(ReferralMade {
            referral,
            happened_on: on,
            need: self.need,
            agency: self.agency,
            service: self.service.clone(),
            basis: self.basis,
            disclosed,
            respond_by: asked.today() + Duration::days(i64::from(days.answer_days)),
            sla,
            after: case.after_reaching(Stage::Referred),
            next_due,
        })))
    }
}

/// Partners outside the state may see nothing without the household's consent.
const fn needs_consent(kind: AgencyKind) -> bool {
    match kind {
        AgencyKind::State | AgencyKind::Lao => false,
        AgencyKind::Private | AgencyKind::Civil | AgencyKind::Religious | AgencyKind::Education => true,
    }
}
