//! Answers scored again, and two surveys compared: nothing changes by itself, and what can't be said is not said.

use events::facts::case::Stage;
use events::facts::household::{HouseholdAssessed, HouseholdEvent};
use events::facts::policy::{ChangeThatCounts, Threshold};
use serde_json::{Value, json};

use super::form::{self, assess, with};
use super::graduating::graduated;
use super::story::{Story, day, id};
use crate::rules::household::assessment::compare::{Change, Comparison, NotComparable, compare};
use crate::rules::instrument::NONE;

fn latest(story: &Story) -> Value {
    json!({"assessment": story.case().assessments.last().unwrap().id})
}

/// Assessed at level 1, and the scoring turned round since 2026-03-01.
fn turned_round() -> Story {
    let mut story = Story::assessed();
    form::scoring_turned_round(&mut story, day("2026-03-01"));
    story.on("2026-03-02");
    story
}

#[test]
fn a_new_scoring_policy_changes_no_household_by_itself() {
    let story = turned_round();
    let before = Story::assessed();
    assert_eq!(story.case(), before.case());
}

#[test]
fn a_rescoring_is_a_new_fact_by_the_version_in_force_and_the_old_score_stays() {
    let mut story = turned_round();
    let body = latest(&story);
    let fact = story.when("rescore-assessment", body.clone()).fact("AssessmentRescored");
    assert_eq!((&fact["scoring"], &fact["before"]), (&json!("scoring/46@2"), &json!("scoring/46@1")));
    assert_eq!(fact["surveyed_on"], "2026-01-07");
    assert_ne!(fact["overall"]["level"], 1);
    assert_eq!(fact.get("next_due"), None, "nobody was visited, so no clock begins");
    assert_eq!(recorded(&story).overall.unwrap().level.get(), 1);
    assert_ne!(story.case().last_complete().unwrap().level.unwrap().get(), 1, "verdicts rest on the newest scoring");
    story.when("rescore-assessment", body).changes_nothing();
}

#[test]
fn only_what_was_assessed_is_scored_again() {
    Story::verified().when("rescore-assessment", json!({"assessment": id(1)})).refused("unknown_reference");
    let mut story = turned_round();
    let body = latest(&story);
    story.when("rescore-assessment", json!({"assessment": id(1)})).refused("unknown_reference");
    let early = with(body.clone(), json!({"happened_on": "2026-01-06"}));
    story.when("rescore-assessment", early).refused_at("/happened_on", "too_early");
    let late = with(body, json!({"happened_on": "2026-03-03"}));
    story.when("rescore-assessment", late).refused_at("/happened_on", "in_the_future");
}

#[test]
fn an_assessment_that_was_scored_again_is_taken_back_after_its_rescoring() {
    let mut story = turned_round();
    let body = latest(&story);
    story.given("rescore-assessment", body.clone());
    let assessed = story.sequence_of("HouseholdAssessed");
    let rescored = story.sequence_of("AssessmentRescored");
    let take_back = |sequence| json!({"sequence": sequence, "reason": "mistake"});
    story.when("retract-fact", take_back(assessed)).refused("rested_on");
    story.given("retract-fact", take_back(rescored));
    assert_eq!(story.case().last_complete().unwrap().level.unwrap().get(), 1, "as if it had not been");
    story.given("retract-fact", take_back(assessed));
    story.stands(Stage::Verified, "open");
    story.when("rescore-assessment", body).refused("unknown_reference");
}

/// The assessment as it was recorded.
fn recorded(story: &Story) -> HouseholdAssessed {
    let first = |fact: &HouseholdEvent| {
        if let HouseholdEvent::HouseholdAssessed(it) = fact { Some(it.clone()) } else { None }
    };
    story.household.facts().iter().find_map(first).unwrap()
}

fn assessed(answers: Value) -> HouseholdAssessed {
    let mut story = Story::verified();
    story.given("assess", with(assess("low"), json!({"answers": answers})));
    recorded(&story)
}

