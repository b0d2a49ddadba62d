//! Whether an append can ever be right, and its bytes if so.
//!
//! What is refused here would be refused by a database too, and take every other append of the batch down with it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::append::{Append, CommandRecord, CommandStamp, NewEvent, Payload, StreamId, StreamRead};
use super::error::AppendError;

/// An append holds at most so many events.
pub const MOST_EVENTS: usize = 10_000;
/// The payloads and metadata of an append have at most so many bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// An id, a name or a metadata value has at most so many bytes; ids stand in an index, which bounds them.
pub const LONGEST_TEXT: usize = 500;
/// Values nest at most so deep. Readers of JSON give up at 128.
const DEEPEST: usize = 100;
/// postgres-es and sqlite-es bind sequences as 32 bits.
const GREATEST_SEQUENCE: u64 = i32::MAX as u64;
/// The view `stream` adds these to the metadata.
const TAKEN: [&str; 2] = ["position", "recorded_at"];

/// An append as the databases take it.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) command: CommandStamp,
    pub(crate) writes: Vec<ReadyWrite>,
    pub(crate) reads: Vec<StreamRead>,
    pub(crate) events: u32,
    pub(crate) bytes: usize,
}

/// One stream's part.
#[derive(Debug)]
pub(crate) struct ReadyWrite {
    pub(crate) stream: StreamId,
    pub(crate) expected: u64,
    pub(crate) events: Vec<ReadyEvent>,
}

/// An event in texts. No `Debug` of its contents.
pub(crate) struct ReadyEvent {
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: String,
    pub(crate) metadata: String,
}

impl std::fmt::Debug for ReadyEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.event_type, self.event_version)
    }
}

impl Ready {
    /// The append in texts, or why it can never be stored.
    pub(crate) fn from(append: Append) -> Result<Self, AppendError> {
        Self::judge(append).map_err(AppendError::Refused)
    }

    fn judge(Append { command, writes, reads }: Append) -> Result<Self, String> {
        text("the actor", &command.actor)?;
        text("the command's name", &command.name)?;
        text("the key of the body's mac", &command.mac_key)?;
        text("the body's mac", &command.body_mac)?;
        stream(&command.target)?;

        let mut named = HashMap::new();
        for write in &writes {
            stream(&write.stream)?;
            if write.events.is_empty() {
                return Err(format!("nothing is written to {}: name it as read", write.stream));
            }
            if named.insert(write.stream.clone(), write.expected).is_some() {
                return Err(format!("{} is written twice", write.stream));
            }
        }
        let mut unwritten = Vec::with_capacity(reads.len());
        for read in reads {
            stream(&read.stream)?;
            match named.get(&read.stream) {
                Some(&expected) if expected == read.expected => {}
                Some(_) => return Err(format!("{} is expected at two sequences", read.stream)),
                None => {
                    named.insert(read.stream.clone(), read.expected);
                    unwritten.push(read);
                }
            }
        }

        let count = writes.iter().map(|write| write.events.len()).sum::<usize>();
        if count > MOST_EVENTS {
            return Err(format!("it has {count} events, at most {MOST_EVENTS} are taken"));
        }
        let mut bytes = 0;
        let mut ready = Vec::with_capacity(writes.len());
        for write in writes {
            if write.expected.saturating_add(write.events.len() as u64) > GREATEST_SEQUENCE {
                return Err(format!("{} has no sequence left", write.stream));
            }
            let events = write.events.into_iter().map(event).collect::<Result<Vec<_>, _>>()?;
            bytes += events.iter().map(|event| event.payload.len() + event.metadata.len()).sum::<usize>();
            ready.push(ReadyWrite { stream: write.stream, expected: write.expected, events });
        }
        if bytes > MOST_BYTES {
            return Err(format!("it has {bytes} bytes, at most {MOST_BYTES} are taken"));
        }
        let events = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Self { command, writes: ready, reads: unwritten, events, bytes })
    }

    /// The target's sequence after the append, if the append names the target.
    pub(crate) fn target_after(&self) -> Option<u64> {
        let target = &self.command.target;
        let written = self.writes.iter().find(|write| write.stream == *target).map(ReadyWrite::after);
        written.or_else(|| self.reads.iter().find(|read| read.stream == *target).map(|read| read.expected))
    }
}

