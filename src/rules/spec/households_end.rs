//! Deaths, heads, who lives there, and the end of a household.

use events::facts::case::Stage;
use events::facts::people::Sex;
use serde_json::{Value, json};

use super::after_a_case_closes::with_open_work;
use super::form::{self, person, with};
use super::story::{MUSHROOMS, Story, id};

/// A woman of 56, her husband and a child.
fn three() -> Story {
    let mut story = Story::identified();
    story.given("add-member", json!({"member": with(person(2, "spouse"), json!({"sex": "male"}))}));
    story.given("add-member", json!({"member": person(3, "child")}));
    story
}

fn five_counts(story: &Story) -> [u16; 5] {
    let it = &story.case().composition;
    [it.registered, it.living, it.registered_and_living, it.living_only, it.registered_only]
}

fn residence(n: u128, residence: &str) -> Value {
    json!({"person": id(n), "residence": residence})
}

#[test]
fn who_died_is_counted_no_more_and_never_comes_back() {
    let mut story = three();
    let died = story.when("record-death", json!({"person": id(2)})).fact("MemberDied");
    assert_eq!((&died["composition"]["living"], &died["composition"]["registered"]), (&json!(2), &json!(2)));
    story.when("record-death", json!({"person": id(2)})).refused("not_a_member");
    story.when("add-member", json!({"member": person(2, "spouse")})).refused("has_died");
    story.when("remove-member", json!({"person": id(2), "because": "other"})).refused("not_a_member");
    story.when("change-residence-status", residence(2, "living_only")).refused("not_a_member");
    story.when("change-head", json!({"person": id(2)})).refused("not_a_member");
}

#[test]
fn nobody_dies_before_joining_or_in_the_future() {
    let mut story = three();
    let death = |on: &str| json!({"person": id(2), "happened_on": on});
    story.when("record-death", death("2026-01-04")).refused_at("/happened_on", "too_early");
    story.when("record-death", death("2026-01-06")).refused_at("/happened_on", "in_the_future");
    story.when("record-death", json!({"person": id(9)})).refused("not_a_member");
}

#[test]
fn a_death_taken_back_brings_the_member_back() {
    let mut story = three();
    story.given("record-death", json!({"person": id(2)}));
    let sequence = story.sequence_of("MemberDied");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    assert_eq!(five_counts(&story), [3, 3, 3, 0, 0]);
    story.when("record-death", json!({"person": id(2)})).records(&["MemberDied"]);
}

#[test]
fn the_last_death_dissolves_the_household_and_ends_open_work() {
    let mut story = with_open_work();
    let decision = story.when("record-death", json!({"person": id(1)})).records(&[
        "MemberDied",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ModelLeft",
        "NeedClosed",
        "NeedClosed",
        "NeedClosed",
        "NeedClosed",
        "HouseholdDissolved",
    ]);
    assert_eq!((decision.agencies.len(), decision.models.len()), (1, 1));
    assert_eq!(story.service("clinic").taken_by.len(), 0);
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 0);
    story.stands(Stage::Referred, "closed:dissolved");
    story.is_due("nothing");
    assert_eq!(five_counts(&story), [0; 5]);
}

#[test]
fn the_last_death_stays_while_the_end_of_the_household_rests_on_it() {
    let mut story = Story::identified();
    story.given("record-death", json!({"person": id(1)}));
    let (died, ended) = (story.sequence_of("MemberDied"), story.sequence_of("HouseholdDissolved"));
    story.when("retract-fact", json!({"sequence": died, "reason": "mistake"})).refused("rested_on");
    story.given("retract-fact", json!({"sequence": ended, "reason": "mistake"}));
    story.stands(Stage::Identified, "open");
    story.is_due("first_visit 2026-01-19");
    story.given("retract-fact", json!({"sequence": died, "reason": "mistake"}));
    assert_eq!(five_counts(&story), [1, 1, 1, 0, 0]);
}

#[test]
fn who_is_only_registered_keeps_the_household_from_dissolving_by_a_death() {
    let mut story = three();
    story.given("change-residence-status", residence(3, "registered_only"));
    story.given("record-death", json!({"person": id(1)}));
    story.when("record-death", json!({"person": id(2)})).records(&["MemberDied"]);
    story.stands(Stage::Identified, "open");
    let dissolved = story.when("dissolve", json!({})).fact("HouseholdDissolved");
    assert_eq!(dissolved["because"], "nobody_lives_there");
    story.stands(Stage::Identified, "closed:dissolved");
    story.when("dissolve", json!({})).refused("case_closed");
}

#[test]
fn a_household_is_dissolved_only_once_nobody_lives_there() {
    let mut story = Story::accepted();
    story.when("dissolve", json!({})).refused("somebody_lives_there");
    story.on("2026-01-12").given("remove-member", json!({"person": id(1), "because": "institution"}));
    story.when("dissolve", json!({"happened_on": "2026-01-11"})).refused_at("/happened_on", "too_early");
    story.when("dissolve", json!({})).records(&[
        "ReferralWithdrawn",
        "DisclosureEnded",
        "NeedClosed",
        "HouseholdDissolved",
    ]);
    // Whoever comes back comes back to a household that is one again.
    let left = story.sequence_of("MemberLeft");
    story.when("retract-fact", json!({"sequence": left, "reason": "mistake"})).refused("rested_on");
    story.when("add-member", json!({"member": person(1, "head")})).refused("case_closed");
}

