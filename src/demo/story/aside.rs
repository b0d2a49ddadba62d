//! What happens beside a story and leads it nowhere else: results of a model, urgent needs, a survey scored again. Its
//! chance is its own, so that the stories stay as they are.

use chrono::{Duration, NaiveDate};
use events::facts::household::{Capital, LeftModelBecause};
use events::id::NeedId;
use events::money::Baht;

use super::Tale;
use crate::demo::calendar::Calendar;
use crate::demo::chance::Chance;
use crate::demo::changes::RESCORED;
use crate::demo::models;
use crate::demo::script::{Act, Cursor};
use crate::rules::household::Command;
use crate::rules::household::command::{LeaveModel, RecordModelResult, RecordNeed};

impl Tale<'_> {
    fn own_chance(&self, word: &str) -> Chance {
        Chance::of(self.world.root, &format!("household/{}/{word}", self.home.number))
    }

    /// What a household of a model says of its own cycle; some leave after it.
    pub(super) fn tells_what_it_brought(&mut self, mut at: Cursor, place: usize) {
        let mut chance = self.own_chance("model");
        let Some(sold) = self.world.models.get(place) else { return };
        let model = models::id(self.world, place);
        at.later(chance.between(20, 60));
        if let Some(cycle) = models::cycle_on(self.world, place, at.day) {
            let produced = chance.between(15, 140_u32);
            let (product, price) = sold.kind.product;
            let earned = i32::try_from(produced).unwrap_or(0) * price * chance.between(60, 95) / 100;
            let result = RecordModelResult {
                happened_on: Some(at.day),
                model,
                cycle,
                product: product.to_owned(),
                unit: "kg".to_owned(),
                produced: Some(produced),
                earned: chance.percent(85).then(|| Baht::whole(earned)),
                payment: None,
            };
            // The cycle may be written down some days after it began.
            let act = Act::Try { command: Box::new(Command::RecordModelResult(result)), else_ask: None };
            let mut told = at;
            told.thread = self.script.thread();
            self.script.enter(&mut told, 0, self.caseworker, act);
        }
        if chance.percent(22) {
            at.later(chance.between(40, 120));
            let because = chance.pick(&[
                LeftModelBecause::Finished,
                LeftModelBecause::Dropped,
                LeftModelBecause::OtherWork,
                LeftModelBecause::Health,
            ]);
            let leave = LeaveModel { happened_on: Some(at.day), model, because };
            let act = Act::Try { command: Box::new(Command::LeaveModel(leave)), else_ask: None };
            at.thread = self.script.thread();
            self.script.enter(&mut at, 0, self.caseworker, act);
        }
    }

    /// Somebody looks at the needs and the scores of a household again.
    pub(super) fn is_looked_at_again(&mut self, at: &Cursor) {
        let mut chance = self.own_chance("again");
        let rescored = self.world.calendar.at_permille(RESCORED);
        let mut enter = |chance: &mut Chance, least: i64, who, act: Act, from: NaiveDate| {
            let day = from + Duration::days(chance.between(least, least + 60));
            let moment = Calendar::moment(day, chance.between(510, 980));
            self.script.insert(moment, who, at.thread, act);
        };
        if chance.percent(14) {
            enter(&mut chance, 1, self.supervisor, Act::Rescore, rescored.max(at.day));
        }
        if chance.percent(16) {
            enter(&mut chance, 5, self.caseworker, Act::Prioritise, at.day);
        }
        // A wish that nobody is asked about, and that is forgotten some weeks later.
        if chance.percent(9) {
            let need = NeedId::derived(self.home.id.0, "wish");
            let mut wish = *at;
            wish.later(1);
            let record = RecordNeed {
                happened_on: Some(wish.day),
                need: Some(need),
                capital: Capital::Social,
                indicator: Some("social.groups".to_owned()),
                person: None,
                priority: 5,
                words: None,
            };
            self.script.ask(&mut wish, self.caseworker, Command::RecordNeed(record));
            let day = wish.day + Duration::days(chance.between(15, 60));
            let moment = Calendar::moment(day, chance.between(510, 980));
            self.script.insert(moment, self.caseworker, at.thread, Act::CloseNeed(need));
        }
    }
}
