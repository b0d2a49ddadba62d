//! Help, and operating models.

use events::facts::case::Stage;
use events::facts::household::{
    AssistanceConfirmed, AssistanceDelivered, AssistanceReversed, ModelEnrolled, ModelLeft, ModelResultRecorded,
};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, Help, ResultOf};

/// Help arrived. What was reversed later is known, and has brought the household nowhere.
pub(super) fn delivered(case: &mut Case, it: &AssistanceDelivered, counts: bool) -> Fits {
    let help = Help { on: it.happened_on, confirmed: None, reversed: false };
    let new = case.help.insert(it.assistance, help).is_none();
    if counts && case.stage >= Stage::Assessed && case.standing.is_open() {
        case.stage = case.stage.max(Stage::Assisted);
    }
    if it.referral.is_some_and(|id| !case.referrals.contains_key(&id)) {
        return Err("the referral it answers is missing");
    }
    named(case, it.beneficiaries.iter())?;
    new.then_some(()).ok_or("there is such a delivery already")
}

pub(super) fn confirmed(case: &mut Case, it: &AssistanceConfirmed) -> Fits {
    let help = case.help.get_mut(&it.assistance).ok_or("there is no such delivery")?;
    let fits = !help.reversed;
    help.confirmed = Some(it.received);
    fits.then_some(()).ok_or("the delivery was reversed")
}

pub(super) fn reversed(case: &mut Case, it: &AssistanceReversed) -> Fits {
    let help = case.help.get_mut(&it.assistance).ok_or("there is no such delivery")?;
    let fits = !help.reversed;
    help.reversed = true;
    fits.then_some(()).ok_or("the delivery was reversed before")
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

pub(super) fn brought(case: &mut Case, it: &ModelResultRecorded) -> Fits {
    let result = ResultOf {
        model: it.model,
        cycle: it.cycle,
        product: it.product.clone(),
        payment: it.payment.map(|payment| payment.payment),
    };
    case.results.insert(result).then_some(()).ok_or("this result is recorded already")
}

pub(super) fn left(case: &mut Case, it: &ModelLeft) -> Fits {
    case.models.remove(&it.model).then_some(()).ok_or("it does not take part")
}
