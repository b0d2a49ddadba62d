//! Notes, needs, and who looks after the household.

use serde_json::{Value, json};

use super::form::{self, need, with};
use super::story::{CASEWORKER, SUPERVISOR, Story, id};
use crate::rules::household::command::Name;
use crate::rules::household::record::words::Said;

#[test]
fn a_note_is_sealed_under_itself_and_names_whom_it_is_about() {
    let note = |about: Value| json!({"note": {"text": "ลูกไม่ได้เรียน", "about": about}});
    let mut story = Story::identified();
    let written = story.when("write-note", note(json!([id(1)]))).fact("NoteWritten");
    assert_eq!((&written["text"]["t"], &written["about"]), (&json!("note.text"), &json!([id(1)])));
    assert_eq!(written["text"]["k"], format!("note:{}", written["note"].as_str().unwrap()));
    story.when("write-note", note(json!([id(9)]))).refused_at("/note/about/0", "not_a_member");
    story.when("write-note", note(json!([id(1), id(1)]))).refused_at("/note/about/1", "named_twice");
}

#[test]
fn a_note_says_something_and_not_too_much() {
    for (text, code) in [(" ".to_owned(), "empty"), ("ก".repeat(4001), "too_long")] {
        Story::identified().when("write-note", json!({"note": {"text": text}})).refused_at("/note/text", code);
    }
    Story::identified().when("write-note", json!({"note": {"text": "ก".repeat(4000)}})).decision();
}

#[test]
fn words_show_nothing_in_debug() {
    assert_eq!(format!("{:?}", Said { text: "ลับ".to_owned(), about: Vec::new() }), "‹sealed›");
}

#[test]
fn a_need_has_a_priority_from_1_to_5() {
    for (priority, fits) in [(0, false), (1, true), (5, true), (6, false)] {
        let then = Story::identified().when("record-need", with(need(1), json!({"priority": priority})));
        if fits {
            then.decision();
        } else {
            then.refused_at("/priority", "out_of_range");
        }
    }
}

#[test]
fn the_indicator_of_a_need_belongs_to_its_capital() {
    for (indicator, fits) in
        [("physical.hygiene", true), ("human.health", false), ("physicality", false), ("physical.magic", false)]
    {
        let then = Story::identified().when("record-need", with(need(1), json!({"indicator": indicator})));
        if fits {
            then.decision();
        } else {
            then.refused_at("/indicator", "unknown_indicator");
        }
    }
    Story::identified().when("record-need", with(need(1), json!({"indicator": null}))).decision();
}

#[test]
fn words_about_a_members_need_are_about_the_member() {
    let mut story = Story::identified();
    let body = with(need(1), json!({"person": id(1), "words": {"text": "เดินไม่ได้"}}));
    assert_eq!(story.when("record-need", body).fact("NeedRecorded")["words"]["about"], json!([id(1)]));
    story.when("record-need", with(need(2), json!({"person": id(9)}))).refused("not_a_member");
}

#[test]
fn an_id_names_one_need() {
    let mut story = Story::identified();
    story.given("record-need", need(1));
    story.when("record-need", need(1)).refused("id_taken");
    story.when("record-need", need(2)).decision();
}

#[test]
fn a_caseworker_must_hold_the_role_where_the_household_lives() {
    let assign = |n| json!({"caseworker": id(n)});
    let mut story = Story::identified();
    story.when("assign-caseworker", assign(SUPERVISOR)).refused("not_a_caseworker_there");
    story.when("assign-caseworker", assign(0xEE)).refused("unknown_reference");
    form::grant(&mut story, SUPERVISOR, &json!({"role": "caseworker", "scope": {"areas": ["4602"]}}));
    story.when("assign-caseworker", assign(SUPERVISOR)).refused("not_a_caseworker_there");
    form::grant(&mut story, SUPERVISOR, &json!({"role": "caseworker", "scope": {"areas": ["46"]}}));
    story.given("assign-caseworker", assign(CASEWORKER));
    let assigned = story.when("assign-caseworker", assign(SUPERVISOR)).fact("CaseworkerAssigned");
    assert_eq!(assigned["previous"], json!(id(CASEWORKER)));
    story.when("assign-caseworker", assign(SUPERVISOR)).changes_nothing();
}

#[test]
fn a_role_holds_from_its_first_day_to_its_last() {
    let mut story = Story::begins("2026-01-01");
    let grant = json!({"role": "caseworker", "scope": {"areas": ["460901"]}, "until": "2026-01-10"});
    form::grant(&mut story, SUPERVISOR, &grant);
    story.on("2026-01-05").given("identify", form::identify());
    let assign = json!({"caseworker": id(SUPERVISOR)});
    let mut late = story.clone();
    late.on("2026-01-11").when("assign-caseworker", assign.clone()).refused("not_a_caseworker_there");
    let holds = |on: &str| story.staff[1].1.holds("caseworker", &story.case().place, super::story::day(on));
    assert_eq!((holds("2025-12-31"), holds("2026-01-01"), holds("2026-01-10")), (false, true, true));
    story.on("2026-01-10").when("assign-caseworker", assign).decision();
}

#[test]
fn a_scope_of_a_local_organisation_covers_its_households_only() {
    let mut story = Story::begins("2026-01-05");
    form::grant(&mut story, SUPERVISOR, &json!({"role": "caseworker", "scope": {"laos": ["46090001"]}}));
    let assign = json!({"caseworker": id(SUPERVISOR)});
    let mut elsewhere = story.clone();
    elsewhere.given("identify", form::identify());
    elsewhere.when("assign-caseworker", assign.clone()).refused("not_a_caseworker_there");
    story.given("identify", with(form::identify(), json!({"lao": "46090001"})));
    story.when("assign-caseworker", assign).decision();
}

#[test]
fn a_body_with_a_field_nobody_knows_is_not_read() {
    for name in Name::ALL {
        assert!(name.read(br#"{"surprise": 1}"#).is_err(), "{name:?}");
        assert_eq!(Name::named(name.as_str()), Some(name));
    }
}
