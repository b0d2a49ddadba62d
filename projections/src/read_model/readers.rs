//! A bounded number of connections that read a file, and the gate through which one file is exchanged for another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::kept::Kept;
use crate::error::ProjectionError;

/// The readers of one file.
#[derive(Debug)]
pub(crate) struct Readers {
    /// More queries at once than cores would only keep the projector from its work.
    pages: Semaphore,
    /// Counts over whole provinces take a hundred times as long as a page: they wait for each other, so that no page
    /// waits for several of them.
    counts: Semaphore,
    /// Held for reading by every query, for writing while the file is exchanged.
    file: RwLock<Option<Open>>,
}

#[derive(Debug)]
struct Open {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    kept: Kept,
}

impl Readers {
    /// Readers without a file; at most `most` read pages at once, and one less count.
    pub(crate) fn new(most: usize) -> Self {
        let counts = Semaphore::new(most.saturating_sub(1).max(1));
        Self { pages: Semaphore::new(most.max(1)), counts, file: RwLock::new(None) }
    }

    /// Reads from this file from now on.
    pub(crate) fn open(&self, path: &Path) {
        let mut file = self.file.write().unwrap_or_else(PoisonError::into_inner);
        if file.as_ref().is_none_or(|open| open.path != path) {
            *file = Some(Open { path: path.to_owned(), idle: Mutex::default(), kept: Kept::default() });
        }
    }

    /// Does something to the file while nobody in this process has it open. Queries wait for the short while, and find
    /// at the same path whatever stands there then.
    pub(crate) fn exchange<T>(&self, change: impl FnOnce() -> T) -> T {
        let mut file = self.file.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = file.as_mut() {
            open.idle = Mutex::default();
            open.kept = Kept::default();
        }
        change()
    }

    /// The same for a file that is taken away: there is nothing to read until the next one is opened.
    pub(crate) fn close<T>(&self, change: impl FnOnce() -> T) -> T {
        let mut file = self.file.write().unwrap_or_else(PoisonError::into_inner);
        *file = None;
        change()
    }

    /// What was counted from this file about past moments. Of another file it would say nothing.
    pub(super) fn kept(&self) -> Kept {
        let file = self.file.read().unwrap_or_else(PoisonError::into_inner);
        file.as_ref().map(|open| open.kept.clone()).unwrap_or_default()
    }

    /// Runs a query for a page on a thread that may block, on one unchanging state of the file.
    pub(crate) async fn ask<T, Q>(self: &Arc<Self>, query: Q) -> Result<T, ProjectionError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, ProjectionError> + Send + 'static,
    {
        self.run(&self.pages, query).await
    }

    /// The same for a query that counts over many households.
    pub(crate) async fn count<T, Q>(self: &Arc<Self>, query: Q) -> Result<T, ProjectionError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, ProjectionError> + Send + 'static,
    {
        self.run(&self.counts, query).await
    }

    async fn run<T, Q>(self: &Arc<Self>, permits: &Semaphore, query: Q) -> Result<T, ProjectionError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, ProjectionError> + Send + 'static,
    {
        let _permit = permits.acquire().await.map_err(|_| ProjectionError::Stopped)?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || readers.ask_blocking(query)).await.map_err(|_| ProjectionError::Stopped)?
    }

    fn ask_blocking<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        let file = self.file.read().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = file.as_ref() else { return Err(ProjectionError::Building) };
        let idle = open.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let db = match idle {
            Some(db) => db,
            None => connect(&open.path)?,
        };
        db.execute_batch("BEGIN")?;
        let answer = query(&db);
        db.execute_batch("COMMIT")?;
        // After an error the connection is dropped, in case it is what is broken.
        if answer.is_ok() {
            open.idle.lock().unwrap_or_else(PoisonError::into_inner).push(db);
        }
        answer
    }
}

/// A connection that can't write.
pub(crate) fn connect(path: &Path) -> Result<Connection, ProjectionError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.execute_batch(
        "PRAGMA query_only = ON; PRAGMA busy_timeout = 2000; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456;
         PRAGMA temp_store = MEMORY;",
    )?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(db)
}
