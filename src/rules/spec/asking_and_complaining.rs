//! Complaints, and requests under the law on personal data: received, answered, or not answered in time.

use serde_json::{Value, json};

use super::form::with;
use super::story::{CASEWORKER, STATE, SUPERVISOR, Story, id};

fn complaint(about: Value) -> Value {
    json!({"complaint": id(1), "about": about, "words": {"text": "รอซ่อมบ้านมาสองเดือนแล้ว", "about": [id(1)]}})
}

fn answer(n: u128) -> Value {
    json!({"complaint": id(n), "outcome": "upheld", "words": {"text": "นัดช่างแล้ว"}})
}

fn request(right: &str) -> Value {
    json!({"request": id(1), "right": right, "person": id(1)})
}

#[test]
fn a_complaint_waits_for_an_answer_from_the_day_it_was_made() {
    let mut story = Story::referred();
    story.on("2026-02-10");
    let body = with(complaint(json!({"what": "agency", "agency": id(STATE)})), json!({"happened_on": "2026-02-01"}));
    let fact = story.when("receive-complaint", body.clone()).fact("ComplaintReceived");
    assert_eq!((&fact["answer_by"], &fact["policy"]), (&json!("2026-02-16"), &json!("contact/46@1")));
    story.when("receive-complaint", body).refused("id_taken");
    let fact = story.when("answer-complaint", answer(1)).fact("ComplaintAnswered");
    assert_eq!(fact["outcome"], "upheld");
    story.when("answer-complaint", answer(1)).refused("answered_already");
    story.when("answer-complaint", answer(2)).refused("unknown_reference");
}

#[test]
fn whoever_is_complained_about_does_not_answer() {
    let mut story = Story::identified();
    story.given("receive-complaint", complaint(json!({"what": "staff", "staff": id(CASEWORKER)})));
    story.when("answer-complaint", answer(1)).refused("complaint_about_you");
    // Nor does she take it back, neither the complaint nor its answer.
    let take_back = |sequence: u64| json!({"sequence": sequence, "reason": "mistake"});
    let received = take_back(story.sequence_of("ComplaintReceived"));
    story.when("retract-fact", received.clone()).refused("complaint_about_you");
    story.by(SUPERVISOR).given("answer-complaint", answer(1));
    let answered = take_back(story.sequence_of("ComplaintAnswered"));
    story.by(CASEWORKER).when("retract-fact", answered.clone()).refused("complaint_about_you");
    story.by(SUPERVISOR).given("retract-fact", answered).given("retract-fact", received);
}

#[test]
fn a_complaint_names_what_there_is() {
    let mut story = Story::identified();
    for about in [
        json!({"what": "agency", "agency": id(0xFF)}),
        json!({"what": "staff", "staff": id(0xFF)}),
        json!({"what": "decision", "sequence": 99}),
    ] {
        story.when("receive-complaint", complaint(about)).refused("unknown_reference");
    }
    let empty = with(complaint(json!({"what": "other"})), json!({"words": {"text": ""}}));
    story.when("receive-complaint", empty).refused_at("/words/text", "empty");
    let ahead = with(complaint(json!({"what": "other"})), json!({"happened_on": "2026-01-06"}));
    story.when("receive-complaint", ahead).refused_at("/happened_on", "in_the_future");
    let stranger = with(complaint(json!({"what": "other"})), json!({"words": {"text": "ก", "about": [id(9)]}}));
    story.when("receive-complaint", stranger).refused_at("/words/about/0", "not_a_member");
    story.given("receive-complaint", complaint(json!({"what": "decision", "sequence": 1})));
    let before = with(answer(1), json!({"happened_on": "2026-01-04"}));
    story.when("answer-complaint", before).refused_at("/happened_on", "too_early");
}

#[test]
fn a_closed_case_can_be_complained_about() {
    let mut story = Story::identified();
    story
        .given("visit-home", json!({"seen": "not_poor"}))
        .given("hold-panel", json!({"attended": 5, "finding": "not_poor"}));
    story.given("find-not-poor", json!({})).given("receive-complaint", complaint(json!({"what": "other"})));
    story
        .on("2026-03-01")
        .given("note-complaint-overdue", json!({"complaint": id(1)}))
        .given("answer-complaint", answer(1));
}

