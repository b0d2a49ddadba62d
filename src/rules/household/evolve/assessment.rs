//! Assessments and needs.

use events::facts::case::Stage;
use events::facts::household::{HouseholdAssessed, NeedClosed, NeedRecorded};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Assessment, Case, Need};

pub(super) fn assessed(case: &mut Case, it: &HouseholdAssessed) -> Fits {
    case.assessments.push(Assessment {
        id: it.assessment,
        on: it.happened_on,
        capitals: it.capitals.clone(),
        level: it.overall.as_ref().map(|overall| overall.level),
        money: it.money.clone(),
        evidence: it.income_evidence,
    });
    let fits = case.stage >= Stage::Verified;
    if it.overall.is_some() {
        case.stage = case.stage.max(Stage::Assessed);
    }
    fits.then_some(()).ok_or("it is not verified")
}

pub(super) fn need(case: &mut Case, it: &NeedRecorded) -> Fits {
    case.needs.insert(it.need, Need { person: it.person, open: true });
    named(case, it.person.iter())
}

pub(super) fn need_closed(case: &mut Case, it: &NeedClosed) -> Fits {
    case.needs.get_mut(&it.need).ok_or("there is no such need")?.open = false;
    Ok(())
}
