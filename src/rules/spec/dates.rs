//! Nothing is done for a household before it is found; what is entered late only needs the earlier day of finding.

use serde_json::json;

use super::form::{self, help, with};
use super::story::{CASEWORKER, MUSHROOMS, NEIGHBOUR, Story, id};

#[test]
fn nothing_is_done_for_a_household_before_it_was_identified() {
    let day = |on: &str| json!({"happened_on": on});
    for (name, body) in [
        ("attempt-visit", json!({"because": "nobody_home"})),
        ("visit-home", json!({"seen": "poor"})),
        ("hold-panel", json!({"attended": 5, "finding": "poor"})),
        ("record-need", form::need(2)),
        ("make-referral", form::refer(1, 1)),
        ("enrol-in-model", json!({"model": id(MUSHROOMS)})),
        ("deliver-assistance", help()),
        ("assess", form::assess("low")),
        ("record-income", json!({"money": form::earning("900.00"), "evidence": "told"})),
        ("write-note", json!({"note": {"text": "ฝนตกทุกวัน"}})),
        ("record-list-status", json!({"list": "tpmap", "list_date": "2025-12-31", "status": "missed"})),
        ("add-source", json!({"source": "neighbour"})),
        ("assign-caseworker", json!({"caseworker": id(CASEWORKER)})),
        ("correct-member", form::person(1, "head")),
        ("group-family", json!({"members": [id(1)]})),
        ("record-house-code", json!({"house_code": "46000000014"})),
        ("correct-address", json!({"place": {"tambon": "460902"}})),
        ("note-same-person", json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(5), "by": "citizen_id"})),
        ("give-consent", form::consent(2)),
    ] {
        let mut story = Story::assessed();
        story.given("record-need", form::need(1));
        form::next_door(&mut story);
        let early = story.when(name, with(body.clone(), day("2026-01-04")));
        early.refused_at("/happened_on", "too_early");
        story.when(name, with(body, day("2026-01-05"))).decision();
    }
}

#[test]
fn what_was_found_late_may_have_been_visited_before_it_was_entered() {
    let mut story = Story::begins("2026-02-20");
    story.given("identify", with(form::identify(), json!({"happened_on": "2026-01-05"})));
    story.when("visit-home", json!({"seen": "poor", "happened_on": "2026-01-10"})).decision();
    // Somebody may have lived there long before anybody asked.
    story.when("add-member", json!({"happened_on": "2025-06-01", "member": form::person(2, "child")})).decision();
}

#[test]
fn nobody_reads_a_state_list_before_it_is_made() {
    let mut story = Story::assessed();
    story.on("2026-02-01");
    let status = |on: &str, of: &str| json!({"list": "tpmap", "happened_on": on, "list_date": of, "status": "listed"});
    story.when("record-list-status", status("2026-01-10", "2026-01-11")).refused_at("/list_date", "too_late");
    story.when("record-list-status", status("2026-01-10", "2026-02-02")).refused_at("/list_date", "in_the_future");
    story.when("record-list-status", status("2026-01-10", "2026-01-10")).decision();
    story.when("record-list-status", status("2026-01-10", "2021-12-31")).decision();
}
