//! Two clocks at once, visits planned and made, and dates that pass in vain.

use serde_json::{Value, json};

use super::form::{assess, with};
use super::story::{Story, day, id};

fn follow_up() -> Value {
    json!({"help": "in_use", "evidence": "seen", "remarks": {"text": "หลังคาไม่รั่วแล้ว", "about": [id(1)]}})
}

fn overdue(what: &str, by: &str) -> Value {
    json!({"what": what, "by": by})
}

#[test]
fn the_next_assessment_is_due_180_days_after_the_last_and_runs_while_help_is_under_way() {
    let mut story = Story::assessed();
    story.runs(&["referral 2026-01-21"]);
    let mut story = {
        story.given("record-need", super::form::need(1));
        story
    };
    story.on("2026-01-08").given("make-referral", super::form::refer(1, 1));
    story.runs(&["follow_up 2026-04-08", "reassessment 2026-07-06"]);
    story.on("2026-04-08").given("follow-up-visit", follow_up());
    story.runs(&["reassessment 2026-07-06", "follow_up 2026-07-07"]);
    // The other is not lost when the earlier one is served.
    story.on("2026-07-01").given("assess", assess("low"));
    story.runs(&["follow_up 2026-09-29", "reassessment 2026-12-28"]);
}

#[test]
fn an_assessment_entered_late_moves_the_next_one_neither_back_nor_forward() {
    let mut story = Story::assisted();
    story.on("2026-03-01").given("assess", assess("low"));
    let fact =
        story.when("assess", with(assess("fair"), json!({"happened_on": "2026-02-01"}))).fact("HouseholdAssessed");
    assert_eq!(fact.get("reassess_due"), None);
    story.runs(&["follow_up 2026-05-30", "reassessment 2026-08-28"]);
}

#[test]
fn an_incomplete_assessment_begins_no_clock() {
    let mut story = Story::assisted();
    let body = with(assess("low"), json!({"answers": {"human.health": ["low"]}}));
    let fact = story.on("2026-03-01").when("assess", body).fact("HouseholdAssessed");
    assert_eq!((fact.get("next_due"), fact.get("reassess_due")), (None, None));
}

#[test]
fn taking_an_assessment_back_brings_the_date_of_the_one_before_back() {
    let mut story = Story::assisted();
    story.on("2026-03-01").given("assess", assess("low"));
    let sequence = story.sequence_of("HouseholdAssessed");
    let fact = story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).fact("FactRetracted");
    assert_eq!(fact["reassess_due"]["by"], "2026-07-06");
    story.runs(&["follow_up 2026-04-10", "reassessment 2026-07-06"]);
}

#[test]
fn a_planned_visit_brings_a_date_forward_and_never_back() {
    let mut story = Story::assisted();
    story.runs(&["follow_up 2026-04-10", "reassessment 2026-07-06"]);
    let later = story.when("plan-visit", json!({"planned_on": "2026-05-01"})).fact("VisitPlanned");
    assert_eq!((later.get("next_due"), &later["purpose"]), (None, &json!("follow_up")));
    let sooner = story.when("plan-visit", json!({"planned_on": "2026-02-01"})).fact("VisitPlanned");
    assert_eq!(
        (&sooner["next_due"]["by"], &sooner["next_due"]["policy"]),
        (&json!("2026-02-01"), &json!("contact/46@1"))
    );
    story.runs(&["follow_up 2026-02-01", "reassessment 2026-07-06"]);
    story.given("plan-visit", json!({"planned_on": "2026-06-01", "purpose": "reassessment"}));
    story.runs(&["follow_up 2026-02-01", "reassessment 2026-06-01"]);
    // The plan taken back, the policy's own day holds again.
    let sequence = story.sequence_of("VisitPlanned") - 1;
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    story.runs(&["follow_up 2026-04-10", "reassessment 2026-06-01"]);
}

#[test]
fn a_plan_begins_no_clock_of_its_own() {
    let mut story = Story::assisted();
    story.given("plan-visit", json!({"planned_on": "2026-02-01"}));
    let help = story.sequence_of("AssistanceDelivered");
    story.given("retract-fact", json!({"sequence": help, "reason": "mistake"}));
    story.runs(&["follow_up 2026-02-01", "reassessment 2026-07-06"]);
    let mut verified = Story::verified();
    verified.when("plan-visit", json!({"planned_on": "2026-01-20", "purpose": "follow_up"})).refused("nothing_due");
    let mut done = Story::verified();
    done.given("assess", assess("low"));
    // A referral is due, which no visit makes.
    let fact = done.when("plan-visit", json!({"planned_on": "2026-01-10"})).fact("VisitPlanned");
    assert_eq!((fact.get("purpose"), fact.get("next_due")), (None, None));
}

