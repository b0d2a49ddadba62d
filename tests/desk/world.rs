//! One log and as many desks on it as a test wants, on either database.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use events::clock::Clock;
use events::facts::staff::Scope;
use events::id::{AgencyId, CommandId, HouseholdId, ModelId, StaffId};
use events::log::{Log, OpenLog, StreamId, setup_postgres};
use events::metadata::Channel;
use events::vault::{OpenVault, RootKey, Vault, setup_postgres_vault};
use huean::access::{Caller, Role};
use huean::app::{House, Missing, Place, make_directory};
use huean::desk::{AgencyCommand, Desk, DeskError, ModelCommand, Order, Receipt, Submission};
use huean::rules::household::command::Name;
use huean::rules::policy::Publish;
use huean::rules::policy_defaults;
use projections::figures::referrals::{ReferralQuery, ReferralState};
use projections::read_model::OpenReadModel;
use projections::{Reach, ReadModel};
use serde_json::{Value, json};
use sqlx::Connection;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct World {
    _dir: TempDir,
    place: Place,
    clock: Clock,
    turn: AtomicU64,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        Self::sqlite_at(Clock::Real).await
    }

    pub(crate) async fn sqlite_at(clock: Clock) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let place = Place { data: dir.path().join("data"), log: None, vault: None };
        let world = Self { _dir: dir, place, clock, turn: AtomicU64::new(0) };
        let house = House::open(&world.place, Missing::Make, world.clock.clone()).await.expect("a house");
        world.policies(&house.desk).await;
        world
    }

    pub(crate) async fn postgres() -> Self {
        Self::postgres_at(Clock::Real).await
    }

    pub(crate) async fn postgres_at(clock: Clock) -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
        let (log, vault) = (database(&server).await, database(&server).await);
        let dir = tempfile::tempdir().expect("a directory");
        let data = dir.path().join("data");
        make_directory(&data).expect("a directory");
        let id = setup_postgres(&log, "desk_app", "desk_auditor").await.expect("a log");
        let app = |url: &str| url.replace("//postgres@", "//desk_app@");
        let place = Place { data, log: Some(app(&log)), vault: Some(app(&vault)) };
        let root = RootKey::create(&place.root_key()).expect("a key");
        setup_postgres_vault(&vault, "desk_app", None, id, &root).await.expect("a vault");
        let world = Self { _dir: dir, place, clock, turn: AtomicU64::new(0) };
        let desk = world.node().await;
        world.policies(&desk).await;
        world
    }

    /// A desk with a cache and a pen of its own, as another process has.
    pub(crate) async fn node(&self) -> Desk {
        House::open(&self.place, Missing::Refuse, self.clock.clone()).await.expect("a node").desk
    }

    /// Log and vault as they lie there: before a house is opened, which finishes what was begun.
    pub(crate) async fn unfinished(&self) -> (Log, Vault) {
        let open = OpenLog { create: false, clock: self.clock.clone() };
        let log = Log::open(&self.place.log_url(), open).await.expect("the log");
        let root = RootKey::load(&self.place.root_key()).expect("the root key");
        let open = OpenVault { create: false };
        let vault = Vault::open(&self.place.vault_url(), &root, log.id(), open).await.expect("the vault");
        (log, vault)
    }

    /// Where its files are.
    pub(crate) fn data(&self) -> &std::path::Path {
        &self.place.data
    }

    /// Which database it is on.
    pub(crate) fn kind(&self) -> &'static str {
        if self.place.log.is_some() { "PostgreSQL" } else { "embedded" }
    }

    /// The addresses of log and vault for who may do everything; none on the embedded log.
    pub(crate) fn owners(&self) -> Vec<String> {
        let urls = [&self.place.log, &self.place.vault];
        urls.into_iter().flatten().map(|url| url.replace("//desk_app@", "//postgres@")).collect()
    }

    async fn policies(&self, desk: &Desk) {
        for body in policy_defaults::defaults() {
            let publish = Publish { province: "46".to_owned(), effective_on: desk.today(), body };
            self.submit(desk, Role::Administrator, None, Order::Policy(publish)).await.expect("a policy");
        }
    }

    pub(crate) async fn model(&self, desk: &Desk, places: u32) -> ModelId {
        let id = ModelId(Uuid::from_u128(5));
        let open = json!({"name_th": "เห็ดฟาง", "name_en": "Mushrooms", "family": "pro_poor_value_chain",
            "capital": "economic", "areas": ["46"], "eligibility": {}, "places": places});
        let command = ModelCommand::Open(serde_json::from_value(open).expect("a model"));
        self.submit(desk, Role::Operations, None, Order::Model { id, command }).await.expect("a model");
        id
    }

    /// An agency that repairs houses.
    pub(crate) async fn agency(&self, desk: &Desk) -> AgencyId {
        let id = AgencyId(Uuid::from_u128(6));
        let register = json!({"name_th": "สำนักงาน", "name_en": "Office", "kind": "state", "areas": ["46"]});
        let offer = json!({"service": "house_repair", "name_th": "ซ่อมบ้าน", "name_en": "House repair",
            "capital": "physical", "dimension": "living"});
        for command in [
            AgencyCommand::Register(serde_json::from_value(register).expect("an agency")),
            AgencyCommand::OfferService(serde_json::from_value(offer).expect("a service")),
        ] {
            self.submit(desk, Role::Operations, None, Order::Agency { id, command }).await.expect("an agency");
        }
        id
    }

    /// How many households the agency's service takes from now on.
    pub(crate) async fn capacity(&self, desk: &Desk, id: AgencyId, places: u32) {
        let set = json!({"service": "house_repair", "places": places});
        let command = AgencyCommand::SetCapacity(serde_json::from_value(set).expect("places"));
        self.submit(desk, Role::Operations, None, Order::Agency { id, command }).await.expect("places");
    }

    /// A read model that has come to the log's end.
    pub(crate) async fn read_model(&self, desk: &Desk) -> ReadModel {
        let open = OpenReadModel { dir: self.place.data.clone(), log: desk.log().clone(), vault: desk.vault().clone() };
        let read_model = ReadModel::open(open).await.expect("a read model");
        read_model.caught_up(Duration::from_secs(20)).await.expect("it comes to the log's end");
        read_model
    }

    /// How many referrals wait for an answer, by the read model.
    pub(crate) async fn waiting(&self, desk: &Desk) -> u64 {
        let open = OpenReadModel { dir: self.place.data.clone(), log: desk.log().clone(), vault: desk.vault().clone() };
        let read_model = ReadModel::open(open).await.expect("a read model");
        read_model.caught_up(Duration::from_secs(20)).await.expect("it comes to the log's end");
        let mut query = ReferralQuery::all(Reach::All, desk.now());
        query.states = vec![ReferralState::ToAnswer];
        let page = read_model.referrals(query).await.expect("a list");
        read_model.stop().await;
        page.total
    }

    pub(crate) async fn places_taken(&self, model: ModelId) -> usize {
        let desk = self.node().await;
        let events = desk.log().stream(&StreamId::new("model", model.to_string()), 0).await.expect("the model");
        events.iter().filter(|event| event.event_type == "PlaceTaken").count()
    }

    pub(crate) async fn members(&self, id: HouseholdId) -> usize {
        let (loaded, _) = self.node().await.load_household(id, true).await.expect("the household");
        loaded.state.case().map_or(0, |case| case.present().count())
    }

    /// The household that goes on with one that was merged.
    pub(crate) async fn merged_into(&self, id: HouseholdId) -> Option<HouseholdId> {
        let (loaded, _) = self.node().await.load_household(id, true).await.expect("the household");
        loaded.state.case().and_then(|case| case.merged_into)
    }

    pub(crate) async fn open_needs(&self, id: HouseholdId) -> usize {
        let (loaded, _) = self.node().await.load_household(id, true).await.expect("the household");
        loaded.state.case().map_or(0, |case| case.needs.values().filter(|need| need.open).count())
    }

    pub(crate) async fn identified(&self, desk: &Desk, n: u64) -> HouseholdId {
        let id = HouseholdId::derived(desk.log().id(), &format!("household {n}"));
        let body = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task",
            "members": [person("หัวหน้า", "head")]});
        self.household(desk, id, "identify", body).await.expect("a household");
        id
    }

    pub(crate) async fn household(
        &self,
        desk: &Desk,
        id: HouseholdId,
        name: &str,
        body: Value,
    ) -> Result<Receipt, DeskError> {
        self.household_seen(desk, id, name, body, None).await
    }

    pub(crate) async fn household_seen(
        &self,
        desk: &Desk,
        id: HouseholdId,
        name: &str,
        body: Value,
        seen: Option<u64>,
    ) -> Result<Receipt, DeskError> {
        self.submit(desk, Role::Caseworker, seen, order(id, name, &body)).await
    }

    /// A command under an id that the test chooses.
    pub(crate) async fn again(
        &self,
        desk: &Desk,
        command: u64,
        role: Role,
        id: HouseholdId,
        name: &str,
        body: Value,
    ) -> Result<Receipt, DeskError> {
        let command = CommandId(Uuid::from_u128(u128::from(command)));
        desk.submit(Submission { caller: caller(role), command, seen: None, order: order(id, name, &body) }).await
    }

    /// A command of one person in a role.
    pub(crate) async fn by(&self, desk: &Desk, staff: StaffId, role: Role, order: Order) -> Result<Receipt, DeskError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let command = CommandId::derived(desk.log().id(), &format!("turn {turn}"));
        desk.submit(Submission { caller: Caller { staff, ..caller(role) }, command, seen: None, order }).await
    }

    async fn submit(&self, desk: &Desk, role: Role, seen: Option<u64>, order: Order) -> Result<Receipt, DeskError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let command = CommandId::derived(desk.log().id(), &format!("turn {turn}"));
        desk.submit(Submission { caller: caller(role), command, seen, order }).await
    }
}

