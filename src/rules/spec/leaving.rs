//! Cases that end without success: refused, moved away, entered in error.

use events::facts::case::Stage;
use serde_json::json;

use super::after_a_case_closes::{with_everything_open, with_open_work};
use super::form::{self, person, with};
use super::graduating::graduated;
use super::story::{Story, id};
use super::supporting::supported;

const REFUSED: &str = r#"{"because": "no_time"}"#;

fn refused() -> serde_json::Value {
    serde_json::from_str(REFUSED).unwrap()
}

#[test]
fn a_household_may_refuse_at_every_stage_before_it_leaves_poverty() {
    for mut story in [
        Story::identified(),
        Story::verified(),
        Story::assessed(),
        Story::referred(),
        Story::accepted(),
        Story::assisted(),
    ] {
        let stage = story.case().stage;
        story.when("close-refused", refused()).decision();
        story.stands(stage, "closed:refused");
        story.is_due("nothing");
        story.when("close-refused", refused()).refused("case_closed");
    }
    graduated().when("close-refused", refused()).refused("case_closed");
    supported().when("close-refused", refused()).refused("case_closed");
}

#[test]
fn a_refusal_ends_everything_that_was_open_a_proposal_too() {
    let mut story = with_everything_open();
    let decision = story.when("close-refused", refused()).records(&[
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ModelLeft",
        "NeedClosed",
        "NeedClosed",
        "ProposalWithdrawn",
        "HouseholdRefused",
    ]);
    assert_eq!(decision.agencies.len(), 2);
    assert!(story.case().proposal.is_none());
    let mut story = with_open_work();
    assert_eq!(story.when("move-away", json!({})).decision().models.len(), 1);
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 0);
}

#[test]
fn whoever_says_no_is_of_the_household_and_the_day_lies_in_this_episode() {
    let mut story = Story::verified();
    story.when("close-refused", with(refused(), json!({"said_by": id(9)}))).refused("not_a_member");
    let words = json!({"words": {"text": " "}});
    story.when("close-refused", with(refused(), words)).refused_at("/words/text", "empty");
    let stranger = json!({"words": {"text": "ไม่เอา", "about": [id(9)]}});
    story.when("close-refused", with(refused(), stranger)).refused_at("/words/about/0", "not_a_member");
    for (on, code) in [("2026-01-04", "too_early"), ("2026-01-07", "in_the_future")] {
        story.when("close-refused", with(refused(), json!({"happened_on": on}))).refused_at("/happened_on", code);
        story.when("move-away", json!({"happened_on": on})).refused_at("/happened_on", code);
    }
    let fact = story.when("close-refused", with(refused(), json!({"said_by": id(1)}))).fact("HouseholdRefused");
    assert_eq!(fact["said_by"], json!(id(1)));
}

#[test]
fn a_household_may_move_away_at_any_stage_also_after_it_left_poverty() {
    for mut story in [Story::identified(), Story::assisted(), graduated(), supported()] {
        let stage = story.case().stage;
        story.when("move-away", json!({"to": "4001"})).decision();
        story.stands(stage, "closed:moved_away");
        story.when("move-away", json!({})).refused("case_closed");
    }
}

#[test]
fn where_it_went_is_an_area_that_exists() {
    let mut story = Story::identified();
    story.when("move-away", json!({"to": "9999"})).refused_at("/to", "area_unknown");
    let fact = story.when("move-away", json!({"to": "40", "words": {"text": "ไปอยู่กับลูก"}})).fact("HouseholdMovedAway");
    assert_eq!((&fact["to"], &fact["words"]["text"]["t"]), (&json!("40"), &json!("moved.words")));
}

#[test]
fn an_identification_is_withdrawn_while_nobody_has_worked_on_the_household() {
    let withdraw = || json!({"because": "entered_twice"});
    let mut story = Story::identified();
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("write-note", json!({"note": {"text": "บันทึกซ้ำ"}}));
    story.when("withdraw-identification", withdraw()).records(&["IdentificationWithdrawn"]);
    story.stands(Stage::Identified, "closed:entered_in_error");
    story.when("withdraw-identification", withdraw()).refused("case_closed");

    let mut visited = Story::identified();
    visited.given("attempt-visit", json!({"because": "nobody_home"}));
    visited.when("withdraw-identification", withdraw()).refused("worked_on");
    let attempt = visited.sequence_of("VisitAttempted");
    visited.given("retract-fact", json!({"sequence": attempt, "reason": "mistake"}));
    visited.when("withdraw-identification", withdraw()).decision();
    let mut needy = Story::identified();
    needy.given("record-need", form::need(1));
    needy.when("withdraw-identification", withdraw()).refused("worked_on");
    Story::verified().when("withdraw-identification", withdraw()).refused("too_late");
}

#[test]
fn a_closing_that_ended_referrals_or_places_is_reopened_and_not_taken_back() {
    let mut story = with_open_work();
    story.given("close-refused", refused());
    let closing = story.sequence_of("HouseholdRefused");
    let take_back = json!({"sequence": closing, "reason": "mistake"});
    story.when("retract-fact", take_back).refused("closing_ended_work");
    story.when("resume-contact", json!({"by": "visit"})).decision();
    assert!(story.case().referrals.values().all(|it| !it.is_with_agency()), "what ended does not come back");
}

#[test]
fn a_closing_that_ended_a_need_alone_is_taken_back_and_then_the_need_is() {
    let mut story = Story::verified();
    story.given("record-need", form::need(1)).given("close-refused", refused());
    let (need, closing) = (story.sequence_of("NeedClosed"), story.sequence_of("HouseholdRefused"));
    let take_back = |sequence| json!({"sequence": sequence, "reason": "mistake"});
    story.when("retract-fact", take_back(need)).refused("rested_on");
    story.given("retract-fact", take_back(closing)).given("retract-fact", take_back(need));
    story.stands(Stage::Verified, "open");
    story.case().open_need(events::id::NeedId(id(1))).unwrap();
}
