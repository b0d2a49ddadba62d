//! Help, and operating models.

use events::facts::case::Stage;
use events::facts::household::{AssistanceDelivered, ModelEnrolled, ModelLeft};

use super::Fits;
use super::people::named;
use crate::rules::household::state::Case;

pub(super) fn delivered(case: &mut Case, it: &AssistanceDelivered) -> Fits {
    case.help.insert(it.assistance, it.happened_on);
    if case.stage >= Stage::Assessed && case.standing.is_open() {
        case.stage = case.stage.max(Stage::Assisted);
    }
    if it.referral.is_some_and(|id| !case.referrals.contains_key(&id)) {
        return Err("the referral it answers is missing");
    }
    named(case, it.beneficiaries.iter())
}

pub(super) fn enrolled(case: &mut Case, it: &ModelEnrolled) -> Fits {
    let new = case.models.insert(it.model);
    let fits = case.stage >= Stage::Assessed;
    case.stage = case.stage.max(Stage::Referred);
    if !new {
        return Err("it takes part already");
    }
    fits.then_some(()).ok_or("it is not assessed")
}

pub(super) fn left(case: &mut Case, it: &ModelLeft) -> Fits {
    case.models.remove(&it.model).then_some(()).ok_or("it does not take part")
}
