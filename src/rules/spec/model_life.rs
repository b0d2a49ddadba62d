//! An operating model from its draft to its end, and what it brings households.

use events::facts::model::ModelEvent;
use events::id::{HouseholdId, ModelId};
use serde_json::{Value, json};

use super::form::{self, with};
use super::story::{COMPANY, CYCLE, MUSHROOMS, PLOTS, STATE, SUPERVISOR, Story, id};
use crate::rules::Refusal;
use crate::rules::model::{self, Model};

fn read<T: serde::de::DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

fn draft(changes: Value) -> model::Draft {
    let body = json!({
        "name_th": "ก", "name_en": "A", "family": "local_content", "capital": "economic", "areas": ["4609"],
        "eligibility": {},
    });
    read(with(body, changes))
}

fn wrong(refusal: Refusal) -> Vec<(String, &'static str)> {
    let Refusal::Fields(errors) = refusal else { panic!("fields are named: {refusal:?}") };
    errors.into_iter().map(|it| (it.pointer, it.code)).collect()
}

/// A model on which things are asked one after the other.
struct Life {
    story: Story,
    model: Model,
}

impl Life {
    fn begins() -> Self {
        Self { story: Story::begins("2026-01-05"), model: Model::default() }
    }

    fn on(&mut self, today: &str) -> &mut Self {
        self.story.on(today);
        self
    }

    fn ask(
        &mut self,
        decide: impl Fn(&Model, &crate::rules::Asked<'_>) -> Result<Vec<ModelEvent>, Refusal>,
    ) -> Result<Vec<&'static str>, Refusal> {
        let facts = decide(&self.model, &self.story.asked())?;
        self.story.command += 1;
        for fact in &facts {
            self.model.evolve(fact);
        }
        Ok(facts.iter().map(|fact| fact.schema().name).collect())
    }

    /// Drafted, approved by somebody else, opened with two places.
    fn open() -> Self {
        let mut life = Self::begins();
        life.ask(|model, asked| draft(json!({})).decide(model, asked)).unwrap();
        life.story.by(SUPERVISOR);
        life.ask(|model, asked| model::Approve::default().decide(model, asked)).unwrap();
        let open = model::OpenApproved { happened_on: None, places: 2 };
        assert_eq!(life.ask(|model, asked| open.decide(model, asked)), Ok(vec!["ModelOpened", "PlacesSet"]));
        life
    }

    fn start(&mut self, cycle: u128) -> Result<Vec<&'static str>, Refusal> {
        let start: model::StartCycle = read(json!({"cycle": id(cycle)}));
        self.ask(|model, asked| start.decide(model, asked))
    }

    fn end(&mut self, results: &Value) -> Result<Vec<&'static str>, Refusal> {
        let end: model::EndCycle = read(json!({"results": results}));
        self.ask(|model, asked| end.decide(model, asked))
    }

    fn review(&mut self, finding: &str) -> Result<Vec<&'static str>, Refusal> {
        let review: model::Review = read(json!({"finding": finding}));
        self.ask(|model, asked| review.decide(model, asked))
    }

    fn scale(&mut self, places: u32, areas: &[&str]) -> Result<Vec<&'static str>, Refusal> {
        let scale: model::Scale = read(json!({"places": places, "areas": areas}));
        self.ask(|model, asked| scale.decide(model, asked))
    }

    fn close(&mut self, because: &str) -> Result<Vec<&'static str>, Refusal> {
        let close: model::Close = read(json!({"because": because}));
        self.ask(|model, asked| close.decide(model, asked))
    }
}

