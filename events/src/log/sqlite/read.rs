//! What a SQLite log gives back.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row as SqlRow};
use uuid::Uuid;

use super::{SqliteLog, meaning};
use crate::clock::from_micros;
use crate::log::append::{CommandRecord, StreamId};
use crate::log::error::LogError;
use crate::log::stored::{Behind, Head, Outline, Row, StoredEvent, continuous, signed, unsigned};

const COLUMNS: &str = "position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                       payload, metadata";

impl SqliteLog {
    /// Where the log ends.
    pub(crate) async fn head(self: &Arc<Self>) -> Result<Head, LogError> {
        self.reading(|connection| head(connection).map_err(meaning)).await
    }

    /// At most `limit` events behind `after`, in order.
    pub(crate) async fn read(self: &Arc<Self>, after: u64, limit: usize) -> Result<Behind, LogError> {
        self.reading(move |connection| {
            let rows = rows(
                connection,
                &format!("SELECT {COLUMNS} FROM events WHERE position >= ?1 ORDER BY position LIMIT ?2"),
                (signed(after.max(1)), signed(limit as u64).saturating_add(i64::from(after > 0))),
            )?;
            if rows.is_empty() && after > 0 {
                let found = head(connection).map_err(meaning)?.position;
                return Err(LogError::WentBack { known: after, found });
            }
            continuous(rows, after)
        })
        .await
    }

    /// The events of one stream behind a sequence.
    pub(crate) async fn stream(self: &Arc<Self>, stream: &StreamId, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        let StreamId { aggregate_type, aggregate_id } = stream.clone();
        self.reading(move |connection| {
            let rows = rows(
                connection,
                &format!(
                    "SELECT {COLUMNS} FROM events
                      WHERE aggregate_type = ?1 AND aggregate_id = ?2 AND sequence > ?3 ORDER BY sequence"
                ),
                (aggregate_type, aggregate_id, signed(after)),
            )?;
            rows.into_iter().map(Row::read).collect()
        })
        .await
    }

    /// The events of one name behind a position. The name stands in the text, so that an index of it alone serves.
    pub(crate) async fn named(
        self: &Arc<Self>,
        event_type: &'static str,
        after: u64,
    ) -> Result<Vec<StoredEvent>, LogError> {
        self.reading(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM events WHERE event_type = '{event_type}' AND position > ?1 ORDER BY position"
            );
            rows(connection, &sql, (signed(after),))?.into_iter().map(Row::read).collect()
        })
        .await
    }

    /// How many streams of one type begin and end.
    pub(crate) async fn outlines(
        self: &Arc<Self>,
        aggregate_type: String,
        ids: Vec<String>,
    ) -> Result<Vec<Outline>, LogError> {
        self.reading(move |connection| {
            // One moment for all of them.
            let moment = connection.unchecked_transaction().map_err(meaning)?;
            let mut found = Vec::new();
            for id in &ids {
                let first = rows(
                    &moment,
                    &format!(
                        "SELECT {COLUMNS} FROM events
                          WHERE aggregate_type = ?1 AND aggregate_id = ?2 ORDER BY sequence LIMIT 1"
                    ),
                    (&aggregate_type, id),
                )?;
                let Some(first) = first.into_iter().next() else { continue };
                let last_type = moment
                    .prepare_cached(
                        "SELECT event_type FROM events
                          WHERE aggregate_type = ?1 AND aggregate_id = ?2 ORDER BY sequence DESC LIMIT 1",
                    )
                    .and_then(|mut last| last.query_row((&aggregate_type, id), |row| row.get(0)))
                    .map_err(meaning)?;
                found.push(Outline { first: first.read()?, last_type });
            }
            Ok(found)
        })
        .await
    }

    /// A command that was done.
    pub(crate) async fn command(self: &Arc<Self>, id: Uuid) -> Result<Option<CommandRecord>, LogError> {
        self.reading(move |connection| command(connection, id).map_err(meaning)).await
    }
}

/// Where the log ends, as this connection sees it.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Head> {
    connection
        .prepare_cached(
            "SELECT position, recorded_at FROM events WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1",
        )?
        .query_row([], |row| Ok(Head { position: unsigned(row.get(0)?), recorded_at: from_micros(row.get(1)?) }))
        .optional()
        .map(|head| head.unwrap_or(Head::EMPTY))
}

/// A command that was done, as this connection sees it.
pub(super) fn command(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<CommandRecord>> {
    connection
        .prepare_cached(
            "SELECT actor, name, aggregate_type, aggregate_id, sequence_after, first_position, events, recorded_at,
                    mac_key, body_mac
               FROM commands WHERE command_id = ?",
        )?
        .query_row([id.to_string()], |row| {
            Ok(CommandRecord {
                command_id: id,
                actor: row.get(0)?,
                name: row.get(1)?,
                target: StreamId { aggregate_type: row.get(2)?, aggregate_id: row.get(3)? },
                sequence_after: unsigned(row.get(4)?),
                first_position: row.get::<_, Option<i64>>(5)?.map(unsigned),
                events: row.get(6)?,
                recorded_at: from_micros(row.get(7)?),
                mac_key: row.get(8)?,
                body_mac: row.get(9)?,
            })
        })
        .optional()
}

fn rows(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Row>, LogError> {
    let mut statement = connection.prepare_cached(sql).map_err(meaning)?;
    let rows = statement.query_map(values, row).map_err(meaning)?;
    rows.collect::<rusqlite::Result<Vec<_>>>().map_err(meaning)
}

fn row(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        position: row.get(0)?,
        recorded_at: row.get(1)?,
        aggregate_type: row.get(2)?,
        aggregate_id: row.get(3)?,
        sequence: row.get(4)?,
        event_type: row.get(5)?,
        event_version: row.get(6)?,
        payload: row.get(7)?,
        metadata: row.get(8)?,
    })
}
