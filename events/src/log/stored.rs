//! What the log gives back: events with their place, and where it ends.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::append::StreamId;
use super::error::LogError;
use crate::clock::from_micros;

/// An event with its place in the log.
#[derive(Clone, PartialEq)]
pub struct StoredEvent {
    /// Its place in the one order of the whole log: 1, 2, 3, …
    pub position: u64,
    /// When the log took it. Never goes back from one position to the next.
    pub recorded_at: DateTime<Utc>,
    /// Whose history it belongs to.
    pub stream: StreamId,
    /// Its place in that history: 1, 2, 3, …
    pub sequence: u64,
    /// The stored name.
    pub event_type: String,
    /// The version of the payload's shape.
    pub event_version: String,
    /// The fact, sealed as it is stored.
    pub payload: Value,
    /// Who, why and through which door.
    pub metadata: BTreeMap<String, String>,
}

/// How a history begins, and what happened in it last.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its first event.
    pub first: StoredEvent,
    /// The stored name of its last event.
    pub last_type: String,
}

/// An event with its place in the log, payload and metadata still as text: for those who read very many.
#[derive(Clone, PartialEq)]
pub struct RawEvent {
    /// Its place in the one order of the whole log: 1, 2, 3, …
    pub position: u64,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// Whose history it belongs to.
    pub stream: StreamId,
    /// Its place in that history: 1, 2, 3, …
    pub sequence: u64,
    /// The stored name.
    pub event_type: String,
    /// The version of the payload's shape.
    pub event_version: String,
    /// The fact as JSON, sealed as it is stored.
    pub payload: String,
    /// Who, why and through which door, as a JSON object of strings.
    pub metadata: String,
}

// An event written by another program may hold a clear value; it may not reach a log line.
impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, stream, sequence, event_type, event_version, .. } = self;
        write!(f, "{position}: {stream} {sequence} {event_type}@{event_version}")
    }
}

impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, stream, sequence, event_type, event_version, .. } = self;
        write!(f, "{position}: {stream} {sequence} {event_type}@{event_version}")
    }
}

impl RawEvent {
    /// Reads the texts.
    pub fn read(self) -> Result<StoredEvent, LogError> {
        let payload = serde_json::from_str(&self.payload).map_err(|_| self.damaged("its payload is not JSON"))?;
        let metadata = serde_json::from_str(&self.metadata).map_err(|_| self.damaged("its metadata are not JSON"))?;
        self.with(payload, metadata)
    }

    /// The event, when payload and metadata are read already.
    pub(crate) fn with(self, payload: Value, metadata: Value) -> Result<StoredEvent, LogError> {
        let metadata = serde_json::from_value(metadata)
            .map_err(|_| self.damaged("its metadata hold other values than strings"))?;
        let Self { position, recorded_at, stream, sequence, event_type, event_version, .. } = self;
        Ok(StoredEvent { position, recorded_at, stream, sequence, event_type, event_version, payload, metadata })
    }

    fn damaged(&self, what: &str) -> LogError {
        let Self { stream, sequence, .. } = self;
        LogError::Damaged { position: self.position, what: format!("{stream} {sequence}: {what}") }
    }
}

/// Where the log ends. An empty log ends at position 0, at the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The greatest position.
    pub position: u64,
    /// The time of the event there.
    pub recorded_at: DateTime<Utc>,
}

impl Head {
    /// The end of a log without events.
    pub(crate) const EMPTY: Self = Self { position: 0, recorded_at: DateTime::UNIX_EPOCH };
}

/// A row of `events` as both databases give it, before its texts are read.
pub(crate) struct Row {
    pub(crate) position: Option<i64>,
    pub(crate) recorded_at: Option<i64>,
    pub(crate) aggregate_type: String,
    pub(crate) aggregate_id: String,
    pub(crate) sequence: i64,
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: String,
    pub(crate) metadata: String,
}

impl Row {
    /// Reads the row's texts.
    pub(crate) fn read(self) -> Result<StoredEvent, LogError> {
        self.placed()?.read()
    }

    /// The row, if it has a place in the log and in its stream.
    pub(crate) fn placed(self) -> Result<RawEvent, LogError> {
        let position = unsigned(self.position.unwrap_or(0));
        if position == 0 {
            return Err(self.damaged("it has no position"));
        }
        let Some(recorded_at) = self.recorded_at else { return Err(self.damaged("it has no time")) };
        if self.sequence < 1 {
            return Err(self.damaged("its sequence is not positive"));
        }
        Ok(RawEvent {
            position,
            recorded_at: from_micros(recorded_at),
            stream: StreamId { aggregate_type: self.aggregate_type, aggregate_id: self.aggregate_id },
            sequence: unsigned(self.sequence),
            event_type: self.event_type,
            event_version: self.event_version,
            payload: self.payload,
            metadata: self.metadata,
        })
    }

    fn damaged(&self, what: &str) -> LogError {
        let Self { aggregate_type, aggregate_id, sequence, .. } = self;
        LogError::Damaged {
            position: unsigned(self.position.unwrap_or(0)),
            what: format!("{aggregate_type} {aggregate_id} {sequence}: {what}"),
        }
    }
}

/// What stands behind a position.
pub(crate) struct Behind {
    /// The time of the event at the position itself; none at position 0.
    pub(crate) since: Option<DateTime<Utc>>,
    /// The events behind it.
    pub(crate) events: Vec<RawEvent>,
}

/// Rows read from position `after` on, the row at `after` included: continuous, in order.
pub(crate) fn continuous(rows: Vec<Row>, after: u64) -> Result<Behind, LogError> {
    let mut since = None;
    let mut last = DateTime::<Utc>::MIN_UTC;
    let mut events = Vec::with_capacity(rows.len());
    for (next, row) in (after.max(1)..).zip(rows) {
        let found = unsigned(row.position.unwrap_or(0));
        if found != next {
            return Err(LogError::Damaged { position: next, what: format!("position {found} stands in its place") });
        }
        let event = row.placed()?;
        if event.recorded_at < last {
            return Err(LogError::Damaged {
                position: found,
                what: "it is recorded before the event it follows".into(),
            });
        }
        last = event.recorded_at;
        if found > after {
            events.push(event);
        } else {
            since = Some(event.recorded_at);
        }
    }
    Ok(Behind { since, events })
}

/// A column that is never negative.
pub(crate) fn unsigned(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// A number for a column. No position or sequence comes near the bound.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Checks that a stream's events behind `after` follow each other without a hole.
pub(crate) fn whole(events: &[StoredEvent], after: u64) -> Result<(), LogError> {
    for (sequence, event) in (after + 1..).zip(events) {
        if event.sequence != sequence {
            let what = format!("sequence {} of {} stands where {sequence} belongs", event.sequence, event.stream);
            return Err(LogError::Damaged { position: event.position, what });
        }
    }
    Ok(())
}
