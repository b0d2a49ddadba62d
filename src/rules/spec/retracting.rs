//! A fact taken back folds as if it had not been, unless something rests on it.

use events::facts::case::Stage;
use events::facts::household::PanelFinding;
use serde_json::{Value, json};

use super::form::{self, person, referral, with};
use super::story::{MUSHROOMS, SUPERVISOR, Story, Then, id};
use crate::rules::Refusal;

fn take_back(story: &mut Story, name: &str) -> Then {
    let sequence = story.sequence_of(name);
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"}))
}

/// The facts that must go first.
fn rested_on(then: Then) -> Vec<String> {
    let Refusal::RestedOn(later) = then.refused("rested_on") else { panic!("the facts are listed") };
    later.into_iter().map(|it| it.event_type).collect()
}

#[test]
fn a_verification_taken_back_lets_the_stage_and_the_due_date_fall_back() {
    let mut story = Story::identified();
    story.given("hold-panel", json!({"attended": 3, "finding": "poor"}));
    story.is_due("first_visit 2026-01-19");
    story.given("visit-home", json!({"seen": "poor"})).given("verify", json!({}));
    let taken = take_back(&mut story, "HouseholdVerified").fact("FactRetracted");
    assert_eq!((&taken["after"]["stage"], &taken["event_type"]), (&json!("identified"), &json!("HouseholdVerified")));
    story.stands(Stage::Identified, "open");
    story.is_due("nothing");
    take_back(&mut story, "HomeVisited").decision();
    story.is_due("first_visit 2026-01-19");
    story.when("verify", json!({})).refused("not_visited");
}

#[test]
fn a_visit_and_a_panel_that_a_verification_rests_on_stay() {
    let mut story = Story::verified();
    assert_eq!(rested_on(take_back(&mut story, "HomeVisited")), ["HouseholdVerified"]);
    assert_eq!(rested_on(take_back(&mut story, "PanelHeld")), ["HouseholdVerified"]);
    // Another panel, on which nothing rests, goes.
    story.given("hold-panel", json!({"attended": 3, "finding": "undecided"}));
    take_back(&mut story, "PanelHeld").decision();
    assert_eq!(story.case().panels.iter().map(|it| it.finding).collect::<Vec<_>>(), [PanelFinding::Poor]);
}

#[test]
fn an_assessment_taken_back_lets_the_stage_fall_back_unless_a_referral_rests_on_it() {
    let mut story = Story::assessed();
    take_back(&mut story, "HouseholdAssessed").decision();
    story.stands(Stage::Verified, "open");
    story.is_due("assessment 2026-02-05");
    let mut story = Story::referred();
    assert_eq!(rested_on(take_back(&mut story, "HouseholdAssessed")), ["ReferralMade"]);
    story.given("assess", form::assess("low"));
    take_back(&mut story, "HouseholdAssessed").decision();
}

#[test]
fn help_that_moved_the_stage_moves_nothing_once_its_assessment_is_taken_back() {
    let mut story = Story::assessed();
    story.given("deliver-assistance", form::help());
    take_back(&mut story, "HouseholdAssessed").decision();
    story.stands(Stage::Verified, "open");
    story.is_due("assessment 2026-02-05");
}

#[test]
fn help_taken_back_lowers_the_stage_and_other_help_keeps_it() {
    let mut story = Story::assisted();
    story.given("deliver-assistance", form::help());
    take_back(&mut story, "AssistanceDelivered").decision();
    story.stands(Stage::Assisted, "open");
    let first = story.household.facts().iter().position(|it| it.schema().name == "AssistanceDelivered").unwrap() + 1;
    story.given("retract-fact", json!({"sequence": first, "reason": "untrue"}));
    story.stands(Stage::Referred, "open");
    story.is_due("follow_up 2026-04-08");
}

