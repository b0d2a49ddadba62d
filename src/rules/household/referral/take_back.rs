//! Take an acceptance back: the agency gives the place free and must answer once more.

use chrono::NaiveDate;
use events::facts::household::{AcceptanceTakenBack, HouseholdEvent, TakenBackReason};
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answering::{self, Answer};
use super::telling::Telling;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Takes an acceptance back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBackAcceptance {
    /// The day the agency says it took it back; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// Why.
    pub reason: TakenBackReason,
    /// In words; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for TakeBackAcceptance {
    const RECORDS: &'static [&'static str] = &["AcceptanceTakenBack"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral_in(ReferralState::ToDeliver)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn answers_for(&self, household: &Household) -> Option<AgencyId> {
        household.agency_of(self.referral)
    }

    fn needs(&self, household: &Household) -> Needs {
        answering::needs(household, self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let told =
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == TakenBackReason::Other };
        let answer = Answer { referral: self.referral, to: ReferralState::ToDeliver, told };
        let (case, referral, on) = answer.check(household, asked)?;
        let until = asked.policies.answer_by(&case.province(), asked.today(), &referral.service)?;
        Ok(Decision {
            household: vec![HouseholdEvent::AcceptanceTakenBack(AcceptanceTakenBack {
                referral: self.referral,
                happened_on: on,
                reason: self.reason,
                words: words::sealed("referral.words", self.words.as_ref(), asked),
                respond_by: until.by,
                sla: until.sla,
                holidays: until.holidays,
            })],
            agencies: vec![answering::freed(self.referral, referral, asked)],
            ..Decision::default()
        })
    }
}