#[test]
fn a_draft_is_approved_by_somebody_else_before_it_opens() {
    let mut life = Life::begins();
    let approve = model::Approve::default();
    let open = model::OpenApproved { happened_on: None, places: 2 };
    assert_eq!(life.ask(|it, asked| approve.decide(it, asked)).unwrap_err().code(), "unknown_reference");
    assert_eq!(life.ask(|it, asked| draft(json!({})).decide(it, asked)), Ok(vec!["ModelDrafted"]));
    assert_eq!(life.ask(|it, asked| draft(json!({})).decide(it, asked)), Err(Refusal::IdTaken));
    assert_eq!(life.ask(|it, asked| open.decide(it, asked)).unwrap_err().code(), "wrong_model_state");
    assert_eq!(life.ask(|it, asked| approve.decide(it, asked)), Err(Refusal::SamePerson));
    assert_eq!(life.model.known().unwrap_err().code(), "wrong_model_state", "nobody takes part in a draft");
    life.story.by(SUPERVISOR);
    assert_eq!(life.ask(|it, asked| approve.decide(it, asked)), Ok(vec!["ModelApproved"]));
    assert_eq!(life.ask(|it, asked| approve.decide(it, asked)), Ok(vec![]));
    assert_eq!(life.ask(|it, asked| open.decide(it, asked)), Ok(vec!["ModelOpened", "PlacesSet"]));
    assert_eq!(life.ask(|it, asked| open.decide(it, asked)).unwrap_err().code(), "wrong_model_state");
    assert_eq!((life.model.state(), life.model.known().unwrap().places), ("open", 2));
}

#[test]
fn a_draft_lies_within_what_models_and_households_are() {
    let story = Story::begins("2026-01-05");
    let refused = |changes| wrong(draft(changes).decide(&Model::default(), &story.asked()).unwrap_err());
    assert_eq!(refused(json!({"areas": []})), [("/areas".to_owned(), "too_few")]);
    assert_eq!(refused(json!({"areas": ["4609", "4609"]})), [("/areas/1".to_owned(), "named_twice")]);
    assert_eq!(refused(json!({"areas": ["4699"]})), [("/areas/0".to_owned(), "area_unknown")]);
    assert_eq!(refused(json!({"name_th": " "})), [("/name_th".to_owned(), "empty")]);
    assert_eq!(refused(json!({"happened_on": "2026-01-06"})), [("/happened_on".to_owned(), "in_the_future")]);
    assert_eq!(refused(json!({"happened_on": "1940-01-06"})), [("/happened_on".to_owned(), "too_early")]);
    let asks = |eligibility| refused(json!({"eligibility": eligibility}));
    let at_work = "/eligibility/able_to_work_at_least".to_owned();
    assert_eq!(asks(json!({"able_to_work_at_least": 31})), [(at_work, "too_many")]);
    let twice = json!({"capital": "economic", "level_at_most": 1});
    assert_eq!(asks(json!({"capitals": [twice, twice]})), [("/eligibility/capitals/1".to_owned(), "named_twice")]);
}