#[test]
fn a_member_taken_back_leaves_the_composition_of_the_others() {
    let mut story = Story::identified();
    story.given("add-member", json!({"member": with(person(2, "spouse"), json!({"sex": "male"}))}));
    story.given("add-member", json!({"member": person(3, "child")}));
    let second = story.sequence_of("MemberJoined") - 1;
    let taken =
        story.when("retract-fact", json!({"sequence": second, "reason": "wrong_household"})).fact("FactRetracted");
    assert_eq!(taken["composition"]["living"], 2);
    assert_eq!(taken["composition"]["sex_age"], json!([{"sex": "female", "age": "25-59", "n": 2}]));
    assert_eq!(story.case().members.len(), 2);
    // And whoever joins next is counted with those who are left.
    let joined = story.when("add-member", json!({"member": person(4, "child")})).fact("MemberJoined");
    assert_eq!(joined["composition"]["living"], 3);
}

#[test]
fn a_departure_taken_back_brings_the_member_back() {
    let mut story = Story::identified();
    story.given("remove-member", json!({"person": id(1), "because": "other"}));
    take_back(&mut story, "MemberLeft").decision();
    assert_eq!(story.case().composition.living, 1);
}

#[test]
fn a_departure_stays_while_the_member_is_back_or_another_is_head() {
    let left = || {
        let mut story = Story::identified();
        story.given("remove-member", json!({"person": id(1), "because": "other"}));
        story
    };
    let mut back = left();
    back.given("add-member", json!({"member": person(1, "head")}));
    assert_eq!(rested_on(take_back(&mut back, "MemberLeft")), ["MemberJoined"]);
    let mut replaced = left();
    replaced.given("add-member", json!({"member": person(2, "head")}));
    assert_eq!(rested_on(take_back(&mut replaced, "MemberLeft")), ["MemberJoined"]);
}

#[test]
fn a_return_stays_while_a_second_departure_rests_on_it() {
    let mut story = Story::identified();
    story.given("remove-member", json!({"person": id(1), "because": "other"}));
    story.given("add-member", json!({"member": person(1, "head")}));
    story.given("remove-member", json!({"person": id(1), "because": "married"}));
    assert_eq!(rested_on(take_back(&mut story, "MemberJoined")), ["MemberLeft"]);
}

#[test]
fn a_member_stays_while_a_visit_a_need_or_help_names_them() {
    for (name, body, fact) in [
        ("visit-home", json!({"seen": "poor", "informant": id(2)}), "HomeVisited"),
        ("record-need", with(form::need(1), json!({"person": id(2)})), "NeedRecorded"),
        ("deliver-assistance", with(form::help(), json!({"beneficiaries": [id(2)]})), "AssistanceDelivered"),
    ] {
        let mut story = Story::identified();
        story.given("add-member", json!({"member": person(2, "child")})).given(name, body);
        assert_eq!(rested_on(take_back(&mut story, "MemberJoined")), [fact]);
        take_back(&mut story, fact).decision();
        take_back(&mut story, "MemberJoined").decision();
    }
}

#[test]
fn a_need_stays_while_a_referral_rests_on_it() {
    let mut story = Story::referred();
    assert_eq!(rested_on(take_back(&mut story, "NeedRecorded")), ["ReferralMade"]);
    take_back(&mut story, "ReferralMade").decision();
    story.stands(Stage::Assessed, "open");
    story.is_due("referral 2026-01-21");
    take_back(&mut story, "NeedRecorded").decision();
}

#[test]
fn a_referral_stays_while_its_answer_rests_on_it() {
    let mut story = Story::accepted();
    assert_eq!(rested_on(take_back(&mut story, "ReferralMade")), ["ReferralAccepted"]);
    let mut story = Story::referred();
    story.given("decline-referral", with(referral(1), json!({"reason": "no_capacity"})));
    assert_eq!(rested_on(take_back(&mut story, "ReferralMade")), ["ReferralDeclined"]);
    take_back(&mut story, "ReferralDeclined").decision();
    story.when("accept-referral", referral(1)).decision();
}

#[test]
fn a_no_stays_while_the_need_is_with_the_same_service_again() {
    let mut story = Story::referred();
    story.given("decline-referral", with(referral(1), json!({"reason": "no_capacity"})));
    story.given("make-referral", form::refer(2, 1));
    assert_eq!(rested_on(take_back(&mut story, "ReferralDeclined")), ["ReferralMade"]);
}

