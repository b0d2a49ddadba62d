//! Each reopening is the next episode: it begins where the table of stages says, and what closed before stays.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::after_a_case_closes::with_open_work;
use super::form::{self, assess_earning, with};
use super::graduating::graduated;
use super::story::{CASEWORKER, SUPERVISOR, Story};
use super::supporting::supported;

fn reopen(because: &str) -> Value {
    json!({"because": because})
}

pub(super) fn check(finding: &str) -> Value {
    json!({"finding": finding, "evidence": "seen"})
}

fn not_poor() -> Story {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "not_poor"}));
    story.given("hold-panel", json!({"attended": 9, "finding": "not_poor"})).given("find-not-poor", json!({}));
    story
}

fn closed_refused(mut story: Story) -> Story {
    story.given("close-refused", json!({"because": "no_time"}));
    story
}

fn gone(mut story: Story) -> Story {
    story.given("move-away", json!({}));
    story
}

#[test]
fn an_appeal_after_not_poor_begins_with_finding_and_is_visited_and_heard_anew() {
    let mut story = not_poor();
    let fact = story.on("2026-02-01").when("reopen-case", reopen("appeal")).fact("CaseReopened");
    assert_eq!((&fact["was"], &fact["after"]["episode"]), (&json!("closed:not_poor"), &json!(2)));
    story.stands(Stage::Identified, "open");
    story.is_due("first_visit 2026-02-15");
    story.when("verify", json!({})).refused("not_visited");
    story.given("visit-home", json!({"seen": "poor"}));
    story.when("verify", json!({})).refused("no_panel");
    story.given("hold-panel", json!({"attended": 9, "finding": "poor"})).given("verify", json!({}));
    story.stands(Stage::Verified, "open");
}

#[test]
fn contact_that_is_resumed_goes_on_at_the_stage_the_household_had() {
    for (story, due) in [
        (Story::identified(), "first_visit 2026-02-15"),
        (Story::verified(), "assessment 2026-03-03"),
        (Story::assessed(), "referral 2026-02-15"),
        (Story::referred(), "follow_up 2026-05-02"),
        (Story::assisted(), "follow_up 2026-05-02"),
    ] {
        let stage = story.case().stage;
        let mut story = closed_refused(story);
        story.on("2026-02-01").when("resume-contact", json!({"by": "household"})).records(&["ContactResumed"]);
        story.stands(stage, "open");
        story.is_due(due);
        assert_eq!(story.case().episode, 2);
        story.when("resume-contact", json!({"by": "household"})).refused("case_open");
    }
}

