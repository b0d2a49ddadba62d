//! Some members of a household are a household of their own from now on.

use events::facts::case::Stage;
use events::facts::household::HouseholdEvent;
use events::id::{NeedId, PersonId};
use serde_json::{Value, json};

use super::form::{self, person, with};
use super::story::{CASEWORKER, HOUSEHOLD, SUPERVISOR, Story, id};

const FORMED: u128 = 0x4603;

fn with_two_more(mut story: Story) -> Story {
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("add-member", json!({"member": person(3, "grandchild")}));
    story
}

fn split() -> Value {
    json!({"household": id(FORMED), "members": [
        {"person": id(2), "relation": "head"}, {"person": id(3), "relation": "child"},
    ]})
}

#[test]
fn those_who_leave_begin_where_the_household_stands_with_its_place_and_a_number_of_their_own() {
    let mut story = with_two_more(Story::assisted());
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    let decision = story.when("split-household", split()).records(&["MemberLeft", "MemberLeft", "HouseholdSplit"]);
    let names: Vec<_> = decision.households.iter().map(|(_, fact)| fact.schema().name).collect();
    assert_eq!(
        names,
        [
            "HouseholdIdentified",
            "CaseNumberAssigned",
            "CaseworkerAssigned",
            "MemberJoined",
            "MemberJoined",
            "HouseholdFormedBySplit",
        ]
    );
    assert_eq!((story.case().composition.living, story.case().present().count()), (1, 1));
    let formed = story.other(FORMED);
    assert_eq!((formed.stage, formed.standing.as_str(), formed.episode), (Stage::Assisted, "open", 1));
    assert_eq!((formed.place, formed.basis), (story.case().place, story.case().basis));
    assert_eq!((formed.composition.living, json!(formed.composition.sex_of_head)), (2, json!("female")));
    assert!(formed.case_no.is_some() && formed.caseworker == story.case().caseworker);
    let due = formed.next_due.as_ref().unwrap();
    assert_eq!((due.what.as_str(), due.by.to_string().as_str()), ("assessment", "2026-02-09"));
}

#[test]
fn those_who_leave_a_household_that_left_poverty_have_left_it_too() {
    let mut story = with_two_more(Story::assisted());
    story.on("2027-12-01");
    for on in ["2026-03-01", "2026-09-01"] {
        story.given("assess", with(form::assess_earning("good", "90000.00"), json!({"happened_on": on})));
    }
    story.given("propose-graduation", json!({})).by(SUPERVISOR).given("graduate", json!({}));
    story.given("split-household", split());
    let formed = story.other(FORMED);
    assert_eq!((formed.stage, formed.standing.as_str()), (Stage::Graduated, "graduated"));
    assert_eq!(formed.next_due.as_ref().unwrap().what.as_str(), "post_exit_check");
}

#[test]
fn somebody_must_stay_and_each_is_a_member_named_once() {
    let mut alone = Story::assisted();
    let only = json!({"household": id(FORMED), "members": [{"person": id(1), "relation": "head"}]});
    alone.when("split-household", only).refused("nobody_stays");
    let mut story = with_two_more(Story::assisted());
    let members = |members: Value| with(split(), json!({"members": members}));
    let one = |n| json!({"person": id(n), "relation": "child"});
    story.when("split-household", members(json!([one(1), one(2), one(3)]))).refused("nobody_stays");
    story.when("split-household", members(json!([]))).refused_at("/members", "too_few");
    story.when("split-household", members(json!([one(9)]))).refused_at("/members/0/person", "not_a_member");
    story.when("split-household", members(json!([one(2), one(2)]))).refused_at("/members/1/person", "named_twice");
    let heads = json!([{"person": id(2), "relation": "head"}, {"person": id(3), "relation": "head"}]);
    story.when("split-household", members(heads)).refused("second_head");
    for (on, pointer, code) in
        [("2026-01-04", "/happened_on", "too_early"), ("2026-01-11", "/happened_on", "in_the_future")]
    {
        let mut story = with_two_more(Story::identified());
        story.on("2026-01-10");
        let then = story.when("split-household", with(split(), json!({"happened_on": on})));
        let crate::rules::Refusal::Fields(errors) = then.refused("invalid_fields") else { panic!("fields are named") };
        assert!(errors.iter().any(|it| it.pointer == pointer && it.code == code), "{errors:?}");
    }
}

