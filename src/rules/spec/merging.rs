//! Two households go on as one, and are two again when that was wrong.

use events::facts::case::Stage;
use events::id::{NeedId, PersonId, ReferralId};
use serde_json::{Value, json};

use super::after_a_case_closes::with_open_work;
use super::consenting::consulted;
use super::form::{self, person, refer, with};
use super::graduating::graduated;
use super::story::{COMPANY, HOUSEHOLD, MUSHROOMS, STATE, Story, id};

/// The household beside that of the story.
pub(super) const OTHER: u128 = 0x4601;

/// A story beside which another household was helped, with members 11 and 12.
pub(super) fn beside_another(mut story: Story) -> Story {
    let today = story.today;
    story.turn_to(OTHER);
    let members = json!([person(11, "head"), person(12, "child")]);
    story.given("identify", with(form::identify(), json!({"members": members})));
    story.given("visit-home", json!({"seen": "poor"})).given("hold-panel", json!({"attended": 5, "finding": "poor"}));
    story.given("verify", json!({})).given("assess", form::assess("lowest"));
    story.given("deliver-assistance", form::help());
    story.today = today;
    story.turn_to(HOUSEHOLD);
    story
}

fn merge() -> Value {
    json!({"into": id(OTHER), "because": "entered_twice"})
}

/// A household with open work, merged into the other one.
pub(super) fn merged() -> Story {
    let mut story = beside_another(with_open_work());
    story.given("merge-into", merge());
    story
}

fn names<T>(facts: &[(T, events::facts::household::HouseholdEvent)]) -> Vec<&'static str> {
    facts.iter().map(|(_, fact)| fact.schema().name).collect()
}

#[test]
fn the_survivor_goes_on_with_members_needs_referrals_and_places() {
    let mut story = beside_another(with_open_work());
    let decision = story.when("merge-into", merge()).decision();
    let needs = ["NeedRecorded"; 4];
    let referrals = ["ReferralMade", "DisclosureMade", "ReferralAccepted", "ReferralMade", "DisclosureMade"];
    let returned = ["ReferralMade", "DisclosureMade", "ReferralReturned", "ModelEnrolled", "HouseholdAbsorbed"];
    let expected = [&["MemberJoined"], &needs[..], &referrals, &returned].concat();
    assert_eq!(names(&decision.households), expected);
    story.stands(Stage::Referred, "closed:merged");
    story.is_due("nothing");
    assert_eq!(story.case().merged_into.map(|it| it.0), Some(id(OTHER)));
    assert_eq!((story.case().present().count(), story.case().composition.living), (0, 0));
    let other = story.other(OTHER);
    assert_eq!((other.stage, other.standing.as_str(), other.episode), (Stage::Assisted, "open", 1));
    assert_eq!((other.present().count(), other.composition.living), (3, 3));
    assert!(other.needs.values().all(|it| it.open) && other.needs.len() == 4);
    let states: Vec<_> = other.referrals.values().map(|it| it.state.as_str()).collect();
    assert_eq!(states, ["to_deliver", "to_answer", "returned"]);
    assert!(other.models.contains(&events::id::ModelId(id(MUSHROOMS))));
    assert_eq!(story.service("clinic").taken_by.len(), 1);
    let places = &story.models[0].1.known().unwrap().taken_by;
    assert_eq!(places.iter().map(|it| it.0).collect::<Vec<_>>(), [id(OTHER)]);
}

#[test]
fn what_was_taken_over_goes_on_in_the_survivors_hands() {
    let mut story = merged();
    story.turn_to(OTHER);
    let promised = story.case().referrals[&ReferralId(id(2))].respond_by;
    assert_eq!(promised, story.other(HOUSEHOLD).referrals[&ReferralId(id(2))].respond_by, "the promise holds");
    story.given("accept-referral", form::referral(2));
    story.given("complete-referral", with(form::referral(1), json!({"outcome": "met"})));
    assert_eq!(story.service("clinic").taken_by.len(), 1);
}

#[test]
fn a_second_head_is_a_relative_unless_somebody_says_otherwise() {
    let mut story = merged();
    story.turn_to(OTHER);
    assert_eq!(json!(story.case().members[&PersonId(id(1))].relation), "relative");
    let mut story = beside_another(Story::assisted());
    story.given("merge-into", with(merge(), json!({"members": [{"person": id(1), "relation": "parent"}]})));
    assert_eq!(json!(story.other(OTHER).members[&PersonId(id(1))].relation), "parent");
}

