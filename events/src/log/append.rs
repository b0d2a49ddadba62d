//! What a caller asks of the pen, and what the pen answers.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A fact as it is to be stored.
#[derive(Clone, PartialEq)]
pub enum Payload {
    /// As a tree, in which values can be found and sealed.
    Tree(Value),
    /// As the JSON that will be stored: for a fact in which there was nothing to seal.
    Text(String),
}

impl From<Value> for Payload {
    fn from(tree: Value) -> Self {
        Self::Tree(tree)
    }
}

// Before it is sealed it may hold a name.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹payload›")
    }
}

/// An event before it has a place in the log. Its payload is sealed already.
#[derive(Clone, PartialEq)]
pub struct NewEvent {
    /// The stored name, such as `HomeVisited`.
    pub event_type: String,
    /// The version of the payload's shape.
    pub event_version: String,
    /// The fact.
    pub payload: Payload,
    /// Who, why and through which door. Strings only: cqrs-es can load nothing else.
    pub metadata: Map<String, Value>,
}

// A payload that was not sealed, by mistake, may not reach a log line either.
impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.event_type, self.event_version)
    }
}

/// One history: a household, an agency, a model, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    /// The aggregate's constant `TYPE`.
    pub aggregate_type: String,
    /// Its id within the type.
    pub aggregate_id: String,
}

impl StreamId {
    /// The history of one aggregate.
    pub fn new(aggregate_type: impl Into<String>, aggregate_id: impl Into<String>) -> Self {
        Self { aggregate_type: aggregate_type.into(), aggregate_id: aggregate_id.into() }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.aggregate_type, self.aggregate_id)
    }
}

/// Events for one stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamId,
    /// The sequence the decision rests on; 0 for a stream that must not exist yet.
    pub expected: u64,
    /// At least one event.
    pub events: Vec<NewEvent>,
}

/// A stream that was only read for the decision, and must still be where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRead {
    /// The stream.
    pub stream: StreamId,
    /// The sequence the decision rests on; 0 for a stream that must not exist.
    pub expected: u64,
}

/// What is remembered of the command, so that a repeat finds its first answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandStamp {
    /// The caller's id for it.
    pub command_id: Uuid,
    /// Who sent it.
    pub actor: String,
    /// Which command.
    pub name: String,
    /// The stream its answer is about.
    pub target: StreamId,
    /// Which key of the vault made `body_mac`.
    pub mac_key: String,
    /// HMAC over name, target and canonical body.
    pub body_mac: String,
}

/// One command's effect: all of it is stored, or nothing. Without writes it is a command that changed nothing, and is
/// remembered all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    /// The command.
    pub command: CommandStamp,
    /// What happened, per stream. A stream stands here at most once.
    pub writes: Vec<StreamWrite>,
    /// What the decision rests on besides.
    pub reads: Vec<StreamRead>,
}

/// Where an append came to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The target stream's sequence after the append.
    pub sequence_after: u64,
    /// The position of its first event.
    pub first_position: Option<u64>,
    /// The position of its last event.
    pub last_position: Option<u64>,
    /// The greatest position of the log right after.
    pub head: u64,
    /// The log's time of the append.
    pub recorded_at: DateTime<Utc>,
    /// How many events it has.
    pub events: u32,
}

/// A command that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRecord {
    /// The caller's id for it.
    pub command_id: Uuid,
    /// Who sent it.
    pub actor: String,
    /// Which command.
    pub name: String,
    /// The stream its answer is about.
    pub target: StreamId,
    /// The target's sequence right after.
    pub sequence_after: u64,
    /// The position of its first event; none if it changed nothing.
    pub first_position: Option<u64>,
    /// How many events it has; they follow each other without a gap.
    pub events: u32,
    /// The log's time of it.
    pub recorded_at: DateTime<Utc>,
    /// Which key of the vault made `body_mac`.
    pub mac_key: String,
    /// HMAC over name, target and canonical body.
    pub body_mac: String,
}

impl CommandRecord {
    /// The position of its last event.
    pub fn last_position(&self) -> Option<u64> {
        self.first_position.map(|first| first + u64::from(self.events.max(1)) - 1)
    }

    /// The answer its append got, or would have got.
    pub(crate) fn as_appended(&self, head: u64) -> Appended {
        Appended {
            sequence_after: self.sequence_after,
            first_position: self.first_position,
            last_position: self.last_position(),
            head: head.max(self.last_position().unwrap_or(0)),
            recorded_at: self.recorded_at,
            events: self.events,
        }
    }
}
