//! A batch of appends in one call of `log_append`, on a connection of the pen's own.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{ConnectOptions, Connection, PgConnection, Row};
use tokio::time::timeout;
use uuid::Uuid;

use super::batch::Arrays;
use super::read::commands;
use super::{CONNECT, PostgresLog, code, meaning};
use crate::clock::from_micros;
use crate::log::append::{Appended, CommandRecord, StreamId};
use crate::log::batch::{Unwritten, Verdict, Written};
use crate::log::error::LogError;
use crate::log::ready::Ready;
use crate::log::stored::{Head, signed, unsigned};

/// A writer waits so long for the log's lock: longer than the five seconds a plain INSERT may hold it open.
const LOCK_TIMEOUT: &str = "8s";
/// The database gives a call up after …
const STATEMENT_TIMEOUT: &str = "15s";
/// … and this side when nothing is heard of it for so long: the connection is dead.
const SILENCE: Duration = Duration::from_secs(20);

/// The pen's own connection. A pool would ask the server before every batch whether it is there.
pub(crate) struct Writer {
    log: Arc<PostgresLog>,
    connection: Option<PgConnection>,
}

impl Writer {
    /// A writer that connects at its first batch.
    pub(crate) fn new(log: Arc<PostgresLog>) -> Self {
        Self { log, connection: None }
    }

    /// Stores the appends of a batch that may be stored.
    pub(crate) async fn write(
        &mut self,
        batch: &[Ready],
        known: Head,
        now: DateTime<Utc>,
        simulated: bool,
    ) -> Result<Written, Unwritten> {
        let idle = self.connection.is_some();
        let first = self.call(batch, known, now, simulated).await;
        let Err(Unwritten::Unsure(error)) = first else { return first };
        if !idle {
            return Err(Unwritten::Unsure(error));
        }
        // The connection may have died while nobody used it. If nothing of the batch is stored it may be sent again:
        // should the first call still come through, the command ids let only one of the two count.
        tracing::info!("the pen's connection was lost, connecting again");
        let ids = batch.iter().map(|append| append.command.command_id).collect::<Vec<_>>();
        match self.commands(&ids).await {
            Ok(records) if records.is_empty() => {
                let mut written = self.call(batch, known, now, simulated).await?;
                for (verdict, append) in written.verdicts.iter_mut().zip(batch) {
                    if let Verdict::Known(record) = verdict
                        && append.is(record)
                    {
                        *verdict = Verdict::Done(record.as_appended(written.head.position));
                    }
                }
                Ok(written)
            }
            Ok(_) | Err(_) => Err(Unwritten::Unsure(error)),
        }
    }

    /// Looks commands up behind whatever was under way.
    pub(crate) async fn commands(&mut self, ids: &[Uuid]) -> Result<Vec<CommandRecord>, LogError> {
        // An empty batch waits for the log's lock, and so for a call that was left behind and still holds it.
        if let Err(Unwritten::Nothing(error) | Unwritten::Unsure(error)) =
            self.call(&[], Head::EMPTY, DateTime::UNIX_EPOCH, false).await
        {
            return Err(error);
        }
        let mut connection = self.connected().await?;
        let records = heard(commands(&mut connection, ids)).await?;
        self.connection = Some(connection);
        Ok(records)
    }

    /// The connection, taken out: it comes back only from a call that was heard to its end.
    async fn connected(&mut self) -> Result<PgConnection, LogError> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let options = self.log.options.clone().application_name("huean pen").options([
            ("lock_timeout", LOCK_TIMEOUT),
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("default_transaction_isolation", r"read\ committed"),
            ("synchronous_commit", "on"),
            // Every statement of `log_append` finds its rows by a key. Its plans are made once, while the tables are
            // small, and must still be right when they are large.
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]);
        let options = options.disable_statement_logging();
        let connecting = timeout(CONNECT, PgConnection::connect_with(&options)).await;
        connecting.map_err(LogError::unreachable)?.map_err(meaning)
    }

    async fn call(
        &mut self,
        batch: &[Ready],
        known: Head,
        now: DateTime<Utc>,
        simulated: bool,
    ) -> Result<Written, Unwritten> {
        let mut connection = self.connected().await.map_err(Unwritten::Nothing)?;
        let arrays = Arrays::of(batch);
        let call = sqlx::query(
            "SELECT * FROM public.log_append($1, $2, $3, $4, $5, $6::text[]::uuid[], $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                 $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
        )
        .bind(signed(known.position))
        .bind(known.recorded_at.timestamp_micros())
        .bind(now.timestamp_micros())
        .bind(simulated)
        .bind(arrays.careful)
        .bind(arrays.c_id)
        .bind(arrays.c_actor)
        .bind(arrays.c_name)
        .bind(arrays.c_type)
        .bind(arrays.c_aggregate)
        .bind(arrays.c_after)
        .bind(arrays.c_before)
        .bind(arrays.c_streams)
        .bind(arrays.c_events)
        .bind(arrays.c_key)
        .bind(arrays.c_mac)
        .bind(arrays.s_type)
        .bind(arrays.s_aggregate)
        .bind(arrays.s_expected)
        .bind(arrays.s_write)
        .bind(arrays.e_type)
        .bind(arrays.e_aggregate)
        .bind(arrays.e_sequence)
        .bind(arrays.e_name)
        .bind(arrays.e_version)
        .bind(arrays.e_payload)
        .bind(arrays.e_metadata)
        .fetch_one(&mut connection);
        let answer = match timeout(SILENCE, call).await {
            Err(silence) => return Err(Unwritten::Unsure(LogError::unreachable(silence))),
            Ok(Err(error)) => {
                let refusal = refusal(error);
                if !matches!(refusal, Unwritten::Unsure(_)) {
                    self.connection = Some(connection);
                }
                return Err(refusal);
            }
            Ok(Ok(row)) => Answer::read(&row).map_err(|error| Unwritten::Unsure(meaning(error)))?,
        };
        let found = Head { position: unsigned(answer.head_before), recorded_at: from_micros(answer.head_at) };
        let outcome = match answer.outcome.as_str() {
            "stored" => Ok(written(batch, answer, found, &mut connection).await.map_err(Unwritten::Unsure)?),
            "went back" => Err(Unwritten::WentBack { known: known.position, found }),
            _ => Err(Unwritten::Nothing(LogError::ClockRefused)),
        };
        self.connection = Some(connection);
        outcome
    }
}

