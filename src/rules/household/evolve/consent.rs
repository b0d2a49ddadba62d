//! What the household said yes to, and what is open to which agency.

use events::facts::household::{ConsentGiven, ConsentWithdrawn, DisclosureEnded, DisclosureMade};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, Consent, Disclosure};
use events::facts::household::ConsentBy;

pub(super) fn given(case: &mut Case, it: &ConsentGiven) -> Fits {
    let consent =
        Consent { on: it.happened_on, by: it.by, purpose: it.purpose, scope: it.scope.clone(), in_force: true };
    let new = case.consents.insert(it.consent, consent).is_none();
    if let ConsentBy::Member { person } = &it.by {
        named(case, std::iter::once(person))?;
    }
    new.then_some(()).ok_or("there is such a consent already")
}

pub(super) fn withdrawn(case: &mut Case, it: &ConsentWithdrawn) -> Fits {
    let consent = case.consents.get_mut(&it.consent).ok_or("there is no such consent")?;
    let fits = consent.in_force;
    consent.in_force = false;
    fits.then_some(()).ok_or("the consent was taken back before")
}

pub(super) fn disclosed(case: &mut Case, it: &DisclosureMade) -> Fits {
    let rests = it.consent.is_none_or(|id| case.consents.get(&id).is_some_and(|consent| consent.in_force));
    let referral = case.referrals.get_mut(&it.referral).ok_or("the referral that gives it is missing")?;
    let opened = referral.disclosure.as_ref().and_then(|it| it.id).is_some();
    let fits = referral.agency == it.agency && !opened;
    let fields = it.fields.iter().copied().collect();
    referral.disclosure = Some(Disclosure { id: Some(it.disclosure), fields, consent: it.consent });
    if !rests {
        return Err("the consent it rests on is missing");
    }
    fits.then_some(()).ok_or("the agency has another disclosure, or not the referral")
}

pub(super) fn undisclosed(case: &mut Case, it: &DisclosureEnded) -> Fits {
    let referral = case.referrals.get_mut(&it.referral).ok_or("the referral that gave it is missing")?;
    let ended = referral.disclosure.take_if(|open| open.id == Some(it.disclosure)).is_some();
    ended.then_some(()).ok_or("there is no such disclosure")
}
