//! A table in a SQLite file.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};

use super::{Batch, Row, Table, Value, listed};

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a file that is there. A source is only read.
pub(super) fn connect(path: &Path, read_only: bool) -> rusqlite::Result<Connection> {
    // A source may have to bring its journal in, which is writing to SQLite.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = OFF;")?;
    if read_only {
        connection.execute_batch("PRAGMA query_only = ON;")?;
    } else {
        connection.execute_batch("PRAGMA secure_delete = ON;")?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    }
    Ok(connection)
}

/// The rows behind a key, in the order of the keys.
pub(super) fn batch(
    connection: &Connection,
    table: &Table,
    after: Option<Vec<Value>>,
    most: usize,
) -> rusqlite::Result<Vec<Row>> {
    let keys = table.key_names();
    let behind = after.as_ref().map_or_else(String::new, |after| {
        let marks = listed((1..=after.len()).map(|at| format!("?{at}")));
        format!(" WHERE ({keys}) > ({marks})")
    });
    let most = table.at_once(most);
    let sql = format!("SELECT {} FROM {}{behind} ORDER BY {keys} LIMIT {most}", table.names(), table.sqlite);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(after.into_iter().flatten()))?;
    let mut batch = Batch::default();
    while let Some(row) = rows.next()? {
        let values = (0..table.columns.len()).map(|at| value(row.get_ref(at)?)).collect::<rusqlite::Result<_>>()?;
        if batch.take(Row(values)) {
            break;
        }
    }
    Ok(batch.rows)
}

/// Writes rows, in the transaction that is open. Says how many were new or newer.
pub(super) fn put(connection: &Connection, table: &Table, rows: &[Row]) -> rusqlite::Result<u64> {
    let marks = listed((1..=table.columns.len()).map(|at| format!("?{at}")));
    let Table { sqlite: name, .. } = table;
    let sql = format!("INSERT INTO {name} ({}) VALUES ({marks}){}", table.names(), table.on_conflict(name));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut written = 0;
    for row in rows {
        written += statement.execute(params_from_iter(&row.0))? as u64;
    }
    Ok(written)
}

fn value(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(_) => Ok(Value::Text(value.as_str()?.to_owned())),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        // The tables are strict and have no such column.
        ValueRef::Real(_) => Err(rusqlite::types::FromSqlError::InvalidType.into()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
