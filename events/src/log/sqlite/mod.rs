//! The log in one SQLite file: where it is, how it is opened, what it gives back.

mod file;
mod read;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlite_es::SqliteEventRepository;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use uuid::Uuid;

use super::error::LogError;
use crate::clock::Clock;

pub(crate) use file::lay;
pub(crate) use write::Writer;

/// Readers of the file at one time. Each is a connection with a page cache of its own.
const READERS: usize = 6;

/// A log in a file.
pub(crate) struct SqliteLog {
    path: PathBuf,
    idle: std::sync::Mutex<Vec<rusqlite::Connection>>,
    turns: tokio::sync::Semaphore,
    cold: sqlx::SqlitePool,
}

impl SqliteLog {
    /// Opens the file, or makes it if there is none and `create` says so.
    pub(crate) async fn open(path: PathBuf, create: bool, clock: &Clock) -> Result<(Arc<Self>, Uuid), LogError> {
        let simulated = clock.is_simulated();
        let at = path.clone();
        let (connection, id) = blocking(move || file::open(&at, create, simulated)).await?;
        // Cold loads go through sqlite-es, which takes a pool of sqlx. It may only read.
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(file::PATIENCE)
            .foreign_keys(false)
            .pragma("query_only", "ON");
        let cold = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(file::PATIENCE)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        let log = Self { path, idle: vec![connection].into(), turns: tokio::sync::Semaphore::new(READERS), cold };
        Ok((Arc::new(log), id))
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The repository of sqlite-es over the view that carries an event's place.
    pub(crate) fn repository(&self) -> SqliteEventRepository {
        SqliteEventRepository::new(self.cold.clone()).with_tables("stream", "none")
    }

    /// Runs a read on a connection of its own, apart from the async threads.
    async fn reading<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&rusqlite::Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let log = Arc::clone(self);
        let _turn = self.turns.acquire().await.map_err(LogError::unreachable)?;
        blocking(move || {
            let idle = log.idle.lock().map_or(None, |mut idle| idle.pop());
            let connection = idle.map_or_else(|| file::connect(&log.path), Ok)?;
            let answer = read(&connection)?;
            if let Ok(mut idle) = log.idle.lock() {
                idle.push(connection);
            }
            Ok(answer)
        })
        .await
    }
}

/// Runs what waits for a disk on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LogError> + Send + 'static,
) -> Result<T, LogError> {
    tokio::task::spawn_blocking(work).await.map_err(LogError::unreachable)?
}

/// What an error of SQLite means to a caller.
pub(crate) fn meaning(error: rusqlite::Error) -> LogError {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed, NotADatabase,
        OperationInterrupted, OutOfMemory, SystemIoFailure,
    };
    match error.sqlite_error_code() {
        Some(
            DatabaseBusy
            | DatabaseLocked
            | DiskFull
            | SystemIoFailure
            | CannotOpen
            | OutOfMemory
            | FileLockingProtocolFailed
            | OperationInterrupted,
        ) => LogError::unreachable(error),
        Some(NotADatabase) => LogError::NotALog("this file".to_owned()),
        Some(_) | None => LogError::sql(error),
    }
}
