//! From when until when does a fact count? From its recording until it is taken back, and again when that is taken back.
//!
//! A table kept by a [`Ledger`] begins with the columns `household, sequence, from_position, from_at, to_at`, of which the
//! first three are its key. So a question about any past moment is one condition, [`stands`].

use events::recorded::Occurrence;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

/// Until when a fact counts that was not taken back.
const FOR_EVER: i64 = i64::MAX;

/// What must hold of a row that counts at a moment.
pub(super) fn stands(table: &str, at: i64) -> String {
    format!("{table}.from_at <= {at} AND {table}.to_at > {at}")
}

/// The rows of one table that a batch adds.
#[derive(Debug)]
pub(super) struct Ledger {
    table: &'static str,
    rows: Vec<(i64, i64, i64, i64, Vec<Value>)>,
}

impl Ledger {
    pub(super) const fn of(table: &'static str) -> Self {
        Self { table, rows: Vec::new() }
    }

    /// A fact begins to count. `rest`: the columns behind the first five.
    pub(super) fn note(&mut self, home: &Home, event: &Occurrence, rest: Vec<Value>) {
        let (sequence, position) = (column::signed(event.sequence), column::signed(event.position));
        self.rows.push((home.key, sequence, position, column::micros(event.recorded_at), rest));
    }

    /// The fact of a sequence counts no longer. Rare, so it goes through the table; of a fact that has no row it changes
    /// nothing.
    pub(super) fn end(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        sequence: i64,
    ) -> Result<(), ProjectionError> {
        self.flush(db)?;
        let sql =
            format!("UPDATE {} SET to_at = ? WHERE household = ? AND sequence = ? AND to_at = {FOR_EVER}", self.table);
        db.prepare_cached(&sql)?.execute(params![column::micros(event.recorded_at), home.key, sequence])?;
        Ok(())
    }

    /// The fact of a sequence counts again.
    pub(super) fn restore(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        sequence: i64,
    ) -> Result<(), ProjectionError> {
        self.flush(db)?;
        let sql = format!(
            "SELECT * FROM {} WHERE household = ? AND sequence = ? ORDER BY from_position DESC LIMIT 1",
            self.table
        );
        let mut select = db.prepare_cached(&sql)?;
        let columns = select.column_count();
        let mut found = select.query(params![home.key, sequence])?;
        if let Some(row) = found.next()? {
            let rest = (5..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>()?;
            let (position, at) = (column::signed(event.position), column::micros(event.recorded_at));
            self.rows.push((home.key, sequence, position, at, rest));
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.rows.sort_unstable_by_key(|(household, sequence, position, ..)| (*household, *sequence, *position));
        let Some(width) = self.rows.first().map(|(.., rest)| rest.len()) else { return Ok(()) };
        let sql = format!("INSERT INTO {} VALUES (?, ?, ?, ?, ?{})", self.table, ", ?".repeat(width));
        let mut insert = db.prepare_cached(&sql)?;
        for (household, sequence, position, from_at, rest) in self.rows.drain(..) {
            let first = [household, sequence, position, from_at, FOR_EVER].map(Value::Integer);
            insert.execute(params_from_iter(first.into_iter().chain(rest)))?;
        }
        Ok(())
    }
}

/// A number, or nothing.
pub(super) fn maybe(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Integer)
}

/// A text or a code.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A yes or a no.
pub(super) fn yes(yes: bool) -> Value {
    Value::Integer(i64::from(yes))
}

/// An id.
pub(super) fn id(id: uuid::Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}

/// The same, or nothing.
pub(super) fn maybe_id(found: Option<uuid::Uuid>) -> Value {
    found.map_or(Value::Null, id)
}

/// The wire's name of a code.
pub(super) fn code(code: impl serde::Serialize) -> Value {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(text)).unwrap_or(Value::Null)
}
