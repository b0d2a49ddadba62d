//! What a household needs, whom it is referred to for it, and what comes back.

use events::facts::agency::AgencyKind;
use events::facts::household::{
    Capital, DeclineReason, DisclosedField, LegalBasis, ReferralOutcome, ReturnReason, Worth,
};
use events::id::{NeedId, PersonId, ReferralId};
use events::money::Baht;

use super::Tale;
use crate::demo::agencies::{self, Agency, Tempo};
use crate::demo::family::Member;
use crate::demo::script::{Act, Cursor, Thread};
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::AcceptReferral;
use crate::rules::household::command::DeliverAssistance;
use crate::rules::household::command::MakeReferral;
use crate::rules::household::command::RecordNeed;
use crate::rules::household::command::{CompleteReferral, DeclineReferral, ReturnReferral};
use crate::rules::household::referral::withdraw::WithdrawReason;

/// A need: the indicator it shows in, the service that meets it, and who has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lack {
    capital: Capital,
    indicator: &'static str,
    pub(super) service: &'static str,
    person: Option<PersonId>,
    words: &'static str,
    /// When it came up: a need that comes up again is another need.
    time: &'static str,
}

/// One request to one agency.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) lack: &'a Lack,
    pub(super) need: NeedId,
    pub(super) agency: usize,
    pub(super) referral: ReferralId,
    pub(super) worth: i32,
}

