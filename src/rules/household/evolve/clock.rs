//! Clocks: what begins and ends them, and dates that passed in vain.

use events::facts::case::{DueWhat, NextDue, Stage, Standing};
use events::facts::household::{ContactOverdue, Due, FollowUpVisited, HouseholdEvent};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, Exit};

/// Begins and ends the clocks that a fact speaks of, unless it was reversed, and the time after leaving.
pub(super) fn run(case: &mut Case, event: &HouseholdEvent, starts: bool) {
    match case.standing {
        Standing::Graduated | Standing::Sustained => {
            if let (None, Some(on)) = (&case.exit, event.happened_on()) {
                case.exit = Some(Exit::on(on));
            }
        }
        Standing::Open => case.exit = None,
        // Somebody who left poverty and then the area may come back, and left when she left.
        Standing::Closed(_) => {}
    }
    if starts
        && let Due::Set(due) = event.due()
        && due.is_none_or(|due| begins(case, event, due))
    {
        case.next_due = due.cloned();
        case.due_since = event.happened_on();
    }
    if let Due::Set(due) = event.reassessment()
        && due.is_none_or(|due| brings_forward(event, due, case.reassess_due.as_ref()))
    {
        case.reassess_due = due.cloned();
    }
}

/// Whether a clock begins here: one that began at a stage or standing which was taken back since is due no longer.
fn begins(case: &Case, event: &HouseholdEvent, due: &NextDue) -> bool {
    let here = match due.what {
        DueWhat::FollowUp => case.stage >= Stage::Referred,
        DueWhat::PostExitCheck => case.exit.is_some(),
        DueWhat::FirstVisit | DueWhat::Assessment | DueWhat::Referral | DueWhat::Reassessment => true,
    };
    here && brings_forward(event, due, case.next_due.as_ref())
}

/// A plan begins no clock. It brings one forward that runs, and none once what began it was taken back.
fn brings_forward(event: &HouseholdEvent, due: &NextDue, running: Option<&NextDue>) -> bool {
    let plan = matches!(event, HouseholdEvent::VisitPlanned(_));
    !plan || running.is_some_and(|running| running.what == due.what && due.by < running.by)
}

pub(super) fn followed_up(case: &mut Case, it: &FollowUpVisited) -> Fits {
    case.follow_ups.push(it.happened_on);
    if case.stage < Stage::Referred {
        return Err("no help is under way");
    }
    named(case, it.informant.iter())
}

/// Always fits: that the day passed was true when it was noted, also when the clock's beginning is taken back later.
pub(super) fn passed(case: &mut Case, it: &ContactOverdue) -> Fits {
    case.noted.insert((it.what, it.by));
    Ok(())
}
