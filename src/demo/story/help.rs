//! Help without a referral, operating models, visits and surveys while help is under way.

use events::facts::household::{Capital, Dimension, Evidence, RetractReason, Worth};
use events::money::Baht;

use super::Tale;
use crate::demo::agencies;
use crate::demo::models::{self, MODELS};
use crate::demo::plan::DemoError;
use crate::demo::script::{Act, Cursor};
use crate::demo::survey;
use crate::rules::household::Command;
use crate::rules::household::command::DeliverAssistance;
use crate::rules::household::command::EnrolInModel;
use crate::rules::household::command::RecordIncome;

/// The temple kitchen's place in the list of agencies.
const TEMPLE: usize = 10;

impl Tale<'_> {
    /// Somebody helps who was never asked.
    pub(super) fn is_helped_directly(&mut self, at: Cursor) {
        if self.chance().percent(28) {
            self.gets_help(at);
        }
    }

    /// Rice, money or work from the temple, or from nobody that is known.
    pub(super) fn gets_help(&mut self, mut at: Cursor) {
        let days = self.chance().between(5, 90);
        at.later(days);
        let late = self.lateness();
        let amount = Baht::whole(self.chance().between(2, 30) * 100);
        let (kind, capital, worth) = self.chance().pick(&[
            ("rice_and_food", Capital::Economic, Worth::InKind { worth: None }),
            ("money_gift", Capital::Economic, Worth::Baht { amount }),
            ("neighbours_work", Capital::Social, Worth::InKind { worth: Some(amount) }),
        ]);
        let agency = self.chance().percent(55).then(|| agencies::id(self.world, TEMPLE));
        let deliver = DeliverAssistance {
            happened_on: Some(at.day),
            kind: kind.to_owned(),
            capital,
            dimension: Dimension::Living,
            worth,
            beneficiaries: Vec::new(),
            agency,
            referral: None,
            model: None,
        };
        let again = deliver.clone();
        self.script.ask_late(&mut at, late, self.caseworker, Command::DeliverAssistance(deliver));
        // Two people enter the same help, and one takes it back.
        if self.chance().percent(6) {
            let step = self.script.ask(&mut at, self.caseworker, Command::DeliverAssistance(again));
            self.is_taken_back(at, step, RetractReason::EnteredTwice);
        }
    }

    /// Joins its district's model, if there is a pair of hands and a place. What follows hangs on the place.
    pub(super) fn joins_a_model(&mut self, at: Cursor) {
        if self.home.worker().is_some() && self.chance().percent(19) {
            self.joins(at, 75);
        }
    }

    /// Joins within so many days.
    pub(super) fn joins(&mut self, mut at: Cursor, within: i64) {
        let tambon = self.home.organisation().tambon;
        let Some((place, model)) = MODELS.iter().enumerate().find(|(_, it)| tambon.starts_with(it.district)) else {
            return;
        };
        let id = models::id(self.world, place);
        at.thread = self.script.thread();
        let days = self.chance().between(6, within);
        at.later(days);
        let enrol = Command::EnrolInModel(EnrolInModel { happened_on: Some(at.day), model: id });
        self.script.enter(&mut at, 0, self.caseworker, Act::Try { command: Box::new(enrol), else_ask: None });
        let days = self.chance().between(7, 40);
        at.later(days);
        let (kind, baht) = model.kit;
        let deliver = |at: &Cursor, kind: &str, amount: i32| {
            Command::DeliverAssistance(DeliverAssistance {
                happened_on: Some(at.day),
                kind: kind.to_owned(),
                capital: Capital::Economic,
                dimension: Dimension::Income,
                worth: Worth::InKind { worth: Some(Baht::whole(amount)) },
                beneficiaries: Vec::new(),
                agency: Some(agencies::id(self.world, model.buyer)),
                referral: None,
                model: Some(id),
            })
        };
        let first = deliver(&at, kind, baht);
        self.script.ask(&mut at, self.caseworker, first);
        let days = self.script.chance.between(50, 100);
        at.later(days);
        let again = deliver(&at, "seedlings_and_advice", 900);
        self.script.ask(&mut at, self.caseworker, again);
        self.tells_income(at, 30);
    }

    /// Income is noted between two surveys.
    pub(super) fn tells_income(&mut self, mut at: Cursor, days: i64) {
        let more = self.chance().between(0, 60);
        at.later(days + more);
        let means = self.means.better(8, &mut self.script.chance);
        let residents = self.home.residents();
        let money = survey::money(&means, residents, false, &mut self.script.chance);
        let evidence = self.chance().pick(&[Evidence::Told, Evidence::Told, Evidence::Seen]);
        let late = self.lateness();
        let record = RecordIncome { happened_on: Some(at.day), money, evidence };
        self.script.ask_late(&mut at, late, self.caseworker, Command::RecordIncome(record));
    }

    /// Visits every quarter as long as somebody keeps it up, and a survey half a year after the first.
    pub(super) fn is_followed_up(&mut self, at: Cursor) -> Result<(), DemoError> {
        let mut visits = at;
        while self.chance().percent(72) {
            let days = self.chance().between(55, 125);
            visits.later(days);
            self.is_seen_again(&mut visits);
        }
        if self.chance().percent(20) {
            self.tells_income(at, 60);
        }
        let mut survey = at;
        while self.chance().percent(62) {
            let days = self.chance().between(184, 290);
            survey.later(days);
            let by = self.chance().between(-4, 16);
            self.means = self.means.better(by, &mut self.script.chance);
            self.is_surveyed(&mut survey, 0)?;
        }
        Ok(())
    }
}
