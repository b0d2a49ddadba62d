//! Slips in what is noted of people, families in one house, people noted twice, papers, sources.

use events::id::FamilyId;
use serde_json::{Value, json};

use super::form::{self, details, next_door, person, with};
use super::story::{CASEWORKER, NEIGHBOUR, Story, id};

fn take_back(story: &mut Story, name: &str) -> super::story::Then {
    let sequence = story.sequence_of(name);
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"}))
}

fn two() -> Story {
    let mut story = Story::identified();
    story.given("add-member", json!({"member": person(2, "child")}));
    story
}

#[test]
fn a_correction_seals_all_details_anew_and_counts_again() {
    let mut story = two();
    let born = |birth: &str| with(person(2, "child"), json!({"details": with(details(), json!({"birth": birth}))}));
    let corrected = story.when("correct-member", born("1938-02-03")).fact("MemberCorrected");
    assert_eq!(corrected["details"]["k"], format!("person:{}", id(2)));
    assert!(corrected["composition"]["sex_age"].as_array().unwrap().iter().any(|it| it["age"] == "80+"));
    story.when("correct-member", born("1938-02-03")).changes_nothing();
    take_back(&mut story, "MemberCorrected").decision();
    assert_eq!(story.case().composition.sex_age.len(), 1);
    story.when("correct-member", born("2026-01-06")).refused_at("/details/birth", "in_the_future");
}

#[test]
fn somebody_born_before_the_year_began_in_january_is_as_old_as_counted() {
    // A day of February 2482 B.E. lay in what is 1940 C.E. now: one year of age depends on it.
    let mut story = two();
    let birth = events::thai::date::PartialDate::parse("3 ก.พ. 2482").unwrap();
    let born = with(person(2, "child"), json!({"details": with(details(), json!({"birth": birth}))}));
    assert_eq!(serde_json::to_value(birth).unwrap(), "1940-02-03");
    story.on("2026-01-10").given("correct-member", born);
    let bands: Vec<_> =
        story.case().composition.sex_age.iter().map(|it| serde_json::to_value(it.age).unwrap()).collect();
    assert!(bands.contains(&json!("80+")), "{bands:?}");
}

#[test]
fn a_correction_is_of_somebody_known_and_within_bounds() {
    let mut story = two();
    story.when("correct-member", person(9, "child")).refused("unknown_reference");
    story.when("correct-member", person(2, "head")).refused("second_head");
    let nameless = with(person(2, "child"), json!({"details": with(details(), json!({"given_name": " "}))}));
    story.when("correct-member", nameless).refused_at("/details/given_name", "empty");
    let in_debt = with(person(2, "child"), json!({"details": with(details(), json!({"income_month": "-1.00"}))}));
    story.when("correct-member", in_debt).refused_at("/details/income_month", "below_zero");
    let card = json!(events::thai::citizen_id::CitizenId::invented(1, 7).plain());
    let numbered =
        |n, relation| with(person(n, relation), json!({"details": with(details(), json!({"citizen_id": card}))}));
    story.given("correct-member", numbered(1, "head"));
    story.when("correct-member", numbered(2, "child")).refused_at("/details/citizen_id", "same_citizen_id");
}

#[test]
fn a_correction_takes_the_head_away_and_the_household_has_none() {
    let mut story = two();
    let corrected = story.when("correct-member", person(1, "parent")).fact("MemberCorrected");
    assert_eq!(corrected["composition"]["sex_of_head"], "unknown");
    story.given("correct-member", person(2, "head"));
    let sequence = story.sequence_of("MemberCorrected") - 1;
    story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused("rested_on");
}

#[test]
fn who_left_is_corrected_without_being_counted() {
    let mut story = two();
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    let corrected = story.when("correct-member", with(person(2, "sibling"), json!({"sex": "male"})));
    let corrected = corrected.fact("MemberCorrected");
    assert_eq!((&corrected["composition"]["living"], &corrected["stay"]), (&json!(1), &json!(1)));
}

#[test]
fn a_return_stays_while_a_correction_of_it_rests_on_it() {
    let mut story = two();
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("correct-member", person(2, "grandchild"));
    take_back(&mut story, "MemberJoined").refused("rested_on");
    take_back(&mut story, "MemberCorrected").decision();
    take_back(&mut story, "MemberJoined").decision();
}

