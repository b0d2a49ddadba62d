//! A batch of appends in one `BEGIN IMMEDIATE` transaction.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use uuid::Uuid;

use super::read::{command, head};
use super::{SqliteLog, file, meaning};
use crate::log::append::{Appended, CommandRecord, StreamId};
use crate::log::batch::{Unwritten, Verdict, Written};
use crate::log::error::LogError;
use crate::log::ready::Ready;
use crate::log::stored::{Head, signed, unsigned};

/// The pen's own connection.
pub(crate) struct Writer {
    log: Arc<SqliteLog>,
    open: Option<Open>,
}

struct Open {
    connection: Connection,
    /// Device and inode: a file that is moved away takes no more appends, because nobody would find them again.
    place: (u64, u64),
}

impl Writer {
    /// A writer that connects at its first batch.
    pub(crate) fn new(log: Arc<SqliteLog>) -> Self {
        Self { log, open: None }
    }

    /// Stores the appends of a batch that may be stored.
    pub(crate) fn write(
        &mut self,
        batch: &[Ready],
        known: Head,
        now: DateTime<Utc>,
        simulated: bool,
    ) -> Result<Written, Unwritten> {
        let connection = self.connection().map_err(Unwritten::Nothing)?;
        let change = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| Unwritten::Nothing(meaning(error)))?;
        let before = not_behind(&change, known)?;
        let mut pass = Pass {
            change: &change,
            sequences: HashMap::new(),
            head: before.position,
            recorded_at: now.max(before.recorded_at),
        };
        let verdicts = batch.iter().map(|append| pass.take(append)).collect::<Result<Vec<_>, _>>().map_err(refusal)?;
        let Pass { head, recorded_at, .. } = pass;
        if head > before.position {
            mark_clock(&change, simulated)?;
        }
        change.commit().map_err(|error| Unwritten::Unsure(meaning(error)))?;
        let recorded_at = if head > before.position { recorded_at } else { before.recorded_at };
        Ok(Written { verdicts, head: Head { position: head, recorded_at } }.settled())
    }

    /// Looks commands up behind whatever was under way.
    pub(crate) fn commands(&mut self, ids: &[Uuid]) -> Result<Vec<CommandRecord>, LogError> {
        let connection = self.connection()?;
        ids.iter().filter_map(|id| command(connection, *id).map_err(meaning).transpose()).collect()
    }

    fn connection(&mut self) -> Result<&mut Connection, LogError> {
        let path = self.log.path();
        let place = place(path)?;
        if self.open.as_ref().is_some_and(|open| open.place != place) {
            let what = format!("{}: another file was put in its place, start again", path.display());
            return Err(LogError::Missing(what));
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => Open { connection: file::connect(path)?, place },
        };
        Ok(&mut self.open.insert(open).connection)
    }
}

fn place(path: &Path) -> Result<(u64, u64), LogError> {
    let metadata = std::fs::metadata(path).map_err(|_| LogError::Missing(path.display().to_string()))?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Where the log ends, unless that is behind what is known or another history stands at the known position.
fn not_behind(change: &Transaction<'_>, known: Head) -> Result<Head, Unwritten> {
    let nothing = |error| Unwritten::Nothing(meaning(error));
    let found = head(change).map_err(nothing)?;
    if known.position == 0 || known == found {
        return Ok(found);
    }
    let there: Option<i64> = change
        .prepare_cached("SELECT recorded_at FROM events WHERE position = ?")
        .and_then(|mut statement| statement.query_row([signed(known.position)], |row| row.get(0)).optional())
        .map_err(nothing)?;
    if there == Some(known.recorded_at.timestamp_micros()) {
        Ok(found)
    } else {
        Err(Unwritten::WentBack { known: known.position, found })
    }
}

/// The first event decides whose clock the log lives by; a real one ends a simulated time for ever.
fn mark_clock(change: &Transaction<'_>, simulated: bool) -> Result<(), Unwritten> {
    let nothing = |error| Unwritten::Nothing(meaning(error));
    let clock: Option<String> = change
        .prepare_cached("SELECT clock FROM log_meta")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(nothing)?;
    match (clock.as_deref(), simulated) {
        (Some("real"), true) => Err(Unwritten::Nothing(LogError::ClockRefused)),
        (Some("real"), false) | (Some("simulated"), true) => Ok(()),
        (_, simulated) => {
            let clock = if simulated { "simulated" } else { "real" };
            change.execute("UPDATE log_meta SET clock = ?", [clock]).map(drop).map_err(nothing)
        }
    }
}

/// One walk through a batch, in order: each append meets what the ones before it left.
struct Pass<'a> {
    change: &'a Transaction<'a>,
    sequences: HashMap<StreamId, u64>,
    head: u64,
    recorded_at: DateTime<Utc>,
}

