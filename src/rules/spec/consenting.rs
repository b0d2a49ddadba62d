//! What the household says yes to, what is open to whom, and what ends with a no.

use events::facts::case::Stage;
use events::facts::household::HouseholdEvent;
use events::id::ReferralId;
use serde_json::{Value, json};

use super::form::{self, consent, person, refer, referral, with};
use super::story::{COMPANY, FAR_AWAY, STATE, Story, id, refold};
use crate::rules::household::state::{Disclosure, ReferralState};

/// Need 1 with the company's clinic, accepted, on consent 1; need 2 with the state agency.
pub(super) fn partnered() -> Story {
    let mut story = consulted();
    story.given("make-referral", to_company(1)).given("make-referral", refer(2, 2));
    story.on("2026-01-09").given("accept-referral", referral(1));
    story
}

/// Assessed, with two needs, and a consent to disclosure.
pub(super) fn consulted() -> Story {
    let mut story = Story::assessed();
    story.on("2026-01-08").given("record-need", form::need(1)).given("record-need", form::need(2));
    story.given("give-consent", consent(1));
    story
}

fn to_company(n: u128) -> Value {
    with(refer(n, n), json!({"agency": id(COMPANY), "service": "clinic", "basis": "consent"}))
}

fn open(story: &Story, n: u128) -> Option<&Disclosure> {
    story.case().referrals[&ReferralId(id(n))].open_disclosure()
}

#[test]
fn the_basis_of_the_household_itself_is_no_consent_to_disclosure() {
    let mut story = Story::begins("2026-01-05");
    story.given("identify", with(form::identify(), json!({"basis": "consent"})));
    story.given("visit-home", json!({"seen": "poor"})).given("hold-panel", json!({"attended": 12, "finding": "poor"}));
    story.given("verify", json!({})).given("assess", form::assess("lowest")).given("record-need", form::need(1));
    story.when("make-referral", to_company(1)).refused("no_consent_in_force");
}

#[test]
fn a_consent_to_something_else_or_to_others_does_not_cover_a_partner() {
    let others = [
        json!({"purpose": "research"}),
        json!({"purpose": "photographs"}),
        json!({"scope": {"to": "kinds", "kinds": ["civil", "religious"]}}),
        json!({"scope": {"to": "agency", "agency": id(STATE)}}),
    ];
    for other in others {
        let mut story = Story::assessed();
        story.given("record-need", form::need(1)).given("give-consent", with(consent(1), other));
        story.when("make-referral", to_company(1)).refused("no_consent_in_force");
    }
    for covers in [
        json!({"scope": {"to": "kinds", "kinds": ["civil", "private"]}}),
        json!({"scope": {"to": "agency", "agency": id(COMPANY)}}),
    ] {
        let mut story = Story::assessed();
        story.given("record-need", form::need(1)).given("give-consent", with(consent(1), covers));
        let made = story.when("make-referral", to_company(1)).fact("DisclosureMade");
        assert_eq!((&made["consent"], &made["purpose"]), (&json!(id(1)), &json!("clinic")));
    }
}

#[test]
fn a_referral_opens_its_fields_to_its_agency_and_a_state_agency_needs_no_consent() {
    let mut story = Story::assessed();
    story.given("record-need", form::need(1));
    let made = story.when("make-referral", refer(1, 1)).fact("DisclosureMade");
    assert_eq!((&made["agency"], &made["fields"]), (&json!(id(STATE)), &json!(["names", "address"])));
    assert_eq!((&made["basis"], made.get("consent")), (&json!("public_task"), None));
    assert_eq!(open(&story, 1).unwrap().fields.len(), 2);
}

#[test]
fn a_disclosure_lasts_until_the_referral_ends_and_beyond_a_return() {
    let mut story = Story::referred();
    story.given("return-referral", with(referral(1), json!({"reason": "document_missing"})));
    assert!(open(&story, 1).is_some());
    let decline = with(referral(1), json!({"reason": "not_eligible"}));
    let ended = Story::referred().when("decline-referral", decline).fact("DisclosureEnded");
    assert_eq!(ended["because"], "declined");
    let mut story = Story::accepted();
    let ended =
        story.when("complete-referral", with(referral(1), json!({"outcome": "not_met"}))).fact("DisclosureEnded");
    assert_eq!((&ended["because"], open(&story, 1)), (&json!("completed"), None));
}

#[test]
fn a_consent_names_who_gave_it_and_reaches_somebody() {
    let give = |changes| with(consent(1), changes);
    let mut story = Story::identified();
    let member = |n| json!({"by": {"as": "member", "person": id(n)}});
    story.when("give-consent", give(member(9))).refused_at("/by/person", "not_a_member");
    let kinds = |kinds: Value| give(json!({"scope": {"to": "kinds", "kinds": kinds}}));
    story.when("give-consent", kinds(json!([]))).refused_at("/scope/kinds", "too_few");
    story.when("give-consent", kinds(json!(["civil", "civil"]))).refused_at("/scope/kinds/1", "named_twice");
    let scoped = json!({"purpose": "research", "scope": {"to": "agency", "agency": id(COMPANY)}});
    story.when("give-consent", give(scoped)).refused_at("/scope", "no_receivers");
    let nobody = json!({"scope": {"to": "agency", "agency": id(0xEE)}});
    story.when("give-consent", give(nobody)).refused("unknown_reference");
    story.when("give-consent", give(json!({"happened_on": "2026-01-06"}))).refused_at("/happened_on", "in_the_future");
    story.when("give-consent", give(json!({"happened_on": "1900-01-01"}))).refused_at("/happened_on", "too_early");
    story.when("give-consent", give(member(1))).records(&["ConsentGiven"]);
}