/// What `log_append` answers.
struct Answer {
    outcome: String,
    head_before: i64,
    head_at: i64,
    stored_at: Option<i64>,
    after: Option<Vec<i64>>,
    bad: Vec<i32>,
    bad_type: Option<Vec<Option<String>>>,
    bad_aggregate: Option<Vec<Option<String>>>,
}

impl Answer {
    fn read(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            outcome: row.try_get("outcome")?,
            head_before: row.try_get("head_before")?,
            head_at: row.try_get("head_at")?,
            stored_at: row.try_get("stored_at")?,
            after: row.try_get("after")?,
            bad: row.try_get("bad")?,
            bad_type: row.try_get("bad_type")?,
            bad_aggregate: row.try_get("bad_aggregate")?,
        })
    }
}

/// The verdicts of a batch that was stored. Positions are dense, so they can be counted here.
async fn written(
    batch: &[Ready],
    answer: Answer,
    before: Head,
    connection: &mut PgConnection,
) -> Result<Written, LogError> {
    let mut bad = std::collections::HashMap::new();
    let types = answer.bad_type.unwrap_or_default().into_iter().chain(std::iter::repeat(None));
    let aggregates = answer.bad_aggregate.unwrap_or_default().into_iter().chain(std::iter::repeat(None));
    for ((index, aggregate_type), aggregate_id) in answer.bad.into_iter().zip(types).zip(aggregates) {
        let stream = aggregate_type.zip(aggregate_id);
        bad.insert(index, stream.map(|(aggregate_type, aggregate_id)| StreamId { aggregate_type, aggregate_id }));
    }
    let stored_at = from_micros(answer.stored_at.unwrap_or_default());
    let afters = answer.after.unwrap_or_default();
    let mut head = before.position;
    let mut verdicts = Vec::with_capacity(batch.len());
    for ((index, append), after) in (1..).zip(batch).zip(afters) {
        verdicts.push(match bad.remove(&index) {
            Some(Some(stream)) => Verdict::Conflict(stream),
            Some(None) => Verdict::Known(Box::new(taken(append.command.command_id, connection).await?)),
            None => {
                let first_position = (append.events > 0).then_some(head + 1);
                head += u64::from(append.events);
                Verdict::Done(Appended {
                    sequence_after: unsigned(after),
                    first_position,
                    last_position: first_position.map(|_| head),
                    head,
                    recorded_at: stored_at,
                    events: append.events,
                })
            }
        });
    }
    let recorded_at = if head > before.position { stored_at } else { before.recorded_at };
    Ok(Written { verdicts, head: Head { position: head, recorded_at } }.settled())
}

/// The record of a command whose id is taken.
async fn taken(id: Uuid, connection: &mut PgConnection) -> Result<CommandRecord, LogError> {
    let mut records = heard(commands(connection, &[id])).await?;
    records.pop().ok_or_else(|| LogError::stopped("the record of a command that was done is gone"))
}

/// Gives up on an answer that does not come.
async fn heard<T>(answer: impl Future<Output = Result<T, LogError>>) -> Result<T, LogError> {
    timeout(SILENCE, answer).await.map_err(LogError::unreachable)?
}

/// What a failed call says about the batch.
fn refusal(error: sqlx::Error) -> Unwritten {
    match code(&error).as_deref() {
        // Terminated: perhaps just after the commit.
        Some("57P01" | "57P02" | "57P03") => Unwritten::Unsure(meaning(error)),
        // A value that the database does not take spoils only its own append.
        Some(code) if ["22", "23", "54"].iter().any(|class| code.starts_with(class)) => {
            Unwritten::Poison(format!("PostgreSQL refuses a value ({code})"))
        }
        Some(code) if code.starts_with("08") => Unwritten::Unsure(meaning(error)),
        // The call was undone.
        Some(_) => Unwritten::Nothing(meaning(error)),
        None => Unwritten::Unsure(meaning(error)),
    }
}
