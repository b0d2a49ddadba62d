//! Addresses, house codes and moves.

use serde_json::{Value, json};

use super::form::{self, with};
use super::story::{CASEWORKER, Story, id};

fn address(house_no: &str) -> Value {
    json!({"address": {"house_no": house_no}})
}

fn take_back(story: &mut Story, name: &str) -> super::story::Then {
    let sequence = story.sequence_of(name);
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"}))
}

#[test]
fn an_address_is_recorded_once_it_is_known_and_again_when_it_changes() {
    let mut story = Story::identified();
    let recorded = story.when("record-address", address("25/2")).fact("AddressRecorded");
    assert_eq!(recorded["address"]["t"], "household.address");
    story.when("record-address", address("25/2")).changes_nothing();
    story
        .when("record-address", with(address("25/2"), json!({"happened_on": "2026-01-04"})))
        .refused_at("/happened_on", "too_early");
    story.on("2026-02-01").when("record-address", address("26")).records(&["AddressRecorded"]);
}

#[test]
fn an_address_says_something_within_bounds() {
    let mut story = Story::identified();
    for (address, pointer, code) in [
        (json!({}), "/address", "empty"),
        (json!({"house_no": "1".repeat(201)}), "/address/house_no", "too_long"),
        (json!({"road": "ก\u{7}"}), "/address/road", "control_character"),
        (json!({"lat": "91"}), "/address/lat", "out_of_range"),
        (json!({"lon": "far"}), "/address/lon", "out_of_range"),
    ] {
        story.when("record-address", json!({"address": address})).refused_at(pointer, code);
    }
    story
        .when("record-address", with(address("1"), json!({"happened_on": "2026-01-06"})))
        .refused_at("/happened_on", "in_the_future");
}

#[test]
fn a_wrong_check_digit_in_a_house_code_is_a_warning_and_the_code_is_kept() {
    let mut story = Story::identified();
    for (code, wrong) in [("46000000014", false), ("46000000015", true)] {
        let recorded = story.when("record-house-code", json!({"house_code": code})).fact("HouseCodeRecorded");
        assert_eq!((&recorded["wrong_check_digit"], &recorded["house_code"]["$o"]), (&json!(wrong), &json!(code)));
        story.when("record-house-code", json!({"house_code": code})).changes_nothing();
    }
    let within = json!({"address": {"house_code": "46000000015"}});
    assert_eq!(story.when("record-address", within).fact("AddressRecorded")["wrong_check_digit"], true);
}

#[test]
fn two_households_may_have_one_house_code() {
    let mut story = Story::identified();
    form::next_door(&mut story);
    story.given("record-house-code", json!({"house_code": "46000000014"}));
    std::mem::swap(&mut story.household, &mut story.households[0].1);
    story.when("record-house-code", json!({"house_code": "46000000014"})).records(&["HouseCodeRecorded"]);
}

#[test]
fn a_slip_in_the_address_is_corrected_only_where_one_was_noted() {
    let mut story = Story::identified();
    story.when("correct-address", address("25")).refused("no_address");
    story.when("correct-address", json!({})).refused_at("/address", "missing");
    story.given("record-address", address("52"));
    let corrected = story.on("2026-02-01").when("correct-address", address("25")).fact("AddressCorrected");
    assert_eq!((&corrected["since"], corrected.get("place")), (&json!("2026-01-05"), None));
    story.when("correct-address", address("25")).changes_nothing();
    // The correction is of that address: it goes first.
    take_back(&mut story, "AddressRecorded").refused("rested_on");
    take_back(&mut story, "AddressCorrected").decision();
    take_back(&mut story, "AddressRecorded").decision();
    assert_eq!(story.case().located, None);
}

#[test]
fn a_slip_in_the_area_is_corrected_within_the_province() {
    let mut story = Story::identified();
    let corrected = story.when("correct-address", json!({"place": {"tambon": "460902"}})).fact("AddressCorrected");
    assert_eq!((&corrected["place"]["tambon"], corrected.get("address")), (&json!("460902"), None));
    assert_eq!(story.case().place.tambon().to_string(), "460902");
    story.when("correct-address", json!({"place": {"tambon": "460902"}})).changes_nothing();
    story.when("correct-address", json!({"place": {"tambon": "470101"}})).refused_at("/place/tambon", "other_province");
    let taken = take_back(&mut story, "AddressCorrected").fact("FactRetracted");
    assert_eq!(taken["place"]["tambon"], "460901");
    assert_eq!(story.case().place.tambon().to_string(), "460901");
}

