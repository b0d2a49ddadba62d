//! Finding a household: where, by whom, and who lives there.

use events::facts::case::Stage;
use serde_json::json;

use super::form::{identify, person, with};
use super::story::Story;
use crate::rules::Decision;

#[test]
fn a_household_is_found_with_its_number_and_its_members_in_one_go() {
    let mut story = Story::begins("2026-01-05");
    story.when("identify", identify()).records(&["HouseholdIdentified", "CaseNumberAssigned", "MemberJoined"]);
    story.stands(Stage::Identified, "open");
    story.is_due("first_visit 2026-01-19");
}

#[test]
fn a_household_found_earlier_is_due_from_the_day_it_was_found() {
    let mut story = Story::begins("2026-01-05");
    story.given("identify", with(identify(), json!({"happened_on": "2025-12-01"})));
    story.is_due("first_visit 2025-12-15");
}

#[test]
fn nothing_can_be_asked_of_a_household_that_is_not_identified() {
    Story::begins("2026-01-05").when("verify", json!({})).refused("no_such_household");
    Story::begins("2026-01-05").when("write-note", json!({"note": {"text": "ไม่มีบ้าน"}})).refused("no_such_household");
}

#[test]
fn an_id_is_identified_once() {
    Story::identified().when("identify", identify()).refused("id_taken");
}

#[test]
fn an_area_must_be_a_tambon_in_force() {
    let mut story = Story::begins("2026-01-05");
    for (tambon, code) in [("469999", "area_unknown"), ("4609", "place_not_a_tambon"), ("460198", "area_retired")] {
        story.when("identify", with(identify(), json!({"tambon": tambon}))).refused_at("/tambon", code);
    }
}

#[test]
fn a_village_has_a_number_from_1_to_99() {
    for (moo, fits) in [(0, false), (1, true), (99, true), (100, false)] {
        let then = Story::begins("2026-01-05").when("identify", with(identify(), json!({"moo": moo})));
        if fits {
            then.decision();
        } else {
            then.refused_at("/moo", "out_of_range");
        }
    }
}

#[test]
fn a_household_cannot_be_found_tomorrow_nor_before_this_work_existed() {
    let mut story = Story::begins("2026-01-05");
    let found = |on: &str| with(identify(), json!({"happened_on": on, "members": []}));
    story.when("identify", found("2026-01-06")).refused_at("/happened_on", "in_the_future");
    story.when("identify", found("1999-12-31")).refused_at("/happened_on", "too_early");
    story.when("identify", found("2026-01-05")).decision();
    Story::begins("2026-01-05").when("identify", found("2000-01-01")).decision();
}

#[test]
fn a_household_is_found_by_somebody() {
    let mut story = Story::begins("2026-01-05");
    story.when("identify", with(identify(), json!({"sources": []}))).refused_at("/sources", "too_few");
}

#[test]
fn a_household_has_one_head() {
    let members = json!({"members": [person(1, "head"), person(2, "head")]});
    Story::begins("2026-01-05").when("identify", with(identify(), members)).refused_at("/members", "second_head");
}

#[test]
fn two_members_cannot_have_one_citizen_id() {
    let mut twins = [person(1, "head"), person(2, "spouse")];
    for twin in &mut twins {
        twin["details"]["citizen_id"] = json!(events::thai::citizen_id::CitizenId::invented(1, 7).plain());
    }
    Story::begins("2026-01-05")
        .when("identify", with(identify(), json!({"members": twins})))
        .refused_at("/members/1/details/citizen_id", "same_citizen_id");
}

#[test]
fn two_members_cannot_have_one_id() {
    let members = json!({"members": [person(1, "head"), person(1, "spouse")]});
    Story::begins("2026-01-05")
        .when("identify", with(identify(), members))
        .refused_at("/members/1/person", "named_twice");
}

#[test]
fn members_without_ids_get_different_ones_and_a_repeat_mints_the_same() {
    let anonymous = |relation| with(person(1, relation), json!({"person": null}));
    let body = with(identify(), json!({"members": [anonymous("head"), anonymous("child")]}));
    let found = Story::begins("2026-01-05").when("identify", body.clone()).decision();
    let again = Story::begins("2026-01-05").when("identify", body.clone()).decision();
    assert_eq!(found, again);
    let mut story = Story::begins("2026-01-05");
    story.given("identify", body);
    assert_eq!(story.case().members.len(), 2);
}

#[test]
fn what_a_list_says_is_a_fact_of_its_own_also_that_it_missed_the_household() {
    let mut story = Story::begins("2026-01-05");
    let lists = json!([{"list": "tpmap", "list_date": "2021-12-31", "status": "missed"}]);
    let said = story.when("identify", with(identify(), json!({"lists": lists}))).fact("ListStatusRecorded");
    assert_eq!((&said["status"], &said["list_date"]), (&json!("missed"), &json!("2021-12-31")));
}

