//! The same random life twice: through the rules, and through a small model that knows nothing of them.
//!
//! The model is written from the tables of stages, standings and open work alone: plain maps, no facts, no policies.
//! Where the two disagree about who may do what, or about what the household has become, one of them is wrong.

mod answer;
mod course;
mod home;
mod life;
mod rules;
mod wire;
mod work;

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use proptest_state_machine::ReferenceStateMachine;
use serde_json::Value;

use self::answer::Answer;
use self::home::Home;
use self::rules::Rules;
use self::wire::{Ask, asks, beginnings};
use super::super::story::day;
use crate::rules::household::command::Name;

/// A household among others, and what was asked so far.
#[derive(Debug, Clone)]
struct Model {
    today: NaiveDate,
    /// The version of the scoring policy in force.
    scoring: u32,
    found_on: NaiveDate,
    home: Option<Home>,
    /// All that was done, and when.
    done: Vec<(NaiveDate, u32, Ask)>,
    /// How the last thing that changed anything was done.
    last: Answer,
    /// What was asked last, as it goes over the wire, and whether it was allowed.
    sent: Value,
    allowed: bool,
    /// How this life began.
    beginning: Vec<Ask>,
}

impl Model {
    fn new() -> Self {
        let today = day("2026-01-05");
        Self {
            today,
            scoring: 1,
            found_on: today,
            home: None,
            done: Vec::new(),
            last: Answer::Kept,
            sent: Value::Null,
            allowed: true,
            beginning: Vec::new(),
        }
    }

    fn begun(beginning: Vec<Ask>) -> Self {
        let mut model = Self::new();
        for ask in &beginning {
            model.ask(ask);
            assert!(model.allowed, "{ask:?} begins a life");
        }
        Self { beginning, ..model }
    }

    /// Lives on by one thing that somebody asks for.
    fn ask(&mut self, ask: &Ask) {
        self.today += Duration::days(ask.later);
        if ask.scores_anew() {
            self.today += Duration::days(1);
            self.scoring += 1;
        }
        self.sent = ask.body(self.home.as_ref(), self.today);
        let answer = self.answer(ask);
        self.allowed = answer != Answer::No;
        if ![Answer::No, Answer::Same].contains(&answer) {
            self.last = answer;
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "most commands are the household's alone")]
    fn answer(&mut self, ask: &Ask) -> Answer {
        let Some(home) = &mut self.home else {
            if ask.name != Name::Identify {
                return Answer::No;
            }
            (self.home, self.found_on) = (Some(Home::found_on(self.today)), self.today);
            return Answer::Several;
        };
        match ask.name {
            // As if the last thing had not been; what took it back can't be taken back.
            Name::RetractFact if self.last == Answer::Done => {
                self.done.pop();
                self.home = self.lived(&self.done);
                Answer::Kept
            }
            Name::ReverseAssistance => {
                let answer = home.ask(ask, self.today, self.scoring);
                let mut done = self.done.clone();
                for (_, _, it) in done.iter_mut().filter(|it| it.2.name == Name::DeliverAssistance && it.2.n == ask.n) {
                    it.reversed = true;
                }
                // What would not have been allowed without the help rests on it.
                let without = self.lived(&done).filter(|_| answer != Answer::No);
                if without.is_none() {
                    return Answer::No;
                }
                (self.home, self.done) = (without, done);
                answer
            }
            _ => {
                let answer = home.ask(ask, self.today, self.scoring);
                if ![Answer::No, Answer::Same].contains(&answer) {
                    self.done.push((self.today, self.scoring, ask.clone()));
                }
                answer
            }
        }
    }

    /// What these come to, if each of them is allowed.
    fn lived(&self, done: &[(NaiveDate, u32, Ask)]) -> Option<Home> {
        let mut home = Home::found_on(self.found_on);
        let fits = |(on, scoring, ask): &(NaiveDate, u32, Ask)| home.ask(ask, *on, *scoring) != Answer::No;
        if !done.iter().all(fits) {
            return None;
        }
        for (_, _, ask) in done.iter().filter(|it| it.2.reversed) {
            home.help.entry(ask.n).and_modify(|it| it.reversed = true);
        }
        Some(home)
    }

    /// What the model has no opinion on: several facts at once are not taken back one by one here.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it knows most")]
    fn knows(&self, ask: &Ask) -> bool {
        let Some(home) = &self.home else { return true };
        let did = |names: &[Name]| self.done.iter().any(|it| names.contains(&it.2.name));
        match ask.name {
            Name::RetractFact => self.last != Answer::Several,
            Name::ReverseAssistance => !did(&[Name::PlanVisit, Name::NoteContactOverdue, Name::MergeInto]),
            Name::CorrectMember | Name::WithdrawConsent => home.before_merge.is_none(),
            _ => true,
        }
    }
}

/// The life that the model leads.
struct Life;

impl ReferenceStateMachine for Life {
    type State = Model;
    type Transition = Ask;

    fn init_state() -> BoxedStrategy<Model> {
        prop::sample::select(beginnings()).prop_map(Model::begun).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Ask> {
        asks().boxed()
    }

    fn preconditions(model: &Model, ask: &Ask) -> bool {
        model.knows(ask)
    }

    fn apply(mut model: Model, ask: &Ask) -> Model {
        model.ask(ask);
        model
    }
}

proptest_state_machine::prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_and_a_model_that_knows_nothing_of_them_lead_the_same_life(sequential 1..60 => Rules);
}

/// As many lives as the test above leads, of the same kind.
#[test]
fn the_model_is_asked_for_every_command_and_does_each_and_refuses_each() {
    let mut runner = TestRunner::deterministic();
    let lives = (Life::init_state(), prop::collection::vec(asks(), 1..60));
    let (mut done, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..400 {
        let (mut model, steps) = lives.new_tree(&mut runner).unwrap().current();
        for ask in steps {
            if model.knows(&ask) {
                model.ask(&ask);
                if model.allowed {
                    done.insert(ask.name)
                } else {
                    refused.insert(ask.name)
                };
            }
        }
    }
    let missing = |seen: &BTreeSet<Name>| Name::ALL.into_iter().filter(|it| !seen.contains(it)).collect::<Vec<_>>();
    // A first number, source or note is found with every household that is entered.
    assert_eq!((missing(&done), missing(&refused)), (Vec::new(), Vec::new()));
}
