//! The log: every event of every history in one order, without a gap, for ever. It holds bytes and knows no fact.
//!
//! | to | use |
//! |---|---|
//! | store what a command did | [`Pen::append`] |
//! | fold one history | [`Log::load`] through cqrs-es's repositories, or [`Log::stream`] |
//! | follow everything, in order | [`Log::feed`] |
//! | answer a repeated command | [`Log::command`] |
//! | take the whole log to another database | [`copy_log`] |
//! | say what is at an address | [`log_status`] |
//!
//! Two databases, one behaviour: `tests/log` runs the same conformance suite on both.

mod append;
mod batch;
mod cold;
mod copy;
mod error;
mod feed;
mod pen;
mod postgres;
mod ready;
mod sqlite;
mod stored;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

use crate::clock::Clock;

pub use crate::tables::{CopiedTable, CopyError, CopyFailure, Progress, Which};
pub use append::{Append, Appended, CommandRecord, CommandStamp, NewEvent, Payload, StreamId, StreamRead, StreamWrite};
pub use copy::{CopiedLog, LogStatus, copy_log, log_status};
pub use error::{AppendError, Cause, LogError};
pub use feed::Feed;
pub use pen::{HandedOver, Pen};
pub use postgres::setup_postgres;
pub use ready::{LONGEST_TEXT, MOST_BYTES, MOST_EVENTS};
use stored::Behind;
pub use stored::{Head, Outline, RawEvent, StoredEvent};

/// How a log is opened.
#[derive(Debug, Clone)]
pub struct OpenLog {
    /// Make the file if there is none. Embedded only: `setup postgres` makes the other kind.
    pub create: bool,
    /// Whose time new events get. A log of real events refuses a simulated clock.
    pub clock: Clock,
}

/// Which database holds a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// One SQLite file.
    Embedded,
    /// A PostgreSQL database.
    Postgres,
}

/// An open log. Cheap to clone; all clones share what they know of its end.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

struct Inner {
    id: Uuid,
    store: Store,
    clock: Clock,
    /// The furthest end of the log that this process saw; whoever waits for events waits here.
    seen: watch::Sender<Head>,
}

enum Store {
    Sqlite(Arc<sqlite::SqliteLog>),
    Postgres(Arc<postgres::PostgresLog>),
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log({:?} {})", self.kind(), self.id())
    }
}

impl Log {
    /// Opens the log at `sqlite:FILE` or `postgres://…`.
    pub async fn open(url: &str, OpenLog { create, clock }: OpenLog) -> Result<Self, LogError> {
        let (store, id) = if let Some(file) = url.strip_prefix("sqlite:") {
            let file = PathBuf::from(file.strip_prefix("//").unwrap_or(file));
            let (store, id) = sqlite::SqliteLog::open(file, create, &clock).await?;
            (Store::Sqlite(store), id)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let (store, id) = postgres::PostgresLog::open(url, &clock).await?;
            (Store::Postgres(store), id)
        } else {
            // The address may hold a password: show the scheme alone.
            return Err(LogError::Address(url.split(':').next().unwrap_or_default().to_owned()));
        };
        let log = Self { inner: Arc::new(Inner { id, store, clock, seen: watch::Sender::new(Head::EMPTY) }) };
        log.head().await?;
        Ok(log)
    }

    /// The id the log got when it was made.
    pub fn id(&self) -> Uuid {
        self.inner.id
    }

    /// Which database holds it.
    pub fn kind(&self) -> LogKind {
        match self.inner.store {
            Store::Sqlite(_) => LogKind::Embedded,
            Store::Postgres(_) => LogKind::Postgres,
        }
    }

    /// The clock it was opened with.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Where the log ends.
    pub async fn head(&self) -> Result<Head, LogError> {
        let head = match &self.inner.store {
            Store::Sqlite(store) => store.head().await?,
            Store::Postgres(store) => store.head().await?,
        };
        self.learn(head);
        Ok(head)
    }

    /// At most `limit` events behind position `after`, in order and without a gap. None if `after` is the log's end;
    /// `WentBack` if it is beyond.
    pub async fn read(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.behind(after, limit).await?.events.into_iter().map(RawEvent::read).collect()
    }

    /// The same, with the time of the event at `after`.
    async fn behind(&self, after: u64, limit: usize) -> Result<Behind, LogError> {
        let behind = match &self.inner.store {
            Store::Sqlite(store) => store.read(after, limit).await?,
            Store::Postgres(store) => store.read(after, limit).await?,
        };
        if let Some(last) = behind.events.last() {
            self.learn(Head { position: last.position, recorded_at: last.recorded_at });
        }
        Ok(behind)
    }

    /// One history behind a sequence, 0 for all of it.
    pub async fn stream(&self, stream: &StreamId, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        let events = match &self.inner.store {
            Store::Sqlite(store) => store.stream(stream, after).await?,
            Store::Postgres(store) => store.stream(stream, after).await?,
        };
        stored::whole(&events, after)?;
        Ok(events)
    }

    /// Every event of one name behind a position, in order. Quick where the log has an index of that name alone.
    pub async fn named(&self, event_type: &'static str, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        match &self.inner.store {
            Store::Sqlite(store) => store.named(event_type, after).await,
            Store::Postgres(store) => store.named(event_type, after).await,
        }
    }

    /// How each of many histories of one kind begins, and what happened in it last: for those who bring much at once
    /// and must know what is there already. Histories that there are not are left out.
    pub async fn outlines(&self, aggregate_type: &str, ids: Vec<String>) -> Result<Vec<Outline>, LogError> {
        match &self.inner.store {
            Store::Sqlite(store) => store.outlines(aggregate_type.to_owned(), ids).await,
            Store::Postgres(store) => store.outlines(aggregate_type, ids).await,
        }
    }

    /// A command that was done, by the caller's id for it.
    pub async fn command(&self, id: Uuid) -> Result<Option<CommandRecord>, LogError> {
        match &self.inner.store {
            Store::Sqlite(store) => store.command(id).await,
            Store::Postgres(store) => store.command(id).await,
        }
    }

    /// Checks that the database role can do no more than append and read. A file has no roles.
    pub async fn refuse_privileged_role(&self) -> Result<(), LogError> {
        match &self.inner.store {
            Store::Sqlite(_) => Ok(()),
            Store::Postgres(store) => store.refuse_privileged_role().await,
        }
    }

    /// The furthest end of the log that this process saw.
    fn known(&self) -> Head {
        *self.inner.seen.borrow()
    }

    /// Takes note of an end of the log, and wakes whoever waits for it.
    fn learn(&self, head: Head) {
        self.inner.seen.send_if_modified(|known| {
            let further = head.position > known.position;
            if further {
                *known = head;
            }
            further
        });
    }

    /// The log went back: what was known beyond is gone.
    fn forget(&self, found: Head) {
        tracing::error!(position = found.position, "the log ends before a known position: an older copy was restored");
        self.inner.seen.send_replace(found);
    }
}
