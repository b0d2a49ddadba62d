//! Where each referral is.

use events::facts::case::Stage;
use events::facts::household::{
    ReferralAccepted, ReferralCompleted, ReferralDeclined, ReferralMade, ReferralReturned, ReferralWithdrawn,
    ResponseOverdue,
};
use events::id::ReferralId;

use super::Fits;
use crate::rules::household::state::{Case, Referral, ReferralState};

pub(super) fn made(case: &mut Case, it: &ReferralMade) -> Fits {
    let same = |with: &Referral| with.need == it.need && with.agency == it.agency && with.service == it.service;
    let waits = case.referrals.values().any(|with| with.state != ReferralState::Ended && same(with));
    case.referrals.insert(
        it.referral,
        Referral {
            state: ReferralState::ToAnswer,
            need: it.need,
            agency: it.agency,
            service: it.service.clone(),
            made_on: it.happened_on,
            respond_by: it.respond_by,
            overdue_noted: false,
            accepted_on: None,
        },
    );
    let fits = case.stage >= Stage::Assessed;
    case.stage = case.stage.max(Stage::Referred);
    if !case.needs.contains_key(&it.need) {
        return Err("the need it is for is missing");
    }
    if waits {
        return Err("the need is with this service already");
    }
    fits.then_some(()).ok_or("it is not assessed")
}

pub(super) fn accepted(case: &mut Case, it: &ReferralAccepted) -> Fits {
    let referral = referral(case, it.referral)?;
    referral.accepted_on = Some(it.happened_on);
    go(referral, ReferralState::ToAnswer, ReferralState::ToDeliver)
}

pub(super) fn declined(case: &mut Case, it: &ReferralDeclined) -> Fits {
    go(referral(case, it.referral)?, ReferralState::ToAnswer, ReferralState::Ended)
}

pub(super) fn returned(case: &mut Case, it: &ReferralReturned) -> Fits {
    go(referral(case, it.referral)?, ReferralState::ToAnswer, ReferralState::Returned)
}

pub(super) fn completed(case: &mut Case, it: &ReferralCompleted) -> Fits {
    go(referral(case, it.referral)?, ReferralState::ToDeliver, ReferralState::Ended)
}

pub(super) fn withdrawn(case: &mut Case, it: &ReferralWithdrawn) -> Fits {
    let referral = referral(case, it.referral)?;
    let open = referral.state != ReferralState::Ended;
    referral.state = ReferralState::Ended;
    open.then_some(()).ok_or("the referral has ended already")
}

pub(super) fn overdue(case: &mut Case, it: &ResponseOverdue) -> Fits {
    let referral = referral(case, it.referral)?;
    let waiting = referral.state == ReferralState::ToAnswer && !referral.overdue_noted;
    referral.overdue_noted = true;
    waiting.then_some(()).ok_or("the referral does not wait for an answer, or it was noted before")
}

fn referral(case: &mut Case, id: ReferralId) -> Result<&mut Referral, &'static str> {
    case.referrals.get_mut(&id).ok_or("there is no such referral")
}

fn go(referral: &mut Referral, from: ReferralState, to: ReferralState) -> Result<(), &'static str> {
    let fits = referral.state == from;
    referral.state = to;
    fits.then_some(()).ok_or("the referral is elsewhere")
}