#[test]
fn who_left_can_no_longer_consent() {
    let mut story = Story::identified();
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("remove-member", json!({"person": id(2), "because": "moved_out"}));
    let body = with(consent(1), json!({"by": {"as": "member", "person": id(2)}}));
    story.when("give-consent", body).refused_at("/by/person", "not_a_member");
}

#[test]
fn the_same_consent_is_given_once_and_an_id_names_one() {
    let mut story = Story::identified();
    story.given("give-consent", consent(1));
    story.when("give-consent", consent(1)).refused("id_taken");
    story.when("give-consent", consent(2)).refused("already_consented");
    story.given("give-consent", with(consent(2), json!({"purpose": "research"})));
    story.given("withdraw-consent", json!({"consent": id(1)}));
    story.when("give-consent", consent(3)).decision();
}

#[test]
fn a_consent_taken_back_ends_what_rests_on_it_and_nothing_else() {
    let mut story = partnered();
    assert_eq!(story.agencies[1].1.known().unwrap().service("clinic").unwrap().taken_by.len(), 1);
    let decision = story.when("withdraw-consent", json!({"consent": id(1)})).records(&[
        "ConsentWithdrawn",
        "ReferralWithdrawn",
        "DisclosureEnded",
    ]);
    let facts: Vec<_> = decision.household.iter().map(|it| serde_json::to_value(it).unwrap()).collect();
    assert_eq!(
        (&facts[1]["because"], &facts[2]["because"]),
        (&json!("consent_withdrawn"), &json!("consent_withdrawn"))
    );
    assert_eq!(story.agencies[1].1.known().unwrap().service("clinic").unwrap().taken_by.len(), 0);
    assert_eq!(story.case().referrals[&ReferralId(id(1))].state, ReferralState::Ended);
    assert!(open(&story, 1).is_none() && open(&story, 2).is_some());
    story.stands(Stage::Referred, "open");
    story.when("withdraw-consent", json!({"consent": id(1)})).refused("consent_withdrawn");
    story.when("withdraw-consent", json!({"consent": id(7)})).refused("unknown_reference");
    story.when("make-referral", with(to_company(1), json!({"referral": id(5)}))).refused("no_consent_in_force");
}

#[test]
fn a_consent_of_a_closed_case_can_be_taken_back() {
    let mut story = consulted();
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "nobody_home"}));
    }
    story.given("close-unreachable", json!({}));
    story
        .when("withdraw-consent", json!({"consent": id(1), "happened_on": "2026-01-07"}))
        .refused_at("/happened_on", "too_early");
    story.when("withdraw-consent", json!({"consent": id(1)})).records(&["ConsentWithdrawn"]);
    story.when("give-consent", consent(2)).refused("case_closed");
}

#[test]
fn what_a_disclosure_rests_on_is_not_taken_back_and_goes_with_its_referral() {
    let mut story = partnered();
    let sequence = story.sequence_of("ConsentGiven");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
    let sequence = story.sequence_of("DisclosureMade");
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("not_retractable");
    story
        .when("retract-fact", json!({"sequence": sequence - 1, "reason": "mistake"}))
        .records(&["FactRetracted", "FactRetracted"]);
    assert_eq!(story.case().referrals.len(), 1);
}

#[test]
fn a_no_that_was_taken_back_opens_the_household_to_the_agency_again() {
    let mut story = Story::referred();
    story.given("decline-referral", with(referral(1), json!({"reason": "not_eligible"})));
    assert!(open(&story, 1).is_none());
    let sequence = story.sequence_of("ReferralDeclined");
    story.given("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
    assert!(open(&story, 1).is_some());
    story.when("accept-referral", referral(1)).decision();
}

#[test]
fn an_agency_of_another_province_is_no_receiver_by_its_consent_alone() {
    let mut story = consulted();
    let far = with(refer(1, 1), json!({"agency": id(FAR_AWAY)}));
    story.when("make-referral", far).refused("not_in_area");
}

#[test]
fn a_referral_of_an_older_log_opens_its_own_fields_until_it_ends() {
    let mut story = Story::referred();
    let disclosed = |fact: &HouseholdEvent| matches!(fact, HouseholdEvent::DisclosureMade(_));
    let older: Vec<_> = story.household.facts().iter().filter(|fact| !disclosed(fact)).cloned().collect();
    story.household = refold(&older);
    assert_eq!(open(&story, 1).unwrap().fields.len(), 2);
    let decline = with(referral(1), json!({"reason": "not_eligible"}));
    story.when("decline-referral", decline).records(&["ReferralDeclined"]);
    assert!(open(&story, 1).is_none());
}
