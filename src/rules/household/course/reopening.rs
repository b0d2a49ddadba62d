//! Open a closed case again: the next episode begins, and what closed before stays.

use chrono::{Duration, NaiveDate};
use events::facts::case::{After, ClosedAs, DueWhat, NextDue, Stage, Standing};
use events::facts::household::{CaseReopened, ContactBy, ContactResumed, HouseholdEvent, ReopenedBecause};
use events::id::AssessmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, Relapse};
use crate::rules::refusal::{Course, Resting};
use crate::rules::{Asked, Decision, Others, Refusal};

/// An assessment younger than this is enough to go on from after a relapse.
const NEW_ENOUGH: Duration = Duration::days(90);

/// Notes that a household which refused or could not be reached is in touch again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeContact {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// How.
    pub by: ContactBy,
    /// In words.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ResumeContact {
    const RECORDS: &'static [&'static str] = &["ContactResumed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        out_of_touch(household.known()?)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        out_of_touch(case)?;
        let on = asked.on(self.happened_on);
        check((on, case.stands_since), case, self.words.as_ref(), asked)?;
        let after = After { standing: Standing::Open, episode: case.episode + 1, ..case.after() };
        Ok(Decision::fact(HouseholdEvent::ContactResumed(ContactResumed {
            happened_on: on,
            by: self.by,
            was: case.standing,
            words: words::sealed("resumed.words", self.words.as_ref(), asked),
            after,
            next_due: Some(next_due(case, after, on, asked)?),
        })))
    }
}

fn out_of_touch(case: &Case) -> Result<(), Refusal> {
    match case.standing {
        Standing::Closed(ClosedAs::Refused | ClosedAs::Unreachable) => Ok(()),
        Standing::Open | Standing::Closed(_) | Standing::Graduated | Standing::Sustained => {
            Err(reasons(case).err().unwrap_or_else(|| otherwise(case)))
        }
    }
}

/// Opens the case again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenCase {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub because: ReopenedBecause,
    /// In words.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ReopenCase {
    const RECORDS: &'static [&'static str] = &["CaseReopened"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        reasons(household.known()?).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        if !reasons(case)?.contains(&self.because) {
            return Err(otherwise(case));
        }
        let relapse = self.relapse(case)?;
        let on = asked.on(self.happened_on);
        // A relapse is acted on once it was found.
        let since = relapse.map_or(case.stands_since, |it| it.on.max(case.stands_since));
        check((on, since), case, self.words.as_ref(), asked)?;
        let (stage, assessment) = goes_on_from(case, on);
        let standing = match self.because {
            ReopenedBecause::CameBack => case.stood_as,
            ReopenedBecause::Appeal | ReopenedBecause::Relapse | ReopenedBecause::FoundAgain => Standing::Open,
        };
        let after = After { stage, standing, episode: case.episode + 1 };
        Ok(Decision::fact(HouseholdEvent::CaseReopened(CaseReopened {
            happened_on: on,
            because: self.because,
            was: case.standing,
            assessment,
            check: relapse.map(|it| it.visit),
            words: words::sealed("reopened.words", self.words.as_ref(), asked),
            after,
            next_due: Some(next_due(case, after, on, asked)?),
        })))
    }
}

impl ReopenCase {
    /// The check that found the relapse, where that is the reason.
    fn relapse(&self, case: &Case) -> Result<Option<Relapse>, Refusal> {
        if self.because != ReopenedBecause::Relapse {
            return Ok(None);
        }
        let found = case.exit.as_ref().and_then(|exit| exit.relapse);
        found.map(Some).ok_or(Refusal::Course(Course::NoRelapseFound))
    }
}

/// For which reasons a case that stands so opens again.
fn reasons(case: &Case) -> Result<&'static [ReopenedBecause], Refusal> {
    use ReopenedBecause::{Appeal, CameBack, FoundAgain, Relapse};
    match case.standing {
        Standing::Open => Err(Refusal::Course(Course::CaseOpen)),
        Standing::Closed(ClosedAs::NotPoor | ClosedAs::Refused | ClosedAs::Unreachable) => Ok(&[Appeal]),
        Standing::Closed(ClosedAs::MovedAway) => Ok(&[CameBack]),
        Standing::Closed(ClosedAs::EnteredInError) => Ok(&[FoundAgain]),
        Standing::Closed(ClosedAs::Dissolved | ClosedAs::Merged) => {
            Err(Refusal::Course(Course::OnlyUndone(case.standing)))
        }
        Standing::Graduated | Standing::Sustained => Ok(&[Relapse, Appeal]),
    }
}

fn otherwise(case: &Case) -> Refusal {
    let reasons = reasons(case).unwrap_or_default().to_vec();
    Refusal::Course(Course::ReopenedOtherwise { standing: case.standing, reasons })
}

/// The stage at which the next episode begins: the one it had; after a graduation or while supported, assessed when
/// the last complete assessment is new enough, which is then named, else verified.
fn goes_on_from(case: &Case, on: NaiveDate) -> (Stage, Option<AssessmentId>) {
    match case.standing {
        Standing::Graduated | Standing::Sustained => match case.last_complete().filter(|it| it.on > on - NEW_ENOUGH) {
            Some(recent) => (Stage::Assessed, Some(recent.id)),
            None => (Stage::Verified, None),
        },
        Standing::Open | Standing::Closed(_) => (case.stage, None),
    }
}

fn check(
    (on, since): (NaiveDate, NaiveDate),
    case: &Case,
    words: Option<&Said>,
    asked: &Asked<'_>,
) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, since);
    words::check("/words", words, case, &mut fields);
    fields.finish()
}

/// What is due first in an episode that begins so.
fn next_due(case: &Case, after: After, on: NaiveDate, asked: &Asked<'_>) -> Result<NextDue, Refusal> {
    let what = match after.standing {
        Standing::Graduated | Standing::Sustained => DueWhat::PostExitCheck,
        Standing::Open | Standing::Closed(_) => match after.stage {
            Stage::Identified => DueWhat::FirstVisit,
            Stage::Verified => DueWhat::Assessment,
            Stage::Assessed => DueWhat::Referral,
            Stage::Referred | Stage::Assisted => DueWhat::FollowUp,
            Stage::Graduated => DueWhat::PostExitCheck,
        },
    };
    asked.policies.due(&case.province(), what, on)
}

/// What was done since a reopening: it can't be taken back while the household would stay closed beneath it.
pub(in crate::rules::household) fn resting(household: &Household, sequence: u64) -> Vec<Resting> {
    const RESTS_NOT: [&str; 3] = ["NoteWritten", "ListStatusRecorded", "FactRetracted"];
    let later = household.facts.iter().zip(1u64..).filter(|(_, at)| *at > sequence);
    let holds = later.filter(|(fact, at)| !household.is_retracted(*at) && !RESTS_NOT.contains(&fact.schema().name));
    holds.map(|(fact, sequence)| Resting { sequence, event_type: fact.schema().name.to_owned() }).collect()
}