#[test]
fn a_missed_answer_taken_back_can_be_noted_again() {
    let mut story = Story::referred();
    story.on("2026-02-01").given("note-response-overdue", referral(1));
    take_back(&mut story, "ResponseOverdue").decision();
    story.when("note-response-overdue", referral(1)).records(&["ResponseOverdue"]);
}

#[test]
fn facts_with_a_part_in_another_stream_and_first_facts_are_not_taken_back() {
    let mut story = Story::accepted();
    story.given("complete-referral", with(referral(1), json!({"outcome": "partly_met"})));
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.given("write-note", json!({"note": {"text": "ผิดบ้าน"}}));
    take_back(&mut story, "NoteWritten").decision();
    for name in [
        "HouseholdIdentified",
        "CaseNumberAssigned",
        "ReferralAccepted",
        "ReferralCompleted",
        "ModelEnrolled",
        "FactRetracted",
    ] {
        take_back(&mut story, name).refused("not_retractable");
    }
}

#[test]
fn a_fact_is_taken_back_once_and_must_be_there() {
    let mut story = Story::identified();
    story.given("write-note", json!({"note": {"text": "ผิดบ้าน"}}));
    take_back(&mut story, "NoteWritten").decision();
    take_back(&mut story, "NoteWritten").refused("already_retracted");
    for sequence in [0, 99] {
        let then = story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"}));
        then.refused("unknown_reference");
    }
}

#[test]
fn a_closing_taken_back_opens_the_case() {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "not_poor"}));
    story.given("hold-panel", json!({"attended": 9, "finding": "not_poor"})).given("find-not-poor", json!({}));
    take_back(&mut story, "FoundNotPoor").decision();
    story.stands(Stage::Identified, "open");
    story.given("hold-panel", json!({"attended": 9, "finding": "poor"})).given("verify", json!({}));
    story.stands(Stage::Verified, "open");
}

#[test]
fn an_attempt_stays_while_a_closing_counts_it() {
    let mut story = Story::identified();
    for on in ["2026-01-06", "2026-01-07", "2026-01-08"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    story.given("close-unreachable", json!({}));
    assert_eq!(rested_on(take_back(&mut story, "VisitAttempted")), ["HouseholdUnreachable"]);
    take_back(&mut story, "HouseholdUnreachable").decision();
    story.stands(Stage::Identified, "open");
    take_back(&mut story, "VisitAttempted").decision();
    story.when("close-unreachable", json!({})).refused("too_few_attempts");
}

fn graduated() -> Story {
    let mut story = Story::assisted();
    story.on("2027-12-01");
    for on in ["2026-03-01", "2026-09-01"] {
        story.given("assess", with(form::assess_earning("good", "9000.00"), json!({"happened_on": on})));
    }
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story
}

#[test]
fn an_assessment_stays_while_a_proposal_was_judged_on_it() {
    let mut story = graduated();
    assert_eq!(rested_on(take_back(&mut story, "HouseholdAssessed")), ["GraduationProposed"]);
    assert_eq!(rested_on(take_back(&mut story, "GraduationProposed")), ["HouseholdGraduated"]);
    assert_eq!(rested_on(take_back(&mut story, "AssistanceDelivered")), ["GraduationProposed"]);
}

#[test]
fn a_graduation_taken_back_leaves_the_proposal_waiting() {
    let mut story = graduated();
    take_back(&mut story, "HouseholdGraduated").decision();
    story.stands(Stage::Assisted, "open");
    story.when("graduate", json!({})).decision();
}

#[test]
fn what_was_taken_back_twice_over_folds_right_from_the_stored_facts() {
    let mut story = Story::identified();
    for n in 2..=5 {
        story.given("add-member", json!({"member": person(n, "child")}));
    }
    for sequence in [4, 6] {
        story.given("retract-fact", json!({"sequence": sequence, "reason": "entered_twice"}));
    }
    assert_eq!(story.case().composition.living, 3);
    let stored: Vec<Value> = story.household.facts().iter().map(|it| serde_json::to_value(it).unwrap()).collect();
    let read: Vec<_> = stored.into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();
    assert_eq!(super::story::refold(&read), story.household);
}
