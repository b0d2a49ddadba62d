//! Closing ends open work in the same append.

use events::facts::case::Stage;
use serde_json::json;

use super::form::{self, refer, with};
use super::story::{MUSHROOMS, Story, id};
use crate::rules::Needs;
use crate::rules::household::command::Name;

/// One referral accepted, one waiting, one sent back, one declined, an enrolment; then three days in vain.
pub(super) fn with_open_work() -> Story {
    let mut story = Story::assessed();
    for n in 1..=4 {
        story.given("record-need", form::need(n));
        story.given("make-referral", with(refer(n, n), json!({"service": "clinic"})));
    }
    story.given("accept-referral", form::referral(1));
    story.given("return-referral", with(form::referral(3), json!({"reason": "document_missing"})));
    story.given("decline-referral", with(form::referral(4), json!({"reason": "not_eligible"})));
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "nobody_home"}));
    }
    story
}

/// Proposed to graduate, with a need, an accepted referral, an enrolment; then three days in vain.
pub(super) fn with_everything_open() -> Story {
    let mut story = Story::assisted();
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.on("2027-12-01").given("record-need", form::need(9));
    story.given("make-referral", with(refer(9, 9), json!({"service": "clinic"})));
    story.given("accept-referral", form::referral(9));
    for on in ["2026-03-01", "2026-09-01"] {
        story.given("assess", with(form::assess_earning("fair", "3078.00"), json!({"happened_on": on})));
    }
    story.given("propose-graduation", json!({}));
    for on in ["2027-12-02", "2027-12-03", "2027-12-04"] {
        story.on(on).given("attempt-visit", json!({"because": "nobody_home"}));
    }
    story
}

#[test]
fn a_closing_withdraws_referrals_frees_places_and_closes_needs() {
    let mut story = with_open_work();
    assert_eq!(story.service("clinic").taken_by.len(), 1);
    let decision = story.when("close-unreachable", json!({})).records(&[
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ModelLeft",
        "NeedClosed",
        "NeedClosed",
        "NeedClosed",
        "NeedClosed",
        "HouseholdUnreachable",
    ]);
    assert_eq!((decision.agencies.len(), decision.models.len()), (1, 1));
    assert_eq!(story.service("clinic").taken_by.len(), 0);
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 0);
    assert!(story.case().needs.values().all(|it| !it.open));
    assert!(story.case().referrals.values().all(|it| !it.is_with_agency()));
    story.stands(Stage::Referred, "closed:unreachable");
    story.is_due("nothing");
}

#[test]
fn a_household_found_not_poor_has_no_open_need() {
    let mut story = Story::identified();
    story.given("record-need", form::need(1)).given("visit-home", json!({"seen": "not_poor"}));
    story.given("hold-panel", json!({"attended": 9, "finding": "not_poor"}));
    story.when("find-not-poor", json!({})).records(&["NeedClosed", "FoundNotPoor"]);
    assert!(story.case().needs.values().all(|it| !it.open));
}

#[test]
fn a_closing_names_the_agencies_and_models_it_gives_places_back_to() {
    let story = with_open_work();
    let command = Name::CloseUnreachable.read(b"{}").unwrap();
    let needs = command.needs(&story.household);
    let expected = Needs {
        agencies: vec![events::id::AgencyId(id(super::story::STATE))],
        models: vec![events::id::ModelId(id(MUSHROOMS))],
        ..Needs::default()
    };
    assert_eq!(needs, expected);
}

#[test]
fn a_closed_referral_can_be_neither_answered_nor_overdue() {
    let mut story = with_open_work();
    story.given("close-unreachable", json!({}));
    story.when("accept-referral", form::referral(2)).refused("case_closed");
    story.when("complete-referral", with(form::referral(1), json!({"outcome": "met"}))).refused("case_closed");
    story.when("deliver-assistance", form::help()).refused("case_closed");
    story.on("2026-06-01").when("note-response-overdue", form::referral(2)).changes_nothing();
}

#[test]
fn a_note_and_what_a_list_says_can_be_written_on_a_closed_case() {
    let mut story = with_open_work();
    story.given("close-unreachable", json!({}));
    story.when("write-note", json!({"note": {"text": "เพื่อนบ้านว่าย้ายไปแล้ว"}})).records(&["NoteWritten"]);
    story
        .when("record-list-status", json!({"list": "tpmap", "list_date": "2025-12-31", "status": "listed"}))
        .records(&["ListStatusRecorded"]);
    story.stands(Stage::Referred, "closed:unreachable");
}