#[test]
fn a_missed_answer_is_noted_once_and_not_before_its_last_day_is_over() {
    let mut story = Story::identified();
    story.given("receive-complaint", complaint(json!({"what": "other"})));
    let note = json!({"complaint": id(1)});
    story.on("2026-01-20").when("note-complaint-overdue", note.clone()).refused("not_yet_overdue");
    story.on("2026-01-21").when("note-complaint-overdue", note.clone()).records(&["ComplaintOverdue"]);
    story.when("note-complaint-overdue", note.clone()).changes_nothing();
    story.given("answer-complaint", answer(1)).when("note-complaint-overdue", note).changes_nothing();
    story.when("note-complaint-overdue", json!({"complaint": id(2)})).refused("unknown_reference");
}

#[test]
fn a_complaint_of_another_household_is_taken_back_also_after_it_was_noted() {
    let mut story = Story::identified();
    story.given("receive-complaint", complaint(json!({"what": "other"})));
    let received = story.sequence_of("ComplaintReceived");
    story
        .on("2026-02-01")
        .given("note-complaint-overdue", json!({"complaint": id(1)}))
        .given("answer-complaint", answer(1));
    let refused = json!({"sequence": received, "reason": "wrong_household"});
    story.when("retract-fact", refused.clone()).refused("rested_on");
    let answered = story.sequence_of("ComplaintAnswered");
    story.given("retract-fact", json!({"sequence": answered, "reason": "mistake"})).given("retract-fact", refused);
    assert!(story.case().complaints.is_empty());
}

#[test]
fn the_law_gives_each_right_its_days() {
    for (right, days, by) in [
        ("access", 30, "2026-02-04"),
        ("rectification", 30, "2026-02-04"),
        ("restriction", 30, "2026-02-04"),
        ("erasure", 90, "2026-04-05"),
    ] {
        let mut story = Story::identified();
        let fact = story.when("receive-rights-request", request(right)).fact("RightsRequestReceived");
        assert_eq!((&fact["days"], &fact["answer_by"]), (&json!(days), &json!(by)), "{right}");
        assert!(fact["law"].as_str().is_some_and(|law| law.starts_with("PDPA")), "{right}");
    }
}

#[test]
fn what_somebody_asks_is_about_her() {
    let mut story = Story::identified();
    let body = with(request("access"), json!({"words": {"text": "ขอสำเนา"}}));
    let fact = story.when("receive-rights-request", body).fact("RightsRequestReceived");
    assert_eq!(fact["words"]["about"], json!([id(1)]));
    story.when("receive-rights-request", json!({"right": "access", "person": id(9)})).refused("not_a_member");
    story.when("receive-rights-request", request("access")).refused("id_taken");
}

#[test]
fn a_refused_request_says_why() {
    let mut story = Story::identified();
    story.given("receive-rights-request", request("erasure"));
    let refuse = json!({"request": id(1), "answer": "refused"});
    story.when("answer-rights-request", refuse.clone()).refused_at("/words", "needed");
    story.given("answer-rights-request", with(refuse.clone(), json!({"words": {"text": "ต้องเก็บไว้ตามกฎหมาย"}})));
    story.when("answer-rights-request", refuse).refused("answered_already");
    story.when("answer-rights-request", json!({"request": id(2), "answer": "granted"})).refused("unknown_reference");
}

#[test]
fn a_request_that_nobody_answered_within_the_laws_days_is_noted_once() {
    let mut story = Story::identified();
    story.given("receive-rights-request", request("access"));
    let note = json!({"request": id(1)});
    story.on("2026-02-04").when("note-rights-request-overdue", note.clone()).refused("not_yet_overdue");
    story.on("2026-02-05").when("note-rights-request-overdue", note.clone()).records(&["RightsRequestOverdue"]);
    story.when("note-rights-request-overdue", note.clone()).changes_nothing();
    story.given("answer-rights-request", json!({"request": id(1), "answer": "granted"}));
    story.when("note-rights-request-overdue", note).changes_nothing();
}
