//! The desk as `serve` wires it: access, rules, sealing, idempotency, versions, conflicts, group commit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::clock::Clock;
use events::facts::staff::Scope;
use events::id::{CommandId, HouseholdId, StaffId};
use events::log::{Log, OpenLog};
use events::metadata::Channel;
use events::vault::{OpenVault, RootKey, Vault, setup_postgres_vault};
use huean::access::{Caller, Role};
use huean::desk::{Desk, Order, Submission};
use huean::rules::household::command::Name;
use huean::rules::policy::Publish;
use huean::rules::policy_defaults;
use serde_json::json;
use sqlx::Connection;
use uuid::Uuid;

use super::{Measured, PAYLOAD, STREAMS, callers};

/// A fresh database on the server, by its address.
pub(crate) async fn database(server: &str, name: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("bench_{name}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the server answers");
    sqlx::raw_sql(&format!("CREATE DATABASE {name}")).execute(&mut connection).await.expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

/// Where a bench's databases are.
pub(crate) struct Urls {
    pub(crate) log: String,
    pub(crate) vault: String,
}

#[derive(Clone)]
pub(crate) struct Bench {
    desk: Desk,
    seed: Uuid,
    turn: Arc<AtomicU64>,
}

impl Bench {
    pub(crate) async fn embedded(dir: &Path) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let dir = dir.join(format!("desk-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir(&dir).expect("a directory");
        let url = format!("sqlite:{}", dir.join("log.db").display());
        let log = Log::open(&url, OpenLog { create: true, clock: Clock::Real }).await.expect("a log");
        let root = RootKey::create(&dir.join("root.key")).expect("a key");
        let url = format!("sqlite:{}", dir.join("vault.db").display());
        let vault = Vault::open(&url, &root, log.id(), OpenVault { create: true }).await.expect("a vault");
        Self::filled(Desk::open(&log, &vault).await.expect("a desk")).await
    }

    pub(crate) async fn postgres(server: &str) -> (Self, Urls) {
        let (log_url, vault_url) = (database(server, "log").await, database(server, "vault").await);
        let id = events::log::setup_postgres(&log_url, "bench_app", "bench_auditor").await.expect("a log");
        let root = RootKey::from_bytes([7; 32]);
        setup_postgres_vault(&vault_url, "bench_app", None, id, &root).await.expect("a vault");
        let log = Log::open(&log_url, OpenLog { create: false, clock: Clock::Real }).await.expect("the log");
        let vault = Vault::open(&vault_url, &root, id, OpenVault { create: false }).await.expect("the vault");
        let bench = Self::filled(Desk::open(&log, &vault).await.expect("a desk")).await;
        (bench, Urls { log: log_url, vault: vault_url })
    }

    /// Policies, and the households that the commands go to.
    async fn filled(desk: Desk) -> Self {
        let seed = desk.log().id();
        let bench = Self { desk, seed, turn: Arc::default() };
        for body in policy_defaults::defaults() {
            let publish = Publish { province: "46".to_owned(), effective_on: bench.desk.today(), body };
            bench.submit(Role::Administrator, Order::Policy(publish)).await.then_some(()).expect("a policy");
        }
        let ready = Arc::new(AtomicU64::new(0));
        let mut tasks = Vec::new();
        for _ in 0..64 {
            let (bench, ready) = (bench.clone(), Arc::clone(&ready));
            tasks.push(tokio::spawn(async move {
                loop {
                    let n = ready.fetch_add(1, Ordering::Relaxed);
                    if n >= STREAMS {
                        return;
                    }
                    let body = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task"});
                    bench
                        .household(n, Name::Identify, body.to_string().as_bytes())
                        .await
                        .then_some(())
                        .expect("a household");
                }
            }));
        }
        for task in tasks {
            task.await.expect("filled");
        }
        bench
    }

    async fn submit(&self, role: Role, order: Order) -> bool {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let caller = Caller {
            staff: StaffId(self.seed),
            role,
            scope: Scope { areas: vec!["46".parse().expect("a province")], laos: Vec::new() },
            agency: None,
            channel: Channel::Api,
            request: None,
        };
        let command = CommandId::derived(self.seed, &turn.to_string());
        match self.desk.submit(Submission { caller, command, seen: None, order }).await {
            Ok(_) => true,
            Err(error) => {
                eprintln!("{error:?}");
                false
            }
        }
    }

    /// The body comes as a client sends it: as bytes that must be read.
    async fn household(&self, n: u64, name: Name, body: &[u8]) -> bool {
        let id = HouseholdId::derived(self.seed, &n.to_string());
        let command = name.read(body).expect("a body");
        self.submit(Role::Caseworker, Order::Household { id, command }).await
    }

    /// With `note`: free words that need a key of their own; without: a fact of the same size in clear.
    pub(crate) async fn round(&self, n: u64, note: bool) -> Measured {
        let bench = self.clone();
        let (name, body) = if note {
            (Name::WriteNote, json!({"note": {"text": "x".repeat(PAYLOAD)}}))
        } else {
            let income = json!({"concept": "wages", "period": "month", "net": "net", "amount": "1250.00",
                "season": "2568/wet"});
            (Name::RecordIncome, json!({"money": {"incomes": vec![income; 5]}, "evidence": "told"}))
        };
        let body: Arc<[u8]> = body.to_string().into_bytes().into();
        callers(n, move |caller, turn| {
            let (bench, body) = (bench.clone(), Arc::clone(&body));
            async move { bench.household((caller + turn * 131) % STREAMS, name, &body).await }
        })
        .await
    }
}
