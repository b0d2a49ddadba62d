//! The clocks of a household: what it must be seen for, and by when.
//!
//! Two run at once while help is under way: the one of the stage (`next_due`) and that of the next assessment
//! (`reassess_due`). A new date of the one leaves the other as it is, and the earlier of the two is due next.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use events::facts::case::{DueWhat, NextDue, PolicyRef};
use events::facts::household::ExitFinding;
use events::id::VisitId;
use serde::{Deserialize, Serialize};

use super::Case;
use crate::rules::policy::PolicyBook;
use crate::rules::refusal::Refusal;

/// A household's time after leaving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The day it left.
    pub on: NaiveDate,
    /// The checks that were made, in months after leaving.
    pub checked: BTreeSet<u16>,
    /// The checks that nobody made in time.
    pub missed: BTreeSet<u16>,
    /// The last day on which it was looked at.
    pub last: Option<NaiveDate>,
    /// The check that found it poor again, unless a later one found it out of poverty.
    #[serde(default)]
    pub relapse: Option<Relapse>,
}

/// A check after leaving found the household poor again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relapse {
    /// The visit of the check.
    pub visit: VisitId,
    /// Its day.
    pub on: NaiveDate,
}

impl Exit {
    /// A household that left on a day.
    pub const fn on(on: NaiveDate) -> Self {
        Self { on, checked: BTreeSet::new(), missed: BTreeSet::new(), last: None, relapse: None }
    }

    /// Notes what a check found. The latest day counts, in whatever order checks are entered.
    pub fn found(&mut self, finding: ExitFinding, visit: VisitId, on: NaiveDate) {
        if self.last.is_none_or(|last| on >= last) {
            match finding {
                ExitFinding::Relapsed => self.relapse = Some(Relapse { visit, on }),
                ExitFinding::StillOut => self.relapse = None,
                ExitFinding::NotClear => {}
            }
        }
        self.last = self.last.max(Some(on));
    }

    /// The day of a check.
    pub fn day(&self, month: u16) -> NaiveDate {
        self.on.checked_add_months(Months::new(u32::from(month))).unwrap_or(self.on)
    }

    /// The check that a day belongs to: the one whose day is nearest, the earlier of two as near.
    pub fn month_of(&self, months: &[u16], on: NaiveDate) -> Option<u16> {
        months.iter().copied().min_by_key(|month| ((on - self.day(*month)).num_days().abs(), *month))
    }

    /// What is due once the check of a month was made or missed: the first later one that is neither.
    pub fn next_after(&self, month: u16, months: &[u16], policy: &PolicyRef) -> Option<NextDue> {
        let open = |it: &u16| *it > month && !self.checked.contains(it) && !self.missed.contains(it);
        let next = months.iter().copied().filter(open).min()?;
        Some(NextDue { what: DueWhat::PostExitCheck, by: self.day(next), policy: policy.clone() })
    }

    /// The checks of the contact policy in force on the day it left: a later policy moves no promise.
    pub fn months(&self, policies: &PolicyBook, province: &str) -> Result<(Vec<u16>, PolicyRef), Refusal> {
        let (contact, policy) = policies.contact(province, self.on)?;
        let months: BTreeSet<u16> = contact.post_exit_months.iter().copied().collect();
        Ok((months.into_iter().collect(), policy))
    }
}

impl Case {
    /// The clocks that run, the earliest first.
    pub fn clocks(&self) -> Vec<&NextDue> {
        let reassess = self.reassess_due.as_ref().filter(|_| self.after().reassesses());
        let mut clocks: Vec<_> = self.next_due.iter().chain(reassess).collect();
        clocks.sort_by_key(|due| due.by);
        clocks
    }

    /// What is due next.
    pub fn earliest_due(&self) -> Option<&NextDue> {
        self.clocks().first().copied()
    }

    /// The clock of a name, if it runs.
    pub fn clock(&self, what: DueWhat) -> Option<&NextDue> {
        self.clocks().into_iter().find(|due| due.what == what)
    }

    /// Whether it was noted that a date passed.
    pub fn is_noted(&self, due: &NextDue) -> bool {
        self.noted.contains(&(due.what, due.by))
    }

    /// When the household must be assessed anew after a complete assessment on a day; `None` when a later survey is
    /// known, so that what is entered late moves no date back.
    pub fn reassessed_after(&self, policies: &PolicyBook, on: NaiveDate) -> Result<Option<NextDue>, Refusal> {
        if self.assessments.iter().any(|it| it.level.is_some() && it.on > on) {
            return Ok(None);
        }
        policies.due(&self.province(), DueWhat::Reassessment, on).map(Some)
    }
}