impl Ready {
    /// Whether a record is this very append's: an append that was stored although its answer got lost.
    pub(crate) fn is(&self, record: &CommandRecord) -> bool {
        let stamp = &self.command;
        stamp.command_id == record.command_id
            && stamp.actor == record.actor
            && stamp.body_mac == record.body_mac
            && stamp.mac_key == record.mac_key
            && self.events == record.events
    }
}

impl ReadyWrite {
    /// The stream's sequence after the append.
    pub(crate) fn after(&self) -> u64 {
        self.expected + self.events.len() as u64
    }
}

fn event(event: NewEvent) -> Result<ReadyEvent, String> {
    text("an event's type", &event.event_type)?;
    text("an event's version", &event.event_version)?;
    metadata(&event.metadata).map_err(|what| format!("{}: {what}", event.event_type))?;
    let payload = payload(event.payload).map_err(|what| format!("{}: {what}", event.event_type))?;
    Ok(ReadyEvent {
        payload,
        metadata: Value::Object(event.metadata).to_string(),
        event_type: event.event_type,
        event_version: event.event_version,
    })
}

fn payload(payload: Payload) -> Result<String, String> {
    let text = match payload {
        Payload::Tree(tree) => return sound(&tree, 0).map(|()| tree.to_string()),
        Payload::Text(text) => text,
    };
    // Only a text with one of these can hold what is refused: a member of sealing, a written-out character such as NUL,
    // or more levels than are allowed.
    let doubtful = text.contains("\"$")
        || text.contains("\\u0")
        || text.bytes().filter(|byte| matches!(byte, b'{' | b'[')).count() > DEEPEST;
    if doubtful {
        let tree = serde_json::from_str(&text).map_err(|_| "it is not JSON, or nests too deep".to_owned())?;
        sound(&tree, 0)?;
    }
    Ok(text)
}

fn stream(stream: &StreamId) -> Result<(), String> {
    text("a stream's type", &stream.aggregate_type)?;
    text("a stream's id", &stream.aggregate_id)
}

fn text(what: &str, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!("{what} is empty"));
    }
    if text.len() > LONGEST_TEXT {
        return Err(format!("{what} is longer than {LONGEST_TEXT} bytes"));
    }
    if text.contains('\0') {
        return Err(format!("{what} contains a NUL"));
    }
    Ok(())
}

fn metadata(metadata: &Map<String, Value>) -> Result<(), String> {
    for (name, value) in metadata {
        text("a metadata name", name)?;
        if TAKEN.contains(&name.as_str()) {
            return Err(format!("the metadata name {name} is the log's own"));
        }
        let Some(value) = value.as_str() else { return Err(format!("the metadata value of {name} is not a string")) };
        if value.len() > LONGEST_TEXT || value.contains('\0') {
            return Err(format!("the metadata value of {name} is too long or contains a NUL"));
        }
    }
    Ok(())
}

