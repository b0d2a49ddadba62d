//! A household takes part in an operating model: one place, for those it is made for.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{self, set_places};
use super::story::{MUSHROOMS, PLOTS, Story, id};
use events::id::HouseholdId;

fn enrol() -> Value {
    json!({"model": id(MUSHROOMS)})
}

#[test]
fn enrolment_takes_a_place_and_brings_the_household_to_referred() {
    let mut story = Story::assessed();
    let decision = story.when("enrol-in-model", enrol()).records(&["ModelEnrolled"]);
    assert_eq!(decision.models.len(), 1);
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 1);
    story.stands(Stage::Referred, "open");
    story.is_due("follow_up 2026-04-07");
}

#[test]
fn nobody_is_enrolled_before_an_assessment() {
    Story::verified().when("enrol-in-model", enrol()).refused("not_assessed");
}

#[test]
fn nobody_is_enrolled_twice() {
    let mut story = Story::assessed();
    story.given("enrol-in-model", enrol());
    story.when("enrol-in-model", enrol()).refused("already_enrolled");
}

#[test]
fn a_model_takes_households_of_its_area_only() {
    Story::assessed().when("enrol-in-model", json!({"model": id(PLOTS)})).refused("not_in_area");
    Story::assessed().when("enrol-in-model", json!({"model": id(0xEE)})).refused("unknown_reference");
}

#[test]
fn a_model_takes_its_level_and_those_below() {
    for (rank, fits) in [("lowest", true), ("low", true), ("fair", false), ("good", false)] {
        let mut story = Story::verified();
        story.given("assess", form::assess(rank));
        let then = story.when("enrol-in-model", enrol());
        if fits {
            then.decision();
        } else {
            assert!(then.refused("not_eligible").text().en.contains("level"));
        }
    }
}

#[test]
fn somebody_must_be_able_to_work() {
    let mut story = Story::assessed();
    story.given("remove-member", json!({"person": id(1), "because": "institution"}));
    let refusal = story.when("enrol-in-model", enrol()).refused("not_eligible");
    assert!(refusal.text().en.contains("able to work"));
}

#[test]
fn the_last_place_is_taken_once() {
    let mut story = Story::assessed();
    set_places(&mut story, MUSHROOMS, 1);
    let known = story.models[0].1.known.as_mut().unwrap();
    known.taken_by.insert(HouseholdId(id(7)));
    story.when("enrol-in-model", enrol()).refused("no_place_left");
    set_places(&mut story, MUSHROOMS, 2);
    story.when("enrol-in-model", enrol()).decision();
}
