//! The same hostile client at agencies, operating models, staff and policies: every command of them, in a state in which
//! it is accepted, with days that never were, numbers out of all bounds, and references to what is not there.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::facts::agency::AgencyEvent;
use events::facts::model::ModelEvent;
use events::facts::policy::PolicyEvent;
use events::facts::staff::StaffEvent;
use events::id::{AgencyId, StaffId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::form::with;
use super::hostile::{NEVER, largest, places, put};
use super::story::{COMPANY, CYCLE, HOUSEHOLD, MUSHROOMS, SUPERVISOR, Story, id};
use crate::rules::agency::{Agency, ChangeService, OfferService, PauseService, Register, ResumeService, SetCapacity};
use crate::rules::model::{
    Approve, Close, Draft, EndCycle, JoinPartner, Model, Open, OpenApproved, RemovePartner, Review, Scale, SetPlaces,
    SharePayment, StartCycle,
};
use crate::rules::policy::{Publish, Withdraw};
use crate::rules::staff::{GrantRole, Join, Leave, Of, RevokeRole, Staff};
use crate::rules::{Refusal, policy_defaults};

/// Every command that is not a household's. A test of the API's routes finds the one that is missing here.
pub(crate) const NAMES: [&str; 25] = [
    "register",
    "offer-service",
    "change-service",
    "pause-service",
    "resume-service",
    "set-capacity",
    "open",
    "draft",
    "approve",
    "open-approved",
    "set-places",
    "join-partner",
    "remove-partner",
    "start-cycle",
    "share-payment",
    "end-cycle",
    "review",
    "scale",
    "close",
    "join",
    "grant-role",
    "revoke-role",
    "leave",
    "publish",
    "withdraw",
];

/// Those that make what they are about.
const MAKING: [&str; 5] = ["register", "open", "draft", "join", "publish"];

/// One agency, one model, one member of staff and the policies.
#[derive(Clone)]
struct Stage {
    story: Story,
    agency: Agency,
    model: Model,
    staff: Staff,
}

/// What a command records.
enum Facts {
    Agency(Vec<AgencyEvent>),
    Model(Vec<ModelEvent>),
    Staff(Vec<StaffEvent>),
    Policy(Vec<PolicyEvent>),
}

impl Facts {
    const fn is_empty(&self) -> bool {
        match self {
            Self::Agency(facts) => facts.is_empty(),
            Self::Model(facts) => facts.is_empty(),
            Self::Staff(facts) => facts.is_empty(),
            Self::Policy(facts) => facts.is_empty(),
        }
    }
}

impl Stage {
    fn empty() -> Self {
        let mut story = Story::begins("2026-01-05");
        story.by(0xAD);
        Self { story, agency: Agency::default(), model: Model::default(), staff: Staff::default() }
    }

    /// A command is sent as over the wire; none: it does not even read.
    fn sent(&self, name: &str, body: &Value) -> Option<Result<Facts, Refusal>> {
        let Self { story, agency, model, staff } = self;
        let asked = &story.asked();
        let (asker, this) = (Staff::default(), StaffId(id(0xC9)));
        let of = Of { id: this, asker: &asker };
        Some(match name {
            "register" => read::<Register>(body)?.decide(agency, AgencyId(id(9)), asked).map(Facts::Agency),
            "offer-service" => read::<OfferService>(body)?.decide(agency, asked).map(Facts::Agency),
            "change-service" => read::<ChangeService>(body)?.decide(agency, asked).map(Facts::Agency),
            "pause-service" => read::<PauseService>(body)?.decide(agency, asked).map(Facts::Agency),
            "resume-service" => read::<ResumeService>(body)?.decide(agency, asked).map(Facts::Agency),
            "set-capacity" => read::<SetCapacity>(body)?.decide(agency, asked).map(Facts::Agency),
            "open" => read::<Open>(body)?.decide(model, asked).map(Facts::Model),
            "draft" => read::<Draft>(body)?.decide(model, asked).map(Facts::Model),
            "approve" => read::<Approve>(body)?.decide(model, asked).map(Facts::Model),
            "open-approved" => read::<OpenApproved>(body)?.decide(model, asked).map(Facts::Model),
            "set-places" => read::<SetPlaces>(body)?.decide(model, asked).map(Facts::Model),
            "join-partner" => read::<JoinPartner>(body)?.decide(model, asked).map(Facts::Model),
            "remove-partner" => read::<RemovePartner>(body)?.decide(model, asked).map(Facts::Model),
            "start-cycle" => read::<StartCycle>(body)?.decide(model, asked).map(Facts::Model),
            "share-payment" => read::<SharePayment>(body)?.decide(model, asked).map(Facts::Model),
            "end-cycle" => read::<EndCycle>(body)?.decide(model, asked).map(Facts::Model),
            "review" => read::<Review>(body)?.decide(model, asked).map(Facts::Model),
            "scale" => read::<Scale>(body)?.decide(model, asked).map(Facts::Model),
            "close" => read::<Close>(body)?.decide(model, asked).map(Facts::Model),
            "join" => read::<Join>(body)?.decide(staff, this, asked).map(Facts::Staff),
            "grant-role" => read::<GrantRole>(body)?.decide(staff, of, asked).map(Facts::Staff),
            "revoke-role" => read::<RevokeRole>(body)?.decide(staff, of, asked).map(Facts::Staff),
            "leave" => read::<Leave>(body)?.decide(staff, of, asked).map(Facts::Staff),
            "publish" => read::<Publish>(body)?.decide(&story.book, asked).map(Facts::Policy),
            "withdraw" => read::<Withdraw>(body)?.decide(&story.book, asked).map(Facts::Policy),
            other => panic!("{other} is sent nowhere"),
        })
    }

    fn happen(&mut self, facts: &Facts) {
        match facts {
            Facts::Agency(facts) => facts.iter().for_each(|fact| self.agency.evolve(fact)),
            Facts::Model(facts) => facts.iter().for_each(|fact| self.model.evolve(fact)),
            Facts::Staff(facts) => facts.iter().for_each(|fact| self.staff.evolve(fact)),
            Facts::Policy(facts) => facts.iter().for_each(|fact| self.story.book.evolve(fact)),
        }
        self.story.command += 1;
    }

    fn then(mut self, name: &str, body: &Value) -> Self {
        let facts = self.sent(name, body).unwrap_or_else(|| panic!("{name} {body} does not read"));
        self.happen(&facts.unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text().en)));
        self
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Option<T> {
    serde_json::from_value(body.clone()).ok()
}

/// A state in which a command is accepted, and its body.
fn accepted(name: &str) -> Vec<(Stage, Value)> {
    let areas = json!(["4609"]);
    let names = json!({"name_th": "ก", "name_en": "A"});
    let service = with(names.clone(), json!({"service": "repair", "capital": "physical", "dimension": "living"}));
    let register =
        with(names.clone(), json!({"kind": "state", "areas": areas, "contact": {"name": "ก", "phone": "1"}}));
    let agency = || Stage::empty().then("register", &register).then("offer-service", &service);
    let at_least = json!({"able_to_work_at_least": 1, "level_at_most": 2,
        "capitals": [{"capital": "economic", "level_at_most": 1}]});
    let plan = with(
        names,
        json!({
            "family": "local_content", "capital": "economic", "areas": areas, "eligibility": at_least,
        }),
    );
    let approved = || {
        let mut stage = Stage::empty().then("draft", &plan);
        stage.story.by(SUPERVISOR);
        stage.then("approve", &json!({}))
    };
    let opened = || approved().then("open-approved", &json!({"places": 2}));
    let partner = json!({"agency": id(COMPANY), "role": "buyer"});
    // The household of the story takes part in the mushrooms, in the cycle that runs.
    let at_work = || {
        let mut story = Story::assessed();
        story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
        Stage { model: story.models[0].1.clone(), story, ..Stage::empty() }
    };
    let result = json!({"product": "straw_mushroom", "unit": "kg", "produced": 4, "sold": 3, "earned": "315.00"});
    let ended = || opened().then("start-cycle", &json!({})).then("end-cycle", &json!({"results": [result]}));
    let joined = || Stage::empty().then("join", &json!({"details": {"name": "ก"}}));
    let grant = json!({"role": "caseworker", "scope": {"areas": areas}, "until": "2026-02-01"});
    let tomorrow = "2026-01-06";
    match name {
        "register" => vec![(Stage::empty(), register)],
        "offer-service" => vec![(Stage::empty().then("register", &register), service)],
        "change-service" => vec![(agency(), with(service, json!({"name_en": "B"})))],
        "pause-service" => {
            vec![(agency(), json!({"service": "repair", "because": "no_budget", "until": "2026-03-01"}))]
        }
        "resume-service" => {
            let paused = agency().then("pause-service", &json!({"service": "repair", "because": "no_budget"}));
            vec![(paused, json!({"service": "repair"}))]
        }
        "set-capacity" => vec![(agency(), json!({"service": "repair", "places": 20}))],
        "open" => vec![(Stage::empty(), with(plan, json!({"places": 30, "partners": [id(COMPANY)]})))],
        "draft" => vec![(Stage::empty(), plan)],
        "approve" => {
            let mut stage = Stage::empty().then("draft", &plan);
            stage.story.by(SUPERVISOR);
            vec![(stage, json!({}))]
        }
        "open-approved" => vec![(approved(), json!({"places": 30}))],
        "set-places" => vec![(opened(), json!({"places": 40}))],
        "join-partner" => vec![(opened(), partner)],
        "remove-partner" => {
            let stage = opened().then("join-partner", &partner);
            vec![(stage, with(partner, json!({"because": "finished"})))]
        }
        "start-cycle" => vec![(opened(), json!({"cycle": id(1), "season": "2569_dry"}))],
        "share-payment" => {
            let shares = json!([{"household": id(HOUSEHOLD), "amount": "400.00"}]);
            let body = json!({"payment": id(1), "cycle": id(CYCLE), "payer": id(COMPANY), "total": "1000.00"});
            vec![(at_work(), with(body, json!({"shares": shares})))]
        }
        "end-cycle" => vec![(opened().then("start-cycle", &json!({})), json!({"results": [result]}))],
        "review" => vec![(ended(), json!({"finding": "scale"}))],
        "scale" => {
            vec![(
                ended().then("review", &json!({"finding": "scale"})),
                json!({"places": 3, "areas": ["4609", "4602"]}),
            )]
        }
        "close" => vec![(ended(), json!({"because": "finished"}))],
        "join" => vec![(Stage::empty(), json!({"details": {"name": "ก", "phone": "1"}, "agency": id(COMPANY)}))],
        "grant-role" => vec![(joined(), grant)],
        "revoke-role" => vec![(joined().then("grant-role", &grant), with(grant, json!({"until": null})))],
        "leave" => vec![(joined(), json!({}))],
        "publish" => policy_defaults::defaults()
            .into_iter()
            .map(|body| (Stage::empty(), json!({"province": "46", "effective_on": tomorrow, "body": body})))
            .collect(),
        "withdraw" => {
            let sla = json!({"kind": "sla", "answer_days": 9, "deliver_days": 31});
            let second = json!({"province": "46", "effective_on": tomorrow, "body": sla});
            let body = json!({"province": "46", "kind": "sla", "version": 2, "effective_on": "2026-01-07"});
            vec![(Stage::empty().then("publish", &second), body)]
        }
        other => panic!("{other} has no state here"),
    }
}

fn all() -> impl Iterator<Item = (&'static str, Stage, Value)> {
    NAMES.into_iter().flat_map(|name| accepted(name).into_iter().map(move |(stage, body)| (name, stage, body)))
}

/// Where a body holds what `is` says.
fn found(body: &Value, is: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    places(body, "", &is, &mut found);
    found
}

#[test]
fn every_command_is_accepted_in_a_state_here() {
    for (name, stage, body) in all() {
        let answer = stage.sent(name, &body).unwrap_or_else(|| panic!("{name} {body} does not read"));
        assert!(answer.is_ok_and(|facts| !facts.is_empty()), "{name} {body}");
    }
}

#[test]
fn no_command_takes_a_day_that_never_was_or_has_not_come() {
    for (name, stage, body) in all() {
        let tomorrow = stage.story.today.succ_opt().unwrap().to_string();
        let mut dates = found(&body, |_, value| value.as_str().is_some_and(|it| it.parse::<NaiveDate>().is_ok()));
        let dated = with(body.clone(), json!({"happened_on": stage.story.today}));
        let body = if stage.sent(name, &dated).is_some() { dated } else { body };
        dates.extend(body.get("happened_on").map(|_| "/happened_on".to_owned()));
        for at in dates {
            let past = at == "/happened_on";
            let wrong = NEVER.into_iter().chain(past.then_some(tomorrow.as_str()));
            for day in wrong {
                let answer = stage.sent(name, &put(&body, &at, json!(day)));
                assert!(answer.is_none_or(|it| it.is_err()), "{name} {at} {day}");
            }
        }
    }
}

#[test]
fn no_command_takes_a_number_below_zero_or_out_of_all_bounds() {
    let mut nothing = BTreeSet::new();
    for (name, stage, body) in all() {
        for at in found(&body, |_, value| value.is_number()) {
            assert!(stage.sent(name, &put(&body, &at, json!(-1))).is_none_or(|it| it.is_err()), "{name} {at} -1");
            let answer = largest(|n| stage.sent(name, &put(&body, &at, json!(n))));
            assert!(answer.is_none_or(|it| it.is_err()), "{name} {at}");
            // An answer may be worth no points, but no scoring gives none for all.
            let of_an_answer = at.contains("/points/");
            if !of_an_answer && stage.sent(name, &put(&body, &at, json!(0))).is_some_and(|it| it.is_ok()) {
                nothing.insert(format!("{name} {}", at.split('/').rfind(|it| it.parse::<u8>().is_err()).unwrap()));
            }
        }
        let amount = |_: &str, value: &Value| value.as_str().is_some_and(|it| it.ends_with(".00"));
        for at in found(&body, amount) {
            for wrong in ["-1.00", "99999999999.00"] {
                let answer = stage.sent(name, &put(&body, &at, json!(wrong)));
                assert!(answer.is_none_or(|it| it.is_err()), "{name} {at} {wrong}");
            }
            if stage.sent(name, &put(&body, &at, json!("0.00"))).is_some_and(|it| it.is_ok()) {
                nothing.insert(format!("{name} {at}"));
            }
        }
    }
    // Where none at all means something. A policy has no clock of no days and no line of no baht.
    let expected = [
        "draft able_to_work_at_least",
        "end-cycle /results/0/earned",
        "end-cycle sold",
        "open able_to_work_at_least",
        "open places",
        "open-approved places",
        "set-capacity places",
        "set-places places",
    ];
    assert_eq!(nothing.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn no_command_takes_a_reference_to_what_is_not_there() {
    // Whether an agency is registered is the desk's to see: `tests/desk/unknown.rs`.
    let fields = ["cycle", "household", "service", "agency", "version", "role", "province"];
    let at_the_desk = [("join-partner", "/agency"), ("join", "/agency")];
    // A code or an id that a command gives to what it makes.
    let makes = [("offer-service", "/service"), ("start-cycle", "/cycle")];
    let mut asked = 0;
    for (name, stage, body) in all() {
        let named = |field: &str, value: &Value| fields.contains(&field) && !value.is_object();
        for at in found(&body, named) {
            if at_the_desk.iter().chain(&makes).any(|it| *it == (name, at.as_str())) {
                continue;
            }
            let nothing = if body.pointer(&at).unwrap().is_number() { json!(9) } else { json!(id(0xDEAD)) };
            for nothing in [nothing, json!("nobody")] {
                let answer = stage.sent(name, &put(&body, &at, nothing));
                assert!(answer.is_none_or(|it| it.is_err()), "{name} {at}");
            }
            asked += 1;
        }
    }
    assert!(asked > 15, "{asked} references");
}

#[test]
fn no_command_but_one_that_makes_it_is_taken_by_what_there_is_not() {
    for (name, _, body) in all().filter(|(name, ..)| !MAKING.contains(name)) {
        let answer = Stage::empty().sent(name, &body).unwrap();
        assert!(answer.is_err(), "{name}");
    }
}

#[test]
fn the_same_thing_twice_is_one_fact_or_two_that_may_be() {
    let mut twice = BTreeSet::new();
    for (name, mut stage, body) in all() {
        let facts = stage.sent(name, &body).unwrap().unwrap_or_else(|_| panic!("{name} is accepted"));
        stage.happen(&facts);
        if stage.sent(name, &body).unwrap().is_ok_and(|facts| !facts.is_empty()) {
            twice.insert(name);
        }
    }
    // A model may be looked back on again, and a policy may be published again as it was.
    assert_eq!(twice.into_iter().collect::<Vec<_>>(), ["publish", "review"]);
}
