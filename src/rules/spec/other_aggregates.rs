//! Agencies, operating models and staff: once is enough, and nobody is turned out.

use events::facts::agency::AgencyEvent;
use events::id::{AgencyId, ModelId, StaffId};
use serde_json::{Value, json};

use super::form::{self, with};
use super::story::{CASEWORKER, MUSHROOMS, STATE, Story, id};
use crate::rules::agency::{Agency, OfferService, Register, SetCapacity};
use crate::rules::model::{Model, Open, SetPlaces};
use crate::rules::staff::{GrantRole, Join, Of, Staff};
use crate::rules::{Refusal, agency, model};

fn read<T: serde::de::DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

fn wrong(refusal: Refusal) -> Vec<(String, &'static str)> {
    let Refusal::Fields(errors) = refusal else { panic!("fields are named: {refusal:?}") };
    errors.into_iter().map(|it| (it.pointer, it.code)).collect()
}

fn state(story: &Story) -> &agency::Agency {
    &story.agencies.iter().find(|(it, _)| *it == AgencyId(id(STATE))).unwrap().1
}

fn mushrooms(story: &Story) -> &model::Model {
    &story.models.iter().find(|(it, _)| *it == ModelId(id(MUSHROOMS))).unwrap().1
}

/// Whose roles, when somebody who may administer for good asks.
fn of(n: u128, asker: &Staff) -> Of<'_> {
    Of { id: StaffId(id(n)), asker }
}

#[test]
fn an_agency_is_registered_once_with_at_least_one_area() {
    let story = Story::begins("2026-01-05");
    let body = json!({"name_th": "ก", "name_en": "A", "kind": "state", "areas": ["46"]});
    let register: Register = read(body.clone());
    let again = register.decide(state(&story), AgencyId(id(STATE)), &story.asked());
    assert_eq!(again, Err(Refusal::IdTaken));
    let nowhere: Register = read(with(body, json!({"areas": [], "name_en": ""})));
    let refusal = nowhere.decide(&Agency::default(), AgencyId(id(1)), &story.asked()).unwrap_err();
    assert_eq!(wrong(refusal), [("/name_en".to_owned(), "empty"), ("/areas".to_owned(), "too_few")]);
}

#[test]
fn the_contact_of_an_agency_is_sealed_under_it() {
    let story = Story::begins("2026-01-05");
    let register: Register = read(json!({
        "name_th": "ก", "name_en": "A", "kind": "civil", "areas": ["46"], "contact": {"name": "สมชาย ตัวอย่าง"},
    }));
    let facts = register.decide(&Agency::default(), AgencyId(id(1)), &story.asked()).unwrap();
    let [AgencyEvent::AgencyRegistered(it)] = facts.as_slice() else { panic!("one fact: {facts:?}") };
    assert_eq!(it.contact.as_ref().unwrap().subject.as_str(), format!("agency:{}", id(1)));
}

#[test]
fn a_service_offered_again_and_a_capacity_set_again_change_nothing() {
    let story = Story::begins("2026-01-05");
    let offer: OfferService = read(json!({
        "service": "repair", "name_th": "ซ่อม", "name_en": "Repair", "capital": "physical", "dimension": "living",
    }));
    assert_eq!(offer.decide(state(&story), &story.asked()), Ok(vec![]));
    assert_eq!(offer.decide(&Agency::default(), &story.asked()).unwrap_err().code(), "unknown_reference");
    let set = |places| SetCapacity { happened_on: None, service: "clinic".to_owned(), places };
    assert_eq!(set(Some(2)).decide(state(&story), &story.asked()), Ok(vec![]));
    assert_eq!(set(None).decide(state(&story), &story.asked()).unwrap().len(), 1);
    let unknown = SetCapacity { happened_on: None, service: "moon".to_owned(), places: None };
    assert_eq!(unknown.decide(state(&story), &story.asked()), Err(Refusal::ServiceNotOffered));
}

#[test]
fn a_model_is_opened_once_with_its_places() {
    let story = Story::begins("2026-01-05");
    let body = json!({
        "name_th": "ก", "name_en": "A", "family": "local_content", "capital": "economic", "areas": ["46"],
        "eligibility": {}, "places": 3,
    });
    let open: Open = read(body);
    assert_eq!(open.decide(mushrooms(&story), &story.asked()), Err(Refusal::IdTaken));
    let facts = open.decide(&Model::default(), &story.asked()).unwrap();
    assert_eq!(facts.iter().map(|it| it.schema().name).collect::<Vec<_>>(), ["ModelOpened", "PlacesSet"]);
}

#[test]
fn fewer_places_than_are_taken_turn_nobody_out() {
    let mut story = Story::assessed();
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    form::set_places(&mut story, MUSHROOMS, 0);
    let known = mushrooms(&story).known().unwrap();
    assert_eq!((known.places, known.taken_by.len()), (0, 1));
    let again = SetPlaces { happened_on: None, places: 0 };
    assert_eq!(again.decide(mushrooms(&story), &story.asked()), Ok(vec![]));
    assert!(again.decide(&Model::default(), &story.asked()).is_err());
}

#[test]
fn somebody_joins_once_and_holds_known_roles_only() {
    let story = Story::begins("2026-01-05");
    let staff = &story.staff[0].1;
    let join: Join = read(json!({"details": {"name": "สมหญิง ตัวอย่าง"}}));
    assert_eq!(join.decide(staff, StaffId(id(CASEWORKER)), &story.asked()), Err(Refusal::IdTaken));
    let grant =
        |changes| -> GrantRole { read(with(json!({"role": "caseworker", "scope": {"areas": ["4609"]}}), changes)) };
    let decide = |grant: GrantRole, staff: &Staff| grant.decide(staff, of(CASEWORKER, staff), &story.asked());
    assert_eq!(decide(grant(json!({})), staff), Ok(vec![]), "the same grant again");
    assert_eq!(decide(grant(json!({})), &Staff::default()).unwrap_err().code(), "unknown_reference");
    let refusal = decide(grant(json!({"role": "emperor"})), staff).unwrap_err();
    assert_eq!(wrong(refusal), [("/role".to_owned(), "unknown_role")]);
    let refusal = decide(grant(json!({"role": "system"})), staff).unwrap_err();
    assert_eq!(wrong(refusal), [("/role".to_owned(), "unknown_role")]);
    let refusal = decide(grant(json!({"until": "2026-01-04"})), staff).unwrap_err();
    assert_eq!(wrong(refusal), [("/until".to_owned(), "too_early")]);
}
