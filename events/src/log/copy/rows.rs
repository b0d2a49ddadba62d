//! The log's tables, as a copy reads and writes them.

use crate::tables::{Kind, Meeting, Table, Value};

/// Every event, by position.
pub(super) static EVENTS: Table = Table {
    what: "events",
    compared: "events compared",
    sqlite: "events",
    postgres: "public.events",
    columns: &[
        ("position", Kind::Int),
        ("recorded_at", Kind::Int),
        ("aggregate_type", Kind::Text),
        ("aggregate_id", Kind::Text),
        ("sequence", Kind::Int),
        ("event_type", Kind::Text),
        ("event_version", Kind::Text),
        ("payload", Kind::Json),
        ("metadata", Kind::Json),
    ],
    key: 1,
    meeting: Meeting::Refused,
};

/// Every command that was done, by its id.
pub(super) static COMMANDS: Table = Table {
    what: "commands",
    compared: "commands compared",
    sqlite: "commands",
    postgres: "public.commands",
    columns: &[
        ("command_id", Kind::Uuid),
        ("actor", Kind::Text),
        ("name", Kind::Text),
        ("aggregate_type", Kind::Text),
        ("aggregate_id", Kind::Text),
        ("sequence_after", Kind::Int),
        ("first_position", Kind::Int),
        ("events", Kind::Int),
        ("recorded_at", Kind::Int),
        ("mac_key", Kind::Text),
        ("body_mac", Kind::Text),
    ],
    key: 1,
    meeting: Meeting::Kept,
};

/// The one row that says which log it is.
pub(super) static META: Table = Table {
    what: "log's own row",
    compared: "log's own row compared",
    sqlite: "log_meta",
    postgres: "public.log_meta",
    columns: &[("id", Kind::Uuid), ("format", Kind::Int), ("clock", Kind::Text)],
    key: 1,
    meeting: Meeting::Refused,
};

/// There only while a copy is not finished; its one row says where the copy will end.
pub(super) static MARK: Table = Table {
    what: "mark of an unfinished copy",
    compared: "mark of an unfinished copy compared",
    sqlite: "log_copy",
    postgres: "public.log_copy",
    columns: &[("goal", Kind::Int)],
    key: 1,
    meeting: Meeting::Refused,
};

/// Where a log ends.
pub(super) const HEAD: &str = "SELECT max(position) FROM events";
/// How many commands it remembers.
pub(super) const COMMANDS_COUNTED: &str = "SELECT count(*) FROM commands";

/// The key of the event at a position.
pub(super) fn at(position: u64) -> Vec<Value> {
    vec![Value::Int(signed(position))]
}

pub(super) use crate::log::stored::{signed, unsigned};
