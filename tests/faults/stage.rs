//! A small sound log on either database, and ways to damage it behind the program's back.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use events::clock::{Clock, SimulatedClock, start_of};
use events::facts::staff::Scope;
use events::id::{CommandId, HouseholdId, StaffId};
use events::log::setup_postgres;
use events::metadata::Channel;
use events::sealed::Subject;
use events::vault::{RootKey, setup_postgres_vault};
use huean::access::{Caller, Role};
use huean::app::{House, Missing, Place};
use huean::check::{Report, check};
use huean::desk::{Order, Submission};
use huean::rules::household::command::Name;
use huean::rules::policy::Publish;
use huean::rules::policy_defaults;
use serde_json::{Value, json};
use sqlx::Connection;
use tempfile::TempDir;
use uuid::Uuid;

/// Events of the small log: five policies, a block of numbers, and the household's seven facts.
pub(crate) const EVENTS: u64 = 13;
pub(crate) const HOUSEHOLD_EVENTS: u64 = 7;

pub(crate) struct Stage {
    dir: TempDir,
    place: Place,
    /// The addresses of a superuser, on PostgreSQL: log and vault.
    owner: Option<(String, String)>,
    clock: SimulatedClock,
}

impl Stage {
    pub(crate) async fn empty() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let place = Place { data: dir.path().join("data"), log: None, vault: None };
        let start = NaiveDate::from_ymd_opt(2025, 3, 1).expect("a day");
        let stage = Self { dir, place, owner: None, clock: SimulatedClock::starting(start_of(start)) };
        stage.open(Missing::Make).await;
        stage
    }

    pub(crate) async fn sqlite() -> Self {
        let stage = Self::empty().await;
        stage.fill().await;
        stage
    }

    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
        let (log, vault) = (database(&server).await, database(&server).await);
        let mut stage = Self::empty().await;
        stage.place.data = stage.dir.path().join("node");
        huean::app::make_directory(&stage.place.data).expect("a directory");
        let id = setup_postgres(&log, "faults_app", "faults_auditor").await.expect("a log");
        let root = RootKey::create(&stage.place.root_key()).expect("a key");
        setup_postgres_vault(&vault, "faults_app", None, id, &root).await.expect("a vault");
        stage.place.log = Some(log.clone());
        stage.place.vault = Some(vault.clone());
        stage.owner = Some((log, vault));
        stage.fill().await;
        stage
    }

    async fn open(&self, missing: Missing) -> House {
        House::open(&self.place, missing, Clock::Simulated(self.clock.clone())).await.expect("a house")
    }

    async fn fill(&self) {
        let house = self.open(Missing::Refuse).await;
        // The damages name positions, so the kinds that come after these five are left out.
        for body in policy_defaults::defaults().into_iter().take(5) {
            let publish = Publish { province: "46".to_owned(), effective_on: house.desk.today(), body };
            submit(&house, Role::Administrator, Order::Policy(publish)).await;
        }
        let person = |name: &str, relation: &str| {
            json!({"sex": "female", "relation": relation, "residence": "registered_and_living", "details":
                {"given_name": name, "health": "normal", "education": "primary", "work": "farmer", "birth": "1961"}})
        };
        let id = HouseholdId::derived(house.log.id(), "household");
        let steps: [(Name, Value); 4] = [
            (
                Name::Identify,
                json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task",
                    "members": [person("บุญมี", "head"), person("ทองใบ", "child")]}),
            ),
            (Name::VisitHome, json!({"seen": "poor", "remarks": {"text": "หลังคารั่ว"}})),
            (Name::HoldPanel, json!({"attended": 20, "finding": "poor"})),
            (Name::Verify, json!({})),
        ];
        for (name, body) in steps {
            let command = name.read(body.to_string().as_bytes()).expect("a body");
            submit(&house, Role::Caseworker, Order::Household { id, command }).await;
        }
        assert_eq!(house.log.head().await.expect("a head").position, EVENTS);
    }

    /// Damages the payload of the events of one name.
    pub(crate) fn replace(&self, event: &str, from: &str, to: &str) -> String {
        self.replace_in("payload", event, from, to)
    }

    pub(crate) fn replace_in(&self, column: &str, event: &str, from: &str, to: &str) -> String {
        let (text, json) = if self.owner.is_some() { ("::text", "::json") } else { ("", "") };
        format!(
            "UPDATE events SET {column} = replace({column}{text}, '{from}', '{to}'){json} WHERE event_type = '{event}'"
        )
    }

    /// Runs statements on the log as its owner, with whatever guards it taken away.
    pub(crate) async fn run(&self, statements: &[String]) {
        if let Some((log, _)) = &self.owner {
            let mut connection = sqlx::PgConnection::connect(log).await.expect("the log's database");
            sqlx::raw_sql("ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE commands DISABLE TRIGGER USER")
                .execute(&mut connection)
                .await
                .expect("no guards");
            for statement in statements {
                sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
            }
        } else {
            let path = format!("sqlite:{}", self.place.data.join("log.db").display());
            let mut connection = sqlx::SqliteConnection::connect(&path).await.expect("the log's file");
            for guard in ["events_stay", "events_last", "commands_stay", "commands_last"] {
                sqlx::raw_sql(&format!("DROP TRIGGER {guard}")).execute(&mut connection).await.expect(guard);
            }
            for statement in statements {
                sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
            }
        }
    }

    pub(crate) async fn run_on_vault(&self, statement: &str) {
        let keyrings = if self.owner.is_some() { "vault.keyrings" } else { "keyrings" };
        let statement = &statement.replace("{keyrings}", keyrings);
        if let Some((_, vault)) = &self.owner {
            let mut connection = sqlx::PgConnection::connect(vault).await.expect("the vault's database");
            sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
        } else {
            let path = format!("sqlite:{}", self.place.data.join("vault.db").display());
            let mut connection = sqlx::SqliteConnection::connect(&path).await.expect("the vault's file");
            sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
        }
    }

    /// Erases a member: with the fact that says so, or in the vault alone.
    pub(crate) async fn erase_a_member(&self, told: bool) {
        let house = self.open(Missing::Refuse).await;
        let id = HouseholdId::derived(house.log.id(), "household");
        let (loaded, _) = house.desk.load_household(id, true).await.expect("the household");
        let person = *loaded.state.case().expect("a case").present().next().expect("a member").0;
        if told {
            let body = json!({"person": person, "because": "not_needed"});
            let command = Name::ErasePersonalData.read(body.to_string().as_bytes()).expect("a body");
            submit(&house, Role::Supervisor, Order::Household { id, command }).await;
        } else {
            let now = house.desk.now();
            house.vault.erase(&[Subject::new("person", person)], now).await.expect("the key is destroyed");
        }
    }

    pub(crate) fn spoil_read_model(&self) {
        let file = std::fs::read_dir(&self.place.data)
            .expect("the directory")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                name.starts_with("figures-") && std::path::Path::new(name).extension().is_some_and(|it| it == "db")
            })
            .expect("a file of figures");
        let db = rusqlite::Connection::open(file).expect("the file");
        assert_eq!(db.execute("UPDATE caseload SET residents = residents + 1", []).expect("a row"), 1);
    }

    pub(crate) async fn check(&self) -> Report {
        let house = self.open(Missing::Refuse).await;
        check(&house, &self.place.data).await.expect("the check can look")
    }
}

async fn submit(house: &House, role: Role, order: Order) {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let caller = Caller {
        staff: StaffId(Uuid::from_u128(7)),
        role,
        scope: Scope { areas: vec!["46".parse().expect("a province")], laos: Vec::new() },
        agency: None,
        channel: Channel::Cli,
        request: None,
    };
    let command = CommandId::derived(house.log.id(), &TURN.fetch_add(1, Ordering::Relaxed).to_string());
    house.desk.submit(Submission { caller, command, seen: None, order }).await.expect("the command is done");
}

/// A fresh database on the test server.
async fn database(server: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("faults_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test server");
    sqlx::raw_sql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        .execute(&mut connection)
        .await
        .expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}
