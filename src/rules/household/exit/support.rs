//! Propose that a household which cannot work is supported for as long as it is needed, and approve it: it takes two
//! people, as leaving poverty does.

use chrono::NaiveDate;
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{GraduationProposed, HouseholdEvent, ProposalKind, SustainedSupportEntered, Verdict};
use events::id::ProposalId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::exit::proposal::waiting;
use crate::rules::household::exit::verdict;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Others, Refusal};

const SUPPORT: [ProposalKind; 1] = [ProposalKind::SustainedSupport];

/// Proposes sustained support. Who can work stands in the fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeSustainedSupport {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for ProposeSustainedSupport {
    const RECORDS: &'static [&'static str] = &["GraduationProposed"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        met(assisted(household)?, asked.today(), asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = assisted(household)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.stands_since);
        fields.finish()?;
        let verdict = met(case, on, asked)?;
        Ok(Decision::fact(HouseholdEvent::GraduationProposed(GraduationProposed {
            proposal: ProposalId(asked.mint("proposal")),
            happened_on: on,
            kind: ProposalKind::SustainedSupport,
            proposer: asked.actor,
            verdict,
        })))
    }
}

/// The open case that help has reached and for which nothing is proposed yet.
fn assisted(household: &Household) -> Result<&Case, Refusal> {
    let case = household.open()?;
    case.reached(Stage::Assisted)?;
    if case.proposal.is_some() { Err(Refusal::AlreadyProposed) } else { Ok(case) }
}

fn met(case: &Case, on: NaiveDate, asked: &Asked<'_>) -> Result<Verdict, Refusal> {
    let verdict = verdict::judge_support(case, asked.policies, on)?;
    if verdict.met {
        return Ok(verdict);
    }
    let missing = verdict.judged.into_iter().map(|it| (it.criterion, it.found, it.needed)).collect();
    Err(Refusal::CriteriaNotMet(missing))
}

/// Approves the proposal of sustained support that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterSustainedSupport {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for EnterSustainedSupport {
    const RECORDS: &'static [&'static str] = &["SustainedSupportEntered"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        let (_, on) = waiting(case, &SUPPORT, None, asked)?;
        met(case, on, asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let (proposal, on) = waiting(case, &SUPPORT, self.happened_on, asked)?;
        // Who came to live there since the proposal counts: the verdict must still hold.
        let verdict = met(case, on, asked)?;
        let next_due = asked.policies.due(&case.province(), DueWhat::PostExitCheck, on)?;
        Ok(Decision::fact(HouseholdEvent::SustainedSupportEntered(SustainedSupportEntered {
            proposal: proposal.id,
            happened_on: on,
            approver: asked.actor,
            verdict: Some(verdict),
            after: After { standing: Standing::Sustained, ..case.after() },
            next_due: Some(next_due),
        })))
    }
}
