//! Note, once, that a date of the contact policy passed in vain.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, NextDue};
use events::facts::household::{ContactOverdue, HouseholdEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a missed visit, assessment or referral. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteContactOverdue {
    /// What was due. A check after leaving that nobody made is noted by a command of its own.
    pub what: DueWhat,
    /// The last day.
    pub by: NaiveDate,
}

impl Rule for NoteContactOverdue {
    const RECORDS: &'static [&'static str] = &["ContactOverdue"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let mut clocks = case.clocks().into_iter().filter(|due| noted_here(due.what));
        let earliest = clocks.clone().map(|due| due.by).min().ok_or(Refusal::NothingDue)?;
        let missed = clocks.any(|due| due.by < asked.today() && !case.is_noted(due));
        missed.then_some(()).ok_or(Refusal::NotYetOverdue { respond_by: earliest })
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let runs = |due: &&NextDue| due.by == self.by && noted_here(due.what);
        // Done, moved or noted meanwhile: the watcher looked at a state that has moved on.
        let Some(due) = case.clock(self.what).filter(runs).filter(|due| !case.is_noted(due)) else {
            return Ok(Decision::already_so());
        };
        if asked.today() <= due.by {
            return Err(Refusal::NotYetOverdue { respond_by: due.by });
        }
        Ok(Decision::fact(HouseholdEvent::ContactOverdue(ContactOverdue {
            what: due.what,
            by: due.by,
            policy: due.policy.clone(),
        })))
    }
}

/// A missed check after leaving begins the clock of the next one, which is another fact.
const fn noted_here(what: DueWhat) -> bool {
    match what {
        DueWhat::FirstVisit | DueWhat::Assessment | DueWhat::Referral | DueWhat::FollowUp | DueWhat::Reassessment => {
            true
        }
        DueWhat::PostExitCheck => false,
    }
}
