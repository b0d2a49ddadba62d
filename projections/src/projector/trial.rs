//! Folding without a log, for tests: in memory, or step by step in a file.

use std::path::Path;

use events::recorded::Occurrence;
use rusqlite::Connection;

use super::batch::Writer;
use super::file::Files;
use super::{Fold, checkpoint};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::page::AsOf;

/// A file of figures whose transactions the test ends, or not.
pub(crate) struct Trial(Writer<Figures>);

impl Trial {
    /// A new file in place of the live one.
    pub(crate) fn new(files: &Files<Figures>) -> Result<Self, ProjectionError> {
        let db = Files::<Figures>::create(&files.building(), uuid::Uuid::nil(), 0)?;
        for indexes in Figures::INDEXES {
            db.execute_batch(indexes)?;
        }
        db.close().map_err(|(_, error)| error)?;
        files.take_over()?;
        Self::reopen(files)
    }

    /// The live file as it was left.
    pub(crate) fn reopen(files: &Files<Figures>) -> Result<Self, ProjectionError> {
        let db = Files::<Figures>::open(&files.live())?;
        checkpoint(&db)?;
        Ok(Self(Writer::new(db, &())?))
    }

    pub(crate) fn take(&mut self, events: &[Occurrence]) -> Result<(), ProjectionError> {
        let Some(last) = events.last() else { return Ok(()) };
        self.0.take(events, AsOf { position: last.position, time: last.recorded_at })
    }

    pub(crate) fn flush(&mut self) -> Result<(), ProjectionError> {
        self.0.fold.flush(&self.0.db)
    }

    pub(crate) fn commit(&mut self) -> Result<(), ProjectionError> {
        self.0.commit()
    }

    pub(crate) fn db(&self) -> &Connection {
        &self.0.db
    }
}

/// A file in memory of these events, in batches of these sizes in turn.
pub(crate) fn fold_in_memory<F: Fold>(
    events: &[Occurrence],
    sizes: &[usize],
    tools: &F::Tools,
) -> Result<Connection, ProjectionError> {
    let db = Files::<F>::create(Path::new(":memory:"), uuid::Uuid::nil(), 0)?;
    for indexes in F::INDEXES {
        db.execute_batch(indexes)?;
    }
    let mut writer = Writer::<F>::new(db, tools)?;
    let mut rest = events;
    for size in sizes.iter().cycle() {
        let (batch, later) = rest.split_at((*size).min(rest.len()));
        let Some(last) = batch.last() else { break };
        writer.take(batch, AsOf { position: last.position, time: last.recorded_at })?;
        writer.commit()?;
        // Whatever was in memory is gone with the process that held it.
        writer = Writer::new(writer.db, tools)?;
        rest = later;
    }
    Ok(writer.db)
}
