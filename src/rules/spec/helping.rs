//! Help arrives: through a referral, through a model, or from anybody.

use events::facts::case::Stage;
use serde_json::json;

use super::form::{self, help, with};
use super::story::{COMPANY, MUSHROOMS, STATE, Story, id};

#[test]
fn help_before_an_assessment_moves_no_stage_and_no_clock() {
    let mut story = Story::identified();
    story.when("deliver-assistance", help()).records(&["AssistanceDelivered"]);
    story.stands(Stage::Identified, "open");
    story.is_due("first_visit 2026-01-19");
    let mut story = Story::verified();
    story.given("deliver-assistance", help());
    story.stands(Stage::Verified, "open");
    story.given("assess", form::assess("low"));
    story.stands(Stage::Assessed, "open");
}

#[test]
fn help_without_a_referral_passes_referred_in_the_same_moment() {
    let mut story = Story::assessed();
    let helped = story.when("deliver-assistance", help()).fact("AssistanceDelivered");
    assert_eq!(helped["after"]["stage"], "assisted");
    story.stands(Stage::Assisted, "open");
    story.is_due("follow_up 2026-04-07");
}

#[test]
fn accepted_is_not_delivered() {
    let mut story = Story::accepted();
    story.stands(Stage::Referred, "open");
    let through = with(help(), json!({"referral": id(1)}));
    let helped = story.when("deliver-assistance", through).fact("AssistanceDelivered");
    assert_eq!(helped["agency"], json!(id(STATE)), "the agency of the referral");
    story.stands(Stage::Assisted, "open");
}

#[test]
fn help_through_a_referral_needs_its_acceptance_and_its_agency() {
    let through = with(help(), json!({"referral": id(1)}));
    Story::referred().when("deliver-assistance", through.clone()).refused("wrong_referral_state");
    Story::accepted()
        .when("deliver-assistance", with(through, json!({"agency": id(COMPANY)})))
        .refused_at("/agency", "other_agency");
    Story::accepted().when("deliver-assistance", with(help(), json!({"referral": id(9)}))).refused("unknown_reference");
}

#[test]
fn help_from_an_agency_needs_one_that_is_registered() {
    let from = |agency: u128| with(help(), json!({"agency": id(agency)}));
    Story::assessed().when("deliver-assistance", from(9)).refused_at("/agency", "unknown_agency");
    let helped = Story::assessed().when("deliver-assistance", from(COMPANY)).fact("AssistanceDelivered");
    assert_eq!(helped["agency"], json!(id(COMPANY)));
    Story::assessed().when("deliver-assistance", help()).decision();
}

#[test]
fn help_through_a_model_needs_enrolment_in_it() {
    let through = with(help(), json!({"model": id(MUSHROOMS)}));
    let mut story = Story::assessed();
    story.when("deliver-assistance", through.clone()).refused("not_enrolled");
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.when("deliver-assistance", through).decision();
}

#[test]
fn help_of_unknown_worth_is_not_worth_nothing() {
    let worth = |worth| with(help(), json!({"worth": worth}));
    let helped = Story::assessed().when("deliver-assistance", help()).fact("AssistanceDelivered");
    assert_eq!(helped["worth"], json!({"form": "in_kind"}));
    for (given, wrong) in [
        (json!({"form": "baht", "amount": "0.00"}), Some("/worth/amount")),
        (json!({"form": "baht", "amount": "0.01"}), None),
        (json!({"form": "in_kind", "worth": "0.00"}), Some("/worth/worth")),
        (json!({"form": "in_kind", "worth": "150.00"}), None),
    ] {
        let then = Story::assessed().when("deliver-assistance", worth(given));
        match wrong {
            Some(pointer) => then.refused_at(pointer, "not_above_zero"),
            None => drop(then.decision()),
        }
    }
}

#[test]
fn help_is_for_members_each_named_once() {
    let for_whom =
        |people: &[u128]| with(help(), json!({"beneficiaries": people.iter().map(|n| id(*n)).collect::<Vec<_>>()}));
    let mut story = Story::assessed();
    story.when("deliver-assistance", for_whom(&[9])).refused_at("/beneficiaries/0", "not_a_member");
    story.when("deliver-assistance", for_whom(&[1, 1])).refused_at("/beneficiaries/1", "named_twice");
    story.when("deliver-assistance", for_whom(&[1])).decision();
}

#[test]
fn a_kind_of_help_is_a_code() {
    for kind in ["House Repair", "", &"x".repeat(65)] {
        let body = with(help(), json!({"kind": kind}));
        Story::assessed().when("deliver-assistance", body).refused_at("/kind", "not_a_code");
    }
}

#[test]
fn what_is_entered_late_moves_no_due_date_back() {
    let mut story = Story::assisted();
    story.on("2026-03-01").given("visit-home", json!({"seen": "poor"}));
    story.is_due("follow_up 2026-05-30");
    story.given("deliver-assistance", with(help(), json!({"happened_on": "2026-01-20"})));
    story.given("visit-home", json!({"seen": "poor", "happened_on": "2026-02-28"}));
    story.given("assess", with(form::assess("low"), json!({"happened_on": "2026-02-01"})));
    story.is_due("follow_up 2026-05-30");
    story.given("deliver-assistance", help()).on("2026-03-02").given("deliver-assistance", help());
    story.is_due("follow_up 2026-05-31");
}

#[test]
fn a_shorter_policy_shortens_the_next_date() {
    let mut story = Story::assisted();
    let mut contact = story.book.contact("46", story.today).unwrap().0.clone();
    contact.follow_up_days = 10;
    let (province, effective_on) = ("46".to_owned(), super::story::day("2026-02-01"));
    let body = events::facts::policy::PolicyBody::Contact(contact);
    story.publish(&crate::rules::policy::Publish { province, effective_on, body }).unwrap();
    story.on("2026-02-01").given("visit-home", json!({"seen": "poor"}));
    story.is_due("follow_up 2026-02-11");
}
