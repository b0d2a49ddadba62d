//! What a household needs, whom it is referred to for it, and what comes back.

use events::facts::household::{
    Capital, DeclineReason, DisclosedField, LegalBasis, ReferralOutcome, ReturnReason, Worth,
};
use events::id::{NeedId, PersonId, ReferralId};
use events::money::Baht;

use super::Tale;
use crate::demo::agencies::{self, AGENCIES, Tempo};
use crate::demo::family::Member;
use crate::demo::script::{Act, Cursor};
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::AcceptReferral;
use crate::rules::household::command::DeliverAssistance;
use crate::rules::household::command::MakeReferral;
use crate::rules::household::command::RecordNeed;
use crate::rules::household::command::{CompleteReferral, DeclineReferral, ReturnReferral};

/// A need: the indicator it shows in, the service that meets it, and who has it.
#[derive(Debug, Clone, Copy)]
struct Lack {
    capital: Capital,
    indicator: &'static str,
    service: &'static str,
    person: Option<PersonId>,
    words: &'static str,
    /// When it came up: a need that comes up again is another need.
    time: &'static str,
}

/// One request to one agency.
struct Request<'a> {
    lack: &'a Lack,
    need: NeedId,
    agency: usize,
    referral: ReferralId,
    worth: i32,
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
        let mut agencies = agencies::offering(lack.service, self.home.organisation().tambon);
        agencies.retain(|it| Some(*it) != not);
        let Some(agency) = self.chance().choose(&agencies) else { return };
        let Some(known) = AGENCIES.get(agency) else { return };
        let days = self.chance().between(0, days);
        at.later(days);
        at.thread = self.script.thread();
        let referral = ReferralId::derived(self.home.id.0, &format!("{need}/{}", known.word));
        let state =
            matches!(known.kind, events::facts::agency::AgencyKind::State | events::facts::agency::AgencyKind::Lao);
        let mut disclosed = vec![DisclosedField::Names, DisclosedField::Address, DisclosedField::NeedWords];
        if self.chance().percent(70) {
            disclosed.push(DisclosedField::Phone);
        }
        if lack.capital == Capital::Human {
            disclosed.extend([DisclosedField::Birth, DisclosedField::Health]);
        }
        let make = MakeReferral {
            happened_on: Some(at.day),
            referral: Some(referral),
            need,
            agency: agencies::id(self.world, agency),
            service: lack.service.to_owned(),
            basis: if state { LegalBasis::PublicTask } else { LegalBasis::Consent },
            disclosed,
        };
        let who = if self.chance().percent(90) { self.caseworker } else { self.supervisor };
        self.script.ask(&mut at, who, Command::MakeReferral(make));
        let worth = self.chance().between(1, 40) * 500;
        self.is_answered(at, &Request { lack, need, agency, referral, worth }, known.tempo, not.is_none());
    }

    /// The agency answers in its own time, or never does.
    fn is_answered(&mut self, mut at: Cursor, request: &Request<'_>, tempo: Tempo, again: bool) {
        let (never, days) = match tempo {
            Tempo::Quick => (0, self.chance().between(0, 5)),
            Tempo::Fair => (2, self.chance().between(0, 7)),
            Tempo::Slow => (6, self.chance().between(1, 16)),
        };
        if self.chance().percent(never) {
            return;
        }
        at.later(days);
        at.office_day();
        let officer = self.world.staff.answers_for(request.agency);
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
                self.is_delivered(at, request);
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
            }
        }
    }

    /// What was promised arrives, and the referral ends with an outcome.
    fn is_delivered(&mut self, mut at: Cursor, request: &Request<'_>) {
        let days = self.chance().between(4, 48);
        if self.chance().percent(5) {
            return;
        }
        at.later(days);
        at.office_day();
        let officer = self.world.staff.answers_for(request.agency);
        let outcome = self.chance().weighted(&[
            (72, ReferralOutcome::Met),
            (20, ReferralOutcome::PartlyMet),
            (8, ReferralOutcome::NotMet),
        ]);
        if outcome != ReferralOutcome::NotMet {
            let late = self.lateness();
            // The operations center answers for an agency without an account, the caseworker notes what arrived.
            let signs_in = AGENCIES.get(request.agency).is_some_and(|it| it.signs_in);
            let who = if signs_in { officer } else { self.caseworker };
            let amount = Baht::whole(request.worth);
            let worth = self.chance().weighted(&[
                (40, Worth::Baht { amount }),
                (45, Worth::InKind { worth: Some(amount) }),
                (15, Worth::InKind { worth: None }),
            ]);
            let Some(service) = agencies::service_named(request.lack.service) else { return };
            let deliver = DeliverAssistance {
                happened_on: Some(at.day),
                kind: service.code.to_owned(),
                capital: service.capital,
                dimension: service.dimension,
                worth,
                beneficiaries: request.lack.person.into_iter().collect(),
                agency: None,
                referral: Some(request.referral),
                model: None,
            };
            self.script.ask_late(&mut at, late, who, Command::DeliverAssistance(deliver));
        }
        let days = self.chance().between(0, 9);
        at.later(days);
        at.office_day();
        let complete = CompleteReferral { happened_on: Some(at.day), referral: request.referral, outcome };
        self.script.ask(&mut at, officer, Command::CompleteReferral(complete));
    }
}
