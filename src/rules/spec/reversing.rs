//! What the household says of help, and help that counts no longer; shares of a payment.

use events::facts::case::Stage;
use serde_json::{Value, json};

use super::form::{help, person, referral, with};
use super::graduating::ready;
use super::story::{MUSHROOMS, Story, id};
use crate::rules::Refusal;

fn named(n: u128) -> Value {
    with(help(), json!({"assistance": id(n)}))
}

fn reverse(n: u128) -> Value {
    json!({"assistance": id(n), "because": "did_not_arrive"})
}

fn confirm(n: u128, received: &str) -> Value {
    json!({"assistance": id(n), "how": "told", "received": received})
}

fn helped() -> Story {
    let mut story = Story::assessed();
    story.on("2026-01-10").given("deliver-assistance", named(1));
    story
}

#[test]
fn a_household_confirms_help_and_may_say_otherwise_later() {
    let mut story = helped();
    story.when("confirm-assistance", confirm(1, "partly")).records(&["AssistanceConfirmed"]);
    story.when("confirm-assistance", confirm(1, "partly")).refused("already_confirmed");
    story.when("confirm-assistance", confirm(1, "yes")).decision();
    story.stands(Stage::Assisted, "open");
    story.when("confirm-assistance", confirm(2, "yes")).refused("unknown_reference");
    let early = with(confirm(1, "no"), json!({"happened_on": "2026-01-09"}));
    story.when("confirm-assistance", early).refused_at("/happened_on", "too_early");
    let late = with(confirm(1, "no"), json!({"happened_on": "2026-01-11"}));
    story.when("confirm-assistance", late).refused_at("/happened_on", "in_the_future");
}

#[test]
fn the_only_help_reversed_leaves_the_household_where_the_other_facts_put_it() {
    let mut story = helped();
    let reversed = story.on("2026-01-12").when("reverse-assistance", reverse(1)).fact("AssistanceReversed");
    assert_eq!((&reversed["after"]["stage"], &reversed["next_due"]["what"]), (&json!("assessed"), &json!("referral")));
    story.stands(Stage::Assessed, "open");
    story.is_due("referral 2026-01-21");
    let mut story = Story::referred();
    story.on("2026-01-20").given("deliver-assistance", named(1)).given("reverse-assistance", reverse(1));
    story.stands(Stage::Referred, "open");
    story.is_due("follow_up 2026-04-08");
}

#[test]
fn other_help_keeps_the_stage_and_later_help_brings_it_back() {
    let mut story = helped();
    story.given("deliver-assistance", named(2)).given("reverse-assistance", reverse(1));
    story.stands(Stage::Assisted, "open");
    story.given("reverse-assistance", reverse(2));
    story.stands(Stage::Assessed, "open");
    story.given("deliver-assistance", named(3));
    story.stands(Stage::Assisted, "open");
}

#[test]
fn what_came_after_the_help_keeps_its_own_stage() {
    let mut story = helped();
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)})).given("reverse-assistance", reverse(1));
    story.stands(Stage::Referred, "open");
}

#[test]
fn help_is_reversed_once_and_then_neither_confirmed() {
    let mut story = helped();
    story.given("confirm-assistance", confirm(1, "no")).given("reverse-assistance", reverse(1));
    story.when("reverse-assistance", reverse(1)).refused("help_reversed");
    story.when("confirm-assistance", confirm(1, "yes")).refused("help_reversed");
    story.when("reverse-assistance", reverse(9)).refused("unknown_reference");
    let early = with(reverse(1), json!({"happened_on": "2026-01-09"}));
    helped().when("reverse-assistance", early).refused_at("/happened_on", "too_early");
}

#[test]
fn a_reversal_taken_back_lets_the_help_count_again() {
    let mut story = helped();
    story.given("reverse-assistance", reverse(1));
    let sequence = story.sequence_of("AssistanceReversed");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    story.stands(Stage::Assisted, "open");
    // And what a later fact speaks of stays.
    story.given("reverse-assistance", reverse(1));
    let sequence = story.sequence_of("AssistanceDelivered");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
}

#[test]
fn help_that_a_proposal_rests_on_is_not_reversed() {
    let mut story = ready();
    let known: Vec<_> = story.case().help.keys().copied().collect();
    story.given("propose-graduation", json!({}));
    let (last, first) = known.split_last().unwrap();
    for help in first {
        story.given("reverse-assistance", json!({"assistance": help, "because": "given_twice"}));
    }
    let refusal =
        story.when("reverse-assistance", json!({"assistance": last, "because": "given_twice"})).refused("rested_on");
    let Refusal::RestedOn(later) = refusal else { panic!("the facts are listed") };
    assert_eq!(later[0].event_type, "GraduationProposed");
}

#[test]
fn a_delivery_has_one_id() {
    helped().when("deliver-assistance", named(1)).refused("id_taken");
}

#[test]
fn help_may_be_for_several_in_kind_and_from_nobody_in_particular() {
    let mut story = Story::assessed();
    story.given("add-member", json!({"member": person(2, "child")}));
    let body = with(help(), json!({"beneficiaries": [id(1), id(2)], "worth": {"form": "in_kind", "worth": "300.00"}}));
    let fact = story.when("deliver-assistance", body).fact("AssistanceDelivered");
    assert_eq!(fact["beneficiaries"], json!([id(1), id(2)]));
    assert!(fact.get("agency").is_none() && fact.get("referral").is_none() && fact.get("part_of").is_none());
}

#[test]
fn a_share_of_a_payment_is_known_and_no_greater_than_the_payment() {
    let share = |worth: Value, total: &str, shares: u16| {
        with(help(), json!({"worth": worth, "part_of": {"payment": id(7), "total": total, "shares": shares}}))
    };
    let baht = |amount: &str| json!({"form": "baht", "amount": amount});
    let mut story = Story::assessed();
    story
        .when("deliver-assistance", share(baht("500.01"), "500.00", 4))
        .refused_at("/part_of/total", "share_above_total");
    story.when("deliver-assistance", share(baht("500.00"), "500.00", 1)).refused_at("/part_of/shares", "too_few");
    story
        .when("deliver-assistance", share(json!({"form": "in_kind"}), "500.00", 4))
        .refused_at("/part_of", "share_unknown");
    let fact = story.when("deliver-assistance", share(baht("125.00"), "500.00", 4)).fact("AssistanceDelivered");
    assert_eq!((&fact["worth"]["amount"], &fact["part_of"]["total"]), (&json!("125.00"), &json!("500.00")));
}

#[test]
fn reversed_help_through_a_referral_leaves_the_referral_where_it_is() {
    let mut story = Story::accepted();
    story.on("2026-01-12").given("deliver-assistance", with(named(1), json!({"referral": id(1)})));
    story.given("reverse-assistance", reverse(1));
    story.stands(Stage::Referred, "open");
    story.when("complete-referral", with(referral(1), json!({"outcome": "not_met"}))).decision();
}
