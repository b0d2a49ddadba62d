//! Propose that a household has left poverty, and decide on it: it takes two people.

use chrono::NaiveDate;
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{
    GraduationDeclineReason, GraduationDeclined, GraduationProposed, HouseholdEvent, HouseholdGraduated, ProposalKind,
    Verdict,
};
use events::id::ProposalId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::exit::verdict;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, Proposal};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Proposes graduation. The policy's verdict stands in the fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeGraduation {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for ProposeGraduation {
    const RECORDS: &'static [&'static str] = &["GraduationProposed"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assisted)?;
        if case.proposal.is_some() {
            return Err(Refusal::AlreadyProposed);
        }
        met(case, asked.today(), asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assisted)?;
        if case.proposal.is_some() {
            return Err(Refusal::AlreadyProposed);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        // It rests on the latest assessment, so it can't have been made before.
        if let Some(latest) = case.last_complete() {
            fields.not_before("/happened_on", on, latest.on);
        }
        fields.finish()?;
        let verdict = met(case, on, asked)?;
        Ok(Decision::fact(HouseholdEvent::GraduationProposed(GraduationProposed {
            proposal: ProposalId(asked.mint("proposal")),
            happened_on: on,
            kind: ProposalKind::Graduation,
            proposer: asked.actor,
            verdict,
        })))
    }
}

/// The verdict when every criterion is met; otherwise what is missing.
fn met(case: &Case, on: NaiveDate, asked: &Asked<'_>) -> Result<Verdict, Refusal> {
    let verdict = verdict::judge(case, asked.policies, on)?;
    if verdict.met {
        return Ok(verdict);
    }
    let missing = verdict
        .judged
        .iter()
        .filter(|it| it.met != Some(true))
        .map(|it| (it.criterion, it.found.clone(), it.needed.clone()))
        .collect();
    Err(Refusal::CriteriaNotMet(missing))
}

const GRADUATION: [ProposalKind; 1] = [ProposalKind::Graduation];
const ANY: [ProposalKind; 2] = [ProposalKind::Graduation, ProposalKind::SustainedSupport];

/// The proposal that waits, if it is of such a kind, and the day of a decision on it by somebody else.
pub(super) fn waiting<'a>(
    case: &'a Case,
    kinds: &[ProposalKind],
    said: Option<NaiveDate>,
    asked: &Asked<'_>,
) -> Result<(&'a Proposal, NaiveDate), Refusal> {
    let proposal = case.proposal.as_ref().filter(|it| kinds.contains(&it.kind)).ok_or(Refusal::NotProposed)?;
    let on = asked.on(said);
    let mut fields = Fields::default();
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, proposal.on);
    fields.finish()?;
    if proposal.proposer == asked.actor {
        return Err(Refusal::SamePerson);
    }
    Ok((proposal, on))
}

/// Approves the proposal that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Graduate {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for Graduate {
    const RECORDS: &'static [&'static str] = &["HouseholdGraduated"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        let (_, on) = waiting(case, &GRADUATION, None, asked)?;
        met(case, on, asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let (proposal, on) = waiting(case, &GRADUATION, self.happened_on, asked)?;
        // What came to light since the proposal counts: the verdict must still hold.
        let verdict = met(case, on, asked)?;
        let next_due = asked.policies.due(&case.province(), DueWhat::PostExitCheck, on)?;
        Ok(Decision::fact(HouseholdEvent::HouseholdGraduated(HouseholdGraduated {
            proposal: proposal.id,
            happened_on: on,
            approver: asked.actor,
            verdict: Some(verdict),
            after: After { stage: Stage::Graduated, standing: Standing::Graduated, ..case.after() },
            next_due: Some(next_due),
        })))
    }
}

/// Turns the proposal that waits down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineGraduation {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub reason: GraduationDeclineReason,
}

impl Rule for DeclineGraduation {
    const RECORDS: &'static [&'static str] = &["GraduationDeclined"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        waiting(household.open()?, &ANY, None, asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let (proposal, on) = waiting(case, &ANY, self.happened_on, asked)?;
        Ok(Decision::fact(HouseholdEvent::GraduationDeclined(GraduationDeclined {
            proposal: proposal.id,
            happened_on: on,
            reason: self.reason,
        })))
    }
}
