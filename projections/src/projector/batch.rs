//! How rows and checkpoint become one transaction: either both are in the file, or neither is.

use std::time::Instant;

use rusqlite::Connection;

use super::file::set_checkpoint;
use super::{Fold, checkpoint};
use crate::error::ProjectionError;
use crate::page::AsOf;
use events::recorded::Occurrence;

/// The one writer of a file.
#[derive(Debug)]
pub(super) struct Writer<F> {
    pub(super) db: Connection,
    pub(super) fold: F,
    /// What is committed.
    pub(super) at: AsOf,
    /// What the open transaction has come to, since when, and how many events it holds.
    open: Option<(AsOf, Instant, usize)>,
}

impl<F: Fold> Writer<F> {
    /// Goes on with a file from its checkpoint.
    pub(super) fn new(db: Connection, tools: &F::Tools) -> Result<Self, ProjectionError> {
        let at = checkpoint(&db)?;
        let fold = F::open(&db, tools)?;
        Ok(Self { db, fold, at, open: None })
    }

    /// Folds events into the open transaction.
    pub(super) fn take(&mut self, events: &[Occurrence], at: AsOf) -> Result<(), ProjectionError> {
        if self.open.is_none() {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
        }
        let (_, since, count) = self.open.unwrap_or((at, Instant::now(), 0));
        for event in events {
            self.fold.apply(&self.db, event)?;
        }
        self.open = Some((at, since, count + events.len()));
        Ok(())
    }

    /// How many events the open transaction holds.
    pub(super) fn pending(&self) -> usize {
        self.open.map_or(0, |(_, _, count)| count)
    }

    /// Since when a transaction is open.
    pub(super) fn since(&self) -> Option<Instant> {
        self.open.map(|(_, since, _)| since)
    }

    /// Writes the rows and the checkpoint, and ends the transaction.
    pub(super) fn commit(&mut self) -> Result<(), ProjectionError> {
        let Some((at, _, _)) = self.open else { return Ok(()) };
        self.fold.flush(&self.db)?;
        set_checkpoint(&self.db, at)?;
        self.db.execute_batch("COMMIT")?;
        self.fold.committed();
        (self.at, self.open) = (at, None);
        Ok(())
    }
}
