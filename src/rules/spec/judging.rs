//! Visit, hear the village, and judge: poor, not poor, or nobody there.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{self, with};
use super::story::{Story, id};

fn panel(finding: &str) -> Value {
    json!({"attended": 12, "finding": finding})
}

#[test]
fn a_household_is_verified_after_a_visit_and_a_panel_that_finds_it_poor() {
    let mut story = Story::identified();
    story.when("verify", json!({})).refused("not_visited");
    story.given("visit-home", json!({"seen": "unclear"}));
    story.when("verify", json!({})).refused("no_panel");
    story.given("hold-panel", panel("poor"));
    let verified = story.when("verify", json!({})).fact("HouseholdVerified");
    assert_eq!((&verified["heard"]["seen"], &verified["heard"]["finding"]), (&json!("unclear"), &json!("poor")));
    story.stands(Stage::Verified, "open");
    story.is_due("assessment 2026-02-04");
}

#[test]
fn the_first_visit_is_no_longer_due_once_somebody_was_met() {
    let mut story = Story::identified();
    story.given("attempt-visit", json!({"because": "nobody_home"}));
    story.is_due("first_visit 2026-01-19");
    story.given("visit-home", json!({"seen": "poor"}));
    story.is_due("nothing");
}

#[test]
fn a_household_is_judged_as_the_latest_panel_found() {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "poor"})).given("hold-panel", panel("undecided"));
    story.when("verify", json!({})).refused("heard_otherwise");
    story.when("find-not-poor", json!({})).refused("heard_otherwise");
    story.on("2026-01-06").given("hold-panel", panel("not_poor"));
    story.when("verify", json!({})).refused("heard_otherwise");
    story.when("find-not-poor", json!({})).records(&["FoundNotPoor"]);
    story.stands(Stage::Identified, "closed:not_poor");
    story.is_due("nothing");
}

#[test]
fn a_panel_entered_late_does_not_outweigh_a_later_one() {
    let mut story = Story::identified();
    story.on("2026-01-10").given("visit-home", json!({"seen": "poor"})).given("hold-panel", panel("poor"));
    story.given("hold-panel", with(panel("not_poor"), json!({"happened_on": "2026-01-07"})));
    story.when("verify", json!({})).records(&["HouseholdVerified"]);
}

#[test]
fn nobody_is_judged_before_the_visit_and_the_panel_they_rest_on() {
    let mut story = Story::identified();
    story.on("2026-01-08").given("visit-home", json!({"seen": "poor"})).given("hold-panel", panel("poor"));
    story.when("verify", json!({"happened_on": "2026-01-07"})).refused_at("/happened_on", "too_early");
    story.when("verify", json!({"happened_on": "2026-01-08"})).decision();
}

#[test]
fn a_household_is_verified_once() {
    Story::verified().when("verify", json!({})).refused("too_late");
    Story::verified().when("find-not-poor", json!({})).refused("too_late");
}

#[test]
fn a_panel_has_people() {
    for (attended, fits) in [(0, false), (1, true), (5000, true), (5001, false)] {
        let then = Story::identified().when("hold-panel", json!({"attended": attended, "finding": "poor"}));
        if fits {
            then.decision();
        } else {
            then.refused_at("/attended", "out_of_range");
        }
    }
}

#[test]
fn an_informant_is_a_member() {
    let visit = |person| json!({"seen": "poor", "informant": id(person)});
    Story::identified().when("visit-home", visit(9)).refused("not_a_member");
    Story::identified().when("visit-home", visit(1)).decision();
}

#[test]
fn remarks_are_sealed_and_name_only_members() {
    let remarks = |person| json!({"seen": "poor", "remarks": {"text": "หลังคารั่ว", "about": [id(person)]}});
    Story::identified().when("visit-home", remarks(9)).refused_at("/remarks/about/0", "not_a_member");
    let visited = Story::identified().when("visit-home", remarks(1)).fact("HomeVisited");
    assert_eq!(visited["remarks"]["text"]["t"], "visit.remarks");
}

fn in_vain(story: &mut Story, days: &[&str]) {
    for day in days {
        story.on(day).given("attempt-visit", json!({"because": "nobody_home"}));
    }
}

#[test]
fn three_days_in_vain_make_a_household_unreachable_and_two_do_not() {
    let mut story = Story::identified();
    in_vain(&mut story, &["2026-01-06", "2026-01-06", "2026-01-07"]);
    let refusal = story.when("close-unreachable", json!({})).refused("too_few_attempts");
    assert!(refusal.text().en.contains("2 day(s)"), "attempts on one day count once: {refusal:?}");
    in_vain(&mut story, &["2026-01-08"]);
    let closed = story.when("close-unreachable", json!({})).fact("HouseholdUnreachable");
    assert_eq!(closed["attempted_on"], json!(["2026-01-06", "2026-01-07", "2026-01-08"]));
    story.stands(Stage::Identified, "closed:unreachable");
    story.is_due("nothing");
}

#[test]
fn days_in_vain_count_from_when_somebody_was_last_met() {
    let mut story = Story::identified();
    in_vain(&mut story, &["2026-01-06", "2026-01-07"]);
    story.on("2026-01-08").given("visit-home", json!({"seen": "poor"}));
    in_vain(&mut story, &["2026-01-09", "2026-01-10"]);
    story.when("close-unreachable", json!({})).refused("too_few_attempts");
    in_vain(&mut story, &["2026-01-11"]);
    story.when("close-unreachable", json!({"happened_on": "2026-01-10"})).refused("too_few_attempts");
    story.when("close-unreachable", json!({})).decision();
}

#[test]
fn a_visit_while_help_is_under_way_is_the_follow_up() {
    let mut story = Story::referred();
    story.is_due("follow_up 2026-04-08");
    story.on("2026-03-01").given("visit-home", json!({"seen": "poor"}));
    story.is_due("follow_up 2026-05-30");
    let mut story = Story::assessed();
    story.is_due("referral 2026-01-21");
    story.given("visit-home", json!({"seen": "poor"}));
    story.is_due("referral 2026-01-21");
}

#[test]
fn nothing_is_judged_on_a_closed_case() {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "not_poor"})).given("hold-panel", panel("not_poor"));
    story.given("find-not-poor", json!({}));
    for (name, body) in [
        ("visit-home", json!({"seen": "poor"})),
        ("attempt-visit", json!({"because": "empty"})),
        ("hold-panel", panel("poor")),
        ("verify", json!({})),
        ("close-unreachable", json!({})),
        ("assess", form::assess("low")),
        ("add-member", json!({"member": form::person(2, "child")})),
        ("record-need", form::need(1)),
    ] {
        story.when(name, body).refused("case_closed");
    }
}