#[test]
fn several_families_live_in_one_house_and_nobody_is_of_two() {
    let mut story = two();
    story.given("add-member", json!({"member": person(3, "other")}));
    let family = |n: u128, members: &[u128]| json!({"family": id(n), "members": members.iter().map(|it| id(*it)).collect::<Vec<_>>()});
    let of = |story: &Story, n: u128| story.case().members[&events::id::PersonId(id(n))].family;
    story.when("group-family", family(71, &[1, 2])).records(&["FamilyGrouped"]);
    story.when("group-family", family(71, &[2, 1])).changes_nothing();
    story.given("group-family", family(72, &[2, 3]));
    assert_eq!([1, 2, 3].map(|n| of(&story, n)), [71, 72, 72].map(|n| Some(FamilyId(id(n)))));
    story.given("group-family", family(72, &[3]));
    assert_eq!(of(&story, 2), None);
    take_back(&mut story, "FamilyGrouped").decision();
    assert_eq!(of(&story, 2), Some(FamilyId(id(72))));
}

#[test]
fn a_family_is_of_members_each_named_once() {
    let mut story = two();
    story.when("group-family", json!({"members": []})).refused_at("/members", "too_few");
    story.when("group-family", json!({"members": [id(1), id(1)]})).refused_at("/members/1", "named_twice");
    story.when("group-family", json!({"members": [id(1), id(5)]})).refused_at("/members/1", "not_a_member");
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    story.when("group-family", json!({"members": [id(2)]})).refused_at("/members/0", "not_a_member");
    let grouped = story.when("group-family", json!({"members": [id(1)]})).fact("FamilyGrouped");
    assert!(grouped["family"].is_string());
}

fn same(other: u128) -> Value {
    json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(other), "by": "citizen_id"})
}

#[test]
fn the_same_person_in_two_households_is_a_question_that_somebody_answers() {
    let mut story = Story::identified();
    next_door(&mut story);
    let asked = story.when("note-same-person", same(5)).fact("SamePersonNoted");
    assert_eq!(asked, with(same(5), json!({"type": "SamePersonNoted", "happened_on": "2026-01-05"})));
    story.when("note-same-person", with(same(5), json!({"by": "told"}))).changes_nothing();
    let pair = with(same(5), json!({"by": null}));
    story.when("reject-same-person", pair.clone()).records(&["SamePersonRejected"]);
    story.when("reject-same-person", pair).changes_nothing();
    story.when("note-same-person", same(5)).refused("found_to_be_two");
    take_back(&mut story, "SamePersonNoted").refused("rested_on");
    take_back(&mut story, "SamePersonRejected").decision();
    take_back(&mut story, "SamePersonNoted").decision();
    story.when("note-same-person", same(5)).records(&["SamePersonNoted"]);
}

#[test]
fn the_question_names_two_people_of_two_households_that_are_known() {
    let mut story = Story::identified();
    story.when("note-same-person", same(5)).refused("no_such_household");
    next_door(&mut story);
    story.when("note-same-person", same(6)).refused("unknown_reference");
    story.when("note-same-person", with(same(5), json!({"person": id(9)}))).refused("unknown_reference");
    let here = with(same(1), json!({"household": id(0x4600)}));
    story.when("note-same-person", here).refused_at("/household", "same_household");
    story.when("reject-same-person", with(same(5), json!({"by": null}))).refused("unknown_reference");
}

fn paper(n: u128) -> Value {
    json!({
        "document": id(n), "kind": "house_register", "media_type": "image/jpeg", "size": 480_000,
        "sha256": format!("{n:064x}"), "title": "ทะเบียนบ้าน", "about": [id(1)],
    })
}

#[test]
fn a_document_is_known_again_by_its_hash_and_its_title_is_sealed_under_it() {
    let mut story = Story::identified();
    let attached = story.when("attach-document", paper(1)).fact("DocumentAttached");
    assert_eq!(
        (&attached["title"]["t"], &attached["title"]["k"]),
        (&json!("document.title"), &json!(format!("document:{}", id(1))))
    );
    story.when("attach-document", paper(1)).refused("id_taken");
    story.when("attach-document", with(paper(1), json!({"document": null}))).refused("already_attached");
    take_back(&mut story, "DocumentAttached").decision();
    story.when("attach-document", paper(1)).records(&["DocumentAttached"]);
}

