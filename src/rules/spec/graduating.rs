//! Leaving poverty: each criterion, the line of the right year, and two people.

use events::facts::case::Stage;
use events::facts::household::Criterion;
use events::facts::policy::{LineForYear, PolicyBody, PovertyLine};
use events::money::Baht;
use serde_json::{Value, json};

use super::form::{assess, assess_earning, with};
use super::story::{SUPERVISOR, Story, day};
use crate::rules::Refusal;
use crate::rules::policy::Publish;

/// Helped, and assessed on both days with income a month of the one resident.
fn assessed_on(first: &str, second: &str, rank: &str, month: &str) -> Story {
    let mut story = Story::assisted();
    story.on("2027-12-01");
    for on in [first, second] {
        story.given("assess", with(assess_earning(rank, month), json!({"happened_on": on})));
    }
    story
}

pub(super) fn ready() -> Story {
    assessed_on("2026-03-01", "2026-09-01", "fair", "3078.00")
}

/// And left poverty on 2027-12-01.
pub(super) fn graduated() -> Story {
    let mut story = ready();
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story
}

fn not_met(story: &mut Story) -> Vec<Criterion> {
    let Refusal::CriteriaNotMet(missing) = story.when("propose-graduation", json!({})).refused("criteria_not_met")
    else {
        panic!("the criteria are named")
    };
    missing.into_iter().map(|(criterion, _, _)| criterion).collect()
}

fn judged(proposed: &Value, criterion: &str) -> Vec<Value> {
    let all = proposed["verdict"]["judged"].as_array().unwrap();
    all.iter().filter(|it| it["criterion"] == criterion).cloned().collect()
}

#[test]
fn a_household_that_meets_all_criteria_twice_is_proposed_with_the_verdict() {
    let mut story = ready();
    let proposed = story.when("propose-graduation", json!({})).fact("GraduationProposed");
    assert_eq!(
        (&proposed["verdict"]["met"], &proposed["verdict"]["policy"]),
        (&json!(true), &json!("graduation/46@1"))
    );
    for criterion in ["level_overall", "no_capital_at_lowest", "income_at_line"] {
        assert_eq!(judged(&proposed, criterion).len(), 2, "{criterion} in both assessments");
    }
    assert_eq!(judged(&proposed, "income_at_line")[0]["evidence"], "document");
    story.stands(Stage::Assisted, "open");
}

#[test]
fn nobody_leaves_poverty_before_help_arrived() {
    Story::referred().when("propose-graduation", json!({})).refused("not_assisted");
}

#[test]
fn the_level_overall_must_be_3() {
    let mut story = assessed_on("2026-03-01", "2026-09-01", "low", "9000.00");
    assert_eq!(not_met(&mut story), [Criterion::LevelOverall, Criterion::LevelOverall]);
}

#[test]
fn one_capital_at_level_1_is_too_low() {
    let mut poor_in_one = assess_earning("good", "9000.00");
    let lowest = assess("lowest");
    for (code, answer) in lowest["answers"].as_object().unwrap() {
        if code.starts_with("natural.") {
            poor_in_one["answers"][code] = answer.clone();
        }
    }
    let mut story = Story::assisted();
    story.on("2027-12-01");
    for on in ["2026-03-01", "2026-09-01"] {
        story.given("assess", with(poor_in_one.clone(), json!({"happened_on": on})));
    }
    assert_eq!(not_met(&mut story), [Criterion::NoCapitalAtLowest, Criterion::NoCapitalAtLowest]);
}

#[test]
fn income_must_reach_the_line_to_the_satang() {
    let mut story = assessed_on("2026-03-01", "2026-09-01", "fair", "3077.99");
    assert_eq!(not_met(&mut story), [Criterion::IncomeAtLine, Criterion::IncomeAtLine]);
    ready().when("propose-graduation", json!({})).decision();
}

#[test]
fn unknown_income_reaches_no_line() {
    let mut story = Story::assisted();
    story.on("2027-12-01");
    for on in ["2026-03-01", "2026-09-01"] {
        story.given("assess", with(assess("good"), json!({"happened_on": on})));
    }
    assert_eq!(not_met(&mut story), [Criterion::IncomeAtLine, Criterion::IncomeAtLine]);
}

#[test]
fn two_assessments_lie_six_months_apart_and_a_day_less_is_too_little() {
    // The first assessment of the story is of 2026-01-07, at level 1.
    let mut story = assessed_on("2026-03-01", "2026-07-06", "fair", "9000.00");
    assert_eq!(not_met(&mut story), [Criterion::HeldOverTime]);
    let mut story = assessed_on("2026-03-01", "2026-08-31", "fair", "9000.00");
    let judged_on_the_first = [Criterion::LevelOverall, Criterion::NoCapitalAtLowest, Criterion::IncomeAtLine];
    assert_eq!(not_met(&mut story), judged_on_the_first);
    assessed_on("2026-03-01", "2026-09-01", "fair", "9000.00").when("propose-graduation", json!({})).decision();
    // An assessment counts by the day of the survey, in whatever order they were entered.
    assessed_on("2026-09-01", "2026-03-01", "fair", "9000.00").when("propose-graduation", json!({})).decision();
}