pub(crate) fn order(id: HouseholdId, name: &str, body: &Value) -> Order {
    let name = Name::named(name).expect("a command");
    Order::Household { id, command: name.read(body.to_string().as_bytes()).expect("a body") }
}

pub(crate) fn caller(role: Role) -> Caller {
    Caller {
        staff: StaffId::derived(Uuid::NAMESPACE_OID, role.as_str()),
        role,
        scope: Scope { areas: vec!["46".parse().expect("a province")], laos: Vec::new() },
        agency: None,
        channel: Channel::Api,
        request: None,
    }
}

pub(crate) fn person(name: &str, relation: &str) -> Value {
    json!({"sex": "female", "relation": relation, "residence": "registered_and_living", "details":
        {"given_name": name, "birth": "1990", "health": "normal", "education": "primary", "work": "farmer"}})
}

/// The steps from identified to assessed.
pub(crate) fn to_assessed() -> [(&'static str, Value); 4] {
    [
        ("visit-home", json!({"seen": "poor"})),
        ("hold-panel", json!({"attended": 9, "finding": "poor"})),
        ("verify", json!({})),
        ("assess", assessment()),
    ]
}

/// A whole assessment with middling answers.
pub(crate) fn assessment() -> Value {
    let scoring: Value = serde_json::from_str(huean::rules::instrument::DEFAULT_SCORING).expect("the scoring");
    let answers: serde_json::Map<String, Value> = scoring["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| {
            let answer = if item["rule"] == "single" { "low" } else { "none" };
            Some((item["indicator"].as_str()?.to_owned(), json!([answer])))
        })
        .collect();
    json!({"instrument": "pppconnext-37@1", "answers": answers, "income_evidence": "told"})
}

/// Polls a future so often and drops it. Says whether it ended before.
pub(crate) async fn polled<F: Future>(future: F, polls: u64) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        let step = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
        if step {
            return true;
        }
        // Lets whatever the future waits for come a little nearer, so that each number of polls is another moment.
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    false
}

async fn database(server: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("desk_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test server");
    sqlx::raw_sql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        .execute(&mut connection)
        .await
        .expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}