#[test]
fn one_cycle_runs_at_a_time_and_ends_with_what_it_brought() {
    let mut life = Life::open();
    assert_eq!(life.end(&json!([])), Err(Refusal::NoCycleRuns));
    assert_eq!(life.start(1), Ok(vec!["CycleStarted"]));
    assert_eq!(life.start(2), Err(Refusal::CycleRuns));
    let result = |changes| {
        json!([with(
            json!({"product": "mushroom", "unit": "kg", "produced": 10, "sold": 9, "earned": "90.00"}),
            changes
        )])
    };
    let refused = |life: &mut Life, changes| wrong(life.end(&result(changes)).unwrap_err());
    assert_eq!(refused(&mut life, json!({"sold": 11})), [("/results/0/sold".to_owned(), "more_than_produced")]);
    assert_eq!(refused(&mut life, json!({"earned": "-1.00"})), [("/results/0/earned".to_owned(), "below_zero")]);
    assert_eq!(refused(&mut life, json!({"product": "A b"})), [("/results/0/product".to_owned(), "not_a_code")]);
    life.on("2026-03-05");
    assert_eq!(life.end(&result(json!({}))), Ok(vec!["CycleEnded"]));
    assert_eq!(life.start(1), Err(Refusal::IdTaken), "the id of a cycle is its own for ever");
    life.start(2).unwrap();
    let known = life.model.known().unwrap();
    assert_eq!(known.cycles.values().map(|it| it.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_model_is_widened_once_after_a_review_that_found_it_worth_it() {
    let mut life = Life::open();
    assert_eq!(life.review("scale"), Err(Refusal::NoCycleEnded));
    life.start(1).unwrap();
    life.end(&json!([{"product": "mushroom", "unit": "kg", "earned": "90.00"}])).unwrap();
    assert_eq!(life.scale(5, &["4609"]), Err(Refusal::NotFoundWorthScaling));
    life.review("go_on").unwrap();
    assert_eq!(life.scale(5, &["4609"]), Err(Refusal::NotFoundWorthScaling));
    assert_eq!(life.review("scale"), Ok(vec!["ModelReviewed"]));
    assert_eq!(wrong(life.scale(1, &["4609"]).unwrap_err())[0], ("/places".to_owned(), "too_few"));
    assert_eq!(wrong(life.scale(5, &["4602"]).unwrap_err()), [("/areas".to_owned(), "area_lost")]);
    assert_eq!(wrong(life.scale(2, &["4609"]).unwrap_err()), [("/places".to_owned(), "nothing_wider")]);
    assert_eq!(life.scale(5, &["4609", "4602"]), Ok(vec!["ModelScaled"]));
    let known = life.model.known().unwrap();
    assert_eq!((known.places, known.areas.len()), (5, 2));
    assert_eq!(life.scale(9, &["4609", "4602"]), Err(Refusal::NotFoundWorthScaling), "one review, one widening");
}

#[test]
fn a_model_closes_when_nobody_takes_part_and_no_cycle_runs() {
    let mut life = Life::open();
    let household = HouseholdId(id(0x4600));
    life.model.evolve(&ModelEvent::PlaceTaken(events::facts::model::PlaceTaken { household }));
    assert_eq!(life.close("finished"), Err(Refusal::HouseholdsTakePart { taken: 1 }));
    life.model.evolve(&ModelEvent::PlaceFreed(events::facts::model::PlaceFreed { household }));
    life.start(1).unwrap();
    assert_eq!(life.close("finished"), Err(Refusal::CycleRuns));
    life.end(&json!([])).unwrap();
    assert_eq!(wrong(life.close("never_opened").unwrap_err()), [("/because".to_owned(), "other_reason")]);
    assert_eq!(life.close("finished"), Ok(vec!["ModelClosed"]));
    assert_eq!(life.close("finished"), Ok(vec![]));
    for refused in [life.start(2), life.review("end"), life.scale(9, &["46"])] {
        assert_eq!(refused.unwrap_err().code(), "wrong_model_state");
    }
    let mut never = Life::begins();
    assert_eq!(never.close("never_opened").unwrap_err().code(), "unknown_reference");
    never.ask(|model, asked| draft(json!({})).decide(model, asked)).unwrap();
    assert_eq!(never.close("never_opened"), Ok(vec!["ModelClosed"]));
    let approve = model::Approve::default();
    never.story.by(SUPERVISOR);
    assert_eq!(never.ask(|it, asked| approve.decide(it, asked)).unwrap_err().code(), "wrong_model_state");
}

#[test]
fn a_partner_joins_in_a_role_and_leaves_only_what_it_has() {
    let mut life = Life::open();
    let join: model::JoinPartner = read(json!({"agency": id(COMPANY), "role": "buyer"}));
    assert_eq!(life.ask(|it, asked| join.decide(it, asked)), Ok(vec!["PartnerJoined"]));
    assert_eq!(life.ask(|it, asked| join.decide(it, asked)), Ok(vec![]));
    let leave = |agency, role| -> model::RemovePartner {
        read(json!({"agency": id(agency), "role": role, "because": "withdrew"}))
    };
    for stranger in [leave(STATE, "buyer"), leave(COMPANY, "trainer")] {
        assert_eq!(life.ask(|it, asked| stranger.decide(it, asked)).unwrap_err().code(), "unknown_reference");
    }
    let left = leave(COMPANY, "buyer");
    assert_eq!(life.ask(|it, asked| left.decide(it, asked)), Ok(vec!["PartnerLeft"]));
}

#[test]
fn a_payment_is_divided_among_those_who_took_part_and_never_beyond_its_total() {
    let mut life = Life::open();
    life.start(1).unwrap();
    let (one, two) = (HouseholdId(id(1)), HouseholdId(id(2)));
    for household in [one, two] {
        life.model.evolve(&ModelEvent::PlaceTaken(events::facts::model::PlaceTaken { household }));
    }
    let share = |shares: Value, total: &str| -> model::SharePayment {
        read(json!({"cycle": id(1), "payment": id(7), "total": total, "shares": shares}))
    };
    let to = |household: HouseholdId, amount: &str| json!({"household": household, "amount": amount});
    let mut refused = |shares, total: &str| {
        let share = share(shares, total);
        wrong(life.ask(|it, asked| share.decide(it, asked)).unwrap_err())
    };
    let both = |amount: &str| json!([to(one, amount), to(two, "400.00")]);
    assert_eq!(refused(both("600.01"), "1000.00"), [("/shares".to_owned(), "more_than_the_total")]);
    assert_eq!(refused(json!([]), "1000.00"), [("/shares".to_owned(), "too_few")]);
    assert_eq!(refused(both("0.00"), "1000.00"), [("/shares/0/amount".to_owned(), "not_above_zero")]);
    let twice = json!([to(one, "1.00"), to(one, "1.00")]);
    assert_eq!(refused(twice, "9.00"), [("/shares/1/household".to_owned(), "named_twice")]);
    let stranger = json!([to(HouseholdId(id(9)), "1.00")]);
    assert_eq!(refused(stranger, "9.00"), [("/shares/0/household".to_owned(), "takes_no_part")]);
    let good = share(both("550.00"), "1000.00");
    let facts = good.decide(&life.model, &life.story.asked()).unwrap();
    let [ModelEvent::PaymentShared(it)] = facts.as_slice() else { panic!("one fact: {facts:?}") };
    assert_eq!(it.kept.to_string(), "50.00", "the shares and what is kept are the total");
    assert_eq!(life.ask(|it, asked| good.decide(it, asked)), Ok(vec!["PaymentShared"]));
    assert_eq!(life.ask(|it, asked| good.decide(it, asked)), Err(Refusal::IdTaken));
}

fn enrolled() -> Story {
    let mut story = Story::assessed();
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story
}

fn result(changes: Value) -> Value {
    with(
        json!({"model": id(MUSHROOMS), "cycle": id(CYCLE), "product": "mushroom", "unit": "kg", "produced": 12}),
        changes,
    )
}

#[test]
fn leaving_a_model_frees_the_place_in_the_same_append() {
    let mut story = enrolled();
    let leave = |changes| with(json!({"model": id(MUSHROOMS), "because": "other_work"}), changes);
    story.when("leave-model", leave(json!({"because": "case_closed"}))).refused_at("/because", "not_by_hand");
    let early = leave(json!({"happened_on": "2026-01-06"}));
    story.when("leave-model", early).refused_at("/happened_on", "too_early");
    story.when("leave-model", leave(json!({"model": id(PLOTS)}))).refused("not_enrolled");
    let decision = story.when("leave-model", leave(json!({}))).records(&["ModelLeft"]);
    assert_eq!(decision.models.len(), 1);
    assert!(story.models[0].1.known().unwrap().taken_by.is_empty());
    story.when("leave-model", leave(json!({}))).refused("not_enrolled");
    story.stands(events::facts::case::Stage::Referred, "open");
    story.when("enrol-in-model", json!({"model": id(MUSHROOMS)})).decision();
}

#[test]
fn a_model_may_ask_for_a_capital_in_which_the_household_is_poor() {
    let mut story = Story::verified();
    let economic = |rank: &str| {
        let all = form::answers(rank);
        let part: serde_json::Map<_, _> = all.as_object().unwrap().clone();
        part.into_iter().filter(|(code, _)| code.starts_with("economic.")).collect::<serde_json::Map<_, _>>()
    };
    let mut answers = form::answers("low");
    answers.as_object_mut().unwrap().extend(economic("good"));
    story.given("assess", with(form::assess("low"), json!({"answers": answers})));
    let at = story.models.iter().position(|(it, _)| *it == ModelId(id(MUSHROOMS))).unwrap();
    let known = story.models[at].1.known.as_mut().unwrap();
    known.eligibility.capitals = vec![read(json!({"capital": "economic", "level_at_most": 1}))];
    let refusal = story.when("enrol-in-model", json!({"model": id(MUSHROOMS)})).refused("not_eligible");
    assert!(refusal.text().en.contains("capital"), "{}", refusal.text().en);
    answers.as_object_mut().unwrap().extend(economic("lowest"));
    story.on("2026-01-08").given("assess", with(form::assess("low"), json!({"answers": answers})));
    let fact = story.when("enrol-in-model", json!({"model": id(MUSHROOMS)})).fact("ModelEnrolled");
    assert_eq!(fact["eligible"]["capitals"], json!([{"capital": "economic", "level": 1}]));
}

#[test]
fn a_closed_model_takes_nobody_and_enrolment_is_not_before_its_opening() {
    let mut story = Story::assessed();
    let early = json!({"model": id(MUSHROOMS), "happened_on": "2026-01-05"});
    story.models[0].1.known.as_mut().unwrap().opened_on = super::story::day("2026-01-06");
    story.when("enrol-in-model", early).refused_at("/happened_on", "too_early");
    story.models[0].1.closed_on = Some(super::story::day("2026-01-07"));
    story.when("enrol-in-model", json!({"model": id(MUSHROOMS)})).refused("wrong_model_state");
}

#[test]
fn a_result_is_recorded_once_per_cycle_and_product_by_those_who_took_part() {
    Story::assessed().when("record-model-result", result(json!({}))).refused("not_enrolled");
    let mut story = enrolled();
    story.when("record-model-result", result(json!({"cycle": id(9)}))).refused("unknown_reference");
    story.when("record-model-result", result(json!({"model": id(9)}))).refused("unknown_reference");
    story.when("record-model-result", result(json!({"produced": null}))).refused_at("/produced", "empty");
    story.when("record-model-result", result(json!({"earned": "-1.00"}))).refused_at("/earned", "below_zero");
    story.when("record-model-result", result(json!({"unit": "กก."}))).refused_at("/unit", "not_a_code");
    story.when("record-model-result", result(json!({"produced": 10_000_001}))).refused_at("/produced", "too_many");
    story.when("record-model-result", result(json!({}))).records(&["ModelResultRecorded"]);
    story.when("record-model-result", result(json!({}))).refused("already_recorded");
    story.when("record-model-result", result(json!({"product": "spawn"}))).records(&["ModelResultRecorded"]);
    story.given("leave-model", json!({"model": id(MUSHROOMS), "because": "finished"}));
    story.when("record-model-result", result(json!({"product": "straw"}))).records(&["ModelResultRecorded"]);
    let first = story.sequence_of("ModelResultRecorded");
    story.given("retract-fact", json!({"sequence": first, "reason": "mistake"}));
    story.when("record-model-result", result(json!({"product": "straw"}))).records(&["ModelResultRecorded"]);
}

#[test]
fn a_share_comes_from_the_payment_so_that_nothing_counts_twice() {
    let mut story = enrolled();
    form::share_payment(&mut story, MUSHROOMS, 0xD1);
    let paid = |changes| result(with(json!({"payment": id(0xD1), "produced": null}), changes));
    let both = paid(json!({"earned": "400.00"}));
    story.when("record-model-result", both).refused_at("/earned", "comes_from_the_payment");
    story.when("record-model-result", paid(json!({"payment": id(0xDD)}))).refused("unknown_reference");
    let fact = story.when("record-model-result", paid(json!({}))).fact("ModelResultRecorded");
    assert_eq!(fact["earned"], "400.00");
    assert_eq!(fact["payment"], json!({"payment": id(0xD1), "total": "1000.00", "households": 1}));
    story.when("record-model-result", paid(json!({"product": "spawn"}))).refused("already_recorded");
    let at = story.models.iter().position(|(it, _)| *it == ModelId(id(MUSHROOMS))).unwrap();
    let payments = &mut story.models[at].1.known.as_mut().unwrap().payments;
    for payment in payments.values_mut() {
        payment.shares[0].household = HouseholdId(id(0x77));
    }
    story.household = enrolled().household;
    story.when("record-model-result", paid(json!({}))).refused("no_share");
}