#[test]
fn attempts_in_vain_of_the_episode_before_close_nothing_again() {
    let mut story = with_open_work();
    story.given("close-unreachable", json!({})).given("resume-contact", json!({"by": "telephone"}));
    story.when("close-unreachable", json!({})).refused("too_few_attempts");
    for on in ["2026-03-01", "2026-03-02", "2026-03-03"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    story.when("close-unreachable", json!({})).decision();
    assert_eq!(story.case().episode, 2);
}

#[test]
fn a_household_that_moved_away_comes_back_as_it_was() {
    for (story, standing) in [(Story::assisted(), "open"), (graduated(), "graduated"), (supported(), "sustained")] {
        let stage = story.case().stage;
        let mut story = gone(story);
        story.when("reopen-case", reopen("appeal")).refused("reopened_otherwise");
        story.when("resume-contact", json!({"by": "visit"})).refused("reopened_otherwise");
        story.given("reopen-case", reopen("came_back"));
        story.stands(stage, standing);
        assert_eq!(story.case().episode, 2);
    }
}

#[test]
fn a_relapse_goes_on_from_an_assessment_newer_than_90_days_and_else_from_verified() {
    for (assessed, stage, due) in [
        (Some("2028-05-04"), Stage::Assessed, "referral 2028-08-15"),
        (Some("2028-05-03"), Stage::Verified, "assessment 2028-08-31"),
        (None, Stage::Verified, "assessment 2028-08-31"),
    ] {
        let mut story = graduated();
        story.on("2028-08-01");
        if let Some(on) = assessed {
            story.given("assess", with(form::assess("lowest"), json!({"happened_on": on})));
        }
        let fact = story.given("post-exit-check", check("relapsed")).when("reopen-case", reopen("relapse"));
        let fact = fact.fact("CaseReopened");
        assert_eq!(fact.get("assessment").is_some(), stage == Stage::Assessed);
        story.stands(stage, "open");
        story.is_due(due);
    }
    let mut story = supported();
    story.on("2026-08-01").given("post-exit-check", check("relapsed")).given("reopen-case", reopen("relapse"));
    story.stands(Stage::Verified, "open");
}

#[test]
fn a_relapse_rests_on_a_check_that_found_it_last() {
    for (mut story, year, first) in [(graduated(), 2028, "06-01"), (supported(), 2026, "07-05")] {
        let found_out = story.on(&format!("{year}-{first}"));
        found_out.when("reopen-case", reopen("relapse")).refused("no_relapse_found");
        for (finding, month) in [("still_out", first), ("not_clear", "12-01")] {
            story.on(&format!("{year}-{month}")).given("post-exit-check", check(finding));
            story.when("reopen-case", reopen("relapse")).refused("no_relapse_found");
        }
        let found = json!({"happened_on": format!("{year}-12-20")});
        story.on(&format!("{}-01-10", year + 1)).given("post-exit-check", with(check("relapsed"), found));
        let early = with(reopen("relapse"), json!({"happened_on": format!("{year}-12-19")}));
        story.when("reopen-case", early).refused_at("/happened_on", "too_early");
        let fact = story.clone().when("reopen-case", reopen("relapse")).fact("CaseReopened");
        let found = story.sequence_of("PostExitChecked");
        let checked = serde_json::to_value(story.household.fact(found).unwrap()).unwrap();
        assert_eq!(fact["check"], checked["visit"]);
        // An appeal needs none, and names none.
        let fact = story.clone().when("reopen-case", reopen("appeal")).fact("CaseReopened");
        assert_eq!(fact.get("check"), None);
        // Nobody takes back the check under the episode that rests on it; without it there is no relapse.
        let take_back = json!({"sequence": found, "reason": "mistake"});
        let mut opened = story.clone();
        opened.given("reopen-case", reopen("relapse")).when("retract-fact", take_back.clone()).refused("rested_on");
        story.given("retract-fact", take_back).when("reopen-case", reopen("relapse")).refused("no_relapse_found");
    }
}

#[test]
fn a_later_check_that_finds_it_out_of_poverty_ends_a_relapse_in_whatever_order_they_are_entered() {
    let mut story = graduated();
    story.on("2028-12-10").given("post-exit-check", with(check("relapsed"), json!({"happened_on": "2028-06-01"})));
    let mut other = story.clone();
    story.given("post-exit-check", with(check("still_out"), json!({"happened_on": "2028-12-02"})));
    story.when("reopen-case", reopen("relapse")).refused("no_relapse_found");
    other.given("post-exit-check", with(check("not_clear"), json!({"happened_on": "2028-12-02"})));
    other.when("reopen-case", reopen("relapse")).decision();
    let mut late = graduated();
    late.on("2028-12-10").given("post-exit-check", with(check("still_out"), json!({"happened_on": "2028-12-02"})));
    late.given("post-exit-check", with(check("relapsed"), json!({"happened_on": "2028-06-01"})));
    late.when("reopen-case", reopen("relapse")).refused("no_relapse_found");
}

#[test]
fn a_reopened_household_leaves_poverty_again_on_figures_of_its_own() {
    let mut story = graduated();
    story.on("2028-08-01").given("post-exit-check", check("relapsed"));
    story.given("reopen-case", reopen("relapse")).by(CASEWORKER);
    story.given("assess", assess_earning("good", "9000.00")).given("deliver-assistance", form::help());
    story.stands(Stage::Assisted, "open");
    // The good figures of the first episode are no longer those by which it leaves.
    story.when("propose-graduation", json!({})).refused("criteria_not_met");
    story.on("2029-03-01").given("assess", assess_earning("good", "9000.00"));
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story.stands(Stage::Graduated, "graduated");
    assert_eq!(story.case().episode, 2);
    let closures = story.household.facts().iter().filter(|it| it.schema().name == "HouseholdGraduated").count();
    assert_eq!(closures, 2, "the first one stays");
}

#[test]
fn what_was_entered_in_error_is_found_again() {
    let mut story = Story::identified();
    story.given("withdraw-identification", json!({"because": "import_undone"}));
    story.when("reopen-case", reopen("came_back")).refused("reopened_otherwise");
    story.given("reopen-case", reopen("found_again"));
    story.stands(Stage::Identified, "open");
    // And may turn out to be an error once more.
    story.given("withdraw-identification", json!({"because": "entered_twice"}));
}

#[test]
fn an_open_case_is_not_opened_and_no_day_lies_before_the_closing() {
    Story::identified().when("reopen-case", reopen("appeal")).refused("case_open");
    let mut story = closed_refused(Story::verified());
    story.on("2026-02-01");
    for (on, code) in [("2026-01-05", "too_early"), ("2026-02-02", "in_the_future")] {
        let body = with(reopen("appeal"), json!({"happened_on": on}));
        story.when("reopen-case", body).refused_at("/happened_on", code);
        let body = json!({"by": "visit", "happened_on": on});
        story.when("resume-contact", body).refused_at("/happened_on", code);
    }
    story.when("reopen-case", with(reopen("appeal"), json!({"happened_on": "2026-01-06"}))).decision();
}

#[test]
fn a_reopening_is_taken_back_while_nothing_rests_on_it_and_a_closing_while_it_is_not_reopened() {
    let mut story = closed_refused(Story::verified());
    story.given("resume-contact", json!({"by": "visit"}));
    let take_back = |story: &Story, name: &str| json!({"sequence": story.sequence_of(name), "reason": "mistake"});
    let closing = take_back(&story, "HouseholdRefused");
    story.when("retract-fact", closing.clone()).refused("rested_on");
    story.given("record-need", form::need(1));
    let opening = take_back(&story, "ContactResumed");
    story.when("retract-fact", opening.clone()).refused("rested_on");
    let need = take_back(&story, "NeedRecorded");
    story.given("retract-fact", need).given("retract-fact", opening);
    story.stands(Stage::Verified, "closed:refused");
    assert_eq!(story.case().episode, 1);
    story.given("retract-fact", closing);
    story.stands(Stage::Verified, "open");
}

#[test]
fn an_assessment_that_an_episode_goes_on_from_stays() {
    let mut story = graduated();
    story.given("assess", form::assess("lowest")).given("post-exit-check", check("relapsed"));
    story.given("reopen-case", reopen("relapse"));
    let sequence = story.sequence_of("HouseholdAssessed");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
}
