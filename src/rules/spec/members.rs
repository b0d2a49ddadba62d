//! Members come and go, and composition with them.

use serde_json::json;

use super::form::{person, with};
use super::story::{Story, id};

#[test]
fn a_member_who_joins_is_counted() {
    let mut story = Story::identified();
    let joined = story.when("add-member", json!({"member": person(2, "child")})).fact("MemberJoined");
    assert_eq!(joined["composition"]["living"], 2);
}

#[test]
fn a_second_head_must_have_another_relation() {
    let mut story = Story::identified();
    story.when("add-member", json!({"member": person(2, "head")})).refused("second_head");
    story.given("remove-member", json!({"person": id(1), "because": "married"}));
    story.when("add-member", json!({"member": person(2, "head")})).records(&["MemberJoined"]);
}

#[test]
fn a_member_is_noted_once_and_may_come_back() {
    let mut story = Story::identified();
    story.when("add-member", json!({"member": person(1, "other")})).refused("id_taken");
    story.given("remove-member", json!({"person": id(1), "because": "works_elsewhere"}));
    story.when("add-member", json!({"member": person(1, "head")})).records(&["MemberJoined"]);
}

#[test]
fn a_member_cannot_have_the_citizen_id_of_another() {
    let mut twin = person(2, "child");
    twin["details"]["citizen_id"] = json!(events::thai::citizen_id::CitizenId::invented(1, 7).plain());
    let mut story = Story::identified();
    story.given("add-member", json!({"member": twin}));
    let another = with(twin, json!({"person": id(3)}));
    story.when("add-member", json!({"member": another})).refused_at("/member/details/citizen_id", "same_citizen_id");
    story.given("remove-member", json!({"person": id(2), "because": "not_a_member"}));
    story.when("add-member", json!({"member": another})).decision();
}

#[test]
fn only_a_member_can_leave_and_only_once() {
    let mut story = Story::identified();
    story.when("remove-member", json!({"person": id(9), "because": "other"})).refused("not_a_member");
    story.given("remove-member", json!({"person": id(1), "because": "other"}));
    assert_eq!(story.case().composition.living, 0);
    story.when("remove-member", json!({"person": id(1), "because": "other"})).refused("not_a_member");
}

#[test]
fn nobody_leaves_before_they_came() {
    let mut story = Story::identified();
    let leave = |on: &str| json!({"happened_on": on, "person": id(1), "because": "moved_out"});
    story.when("remove-member", leave("2026-01-04")).refused_at("/happened_on", "too_early");
    story.when("remove-member", leave("2026-01-05")).decision();
}

#[test]
fn a_name_must_say_something_and_stay_in_bounds() {
    for (name, code) in
        [(" ".to_owned(), "empty"), ("ก".repeat(201), "too_long"), ("a\u{7}".to_owned(), "control_character")]
    {
        let mut nobody = person(2, "child");
        nobody["details"]["given_name"] = json!(name);
        Story::identified()
            .when("add-member", json!({"member": nobody}))
            .refused_at("/member/details/given_name", code);
    }
}

#[test]
fn ages_are_counted_on_the_day_of_the_fact() {
    let mut child = person(2, "child");
    child["details"]["birth"] = json!("2011-01-06");
    let mut story = Story::identified();
    let before = story.when("add-member", json!({"member": child.clone()})).fact("MemberJoined");
    assert_eq!(before["composition"]["sex_age"][0]["age"], "6-14");
    let mut story = Story::identified();
    let on = story.on("2026-01-06").when("add-member", json!({"member": child})).fact("MemberJoined");
    assert_eq!(on["composition"]["sex_age"][0]["age"], "15-24");
}

#[test]
fn a_household_has_200_members_at_most() {
    let mut story = Story::identified();
    for n in 2..=200 {
        let joined = story.decide(&command(&json!({"member": person(n, "other")}))).unwrap();
        for fact in &joined.household {
            story.household.evolve(fact).unwrap();
        }
    }
    let last = json!({"member": person(201, "other")});
    story.when("add-member", last.clone()).refused_at("/member", "too_many");
    story.given("remove-member", json!({"person": id(2), "because": "other"}));
    story.when("add-member", last).decision();
}

fn command(body: &serde_json::Value) -> crate::rules::household::Command {
    crate::rules::household::command::Name::AddMember.read(body.to_string().as_bytes()).unwrap()
}
