//! Visits, panels, and what was judged on them.

use events::facts::case::{ClosedAs, Stage};
use events::facts::household::{
    FoundNotPoor, HomeVisited, HouseholdUnreachable, HouseholdVerified, PanelHeld, VisitAttempted,
};
use events::id::{PanelId, VisitId};

use super::Fits;
use super::course::closes;
use super::people::named;
use crate::rules::household::state::{Case, Panel, Visit};

pub(super) fn attempted(case: &mut Case, it: &VisitAttempted) -> Fits {
    case.attempts.push((it.visit, it.happened_on));
    Ok(())
}

pub(super) fn visited(case: &mut Case, it: &HomeVisited) -> Fits {
    case.visits.push(Visit { id: it.visit, on: it.happened_on, seen: it.seen });
    named(case, it.informant.iter())
}

pub(super) fn heard_village(case: &mut Case, it: &PanelHeld) -> Fits {
    case.panels.push(Panel { id: it.panel, on: it.happened_on, finding: it.finding });
    Ok(())
}

pub(super) fn verified(case: &mut Case, it: &HouseholdVerified) -> Fits {
    let heard = heard(case, it.heard.visit, it.heard.panel);
    let fits = case.stage == Stage::Identified;
    case.stage = case.stage.max(Stage::Verified);
    heard?;
    fits.then_some(()).ok_or("it is verified already")
}

pub(super) fn not_poor(case: &mut Case, it: &FoundNotPoor) -> Fits {
    let heard = heard(case, it.heard.visit, it.heard.panel);
    closes(case, ClosedAs::NotPoor)?;
    heard
}

pub(super) fn unreachable(case: &mut Case, it: &HouseholdUnreachable) -> Fits {
    closes(case, ClosedAs::Unreachable)?;
    let days = |on| case.attempts.iter().any(|(_, attempted)| attempted == on);
    it.attempted_on.iter().all(days).then_some(()).ok_or("an attempt it rests on is missing")
}

fn heard(case: &Case, visit: VisitId, panel: PanelId) -> Result<(), &'static str> {
    let visited = case.visits.iter().any(|it| it.id == visit);
    let spoken = case.panels.iter().any(|it| it.id == panel);
    (visited && spoken).then_some(()).ok_or("the visit or the panel it rests on is missing")
}