#[test]
fn members_of_a_closed_household_die_and_are_corrected_and_nothing_else_changes() {
    let mut story = with_open_work();
    story.given("add-member", json!({"member": person(2, "child")})).given("close-unreachable", json!({}));
    story.when("add-member", json!({"member": person(3, "child")})).refused("case_closed");
    story.when("change-head", json!({"person": id(2)})).refused("case_closed");
    story.when("change-residence-status", residence(2, "living_only")).refused("case_closed");
    story.when("group-family", json!({"members": [id(2)]})).refused("case_closed");
    story.given("correct-member", with(person(2, "child"), json!({"residence": "living_only"})));
    assert_eq!(five_counts(&story), [1, 2, 1, 1, 0]);
    story.when("record-death", json!({"person": id(1)})).records(&["MemberDied"]);
    story.when("record-death", json!({"person": id(2)})).records(&["MemberDied"]);
    story.stands(Stage::Referred, "closed:unreachable");
    assert_eq!(five_counts(&story), [0; 5]);
}

#[test]
fn the_five_counts_follow_who_lives_and_who_is_registered_there() {
    let mut story = three();
    assert_eq!(five_counts(&story), [3, 3, 3, 0, 0]);
    story.given("change-residence-status", residence(2, "registered_only"));
    assert_eq!(five_counts(&story), [3, 2, 2, 0, 1]);
    story.given("change-residence-status", residence(3, "living_only"));
    assert_eq!(five_counts(&story), [2, 2, 1, 1, 1]);
    story.when("change-residence-status", residence(3, "living_only")).changes_nothing();
    story.given("remove-member", json!({"person": id(2), "because": "works_elsewhere"}));
    assert_eq!(five_counts(&story), [1, 2, 1, 1, 0]);
    story.when("change-residence-status", residence(9, "living_only")).refused("not_a_member");
    let early = with(residence(3, "registered_only"), json!({"happened_on": "2026-01-04"}));
    story.when("change-residence-status", early).refused_at("/happened_on", "too_early");
}

#[test]
fn a_former_head_gets_a_relation_to_the_new_one() {
    let mut story = three();
    story.when("change-head", json!({"person": id(2)})).refused_at("/relations", "former_head_missing");
    let change = |relations: Value| json!({"person": id(2), "relations": relations});
    let kin = |n: u128, relation: &str| json!({"person": id(n), "relation": relation});
    for (relations, pointer, code) in [
        (json!([kin(1, "head")]), "/relations/0/relation", "second_head"),
        (json!([kin(1, "spouse"), kin(1, "other")]), "/relations/1/person", "named_twice"),
        (json!([kin(1, "spouse"), kin(2, "other")]), "/relations/1/person", "named_twice"),
        (json!([kin(1, "spouse"), kin(9, "other")]), "/relations/1/person", "not_a_member"),
    ] {
        story.when("change-head", change(relations)).refused_at(pointer, code);
    }
    let changed = story.when("change-head", change(json!([kin(1, "spouse")]))).fact("HeadChanged");
    assert_eq!((&changed["previous"], &changed["composition"]["sex_of_head"]), (&json!(id(1)), &json!("male")));
    story.when("change-head", change(json!([]))).changes_nothing();
    let sequence = story.sequence_of("HeadChanged");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    assert_eq!(story.case().composition.sex_of_head, Sex::Female);
}

#[test]
fn a_household_whose_head_left_or_died_has_none_until_another_is_named() {
    for (name, body) in [
        ("remove-member", json!({"person": id(1), "because": "institution"})),
        ("record-death", json!({"person": id(1)})),
    ] {
        let mut story = three();
        story.given(name, body);
        assert_eq!(story.case().composition.sex_of_head, Sex::Unknown);
        let changed = story.when("change-head", json!({"person": id(2)})).fact("HeadChanged");
        assert_eq!((changed.get("previous"), &changed["composition"]["sex_of_head"]), (None, &json!("male")));
    }
}

#[test]
fn a_departure_stays_while_a_new_head_rests_on_it() {
    let mut story = three();
    story.given("remove-member", json!({"person": id(1), "because": "married"}));
    story.given("change-head", json!({"person": id(2)}));
    let left = story.sequence_of("MemberLeft");
    story.when("retract-fact", json!({"sequence": left, "reason": "mistake"})).refused("rested_on");
}

#[test]
fn who_comes_back_comes_after_leaving_and_is_counted_once() {
    let mut story = three();
    story.on("2026-02-01").given("remove-member", json!({"person": id(3), "because": "works_elsewhere"}));
    let back = |on: &str| json!({"member": person(3, "child"), "happened_on": on});
    story.on("2026-03-01").when("add-member", back("2026-01-31")).refused_at("/happened_on", "too_early");
    story.given("add-member", back("2026-02-20"));
    assert_eq!(five_counts(&story), [3, 3, 3, 0, 0]);
    assert_eq!(story.case().members[&events::id::PersonId(id(3))].stay, 2);
}

#[test]
fn people_come_and_go_in_a_household_that_left_poverty() {
    let mut story = super::graduating::ready();
    story.given("propose-graduation", json!({})).by(super::story::SUPERVISOR).given("graduate", json!({}));
    story.when("add-member", json!({"member": person(2, "child")})).records(&["MemberJoined"]);
    story.when("remove-member", json!({"person": id(2), "because": "married"})).records(&["MemberLeft"]);
    story.given("record-death", json!({"person": id(1)}));
    story.stands(Stage::Graduated, "closed:dissolved");
}

#[test]
fn a_model_gives_the_place_back_when_the_household_dissolves() {
    let mut story = Story::assessed();
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)})).given("record-need", form::need(1));
    story.given("remove-member", json!({"person": id(1), "because": "moved_out"})).given("dissolve", json!({}));
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 0);
}
