//! Is a household that left still out of poverty? Checks at 6, 12 and 24 months, made or missed.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{assess, with};
use super::graduating::ready;
use super::story::{SUPERVISOR, Story};

/// Graduated on 2027-12-01.
fn left() -> Story {
    let mut story = ready();
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story.is_due("post_exit_check 2028-06-01");
    story
}

fn check(finding: &str) -> Value {
    json!({"finding": finding, "evidence": "told", "net_per_resident_month": "3200.00"})
}

#[test]
fn each_check_carries_its_inputs_and_sets_the_next_until_there_is_none() {
    let mut story = left();
    let first = story.on("2028-05-20").when("post-exit-check", check("still_out")).fact("PostExitChecked");
    assert_eq!((&first["month"], &first["left_on"]), (&json!(6), &json!("2027-12-01")));
    assert_eq!((&first["inputs"]["line"]["baht"], &first["inputs"]["evidence"]), (&json!("3078.00"), &json!("told")));
    assert_eq!(first["inputs"].get("level"), None, "no assessment since it left");
    story.is_due("post_exit_check 2028-12-01");
    story.on("2028-11-30").given("assess", assess("good"));
    let second = story.when("post-exit-check", check("not_clear")).fact("PostExitChecked");
    assert_eq!((&second["month"], &second["inputs"]["level"]), (&json!(12), &json!(4)));
    story.is_due("post_exit_check 2029-12-01");
    story.on("2029-12-01").given("post-exit-check", check("still_out"));
    story.is_due("nothing");
    story.on("2031-01-01").when("post-exit-check", check("still_out")).refused("checked_already");
    story.stands(Stage::Graduated, "graduated");
}

#[test]
fn a_check_is_made_once_and_a_relapse_comes_to_light_on_any_day() {
    let mut story = left();
    story.on("2028-06-01").given("post-exit-check", check("still_out"));
    story.on("2028-07-01").when("post-exit-check", check("still_out")).refused("checked_already");
    let fact = story.when("post-exit-check", check("relapsed")).fact("PostExitChecked");
    assert_eq!((&fact["month"], fact.get("next_due")), (&json!(6), None));
    story.is_due("nothing");
}

#[test]
fn a_check_that_nobody_made_is_missed_once_and_the_next_one_is_due() {
    let mut story = left();
    let missed = json!({"by": "2028-06-01"});
    story.on("2028-06-01").when("note-post-exit-check-missed", missed.clone()).refused("not_yet_overdue");
    let fact = story.on("2028-06-02").when("note-post-exit-check-missed", missed.clone()).fact("PostExitCheckMissed");
    assert_eq!((&fact["month"], &fact["next_due"]["by"]), (&json!(6), &json!("2028-12-01")));
    story.when("note-post-exit-check-missed", missed).changes_nothing();
    // Made late, it counts for its own month and leaves the next one where it is.
    let late = story.on("2028-06-20").when("post-exit-check", check("still_out")).fact("PostExitChecked");
    assert_eq!((&late["month"], &late["next_due"]["by"]), (&json!(6), &json!("2028-12-01")));
    // After a pause of years every check is missed, each once.
    story.on("2031-01-01");
    for (by, next) in [("2028-12-01", json!("2029-12-01")), ("2029-12-01", Value::Null)] {
        let fact = story.when("note-post-exit-check-missed", json!({"by": by})).fact("PostExitCheckMissed");
        assert_eq!(fact["next_due"]["by"], next);
    }
    story.is_due("nothing");
}

#[test]
fn a_plan_brings_a_check_forward_and_its_month_stays_its_own() {
    let mut story = left();
    story.given("plan-visit", json!({"planned_on": "2028-04-01"}));
    story.is_due("post_exit_check 2028-04-01");
    story.on("2028-05-01");
    let fact = story.when("note-post-exit-check-missed", json!({"by": "2028-04-01"})).fact("PostExitCheckMissed");
    assert_eq!(fact["month"], 6);
    story.is_due("post_exit_check 2028-12-01");
    // Moved so far forward that another month lies nearer: still the one that is open.
    story.given("plan-visit", json!({"planned_on": "2028-06-15"}));
    story.on("2028-06-16");
    let fact = story.when("note-post-exit-check-missed", json!({"by": "2028-06-15"})).fact("PostExitCheckMissed");
    assert_eq!(fact["month"], 12);
}

#[test]
fn only_who_left_is_checked_and_not_before_that_day() {
    let mut story = Story::assisted();
    story.when("post-exit-check", check("still_out")).refused("not_left");
    story.when("note-post-exit-check-missed", json!({"by": "2026-02-01"})).changes_nothing();
    let mut story = left();
    let before = with(check("still_out"), json!({"happened_on": "2027-11-30"}));
    story.on("2028-06-01").when("post-exit-check", before).refused_at("/happened_on", "too_early");
    let ahead = with(check("still_out"), json!({"happened_on": "2028-06-02"}));
    story.when("post-exit-check", ahead).refused_at("/happened_on", "in_the_future");
    let words = with(check("still_out"), json!({"remarks": {"text": " "}}));
    story.when("post-exit-check", words).refused_at("/remarks/text", "empty");
}

#[test]
fn leaving_is_not_taken_back_under_a_check_that_rests_on_it() {
    let mut story = left();
    story.on("2028-06-01").given("post-exit-check", check("still_out"));
    let sequence = story.sequence_of("HouseholdGraduated");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
    let check = story.sequence_of("PostExitChecked");
    story.given("retract-fact", json!({"sequence": check, "reason": "mistake"}));
    story.is_due("post_exit_check 2028-06-01");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    story.stands(Stage::Assisted, "open");
}
