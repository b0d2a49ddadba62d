//! A whole service in a folder of its own, on a clock that stands still, with one token per role.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use events::clock::{Clock, SimulatedClock};
use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use events::log::{Log, OpenLog, setup_postgres};
use events::vault::{OpenVault, RootKey, Vault, setup_postgres_vault};
use huean::access::Role;
use huean::desk::Desk;
use huean::import::kept::Imports;
use huean::signin::{Cost, SignIn};
use huean::web::{App, Bearer, Issued, Tokens, router};
use projections::ReadModel;
use projections::read_model::OpenReadModel;
use serde_json::{Value, json};
use sqlx::Connection;
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

/// The agency that has an officer.
pub const AGENCY: Uuid = Uuid::from_u128(0xa1);
/// Another agency, with another officer.
pub const OTHER_AGENCY: Uuid = Uuid::from_u128(0xa2);
/// An operating model.
pub const MODEL: Uuid = Uuid::from_u128(0xb1);

/// The service, and everything it stands on.
pub struct World {
    pub router: Router,
    pub log: Log,
    pub read_model: ReadModel,
    pub imports: Imports,
    pub clock: SimulatedClock,
    pub sign_in: SignIn,
    pub desk: Desk,
    pub tokens: BTreeMap<String, String>,
    /// The cookie of an administrator who keeps accounts.
    pub keeper: tokio::sync::Mutex<String>,
    dir: PathBuf,
    kept: Option<TempDir>,
    /// Addresses of log and vault on a server; none: files in the folder.
    databases: Option<(String, String)>,
    next: AtomicU64,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, if it is a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self
    }

    /// The problem's code, after a look at its form.
    #[track_caller]
    pub fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert!(self.body["type"].as_str().unwrap().starts_with("urn:huean:problem:"));
        assert!(!self.body["title"].as_str().unwrap().is_empty() && !self.body["detail"].as_str().unwrap().is_empty());
        self.body["code"].as_str().unwrap()
    }

    /// Pointers and codes of the fields that a problem names.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().map(|it| (it["pointer"].as_str().unwrap(), it["code"].as_str().unwrap())).collect()
    }
}

