//! Plan a visit. It may bring a date forward, never back.

use chrono::{Duration, NaiveDate};
use events::facts::case::{DueWhat, NextDue};
use events::facts::household::{HouseholdEvent, VisitPlanned};
use events::id::VisitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Nobody plans further ahead, in days.
const FURTHEST: i64 = 366;

/// Plans a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanVisit {
    /// The day it was planned; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The day of the visit, today at the earliest.
    pub planned_on: NaiveDate,
    /// The clock that the visit is for; the earliest that a visit can serve when left out.
    #[serde(default)]
    pub purpose: Option<DueWhat>,
    /// What to think of.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for PlanVisit {
    const RECORDS: &'static [&'static str] = &["VisitPlanned"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.not_before("/planned_on", self.planned_on, asked.today());
        if self.planned_on > asked.today() + Duration::days(FURTHEST) {
            fields.wrong("/planned_on", "too_late", "ล่วงหน้าได้ไม่เกินหนึ่งปี", "must be within a year from today");
        }
        if self.purpose == Some(DueWhat::Referral) {
            fields.wrong("/purpose", "no_visit", "การส่งต่อไม่ใช่การเยี่ยม", "a referral is not made by a visit");
        }
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        let clock = self.served(case)?;
        let forward = clock.filter(|due| self.planned_on < due.by).map(|due| NextDue {
            what: due.what,
            by: self.planned_on,
            policy: due.policy.clone(),
        });
        let (reassess_due, next_due) = match forward {
            Some(due) if due.what == DueWhat::Reassessment => (Some(due), None),
            due => (None, due),
        };
        Ok(Decision::fact(HouseholdEvent::VisitPlanned(VisitPlanned {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            planned_on: self.planned_on,
            purpose: clock.map(|due| due.what),
            words: words::sealed("plan.words", self.words.as_ref(), asked),
            next_due,
            reassess_due,
        })))
    }
}

impl PlanVisit {
    /// The clock that the visit serves.
    fn served<'a>(&self, case: &'a Case) -> Result<Option<&'a NextDue>, Refusal> {
        match self.purpose {
            Some(what) => case.clock(what).map(Some).ok_or(Refusal::NothingDue),
            None => Ok(case.clocks().into_iter().find(|due| due.what != DueWhat::Referral)),
        }
    }
}
