//! What holds whatever is asked, in any order: shown on stories that nobody thought of.

mod again;
mod bodies;
mod model;
pub(super) mod resting;
mod steps;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use events::facts::agency::AgencyEvent;
use events::facts::household::HouseholdEvent;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use self::again::{Again, again};
use self::steps::{Step, beginnings, steps};
use super::story::{Story, refold};
use crate::rules::household::Command;
use crate::rules::household::command::Name;
use crate::rules::household::people::composition;
use crate::rules::household::state::ReferralState;
use crate::rules::{Decision, Refusal};

/// Every fact that each command was seen to bring about.
type Seen = BTreeMap<Name, BTreeSet<&'static str>>;

/// Lives through a story and holds every step to what must hold.
fn live(mut story: Story, steps: &[Step], seen: &RefCell<Seen>) {
    for step in steps {
        let body = step.take(&mut story);
        let read = step.name.read(body.to_string().as_bytes());
        let command = read.unwrap_or_else(|error| panic!("{:?} {body}: {error}", step.name));
        reads_back(&command);
        let decided = story.decide(&command);
        assert_eq!(decided, story.decide(&command), "the same command mints the same ids");
        match decided {
            Err(refusal) => explains_itself(&refusal),
            Ok(decision) => {
                // A day in the past may satisfy what today does not.
                let today = body.get("happened_on").is_none();
                let ready = step.name.ready(&story.household, &story.asked());
                assert!(
                    !today || ready.is_ok() || decision == Decision::already_so(),
                    "{:?} was done though it is not ready: {ready:?}",
                    step.name
                );
                let before = story.clone();
                story.happen(&decision);
                for fact in &decision.household {
                    seen.borrow_mut().entry(step.name).or_default().insert(fact.schema().name);
                }
                follows(&before, &story, &command, &decision);
            }
        }
        story.command += 1;
        without_what_was_taken_back(&story);
    }
}

/// What a decision may do to a household and to those it touches.
fn follows(before: &Story, after: &Story, command: &Command, decision: &Decision) {
    let name = command.name();
    let Some(case) = after.household.case() else { panic!("a decision identifies the household at least") };
    let took_back = decision
        .household
        .iter()
        .any(|it| matches!(it, HouseholdEvent::FactRetracted(_) | HouseholdEvent::AssistanceReversed(_)));
    if let Some(was) = before.household.case() {
        let opens_again = case.episode > was.episode;
        assert!(took_back || opens_again || case.stage >= was.stage, "{name:?} lowers the stage");
        let episodes = was.episode..=was.episode + 1;
        assert!(took_back || episodes.contains(&case.episode), "{name:?}: episodes only rise, one by one");
        assert_eq!(opens_again && !took_back, [Name::ReopenCase, Name::ResumeContact].contains(&name), "{name:?}");
        for fact in &decision.household {
            if let HouseholdEvent::ReferralCompleted(it) = fact {
                assert!(was.referrals[&it.referral].accepted_on.is_some(), "it completes what was not accepted");
            }
        }
    }
    if decision != &Decision::already_so() {
        match (again(name), after.decide(command)) {
            (Again::Nothing, answer) => assert_eq!(answer, Ok(Decision::already_so()), "{name:?}"),
            (Again::No, answer) => assert!(answer.is_err(), "{name:?} does it twice: {answer:?}"),
            (Again::MayHappen, _) => {}
        }
    }
    keeps_its_places(after, decision);
    shows_what_is_open(after);
    for fact in &decision.household {
        let stored = serde_json::to_value(fact).unwrap();
        assert_eq!(&serde_json::from_value::<HouseholdEvent>(stored).unwrap(), fact);
    }
}

/// Every referral that has not ended shows its fields to its agency and no other does, and none rests on a consent that
/// was taken back.
fn shows_what_is_open(story: &Story) {
    let case = story.case();
    for referral in case.referrals.values() {
        assert_eq!(referral.disclosure.is_some(), referral.state != ReferralState::Ended, "{referral:?}");
        let Some(open) = referral.open_disclosure() else { continue };
        assert!(open.id.is_some(), "a referral opens nothing by itself any more");
        assert!(open.consent.is_none_or(|id| case.consents[&id].in_force), "{referral:?}");
        let (_, agency) = story.agencies.iter().find(|(id, _)| *id == referral.agency).unwrap();
        let kind = agency.known().unwrap().kind;
        assert_eq!(open.consent.is_some(), kind == events::facts::agency::AgencyKind::Private, "{referral:?}");
    }
}