/// Refuses values that are still open, and those a database or a reader would choke on.
fn sound(value: &Value, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("its values nest too deep".to_owned());
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) if text.contains('\0') => Err("a text contains a NUL".to_owned()),
        Value::String(_) => Ok(()),
        Value::Array(values) => values.iter().try_for_each(|value| sound(value, depth + 1)),
        Value::Object(fields) => {
            if fields.contains_key("$o") || fields.contains_key("$e") {
                return Err("a personal value is not sealed".to_owned());
            }
            if fields.keys().any(|name| name.contains('\0')) {
                return Err("a field's name contains a NUL".to_owned());
            }
            fields.values().try_for_each(|value| sound(value, depth + 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::log::append::StreamWrite;

    fn append(payload: Value, metadata: Value) -> Append {
        let event = NewEvent {
            event_type: "Noted".into(),
            event_version: "1".into(),
            payload: payload.into(),
            metadata: metadata.as_object().cloned().unwrap_or_default(),
        };
        let target = StreamId::new("thing", "1");
        Append {
            command: CommandStamp {
                command_id: Uuid::nil(),
                actor: "staff".into(),
                name: "note".into(),
                target: target.clone(),
                mac_key: "k".into(),
                body_mac: "m".into(),
            },
            writes: vec![StreamWrite { stream: target, expected: 0, events: vec![event] }],
            reads: vec![],
        }
    }

    fn refusal(append: Append) -> String {
        match Ready::from(append) {
            Err(AppendError::Refused(why)) => why,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn a_sealed_value_passes_and_an_open_or_erased_one_does_not_however_deep_it_stands() {
        let sealed = json!({"people": [{"details": {"$s": 1, "k": "person:1", "t": "t", "n": "n", "c": "c"}}]});
        assert!(Ready::from(append(sealed, json!({"actor": "a"}))).is_ok());
        for form in ["$o", "$e"] {
            let open = json!({"people": [{"details": {form: "สมหญิง", "k": "person:1", "t": "t"}}]});
            let why = refusal(append(open, json!({})));
            assert!(why.contains("not sealed") && !why.contains("สมหญิง"), "{why}");
        }
    }

    #[test]
    fn a_text_is_judged_as_its_tree_is() {
        let written = |payload: Payload| {
            let mut append = append(json!({}), json!({}));
            append.writes[0].events[0].payload = payload;
            Ready::from(append).map(|ready| ready.writes[0].events[0].payload.clone())
        };
        let deep = (0..=DEEPEST + 1).fold(json!(1), |inner, _| json!([inner]));
        for (value, fine) in [
            (json!({"money": [1.5, null, "ก\n\"\u{1}"], "type": "IncomeRecorded"}), true),
            (json!({"details": {"$s": 1, "k": "person:1", "t": "t", "n": "n", "c": "c"}}), true),
            (json!({"note": "$o"}), true),
            (json!({"wide": vec![json!([]); 500]}), true),
            (json!({"details": {"$o": 1, "k": "person:1", "t": "t"}}), false),
            (json!({"details": [{"$e": 1, "k": "person:1", "t": "t"}]}), false),
            (json!({"note": "a\0b"}), false),
            (deep, false),
        ] {
            let (tree, text) = (written(value.clone().into()), written(Payload::Text(value.to_string())));
            assert_eq!((tree.is_ok(), text.is_ok()), (fine, fine), "{value}");
            assert_eq!(tree.ok(), text.ok());
        }
        assert!(written(Payload::Text(r#"{"d":{"\u0024o":1,"k":"person:1","t":"t"}}"#.to_owned())).is_err());
        assert!(written(Payload::Text(r#"{"\u0000":"#.to_owned())).is_err());
    }

    #[test]
    fn metadata_that_cqrs_es_could_not_load_are_refused() {
        assert!(refusal(append(json!({}), json!({"row": 7}))).contains("row is not a string"));
        assert!(refusal(append(json!({}), json!({"position": "7"}))).contains("the log's own"));
    }

    #[test]
    fn texts_a_database_would_choke_on_are_refused() {
        assert!(refusal(append(json!({"note": ["a\0b"]}), json!({}))).contains("NUL"));
        assert!(refusal(append(json!({"a\0b": 1}), json!({}))).contains("NUL"));
        assert!(refusal(append(json!({}), json!({"actor": "a\0b"}))).contains("NUL"));
        let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
        assert!(refusal(append(deep, json!({}))).contains("too deep"));
        for id in ["", "a\0b", &"x".repeat(501)] {
            let mut empty = append(json!({}), json!({}));
            empty.writes[0].stream.aggregate_id = id.into();
            assert!(refusal(empty).contains("a stream's id"));
        }
    }

    #[test]
    fn an_append_that_contradicts_itself_is_refused() {
        let mut twice = append(json!({}), json!({}));
        twice.writes.push(twice.writes[0].clone());
        assert!(refusal(twice).contains("written twice"));

        let mut both = append(json!({}), json!({}));
        both.reads.push(StreamRead { stream: both.writes[0].stream.clone(), expected: 3 });
        assert!(refusal(both.clone()).contains("two sequences"));
        both.reads[0].expected = 0;
        assert!(Ready::from(both).unwrap().reads.is_empty());

        let mut hollow = append(json!({}), json!({}));
        hollow.writes[0].events.clear();
        assert!(refusal(hollow).contains("nothing is written"));
    }

    #[test]
    fn an_append_beyond_the_bounds_is_refused() {
        let mut many = append(json!({}), json!({}));
        many.writes[0].events = vec![many.writes[0].events[0].clone(); MOST_EVENTS + 1];
        assert!(refusal(many).contains("events"));
        assert!(refusal(append(json!("x".repeat(MOST_BYTES)), json!({}))).contains("bytes"));
        let mut late = append(json!({}), json!({}));
        late.writes[0].expected = GREATEST_SEQUENCE;
        assert!(refusal(late).contains("no sequence left"));
    }
}
