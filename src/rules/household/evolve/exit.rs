//! Leaving poverty.

use events::facts::case::{Stage, Standing};
use events::facts::household::{
    GraduationDeclined, GraduationProposed, HouseholdGraduated, PostExitCheckMissed, PostExitChecked, ProposalKind,
    ProposalWithdrawn, SustainedSupportEntered,
};
use events::id::ProposalId;

use super::Fits;
use crate::rules::household::state::{Case, Proposal};

pub(super) fn proposed(case: &mut Case, it: &GraduationProposed) -> Fits {
    let fits = case.proposal.is_none() && case.stage >= Stage::Assisted;
    let known = |id| case.assessments.iter().any(|assessment| assessment.id == id);
    let judged = it.verdict.judged.iter().filter_map(|judged| judged.assessment).all(known);
    case.proposal = Some(Proposal {
        id: it.proposal,
        kind: it.kind,
        on: it.happened_on,
        proposer: it.proposer,
        verdict: it.verdict.clone(),
    });
    if !judged {
        return Err("an assessment it was judged on is missing");
    }
    fits.then_some(()).ok_or("a proposal waits already, or it was not assisted")
}

pub(super) fn declined(case: &mut Case, it: &GraduationDeclined) -> Fits {
    let fits = case.proposal.take().is_some_and(|waiting| waiting.id == it.proposal);
    fits.then_some(()).ok_or("no such proposal waits")
}

pub(super) fn withdrawn(case: &mut Case, it: &ProposalWithdrawn) -> Fits {
    let fits = case.proposal.take().is_some_and(|waiting| waiting.id == it.proposal);
    fits.then_some(()).ok_or("no such proposal waits")
}

pub(super) fn graduated(case: &mut Case, it: &HouseholdGraduated) -> Fits {
    let fits = approved(case, it.proposal, ProposalKind::Graduation);
    case.stage = Stage::Graduated;
    case.standing = Standing::Graduated;
    fits
}

pub(super) fn sustained(case: &mut Case, it: &SustainedSupportEntered) -> Fits {
    let fits = approved(case, it.proposal, ProposalKind::SustainedSupport);
    case.standing = Standing::Sustained;
    fits
}

fn approved(case: &mut Case, proposal: ProposalId, kind: ProposalKind) -> Fits {
    let fits = case.proposal.take().is_some_and(|waiting| waiting.id == proposal && waiting.kind == kind);
    fits.then_some(()).ok_or("no such proposal waits")
}

pub(super) fn checked(case: &mut Case, it: &PostExitChecked) -> Fits {
    let known = it.inputs.assessment.is_none_or(|id| case.assessments.iter().any(|assessment| assessment.id == id));
    let exit = case.exit.as_mut().ok_or("the household has not left")?;
    exit.checked.insert(it.month);
    exit.found(it.finding, it.visit, it.happened_on);
    known.then_some(()).ok_or("the assessment it was judged on is missing")
}

pub(super) fn missed(case: &mut Case, it: &PostExitCheckMissed) -> Fits {
    let exit = case.exit.as_mut().ok_or("the household has not left")?;
    exit.missed.insert(it.month).then_some(()).ok_or("it was noted before")
}
