//! How a case ends without success, and how it opens again.

use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::household::{
    CaseReopened, ContactResumed, HouseholdAbsorbed, HouseholdFormedBySplit, HouseholdMerged, HouseholdMovedAway,
    HouseholdRefused, HouseholdSplit, IdentificationWithdrawn, ReopenedBecause,
};
use events::id::PersonId;

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, ReferralState};

/// Closes a case. Whatever was open must have ended just before.
pub(super) fn closes(case: &mut Case, as_what: ClosedAs) -> Fits {
    let closed = matches!(case.standing, Standing::Closed(_));
    case.standing = Standing::Closed(as_what);
    let works = case.referrals.values().any(|it| it.state != ReferralState::Ended)
        || case.needs.values().any(|it| it.open)
        || !case.models.is_empty();
    if closed {
        return Err("the case is closed already");
    }
    (!works && case.proposal.is_none()).then_some(()).ok_or("open work was not ended")
}

pub(super) fn refused(case: &mut Case, it: &HouseholdRefused) -> Fits {
    closes(case, ClosedAs::Refused)?;
    named(case, it.said_by.iter())
}

pub(super) fn moved_away(case: &mut Case, _: &HouseholdMovedAway) -> Fits {
    closes(case, ClosedAs::MovedAway)
}

pub(super) fn entered_in_error(case: &mut Case, _: &IdentificationWithdrawn) -> Fits {
    let fits = case.stage == Stage::Identified;
    closes(case, ClosedAs::EnteredInError)?;
    fits.then_some(()).ok_or("somebody had worked on it")
}

pub(super) fn resumed(case: &mut Case, it: &ContactResumed) -> Fits {
    let fits = case.standing == it.was;
    opens(case, Standing::Open);
    fits.then_some(()).ok_or("it was not closed so")
}

pub(super) fn reopened(case: &mut Case, it: &CaseReopened) -> Fits {
    let fits = case.standing == it.was;
    let exit = matches!(it.was, Standing::Graduated | Standing::Sustained);
    let found = case.exit.as_ref().and_then(|exit| exit.relapse).map(|relapse| relapse.visit);
    let relapsed = it.check.is_none_or(|check| found == Some(check));
    if exit {
        case.stage = it.after.stage;
        // The figures by which it left, or was supported, are not those by which it leaves again.
        let rests_on = it.assessment.and_then(|id| case.assessments.iter().find(|known| known.id == id));
        case.counts_from = Some(rests_on.map_or(it.happened_on, |known| known.on));
    }
    let standing = if it.because == ReopenedBecause::CameBack { case.stood_as } else { Standing::Open };
    opens(case, standing);
    if it.assessment.is_some_and(|id| case.assessments.iter().all(|known| known.id != id)) {
        return Err("the assessment it goes on from is missing");
    }
    if !relapsed {
        return Err("the check that found the relapse is missing");
    }
    fits.then_some(()).ok_or("it did not stand so")
}

/// Begins the next episode. Attempts in vain count once; what begins with finding is visited and heard anew.
fn opens(case: &mut Case, standing: Standing) {
    case.standing = standing;
    case.episode += 1;
    case.attempts.clear();
    if case.stage == Stage::Identified {
        case.visits.clear();
        case.panels.clear();
    }
}

pub(super) fn merged(case: &mut Case, it: &HouseholdMerged) -> Fits {
    case.merged_into = Some(it.into);
    closes(case, ClosedAs::Merged)?;
    (case.present().count() == 0).then_some(()).ok_or("somebody is still noted with it")
}

pub(super) fn absorbed(case: &mut Case, it: &HouseholdAbsorbed) -> Fits {
    named(case, it.members.iter())
}

pub(super) fn split(case: &mut Case, it: &HouseholdSplit) -> Fits {
    let gone = |person: &PersonId| case.members.get(person).is_some_and(|it| it.left_on.is_some());
    it.members.iter().all(gone).then_some(()).ok_or("somebody it names has not left")
}

pub(super) fn formed(case: &mut Case, it: &HouseholdFormedBySplit) -> Fits {
    case.stage = it.after.stage;
    case.standing = it.after.standing;
    named(case, it.members.iter())
}