/// Services and models hold the places of those who have them, and never more than there are.
fn keeps_its_places(story: &Story, decision: &Decision) {
    let others = story.households.iter().filter_map(|(_, it)| it.case());
    let cases: Vec<_> = others.chain([story.case()]).collect();
    for (id, agency) in &story.agencies {
        for (code, service) in &agency.known().unwrap().services {
            let held = cases
                .iter()
                .flat_map(|case| &case.referrals)
                .filter(|(_, it)| it.state == ReferralState::ToDeliver && it.agency == *id && it.service == *code);
            assert_eq!(service.taken_by, held.map(|(id, _)| *id).collect(), "places of {code}");
            let takes = |it: &AgencyEvent| matches!(it, AgencyEvent::CapacityTaken(taken) if taken.service == *code);
            let took = decision.agencies.iter().any(|(to, fact)| to == id && takes(fact));
            // A place that goes from one household to another is taken by nobody new.
            let moved = !decision.households.is_empty();
            assert!(!took || moved || service.places.is_none_or(|places| service.taken_by.len() <= places as usize));
        }
    }
    for (id, model) in &story.models {
        let known = model.known().unwrap();
        assert_eq!(known.taken_by.len(), cases.iter().filter(|it| it.models.contains(id)).count(), "places of a model");
        let took = decision.household.iter().any(|it| matches!(it, HouseholdEvent::ModelEnrolled(_)));
        let grew = took && decision.models.iter().any(|(to, _)| to == id);
        assert!(!grew || known.taken_by.len() <= known.places as usize);
    }
}

/// The case is what the facts come to that were not taken back, as if the others had never been.
fn without_what_was_taken_back(story: &Story) {
    let Some(case) = story.household.case() else { return };
    let holds = |sequence: u64, fact: &HouseholdEvent| {
        !story.household.is_retracted(sequence) && !matches!(fact, HouseholdEvent::FactRetracted(_))
    };
    let facts = story.household.facts();
    let held: Vec<_> = facts
        .iter()
        .zip(1u64..)
        .filter(|(fact, sequence)| holds(*sequence, fact))
        .map(|(fact, _)| fact.clone())
        .collect();
    let folded = refold(&held);
    let mut expected = folded.case().expect("the first fact is never taken back").clone();
    // What later facts counted is the one thing that a retraction must count anew.
    let last_change = held.iter().rev().find(|fact| fact.composition().is_some());
    if let Some(on) = last_change.and_then(HouseholdEvent::happened_on) {
        expected.composition = composition::of(expected.members.values(), on);
    }
    assert_eq!(case, &expected);
}

fn reads_back(command: &Command) {
    let name = command.name();
    let written = serde_json::to_vec(command).unwrap();
    let read = name.read(&written).unwrap_or_else(|error| panic!("{name:?}: {error}"));
    assert_eq!(&read, command);
}

fn explains_itself(refusal: &Refusal) {
    let text = refusal.text();
    assert!(!text.th.is_empty() && !text.en.is_empty(), "{refusal:?}");
    if let Refusal::Fields(errors) = refusal {
        assert!(!errors.is_empty());
        for error in errors {
            assert!(error.pointer.starts_with('/') && !error.text.th.is_empty() && !error.text.en.is_empty());
        }
    }
}

#[test]
fn every_story_keeps_what_the_rules_promise() {
    let seen = RefCell::default();
    let mut runner = TestRunner::new(Config { cases: 800, failure_persistence: None, ..Config::default() });
    let lived = runner.run(&(beginnings(), steps()), |(story, steps)| {
        live(story, &steps, &seen);
        Ok(())
    });
    if let Err(error) = lived {
        panic!("{error}");
    }
}

#[test]
fn every_command_brings_about_the_facts_that_are_listed_and_no_other() {
    let seen = RefCell::default();
    let mut runner = TestRunner::deterministic();
    let stories = (beginnings(), steps());
    let complete = |seen: &Seen| Name::ALL.into_iter().all(|name| seen.get(&name) == Some(&listed(name)));
    for _ in 0..12_000 {
        let (story, steps) = stories.new_tree(&mut runner).unwrap().current();
        live(story, &steps, &seen);
        if complete(&seen.borrow()) {
            break;
        }
    }
    let seen = seen.into_inner();
    for name in Name::ALL {
        assert_eq!(seen.get(&name), Some(&listed(name)), "{name:?}");
    }
}

fn listed(name: Name) -> BTreeSet<&'static str> {
    name.records().iter().copied().collect()
}
