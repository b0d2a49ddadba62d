//! Tables that both databases have: read in the order of their keys, written and compared row by row.
//!
//! Copying a log or a vault is this and little more (`log::copy`, `vault::copy`). A batch is bounded in rows and bytes,
//! so memory stays flat whatever the size of a database.

mod compare;
mod error;
mod postgres;
mod side;
mod sqlite;

pub(crate) use compare::compare;
pub use error::{CopyError, CopyFailure, Which};
pub(crate) use side::{Address, Side, apart};

/// A batch has at most so many rows …
const MOST_ROWS: usize = 4096;
/// … and ends with the row that reaches so many bytes.
const MOST_BYTES: usize = 4 << 20;
/// Of a table with whole files a database is asked for so many rows: what it sends beyond a full batch is thrown away.
const MOST_FILES: usize = 4;

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done at the moment.
    pub what: &'static str,
    /// So many of them are done …
    pub done: u64,
    /// … of so many.
    pub of: u64,
}

/// A table that was read to its end on both sides and is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// What its rows are.
    pub what: &'static str,
    /// How many there are.
    pub rows: u64,
    /// SHA-256 over every value with its length, in the order of the keys, in hexadecimal digits.
    pub digest: String,
}

/// A table as both databases have it.
#[derive(Debug)]
pub(crate) struct Table {
    /// What its rows are, for people.
    pub(crate) what: &'static str,
    /// The same, while they are compared.
    pub(crate) compared: &'static str,
    /// Its name in SQLite.
    pub(crate) sqlite: &'static str,
    /// Its name in PostgreSQL.
    pub(crate) postgres: &'static str,
    /// Its columns, those of the key first.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// So many columns are the key.
    pub(crate) key: usize,
    /// What happens to a row whose key is there already.
    pub(crate) meeting: Meeting,
}

/// What a column holds. SQLite keeps ids and JSON as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bytes,
    /// Bytes that may be megabytes.
    File,
    Uuid,
    Json,
}

/// What happens to a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// It is an error: the caller knows that there is none.
    Refused,
    /// The row that is there stays.
    Kept,
    /// The row with the greater number in this column counts.
    Newer(&'static str),
}

/// A value of a row, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, its values in the order of the table's columns. It may hold personal values, so it shows nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Table {
    fn keys(&self) -> impl Iterator<Item = &(&'static str, Kind)> {
        self.columns.iter().take(self.key)
    }

    fn names(&self) -> String {
        listed(self.columns.iter().map(|(name, _)| (*name).to_owned()))
    }

    fn key_names(&self) -> String {
        listed(self.keys().map(|(name, _)| (*name).to_owned()))
    }

    /// How many rows of it are asked for at once, where so many are wanted.
    fn at_once(&self, most: usize) -> usize {
        if self.columns.iter().any(|(_, kind)| *kind == Kind::File) { most.min(MOST_FILES) } else { most }
    }

    /// What an `INSERT` says of rows that are there already. `table` is how the row there is called.
    fn on_conflict(&self, table: &str) -> String {
        match self.meeting {
            Meeting::Refused => String::new(),
            Meeting::Kept => format!(" ON CONFLICT ({}) DO NOTHING", self.key_names()),
            Meeting::Newer(version) => {
                let others = self.columns.iter().skip(self.key);
                let sets = listed(others.map(|(name, _)| format!("{name} = excluded.{name}")));
                let keys = self.key_names();
                format!(" ON CONFLICT ({keys}) DO UPDATE SET {sets} WHERE {table}.{version} < excluded.{version}")
            }
        }
    }
}

impl Row {
    /// The values of the key.
    pub(crate) fn key(&self, table: &Table) -> Vec<Value> {
        self.0.iter().take(table.key).cloned().collect()
    }

    /// A number of the row; 0 where there is none.
    pub(crate) fn int(&self, at: usize) -> i64 {
        match self.0.get(at) {
            Some(Value::Int(number)) => *number,
            Some(Value::Null | Value::Text(_) | Value::Bytes(_)) | None => 0,
        }
    }

    /// A text of the row; none where it is null.
    pub(crate) fn text(&self, at: usize) -> Option<&str> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Some(text),
            Some(Value::Null | Value::Int(_) | Value::Bytes(_)) | None => None,
        }
    }

    /// The key as people read it. Keys are positions, opaque ids and names of ours.
    fn shown(&self, table: &Table) -> String {
        let word = |value: &Value| match value {
            Value::Null => "nothing".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        };
        self.0.iter().take(table.key).map(word).collect::<Vec<_>>().join(" ")
    }

    fn bytes(&self) -> usize {
        let size = |value: &Value| match value {
            Value::Null | Value::Int(_) => 8,
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
        };
        self.0.iter().map(size).sum()
    }
}

/// Gathers rows until a batch is full.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    bytes: usize,
}

impl Batch {
    /// Takes a row, and tells whether the batch is full now.
    fn take(&mut self, row: Row) -> bool {
        self.bytes += row.bytes();
        self.rows.push(row);
        self.rows.len() >= MOST_ROWS || self.bytes >= MOST_BYTES
    }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