/// A new database of the test server.
async fn database(server: &str, word: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = format!("api_{word}_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
    sqlx::raw_sql(&create).execute(&mut connection).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

fn bearers() -> Vec<Bearer> {
    let scope =
        |areas: &[&str]| Scope { areas: areas.iter().map(|it| it.parse().unwrap()).collect(), laos: Vec::new() };
    let all = [
        ("caseworker", Role::Caseworker, &["4609"][..], None),
        ("colleague", Role::Caseworker, &["460901"], None),
        ("supervisor", Role::Supervisor, &["4609"], None),
        ("officer", Role::AgencyOfficer, &[], Some(AGENCY)),
        ("other_officer", Role::AgencyOfficer, &[], Some(OTHER_AGENCY)),
        ("operations", Role::Operations, &["46"], None),
        ("auditor", Role::Auditor, &["46"], None),
        ("researcher", Role::Researcher, &["46"], None),
        ("administrator", Role::Administrator, &["46"], None),
        ("stranger", Role::Caseworker, &["4602"], None),
        ("strange_supervisor", Role::Supervisor, &["4602"], None),
        ("far_auditor", Role::Auditor, &["47"], None),
        ("near_auditor", Role::Auditor, &["460901"], None),
        ("far_caseworker", Role::Caseworker, &["4701"], None),
        ("far_administrator", Role::Administrator, &["47"], None),
    ];
    let mut bearers = Vec::new();
    for (at, (name, role, areas, agency)) in all.into_iter().enumerate() {
        let staff = StaffId(Uuid::from_u128(0x5000 + at as u128));
        let (scope, agency) = (scope(areas), agency.map(AgencyId));
        bearers.push(Bearer { name: name.to_owned(), staff, role, scope, agency });
    }
    bearers
}

impl World {
    /// A service whose log holds policies, two agencies and a model.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self::open(dir.path(), None).await;
        world.kept = Some(dir);
        world.furnish().await;
        world
    }

    /// The same with so few rows of personal values a day.
    pub async fn frugal(daily_rows: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self::allowing(dir.path(), None, daily_rows).await;
        world.kept = Some(dir);
        world.furnish().await;
        world
    }

    /// The same on a PostgreSQL log and vault of their own.
    pub async fn postgres() -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
        let (log, vault) = (database(&server, "log").await, database(&server, "vault").await);
        let id = setup_postgres(&log, "api_app", "api_auditor").await.unwrap();
        setup_postgres_vault(&vault, "api_app", None, id, &RootKey::from_bytes([7; 32])).await.unwrap();
        let app = |url: &str| url.replace("//postgres@", "//api_app@");
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self::open(dir.path(), Some((app(&log), app(&vault)))).await;
        world.kept = Some(dir);
        world.furnish().await;
        world
    }

    /// The file of the embedded log.
    pub fn log_file(&self) -> PathBuf {
        self.dir.join("log.db")
    }

    /// The file of the embedded vault.
    pub fn vault_file(&self) -> PathBuf {
        self.dir.join("vault.db")
    }

    /// The name of the log's database on the server.
    pub fn log_database(&self) -> &str {
        let (log, _) = self.databases.as_ref().unwrap();
        log.rsplit_once('/').unwrap().1
    }

    /// Another node on the same databases, with read models and tokens of its own.
    pub async fn second_node(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self::open(dir.path(), self.databases.clone()).await;
        world.kept = Some(dir);
        world
    }

    /// The service on a folder, which may hold a log already.
    async fn open(dir: &Path, databases: Option<(String, String)>) -> Self {
        Self::allowing(dir, databases, huean::access_log::DAILY_ROWS).await
    }

    async fn allowing(dir: &Path, databases: Option<(String, String)>, daily_rows: u32) -> Self {
        let file = |name: &str| format!("sqlite:{}", dir.join(name).display());
        let (log, vault) = databases.clone().unwrap_or_else(|| (file("log.db"), file("vault.db")));
        let clock = SimulatedClock::starting("2026-06-01T03:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let how = OpenLog { create: true, clock: Clock::Simulated(clock.clone()) };
        let log = Log::open(&log, how).await.unwrap();
        let root = RootKey::from_bytes([7; 32]);
        let create = databases.is_none();
        let vault = Vault::open(&vault, &root, log.id(), OpenVault { create }).await.unwrap();
        let desk = Desk::open(&log, &vault).await.unwrap();
        let open = OpenReadModel { dir: dir.to_owned(), log: log.clone(), vault: vault.clone() };
        let read_model = ReadModel::open(open).await.unwrap();
        let issued: Vec<Issued> = Tokens::generate(bearers(), &mut rand::rng());
        let imports = Imports::open(dir, &desk, &read_model).unwrap();
        let sign_in = SignIn::at(&desk, Cost { memory: 64, passes: 1 });
        let tokens = Tokens::new(&issued).unwrap();
        let (model, sign) = (read_model.clone(), sign_in.clone());
        let door = desk.clone();
        let app = App { desk: door, tokens, sign_in: sign, read_model: model, imports: imports.clone(), daily_rows };
        let tokens = issued.into_iter().map(|it| (it.bearer.name, it.token)).collect();
        let (next, keeper) = (AtomicU64::new(1), tokio::sync::Mutex::default());
        let (router, dir) = (router(app), dir.to_owned());
        Self {
            router,
            log,
            read_model,
            imports,
            clock,
            sign_in,
            desk,
            tokens,
            keeper,
            dir,
            kept: None,
            databases,
            next,
        }
    }

    /// The same folder with a new process's memory.
    pub async fn restarted(mut self) -> Self {
        let (dir, keep) = (self.dir.clone(), self.kept.take());
        self.imports.stop().await;
        self.read_model.stop().await;
        drop(self);
        let mut world = Self::open(&dir, None).await;
        world.kept = keep;
        world
    }

    async fn furnish(&self) {
        for body in huean::rules::policy_defaults::defaults() {
            let publish = json!({"province": "46", "effective_on": "2024-01-01", "body": body});
            self.post("administrator", "/policies", publish).await.ok();
        }
        for (id, name) in [(AGENCY, "First Agency"), (OTHER_AGENCY, "Second Agency")] {
            let agency = json!({"id": id, "name_th": "หน่วยงาน", "name_en": name, "kind": "lao", "areas": ["46"]});
            self.post("administrator", "/agencies", agency).await.ok();
            let service = json!({
                "service": "house_repair", "name_th": "ซ่อมบ้าน", "name_en": "House repair", "capital": "physical",
                "dimension": "living"
            });
            self.post("administrator", &format!("/agencies/{id}/offer-service"), service).await.ok();
        }
        let model = json!({
            "id": MODEL, "name_th": "เห็ดฟาง", "name_en": "Mushroom", "family": "pro_poor_value_chain",
            "capital": "economic", "areas": ["46"], "eligibility": {"able_to_work_at_least": 0}, "places": 2
        });
        self.post("administrator", "/models", model).await.ok();
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 32 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        super::contract::kept(&method, &path, parts.status, &parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, text, body }
    }

    /// A request of somebody, with headers.
    pub async fn call(&self, who: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(token) = self.tokens.get(who) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body).unwrap()).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.post_with(who, path, &[], body).await
    }

    pub async fn post_with(&self, who: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let headers = [&[("content-type", "application/json"), ("accept-language", "en")], headers].concat();
        self.call(who, "POST", path, &headers, Body::from(body.to_string())).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, "GET", path, &[("accept-language", "en")], Body::empty()).await
    }

    /// A read that shows everything that was recorded before it.
    pub async fn get_fresh(&self, who: &str, path: &str) -> Answer {
        let position = self.log.head().await.unwrap().position.to_string();
        self.call(who, "GET", path, &[("huean-position", &position), ("accept-language", "en")], Body::empty()).await
    }

    /// A number that no other household of this world has.
    pub fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::SeqCst)
    }
}
