//! What the people of the specs send: bodies of commands as they go over the wire, and the furniture of the stage.

use chrono::NaiveDate;
use events::facts::policy::{ItemRule, PolicyBody};
use events::id::{AgencyId, HouseholdId, StaffId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::story::{CASEWORKER, COMPANY, CYCLE, FAR_AWAY, MUSHROOMS, NEIGHBOUR, PLOTS, STATE, SUPERVISOR, Story, id};
use crate::rules::instrument::{Instrument, ItemKind, default_scoring};
use crate::rules::policy::Publish;
use crate::rules::staff::Of;
use crate::rules::{Asked, agency, model, staff};

/// `base` with the fields of `changes` over it; null takes a field away.
pub(super) fn with(mut base: Value, changes: Value) -> Value {
    let (Some(fields), Value::Object(changes)) = (base.as_object_mut(), changes) else { panic!("both are objects") };
    for (name, value) in changes {
        if value.is_null() {
            fields.remove(&name)
        } else {
            fields.insert(name, value)
        };
    }
    base
}

/// A household of Phu Sing with one woman of 55 or 56.
pub(super) fn identify() -> Value {
    json!({
        "tambon": "460901", "moo": 3, "sources": ["village_leader"], "basis": "public_task",
        "members": [person(1, "head")],
    })
}

/// Person `n`, a woman born in 1970 who works and lives there.
pub(super) fn person(n: u128, relation: &str) -> Value {
    json!({
        "person": id(n), "sex": "female", "relation": relation, "residence": "registered_and_living",
        "details": details(),
    })
}

/// What is personal about her.
pub(super) fn details() -> Value {
    json!({
        "given_name": "สมหญิง", "family_name": "ตัวอย่าง", "birth": "1970", "has_id_card": true,
        "health": "normal", "education": "primary", "work": "farmer",
    })
}

/// Answers to all 37 indicators: `lowest`, `low`, `fair` or `good` wherever one answer counts, and the like elsewhere.
pub(super) fn answers(rank: &str) -> Value {
    let instrument = Instrument::named("pppconnext-37@1").expect("the instrument is known");
    let n = ["lowest", "low", "fair", "good"].iter().position(|it| *it == rank).expect("a rank");
    let mut all = serde_json::Map::new();
    for indicator in &instrument.indicators {
        let named: Vec<_> = indicator.choices().filter(|it| *it != "none").collect();
        // Problems and disasters take points away, so the best has none of them.
        let several = |chosen: usize| if chosen == 0 { json!(["none"]) } else { json!(named[..chosen]) };
        let answer = match indicator.kind {
            ItemKind::Single => json!([rank]),
            ItemKind::Multiple => several(n),
            ItemKind::Penalty => several(3 - n),
        };
        all.insert(indicator.code.clone(), answer);
    }
    Value::Object(all)
}

/// An assessment with all answers of one rank, and no word of income.
pub(super) fn assess(rank: &str) -> Value {
    json!({"instrument": "pppconnext-37@1", "answers": answers(rank), "income_evidence": "told"})
}

/// An assessment with net income of the whole household a month.
pub(super) fn assess_earning(rank: &str, month: &str) -> Value {
    with(assess(rank), json!({"money": earning(month), "income_evidence": "document"}))
}

/// Net wages a month.
pub(super) fn earning(month: &str) -> Value {
    json!({"incomes": [{"concept": "wages", "period": "month", "net": "net", "amount": month}]})
}

/// Need `n` of the household.
pub(super) fn need(n: u128) -> Value {
    json!({"need": id(n), "capital": "physical", "indicator": "physical.home_condition", "priority": 2})
}

/// Referral `n` of a need to the state agency's repairs.
pub(super) fn refer(n: u128, need: u128) -> Value {
    json!({
        "referral": id(n), "need": id(need), "agency": id(STATE), "service": "repair", "basis": "public_task",
        "disclosed": ["names", "address"],
    })
}

/// The body of commands that name a referral only.
pub(super) fn referral(n: u128) -> Value {
    json!({"referral": id(n)})
}

/// Consent `n` of somebody to disclosure to all partners.
pub(super) fn consent(n: u128) -> Value {
    json!({"consent": id(n), "by": {"as": "informant"}, "purpose": "disclosure_to_partners", "how": "signed"})
}

/// Help in kind of unknown worth, from nobody in particular.
pub(super) fn help() -> Value {
    json!({"kind": "house_repair", "capital": "physical", "dimension": "living", "worth": {"form": "in_kind"}})
}

/// Another household in the story: person 5 lives there.
pub(super) fn next_door(story: &mut Story) {
    let mut other = Story::begins("2026-01-05");
    other.given("identify", with(identify(), json!({"members": [person(5, "head")]})));
    story.households.push((HouseholdId(id(NEIGHBOUR)), other.household));
}

fn read<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap_or_else(|error| panic!("{error}"))
}

