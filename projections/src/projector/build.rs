//! How a whole file is built, beside the live one if there is one: load, indexes, and only then a file that answers.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::Fold;
use super::batch::Writer;
use super::file::Files;
use super::intake::{self, Message, Source, is_another_log};
use crate::error::ProjectionError;
use crate::page::AsOf;

/// So many events are one transaction of a load.
pub(super) const BATCH: usize = 100_000;

/// Builds a file at `path` from the whole log, up to where the log ends or can't be read, or up to `until`, and says how
/// far it came. The
/// live projector goes on from there, and meets what can't be read again.
pub fn build<F: Fold>(
    path: &Path,
    source: &Source,
    tools: &F::Tools,
    epoch: i64,
    until: Option<u64>,
    progress: &dyn Fn(AsOf),
    stop: &AtomicBool,
) -> Result<AsOf, ProjectionError> {
    let mut until = until;
    let mut again = true;
    loop {
        let db = Files::<F>::create(path, source.log.id(), epoch)?;
        match load::<F>(db, source, tools, until, progress, stop) {
            // A load keeps no journal, so it can't go back by one batch: once more, to right before that event.
            Err(ProjectionError::Misfit { position, .. }) if again => (until, again) = (Some(position - 1), false),
            outcome => return outcome,
        }
    }
}

fn load<F: Fold>(
    db: Connection,
    source: &Source,
    tools: &F::Tools,
    until: Option<u64>,
    progress: &dyn Fn(AsOf),
    stop: &AtomicBool,
) -> Result<AsOf, ProjectionError> {
    let messages = intake::start::<F>(source, AsOf::START, until);
    let mut writer = Writer::<F>::new(db, tools)?;
    // The sender's end without a word is the end of what was asked for.
    while let Ok(message) = messages.recv() {
        if stop.load(Ordering::Relaxed) {
            return Err(ProjectionError::Stopped);
        }
        match message {
            Message::Came { events, at } => writer.take(&events, at)?,
            Message::CaughtUp => break,
            Message::Ended(error) if is_another_log(&error) => return Err(error),
            Message::Ended(_) => break,
        }
        if writer.pending() >= BATCH {
            writer.commit()?;
            progress(writer.at);
        }
    }
    writer.commit()?;
    let Writer { db, at, .. } = writer;
    index::<F>(&db)?;
    Ok(at)
}

/// Makes the indexes and leaves a file that readers and one writer can share.
pub(super) fn index<F: Fold>(db: &Connection) -> Result<(), ProjectionError> {
    for indexes in F::INDEXES {
        db.execute_batch(indexes)?;
    }
    db.execute_batch("PRAGMA optimize; PRAGMA journal_mode = WAL;")?;
    Ok(())
}
