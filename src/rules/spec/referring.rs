//! A need goes to an agency's service, and the agency answers in time or not.

use events::facts::case::Stage;
use events::facts::policy::{DaysCounted, PolicyBody, Sla};
use serde_json::{Value, json};

use super::form::{self, refer, referral, with};
use super::story::{COMPANY, FAR_AWAY, STATE, SUPERVISOR, Story, day, id};
use crate::rules::household::state::ReferralState;
use crate::rules::policy::Publish;

fn needing() -> Story {
    let mut story = Story::assessed();
    story.on("2026-01-08").given("record-need", form::need(1)).given("record-need", form::need(2));
    story
}

fn state_of(story: &Story, n: u128) -> ReferralState {
    story.case().referrals[&events::id::ReferralId(id(n))].state
}

#[test]
fn no_answer_lies_before_the_agency_was_asked_or_had_said_yes() {
    let on = |body: Value, day: &str| with(body, json!({"happened_on": day}));
    let declined = with(form::referral(1), json!({"reason": "no_capacity"}));
    let returned = with(form::referral(1), json!({"reason": "document_missing"}));
    for (name, body) in
        [("accept-referral", form::referral(1)), ("decline-referral", declined), ("return-referral", returned)]
    {
        // It was made on the 8th, and the household was known before.
        Story::referred().when(name, on(body.clone(), "2026-01-07")).refused_at("/happened_on", "too_early");
        Story::referred().given(name, on(body, "2026-01-08"));
    }
    let completed = with(form::referral(1), json!({"outcome": "met"}));
    let taken_back = with(form::referral(1), json!({"reason": "mistake"}));
    for (name, body) in [("complete-referral", completed), ("take-back-acceptance", taken_back)] {
        // It was accepted on the 9th.
        Story::accepted().when(name, on(body.clone(), "2026-01-08")).refused_at("/happened_on", "too_early");
        Story::accepted().given(name, on(body, "2026-01-09"));
    }
}

#[test]
fn the_first_referral_brings_an_assessed_household_to_referred() {
    let mut story = needing();
    let made = story.when("make-referral", refer(1, 1)).fact("ReferralMade");
    assert_eq!((&made["respond_by"], &made["sla"]), (&json!("2026-01-15"), &json!("sla/46@1")));
    story.stands(Stage::Referred, "open");
    story.is_due("follow_up 2026-04-08");
}

#[test]
fn nothing_is_referred_before_an_assessment() {
    let mut story = Story::verified();
    story.given("record-need", form::need(1));
    story.when("make-referral", refer(1, 1)).refused("not_assessed");
}

#[test]
fn a_referral_is_for_an_open_need_of_this_household() {
    let mut story = needing();
    story.when("make-referral", refer(1, 9)).refused("unknown_reference");
    story.given("make-referral", refer(1, 1)).given("accept-referral", referral(1));
    story.given("complete-referral", with(referral(1), json!({"outcome": "met"})));
    story.when("make-referral", refer(2, 1)).refused("need_closed");
    story.when("make-referral", refer(2, 2)).decision();
}

#[test]
fn the_agency_must_offer_the_service_where_the_household_lives() {
    let mut story = needing();
    let to = |agency, service: &str| with(refer(1, 1), json!({"agency": id(agency), "service": service}));
    story.when("make-referral", to(STATE, "moon_travel")).refused("service_not_offered");
    story.when("make-referral", to(STATE, "Moon")).refused_at("/service", "not_a_code");
    story.when("make-referral", to(FAR_AWAY, "repair")).refused("not_in_area");
    story.when("make-referral", to(0xEE, "repair")).refused("unknown_reference");
    story.when("make-referral", to(STATE, "repair")).decision();
}

#[test]
fn a_partner_outside_the_state_needs_the_households_consent() {
    let to_company = |basis: &str| with(refer(1, 1), json!({"agency": id(COMPANY), "basis": basis}));
    for basis in ["public_task", "legal_duty", "vital_interest"] {
        let mut story = needing();
        story.given("give-consent", form::consent(1));
        story.when("make-referral", to_company(basis)).refused("consent_needed");
    }
    let mut story = needing();
    story.when("make-referral", to_company("consent")).refused("no_consent_in_force");
    story.given("give-consent", form::consent(1));
    story.when("make-referral", to_company("consent")).records(&["ReferralMade", "DisclosureMade"]);
    needing().when("make-referral", refer(1, 1)).decision();
}

