//! The household's yes to one use of its data, and taking it back: what rests on it ends at once.

use chrono::NaiveDate;
use events::facts::household::{
    ConsentBy, ConsentGiven, ConsentHow, ConsentPurpose, ConsentScope, ConsentWithdrawn, DisclosureEndedBecause,
    HouseholdEvent, ReferralWithdrawn, WithdrawnBecause,
};
use events::id::{ConsentId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::withdraw::ended;
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, Referral, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Notes a consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsent {
    /// The day it was given; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub consent: Option<ConsentId>,
    /// Who gave it: a member, or an informant who is none.
    pub by: ConsentBy,
    /// For what.
    pub purpose: ConsentPurpose,
    /// How.
    pub how: ConsentHow,
    /// To whom it reaches; all partners when left out. Only for `disclosure_to_partners`.
    #[serde(default)]
    pub scope: Option<ConsentScope>,
}

impl Rule for GiveConsent {
    const RECORDS: &'static [&'static str] = &["ConsentGiven"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn needs(&self, _household: &Household) -> Needs {
        let agencies = match &self.scope {
            Some(ConsentScope::Agency { agency }) => vec![*agency],
            Some(ConsentScope::Kinds { .. }) | None => Vec::new(),
        };
        Needs { agencies, ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        if let ConsentBy::Member { person } = self.by
            && !case.present().any(|(member, _)| *member == person)
        {
            fields.wrong("/by/person", "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household now");
        }
        self.check_scope(&mut fields);
        fields.finish()?;
        if let Some(ConsentScope::Agency { agency }) = &self.scope {
            others.agencies.get(agency).ok_or(Refusal::Unknown(Thing::Agency))?.known()?;
        }
        let consent = self.consent.unwrap_or_else(|| ConsentId(asked.mint("consent")));
        if case.consents.contains_key(&consent) {
            return Err(Refusal::IdTaken);
        }
        let same = |it: &crate::rules::household::state::Consent| {
            it.in_force && it.by == self.by && it.purpose == self.purpose && it.scope == self.scope
        };
        if case.consents.values().any(same) {
            return Err(Refusal::AlreadyConsented);
        }
        Ok(Decision::fact(HouseholdEvent::ConsentGiven(ConsentGiven {
            consent,
            happened_on: on,
            by: self.by,
            purpose: self.purpose,
            how: self.how,
            scope: self.scope.clone(),
        })))
    }
}

impl GiveConsent {
    fn check_scope(&self, fields: &mut Fields) {
        if self.scope.is_some() && self.purpose != ConsentPurpose::DisclosureToPartners {
            let (th, en) = ("ระบุผู้รับได้เฉพาะการเปิดเผยแก่ภาคี", "names receivers: only disclosure to partners has any");
            fields.wrong("/scope", "no_receivers", th, en);
        }
        let Some(ConsentScope::Kinds { kinds }) = &self.scope else { return };
        fields.entries("/scope/kinds", kinds.len(), 1, 6);
        for (at, kind) in kinds.iter().enumerate() {
            if kinds.iter().take(at).any(|before| before == kind) {
                fields.wrong(format!("/scope/kinds/{at}"), "named_twice", "ระบุซ้ำ", "is named twice");
            }
        }
    }
}

/// Takes a consent back, with everything that rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawConsent {
    /// The day the household took it back; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which consent.
    pub consent: ConsentId,
}

impl WithdrawConsent {
    /// The open referrals that show the household to a partner on this consent.
    fn resting<'a>(&self, case: &'a Case) -> impl Iterator<Item = (&'a ReferralId, &'a Referral)> {
        let consent = Some(self.consent);
        case.referrals.iter().filter(move |(_, it)| it.open_disclosure().is_some_and(|open| open.consent == consent))
    }
}

impl Rule for WithdrawConsent {
    const RECORDS: &'static [&'static str] = &["ConsentWithdrawn", "ReferralWithdrawn", "DisclosureEnded"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed"];

    /// Also of a case that is closed: nobody has to reopen it to say no.
    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        if case.consents.values().any(|it| it.in_force) {
            return Ok(());
        }
        Err(if case.consents.is_empty() { Refusal::Unknown(Thing::Consent) } else { Refusal::ConsentWithdrawn })
    }

    fn needs(&self, household: &Household) -> Needs {
        let Some(case) = household.case() else { return Needs::default() };
        let accepted = self.resting(case).filter(|(_, it)| it.state == ReferralState::ToDeliver);
        let mut agencies: Vec<_> = accepted.map(|(_, it)| it.agency).collect();
        agencies.sort_unstable();
        agencies.dedup();
        Needs { agencies, ..Needs::default() }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let consent = case.consents.get(&self.consent).ok_or(Refusal::Unknown(Thing::Consent))?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, consent.on);
        fields.finish()?;
        if !consent.in_force {
            return Err(Refusal::ConsentWithdrawn);
        }
        let taken = ConsentWithdrawn { consent: self.consent, happened_on: on };
        let mut decision = Decision::fact(HouseholdEvent::ConsentWithdrawn(taken));
        for (id, referral) in self.resting(case) {
            let because = WithdrawnBecause::ConsentWithdrawn;
            let withdrawn = ReferralWithdrawn { referral: *id, happened_on: on, because, wish_of: None };
            let (facts, freed) = ended(withdrawn, referral, DisclosureEndedBecause::ConsentWithdrawn, asked);
            decision.household.extend(facts);
            decision.agencies.extend(freed);
        }
        Ok(decision)
    }
}
