//! To whom a need is sent and what is given along: the same rule whether a referral is made or goes elsewhere.

use events::facts::agency::AgencyKind;
use events::facts::household::{
    DisclosedField, DisclosureEnded, DisclosureEndedBecause, DisclosureMade, HouseholdEvent, LegalBasis,
};
use events::id::{AgencyId, ConsentId, DisclosureId, NeedId, ReferralId};

use crate::rules::field::Fields;
use crate::rules::household::state::{Case, Referral, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Others, Refusal};

/// A sending to an agency's service.
pub(in crate::rules::household) struct Sending<'a> {
    pub(in crate::rules::household) need: NeedId,
    pub(in crate::rules::household) agency: AgencyId,
    pub(in crate::rules::household) service: &'a str,
    pub(in crate::rules::household) basis: LegalBasis,
    pub(in crate::rules::household) disclosed: &'a [DisclosedField],
}

impl Sending<'_> {
    /// The bounds of what a client sends.
    pub(in crate::rules::household) fn check(&self, fields: &mut Fields) {
        fields.code("/service", self.service);
        fields.entries("/disclosed", self.disclosed.len(), 0, 16);
    }

    /// Whether the agency serves this household, may see of it, and has not got this need already. Says on which
    /// consent it rests: partners outside the state see nothing without one that covers them, whatever basis the
    /// household's data is held on.
    pub(in crate::rules::household) fn judge(
        &self,
        case: &Case,
        others: &Others,
    ) -> Result<Option<ConsentId>, Refusal> {
        let agency = others.agencies.get(&self.agency).ok_or(Refusal::Unknown(Thing::Agency))?.known()?;
        agency.service_open(self.service)?;
        if !agency.areas.iter().any(|area| case.place.is_in(*area)) {
            return Err(Refusal::NotInArea);
        }
        let consent = if needs_consent(agency.kind) {
            if self.basis != LegalBasis::Consent {
                return Err(Refusal::ConsentNeeded);
            }
            let covering = case.consents.iter().filter(|(_, it)| it.covers(self.agency, agency.kind));
            Some(*covering.max_by_key(|(_, it)| it.on).ok_or(Refusal::NoConsent)?.0)
        } else {
            None
        };
        let waits = |it: &Referral| {
            it.state != ReferralState::Ended
                && it.need == self.need
                && it.agency == self.agency
                && it.service == self.service
        };
        if case.referrals.values().any(waits) {
            return Err(Refusal::AlreadyReferred);
        }
        Ok(consent)
    }

    /// The fields, each once and in order.
    pub(in crate::rules::household) fn fields(&self) -> Vec<DisclosedField> {
        let mut fields = self.disclosed.to_vec();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The fact that opens the fields to the agency, from the day it is recorded.
    pub(in crate::rules::household) fn opened(
        &self,
        referral: ReferralId,
        consent: Option<ConsentId>,
        asked: &Asked<'_>,
    ) -> HouseholdEvent {
        HouseholdEvent::DisclosureMade(DisclosureMade {
            disclosure: DisclosureId(asked.mint("disclosure")),
            referral,
            happened_on: asked.today(),
            agency: self.agency,
            fields: self.fields(),
            basis: self.basis,
            purpose: self.service.to_owned(),
            consent,
        })
    }
}

/// The fact that closes what a referral opened; none where nothing was opened by a fact of its own.
pub(in crate::rules::household) fn closed(
    id: ReferralId,
    referral: &Referral,
    because: DisclosureEndedBecause,
    asked: &Asked<'_>,
) -> Option<HouseholdEvent> {
    let disclosure = referral.disclosure.as_ref()?.id?;
    Some(HouseholdEvent::DisclosureEnded(DisclosureEnded {
        disclosure,
        referral: id,
        happened_on: asked.today(),
        agency: referral.agency,
        because,
    }))
}

/// Partners outside the state may see nothing without the household's consent.
const fn needs_consent(kind: AgencyKind) -> bool {
    match kind {
        AgencyKind::State | AgencyKind::Lao => false,
        AgencyKind::Private | AgencyKind::Civil | AgencyKind::Religious | AgencyKind::Education => true,
    }
}