#[test]
fn a_move_stays_within_the_province_and_names_a_tambon_that_exists() {
    let mut story = Story::identified();
    for (place, pointer, code) in [
        (json!({"tambon": "470101"}), "/place/tambon", "other_province"),
        (json!({"tambon": "469999"}), "/place/tambon", "area_unknown"),
        (json!({"tambon": "4602"}), "/place/tambon", "place_not_a_tambon"),
        (json!({"tambon": "460201", "lao": "46090001"}), "/place/tambon", "place_contradicts"),
        (json!({"tambon": "460201", "moo": 100}), "/place/moo", "out_of_range"),
        (json!({"tambon": "460201", "moo": 0}), "/place/moo", "out_of_range"),
    ] {
        story.when("move-within-area", json!({"place": place})).refused_at(pointer, code);
    }
    let early = json!({"place": {"tambon": "460201"}, "happened_on": "2026-01-04"});
    story.when("move-within-area", early).refused_at("/happened_on", "too_early");
}

#[test]
fn a_move_says_from_where_and_leaves_the_old_address_and_house_code_behind() {
    let mut story = Story::identified();
    story.given("record-address", address("25/2")).given("record-house-code", json!({"house_code": "46000000014"}));
    let moved = story.on("2026-03-01").when("move-within-area", json!({"place": {"tambon": "460902", "moo": 4}}));
    let moved = moved.fact("MovedWithinArea");
    assert_eq!((&moved["from"]["tambon"], &moved["place"]["tambon"]), (&json!("460901"), &json!("460902")));
    assert_eq!((&story.case().located, &story.case().house_code), (&None, &None));
    story.when("move-within-area", json!({"place": {"tambon": "460902", "moo": 4}})).changes_nothing();
    story.when("correct-address", address("7")).refused("no_address");
    // To another house of the same village.
    let next = with(address("7"), json!({"place": {"tambon": "460902", "moo": 4}}));
    story.when("move-within-area", next.clone()).records(&["MovedWithinArea"]);
    story.when("move-within-area", next).changes_nothing();
}

#[test]
fn a_move_taken_back_brings_the_household_home_unless_it_moved_on() {
    let mut story = Story::identified();
    story.given("record-address", address("25/2"));
    let before = story.case().clone();
    story.given("move-within-area", json!({"place": {"tambon": "460902"}}));
    story.given("move-within-area", json!({"place": {"tambon": "460201"}}));
    let first = story.sequence_of("MovedWithinArea") - 1;
    story.when("retract-fact", json!({"sequence": first, "reason": "mistake"})).refused("rested_on");
    let taken = take_back(&mut story, "MovedWithinArea").fact("FactRetracted");
    assert_eq!(taken["place"]["tambon"], "460902");
    take_back(&mut story, "MovedWithinArea").refused("already_retracted");
    story.given("retract-fact", json!({"sequence": first, "reason": "mistake"}));
    assert_eq!(story.case(), &before);
}

#[test]
fn a_retraction_that_moves_nobody_names_no_place() {
    let mut story = Story::identified();
    story.given("write-note", json!({"note": {"text": "ข้อความ"}}));
    assert_eq!(take_back(&mut story, "NoteWritten").fact("FactRetracted").get("place"), None);
}

#[test]
fn who_looks_after_a_household_keeps_it_only_where_the_role_holds() {
    let mut story = Story::identified();
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    story.when("move-within-area", json!({"place": {"tambon": "460902"}})).records(&["MovedWithinArea"]);
    assert!(story.case().caseworker.is_some());
    let moved = story.when("move-within-area", json!({"place": {"tambon": "460201"}}));
    let unassigned = moved.fact("CaseworkerUnassigned");
    assert_eq!(
        (&unassigned["because"], &unassigned["caseworker"]),
        (&json!("household_moved"), &json!(id(CASEWORKER)))
    );
    assert_eq!(story.case().caseworker, None);
}

#[test]
fn a_closed_household_moves_no_more_but_a_slip_is_mended() {
    let mut story = Story::identified();
    story.given("record-address", address("25")).given("record-death", json!({"person": id(1)}));
    story.when("move-within-area", json!({"place": {"tambon": "460902"}})).refused("case_closed");
    story.when("record-address", address("26")).refused("case_closed");
    story.when("correct-address", address("26")).records(&["AddressCorrected"]);
}