#[test]
fn only_state_and_local_organisations_need_no_consent() {
    use events::facts::agency::AgencyKind::{Civil, Education, Lao, Private, Religious, State};
    for (kind, free) in
        [(State, true), (Lao, true), (Private, false), (Civil, false), (Religious, false), (Education, false)]
    {
        let mut story = needing();
        story.agencies[0].1.known.as_mut().unwrap().kind = kind;
        assert_eq!(story.when("make-referral", refer(1, 1)).0.is_ok(), free, "{kind:?}");
    }
}

#[test]
fn a_need_is_with_one_service_once_at_a_time_and_with_several_at_once() {
    let mut story = needing();
    story.given("make-referral", refer(1, 1));
    story.when("make-referral", refer(2, 1)).refused("already_referred");
    story.given("make-referral", with(refer(2, 1), json!({"service": "clinic"})));
    story.given("make-referral", refer(3, 2));
    story.given("decline-referral", with(referral(1), json!({"reason": "not_eligible"})));
    story.when("make-referral", refer(4, 1)).decision();
    story.when("make-referral", refer(4, 2)).refused("already_referred");
}

#[test]
fn a_referral_that_was_sent_back_still_waits_for_this_need() {
    let mut story = Story::referred();
    story.given("return-referral", with(referral(1), json!({"reason": "document_missing"})));
    assert_eq!(state_of(&story, 1), ReferralState::Returned);
    story.when("make-referral", refer(2, 1)).refused("already_referred");
}

#[test]
fn an_id_names_one_referral() {
    let mut story = needing();
    story.given("make-referral", refer(1, 1));
    story.when("make-referral", refer(1, 2)).refused("id_taken");
}

#[test]
fn the_clock_to_answer_starts_today_whatever_day_was_agreed() {
    let mut story = needing();
    let made = story
        .on("2026-02-01")
        .when("make-referral", with(refer(1, 1), json!({"happened_on": "2026-01-08"})))
        .fact("ReferralMade");
    assert_eq!((&made["happened_on"], &made["respond_by"]), (&json!("2026-01-08"), &json!("2026-02-08")));
}

#[test]
fn a_referral_entered_late_has_the_days_that_are_promised_today() {
    let mut story = needing();
    let body = PolicyBody::Sla(Sla {
        answer_days: 3,
        deliver_days: 10,
        services: std::collections::BTreeMap::new(),
        counted: DaysCounted::Calendar,
    });
    let effective_on = day("2026-01-20");
    story.publish(&Publish { province: "46".to_owned(), effective_on, body }).unwrap();
    let late = with(refer(1, 1), json!({"happened_on": "2026-01-08"}));
    let made = story.on("2026-01-19").clone().when("make-referral", late.clone()).fact("ReferralMade");
    assert_eq!((&made["sla"], &made["respond_by"]), (&json!("sla/46@1"), &json!("2026-01-26")));
    let made = story.on("2026-01-20").when("make-referral", late).fact("ReferralMade");
    assert_eq!((&made["sla"], &made["respond_by"]), (&json!("sla/46@2"), &json!("2026-01-23")));
    let accepted = story.when("accept-referral", referral(1)).fact("ReferralAccepted");
    assert_eq!(accepted["deliver_by"], "2026-01-30");
}

#[test]
fn an_emergency_is_answered_in_a_day_and_delivered_in_three() {
    let mut story = needing();
    let made = story.when("make-referral", with(refer(1, 1), json!({"service": "emergency"}))).fact("ReferralMade");
    assert_eq!(made["respond_by"], "2026-01-09");
    let accepted = story.when("accept-referral", referral(1)).fact("ReferralAccepted");
    assert_eq!(accepted["deliver_by"], "2026-01-11");
}

#[test]
fn what_is_disclosed_is_named_once_and_in_order() {
    let body = with(refer(1, 1), json!({"disclosed": ["address", "names", "address"]}));
    assert_eq!(needing().when("make-referral", body).fact("ReferralMade")["disclosed"], json!(["names", "address"]));
}

#[test]
fn nothing_completes_that_was_not_accepted() {
    let done = with(referral(1), json!({"outcome": "met"}));
    Story::referred().when("complete-referral", done.clone()).refused("wrong_referral_state");
    Story::accepted().when("complete-referral", done).records(&["ReferralCompleted", "DisclosureEnded", "NeedClosed"]);
}

#[test]
fn an_answer_is_given_once() {
    let answers = || {
        [
            ("accept-referral", referral(1)),
            ("decline-referral", with(referral(1), json!({"reason": "no_capacity"}))),
            ("return-referral", with(referral(1), json!({"reason": "cannot_reach"}))),
        ]
    };
    for (first, body) in answers() {
        let mut story = Story::referred();
        story.given(first, body);
        for (second, body) in answers() {
            story.when(second, body).refused("wrong_referral_state");
        }
    }
}

