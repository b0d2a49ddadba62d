//! Judge on the latest visit and the latest panel: poor, or not poor.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, DueWhat, Stage, Standing};
use events::facts::household::{FoundNotPoor, Heard, HouseholdEvent, HouseholdVerified, PanelFinding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Judges the household poor, on the latest visit and the latest panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for Verify {
    const RECORDS: &'static [&'static str] = &["HouseholdVerified"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        heard(case, PanelFinding::Poor).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::Poor)?;
        check_day(on, case, &heard, asked)?;
        let next_due = asked.policies.due(&case.province(), DueWhat::Assessment, on)?;
        Ok(Decision::fact(HouseholdEvent::HouseholdVerified(HouseholdVerified {
            happened_on: on,
            heard,
            after: case.after_reaching(Stage::Verified),
            next_due: Some(next_due),
        })))
    }
}

/// Judges the household not really poor, on the latest visit and the latest panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindNotPoor {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for FindNotPoor {
    const RECORDS: &'static [&'static str] = &["FoundNotPoor", "NeedClosed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        heard(case, PanelFinding::NotPoor).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::NotPoor)?;
        check_day(on, case, &heard, asked)?;
        let mut decision = closing::ended_work(household, asked, on)?;
        let after = After { standing: Standing::Closed(ClosedAs::NotPoor), ..case.after() };
        decision.household.push(HouseholdEvent::FoundNotPoor(FoundNotPoor { happened_on: on, heard, after }));
        Ok(decision)
    }
}

fn still_identified(case: &Case) -> Result<(), Refusal> {
    if case.stage == Stage::Identified { Ok(()) } else { Err(Refusal::TooLate { stage: case.stage }) }
}

/// The visit and the panel that a judgement rests on: the latest of each by the day they happened.
fn heard(case: &Case, finding: PanelFinding) -> Result<Heard, Refusal> {
    let visit = case.visits.iter().max_by_key(|it| it.on).ok_or(Refusal::NotVisited)?;
    let panel = case.panels.iter().max_by_key(|it| it.on).ok_or(Refusal::NoPanel)?;
    if panel.finding != finding {
        return Err(Refusal::HeardOtherwise);
    }
    Ok(Heard {
        visit: visit.id,
        visited_on: visit.on,
        seen: visit.seen,
        panel: panel.id,
        panel_on: panel.on,
        finding: panel.finding,
    })
}

fn check_day(on: NaiveDate, case: &Case, heard: &Heard, asked: &Asked<'_>) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, heard.visited_on.max(heard.panel_on).max(case.stands_since));
    fields.finish()
}
