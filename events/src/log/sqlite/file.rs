//! The file itself: made with mode 0600, opened for durable writes, recognised by its one row of `log_meta`.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use uuid::Uuid;

use super::meaning;
use crate::log::error::LogError;
use crate::log::stored::signed;

/// How long a writer waits for another one before it says that the log is too busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// The newest format this program knows, and the steps that lead there.
const STEPS: [&str; 2] = [
    include_str!("../../../migrations/log/sqlite/0001_log.sql"),
    include_str!("../../../migrations/log/sqlite/0002_erased.sql"),
];

/// A connection to the log at `path`, and the log's id.
pub(crate) fn open(path: &Path, create: bool, simulated: bool) -> Result<(Connection, Uuid), LogError> {
    let shown = || path.display().to_string();
    if create {
        lay(path)?;
    } else if !path.exists() {
        return Err(LogError::Missing(shown()));
    }
    let named = |error| if matches!(error, LogError::NotALog(_)) { LogError::NotALog(shown()) } else { error };
    let mut connection = connect(path).map_err(named)?;
    // A file has no owner who sets it up: whoever opens it with a newer program does.
    if format(&connection).map_err(named)? < signed(STEPS.len() as u64) {
        make(&mut connection).map_err(named)?;
    }
    let id = recognise(&connection, simulated).map_err(named)?;
    Ok((connection, id))
}

/// Makes the file, closed to others, and the tables in it; a log that is there is only brought to this program's format.
pub(crate) fn lay(path: &Path) -> Result<(), LogError> {
    // Two processes may come here at once; the second finds the first one's file.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(LogError::unreachable(error)),
    }
    let named = |error| {
        if matches!(error, LogError::NotALog(_)) { LogError::NotALog(path.display().to_string()) } else { error }
    };
    make(&mut connect(path).map_err(named)?).map_err(named)
}

/// A connection for reading and for durable writing.
pub(crate) fn connect(path: &Path) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(meaning)?;
    connection.busy_timeout(PATIENCE).map_err(meaning)?;
    in_wal(&connection)?;
    // The WAL is flushed at every commit: what is acknowledged survives a power cut.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;").map_err(meaning)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Turns the write-ahead log on. SQLite does not wait by itself when two processes do this at once.
fn in_wal(connection: &Connection) -> Result<(), LogError> {
    let begun = Instant::now();
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) if begun.elapsed() < PATIENCE => {}
            Ok(_) => return Err(LogError::stopped("the file does not take a write-ahead log")),
            Err(error) => {
                let error = meaning(error);
                if !error.is_passing() || begun.elapsed() >= PATIENCE {
                    return Err(error);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Brings an empty file, or a log of an older format, to this program's format.
fn make(connection: &mut Connection) -> Result<(), LogError> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(meaning)?;
    let tables: i64 = change.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(meaning)?;
    let format = if tables == 0 { 0 } else { format(&change)? };
    let steps = signed(STEPS.len() as u64);
    for (step, sql) in (1..).zip(STEPS) {
        if step > format {
            change.execute_batch(sql).map_err(meaning)?;
        }
    }
    if format == 0 {
        let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
        change
            .execute("INSERT INTO log_meta (one, id, format) VALUES (1, ?, ?)", (id.to_string(), steps))
            .map_err(meaning)?;
    } else if format < steps {
        change.execute("UPDATE log_meta SET format = ?", (steps,)).map_err(meaning)?;
    }
    change.commit().map_err(meaning)
}

/// The log's format; an error if the file is no log.
fn format(connection: &Connection) -> Result<i64, LogError> {
    let not_a_log = || LogError::NotALog("this file".to_owned());
    let there: Option<i64> = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'log_meta'", [], |row| row.get(0))
        .optional()
        .map_err(meaning)?;
    there.ok_or_else(not_a_log)?;
    let format: Option<i64> =
        connection.query_row("SELECT format FROM log_meta", [], |row| row.get(0)).optional().map_err(meaning)?;
    format.ok_or_else(not_a_log)
}

/// Checks that this program, with this kind of clock, may work on the log, and gives the log's id.
fn recognise(connection: &Connection, simulated: bool) -> Result<Uuid, LogError> {
    let found = format(connection)?;
    let known = signed(STEPS.len() as u64);
    if found > known {
        return Err(LogError::Format { found, known });
    }
    let (id, clock, unfinished): (String, Option<String>, bool) = connection
        .query_row(
            "SELECT id, clock, EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'log_copy') FROM log_meta",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map_err(meaning)?;
    if unfinished {
        return Err(LogError::Unfinished);
    }
    if simulated && clock.as_deref() == Some("real") {
        return Err(LogError::ClockRefused);
    }
    Uuid::parse_str(&id).map_err(|_| LogError::NotALog("this file".to_owned()))
}