#[test]
fn a_plan_lies_between_today_and_a_year_ahead() {
    let mut story = Story::identified();
    for (planned_on, code) in [("2026-01-04", "too_early"), ("2027-01-07", "too_late"), ("1943-01-01", "too_early")] {
        story.when("plan-visit", json!({"planned_on": planned_on})).refused_at("/planned_on", code);
    }
    let body = json!({"planned_on": "2026-01-10", "happened_on": "2026-01-06"});
    story.when("plan-visit", body).refused_at("/happened_on", "in_the_future");
    let body = json!({"planned_on": "2026-01-10", "purpose": "referral"});
    story.when("plan-visit", body).refused_at("/purpose", "no_visit");
    let body = json!({"planned_on": "2026-01-10", "words": {"text": "", "about": [id(9)]}});
    let refusal = story.when("plan-visit", body).refused("invalid_fields");
    assert!(format!("{refusal:?}").contains("/words/about/0"));
    story.given("plan-visit", json!({"planned_on": "2027-01-06"}));
}

#[test]
fn a_follow_up_says_what_became_of_the_help_and_sets_the_next_one() {
    let mut story = Story::assisted();
    let fact = story.on("2026-03-01").when("follow-up-visit", follow_up()).fact("FollowUpVisited");
    assert_eq!((&fact["help"], &fact["next_due"]["by"]), (&json!("in_use"), &json!("2026-05-30")));
    // Entered late, it moves nothing back.
    let late = with(follow_up(), json!({"happened_on": "2026-02-01"}));
    assert_eq!(story.when("follow-up-visit", late).fact("FollowUpVisited").get("next_due"), None);
    story.when("follow-up-visit", with(follow_up(), json!({"informant": id(9)}))).refused("not_a_member");
    let ahead = with(follow_up(), json!({"happened_on": "2026-03-02"}));
    story.when("follow-up-visit", ahead).refused_at("/happened_on", "in_the_future");
    let before = with(follow_up(), json!({"happened_on": "2026-01-04"}));
    story.when("follow-up-visit", before).refused_at("/happened_on", "too_early");
}

#[test]
fn help_is_looked_after_once_somebody_was_asked_for_it_and_while_the_case_is_open() {
    Story::assessed().when("follow-up-visit", follow_up()).refused("too_early");
    let mut story = super::after_a_case_closes::with_open_work();
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    story.given("close-unreachable", json!({}));
    story.when("follow-up-visit", follow_up()).refused("case_closed");
}

#[test]
fn somebody_met_on_a_follow_up_was_met() {
    let mut story = super::after_a_case_closes::with_open_work();
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    story.given("follow-up-visit", follow_up());
    story.when("close-unreachable", json!({})).refused("too_few_attempts");
}

#[test]
fn a_date_that_passed_is_noted_once_and_not_before_it_passed() {
    let mut story = Story::identified();
    let missed = overdue("first_visit", "2026-01-19");
    story.on("2026-01-19").when("note-contact-overdue", missed.clone()).refused("not_yet_overdue");
    let fact = story.on("2026-01-20").when("note-contact-overdue", missed.clone()).fact("ContactOverdue");
    assert_eq!((&fact["what"], &fact["policy"]), (&json!("first_visit"), &json!("contact/46@1")));
    story.when("note-contact-overdue", missed).changes_nothing();
    // It stays due: noting it does nothing about it.
    story.is_due("first_visit 2026-01-19");
}

#[test]
fn a_date_that_moved_on_is_not_noted() {
    let mut story = Story::identified();
    story.on("2026-01-25").given("visit-home", json!({"seen": "poor"}));
    story.when("note-contact-overdue", overdue("first_visit", "2026-01-19")).changes_nothing();
    let mut story = Story::assisted();
    story.on("2026-08-01");
    story.when("note-contact-overdue", overdue("follow_up", "2026-03-01")).changes_nothing();
    // Both that run are noted, each for itself.
    story.when("note-contact-overdue", overdue("follow_up", "2026-04-10")).records(&["ContactOverdue"]);
    story.when("note-contact-overdue", overdue("reassessment", "2026-07-06")).records(&["ContactOverdue"]);
    // The next date is noted anew.
    story.given("follow-up-visit", follow_up());
    story
        .on("2026-11-01")
        .when("note-contact-overdue", overdue("follow_up", "2026-10-30"))
        .records(&["ContactOverdue"]);
}

#[test]
fn what_was_noted_does_not_stand_in_the_way_of_taking_back_what_began_the_clock() {
    let mut story = Story::verified();
    story.on("2026-03-01").given("note-contact-overdue", overdue("assessment", "2026-02-05"));
    let sequence = story.sequence_of("HouseholdVerified");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    story.runs(&[]);
    let noted = story.sequence_of("ContactOverdue");
    story.when("retract-fact", json!({"sequence": noted, "reason": "mistake"})).refused("not_retractable");
    assert!(story.case().noted.contains(&(events::facts::case::DueWhat::Assessment, day("2026-02-05"))));
}

#[test]
fn closing_a_case_ends_its_clocks() {
    let mut story = super::after_a_case_closes::with_open_work();
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    story.given("close-unreachable", json!({}));
    story.runs(&[]);
}
