//! The visit and the panel that a judgement rests on, and when it may be made.

use chrono::NaiveDate;
use events::facts::case::Stage;
use events::facts::household::{Heard, PanelFinding};

use crate::rules::field::Fields;
use crate::rules::household::state::Case;
use crate::rules::{Asked, Refusal};

pub(super) fn still_identified(case: &Case) -> Result<(), Refusal> {
    if case.stage == Stage::Identified { Ok(()) } else { Err(Refusal::TooLate { stage: case.stage }) }
}

/// The visit and the panel that a judgement rests on: the latest of each by the day they happened.
pub(super) fn heard(case: &Case, finding: PanelFinding) -> Result<Heard, Refusal> {
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

pub(super) fn check_day(on: NaiveDate, case: &Case, heard: &Heard, asked: &Asked<'_>) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, heard.visited_on.max(heard.panel_on).max(case.stands_since));
    fields.finish()
}
