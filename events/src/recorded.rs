//! A fact as it was recorded: what, where in the log, when, by whom.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::facts::{Fact, FactError};
use crate::log::{RawEvent, StoredEvent, StreamId};
use crate::metadata::{Metadata, MetadataError};
use crate::upcast::{self, UpcastError};

/// A fact and everything the log knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Place in the log's one total order, from 1.
    pub position: u64,
    /// When it was recorded; never goes back along the positions.
    pub recorded_at: DateTime<Utc>,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in the stream, from 1.
    pub sequence: u64,
    /// What happened.
    pub fact: Fact,
    /// Who, why, through which door.
    pub metadata: Metadata,
}

/// A fact and its place, without who and why: what those need who read all facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Place in the log's one total order, from 1.
    pub position: u64,
    /// When it was recorded; never goes back along the positions.
    pub recorded_at: DateTime<Utc>,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in the stream, from 1.
    pub sequence: u64,
    /// What happened.
    pub fact: Fact,
}

/// Why a stored event can't be read as a fact. `check` names the position.
#[derive(Debug, thiserror::Error)]
#[error("the event at position {position} can't be read")]
pub struct Unreadable {
    /// Where.
    pub position: u64,
    /// Why.
    #[source]
    pub why: Why,
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// The payload is no fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// The payload can't be made current.
    #[error(transparent)]
    Upcast(#[from] UpcastError),
    /// The metadata does not read.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The column and the payload name different events.
    #[error("the event is stored as {column} but its payload says {payload}")]
    Name {
        /// The column `event_type`.
        column: String,
        /// What the payload decodes to.
        payload: &'static str,
    },
}

impl Recorded {
    /// Reads a stored event, bringing its payload to the current version first.
    pub fn read(stored: StoredEvent) -> Result<Self, Unreadable> {
        let position = stored.position;
        let metadata = Metadata::from_stored(&stored.metadata);
        let Occurrence { recorded_at, stream, sequence, fact, .. } = Occurrence::of(stored)?;
        let metadata = metadata.map_err(|error| Unreadable { position, why: error.into() })?;
        Ok(Self { position, recorded_at, stream, sequence, fact, metadata })
    }
}

impl Occurrence {
    /// Reads an event from its text.
    pub fn read(raw: RawEvent) -> Result<Self, Unreadable> {
        let RawEvent { position, recorded_at, stream, sequence, event_type, event_version, payload, .. } = raw;
        let fact = from_text(&stream, event_type, &event_version, &payload);
        let fact = fact.map_err(|why| Unreadable { position, why })?;
        Ok(Self { position, recorded_at, stream, sequence, fact })
    }

    /// Reads an event that is a tree already, such as one whose sealed values were opened.
    pub fn of(stored: StoredEvent) -> Result<Self, Unreadable> {
        let StoredEvent { position, recorded_at, stream, sequence, event_type, event_version, payload, .. } = stored;
        let fact = from_tree(&stream, event_type, &event_version, payload);
        let fact = fact.map_err(|why| Unreadable { position, why })?;
        Ok(Self { position, recorded_at, stream, sequence, fact })
    }
}

fn from_text(stream: &StreamId, event_type: String, version: &str, payload: &str) -> Result<Fact, Why> {
    if upcast::is_current(&event_type, version) {
        return named(Fact::read(&stream.aggregate_type, &event_type, payload)?, event_type);
    }
    match serde_json::from_str(payload) {
        Ok(payload) => from_tree(stream, event_type, version, payload),
        Err(source) => Err(FactError::Payload { event_type, source }.into()),
    }
}

fn from_tree(stream: &StreamId, event_type: String, version: &str, payload: Value) -> Result<Fact, Why> {
    let (_, payload) = upcast::current(&event_type, version, payload)?;
    named(Fact::decode(&stream.aggregate_type, &event_type, payload)?, event_type)
}

fn named(fact: Fact, event_type: String) -> Result<Fact, Why> {
    if fact.schema().name == event_type {
        Ok(fact)
    } else {
        Err(Why::Name { column: event_type, payload: fact.schema().name })
    }
}