#[test]
fn a_document_has_a_type_a_size_a_hash_and_a_title_within_bounds() {
    let mut story = Story::identified();
    for (change, pointer, code) in [
        (json!({"media_type": "jpeg"}), "/media_type", "not_a_media_type"),
        (json!({"media_type": "Image/JPEG"}), "/media_type", "not_a_media_type"),
        (json!({"media_type": format!("image/{}", "x".repeat(95))}), "/media_type", "not_a_media_type"),
        (json!({"size": 0}), "/size", "out_of_range"),
        (json!({"size": 52_428_801}), "/size", "out_of_range"),
        (json!({"sha256": "ab"}), "/sha256", "not_a_sha256"),
        (json!({"sha256": "G".repeat(64)}), "/sha256", "not_a_sha256"),
        (json!({"title": ""}), "/title", "empty"),
        (json!({"title": "ก".repeat(201)}), "/title", "too_long"),
        (json!({"about": [id(9)]}), "/about/0", "not_a_member"),
        (json!({"happened_on": "2026-01-06"}), "/happened_on", "in_the_future"),
    ] {
        story.when("attach-document", with(paper(1), change)).refused_at(pointer, code);
    }
    story.when("attach-document", with(paper(1), json!({"size": 52_428_800}))).decision();
}

#[test]
fn a_member_stays_while_a_document_a_family_or_a_question_names_them() {
    let mut story = two();
    next_door(&mut story);
    for (name, body, fact) in [
        ("attach-document", with(paper(1), json!({"about": [id(2)]})), "DocumentAttached"),
        ("group-family", json!({"members": [id(2)]}), "FamilyGrouped"),
        ("note-same-person", with(same(5), json!({"person": id(2)})), "SamePersonNoted"),
        ("change-residence-status", json!({"person": id(2), "residence": "living_only"}), "ResidenceStatusChanged"),
        ("correct-member", person(2, "sibling"), "MemberCorrected"),
        ("record-death", json!({"person": id(2)}), "MemberDied"),
    ] {
        let mut story = story.clone();
        story.given(name, body);
        take_back(&mut story, "MemberJoined").refused("rested_on");
        take_back(&mut story, fact).decision();
        take_back(&mut story, "MemberJoined").decision();
    }
}

#[test]
fn a_source_is_noted_once() {
    let mut story = Story::identified();
    story.when("add-source", json!({"source": "village_leader"})).changes_nothing();
    story.when("add-source", json!({"source": "neighbour"})).records(&["SourceAdded"]);
    story.when("add-source", json!({"source": "neighbour"})).changes_nothing();
    take_back(&mut story, "SourceAdded").decision();
    story.when("add-source", json!({"source": "neighbour"})).records(&["SourceAdded"]);
    let early = json!({"source": "lao", "happened_on": "1999-12-31"});
    story.when("add-source", early).refused_at("/happened_on", "too_early");
}

#[test]
fn a_household_without_caseworker_waits_for_one() {
    let mut story = Story::identified();
    let unassign = || json!({"because": "workload"});
    story.when("unassign-caseworker", unassign()).changes_nothing();
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    let unassigned = story.when("unassign-caseworker", unassign()).fact("CaseworkerUnassigned");
    assert_eq!(unassigned["caseworker"], json!(id(CASEWORKER)));
    assert_eq!(story.case().caseworker, None);
    take_back(&mut story, "CaseworkerAssigned").refused("rested_on");
    take_back(&mut story, "CaseworkerUnassigned").decision();
    assert!(story.case().caseworker.is_some());
}

#[test]
fn what_was_erased_of_a_person_is_not_written_again() {
    let mut story = two();
    let forget = |fact: &events::facts::household::HouseholdEvent| {
        let mut fact = serde_json::to_value(fact).unwrap();
        if fact["person"] == json!(id(2)) {
            let details = fact["details"].clone();
            fact["details"] = json!({"$e": 1, "k": details["k"], "t": details["t"]});
        }
        serde_json::from_value(fact).unwrap()
    };
    let facts: Vec<_> = story.household.facts().iter().map(forget).collect();
    story.household = super::story::refold(&facts);
    story.when("correct-member", person(2, "child")).refused("person_erased");
    story.given("remove-member", json!({"person": id(2), "because": "married"}));
    story.when("add-member", json!({"member": person(2, "child")})).refused("person_erased");
}

#[test]
fn a_document_shows_no_title_in_debug() {
    let command = crate::rules::household::command::Name::AttachDocument;
    let command = command.read(paper(1).to_string().as_bytes()).unwrap();
    assert!(!format!("{command:?}").contains("ทะเบียนบ้าน"));
    let moved = form::with(json!({}), json!({"place": {"tambon": "460902"}, "address": {"house_no": "99/9"}}));
    let command = crate::rules::household::command::Name::MoveWithinArea.read(moved.to_string().as_bytes()).unwrap();
    assert!(!format!("{command:?}").contains("99/9"));
}
