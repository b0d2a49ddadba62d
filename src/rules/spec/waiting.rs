//! An agency is waited for: reminded, escalated, given more time, and noted once when it delivers too late.

use events::id::ReferralId;
use serde_json::{Value, json};

use super::form::{referral, with};
use super::story::{SUPERVISOR, Story, day, id};
use crate::rules::household::state::Referral;

fn one(story: &Story) -> &Referral {
    &story.case().referrals[&ReferralId(id(1))]
}

fn until(clock: &str, until: &str) -> Value {
    with(referral(1), json!({"clock": clock, "until": until, "reason": "documents_awaited"}))
}

fn to(whom: &str) -> Value {
    with(referral(1), json!({"to": whom, "reason": "no_answer"}))
}

#[test]
fn an_agency_is_reminded_once_a_day_and_every_reminder_counts() {
    let mut story = Story::referred();
    let first = story.on("2026-01-12").when("remind-agency", referral(1)).fact("ReminderSent");
    assert_eq!((&first["count"], &first["agency"]), (&json!(1), &json!(id(super::story::STATE))));
    story.when("remind-agency", referral(1)).refused("already_reminded");
    assert_eq!(story.on("2026-01-13").when("remind-agency", referral(1)).fact("ReminderSent")["count"], 2);
    // A reminder entered late is a reminder of its own day.
    let late = with(referral(1), json!({"happened_on": "2026-01-12"}));
    story.when("remind-agency", late).refused("already_reminded");
    let early = with(referral(1), json!({"happened_on": "2026-01-07"}));
    story.when("remind-agency", early).refused_at("/happened_on", "too_early");
    story.when("remind-agency", referral(9)).refused("unknown_reference");
    story.given("accept-referral", referral(1));
    assert_eq!(story.on("2026-01-14").when("remind-agency", referral(1)).fact("ReminderSent")["count"], 3);
}

#[test]
fn nobody_is_reminded_of_what_does_not_wait_there() {
    let mut story = Story::referred();
    story.given("return-referral", with(referral(1), json!({"reason": "cannot_reach"})));
    story.when("remind-agency", referral(1)).refused("wrong_referral_state");
    let mut story = Story::accepted();
    story.given("complete-referral", with(referral(1), json!({"outcome": "not_met"})));
    story.when("remind-agency", referral(1)).refused("wrong_referral_state");
}

#[test]
fn another_agency_is_reminded_for_the_first_time() {
    let mut story = Story::referred();
    story.given("remind-agency", referral(1));
    let elsewhere = json!({
        "agency": id(super::story::STATE), "service": "clinic", "basis": "public_task", "reason": "no_answer",
    });
    story.given("reroute-referral", with(referral(1), elsewhere));
    assert_eq!(story.when("remind-agency", referral(1)).fact("ReminderSent")["count"], 1);
}

#[test]
fn a_referral_is_escalated_upwards_and_once_to_each() {
    let mut story = Story::referred();
    story.given("escalate-referral", to("supervisor"));
    story.when("escalate-referral", to("supervisor")).refused("already_escalated");
    story.by(SUPERVISOR).given("escalate-referral", to("operations"));
    story.when("escalate-referral", to("supervisor")).refused("already_escalated");
    // With the clock to deliver it begins anew.
    story.given("accept-referral", referral(1));
    story.when("escalate-referral", to("supervisor")).records(&["ReferralEscalated"]);
    story
        .when("escalate-referral", with(to("operations"), json!({"reason": "other"})))
        .refused_at("/words", "words_needed");
    story.given("complete-referral", with(referral(1), json!({"outcome": "not_met"})));
    story.when("escalate-referral", to("operations")).refused("wrong_referral_state");
}

#[test]
fn more_time_is_later_than_before_and_on_the_clock_that_runs() {
    let mut story = Story::referred();
    story.when("extend-deadline", until("to_answer", "2026-01-15")).refused_at("/until", "too_early");
    story.when("extend-deadline", until("to_answer", "2027-01-10")).refused_at("/until", "too_late");
    story.when("extend-deadline", until("to_deliver", "2026-03-01")).refused("wrong_referral_state");
    let extended = story.when("extend-deadline", until("to_answer", "2026-01-16")).fact("DeadlineExtended");
    assert_eq!((&extended["previous"], &extended["until"]), (&json!("2026-01-15"), &json!("2026-01-16")));
    assert_eq!(one(&story).respond_by, day("2026-01-16"));
    story.on("2026-01-16").when("note-response-overdue", referral(1)).refused("not_yet_overdue");
    story.on("2026-01-17").given("note-response-overdue", referral(1));
    story.when("extend-deadline", until("to_answer", "2026-01-16")).refused_at("/until", "too_early");
    story.given("extend-deadline", until("to_answer", "2026-01-20"));
    story.on("2026-01-21").when("note-response-overdue", referral(1)).records(&["ResponseOverdue"]);
    let sequence = story.sequence_of("DeadlineExtended");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
}

#[test]
fn more_time_taken_back_brings_the_old_day_back() {
    let mut story = Story::accepted();
    let before = one(&story).deliver_by;
    story.given("extend-deadline", until("to_deliver", "2026-03-01"));
    assert_eq!(one(&story).deliver_by, Some(day("2026-03-01")));
    let sequence = story.sequence_of("DeadlineExtended");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    assert_eq!(one(&story).deliver_by, before);
}

#[test]
fn a_missed_delivery_is_noted_after_the_last_day_and_once() {
    let mut story = Story::accepted();
    let last = one(&story).deliver_by.unwrap();
    story.today = last;
    story.when("note-delivery-overdue", referral(1)).refused("delivery_not_yet_overdue");
    story.today = last + chrono::Duration::days(1);
    let noted = story.when("note-delivery-overdue", referral(1)).fact("DeliveryOverdue");
    assert_eq!(noted["deliver_by"], json!(last));
    story.when("note-delivery-overdue", referral(1)).changes_nothing();
    story.when("note-delivery-overdue", referral(9)).refused("unknown_reference");
    story.given("take-back-acceptance", with(referral(1), json!({"reason": "no_capacity"})));
    story.when("note-delivery-overdue", referral(1)).changes_nothing();
    story.given("accept-referral", referral(1));
    story.when("note-delivery-overdue", referral(1)).refused("delivery_not_yet_overdue");
}