#[test]
fn the_new_household_is_new() {
    let mut story = with_two_more(Story::assisted());
    story.when("split-household", with(split(), json!({"household": id(HOUSEHOLD)}))).refused("id_taken");
    story.given("split-household", split());
    story.given("add-member", json!({"member": person(2, "child")}));
    let again = with(split(), json!({"members": [{"person": id(2), "relation": "head"}]}));
    story.when("split-household", again).refused("id_taken");
}

#[test]
fn a_split_that_was_wrong_is_merged_again_and_not_taken_back_in_part() {
    let mut story = with_two_more(Story::assisted());
    story.given("split-household", split());
    for name in ["HouseholdSplit", "MemberLeft"] {
        let code = if name == "MemberLeft" { "rested_on" } else { "not_retractable" };
        let sequence = story.sequence_of(name);
        story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused(code);
    }
    story.turn_to(FORMED).given("merge-into", json!({"into": id(HOUSEHOLD), "because": "other"}));
    assert_eq!(story.other(HOUSEHOLD).present().count(), 3);
}

#[test]
fn the_open_needs_of_those_who_leave_go_with_them_unless_an_agency_is_asked() {
    let mut story = with_two_more(Story::assisted());
    let of = |n: u128, person: Option<u128>| {
        let said = json!({"text": "อยากเรียนต่อ", "about": person.map(id).into_iter().collect::<Vec<_>>()});
        with(form::need(n), json!({"person": person.map(id), "words": said}))
    };
    for (need, person) in [(2, Some(2)), (3, Some(3)), (4, Some(1)), (5, None), (6, Some(2))] {
        story.given("record-need", of(need, person));
    }
    // What is said of her need is about the one who stays too.
    let both = json!({"text": "พี่น้องช่วยกัน", "about": [id(2), id(1)]});
    story.given("record-need", with(of(7, Some(2)), json!({"words": both})));
    story.given("prioritise-need", json!({"need": id(2), "priority": 1, "by": "household"}));
    story.given("make-referral", with(form::refer(3, 3), json!({"service": "emergency"})));
    story.given("close-need", json!({"need": id(6), "because": "met"}));
    story.on("2026-02-01");
    story.when("split-household", split()).records(&[
        "NeedClosed",
        "NeedClosed",
        "MemberLeft",
        "MemberLeft",
        "HouseholdSplit",
    ]);
    let open = |case: &crate::rules::household::Case| case.needs.values().filter(|it| it.open).count();
    assert!(!story.case().needs[&NeedId(id(2))].open && !story.case().needs[&NeedId(id(7))].open);
    assert!([3, 4, 5].iter().all(|n| story.case().needs[&NeedId(id(*n))].open), "with its agency, hers, everybody's");
    let formed = story.other(FORMED);
    assert_eq!((formed.needs.len(), open(formed)), (2, 2));
    assert!(formed.needs.values().all(|it| it.person == Some(PersonId(id(2)))));
    let urgent: Vec<_> = formed.needs.values().filter(|it| it.priority == 1).collect();
    assert_eq!(urgent.len(), 1, "what the household said of it goes along");
    let facts = story.households.iter().find(|(it, _)| it.0 == id(FORMED)).unwrap().1.facts();
    let words = facts
        .iter()
        .filter_map(|fact| if let HouseholdEvent::NeedRecorded(it) = fact { Some(it.words.is_some()) } else { None });
    assert_eq!(words.filter(|there| *there).count(), 1, "words about somebody who stays stay");
    // And they come back when the two are one again.
    story.turn_to(FORMED).given("merge-into", json!({"into": id(HOUSEHOLD), "because": "other"}));
    assert_eq!(story.other(HOUSEHOLD).needs.values().filter(|it| it.open).count(), 6);
}
