//! What happens when an agency keeps a referral waiting, cannot keep its word, or sends the referral back.

use events::facts::household::{
    EscalatedTo, EscalationReason, ExtensionReason, ReferralClock, RerouteReason, TakenBackReason, WishOf,
};

use super::Tale;
use super::referral::Request;
use crate::demo::agencies::{self, Tempo};
use crate::demo::script::Cursor;
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::{
    EscalateReferral, ExtendDeadline, RemindAgency, RerouteReferral, ResubmitReferral, TakeBackAcceptance,
    WithdrawReferral,
};
use crate::rules::household::referral::withdraw::WithdrawReason;

impl Tale<'_> {
    /// A word on the telephone, on a day of its own.
    pub(super) fn reminds(&mut self, mut at: Cursor, request: &Request<'_>, after: i64) {
        at.later(after);
        let remind = RemindAgency { happened_on: Some(at.day), referral: request.referral };
        self.script.ask(&mut at, self.caseworker, Command::RemindAgency(remind));
    }

    /// Nobody answers: reminded, escalated, and at last sent to another agency, if there is one.
    pub(super) fn is_waited_for(&mut self, mut at: Cursor, request: &Request<'_>) {
        self.reminds(at, request, 9);
        if self.chance().percent(60) {
            self.reminds(at, request, 15);
        }
        let days = self.chance().between(16, 24);
        at.later(days);
        let (who, to) = if self.chance().percent(65) {
            (self.caseworker, EscalatedTo::Supervisor)
        } else {
            (self.supervisor, EscalatedTo::Operations)
        };
        let escalate = EscalateReferral {
            happened_on: Some(at.day),
            referral: request.referral,
            to,
            reason: EscalationReason::NoAnswer,
            words: None,
        };
        self.script.ask(&mut at, who, Command::EscalateReferral(escalate));
        if self.chance().percent(70) {
            let days = self.chance().between(1, 9);
            at.later(days);
            self.goes_elsewhere(at, request, RerouteReason::NoAnswer);
        }
    }

    /// Sent by the operations center to another agency that offers the service and may see the household.
    fn goes_elsewhere(&mut self, mut at: Cursor, request: &Request<'_>, reason: RerouteReason) {
        let mut others = self.agencies_for(request.lack.service);
        others.retain(|it| *it != request.agency);
        let Some(agency) = self.chance().choose(&others) else { return };
        let Some(known) = self.world.agencies.get(agency) else { return };
        let reroute = RerouteReferral {
            happened_on: Some(at.day),
            referral: request.referral,
            agency: agencies::id(self.world, agency),
            service: request.lack.service.to_owned(),
            basis: Self::basis(known),
            disclosed: self.disclosed(request.lack),
            reason,
            words: None,
        };
        self.script.ask(&mut at, self.operations, Command::RerouteReferral(reroute));
        self.hangs_on_consent(known, at.thread);
        self.is_answered(at, &Request { agency, ..*request }, known.tempo, false);
    }

    /// What was missing is brought, or the household has had enough of it; some referrals lie there to this day.
    pub(super) fn came_back(&mut self, mut at: Cursor, request: &Request<'_>) {
        let days = self.chance().between(3, 21);
        at.later(days);
        match self.chance().between(0, 99) {
            0..55 => {
                let words = Some(words::said("แนบเอกสารเพิ่มแล้ว", Vec::new()));
                let again = ResubmitReferral { happened_on: Some(at.day), referral: request.referral, words };
                self.script.ask(&mut at, self.caseworker, Command::ResubmitReferral(again));
                self.is_answered(at, request, Tempo::Fair, false);
            }
            55..68 => self.is_withdrawn(at, request, WithdrawReason::MetElsewhere),
            _ => {}
        }
    }

    /// The household, or whoever sent it, wants it no more.
    pub(super) fn is_withdrawn(&mut self, mut at: Cursor, request: &Request<'_>, reason: WithdrawReason) {
        let wish_of = match reason {
            WithdrawReason::NotWanted | WithdrawReason::MetElsewhere => WishOf::Household,
            WithdrawReason::Mistake => WishOf::Caseworker,
        };
        let withdraw = WithdrawReferral { happened_on: Some(at.day), referral: request.referral, reason, wish_of };
        self.script.ask(&mut at, self.caseworker, Command::WithdrawReferral(withdraw));
    }

    /// The agency cannot keep its word: it may try again, or another one does.
    pub(super) fn takes_its_word_back(&mut self, mut at: Cursor, request: &Request<'_>) {
        let days = self.chance().between(3, 20);
        at.later(days);
        at.office_day();
        let reason = self.chance().pick(&[
            TakenBackReason::NoCapacity,
            TakenBackReason::NoCapacity,
            TakenBackReason::NotEligible,
            TakenBackReason::Mistake,
        ]);
        let officer = self.world.staff.answers_for(request.agency, self.lao.province);
        let take_back =
            TakeBackAcceptance { happened_on: Some(at.day), referral: request.referral, reason, words: None };
        self.script.ask(&mut at, officer, Command::TakeBackAcceptance(take_back));
        let days = self.chance().between(1, 6);
        at.later(days);
        if self.chance().percent(60) {
            self.goes_elsewhere(at, request, RerouteReason::NoCapacity);
        } else {
            self.is_answered(at, request, Tempo::Fair, false);
        }
    }

    /// More time, asked for soon after the acceptance.
    pub(super) fn gets_more_time(&mut self, mut at: Cursor, request: &Request<'_>) {
        at.later(2);
        let reason = self.chance().pick(&[
            ExtensionReason::BudgetAwaited,
            ExtensionReason::DocumentsAwaited,
            ExtensionReason::Season,
        ]);
        let extend = ExtendDeadline {
            happened_on: Some(at.day),
            referral: request.referral,
            clock: ReferralClock::ToDeliver,
            until: at.day + chrono::Duration::days(75),
            reason,
            words: None,
        };
        self.script.ask(&mut at, self.supervisor, Command::ExtendDeadline(extend));
    }
}