impl Tale<'_> {
    /// What this household could lack, from who belongs to it.
    fn lacks(&self) -> Vec<Lack> {
        let lack = |capital, indicator, service, person, words| Lack {
            capital,
            indicator,
            service,
            person,
            words,
            time: "first",
        };
        let mut found = vec![
            lack(Capital::Physical, "physical.home_condition", "house_repair", None, "หลังคารั่ว ฝนตกนอนไม่ได้"),
            lack(Capital::Physical, "physical.power_water_ict", "water", None, "ไม่มีน้ำประปา ต้องซื้อน้ำ"),
            lack(Capital::Economic, "economic.debt", "debt_advice", None, "หนี้หลายทาง ส่งไม่ไหว"),
            lack(Capital::Economic, "economic.expense_year", "food_support", None, "ข้าวสารไม่พอถึงสิ้นเดือน"),
        ];
        if let Some(person) = self.home.worker() {
            let who = Some(person);
            found.push(lack(Capital::Natural, "natural.farm_water", "farm_inputs", None, "อยากปลูกผักขายแต่ไม่มีทุน"));
            found.push(lack(Capital::Human, "human.occupation_skills", "job_training", who, "อยากมีอาชีพเสริม"));
        }
        if let Some(person) = self.home.disabled() {
            let who = Some(person);
            found.push(lack(Capital::Human, "human.welfare_due", "disability_support", who, "ยังไม่มีบัตรคนพิการ"));
            found.push(lack(Capital::Human, "human.health", "health_visit", who, "ไปโรงพยาบาลเองไม่ได้"));
        }
        if let Some(person) = self.home.member(Member::elderly) {
            found.push(lack(Capital::Human, "human.health", "elder_care", Some(person), "อยู่คนเดียวตอนกลางวัน"));
        }
        if let Some(person) = self.home.member(Member::at_school) {
            found.push(lack(
                Capital::Human,
                "human.schooling_status",
                "scholarship",
                Some(person),
                "ค่ารถไปโรงเรียนไม่พอ",
            ));
        }
        if let Some(person) = self.home.member(|it| it.person.details.has_id_card == Some(false)) {
            found.push(lack(Capital::Human, "human.welfare_due", "id_card", Some(person), "ไม่มีบัตรประชาชน"));
        }
        found
    }

    /// One to three needs, and referrals for most of them.
    pub(super) fn needs_and_referrals(&mut self, at: Cursor) {
        let mut lacks = self.lacks();
        for _ in 0..self.chance().between(1, 3) {
            if lacks.is_empty() {
                break;
            }
            let lack = lacks.remove(self.script.chance.between(0, lacks.len() - 1));
            let mut at = at;
            let need = self.needs(&mut at, &lack);
            if self.chance().percent(74) {
                self.is_referred(at, &lack, need, None);
            }
        }
    }

    /// Something else comes up later: at any time, and above all when the offices have a new year's budget.
    pub(super) fn needs_more(&mut self, at: Cursor) {
        let left = (events::clock::day_of(self.world.calendar.until) - at.day).num_days();
        if left < 150 {
            return;
        }
        if self.chance().percent(45) {
            let days = self.chance().between(100, left - 25);
            self.needs_then(at, days, "later");
        }
        if self.chance().percent(22) {
            let days = left - self.chance().between(0, 24);
            self.needs_then(at, days, "budget");
        }
    }

    fn needs_then(&mut self, mut at: Cursor, days: i64, word: &'static str) {
        at.later(days);
        let lacks = self.lacks();
        if let Some(lack) = self.chance().choose(&lacks) {
            let lack = Lack { time: word, ..lack };
            let need = self.needs(&mut at, &lack);
            self.is_referred_within(at, 3, &lack, need, None);
        }
    }

    fn needs(&mut self, at: &mut Cursor, lack: &Lack) -> NeedId {
        let days = self.chance().between(0, 4);
        at.later(days);
        let need = NeedId::derived(self.home.id.0, &format!("need/{}/{}", lack.time, lack.service));
        let priority = self.chance().between(1, 5);
        let record = RecordNeed {
            happened_on: Some(at.day),
            need: Some(need),
            capital: lack.capital,
            indicator: Some(lack.indicator.to_owned()),
            person: lack.person,
            priority,
            words: self.script.chance.percent(45).then(|| words::said(lack.words, Vec::new())),
        };
        self.script.ask(at, self.caseworker, Command::RecordNeed(record));
        need
    }

    /// Sent to an agency that offers the service here, another than the one that said no.
    fn is_referred(&mut self, at: Cursor, lack: &Lack, need: NeedId, not: Option<usize>) {
        let days = if self.chance().percent(70) { 13 } else { 150 };
        self.is_referred_within(at, days, lack, need, not);
    }

    fn is_referred_within(&mut self, mut at: Cursor, days: i64, lack: &Lack, need: NeedId, not: Option<usize>) {
        let mut agencies = self.agencies_for(lack.service);
        agencies.retain(|it| Some(*it) != not);
        let Some(agency) = self.chance().choose(&agencies) else { return };
        let Some(known) = self.world.agencies.get(agency) else { return };
        let days = self.chance().between(0, days);
        at.later(days);
        at.thread = self.script.thread();
        self.hangs_on_consent(known, at.thread);
        let referral = ReferralId::derived(self.home.id.0, &format!("{need}/{}", self.next_word()));
        let disclosed = self.disclosed(lack);
        let make = MakeReferral {
            happened_on: Some(at.day),
            referral: Some(referral),
            need,
            agency: agencies::id(self.world, agency),
            service: lack.service.to_owned(),
            basis: Self::basis(known),
            disclosed,
        };
        let who = if self.chance().percent(90) { self.caseworker } else { self.supervisor };
        self.script.ask(&mut at, who, Command::MakeReferral(make));
        let worth = self.chance().between(1, 40) * 500;
        self.is_answered(at, &Request { lack, need, agency, referral, worth }, known.tempo, not.is_none());
    }

    /// The agencies that offer a service here and may see the household.
    pub(super) fn agencies_for(&self, service: &str) -> Vec<usize> {
        let mut all = self.world.agencies.offering(service, self.lao.province, self.lao.tambon);
        let sees = |it: &Agency| of_the_state(it) || self.partners.contains(&it.kind);
        all.retain(|at| self.world.agencies.get(*at).is_some_and(sees));
        all
    }

    /// On which basis an agency is given the household's data.
    pub(super) fn basis(agency: &Agency) -> LegalBasis {
        if of_the_state(agency) { LegalBasis::PublicTask } else { LegalBasis::Consent }
    }

    /// What goes to a partner ends when the household takes its consent back.
    pub(super) fn hangs_on_consent(&mut self, agency: &Agency, thread: Thread) {
        if !of_the_state(agency) {
            self.on_consent.push(thread);
        }
    }

    /// What an agency needs to know to meet a need.
    pub(super) fn disclosed(&mut self, lack: &Lack) -> Vec<DisclosedField> {
        let mut disclosed = vec![DisclosedField::Names, DisclosedField::Address, DisclosedField::NeedWords];
        if self.chance().percent(70) {
            disclosed.push(DisclosedField::Phone);
        }
        if lack.capital == Capital::Human {
            disclosed.extend([DisclosedField::Birth, DisclosedField::Health]);
        }
        disclosed
    }

    /// The agency answers in its own time, or never does.
    pub(super) fn is_answered(&mut self, mut at: Cursor, request: &Request<'_>, tempo: Tempo, again: bool) {
        let (never, days) = match tempo {
            Tempo::Quick => (0, self.chance().between(0, 5)),
            Tempo::Fair => (2, self.chance().between(0, 7)),
            Tempo::Slow => (6, self.chance().between(1, 16)),
        };
        if self.chance().percent(never) {
            self.is_waited_for(at, request);
            return;
        }
        if self.chance().permille(25) {
            let reason = self.chance().pick(&[WithdrawReason::NotWanted, WithdrawReason::Mistake]);
            self.is_withdrawn(at, request, reason);
            return;
        }
        if days > 10 && self.chance().percent(60) {
            self.reminds(at, request, 8);
        }
        at.later(days);
        at.office_day();
        let officer = self.world.staff.answers_for(request.agency, self.lao.province);
        let referral = request.referral;
        let happened_on = Some(at.day);
        match self.chance().between(0, 99) {
            0..74 => {
                let accept = AcceptReferral { happened_on, referral };
                let full = DeclineReferral { happened_on, referral, reason: DeclineReason::NoCapacity, words: None };
                let act = Act::Try {
                    command: Box::new(Command::AcceptReferral(accept)),
                    else_ask: Some(Box::new(Command::DeclineReferral(full))),
                };
                self.script.enter(&mut at, 0, officer, act);
                if self.chance().percent(4) {
                    self.takes_its_word_back(at, request);
                } else {
                    self.is_delivered(at, request);
                }
            }
            74..90 => {
                let reason = self.chance().weighted(&[
                    (45, DeclineReason::NotEligible),
                    (25, DeclineReason::AlreadyHelped),
                    (15, DeclineReason::WrongAgency),
                    (15, DeclineReason::Other),
                ]);
                let other = reason == DeclineReason::Other || self.chance().percent(30);
                let words = other.then(|| words::decline(&mut self.script.chance));
                let decline = DeclineReferral { happened_on, referral, reason, words };
                self.script.ask(&mut at, officer, Command::DeclineReferral(decline));
                if again && self.chance().percent(60) {
                    let days = self.chance().between(2, 15);
                    at.later(days);
                    self.is_referred(at, request.lack, request.need, Some(request.agency));
                }
            }
            _ => {
                let reason = self.chance().pick(&[
                    ReturnReason::DocumentMissing,
                    ReturnReason::DetailsUnclear,
                    ReturnReason::CannotReach,
                ]);
                let words = Some(words::give_back(&mut self.script.chance));
                let give_back = ReturnReferral { happened_on, referral, reason, words };
                self.script.ask(&mut at, officer, Command::ReturnReferral(give_back));
                self.came_back(at, request);
            }
        }
    }

    /// What was promised arrives, and the referral ends with an outcome.
    fn is_delivered(&mut self, mut at: Cursor, request: &Request<'_>) {
        let days = self.chance().between(4, 48);
        if self.chance().percent(6) {
            self.gets_more_time(at, request);
        }
        if self.chance().percent(5) {
            return;
        }
        at.later(days);
        at.office_day();
        let officer = self.world.staff.answers_for(request.agency, self.lao.province);
        let outcome = self.chance().weighted(&[
            (72, ReferralOutcome::Met),
            (20, ReferralOutcome::PartlyMet),
            (8, ReferralOutcome::NotMet),
        ]);
        if outcome != ReferralOutcome::NotMet {
            let late = self.lateness();
            // The operations center answers for an agency without an account, the caseworker notes what arrived.
            let signs_in = self.world.agencies.get(request.agency).is_some_and(|it| it.signs_in);
            let who = if signs_in { officer } else { self.caseworker };
            let amount = Baht::whole(request.worth);
            let worth = self.chance().weighted(&[
                (40, Worth::Baht { amount }),
                (45, Worth::InKind { worth: Some(amount) }),
                (15, Worth::InKind { worth: None }),
            ]);
            let Some(service) = agencies::service_named(request.lack.service) else { return };
            let assistance = self.next_help();
            let deliver = DeliverAssistance {
                happened_on: Some(at.day),
                assistance: Some(assistance),
                kind: service.code.to_owned(),
                capital: service.capital,
                dimension: service.dimension,
                worth,
                part_of: None,
                beneficiaries: request.lack.person.into_iter().collect(),
                agency: None,
                referral: Some(request.referral),
                model: None,
            };
            self.script.ask_late(&mut at, late, who, Command::DeliverAssistance(deliver));
            self.is_confirmed(at, assistance);
        }
        let days = self.chance().between(0, 9);
        at.later(days);
        at.office_day();
        let complete = CompleteReferral { happened_on: Some(at.day), referral: request.referral, outcome };
        self.script.ask(&mut at, officer, Command::CompleteReferral(complete));
    }
}

/// State agencies and local organisations see what their task needs; everybody else needs the household's yes.
const fn of_the_state(agency: &Agency) -> bool {
    matches!(agency.kind, AgencyKind::State | AgencyKind::Lao)
}
