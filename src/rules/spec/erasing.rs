//! What is held of a person is erased: for a reason, everywhere, once, and the counts hold.

use events::facts::household::HouseholdEvent;
use serde_json::{Value, json};

use super::form::{person, with};
use super::merging::{OTHER, beside_another};
use super::story::{HOUSEHOLD, Story, id};

fn two() -> Story {
    let mut story = Story::identified();
    story.given("add-member", json!({"member": person(2, "child")}));
    story
}

fn erase(n: u128) -> Value {
    json!({"person": id(n), "because": "not_needed"})
}

fn asked(n: u128) -> Value {
    json!({"request": id(n), "right": "erasure", "person": id(2)})
}

#[test]
fn who_asks_is_erased_for_her_own_request_and_no_other() {
    let mut story = two();
    let body = |request: Value| with(erase(2), json!({"because": "asked", "request": request}));
    story.when("erase-personal-data", body(Value::Null)).refused_at("/request", "needed");
    story.when("erase-personal-data", body(json!(id(1)))).refused("unknown_reference");
    story.given("receive-rights-request", with(asked(1), json!({"right": "access"})));
    story.when("erase-personal-data", body(json!(id(1)))).refused_at("/request", "another_request");
    story.given("receive-rights-request", with(asked(2), json!({"person": id(1)})));
    story.when("erase-personal-data", body(json!(id(2)))).refused_at("/request", "another_request");
    story.given("receive-rights-request", asked(3));
    let refuse = json!({"request": id(3), "answer": "refused", "words": {"text": "ต้องเก็บไว้ตามกฎหมาย"}});
    story.given("answer-rights-request", refuse);
    story.when("erase-personal-data", body(json!(id(3)))).refused_at("/request", "refused");
    story.given("receive-rights-request", asked(4));
    let fact = story.when("erase-personal-data", body(json!(id(4)))).fact("PersonalDataErased");
    assert_eq!((&fact["because"], &fact["request"]), (&json!("asked"), &json!(id(4))));
}

#[test]
fn a_request_that_was_granted_can_be_met_and_the_day_is_not_before_it() {
    let mut story = two();
    story.on("2026-02-01").given("receive-rights-request", asked(4));
    story.given("answer-rights-request", json!({"request": id(4), "answer": "granted"}));
    let body = with(erase(2), json!({"because": "asked", "request": id(4)}));
    let early = with(body.clone(), json!({"happened_on": "2026-01-31"}));
    story.when("erase-personal-data", early).refused_at("/happened_on", "too_early");
    story.when("erase-personal-data", body).fact("PersonalDataErased");
}

#[test]
fn what_is_said_about_her_goes_with_her_and_what_is_not_stays() {
    let mut story = two();
    let about = |n: u128| json!({"text": "ข้อความ", "about": [id(n)]});
    story.given("write-note", json!({"note": about(2)})).given("write-note", json!({"note": about(1)}));
    story.given("visit-home", json!({"seen": "poor", "remarks": about(2)}));
    story.given("receive-rights-request", with(asked(4), json!({"words": {"text": "ขอให้ลบ"}})));
    let granted = json!({"request": id(4), "answer": "granted", "words": {"text": "จะลบให้"}});
    story.given("answer-rights-request", granted);
    let fact = story.when("erase-personal-data", erase(2)).fact("PersonalDataErased");
    let subjects: Vec<_> = fact["subjects"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(subjects.contains(&format!("person:{}", id(2)).as_str()), "{subjects:?}");
    let notes = subjects.iter().filter(|it| it.starts_with("note:")).count();
    assert_eq!((notes, subjects.len()), (4, 5), "a note, remarks, what she asked and what she was answered");
}

#[test]
fn the_address_goes_with_the_last_of_whom_something_is_known() {
    let mut story = two();
    let subjects = |fact: &Value| {
        fact["subjects"].as_array().unwrap().iter().any(|it| *it == format!("household:{}", id(HOUSEHOLD)))
    };
    assert!(!subjects(&story.when("erase-personal-data", erase(2)).fact("PersonalDataErased")));
    story.given("erase-personal-data", erase(2));
    assert!(subjects(&story.when("erase-personal-data", erase(1)).fact("PersonalDataErased")));
}

#[test]
fn the_numbers_hold_and_what_is_known_of_her_is_unknown() {
    let mut story = two();
    let before = story.case().composition.clone();
    story.given("erase-personal-data", erase(2));
    let after = story.case().composition.clone();
    assert_eq!((before.living, before.registered), (after.living, after.registered));
    assert_eq!(after.disabled.unknown, before.disabled.unknown + 1);
    assert!(story.case().members.values().any(|it| it.details.is_erased()));
    let sexes = |it: &events::facts::people::Composition| it.sex_age.iter().map(|it| it.n).sum::<u16>();
    assert_eq!(sexes(&before), sexes(&after));
}

#[test]
fn who_is_erased_is_not_erased_again_and_what_was_written_since_is() {
    let mut story = two();
    story.given("erase-personal-data", erase(2));
    story.when("erase-personal-data", erase(2)).changes_nothing();
    story.given("write-note", json!({"note": {"text": "ข้อความ", "about": [id(2)]}}));
    let fact = story.when("erase-personal-data", erase(2)).fact("PersonalDataErased");
    assert_eq!(fact["subjects"].as_array().unwrap().len(), 1);
    story.when("erase-personal-data", erase(9)).refused("not_a_member");
}

#[test]
fn nothing_is_written_of_her_again_and_work_on_the_household_goes_on() {
    let mut story = two();
    story.given("erase-personal-data", erase(2));
    story.when("correct-member", person(2, "child")).refused("person_erased");
    let sequence = story.sequence_of("PersonalDataErased");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("not_retractable");
    story.given("visit-home", json!({"seen": "poor"}));
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    story.when("add-member", json!({"member": person(2, "child")})).refused("person_erased");
}

#[test]
fn who_is_known_in_two_households_is_erased_in_both() {
    let mut story = beside_another(two());
    story.given("merge-into", json!({"into": id(OTHER), "because": "moved_together"}));
    let decision = story.when("erase-personal-data", erase(2)).decision();
    assert_eq!((decision.household.len(), decision.households.len()), (1, 1));
    for fact in decision.household.iter().chain(decision.households.iter().map(|(_, fact)| fact)) {
        assert!(matches!(fact, HouseholdEvent::PersonalDataErased(it) if it.person.0 == id(2)));
    }
    assert!(story.other(OTHER).members[&events::id::PersonId(id(2))].details.is_erased());
    story.turn_to(OTHER);
    story.when("erase-personal-data", erase(1)).decision();
    story.turn_to(HOUSEHOLD);
    assert!(story.case().members.values().all(|it| it.details.is_erased()));
    story.given("undo-merge", json!({}));
    assert!(story.case().present().all(|(_, it)| it.details.is_erased()), "what was erased stays so");
}
