//! What a PostgreSQL log gives back.

use sqlx::Row as _;
use sqlx::postgres::{PgExecutor, PgRow};
use uuid::Uuid;

use super::{PostgresLog, meaning};
use crate::clock::from_micros;
use crate::log::append::{CommandRecord, StreamId};
use crate::log::error::LogError;
use crate::log::stored::{Behind, Head, Outline, Row, StoredEvent, continuous, signed, unsigned};

impl PostgresLog {
    /// Where the log ends.
    pub(crate) async fn head(&self) -> Result<Head, LogError> {
        let row = sqlx::query("SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1")
            .fetch_optional(&self.pool)
            .await
            .map_err(meaning)?;
        row.map_or(Ok(Head::EMPTY), |row| {
            Ok(Head {
                position: unsigned(row.try_get(0).map_err(meaning)?),
                recorded_at: from_micros(row.try_get(1).map_err(meaning)?),
            })
        })
    }

    /// At most `limit` events behind `after`, in order.
    pub(crate) async fn read(&self, after: u64, limit: usize) -> Result<Behind, LogError> {
        let rows = sqlx::query(
            "SELECT position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload::text, metadata::text
               FROM events WHERE position >= $1 ORDER BY position LIMIT $2",
        )
        .bind(signed(after.max(1)))
        .bind(signed(limit as u64).saturating_add(i64::from(after > 0)))
        .try_map(|row| read(&row))
        .fetch_all(&self.pool)
        .await
        .map_err(meaning)?;
        if rows.is_empty() && after > 0 {
            return Err(LogError::WentBack { known: after, found: self.head().await?.position });
        }
        continuous(rows, after)
    }

    /// The events of one stream behind a sequence.
    pub(crate) async fn stream(&self, stream: &StreamId, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        let rows = sqlx::query(
            "SELECT position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload::text, metadata::text
               FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 ORDER BY sequence",
        )
        .bind(&stream.aggregate_type)
        .bind(&stream.aggregate_id)
        .bind(signed(after))
        .try_map(|row| read(&row))
        .fetch_all(&self.pool)
        .await
        .map_err(meaning)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The events of one name behind a position. The name stands in the text, so that an index of it alone serves.
    pub(crate) async fn named(&self, event_type: &'static str, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        let sql = format!(
            "SELECT position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload::text, metadata::text
               FROM events WHERE event_type = '{event_type}' AND position > $1 ORDER BY position"
        );
        let rows = sqlx::query(&sql)
            .bind(signed(after))
            .try_map(|row| read(&row))
            .fetch_all(&self.pool)
            .await
            .map_err(meaning)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many streams of one type begin and end.
    pub(crate) async fn outlines(&self, aggregate_type: &str, ids: Vec<String>) -> Result<Vec<Outline>, LogError> {
        let rows = sqlx::query(
            "SELECT first.position, first.recorded_at, first.aggregate_type, first.aggregate_id, first.sequence,
                    first.event_type, first.event_version, first.payload::text, first.metadata::text,
                    (SELECT last.event_type FROM events AS last
                      WHERE last.aggregate_type = $1 AND last.aggregate_id = first.aggregate_id
                      ORDER BY last.sequence DESC LIMIT 1)
               FROM unnest($2::text[]) AS wanted (id)
               JOIN events AS first
                 ON first.aggregate_type = $1 AND first.aggregate_id = wanted.id AND first.sequence = 1",
        )
        .bind(aggregate_type)
        .bind(ids)
        .try_map(|row: PgRow| Ok((read(&row)?, row.try_get(9)?)))
        .fetch_all(&self.pool)
        .await
        .map_err(meaning)?;
        rows.into_iter().map(|(first, last_type)| Ok(Outline { first: first.read()?, last_type })).collect()
    }

    /// A command that was done.
    pub(crate) async fn command(&self, id: Uuid) -> Result<Option<CommandRecord>, LogError> {
        Ok(commands(&self.pool, &[id]).await?.pop())
    }
}

/// Those of the commands that were done.
pub(super) async fn commands(executor: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<CommandRecord>, LogError> {
    let ids = ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
    sqlx::query("SELECT command_id::text AS id, commands.* FROM commands WHERE command_id = ANY ($1::text[]::uuid[])")
        .bind(ids)
        .try_map(|row: PgRow| {
            Ok(CommandRecord {
                command_id: row
                    .try_get::<&str, _>("id")?
                    .parse()
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                actor: row.try_get("actor")?,
                name: row.try_get("name")?,
                target: StreamId {
                    aggregate_type: row.try_get("aggregate_type")?,
                    aggregate_id: row.try_get("aggregate_id")?,
                },
                sequence_after: unsigned(row.try_get("sequence_after")?),
                first_position: row.try_get::<Option<i64>, _>("first_position")?.map(unsigned),
                events: u32::try_from(row.try_get::<i32, _>("events")?).unwrap_or(0),
                recorded_at: from_micros(row.try_get("recorded_at")?),
                mac_key: row.try_get("mac_key")?,
                body_mac: row.try_get("body_mac")?,
            })
        })
        .fetch_all(executor)
        .await
        .map_err(meaning)
}

fn read(row: &PgRow) -> sqlx::Result<Row> {
    Ok(Row {
        position: row.try_get(0)?,
        recorded_at: row.try_get(1)?,
        aggregate_type: row.try_get(2)?,
        aggregate_id: row.try_get(3)?,
        sequence: row.try_get(4)?,
        event_type: row.try_get(5)?,
        event_version: row.try_get(6)?,
        payload: row.try_get(7)?,
        metadata: row.try_get(8)?,
    })
}
