//! A fresh database for each test, and a look at it from outside.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use events::clock::Clock;
use events::log::{Log, OpenLog, StoredEvent, StreamId, setup_postgres};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// The application's role in every test.
pub const APP: &str = "log_test_app";
/// The auditor's.
pub const AUDITOR: &str = "log_test_auditor";

/// A database of its own. A file goes when the test ends; a database of PostgreSQL goes with its throw-away cluster.
pub enum Stage {
    Sqlite(TempDir),
    Postgres { cluster: String, database: String },
}

impl Stage {
    /// A SQLite file that is not there yet.
    pub async fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().unwrap())
    }

    /// A database with a log that the cluster's superuser set up.
    pub async fn postgres() -> Self {
        let stage = Self::bare_postgres().await;
        setup_postgres(&stage.owner_url(), APP, AUDITOR).await.unwrap();
        stage
    }

    /// An empty database.
    pub async fn bare_postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = std::env::var("HUEAN_TEST_POSTGRES").expect("run tests/run");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let database = format!("log_{}_{number}", std::process::id());
        let mut superuser = PgConnection::connect(&cluster).await.expect("run tests/run");
        let create = format!("CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'");
        sqlx::raw_sql(&create).execute(&mut superuser).await.unwrap();
        Self::Postgres { cluster, database }
    }

    /// The log's address for the application.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite:{}", dir.path().join("log.db").display()),
            Self::Postgres { .. } => self.url_of(APP),
        }
    }

    /// The address for another role.
    pub fn url_of(&self, role: &str) -> String {
        let (_, address) = self.owner_url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        format!("postgres://{role}@{address}")
    }

    /// The address for someone who may do everything.
    pub fn owner_url(&self) -> String {
        let Self::Postgres { cluster, database } = self else { return self.url() };
        let (server, _) = cluster.rsplit_once('/').unwrap();
        format!("{server}/{database}")
    }

    /// Opens the log with the machine's clock.
    pub async fn log(&self) -> Log {
        self.log_at(Clock::Real).await
    }

    /// Opens the log with a clock.
    pub async fn log_at(&self, clock: Clock) -> Log {
        Log::open(&self.url(), OpenLog { create: true, clock }).await.unwrap()
    }

    /// The host and port of the database server.
    pub fn server(&self) -> String {
        let url = self.owner_url();
        let address = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let address = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
        address.split('/').next().unwrap().to_owned()
    }

    /// The first event of a thing, inserted as sqlite-es or postgres-es would, in a transaction that stays open.
    pub async fn hold_open(&self, thing: &str) -> Held {
        match self {
            Self::Sqlite(dir) => {
                let connection = rusqlite::Connection::open(dir.path().join("log.db")).unwrap();
                connection.execute_batch(&format!("BEGIN; {}", insert(thing, 1))).unwrap();
                Held::Sqlite(connection)
            }
            Self::Postgres { .. } => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                sqlx::raw_sql(&format!("BEGIN; {}", insert(thing, 1))).execute(&mut connection).await.unwrap();
                Held::Postgres(connection)
            }
        }
    }

    /// Runs statements past the log, as someone who may do everything.
    pub async fn past_the_log(&self, sql: &str) {
        self.run(&self.owner_url(), sql).await.unwrap();
    }

    /// Statements that the guards against changing the past would refuse.
    pub fn without_guards(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(_) => {
                format!("BEGIN IMMEDIATE; DROP TRIGGER events_last; DROP TRIGGER events_stay; {sql} COMMIT;")
            }
            Self::Postgres { .. } => sql.to_owned(),
        }
    }

    /// The application's own SQL, or why the database refuses it.
    pub async fn as_application(&self, sql: &str) -> Result<(), String> {
        self.run(&self.url(), sql).await
    }

    async fn run(&self, url: &str, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(dir) => {
                let connection = rusqlite::Connection::open(dir.path().join("log.db")).unwrap();
                connection.busy_timeout(Duration::from_secs(20)).unwrap();
                connection.execute_batch(sql).map_err(|error| error.to_string())
            }
            Self::Postgres { .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// An open transaction that holds the log's lock.
pub enum Held {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl Held {
    pub async fn committed(self) {
        self.ends("COMMIT").await;
    }

    pub async fn rolled_back(self) {
        self.ends("ROLLBACK").await;
    }

    async fn ends(self, how: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(how).unwrap(),
            Self::Postgres(mut connection) => {
                sqlx::raw_sql(how).execute(&mut connection).await.unwrap();
            }
        }
    }
}

/// A plain INSERT of the seven columns.
pub fn insert(thing: &str, sequence: u64) -> String {
    format!(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
         VALUES ('thing', '{thing}', {sequence}, 'Happened', '1', '{{\"what\": \"plain\"}}', '{{}}')"
    )
}

/// Reads the whole log and checks what every log promises: positions and sequences without a hole, time that never goes
/// back. Gives all events.
pub async fn whole(log: &Log) -> Vec<StoredEvent> {
    let mut feed = log.feed(0, 1000);
    let mut events = Vec::new();
    loop {
        let more = feed.at_hand().await.unwrap();
        events.extend(more);
        // A call that a killed process left behind may still come through while this reads.
        if log.head().await.unwrap().position == events.len() as u64 {
            break;
        }
    }
    let mut sequences: HashMap<&StreamId, u64> = HashMap::new();
    for (position, pair) in (1..).zip(&events) {
        assert_eq!(pair.position, position);
        let sequence = sequences.entry(&pair.stream).or_default();
        *sequence += 1;
        assert_eq!(pair.sequence, *sequence, "{pair:?}");
    }
    assert!(events.is_sorted_by_key(|event| event.recorded_at));
    events
}

/// How many events each stream has.
pub fn lengths(events: &[StoredEvent]) -> BTreeMap<String, u64> {
    let mut lengths = BTreeMap::new();
    for event in events {
        *lengths.entry(event.stream.aggregate_id.clone()).or_default() += 1;
    }
    lengths
}