#[test]
fn a_list_has_a_date_that_has_come_and_that_this_work_knows() {
    for (date, code) in [("2026-01-06", "in_the_future"), ("1999-12-31", "too_early")] {
        let lists = json!([{"list": "tpmap", "list_date": date, "status": "listed"}]);
        Story::begins("2026-01-05")
            .when("identify", with(identify(), json!({"lists": lists})))
            .refused_at("/lists/0/list_date", code);
        Story::identified()
            .when("record-list-status", json!({"list": "bmn", "list_date": date, "status": "listed"}))
            .refused_at("/list_date", code);
    }
}

#[test]
fn what_a_list_says_is_recorded_once_and_again_only_when_it_says_something_else() {
    let mut story = Story::identified();
    let says = |status: &str| json!({"list": "bmn", "list_date": "2021-12-31", "status": status});
    story.given("record-list-status", says("missed"));
    assert_eq!(story.when("record-list-status", says("missed")).decision(), Decision::already_so());
    story.given("record-list-status", says("listed"));
    assert_eq!(story.when("record-list-status", says("missed")).fact("ListStatusRecorded")["status"], "missed");
}

#[test]
fn a_wrong_check_digit_stands_as_a_flag_in_the_fact_that_carries_the_number() {
    let details = |id: &str| json!({"given_name": "ก", "citizen_id": id, "health": "unknown", "education": "unknown", "work": "unknown"});
    for (id, code, wrong) in [("1460000000013", "46000000014", None), ("1460000000012", "46000000015", Some(true))] {
        let members = json!([with(person(1, "head"), json!({"details": details(id)}))]);
        let body = with(identify(), json!({"members": members, "address": {"house_code": code}}));
        for name in ["MemberJoined", "HouseholdIdentified"] {
            let fact = Story::begins("2026-01-05").when("identify", body.clone()).fact(name);
            assert_eq!(fact.get("wrong_check_digit").and_then(serde_json::Value::as_bool), wrong);
        }
    }
}

#[test]
fn composition_counts_registered_and_living_apart_and_says_what_is_not_known() {
    let members = json!([
        person(1, "head"),
        with(person(2, "spouse"), json!({"sex": "male", "residence": "registered_only"})),
        with(
            person(3, "parent"),
            json!({"residence": "living_only", "details": {
            "given_name": "ยาย", "birth": "1940", "health": "bedridden", "education": "none", "work": "unable"}})
        ),
        with(
            person(4, "other"),
            json!({"residence": "living_only", "details": {
            "given_name": "แขก", "health": "unknown", "education": "unknown", "work": "unknown"}})
        ),
    ]);
    let mut story = Story::begins("2026-01-05");
    story.given("identify", with(identify(), json!({"members": members})));
    let found = &story.case().composition;
    assert_eq!((found.registered, found.living), (2, 3));
    assert_eq!((found.registered_and_living, found.living_only, found.registered_only), (1, 2, 1));
    // The man who lives elsewhere counts nowhere among residents.
    assert_eq!((found.able_to_work.yes, found.able_to_work.unknown), (1, 1));
    assert_eq!((found.bedridden.yes, found.bedridden.unknown), (1, 1));
    assert_eq!((found.without_id_card.yes, found.without_id_card.unknown), (0, 2));
    assert_eq!(found.elderly_only, Some(false));
    assert_eq!(found.sex_age.iter().map(|it| it.n).sum::<u16>(), found.living);
}

#[test]
fn a_birth_after_the_day_of_the_fact_is_wrong() {
    let mut unborn = person(1, "head");
    unborn["details"]["birth"] = json!("2026-01-06");
    Story::begins("2026-01-05")
        .when("identify", with(identify(), json!({"members": [unborn]})))
        .refused_at("/members/0/details/birth", "in_the_future");
}

#[test]
fn a_place_on_earth_lies_within_its_degrees() {
    for (lat, lon, wrong) in
        [("16.7", "103.5", None), ("91", "0", Some("/address/lat")), ("0", "x", Some("/address/lon"))]
    {
        let address = json!({"address": {"lat": lat, "lon": lon}});
        let then = Story::begins("2026-01-05").when("identify", with(identify(), address));
        match wrong {
            None => drop(then.decision()),
            Some(pointer) => then.refused_at(pointer, "out_of_range"),
        }
    }
}

#[test]
fn without_a_contact_policy_nobody_can_be_found() {
    let mut story = Story::begins("2026-01-05");
    story.book = crate::rules::policy::PolicyBook::default();
    story.when("identify", identify()).refused("no_policy");
}
