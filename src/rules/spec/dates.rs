//! Nothing is done for a household before it is found; what is entered late only needs the earlier day of finding.

use serde_json::json;

use super::form::{self, help, with};
use super::story::{MUSHROOMS, Story, id};

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
    ] {
        let mut story = Story::assessed();
        story.given("record-need", form::need(1));
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
