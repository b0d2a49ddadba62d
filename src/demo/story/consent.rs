//! What the household says yes to after its survey, and the few who take that back.

use events::facts::agency::AgencyKind;
use events::facts::household::{ConsentBy, ConsentHow, ConsentPurpose, ConsentScope};
use events::id::ConsentId;

use super::Tale;
use crate::demo::script::{Act, Cursor};
use crate::rules::household::Command;
use crate::rules::household::command::{GiveConsent, WithdrawConsent};

/// Everybody outside the state.
const PARTNERS: [AgencyKind; 4] =
    [AgencyKind::Private, AgencyKind::Civil, AgencyKind::Religious, AgencyKind::Education];

impl Tale<'_> {
    /// Most let partners see what they need to help, some only those who sell nothing, and some nobody.
    pub(super) fn says_yes(&mut self, at: &mut Cursor) {
        let without_companies: Vec<_> = PARTNERS.into_iter().filter(|it| *it != AgencyKind::Private).collect();
        let scope = match self.chance().between(0, 99) {
            0..80 => {
                self.partners = PARTNERS.to_vec();
                None
            }
            80..88 => {
                self.partners.clone_from(&without_companies);
                Some(ConsentScope::Kinds { kinds: without_companies })
            }
            _ => return,
        };
        self.consents(at, ConsentPurpose::DisclosureToPartners, scope);
        if self.chance().percent(20) {
            self.consents(at, ConsentPurpose::Research, None);
        }
        if self.chance().percent(12) {
            self.consents(at, ConsentPurpose::Photographs, None);
        }
    }

    fn consents(&mut self, at: &mut Cursor, purpose: ConsentPurpose, scope: Option<ConsentScope>) {
        let how =
            self.chance().weighted(&[(62, ConsentHow::Signed), (22, ConsentHow::Thumbprint), (16, ConsentHow::Told)]);
        let head = self.home.member(|_| true);
        let by = head.filter(|_| self.script.chance.percent(93));
        let by = by.map_or(ConsentBy::Informant, |person| ConsentBy::Member { person });
        let consent = (purpose == ConsentPurpose::DisclosureToPartners).then(|| self.consent());
        let give = GiveConsent { happened_on: Some(at.day), consent, by, purpose, how, scope };
        self.script.ask(at, self.caseworker, Command::GiveConsent(give));
    }

    fn consent(&self) -> ConsentId {
        ConsentId::derived(self.home.id.0, "consent")
    }

    /// Told last: what hangs on the consent never happens after that day.
    pub(super) fn takes_its_yes_back(&mut self, mut at: Cursor) {
        if self.partners.is_empty() || !self.chance().percent(4) {
            return;
        }
        let days = self.chance().between(15, 260);
        at.later(days);
        let withdraw = WithdrawConsent { happened_on: Some(at.day), consent: self.consent() };
        let command = Box::new(Command::WithdrawConsent(withdraw));
        let threads = std::mem::take(&mut self.on_consent);
        self.script.enter(&mut at, 0, self.caseworker, Act::Ends { command, threads });
    }
}