/// Registers agencies and their services, opens models, takes on staff.
pub(super) fn furnish(story: &mut Story) {
    for (n, kind, province) in [(STATE, "state", "46"), (COMPANY, "private", "46"), (FAR_AWAY, "state", "47")] {
        let register: agency::Register = read(json!({
            "name_th": "หน่วยงานตัวอย่าง", "name_en": "An invented agency", "kind": kind, "areas": [province],
        }));
        on_agency(story, n, |agency, story| register.decide(agency, AgencyId(id(n)), &story.asked()));
        for service in ["repair", "clinic", "emergency"] {
            let offer: agency::OfferService = read(json!({
                "service": service, "name_th": "บริการ", "name_en": "A service", "capital": "physical",
                "dimension": "living",
            }));
            on_agency(story, n, |agency, story| offer.decide(agency, &story.asked()));
        }
        set_capacity(story, n, "clinic", Some(2));
    }
    for (n, areas, places) in [(MUSHROOMS, "4609", 2), (PLOTS, "4602", 2)] {
        let open: model::Open = read(json!({
            "name_th": "โมเดลตัวอย่าง", "name_en": "An invented model", "family": "local_content", "capital": "economic",
            "areas": [areas], "eligibility": {"level_at_most": 2, "able_to_work_at_least": 1}, "places": places,
            "happened_on": "2025-02-01",
        }));
        on_model(story, n, |model, story| open.decide(model, &story.asked()));
        let start: model::StartCycle = read(json!({"cycle": id(CYCLE), "happened_on": "2025-03-01"}));
        on_model(story, n, |model, story| start.decide(model, &story.asked()));
    }
    for (n, role) in [(CASEWORKER, "caseworker"), (SUPERVISOR, "supervisor")] {
        let join: staff::Join = read(json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}}));
        on_staff(story, n, |staff, story| join.decide(staff, StaffId(id(n)), &story.asked()));
        grant(story, n, &json!({"role": role, "scope": {"areas": ["4609"]}}));
    }
}

/// Sets how many a service of an agency takes.
pub(super) fn set_capacity(story: &mut Story, agency: u128, service: &str, places: Option<u32>) {
    let set = agency::SetCapacity { happened_on: None, service: service.to_owned(), places };
    on_agency(story, agency, |agency, story| set.decide(agency, &story.asked()));
}

/// Sets how many a model takes.
pub(super) fn set_places(story: &mut Story, model: u128, places: u32) {
    let set = model::SetPlaces { happened_on: None, places };
    on_model(story, model, |model, story| set.decide(model, &story.asked()));
}

/// Divides a payment of 1,000 baht: the household of the story gets 400.
pub(super) fn share_payment(story: &mut Story, model: u128, payment: u128) {
    let share: model::SharePayment = read(json!({
        "cycle": id(CYCLE), "payment": id(payment), "total": "1000.00",
        "shares": [{"household": story.asked().target, "amount": "400.00"}],
    }));
    on_model(story, model, |model, story| share.decide(model, &story.asked()));
}

/// Scoring that gives everything for the lowest answer, from a day on.
pub(super) fn scoring_turned_round(story: &mut Story, effective_on: NaiveDate) {
    let Some(PolicyBody::Scoring(mut scoring)) = default_scoring() else { panic!("the default scoring reads") };
    for item in &mut scoring.items {
        if let ItemRule::Single { points } = &mut item.rule {
            *points = [("lowest", 3), ("low", 2), ("fair", 1), ("good", 0)].map(|(k, v)| (k.to_owned(), v)).into();
        }
    }
    let body = PolicyBody::Scoring(scoring);
    story.publish(&Publish { province: "46".to_owned(), effective_on, body }).expect("a new scoring");
}

/// Grants a role.
pub(super) fn grant(story: &mut Story, staff: u128, body: &Value) {
    let grant: staff::GrantRole = read(body.clone());
    let of = Of { id: StaffId(id(staff)), asker: &staff::Staff::default() };
    // The administrator who takes them on is nobody of the story.
    let actor = StaffId(id(0xAD));
    on_staff(story, staff, |staff, story| grant.decide(staff, of, &Asked { actor, ..story.asked() }));
}

fn on_agency<E: std::fmt::Debug>(
    story: &mut Story,
    n: u128,
    decide: impl Fn(&agency::Agency, &Story) -> Result<Vec<events::facts::agency::AgencyEvent>, E>,
) {
    let at = story.agencies.iter().position(|(it, _)| it.0 == id(n)).expect("the agency is on the stage");
    let facts = decide(&story.agencies[at].1, story).expect("it is allowed");
    for fact in &facts {
        story.agencies[at].1.evolve(fact);
    }
}

fn on_model<E: std::fmt::Debug>(
    story: &mut Story,
    n: u128,
    decide: impl Fn(&model::Model, &Story) -> Result<Vec<events::facts::model::ModelEvent>, E>,
) {
    let at = story.models.iter().position(|(it, _)| it.0 == id(n)).expect("the model is on the stage");
    let facts = decide(&story.models[at].1, story).expect("it is allowed");
    for fact in &facts {
        story.models[at].1.evolve(fact);
    }
}

fn on_staff<E: std::fmt::Debug>(
    story: &mut Story,
    n: u128,
    decide: impl Fn(&staff::Staff, &Story) -> Result<Vec<events::facts::staff::StaffEvent>, E>,
) {
    let at = story.staff.iter().position(|(it, _)| it.0 == id(n)).expect("the staff is on the stage");
    let facts = decide(&story.staff[at].1, story).expect("it is allowed");
    for fact in &facts {
        story.staff[at].1.evolve(fact);
    }
}
