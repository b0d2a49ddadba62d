//! Assessments and needs.

use events::facts::case::Stage;
use events::facts::household::{AssessmentRescored, HouseholdAssessed, NeedClosed, NeedPrioritised, NeedRecorded};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Assessment, Case, Need};

pub(super) fn assessed(case: &mut Case, it: &HouseholdAssessed) -> Fits {
    case.assessments.push(Assessment {
        id: it.assessment,
        on: it.happened_on,
        capitals: it.capitals.clone(),
        level: it.overall.as_ref().map(|overall| overall.level),
        scoring: it.scoring.clone(),
        money: it.money.clone(),
        evidence: it.income_evidence,
    });
    let fits = case.stage >= Stage::Verified;
    if it.overall.is_some() {
        case.stage = case.stage.max(Stage::Assessed);
    }
    fits.then_some(()).ok_or("it is not verified")
}

pub(super) fn rescored(case: &mut Case, it: &AssessmentRescored) -> Fits {
    let known = case.assessments.iter_mut().find(|assessment| assessment.id == it.assessment);
    let assessment = known.ok_or("the assessment is missing")?;
    assessment.capitals.clone_from(&it.capitals);
    assessment.level = it.overall.as_ref().map(|overall| overall.level);
    assessment.scoring = it.scoring.clone();
    let goes_by = case.assessments.iter().any(|known| known.id == it.assessment && case.goes_by(known));
    if it.overall.is_some() && case.standing.is_open() && goes_by {
        case.stage = case.stage.max(Stage::Assessed);
    }
    Ok(())
}

pub(super) fn need(case: &mut Case, it: &NeedRecorded) -> Fits {
    let need = Need { person: it.person, open: true, priority: it.priority, prioritised_by: None, on: it.happened_on };
    case.needs.insert(it.need, need);
    named(case, it.person.iter())
}

pub(super) fn prioritised(case: &mut Case, it: &NeedPrioritised) -> Fits {
    let need = case.needs.get_mut(&it.need).ok_or("there is no such need")?;
    need.priority = it.priority;
    need.prioritised_by = Some(it.by);
    Ok(())
}

pub(super) fn need_closed(case: &mut Case, it: &NeedClosed) -> Fits {
    case.needs.get_mut(&it.need).ok_or("there is no such need")?.open = false;
    Ok(())
}
