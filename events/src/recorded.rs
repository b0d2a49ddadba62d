//! A fact as it was recorded: what, where in the log, when, by whom.

use chrono::{DateTime, Utc};

use crate::facts::{Fact, FactError};
use crate::log::{StoredEvent, StreamId};
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
        Self::decode(stored).map_err(|why| Unreadable { position, why })
    }

    fn decode(stored: StoredEvent) -> Result<Self, Why> {
        let (_, payload) = upcast::current(&stored.event_type, &stored.event_version, stored.payload)?;
        let fact = Fact::decode(&stored.stream.aggregate_type, &stored.event_type, payload)?;
        if fact.schema().name != stored.event_type {
            return Err(Why::Name { column: stored.event_type, payload: fact.schema().name });
        }
        let metadata = Metadata::from_stored(&stored.metadata)?;
        Ok(Self {
            position: stored.position,
            recorded_at: stored.recorded_at,
            stream: stored.stream,
            sequence: stored.sequence,
            fact,
            metadata,
        })
    }
}
