//! A person has the use of her data restricted, and the restriction is lifted.

use events::id::PersonId;
use serde_json::{Value, json};

use super::form::person;
use super::merging::{OTHER, beside_another};
use super::story::{Story, id};

fn ask(person: u128) -> Value {
    json!({"request": id(7), "right": "restriction", "person": id(person)})
}

fn answer(answer: &str) -> Value {
    json!({"request": id(7), "answer": answer, "words": {"text": "ตามที่ตกลงกัน"}})
}

/// The use of the first member's data is restricted.
fn restricted(mut story: Story) -> Story {
    story.given("receive-rights-request", ask(1)).given("answer-rights-request", answer("granted"));
    story
}

fn held(story: &Story) -> Vec<PersonId> {
    story.case().restricted().collect()
}

#[test]
fn granting_the_request_restricts_and_asking_alone_does_not() {
    let mut story = Story::identified();
    story.given("receive-rights-request", ask(1));
    assert_eq!(held(&story), []);
    story.given("answer-rights-request", answer("refused"));
    assert_eq!(held(&story), []);
    assert_eq!(held(&restricted(Story::identified())), [PersonId(id(1))]);
}

#[test]
fn it_is_lifted_once_with_a_word_about_what_is_settled() {
    let mut story = restricted(Story::identified());
    let settled = json!({"request": id(7), "because": "settled"});
    story.when("lift-restriction", settled).refused_at("/words", "needed");
    story
        .when("lift-restriction", json!({"request": id(7), "because": "asked", "happened_on": "2026-01-04"}))
        .refused_at("/happened_on", "too_early");
    let settled = json!({"request": id(7), "because": "settled", "words": {"text": "แก้วันเกิดแล้ว"}});
    let fact = story.when("lift-restriction", settled.clone()).fact("RestrictionLifted");
    assert_eq!((&fact["person"], &fact["words"]["about"]), (&json!(id(1)), &json!([id(1)])));
    assert_eq!(held(&story), []);
    story.when("lift-restriction", settled).refused("restricts_nothing");
}

#[test]
fn only_a_restriction_that_was_granted_can_be_lifted() {
    let mut story = Story::identified();
    let lift = json!({"request": id(7), "because": "asked"});
    story.when("lift-restriction", lift.clone()).refused("unknown_reference");
    story.given("receive-rights-request", json!({"request": id(7), "right": "access", "person": id(1)}));
    story.given("answer-rights-request", answer("granted"));
    story.when("lift-restriction", lift).refused("restricts_nothing");
    story.given("receive-rights-request", json!({"request": id(8), "right": "restriction", "person": id(1)}));
    story.given("answer-rights-request", json!({"request": id(8), "answer": "granted"}));
    story.when("lift-restriction", json!({"request": id(7), "because": "asked"})).refused("restricts_nothing");
    story.when("lift-restriction", json!({"request": id(9), "because": "asked"})).refused("unknown_reference");
}

#[test]
fn the_answer_that_restricts_is_not_taken_back_under_what_lifted_it() {
    let mut story = restricted(Story::identified());
    let answered = json!({"sequence": story.sequence_of("RightsRequestAnswered"), "reason": "mistake"});
    story.given("lift-restriction", json!({"request": id(7), "because": "asked"}));
    story.when("retract-fact", answered.clone()).refused("rested_on");
    let lifted = json!({"sequence": story.sequence_of("RestrictionLifted"), "reason": "mistake"});
    story.given("retract-fact", lifted);
    assert_eq!(held(&story), [PersonId(id(1))]);
    story.given("retract-fact", answered);
    assert_eq!(held(&story), []);
}

#[test]
fn it_goes_with_the_person_into_another_household() {
    let mut story = restricted(beside_another(Story::assisted()));
    story.given("merge-into", json!({"into": id(OTHER), "because": "moved_together"}));
    assert_eq!(story.other(OTHER).restricted().collect::<Vec<_>>(), [PersonId(id(1))]);
    // And stays with her when the two are two again.
    story.given("undo-merge", json!({}));
    assert_eq!((held(&story), story.other(OTHER).restricted().count()), (vec![PersonId(id(1))], 0));

    let formed = 0x4603;
    let mut story = Story::assisted();
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("receive-rights-request", ask(2)).given("answer-rights-request", answer("granted"));
    let split = json!({"household": id(formed), "members": [{"person": id(2), "relation": "head"}]});
    let decision = story.when("split-household", split).decision();
    let facts = decision.households.iter().map(|(_, fact)| serde_json::to_value(fact).unwrap());
    let carried: Vec<_> = facts.filter(|it| it["type"].as_str().unwrap().starts_with("Rights")).collect();
    assert_eq!((carried.len(), &carried[0]["person"], &carried[1]["answer"]), (2, &json!(id(2)), &json!("granted")));
    // What was said when it was asked and granted stays where it was said.
    assert!(carried.iter().all(|it| it.get("words").is_none()));
}
