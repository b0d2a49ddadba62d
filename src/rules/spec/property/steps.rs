//! Whatever somebody may ask next: small numbers, so that commands meet the same people, needs and referrals.

use chrono::Duration;
use events::id::PaymentId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::after_a_case_closes::{with_everything_open, with_open_work};
use super::super::consenting::{consulted, partnered};
use super::super::form::{self, next_door, with};
use super::super::graduating::{graduated, ready};
use super::super::merging::{beside_another, merged};
use super::super::story::{CASEWORKER, MUSHROOMS, NEIGHBOUR, STATE, SUPERVISOR, Story, id};
use super::super::supporting::{cannot_work, supported};
use crate::rules::household::command::Name;

/// One step of a story.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Which command.
    pub(super) name: Name,
    /// What it is about.
    pub(super) about: u8,
    /// How it is answered.
    pub(super) how: u8,
    /// Days since the step before.
    later: i64,
    /// Days ago it happened; `None`: left out.
    ago: Option<i64>,
    /// Who asks.
    by_supervisor: bool,
    /// Places of clinic and models from now on.
    places: Option<u32>,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    // What leads on comes up more often than what ends the story.
    let leading = [
        Name::MakeReferral,
        Name::RecordNeed,
        Name::RetractFact,
        Name::AttemptVisit,
        Name::Verify,
        Name::FindNotPoor,
        Name::NoteResponseOverdue,
        Name::NoteDeliveryOverdue,
        Name::NoteContactOverdue,
        Name::NotePostExitCheckMissed,
        Name::PostExitCheck,
        Name::ReceiveComplaint,
        Name::ReceiveRightsRequest,
        Name::DeclineGraduation,
        Name::EnterSustainedSupport,
        Name::ReopenCase,
        Name::MergeInto,
        Name::UndoMerge,
        Name::SplitHousehold,
        Name::ResumeContact,
        Name::RerouteReferral,
        Name::ResubmitReferral,
        Name::ReverseAssistance,
        Name::RecordModelResult,
        Name::RescoreAssessment,
        Name::AnswerRightsRequest,
        Name::LiftRestriction,
    ];
    let name = prop_oneof![2 => prop::sample::select(Name::ALL.to_vec()), 1 => prop::sample::select(leading.to_vec())];
    let later = prop_oneof![3 => Just(0i64), 2 => 1i64..5, 1 => 5i64..120];
    let ago = prop::option::weighted(0.3, 0i64..40);
    let places = prop::option::weighted(0.1, 0u32..3);
    let step = (name, 0u8..8, 0u8..8, later, ago, any::<bool>(), places).prop_map(
        |(name, about, how, later, ago, by_supervisor, places)| Step {
            name,
            about,
            how,
            later,
            ago,
            by_supervisor,
            places,
        },
    );
    prop::collection::vec(step, 1..25)
}

/// Where stories begin: the deep stages are hard to reach by chance.
pub(super) fn beginnings() -> impl Strategy<Value = Story> {
    prop::sample::select(vec![
        Story::begins("2026-01-05"),
        Story::identified(),
        Story::verified(),
        Story::assessed(),
        Story::referred(),
        Story::accepted(),
        Story::assisted(),
        heard("poor"),
        heard("not_poor"),
        ready(),
        proposed(),
        cannot_work(),
        proposed_support(),
        gone(),
        asked(),
        with_open_work(),
        with_everything_open(),
        graduated(),
        beside_another(with_everything_open()),
        beside_another(Story::accepted()),
        merged(),
        supported(),
        partnered(),
        consulted(),
        peopled(),
        last_one(),
    ])
}

/// Visited and heard, with a need, to be judged.
fn heard(finding: &str) -> Story {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "unclear"})).given("record-need", form::need(1));
    story.given("hold-panel", json!({"attended": 5, "finding": finding}));
    story
}

/// Proposed to graduate.
fn proposed() -> Story {
    let mut story = ready();
    story.given("propose-graduation", json!({}));
    story
}

/// Proposed to be supported for as long as it is needed.
fn proposed_support() -> Story {
    let mut story = cannot_work();
    story.given("propose-sustained-support", json!({}));
    story
}

/// A household in which three people are noted, and another next door.
fn peopled() -> Story {
    let mut story = Story::assisted();
    next_door(&mut story);
    story.given("add-member", json!({"member": form::person(2, "spouse")}));
    story.given("add-member", json!({"member": form::person(3, "child")}));
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.given("record-need", with(form::need(2), json!({"person": id(2)})));
    story.given("note-same-person", json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(5), "by": "told"}));
    story
}

/// With much open, and one member left.
fn last_one() -> Story {
    let mut story = with_open_work();
    next_door(&mut story);
    story
}

/// Graduated some months ago.
fn gone() -> Story {
    let mut story = proposed();
    story.by(SUPERVISOR).given("graduate", json!({}));
    story.today += Duration::days(150);
    story
}

/// With a complaint and a request that wait.
fn asked() -> Story {
    let mut story = Story::assisted();
    let words = json!({"text": "ข้อความ"});
    story.given("receive-complaint", json!({"complaint": id(1), "about": {"what": "other"}, "words": words}));
    story.given("receive-rights-request", json!({"request": id(1), "right": "access", "person": id(1)}));
    story
}

impl Step {
    /// Moves the story's day and furniture, and says what is asked.
    pub(super) fn take(&self, story: &mut Story) -> Value {
        story.today += Duration::days(self.later);
        story.by(if self.by_supervisor { SUPERVISOR } else { CASEWORKER });
        if let Some(places) = self.places {
            form::set_capacity(story, STATE, "clinic", Some(places));
            form::set_places(story, MUSHROOMS, places);
        }
        self.prepare(story);
        let body = self.body(story);
        match (self.ago, self.name) {
            (None, _) | (_, Name::RetractFact) => body,
            (_, name) if name.as_str().starts_with("note-") => body,
            (Some(ago), _) => with(body, json!({"happened_on": story.today - Duration::days(ago)})),
        }
    }

    /// What others must have done before the command can find anything.
    fn prepare(&self, story: &mut Story) {
        let payment = 0xD0 + u128::from(self.about);
        if self.name == Name::RecordModelResult && self.how == 0 {
            let known = story.models[0].1.known().unwrap();
            let took_part = known.ever_taken_by.iter().any(|it| it.0 == story.asked().target);
            if took_part && !known.payments.contains_key(&PaymentId(id(payment))) {
                form::share_payment(story, MUSHROOMS, payment);
            }
        }
        if self.name == Name::RescoreAssessment && self.how < 3 {
            form::scoring_turned_round(story, story.today + Duration::days(1));
            story.today += Duration::days(1);
        }
    }
}
