//! The same random life twice: through the rules, and through a small model that knows nothing of them.
//!
//! The model is written from the table of stages alone: plain maps, no facts, no policies. Where the two disagree about
//! who may do what, or about what the household has become, one of them is wrong.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use serde_json::{Value, json};

use super::super::form::{self, with};
use super::super::story::{CASEWORKER, MUSHROOMS, STATE, SUPERVISOR, Story, day, id};
use crate::rules::household::state::ReferralState;

/// Where a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queue {
    ToAnswer,
    ToDeliver,
    Returned,
    Ended,
}

/// One thing somebody asks for.
#[derive(Debug, Clone)]
enum Ask {
    Wait(i64),
    Visit(&'static str),
    Panel(&'static str),
    Verify,
    NotPoor,
    InVain,
    Unreachable,
    Assess(&'static str),
    Need(u8),
    Refer { referral: u8, need: u8, clinic: bool },
    Accept(u8),
    Decline(u8),
    Return(u8),
    Complete(u8),
    Help(Option<u8>),
    Enrol,
    Join { person: u8, head: bool },
    Leave(u8),
    FollowUp,
    Plan(i64),
    Complain(u8),
    Answer(u8),
    UseRight(u8),
    AnswerRight(u8),
}

/// What a household has become, in plain words.
#[derive(Debug, Clone)]
struct Model {
    today: NaiveDate,
    /// 0 identified to 4 assisted.
    stage: usize,
    closed: Option<&'static str>,
    met: Option<NaiveDate>,
    seen: Option<&'static str>,
    found: Option<&'static str>,
    vain: BTreeSet<NaiveDate>,
    level: Option<&'static str>,
    needs: BTreeMap<u8, bool>,
    referrals: BTreeMap<u8, (Queue, u8, bool)>,
    enrolled: bool,
    people: BTreeMap<u8, (bool, bool)>,
    follow_up: Option<NaiveDate>,
    reassess: Option<NaiveDate>,
    complaints: BTreeMap<u8, bool>,
    requests: BTreeMap<u8, bool>,
    /// Whether the last thing asked for was allowed.
    allowed: bool,
}

const STAGES: [&str; 5] = ["identified", "verified", "assessed", "referred", "assisted"];

impl Model {
    fn new() -> Self {
        Self {
            today: day("2026-01-05"),
            stage: 0,
            closed: None,
            met: None,
            seen: None,
            found: None,
            vain: BTreeSet::new(),
            level: None,
            needs: BTreeMap::new(),
            referrals: BTreeMap::new(),
            enrolled: false,
            people: BTreeMap::from([(1, (true, true))]),
            follow_up: None,
            reassess: None,
            complaints: BTreeMap::new(),
            requests: BTreeMap::new(),
            allowed: true,
        }
    }

    fn open(&self) -> bool {
        self.closed.is_none()
    }

    fn present(&self) -> impl Iterator<Item = (&u8, &(bool, bool))> {
        self.people.iter().filter(|(_, (here, _))| *here)
    }

    fn is(&self, referral: u8, queue: Queue) -> bool {
        self.referrals.get(&referral).is_some_and(|(at, ..)| *at == queue)
    }

    fn in_clinic(&self) -> usize {
        self.referrals.values().filter(|(at, _, clinic)| *clinic && *at == Queue::ToDeliver).count()
    }

    fn rise(&mut self, to: usize) {
        self.stage = self.stage.max(to);
        if to >= 3 || self.stage >= 3 {
            self.follow_up = Some(self.today + Duration::days(90));
        }
    }

    fn close(&mut self, standing: &'static str) {
        self.closed = Some(standing);
        for (at, ..) in self.referrals.values_mut() {
            *at = Queue::Ended;
        }
        self.needs.values_mut().for_each(|open| *open = false);
        self.enrolled = false;
        self.follow_up = None;
    }

    /// Whether it may be done; then it is.
    fn ask(&mut self, ask: &Ask) -> bool {
        let open = self.open();
        match *ask {
            Ask::Wait(days) => {
                self.today += Duration::days(days);
                true
            }
            Ask::Visit(seen) => {
                if open {
                    (self.met, self.seen) = (Some(self.today), Some(seen));
                    if self.stage >= 3 {
                        self.follow_up = Some(self.today + Duration::days(90));
                    }
                }
                open
            }
            Ask::Panel(finding) => {
                if open {
                    self.found = Some(finding);
                }
                open
            }
            Ask::Verify => {
                let may = open && self.stage == 0 && self.seen.is_some() && self.found == Some("poor");
                if may {
                    self.stage = 1;
                }
                may
            }
            Ask::NotPoor => {
                let may = open && self.stage == 0 && self.seen.is_some() && self.found == Some("not_poor");
                if may {
                    self.close("closed:not_poor");
                }
                may
            }
            Ask::InVain => {
                if open {
                    self.vain.insert(self.today);
                }
                open
            }
            Ask::Unreachable => {
                let since = self.vain.iter().filter(|on| self.met.is_none_or(|met| **on > met)).count();
                let may = open && since >= 3;
                if may {
                    self.close("closed:unreachable");
                }
                may
            }
            Ask::Assess(rank) => {
                let lives = self.present().count() > 0;
                let may = open && self.stage >= 1 && lives;
                if may {
                    self.level = Some(rank);
                    self.rise(2);
                    self.reassess = Some(self.today + Duration::days(180));
                }
                may
            }
            Ask::Need(need) => {
                let may = open && !self.needs.contains_key(&need);
                if may {
                    self.needs.insert(need, true);
                }
                may
            }
            Ask::Refer { referral, need, clinic } => {
                let wanted = self.needs.get(&need) == Some(&true);
                let same = |it: &(Queue, u8, bool)| it.0 != Queue::Ended && (it.1, it.2) == (need, clinic);
                let waits = self.referrals.values().any(same);
                let may = open && self.stage >= 2 && wanted && !waits && !self.referrals.contains_key(&referral);
                if may {
                    self.referrals.insert(referral, (Queue::ToAnswer, need, clinic));
                    self.rise(3);
                }
                may
            }
            Ask::Accept(referral) => {
                let clinic = self.referrals.get(&referral).is_some_and(|it| it.2);
                let may = open && self.is(referral, Queue::ToAnswer) && (!clinic || self.in_clinic() < 2);
                self.to(may, referral, Queue::ToDeliver)
            }
            Ask::Decline(referral) => self.to(open && self.is(referral, Queue::ToAnswer), referral, Queue::Ended),
            Ask::Return(referral) => self.to(open && self.is(referral, Queue::ToAnswer), referral, Queue::Returned),
            Ask::Complete(referral) => self.to(open && self.is(referral, Queue::ToDeliver), referral, Queue::Ended),
            Ask::Help(referral) => {
                let may = open && referral.is_none_or(|referral| self.is(referral, Queue::ToDeliver));
                // Help recorded before an assessment moves no stage.
                if may && self.stage >= 2 {
                    self.rise(4);
                }
                may
            }
            Ask::Enrol => {
                let poor = matches!(self.level, Some("lowest" | "low"));
                let may = open && self.stage >= 2 && poor && !self.enrolled && self.present().count() > 0;
                if may {
                    self.enrolled = true;
                    self.rise(3);
                }
                may
            }
            Ask::Join { person, head } => {
                let headed = self.present().any(|(_, (_, head))| *head);
                let here = self.people.get(&person).is_some_and(|(here, _)| *here);
                let may = open && !here && !(head && headed);
                if may {
                    self.people.insert(person, (true, head));
                }
                may
            }
            Ask::Leave(person) => {
                let may = open && self.people.get(&person).is_some_and(|(here, _)| *here);
                if let Some(it) = self.people.get_mut(&person).filter(|_| may) {
                    it.0 = false;
                }
                may
            }
            Ask::FollowUp => {
                let may = open && self.stage >= 3;
                if may {
                    self.met = Some(self.today);
                    self.follow_up = Some(self.today + Duration::days(90));
                }
                may
            }
            Ask::Plan(days) => {
                let on = self.today + Duration::days(days);
                if open && self.stage >= 3 {
                    let (follow_up, reassess) = (self.follow_up, self.reassess);
                    // The earlier of the two that run is the one it serves.
                    if follow_up <= reassess || reassess.is_none() {
                        self.follow_up = follow_up.map(|by| by.min(on));
                    } else {
                        self.reassess = reassess.map(|by| by.min(on));
                    }
                }
                open
            }
            Ask::Complain(n) => new(&mut self.complaints, n),
            Ask::Answer(n) => answered(&mut self.complaints, n),
            Ask::UseRight(n) => new(&mut self.requests, n),
            Ask::AnswerRight(n) => answered(&mut self.requests, n),
        }
    }

    fn to(&mut self, may: bool, referral: u8, queue: Queue) -> bool {
        if let Some(it) = self.referrals.get_mut(&referral).filter(|_| may) {
            it.0 = queue;
        }
        may
    }
}

fn new(waiting: &mut BTreeMap<u8, bool>, n: u8) -> bool {
    let new = !waiting.contains_key(&n);
    waiting.entry(n).or_insert(true);
    new
}

fn answered(waiting: &mut BTreeMap<u8, bool>, n: u8) -> bool {
    waiting.get_mut(&n).is_some_and(|open| std::mem::replace(open, false))
}

impl Ask {
    /// As it goes over the wire; none: only days pass.
    fn body(&self, today: NaiveDate) -> Option<(&'static str, Value)> {
        let n = |n: &u8| id(u128::from(*n));
        let referral = |n: &u8| json!({"referral": id(u128::from(*n))});
        Some(match self {
            Self::Wait(_) => return None,
            Self::Visit(seen) => ("visit-home", json!({"seen": seen})),
            Self::Panel(finding) => ("hold-panel", json!({"attended": 5, "finding": finding})),
            Self::Verify => ("verify", json!({})),
            Self::NotPoor => ("find-not-poor", json!({})),
            Self::InVain => ("attempt-visit", json!({"because": "nobody_home"})),
            Self::Unreachable => ("close-unreachable", json!({})),
            Self::Assess(rank) => ("assess", form::assess(rank)),
            Self::Need(need) => ("record-need", form::need(u128::from(*need))),
            Self::Refer { referral, need, clinic } => (
                "make-referral",
                with(
                    form::refer(u128::from(*referral), u128::from(*need)),
                    json!({"service": if *clinic { "clinic" } else { "repair" }, "agency": id(STATE)}),
                ),
            ),
            Self::Accept(it) => ("accept-referral", referral(it)),
            Self::Decline(it) => ("decline-referral", with(referral(it), json!({"reason": "no_capacity"}))),
            Self::Return(it) => ("return-referral", with(referral(it), json!({"reason": "document_missing"}))),
            Self::Complete(it) => ("complete-referral", with(referral(it), json!({"outcome": "met"}))),
            Self::Help(None) => ("deliver-assistance", form::help()),
            Self::Help(Some(it)) => ("deliver-assistance", with(form::help(), referral(it))),
            Self::Enrol => ("enrol-in-model", json!({"model": id(MUSHROOMS)})),
            Self::Join { person, head } => {
                let relation = if *head { "head" } else { "child" };
                ("add-member", json!({"member": form::person(u128::from(*person), relation)}))
            }
            Self::Leave(person) => ("remove-member", json!({"person": n(person), "because": "moved_out"})),
            Self::FollowUp => ("follow-up-visit", json!({"help": "in_use", "evidence": "seen"})),
            Self::Plan(days) => ("plan-visit", json!({"planned_on": today + Duration::days(*days)})),
            Self::Complain(it) => {
                let body = json!({"complaint": n(it), "about": {"what": "other"}, "words": {"text": "ข้อความ"}});
                ("receive-complaint", body)
            }
            Self::Answer(it) => {
                ("answer-complaint", json!({"complaint": n(it), "outcome": "upheld", "words": {"text": "ข้อความ"}}))
            }
            Self::UseRight(it) => {
                ("receive-rights-request", json!({"request": n(it), "right": "access", "person": id(1)}))
            }
            Self::AnswerRight(it) => ("answer-rights-request", json!({"request": n(it), "answer": "granted"})),
        })
    }
}

/// The life that the model leads.
struct Life;

impl ReferenceStateMachine for Life {
    type State = Model;
    type Transition = Ask;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::new()).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Ask> {
        let few = || 1u8..4;
        let find = || prop::sample::select(vec!["poor", "poor", "poor", "not_poor", "undecided"]);
        prop_oneof![
            4 => (0i64..40).prop_map(Ask::Wait),
            3 => Just(Ask::Visit("poor")),
            2 => find().prop_map(Ask::Panel),
            3 => Just(Ask::Verify),
            1 => Just(Ask::NotPoor),
            2 => Just(Ask::InVain),
            1 => Just(Ask::Unreachable),
            3 => prop::sample::select(vec!["lowest", "low", "fair", "good"]).prop_map(Ask::Assess),
            3 => few().prop_map(Ask::Need),
            6 => (1u8..6, few(), any::<bool>())
                .prop_map(|(referral, need, clinic)| Ask::Refer { referral, need, clinic }),
            4 => (1u8..6).prop_map(Ask::Accept),
            1 => (1u8..6).prop_map(Ask::Decline),
            1 => (1u8..6).prop_map(Ask::Return),
            1 => (1u8..6).prop_map(Ask::Complete),
            2 => prop::option::of(1u8..6).prop_map(Ask::Help),
            1 => Just(Ask::Enrol),
            2 => (1u8..5, any::<bool>()).prop_map(|(person, head)| Ask::Join { person, head }),
            1 => (1u8..5).prop_map(Ask::Leave),
            2 => Just(Ask::FollowUp),
            2 => (0i64..120).prop_map(Ask::Plan),
            1 => few().prop_map(Ask::Complain),
            1 => few().prop_map(Ask::Answer),
            1 => few().prop_map(Ask::UseRight),
            1 => few().prop_map(Ask::AnswerRight),
        ]
        .boxed()
    }

    fn apply(mut state: Model, ask: &Ask) -> Model {
        state.allowed = state.ask(ask);
        state
    }
}

/// The same life, through the rules.
struct Rules;

impl StateMachineTest for Rules {
    type SystemUnderTest = Story;
    type Reference = Life;

    fn init_test(_: &Model) -> Story {
        let mut story = Story::identified();
        story.by(CASEWORKER);
        story
    }

    fn apply(mut story: Story, model: &Model, ask: Ask) -> Story {
        // The model has been asked already, and remembers whether it was allowed.
        story.today = model.today;
        let Some((name, body)) = ask.body(story.today) else { return story };
        if name == "answer-complaint" {
            story.by(SUPERVISOR);
        }
        let answer = story.when(name, body).0;
        assert_eq!(answer.is_ok(), model.allowed, "{ask:?} {answer:?}");
        story
    }

    fn check_invariants(story: &Story, model: &Model) {
        let case = story.case();
        assert_eq!(case.stage.as_str(), STAGES[model.stage]);
        assert_eq!(case.standing.as_str(), model.closed.unwrap_or("open"));
        assert_eq!(case.episode, 1);
        let present: BTreeSet<_> = case.present().map(|(person, _)| person.0).collect();
        assert_eq!(present, model.present().map(|(person, _)| id(u128::from(*person))).collect());
        assert_eq!(usize::from(case.composition.living), present.len());
        for (referral, (queue, ..)) in &model.referrals {
            let state = case.referrals[&events::id::ReferralId(id(u128::from(*referral)))].state;
            let expected = match queue {
                Queue::ToAnswer => ReferralState::ToAnswer,
                Queue::ToDeliver => ReferralState::ToDeliver,
                Queue::Returned => ReferralState::Returned,
                Queue::Ended => ReferralState::Ended,
            };
            assert_eq!(state, expected, "referral {referral}");
        }
        assert_eq!(case.referrals.len(), model.referrals.len());
        assert_eq!(story.service("clinic").taken_by.len(), model.in_clinic());
        assert_eq!(case.models.len(), usize::from(model.enrolled));
        assert_eq!(case.needs.values().filter(|it| it.open).count(), model.needs.values().filter(|it| **it).count());
        if model.stage >= 3 && model.open() {
            let expected: BTreeSet<_> = model.follow_up.into_iter().chain(model.reassess).collect();
            assert_eq!(case.clocks().into_iter().map(|due| due.by).collect::<BTreeSet<_>>(), expected);
        } else if model.closed.is_some() {
            assert!(case.clocks().is_empty(), "a closed case has no dates");
        }
        let asked = case.complaints.values().filter(|it| it.wait.is_open()).count();
        assert_eq!(asked, model.complaints.values().filter(|it| **it).count());
        let asked = case.rights_requests.values().filter(|it| it.wait.is_open()).count();
        assert_eq!(asked, model.requests.values().filter(|it| **it).count());
    }
}

proptest_state_machine::prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_and_a_model_that_knows_nothing_of_them_lead_the_same_life(sequential 1..60 => Rules);
}