#[test]
fn a_no_and_a_not_yet_never_lower_the_stage() {
    for (name, reason) in [("decline-referral", "wrong_agency"), ("return-referral", "details_unclear")] {
        let mut story = Story::referred();
        story.given(name, with(referral(1), json!({"reason": reason})));
        story.stands(Stage::Referred, "open");
    }
}

#[test]
fn another_reason_must_be_said_in_words() {
    for name in ["decline-referral", "return-referral"] {
        let other = with(referral(1), json!({"reason": "other"}));
        Story::referred().when(name, other.clone()).refused_at("/words", "words_needed");
        Story::referred().when(name, with(other, json!({"words": {"text": "ยังไม่พร้อม"}}))).decision();
    }
}

#[test]
fn nobody_answers_before_the_referral_was_made() {
    let early = |name: &str, body: Value| {
        Story::referred()
            .when(name, with(body, json!({"happened_on": "2026-01-07"})))
            .refused_at("/happened_on", "too_early");
    };
    early("accept-referral", referral(1));
    early("decline-referral", with(referral(1), json!({"reason": "no_capacity"})));
    let done = with(referral(1), json!({"outcome": "not_met", "happened_on": "2026-01-08"}));
    Story::accepted().when("complete-referral", done).refused_at("/happened_on", "too_early");
}

#[test]
fn accepting_takes_a_place_and_completing_gives_it_back() {
    let mut story = needing();
    story.given("make-referral", with(refer(1, 1), json!({"service": "clinic"})));
    assert_eq!(story.when("accept-referral", referral(1)).decision().agencies.len(), 1);
    assert_eq!(story.service("clinic").taken_by.len(), 1);
    story.given("complete-referral", with(referral(1), json!({"outcome": "not_met"})));
    assert_eq!(story.service("clinic").taken_by.len(), 0);
}

#[test]
fn a_full_service_accepts_nobody_until_a_place_is_free() {
    let mut story = needing();
    story.given("record-need", form::need(3));
    for n in 1..=3 {
        story.given("make-referral", with(refer(n, n), json!({"service": "clinic"})));
    }
    story.given("accept-referral", referral(1)).given("accept-referral", referral(2));
    story.when("accept-referral", referral(3)).refused("no_capacity");
    story.given("complete-referral", with(referral(1), json!({"outcome": "partly_met"})));
    story.when("accept-referral", referral(3)).decision();
    form::set_capacity(&mut story, STATE, "clinic", Some(0));
    assert_eq!(story.service("clinic").taken_by.len(), 2, "nobody is turned out");
}

#[test]
fn a_referral_id_that_holds_a_place_already_takes_no_second_one() {
    let mut story = needing();
    story.given("make-referral", with(refer(1, 1), json!({"service": "clinic"})));
    let mut other_household = story.clone();
    story.given("accept-referral", referral(1));
    other_household.agencies = story.agencies.clone();
    other_household.when("accept-referral", referral(1)).refused("id_taken");
}

#[test]
fn a_met_need_is_closed_and_one_met_in_part_stays_open() {
    for (outcome, open) in [("met", false), ("partly_met", true), ("not_met", true)] {
        let mut story = Story::accepted();
        story.given("complete-referral", with(referral(1), json!({"outcome": outcome})));
        assert_eq!(story.case().needs[&events::id::NeedId(id(1))].open, open, "{outcome}");
    }
}

#[test]
fn a_missed_answer_is_noted_after_the_last_day_and_once() {
    let mut story = Story::referred();
    story.on("2026-01-15").when("note-response-overdue", referral(1)).refused("not_yet_overdue");
    story.on("2026-01-16").when("note-response-overdue", referral(1)).records(&["ResponseOverdue"]);
    story.on("2026-01-17").when("note-response-overdue", referral(1)).changes_nothing();
    story.stands(Stage::Referred, "open");
    story.when("note-response-overdue", referral(9)).refused("unknown_reference");
}

#[test]
fn an_answer_that_came_before_the_watcher_leaves_nothing_to_note() {
    let mut story = Story::accepted();
    story.on("2026-03-01").when("note-response-overdue", referral(1)).changes_nothing();
}

#[test]
fn an_answer_after_the_last_day_is_still_an_answer() {
    let mut story = Story::referred();
    story.on("2026-02-01").by(SUPERVISOR).given("note-response-overdue", referral(1));
    story.when("accept-referral", referral(1)).decision();
}