impl Pass<'_> {
    /// Everything is checked before anything of the append is written.
    fn take(&mut self, append: &Ready) -> rusqlite::Result<Verdict> {
        if let Some(record) = command(self.change, append.command.command_id)? {
            return Ok(Verdict::Known(Box::new(record)));
        }
        let writes = append.writes.iter().map(|write| (&write.stream, write.expected));
        let reads = append.reads.iter().map(|read| (&read.stream, read.expected));
        for (stream, expected) in writes.chain(reads) {
            if self.sequence(stream)? != expected {
                return Ok(Verdict::Conflict(stream.clone()));
            }
        }
        let sequence_after = match append.target_after() {
            Some(sequence) => sequence,
            None => self.sequence(&append.command.target)?,
        };
        let first_position = (append.events > 0).then_some(self.head + 1);
        self.insert_command(append, sequence_after, first_position)?;
        for write in &append.writes {
            self.insert_events(write)?;
            self.sequences.insert(write.stream.clone(), write.after());
        }
        Ok(Verdict::Done(Appended {
            sequence_after,
            first_position,
            last_position: first_position.map(|_| self.head),
            head: self.head,
            recorded_at: self.recorded_at,
            events: append.events,
        }))
    }

    fn sequence(&mut self, stream: &StreamId) -> rusqlite::Result<u64> {
        if let Some(sequence) = self.sequences.get(stream) {
            return Ok(*sequence);
        }
        let greatest: Option<i64> = self
            .change
            .prepare_cached("SELECT max(sequence) FROM events WHERE aggregate_type = ? AND aggregate_id = ?")?
            .query_row((&stream.aggregate_type, &stream.aggregate_id), |row| row.get(0))?;
        let sequence = unsigned(greatest.unwrap_or(0));
        self.sequences.insert(stream.clone(), sequence);
        Ok(sequence)
    }

    fn insert_command(&self, append: &Ready, sequence_after: u64, first: Option<u64>) -> rusqlite::Result<()> {
        let stamp = &append.command;
        self.change
            .prepare_cached(
                "INSERT INTO commands (command_id, actor, name, aggregate_type, aggregate_id, sequence_after,
                                       first_position, events, recorded_at, mac_key, body_mac)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                stamp.command_id.to_string(),
                &stamp.actor,
                &stamp.name,
                &stamp.target.aggregate_type,
                &stamp.target.aggregate_id,
                signed(sequence_after),
                first.map(signed),
                append.events,
                self.recorded_at.timestamp_micros(),
                &stamp.mac_key,
                &stamp.body_mac,
            ))
            .map(drop)
    }

    fn insert_events(&mut self, write: &crate::log::ready::ReadyWrite) -> rusqlite::Result<()> {
        let mut insert = self.change.prepare_cached(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                                 position, recorded_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for (sequence, event) in (write.expected + 1..).zip(&write.events) {
            insert.execute((
                &write.stream.aggregate_type,
                &write.stream.aggregate_id,
                signed(sequence),
                &event.event_type,
                &event.event_version,
                &event.payload,
                &event.metadata,
                signed(self.head + 1),
                self.recorded_at.timestamp_micros(),
            ))?;
            self.head += 1;
        }
        Ok(())
    }
}

/// A value that SQLite does not take spoils only its own append; anything else means the whole batch.
fn refusal(error: rusqlite::Error) -> Unwritten {
    use rusqlite::ErrorCode::{ConstraintViolation, TooBig, TypeMismatch};
    match error.sqlite_error_code() {
        Some(code @ (ConstraintViolation | TooBig | TypeMismatch)) => {
            Unwritten::Poison(format!("SQLite refuses a value ({code:?})"))
        }
        Some(_) | None => Unwritten::Nothing(meaning(error)),
    }
}
