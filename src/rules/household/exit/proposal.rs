//! What a proposal to leave rests on, and who may decide on it: somebody else than the proposer.

use chrono::NaiveDate;
use events::facts::household::{ProposalKind, Verdict};

use crate::rules::field::Fields;
use crate::rules::household::exit::verdict;
use crate::rules::household::state::{Case, Proposal};
use crate::rules::{Asked, Refusal};

/// The verdict when every criterion is met; otherwise what is missing.
pub(super) fn met(case: &Case, on: NaiveDate, asked: &Asked<'_>) -> Result<Verdict, Refusal> {
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

pub(super) const GRADUATION: [ProposalKind; 1] = [ProposalKind::Graduation];

pub(super) const ANY: [ProposalKind; 2] = [ProposalKind::Graduation, ProposalKind::SustainedSupport];

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
