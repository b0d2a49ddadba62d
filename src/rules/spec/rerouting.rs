//! A referral waits for an answer once more: taken back by its agency, sent again, sent elsewhere; or is taken back.

use events::facts::case::Stage;
use events::id::ReferralId;
use serde_json::{Value, json};

use super::consenting::partnered;
use super::form::{self, refer, referral, with};
use super::story::{COMPANY, FAR_AWAY, STATE, Story, id};
use crate::rules::household::state::{Referral, ReferralState};

fn one(story: &Story) -> &Referral {
    &story.case().referrals[&ReferralId(id(1))]
}

fn returned() -> Story {
    let mut story = Story::referred();
    story.on("2026-01-10").given("return-referral", with(referral(1), json!({"reason": "document_missing"})));
    story
}

fn take_back() -> Value {
    with(referral(1), json!({"reason": "no_capacity"}))
}

fn elsewhere(service: &str) -> Value {
    with(
        referral(1),
        json!({
            "agency": id(STATE), "service": service, "basis": "public_task", "disclosed": ["phone"],
            "reason": "no_answer",
        }),
    )
}

/// Need 1 with the clinic, accepted.
fn with_the_clinic() -> Story {
    let mut story = Story::assessed();
    story.on("2026-01-08").given("record-need", form::need(1));
    story.given("make-referral", with(refer(1, 1), json!({"service": "clinic"})));
    story.on("2026-01-09").given("accept-referral", referral(1));
    story
}

#[test]
fn an_acceptance_taken_back_frees_the_place_and_starts_the_clock_anew() {
    let mut story = with_the_clinic();
    assert_eq!(story.service("clinic").taken_by.len(), 1);
    let taken = story.on("2026-02-01").when("take-back-acceptance", take_back()).fact("AcceptanceTakenBack");
    assert_eq!((&taken["respond_by"], &taken["sla"]), (&json!("2026-02-08"), &json!("sla/46@1")));
    assert_eq!(story.service("clinic").taken_by.len(), 0);
    assert_eq!((one(&story).state, one(&story).accepted_on), (ReferralState::ToAnswer, None));
    assert!(one(&story).open_disclosure().is_some());
    story.stands(Stage::Referred, "open");
    story.when("complete-referral", with(referral(1), json!({"outcome": "met"}))).refused("wrong_referral_state");
    story.when("accept-referral", referral(1)).decision();
}

#[test]
fn only_what_was_accepted_is_taken_back_with_a_reason_and_in_its_time() {
    Story::referred().when("take-back-acceptance", take_back()).refused("wrong_referral_state");
    Story::accepted()
        .when("take-back-acceptance", with(take_back(), json!({"referral": id(9)})))
        .refused("unknown_reference");
    let early = with(take_back(), json!({"happened_on": "2026-01-08"}));
    Story::accepted().when("take-back-acceptance", early).refused_at("/happened_on", "too_early");
    let late = with(take_back(), json!({"happened_on": "2026-01-10"}));
    Story::accepted().when("take-back-acceptance", late).refused_at("/happened_on", "in_the_future");
    let other = with(take_back(), json!({"reason": "other"}));
    Story::accepted().when("take-back-acceptance", other).refused_at("/words", "words_needed");
}

#[test]
fn help_that_came_before_an_acceptance_was_taken_back_stays() {
    let mut story = Story::accepted();
    story.given("deliver-assistance", with(form::help(), json!({"referral": id(1)})));
    story.given("take-back-acceptance", take_back());
    story.stands(Stage::Assisted, "open");
}

#[test]
fn a_referral_that_came_back_is_sent_again_with_a_new_clock() {
    let mut story = returned();
    let sent =
        story.on("2026-02-01").when("resubmit-referral", with(referral(1), json!({"words": {"text": "แนบเอกสารแล้ว"}})));
    assert_eq!(sent.fact("ReferralResubmitted")["respond_by"], "2026-02-08");
    assert_eq!(one(&story).state, ReferralState::ToAnswer);
    story.when("resubmit-referral", referral(1)).refused("wrong_referral_state");
    // And an answer can't come before it was sent again.
    let early = with(referral(1), json!({"happened_on": "2026-01-31"}));
    story.when("accept-referral", early).refused_at("/happened_on", "too_early");
    story.on("2026-02-09").when("note-response-overdue", referral(1)).records(&["ResponseOverdue"]);
}

#[test]
fn a_missed_answer_of_the_first_time_is_noted_apart_from_the_second() {
    let mut story = Story::referred();
    story.on("2026-01-16").given("note-response-overdue", referral(1));
    story.given("return-referral", with(referral(1), json!({"reason": "cannot_reach"})));
    story.given("resubmit-referral", referral(1));
    story.when("note-response-overdue", referral(1)).refused("not_yet_overdue");
    story.on("2026-01-24").when("note-response-overdue", referral(1)).records(&["ResponseOverdue"]);
}

