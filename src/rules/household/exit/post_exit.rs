//! Look whether a household that left is still out of poverty, and note when nobody did.

use chrono::{Datelike, NaiveDate};
use events::facts::case::{DueWhat, Standing};
use events::facts::household::{
    Evidence, ExitFinding, ExitInputs, HouseholdEvent, LineUsed, PostExitCheckMissed, PostExitChecked,
};
use events::id::VisitId;
use events::money::Baht;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Exit, Household};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a check after leaving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostExitCheck {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// What was found.
    pub finding: ExitFinding,
    /// Told, seen, or on paper.
    pub evidence: Evidence,
    /// Net income per resident and month, where it is known.
    #[serde(default)]
    pub net_per_resident_month: Option<Baht>,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl Rule for PostExitCheck {
    const RECORDS: &'static [&'static str] = &["PostExitChecked"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        left(household).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let (case, exit) = left(household)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, exit.on);
        words::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        let (months, policy) = exit.months(asked.policies, &case.province())?;
        let month = exit.month_of(&months, on).ok_or(Refusal::NothingDue)?;
        let relapsed = self.finding == ExitFinding::Relapsed;
        // A relapse may come to light on any day; else each check is made once.
        if exit.checked.contains(&month) && !relapsed {
            return Err(Refusal::CheckedAlready { month });
        }
        let since = case.last_complete().filter(|it| it.on >= exit.on);
        let line = asked.policies.line(&case.province(), on, on.year())?;
        let inputs = ExitInputs {
            net_per_resident_month: self.net_per_resident_month,
            evidence: self.evidence,
            line: line.map(|(line, policy)| LineUsed { year: line.year, baht: line.baht, policy }),
            assessment: since.map(|it| it.id),
            level: since.and_then(|it| it.level),
        };
        Ok(Decision::fact(HouseholdEvent::PostExitChecked(PostExitChecked {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            month,
            left_on: exit.on,
            finding: self.finding,
            inputs,
            remarks: words::sealed("exit.remarks", self.remarks.as_ref(), asked),
            next_due: if relapsed { None } else { exit.next_after(month, &months, &policy) },
            policy: Some(policy),
        })))
    }
}

/// Notes a check after leaving that nobody made. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotePostExitCheckMissed {
    /// The last day on which it would have been in time.
    pub by: NaiveDate,
}

impl Rule for NotePostExitCheckMissed {
    const RECORDS: &'static [&'static str] = &["PostExitCheckMissed"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let due = left(household)?.0.clock(DueWhat::PostExitCheck).ok_or(Refusal::NothingDue)?;
        if due.by < asked.today() { Ok(()) } else { Err(Refusal::NotYetOverdue { respond_by: due.by }) }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.known()?;
        // Checked, reopened or noted meanwhile: the watcher looked at a state that has moved on.
        let Ok((case, exit)) = left(household) else { return Ok(Decision::already_so()) };
        let Some(due) = case.clock(DueWhat::PostExitCheck).filter(|due| due.by == self.by) else {
            return Ok(Decision::already_so());
        };
        if asked.today() <= due.by {
            return Err(Refusal::NotYetOverdue { respond_by: due.by });
        }
        let (months, policy) = exit.months(asked.policies, &case.province())?;
        // The checks already over and noted can't be missed again, also where a plan had moved the day.
        let open: Vec<_> = months.iter().copied().filter(|it| !exit.missed.contains(it)).collect();
        let month = exit.month_of(&open, due.by).ok_or(Refusal::NothingDue)?;
        Ok(Decision::fact(HouseholdEvent::PostExitCheckMissed(PostExitCheckMissed {
            month,
            by: due.by,
            policy: due.policy.clone(),
            next_due: exit.next_after(month, &months, &policy),
        })))
    }
}

/// A household that left, and when.
fn left(household: &Household) -> Result<(&Case, &Exit), Refusal> {
    let case = household.not_closed()?;
    match (case.standing, &case.exit) {
        (Standing::Graduated | Standing::Sustained, Some(exit)) => Ok((case, exit)),
        (standing, _) => Err(Refusal::NotLeft(standing)),
    }
}
