//! Supported for as long as it is needed: nobody in the household can work, and two people say so.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{self, person, with};
use super::story::{CASEWORKER, SUPERVISOR, Story, id};

/// Helped, and its one member is ill in bed.
pub(super) fn cannot_work() -> Story {
    let mut story = Story::begins("2026-01-05");
    let mut old = person(1, "head");
    old["details"]["health"] = json!("bedridden");
    story.given("identify", with(form::identify(), json!({"members": [old]})));
    story.given("visit-home", json!({"seen": "poor"})).given("hold-panel", json!({"attended": 5, "finding": "poor"}));
    story.given("verify", json!({})).given("assess", form::assess("lowest"));
    story.given("deliver-assistance", form::help());
    story
}

/// And supported from now on.
pub(super) fn supported() -> Story {
    let mut story = cannot_work();
    story.given("propose-sustained-support", json!({}));
    story.by(SUPERVISOR).given("enter-sustained-support", json!({}));
    story
}

#[test]
fn a_household_in_which_nobody_can_work_is_proposed_with_the_verdict_and_approved_by_another() {
    let mut story = cannot_work();
    let proposed = story.when("propose-sustained-support", json!({})).fact("GraduationProposed");
    assert_eq!((&proposed["kind"], &proposed["verdict"]["met"]), (&json!("sustained_support"), &json!(true)));
    assert_eq!(proposed["verdict"]["judged"][0]["criterion"], "nobody_able_to_work");
    story.when("enter-sustained-support", json!({})).refused("same_person");
    story.by(SUPERVISOR).when("enter-sustained-support", json!({})).records(&["SustainedSupportEntered"]);
    story.stands(Stage::Assisted, "sustained");
    story.is_due("post_exit_check 2026-07-05");
}

#[test]
fn whoever_can_work_or_may_be_able_to_stands_in_the_way() {
    Story::assisted().when("propose-sustained-support", json!({})).refused("criteria_not_met");
    let mut story = cannot_work();
    let mut ageless = person(2, "child");
    ageless["details"]["birth"] = Value::Null;
    story.given("add-member", json!({"member": ageless}));
    story.when("propose-sustained-support", json!({})).refused("criteria_not_met");
}

#[test]
fn somebody_who_came_to_live_there_since_stops_the_approval() {
    let mut story = cannot_work();
    story.given("propose-sustained-support", json!({})).given("add-member", json!({"member": person(2, "child")}));
    story.by(SUPERVISOR).when("enter-sustained-support", json!({})).refused("criteria_not_met");
    story.given("remove-member", json!({"person": id(2), "because": "works_elsewhere"}));
    story.when("enter-sustained-support", json!({})).decision();
}

#[test]
fn each_proposal_is_approved_by_its_own_command_and_declined_alike() {
    let mut story = cannot_work();
    story.given("propose-sustained-support", json!({})).by(SUPERVISOR);
    story.when("graduate", json!({})).refused("not_proposed");
    story.when("propose-graduation", json!({})).refused("already_proposed");
    story.given("decline-graduation", json!({"reason": "needs_help"}));
    let mut story = super::graduating::ready();
    story.given("propose-graduation", json!({})).by(SUPERVISOR);
    story.when("enter-sustained-support", json!({})).refused("not_proposed");
}

#[test]
fn nobody_is_supported_before_help_arrived() {
    Story::referred().when("propose-sustained-support", json!({})).refused("not_assisted");
}

#[test]
fn a_supported_household_can_be_visited_and_helped_and_stays_supported() {
    let mut story = supported();
    story.by(CASEWORKER).given("visit-home", json!({"seen": "poor"})).given("deliver-assistance", form::help());
    story.stands(Stage::Assisted, "sustained");
    story.when("propose-graduation", json!({})).refused("case_closed");
}