#[test]
fn an_incomplete_assessment_is_not_one_of_the_two() {
    let mut story = assessed_on("2026-03-01", "2026-03-02", "fair", "9000.00");
    let mut incomplete = with(assess_earning("fair", "9000.00"), json!({"happened_on": "2026-10-01"}));
    incomplete["answers"]["human.health"] = json!([]);
    story.given("assess", incomplete);
    assert_eq!(not_met(&mut story), [Criterion::HeldOverTime]);
}

#[test]
fn a_proposal_is_not_dated_before_the_assessment_it_rests_on() {
    let mut story = assessed_on("2026-03-01", "2026-09-01", "fair", "9000.00");
    story.when("propose-graduation", json!({"happened_on": "2026-08-31"})).refused_at("/happened_on", "too_early");
    story.when("propose-graduation", json!({"happened_on": "2026-09-01"})).fact("GraduationProposed");
}

#[test]
fn a_worse_assessment_since_the_proposal_stops_the_approval() {
    let mut story = ready();
    story.given("propose-graduation", json!({}));
    story.given("assess", with(assess_earning("lowest", "0.00"), json!({"happened_on": "2026-10-01"})));
    let Refusal::CriteriaNotMet(missing) = story.by(SUPERVISOR).when("graduate", json!({})).refused("criteria_not_met")
    else {
        panic!("the criteria are named")
    };
    assert!(missing.iter().any(|(criterion, _, _)| *criterion == Criterion::LevelOverall));
}

fn lines(story: &mut Story, lines: &[(i32, i32)]) {
    let lines = lines
        .iter()
        .map(|(year, baht)| LineForYear {
            year: *year,
            baht: Baht::whole(*baht),
            source: "invented".to_owned(),
            verified: false,
        })
        .collect();
    let body = PolicyBody::PovertyLine(PovertyLine { lines });
    let effective_on = day("2027-12-02");
    story.publish(&Publish { province: "46".to_owned(), effective_on, body }).unwrap();
    story.on("2027-12-02");
}

#[test]
fn the_line_is_the_newest_for_a_year_not_after_the_assessments_own() {
    let mut story = assessed_on("2026-03-01", "2027-03-01", "fair", "3100.00");
    let proposed = story.clone().when("propose-graduation", json!({})).fact("GraduationProposed");
    assert_eq!(proposed["verdict"]["line"]["year"], 2024);
    // A line of 2027 holds for the survey of 2027 and not for the one of 2026.
    lines(&mut story, &[(2024, 3078), (2027, 3100), (2028, 9999)]);
    let proposed = story.clone().when("propose-graduation", json!({})).fact("GraduationProposed");
    assert_eq!(proposed["verdict"]["line"]["policy"], "poverty_line/46@2");
    let needed: Vec<_> = judged(&proposed, "income_at_line").iter().map(|it| it["needed"].clone()).collect();
    assert_eq!(needed, [json!("3100.00 (2027)"), json!("3078.00 (2024)")]);
}

#[test]
fn a_year_before_every_line_has_none() {
    let mut story = ready();
    lines(&mut story, &[(2027, 3000)]);
    let then = story.when("propose-graduation", json!({}));
    let Refusal::CriteriaNotMet(missing) = then.refused("criteria_not_met") else { panic!("the criteria are named") };
    assert_eq!(missing[0], (Criterion::IncomeAtLine, "no line for that year".to_owned(), "2026".to_owned()));
}

#[test]
fn it_takes_two_people() {
    let mut story = ready();
    story.given("propose-graduation", json!({}));
    story.when("graduate", json!({})).refused("same_person");
    story.when("decline-graduation", json!({"reason": "other"})).refused("same_person");
    story.by(SUPERVISOR).when("graduate", json!({})).records(&["HouseholdGraduated"]);
    story.stands(Stage::Graduated, "graduated");
    story.is_due("post_exit_check 2028-06-01");
}

#[test]
fn a_proposal_waits_once_and_may_be_made_again_after_a_no() {
    let mut story = ready();
    story.by(SUPERVISOR).when("graduate", json!({})).refused("not_proposed");
    story.given("propose-graduation", json!({}));
    story.when("propose-graduation", json!({})).refused("already_proposed");
    story.by(super::story::CASEWORKER).given("decline-graduation", json!({"reason": "weak_evidence"}));
    story.stands(Stage::Assisted, "open");
    story.when("decline-graduation", json!({"reason": "weak_evidence"})).refused("not_proposed");
    story.when("propose-graduation", json!({})).decision();
}

#[test]
fn nobody_decides_before_the_day_of_the_proposal() {
    let mut story = ready();
    story.given("propose-graduation", json!({})).by(SUPERVISOR);
    story.when("graduate", json!({"happened_on": "2027-11-30"})).refused_at("/happened_on", "too_early");
}

#[test]
fn a_household_that_left_can_be_visited_and_helped_and_stays_graduated() {
    let mut story = ready();
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story.given("visit-home", json!({"seen": "not_poor"})).given("deliver-assistance", super::form::help());
    story.given("assess", assess("lowest"));
    story.stands(Stage::Graduated, "graduated");
    story.is_due("post_exit_check 2028-06-01");
    story.when("record-need", super::form::need(5)).refused("case_closed");
}
