//! Where each referral is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::facts::case::Stage;
use events::facts::household::{
    AcceptanceTakenBack, DeadlineExtended, DeliveryOverdue, ReferralAccepted, ReferralClock, ReferralCompleted,
    ReferralDeclined, ReferralEscalated, ReferralMade, ReferralRerouted, ReferralResubmitted, ReferralReturned,
    ReferralWithdrawn, ReminderSent, ResponseOverdue,
};
use events::id::ReferralId;

use super::Fits;
use crate::rules::household::state::{Case, Disclosure, Referral, ReferralState};

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
            basis: it.basis,
            made_on: it.happened_on,
            reached_on: it.happened_on,
            respond_by: it.respond_by,
            overdue_noted: false,
            accepted_on: None,
            deliver_by: None,
            delivery_overdue_noted: false,
            reminded_on: BTreeSet::new(),
            escalated: None,
            // What was referred before disclosures were facts of their own is disclosed by the referral itself.
            disclosure: Some(Disclosure { id: None, fields: it.disclosed.iter().copied().collect(), consent: None }),
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
    (referral.deliver_by, referral.delivery_overdue_noted) = (Some(it.deliver_by), false);
    referral.escalated = None;
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
    let same = referral.respond_by == it.respond_by;
    (waiting && same).then_some(()).ok_or("the referral does not wait for an answer, or it was noted before")
}

pub(super) fn delivery_overdue(case: &mut Case, it: &DeliveryOverdue) -> Fits {
    let referral = referral(case, it.referral)?;
    let waiting = referral.state == ReferralState::ToDeliver && !referral.delivery_overdue_noted;
    referral.delivery_overdue_noted = true;
    let same = referral.deliver_by == Some(it.deliver_by);
    (waiting && same).then_some(()).ok_or("the referral does not wait for delivery, or it was noted before")
}

pub(super) fn taken_back(case: &mut Case, it: &AcceptanceTakenBack) -> Fits {
    let referral = referral(case, it.referral)?;
    let fits = referral.state == ReferralState::ToDeliver;
    waits_anew(referral, it.happened_on, it.respond_by);
    fits.then_some(()).ok_or("the referral is not accepted")
}

pub(super) fn resubmitted(case: &mut Case, it: &ReferralResubmitted) -> Fits {
    let referral = referral(case, it.referral)?;
    let fits = referral.state == ReferralState::Returned;
    waits_anew(referral, it.happened_on, it.respond_by);
    fits.then_some(()).ok_or("the referral was not sent back")
}

pub(super) fn rerouted(case: &mut Case, it: &ReferralRerouted) -> Fits {
    let same = |with: &Referral| with.agency == it.agency && with.service == it.service;
    let Some(need) = case.referrals.get(&it.referral).map(|with| with.need) else {
        return Err("there is no such referral");
    };
    let waits =
        case.referrals.values().any(|with| with.need == need && with.state != ReferralState::Ended && same(with));
    let referral = referral(case, it.referral)?;
    let fits = referral.state != ReferralState::Ended
        && referral.agency == it.from_agency
        && referral.service == it.from_service;
    (referral.agency, referral.service, referral.basis) = (it.agency, it.service.clone(), it.basis);
    referral.reminded_on.clear();
    // What the new agency sees is said by a fact of its own.
    referral.disclosure = None;
    waits_anew(referral, it.happened_on, it.respond_by);
    if waits {
        return Err("the need is with this service already");
    }
    fits.then_some(()).ok_or("the referral is elsewhere")
}

pub(super) fn escalated(case: &mut Case, it: &ReferralEscalated) -> Fits {
    let referral = referral(case, it.referral)?;
    let fits = referral.state != ReferralState::Ended && referral.escalated < Some(it.to);
    referral.escalated = Some(it.to);
    fits.then_some(()).ok_or("the referral has ended, or it was escalated so far before")
}

pub(super) fn reminded(case: &mut Case, it: &ReminderSent) -> Fits {
    let referral = referral(case, it.referral)?;
    let new = referral.reminded_on.insert(it.happened_on);
    let fits = referral.is_with_agency() && referral.agency == it.agency;
    (new && fits).then_some(()).ok_or("the referral is not with the agency, or it was reminded that day")
}

pub(super) fn extended(case: &mut Case, it: &DeadlineExtended) -> Fits {
    let referral = referral(case, it.referral)?;
    let fits = referral.clock() == Some((it.clock, it.previous));
    match it.clock {
        ReferralClock::ToAnswer => (referral.respond_by, referral.overdue_noted) = (it.until, false),
        ReferralClock::ToDeliver => {
            (referral.deliver_by, referral.delivery_overdue_noted) = (Some(it.until), false);
        }
    }
    fits.then_some(()).ok_or("that clock does not run")
}

/// The clock to answer begins anew.
fn waits_anew(referral: &mut Referral, on: NaiveDate, respond_by: NaiveDate) {
    referral.state = ReferralState::ToAnswer;
    (referral.reached_on, referral.respond_by, referral.overdue_noted) = (on, respond_by, false);
    (referral.accepted_on, referral.deliver_by, referral.delivery_overdue_noted) = (None, None, false);
    referral.escalated = None;
}

fn referral(case: &mut Case, id: ReferralId) -> Result<&mut Referral, &'static str> {
    case.referrals.get_mut(&id).ok_or("there is no such referral")
}

fn go(referral: &mut Referral, from: ReferralState, to: ReferralState) -> Result<(), &'static str> {
    let fits = referral.state == from;
    referral.state = to;
    fits.then_some(()).ok_or("the referral is elsewhere")
}