fn compared(before: Option<&HouseholdAssessed>, after: &HouseholdAssessed) -> Comparison {
    let story = Story::begins("2026-01-05");
    let scoring = story.book.scoring("46", day("2026-01-05")).unwrap();
    compare(before, after, scoring, story.book.threshold("46", day("2026-01-05")).unwrap())
}

#[test]
fn each_capital_is_improved_the_same_or_worse_by_the_named_threshold() {
    let (low, fair) = (assessed(form::answers("low")), assessed(form::answers("fair")));
    let changes = |it: &Comparison| it.capitals.iter().map(|it| it.change).collect::<Vec<_>>();
    let better = compared(Some(&low), &fair);
    assert_eq!(changes(&better), [Some(Change::Improved); 5]);
    assert_eq!((better.threshold.to_string(), better.threshold_name.as_str()), ("threshold/46@1".into(), "two_points"));
    assert_eq!(changes(&compared(Some(&fair), &low)), [Some(Change::Worse); 5]);
    assert_eq!(changes(&compared(Some(&low), &low)), [Some(Change::Same); 5]);
}

#[test]
fn only_items_that_both_answered_are_compared() {
    // Health was not answered at first: that it is good now is no improvement.
    let before = assessed(with(form::answers("low"), json!({"human.health": null})));
    let after = assessed(with(form::answers("low"), json!({"human.health": ["good"]})));
    let human = compared(Some(&before), &after).capitals[0].clone();
    assert_eq!((human.shared_items, human.before, human.after, human.max), (5, 5, 5, 15));
    assert_eq!(human.change, Some(Change::Same));
    let natural = json!({"natural.land_problems": [NONE]});
    let one = assessed(natural.clone());
    let social = compared(Some(&one), &after).capitals[4].clone();
    assert_eq!((social.change, social.because), (None, Some(NotComparable::NothingShared)));
}

#[test]
fn without_a_baseline_or_with_another_instrument_nothing_is_said_and_the_reason_is() {
    let after = assessed(form::answers("low"));
    let alone = compared(None, &after);
    assert_eq!((alone.because, alone.capitals.len()), (Some(NotComparable::NoBaseline), 0));
    let other = HouseholdAssessed { instrument: "other@1".to_owned(), ..after.clone() };
    assert_eq!(compared(Some(&other), &after).because, Some(NotComparable::OtherInstrument));
    let both = compared(Some(&other), &other);
    assert_eq!(both.because, Some(NotComparable::NoScoring));
}

#[test]
fn another_threshold_says_something_else_and_is_named() {
    let (low, after) = (assessed(form::answers("low")), with(form::answers("low"), json!({"social.groups": [NONE]})));
    let after = assessed(after);
    let story = Story::begins("2026-01-05");
    let scoring = || story.book.scoring("46", day("2026-01-05")).unwrap();
    let (_, policy) = story.book.threshold("46", day("2026-01-05")).unwrap();
    let by = |hundredths| {
        let at_least = ChangeThatCounts::Points { hundredths };
        let threshold = Threshold { name: "strict".to_owned(), at_least };
        compare(Some(&low), &after, scoring(), (&threshold, policy.clone())).capitals[4].change
    };
    assert_eq!((by(300), by(400)), (Some(Change::Worse), Some(Change::Same)), "one point of thirty");
}

#[test]
fn an_assessment_from_before_a_relapse_lifts_nobody_when_it_is_scored_again() {
    let mut story = graduated();
    story.on("2028-06-01").given("post-exit-check", json!({"finding": "relapsed", "evidence": "seen"}));
    story.given("reopen-case", json!({"because": "relapse"}));
    story.stands(Stage::Verified, "open");
    form::scoring_turned_round(&mut story, day("2028-06-02"));
    let body = latest(&story);
    story.on("2028-06-02").when("rescore-assessment", body).records(&["AssessmentRescored"]);
    story.stands(Stage::Verified, "open");
}
