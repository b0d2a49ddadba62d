//! Visit, hear the village, and judge: poor, not poor, or nobody there.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, DueWhat, Stage, Standing};
use events::facts::household::{
    FoundNotPoor, Heard, HomeVisited, HouseholdEvent, HouseholdUnreachable, HouseholdVerified, NotMet, PanelFinding,
    PanelHeld, Seen, VisitAttempted,
};
use events::id::{PanelId, PersonId, VisitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::Said;
use super::notes;
use super::state::{Case, Household};
use crate::rules::field::Fields;
use crate::rules::{Asked, Decision, Refusal};

/// Notes a visit in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptVisit {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why nobody was met.
    pub because: NotMet,
}

impl AttemptVisit {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::VisitAttempted(VisitAttempted {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            because: self.because,
        })))
    }
}

/// Notes a visit at which somebody was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitHome {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The member who gave the answers.
    #[serde(default)]
    pub informant: Option<PersonId>,
    /// What the visitors saw.
    pub seen: Seen,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl VisitHome {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        notes::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        if self.informant.is_some_and(|person| !case.members.contains_key(&person)) {
            return Err(Refusal::NotAMember);
        }
        // The first visit is done; a visit while help is under way is the follow-up, and starts the next one's clock.
        let (ends, next_due) = match case.stage {
            Stage::Identified => (Some(DueWhat::FirstVisit), None),
            Stage::Referred | Stage::Assisted if case.standing.is_open() => {
                (None, case.due(asked.policies, DueWhat::FollowUp, on)?)
            }
            Stage::Verified | Stage::Assessed | Stage::Referred | Stage::Assisted | Stage::Graduated => (None, None),
        };
        Ok(Decision::fact(HouseholdEvent::HomeVisited(HomeVisited {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            informant: self.informant,
            seen: self.seen,
            remarks: notes::sealed("visit.remarks", self.remarks.as_ref(), asked),
            ends,
            next_due,
        })))
    }
}

/// Notes what the village panel said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldPanel {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// How many people took part.
    pub attended: u16,
    /// What they said.
    pub finding: PanelFinding,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl HoldPanel {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        if self.attended == 0 || self.attended > 5_000 {
            fields.wrong("/attended", "out_of_range", "ผู้เข้าร่วม 1–5000 คน", "must be 1 to 5,000 people");
        }
        notes::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::PanelHeld(PanelHeld {
            panel: PanelId(asked.mint("panel")),
            happened_on: on,
            attended: self.attended,
            finding: self.finding,
            remarks: notes::sealed("panel.remarks", self.remarks.as_ref(), asked),
        })))
    }
}

/// Judges the household poor, on the latest visit and the latest panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Verify {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::Poor)?;
        check_day(on, &heard, asked)?;
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

impl FindNotPoor {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::NotPoor)?;
        check_day(on, &heard, asked)?;
        let mut decision = super::closing::ended_work(household, asked, on)?;
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

fn check_day(on: NaiveDate, heard: &Heard, asked: &Asked<'_>) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, heard.visited_on.max(heard.panel_on));
    fields.finish()
}

/// Closes the case because nobody can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseUnreachable {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl CloseUnreachable {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.finish()?;
        let last_met = case.visits.iter().map(|it| it.on).max();
        let mut attempted_on: Vec<_> = case
            .attempts
            .iter()
            .map(|(_, day)| *day)
            .filter(|day| *day <= on && last_met.is_none_or(|met| *day > met))
            .collect();
        attempted_on.sort_unstable();
        attempted_on.dedup();
        let (contact, _) = asked.policies.contact(&case.province(), on)?;
        let needed = usize::from(contact.attempts_before_unreachable);
        if attempted_on.len() < needed {
            return Err(Refusal::TooFewAttempts { found: attempted_on.len(), needed });
        }
        let mut decision = super::closing::ended_work(household, asked, on)?;
        let after = After { standing: Standing::Closed(ClosedAs::Unreachable), ..case.after() };
        decision.household.push(HouseholdEvent::HouseholdUnreachable(HouseholdUnreachable {
            happened_on: on,
            attempted_on,
            after,
        }));
        Ok(decision)
    }
}