#[test]
fn the_same_person_joins_nobody_twice_and_keeps_her_need() {
    let mut story = Story::assisted();
    story.given("record-need", with(form::need(7), json!({"person": id(1), "words": {"text": "รถเข็น"}})));
    let mut story = beside_another(story);
    story.given("merge-into", with(merge(), json!({"members": [{"person": id(1), "same_as": id(11)}]})));
    let other = story.other(OTHER);
    assert_eq!(other.present().count(), 2);
    assert_eq!(other.needs[&NeedId(id(7))].person, Some(PersonId(id(11))));
}

#[test]
fn one_citizen_id_is_one_person() {
    let known = |n, relation| {
        let mut person = person(n, relation);
        person["details"]["citizen_id"] = json!("1460000000014");
        person
    };
    let mut story = Story::assisted();
    story.given("add-member", json!({"member": known(2, "child")}));
    let mut story = beside_another(story);
    story.turn_to(OTHER).given("add-member", json!({"member": known(13, "child")})).turn_to(HOUSEHOLD);
    let decision = story.when("merge-into", merge()).decision();
    assert_eq!(names(&decision.households).iter().filter(|it| **it == "MemberJoined").count(), 1);
}

#[test]
fn a_household_goes_into_another_one_that_is_there_is_open_and_has_come_as_far() {
    let mut story = beside_another(Story::assisted());
    story.when("merge-into", with(merge(), json!({"into": id(HOUSEHOLD)}))).refused("same_household");
    story.when("merge-into", with(merge(), json!({"into": id(0x9999)}))).refused("no_such_household");
    let mut behind = beside_another(Story::assisted());
    behind.turn_to(OTHER).turn_to(0x4602).given("identify", form::identify());
    behind.turn_to(OTHER).when("merge-into", with(merge(), json!({"into": id(0x4602)}))).refused("survivor_behind");
    behind.turn_to(0x4602).when("merge-into", merge()).decision();
    let mut closed = beside_another(Story::assisted());
    closed.turn_to(OTHER).given("move-away", json!({})).turn_to(HOUSEHOLD);
    closed.when("merge-into", merge()).refused("survivor_closed");
    // A household that left poverty takes over members, but no open work.
    let mut left = graduated();
    left.turn_to(0x4602).given("identify", form::identify()).given("record-need", form::need(1));
    left.when("merge-into", with(merge(), json!({"into": id(HOUSEHOLD)}))).refused("survivor_closed");
    story.given("merge-into", merge());
    story.when("merge-into", merge()).refused("case_closed");
}

#[test]
fn whoever_is_named_belongs_to_the_two_and_once() {
    let mut story = beside_another(Story::assisted());
    let going = |members: Value| with(merge(), json!({"members": members}));
    story.when("merge-into", going(json!([{"person": id(11)}]))).refused_at("/members/0/person", "not_a_member");
    let twice = json!([{"person": id(1)}, {"person": id(1)}]);
    story.when("merge-into", going(twice)).refused_at("/members/1/person", "named_twice");
    let stranger = json!([{"person": id(1), "same_as": id(9)}]);
    story.when("merge-into", going(stranger)).refused_at("/members/0/same_as", "not_a_member");
    for (on, code) in [("2026-01-04", "too_early"), ("2027-01-01", "in_the_future")] {
        story.when("merge-into", with(merge(), json!({"happened_on": on}))).refused_at("/happened_on", code);
    }
}

#[test]
fn an_undone_merge_leaves_both_as_they_were() {
    let mut before = beside_another(with_open_work());
    let mut story = merged();
    before.on("2026-02-20");
    story.on("2026-02-20").given("undo-merge", json!({}));
    assert_eq!(story.case(), before.case());
    assert_eq!(story.other(OTHER), before.other(OTHER));
    // That the other once held the place stays known: a result may still be noted for it.
    let holds = |story: &Story| story.models[0].1.known().map(|it| it.taken_by.clone());
    assert_eq!(holds(&story), holds(&before));
    assert_eq!(story.agencies[0].1, before.agencies[0].1);
    story.when("undo-merge", json!({})).refused("not_merged");
    story.given("merge-into", merge()).given("undo-merge", json!({}));
}

