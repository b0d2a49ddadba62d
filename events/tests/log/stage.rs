//! A fresh database for each test, and a look at it from outside.

use std::collections::{BTreeMap, HashMap};

use events::clock::Clock;
use events::log::{Log, OpenLog, StoredEvent, StreamId};
use tempfile::TempDir;

/// A database of its own. It goes when the test ends.
pub struct Stage {
    url: String,
    _dir: TempDir,
}

impl Stage {
    /// A SQLite file that is not there yet.
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("log.db").display());
        Self { url, _dir: dir }
    }

    /// The log's address for the application.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens the log with the machine's clock.
    pub async fn log(&self) -> Log {
        self.log_at(Clock::Real).await
    }

    /// Opens the log with a clock.
    pub async fn log_at(&self, clock: Clock) -> Log {
        Log::open(&self.url, OpenLog { create: true, clock }).await.unwrap()
    }

    /// Runs statements past the log, as someone who may do everything.
    pub async fn past_the_log(&self, sql: &str) {
        let path = self.url.strip_prefix("sqlite:").unwrap();
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    /// Statements that the guards against changing the past would refuse.
    #[expect(clippy::unused_self, reason = "PostgreSQL follows")]
    pub fn without_guards(&self, sql: &str) -> String {
        format!("BEGIN IMMEDIATE; DROP TRIGGER events_last; DROP TRIGGER events_stay; {sql} COMMIT;")
    }

    /// The application's own SQL, or why the database refuses it.
    pub async fn as_application(&self, sql: &str) -> Result<(), String> {
        let path = self.url.strip_prefix("sqlite:").unwrap();
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch(sql).map_err(|error| error.to_string())
    }
}

/// Reads the whole log and checks what every log promises: positions and sequences without a hole, time that never goes
/// back. Gives all events.
pub async fn whole(log: &Log) -> Vec<StoredEvent> {
    let mut feed = log.feed(0, 1000);
    let mut events = Vec::new();
    loop {
        let more = feed.at_hand().await.unwrap();
        if more.is_empty() {
            break;
        }
        events.extend(more);
    }
    let mut sequences: HashMap<&StreamId, u64> = HashMap::new();
    for (position, pair) in (1..).zip(&events) {
        assert_eq!(pair.position, position);
        let sequence = sequences.entry(&pair.stream).or_default();
        *sequence += 1;
        assert_eq!(pair.sequence, *sequence, "{pair:?}");
    }
    assert!(events.is_sorted_by_key(|event| event.recorded_at));
    assert_eq!(log.head().await.unwrap().position, events.len() as u64);
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
