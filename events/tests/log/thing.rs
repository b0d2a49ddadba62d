//! A small aggregate and appends about it: things happen to things.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use events::log::{Append, CommandStamp, NewEvent, StreamId, StreamRead, StreamWrite};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Counts what happened to it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Thing;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    pub what: String,
}

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        "Happened".into()
    }
    fn event_version(&self) -> String {
        "1".into()
    }
}

impl Aggregate for Thing {
    const TYPE: &'static str = "thing";
    type Command = String;
    type Event = Happened;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(&mut self, what: String, (): &(), sink: &EventSink<Self>) -> Result<(), Self::Error> {
        sink.write(Happened { what }, self).await;
        Ok(())
    }

    fn apply(&mut self, _event: Happened) {}
}

/// The stream of a thing.
pub fn thing(id: &str) -> StreamId {
    StreamId::new(Thing::TYPE, id)
}

/// A command id from a number.
pub fn command_id(number: u128) -> Uuid {
    Uuid::from_u128(number + 1)
}

/// An event.
pub fn happened(what: &str) -> NewEvent {
    let metadata = json!({"actor": "staff:1", "channel": "page"});
    NewEvent {
        event_type: "Happened".into(),
        event_version: "1".into(),
        payload: json!({"what": what}).into(),
        metadata: metadata.as_object().unwrap().clone(),
    }
}

/// So many events for one stream.
pub fn write(stream: &StreamId, expected: u64, events: usize) -> StreamWrite {
    let events = (0..events).map(|n| happened(&format!("{} {n}", expected + 1))).collect();
    StreamWrite { stream: stream.clone(), expected, events }
}

/// A stream the decision rests on.
pub fn read(stream: &StreamId, expected: u64) -> StreamRead {
    StreamRead { stream: stream.clone(), expected }
}

/// An append of several streams; its target is the first.
pub fn several(id: Uuid, writes: Vec<StreamWrite>, reads: Vec<StreamRead>) -> Append {
    let first = writes.first().map(|write| &write.stream).or(reads.first().map(|read| &read.stream));
    let command = CommandStamp {
        command_id: id,
        actor: "staff:1".into(),
        name: "happen".into(),
        target: first.unwrap_or(&thing("nowhere")).clone(),
        mac_key: "key 1".into(),
        body_mac: "mac".into(),
    };
    Append { command, writes, reads }
}

/// An append of so many events to one stream.
pub fn one(id: Uuid, stream: &StreamId, expected: u64, events: usize) -> Append {
    several(id, vec![write(stream, expected, events)], vec![])
}
