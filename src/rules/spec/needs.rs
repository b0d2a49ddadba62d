//! Needs after they are noted: how urgent, answered by what, and closed by hand.

use serde_json::json;

use super::form::{self, with};
use super::story::{Story, day, id};
use crate::rules::policy::Withdraw;

fn with_a_need() -> Story {
    let mut story = Story::assessed();
    story.given("record-need", form::need(1));
    story
}

#[test]
fn the_household_says_anew_how_urgent_a_need_is() {
    let mut story = with_a_need();
    let said = json!({"need": id(1), "priority": 1, "by": "household"});
    let fact = story.when("prioritise-need", said.clone()).fact("NeedPrioritised");
    assert_eq!((&fact["priority"], &fact["by"]), (&json!(1), &json!("household")));
    story.when("prioritise-need", said.clone()).changes_nothing();
    story.when("prioritise-need", with(said, json!({"by": "panel"}))).records(&["NeedPrioritised"]);
}

#[test]
fn a_priority_is_one_to_five_of_an_open_need_of_this_household() {
    let mut story = with_a_need();
    let said = |changes| with(json!({"need": id(1), "priority": 3, "by": "staff"}), changes);
    for priority in [0, 6, 255] {
        story.when("prioritise-need", said(json!({"priority": priority}))).refused_at("/priority", "out_of_range");
    }
    story.when("prioritise-need", said(json!({"need": id(9)}))).refused("unknown_reference");
    let early = said(json!({"happened_on": "2026-01-06"}));
    story.when("prioritise-need", early).refused_at("/happened_on", "too_early");
    story.given("close-need", json!({"need": id(1), "because": "met"}));
    story.when("prioritise-need", said(json!({}))).refused("need_closed");
}

#[test]
fn a_need_is_of_somebody_who_is_a_member_now() {
    let mut story = with_a_need();
    story.given("add-member", json!({"member": form::person(2, "child")}));
    let hers = with(form::need(2), json!({"person": id(2)}));
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    story.when("record-need", hers).refused("not_a_member");
    story.when("record-need", with(form::need(2), json!({"person": id(1)}))).records(&["NeedRecorded"]);
}

#[test]
fn a_need_is_closed_by_hand_when_no_referral_of_it_is_open() {
    let closed = json!({"need": id(1), "because": "no_longer"});
    let mut story = with_a_need();
    story.when("close-need", closed.clone()).records(&["NeedClosed"]);
    story.when("close-need", closed.clone()).refused("need_closed");
    Story::referred().when("close-need", closed.clone()).refused("need_is_referred");
    let mut story = Story::referred();
    story.given("decline-referral", with(form::referral(1), json!({"reason": "no_capacity"})));
    story.when("close-need", closed).records(&["NeedClosed"]);
}

#[test]
fn that_a_case_closed_is_not_said_by_hand() {
    let mut story = with_a_need();
    story.when("close-need", json!({"need": id(1), "because": "case_closed"})).refused_at("/because", "not_by_hand");
}

#[test]
fn a_need_carries_the_dimensions_that_answer_it_and_the_crosswalk_that_says_so() {
    let mut story = Story::assessed();
    let need = |n, indicator| with(form::need(n), json!({"indicator": indicator}));
    let named = story.when("record-need", need(1, json!("physical.home_condition"))).fact("NeedRecorded");
    assert_eq!((&named["dimensions"], &named["crosswalk"]), (&json!(["living"]), &json!("crosswalk/46@1")));
    let human = with(need(2, json!(null)), json!({"capital": "human"}));
    let whole = story.when("record-need", human.clone()).fact("NeedRecorded");
    assert_eq!(whole["dimensions"], json!(["health", "education", "income", "access"]));
    let schooling = with(human, json!({"need": id(3), "indicator": "human.education"}));
    let one = story.when("record-need", schooling).fact("NeedRecorded");
    assert_eq!(one["dimensions"], json!(["education"]), "the indicator's own line counts before the capital's");
}

#[test]
fn the_only_crosswalk_of_a_province_cannot_be_withdrawn() {
    let story = Story::begins("2026-01-05");
    let withdraw = Withdraw {
        province: "46".to_owned(),
        kind: events::facts::policy::PolicyKind::Crosswalk,
        version: 1,
        effective_on: Some(day("2026-02-01")),
    };
    assert_eq!(withdraw.decide(&story.book, &story.asked()).unwrap_err().code(), "only_version");
}