#[test]
fn work_done_since_stays_with_the_survivor() {
    let mut story = merged();
    story.turn_to(OTHER).given("record-need", form::need(20)).given("deliver-assistance", form::help());
    story.turn_to(HOUSEHOLD).given("undo-merge", json!({}));
    let other = story.other(OTHER);
    assert_eq!((other.needs.len(), other.help.len(), other.present().count()), (1, 2, 2));
}

#[test]
fn a_merge_is_not_undone_while_work_rests_on_what_was_taken_over() {
    for (name, body) in [
        ("accept-referral", form::referral(2)),
        ("complete-referral", with(form::referral(1), json!({"outcome": "met"}))),
        ("make-referral", refer(30, 4)),
        ("visit-home", json!({"seen": "poor", "informant": id(1)})),
        ("remove-member", json!({"person": id(1), "because": "married"})),
    ] {
        let mut story = merged();
        story.turn_to(OTHER).given(name, body).turn_to(HOUSEHOLD);
        story.when("undo-merge", json!({})).refused("worked_on_since");
    }
}

#[test]
fn a_place_that_somebody_else_has_taken_stands_in_the_way() {
    let mut story = beside_another(with_open_work());
    story.turn_to(OTHER).given("enrol-in-model", json!({"model": id(MUSHROOMS)})).turn_to(HOUSEHOLD);
    story.given("merge-into", merge());
    assert_eq!(story.models[0].1.known().unwrap().taken_by.len(), 1);
    form::set_places(&mut story, MUSHROOMS, 1);
    story.when("undo-merge", json!({})).refused("no_place_left");
    form::set_places(&mut story, MUSHROOMS, 2);
    story.when("undo-merge", json!({})).decision();
}

#[test]
fn what_belongs_to_a_merge_is_not_taken_back_alone() {
    let mut story = merged();
    let take_back = |story: &mut Story, name: &str, code: &str| {
        let sequence = story.sequence_of(name);
        story.when("retract-fact", json!({"sequence": sequence, "reason": "mistake"})).refused(code);
    };
    take_back(&mut story, "HouseholdMerged", "not_retractable");
    take_back(&mut story, "MemberLeft", "rested_on");
    take_back(&mut story, "NeedClosed", "rested_on");
    story.when("reopen-case", json!({"because": "appeal"})).refused("only_undone");
    story.turn_to(OTHER);
    take_back(&mut story, "HouseholdAbsorbed", "not_retractable");
    take_back(&mut story, "MemberJoined", "rested_on");
}

/// Referred to the company on a consent, and then to the state's agency instead.
fn gone_elsewhere() -> Story {
    let mut story = consulted();
    let to_company = json!({"agency": id(COMPANY), "service": "clinic", "basis": "consent"});
    story.given("make-referral", with(refer(1, 1), to_company));
    let elsewhere = json!({
        "agency": id(STATE), "service": "emergency", "basis": "public_task", "disclosed": ["phone"], "reason": "no_answer",
    });
    story.on("2026-02-01").given("reroute-referral", with(form::referral(1), elsewhere));
    beside_another(story)
}

#[test]
fn what_a_referral_gave_to_an_agency_before_it_went_elsewhere_stays_ended_with_the_survivor() {
    let shown = |story: &Story| {
        let referral = &story.other(OTHER).referrals[&ReferralId(id(1))];
        let open = referral.open_disclosure().unwrap();
        (referral.agency.0, open.consent, open.fields.len())
    };
    let mut story = gone_elsewhere();
    story.given("merge-into", merge());
    assert_eq!(shown(&story), (id(STATE), None, 1));
    assert!(story.other(OTHER).consents.values().all(|consent| consent.in_force));

    let mut story = gone_elsewhere();
    story.given("withdraw-consent", json!({"consent": id(1)}));
    let decision = story.when("merge-into", merge()).decision();
    assert_eq!(shown(&story), (id(STATE), None, 1));
    assert!(story.other(OTHER).consents.values().all(|consent| !consent.in_force), "a no stays a no");
    let told = names(&decision.households);
    let at = |name: &str| told.iter().position(|it| *it == name).unwrap();
    assert!(at("ConsentGiven") < at("DisclosureMade") && at("DisclosureMade") < at("ConsentWithdrawn"), "{told:?}");
}
