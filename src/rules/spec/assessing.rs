//! Five capitals, exact levels, and money that is divided by residents.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{self, assess, assess_earning, with};
use super::story::{Story, day, id};

fn level(assessed: &Value) -> &Value {
    &assessed["overall"]["level"]
}

#[test]
fn a_household_is_assessed_after_it_is_verified() {
    Story::identified().when("assess", assess("low")).refused("not_verified");
    let mut story = Story::verified();
    let assessed = story.when("assess", assess("low")).fact("HouseholdAssessed");
    assert_eq!(assessed["scoring"], "scoring/46@1");
    story.stands(Stage::Assessed, "open");
    story.is_due("referral 2026-01-20");
}

#[test]
fn the_ranks_of_all_answers_are_the_four_levels() {
    for (rank, x, expected) in [("lowest", "1.000", 1), ("low", "2.000", 2), ("fair", "3.000", 3), ("good", "4.000", 4)]
    {
        let assessed = Story::verified().when("assess", assess(rank)).fact("HouseholdAssessed");
        assert_eq!((&assessed["overall"]["x"], level(&assessed)), (&json!(x), &json!(expected)), "{rank}");
        assert!(assessed["capitals"].as_array().unwrap().iter().all(|it| it["level"] == expected), "{rank}");
    }
}

#[test]
fn an_unanswered_item_makes_its_capital_incomplete_never_zero() {
    for unanswered in [json!(null), json!([])] {
        let mut body = assess("good");
        body["answers"] = with(body["answers"].clone(), json!({"human.health": unanswered}));
        let mut story = Story::verified();
        let assessed = story.when("assess", body).fact("HouseholdAssessed");
        let human = &assessed["capitals"][0];
        assert_eq!((&human["answered"], &human["items"], &human["points"]), (&json!(5), &json!(6), &json!(15)));
        assert_eq!(human.get("level"), None, "no level");
        assert_eq!(assessed.get("overall"), None, "no level overall");
        story.stands(Stage::Verified, "open");
        story.is_due("assessment 2026-02-05");
    }
}

#[test]
fn an_answer_of_the_lowest_rank_shows_deprivation_in_its_dimension() {
    let assessed = Story::verified().when("assess", assess("lowest")).fact("HouseholdAssessed");
    assert_eq!(assessed["deprived"], json!(["health", "living", "education", "income", "access"]));
    let assessed = Story::verified().when("assess", assess("low")).fact("HouseholdAssessed");
    assert_eq!(assessed.get("deprived"), None);
}

#[test]
fn only_a_known_instrument_and_its_own_answers_are_taken() {
    let mut story = Story::verified();
    story.when("assess", with(assess("low"), json!({"instrument": "other@1"}))).refused("unknown_instrument");
    let mut body = assess("low");
    body["answers"]["human.health"] = json!(["splendid"]);
    story.when("assess", body).refused_at("/answers/human.health", "unknown_answer");
}

#[test]
fn a_household_where_nobody_lives_is_not_assessed() {
    let mut story = Story::verified();
    story.given("remove-member", json!({"person": id(1), "because": "moved_out"}));
    story.when("assess", assess("low")).refused("nobody_lives_there");
}

#[test]
fn a_survey_entered_late_is_scored_by_the_policy_of_its_own_day() {
    let mut story = Story::verified();
    form::scoring_turned_round(&mut story, day("2026-03-01"));
    story.on("2026-04-01");
    let late =
        story.when("assess", with(assess("lowest"), json!({"happened_on": "2026-02-28"}))).fact("HouseholdAssessed");
    assert_eq!((&late["scoring"], level(&late)), (&json!("scoring/46@1"), &json!(1)));
    let new =
        story.when("assess", with(assess("lowest"), json!({"happened_on": "2026-03-01"}))).fact("HouseholdAssessed");
    assert_eq!(new["scoring"], "scoring/46@2");
    assert_ne!(level(&new), 1);
}

#[test]
fn a_survey_cannot_have_happened_tomorrow() {
    let body = with(assess("low"), json!({"happened_on": "2026-01-07"}));
    Story::verified().when("assess", body).refused_at("/happened_on", "in_the_future");
}

#[test]
fn income_is_divided_by_those_who_live_there() {
    let mut story = Story::verified();
    story.given("add-member", json!({"member": form::person(2, "child")}));
    let absent = with(form::person(3, "spouse"), json!({"residence": "registered_only"}));
    story.given("add-member", json!({"member": absent}));
    let assessed = story.when("assess", assess_earning("low", "6001.01")).fact("HouseholdAssessed");
    assert_eq!(
        (&assessed["money"]["residents"], &assessed["money"]["net_per_resident_month"]),
        (&json!(2), &json!("3000.50"))
    );
}

#[test]
fn unknown_gross_and_missing_income_give_no_figure_and_debt_is_never_taken_off() {
    for money in [
        json!({}),
        json!({"incomes": [{"concept": "farm", "period": "year", "net": "net", "amount": null}]}),
        json!({"incomes": [{"concept": "farm", "period": "year", "net": "gross", "amount": "90000.00"}]}),
    ] {
        let assessed =
            Story::verified().when("assess", with(assess("low"), json!({"money": money}))).fact("HouseholdAssessed");
        assert_eq!(assessed["money"].get("net_per_resident_month"), None);
    }
    let money = with(form::earning("3000.00"), json!({"debt": "500000.00", "expense_month": "9000.00"}));
    let assessed =
        Story::verified().when("assess", with(assess("low"), json!({"money": money}))).fact("HouseholdAssessed");
    assert_eq!(assessed["money"]["net_per_resident_month"], "3000.00");
}

#[test]
fn a_net_income_may_be_below_zero_and_a_gross_one_may_not() {
    let income = |net: &str| {
        json!({"evidence": "told", "money": {"incomes": [
            {"concept": "farm", "period": "year", "net": net, "amount": "-1200.00"}]}})
    };
    let recorded = Story::identified().when("record-income", income("net")).fact("IncomeRecorded");
    assert_eq!(recorded["money"]["net_per_resident_month"], "-100.00");
    Story::identified().when("record-income", income("gross")).refused_at("/money/incomes/0/amount", "below_zero");
    let debt = json!({"evidence": "told", "money": with(form::earning("1.00"), json!({"debt": "-1.00"}))});
    Story::identified().when("record-income", debt).refused_at("/money/debt", "below_zero");
}

#[test]
fn income_is_recorded_at_any_stage_and_needs_at_least_one_figure() {
    let mut story = Story::identified();
    story.when("record-income", json!({"evidence": "told", "money": {}})).refused_at("/money/incomes", "too_few");
    story
        .when("record-income", json!({"evidence": "seen", "money": form::earning("100.00")}))
        .records(&["IncomeRecorded"]);
    story.stands(Stage::Identified, "open");
}

#[test]
fn assessing_again_does_not_lower_the_stage_and_starts_the_follow_up() {
    let mut story = Story::assisted();
    story.on("2026-02-01").given("assess", assess("low"));
    story.stands(Stage::Assisted, "open");
    story.is_due("follow_up 2026-05-02");
}