#[test]
fn a_referral_goes_elsewhere_with_a_new_clock_and_a_disclosure_of_its_own() {
    let mut story = Story::referred();
    let decision = story.on("2026-02-01").when("reroute-referral", elsewhere("emergency")).records(&[
        "DisclosureEnded",
        "ReferralRerouted",
        "DisclosureMade",
    ]);
    let facts: Vec<_> = decision.household.iter().map(|it| serde_json::to_value(it).unwrap()).collect();
    assert_eq!((&facts[0]["because"], &facts[0]["agency"]), (&json!("rerouted"), &json!(id(STATE))));
    assert_eq!((&facts[1]["from_service"], &facts[1]["respond_by"]), (&json!("repair"), &json!("2026-02-02")));
    assert_eq!((&facts[2]["fields"], &facts[2]["purpose"]), (&json!(["phone"]), &json!("emergency")));
    assert!(decision.agencies.is_empty(), "nobody held a place");
    assert_eq!((one(&story).service.as_str(), one(&story).reached_on), ("emergency", story.today));
    story.stands(Stage::Referred, "open");
}

#[test]
fn an_accepted_referral_gives_its_place_back_when_it_goes_elsewhere() {
    let mut story = with_the_clinic();
    let decision = story.when("reroute-referral", elsewhere("repair")).decision();
    assert_eq!(decision.agencies.len(), 1);
    assert_eq!((story.service("clinic").taken_by.len(), one(&story).state), (0, ReferralState::ToAnswer));
}

#[test]
fn a_referral_goes_where_it_could_have_been_made_to() {
    let mut story = Story::referred();
    let to = |agency: u128, basis: &str| with(elsewhere("repair"), json!({"agency": id(agency), "basis": basis}));
    story.when("reroute-referral", to(STATE, "public_task")).refused("already_referred");
    story.when("reroute-referral", to(FAR_AWAY, "public_task")).refused("not_in_area");
    story.when("reroute-referral", to(0xEE, "public_task")).refused("unknown_reference");
    story.when("reroute-referral", to(COMPANY, "public_task")).refused("consent_needed");
    story.when("reroute-referral", to(COMPANY, "consent")).refused("no_consent_in_force");
    story.when("reroute-referral", elsewhere("moon")).refused("service_not_offered");
    story.when("reroute-referral", elsewhere("Moon")).refused_at("/service", "not_a_code");
    story.given("give-consent", form::consent(1));
    let made = story.when("reroute-referral", to(COMPANY, "consent")).fact("DisclosureMade");
    assert_eq!(made["consent"], json!(id(1)));
    story.given("withdraw-referral", with(referral(1), json!({"reason": "mistake", "wish_of": "caseworker"})));
    story.when("reroute-referral", elsewhere("repair")).refused("wrong_referral_state");
}

#[test]
fn a_referral_does_not_go_where_its_need_waits_already() {
    let mut story = Story::referred();
    story.given("make-referral", with(refer(2, 1), json!({"service": "clinic"})));
    story.when("reroute-referral", elsewhere("clinic")).refused("already_referred");
}

#[test]
fn from_a_partner_to_the_state_it_rests_on_no_consent_any_more() {
    let mut story = partnered();
    story.given("reroute-referral", elsewhere("repair"));
    assert_eq!(one(&story).open_disclosure().unwrap().consent, None);
    story.when("withdraw-consent", json!({"consent": id(1)})).records(&["ConsentWithdrawn"]);
}

#[test]
fn what_was_sent_elsewhere_or_taken_back_is_undone_by_its_verb() {
    let mut story = with_the_clinic();
    story.given("take-back-acceptance", take_back()).given("reroute-referral", elsewhere("repair"));
    for name in ["AcceptanceTakenBack", "ReferralRerouted", "DisclosureEnded"] {
        let sequence = story.sequence_of(name);
        story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("not_retractable");
    }
}

#[test]
fn a_referral_is_withdrawn_wherever_it_is_until_it_ends() {
    let withdraw = with(referral(1), json!({"reason": "not_wanted", "wish_of": "household"}));
    for (mut story, frees) in [(Story::referred(), 0), (with_the_clinic(), 1), (returned(), 0)] {
        let decision =
            story.when("withdraw-referral", withdraw.clone()).records(&["ReferralWithdrawn", "DisclosureEnded"]);
        assert_eq!(decision.agencies.len(), frees);
        let fact = serde_json::to_value(&decision.household[0]).unwrap();
        assert_eq!((&fact["because"], &fact["wish_of"]), (&json!("not_wanted"), &json!("household")));
        assert_eq!(one(&story).state, ReferralState::Ended);
        story.stands(Stage::Referred, "open");
        assert!(story.case().needs.values().all(|need| need.open), "the need is there still");
        story.when("withdraw-referral", withdraw.clone()).refused("wrong_referral_state");
    }
    let early = with(withdraw, json!({"happened_on": "2026-01-07"}));
    Story::referred().when("withdraw-referral", early).refused_at("/happened_on", "too_early");
}
