//! Refer the household to an agency's service for one need.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{DisclosedField, HouseholdEvent, LegalBasis, ReferralMade};
use events::id::{AgencyId, NeedId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::referral::disclosing::Sending;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
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
    const RECORDS: &'static [&'static str] = &["ReferralMade", "DisclosureMade"];

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
        let sending = Sending {
            need: self.need,
            agency: self.agency,
            service: &self.service,
            basis: self.basis,
            disclosed: &self.disclosed,
        };
        sending.check(&mut fields);
        fields.finish()?;
        case.open_need(self.need)?;
        let consent = sending.judge(case, others)?;
        let referral = self.referral.unwrap_or_else(|| ReferralId(asked.mint("referral")));
        if case.referrals.contains_key(&referral) {
            return Err(Refusal::IdTaken);
        }
        // The clock starts when the referral is recorded, so today's policy holds, whatever day was agreed.
        let until = asked.policies.answer_by(&case.province(), asked.today(), &self.service)?;
        let next_due = case.due(asked.policies, DueWhat::FollowUp, on)?;
        let made = HouseholdEvent::ReferralMade(ReferralMade {
            referral,
            happened_on: on,
            need: self.need,
            agency: self.agency,
            service: self.service.clone(),
            basis: self.basis,
            disclosed: sending.fields(),
            respond_by: until.by,
            sla: until.sla,
            holidays: until.holidays,
            after: case.after_reaching(Stage::Referred),
            next_due,
        });
        Ok(Decision::facts(vec![made, sending.opened(referral, consent, asked)]))
    }
}
