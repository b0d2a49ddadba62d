//! A file of its own in which the log is told otherwise: each event goes through a change before it is folded. The log
//! and the files that answer stay as they are.

use std::path::Path;

use events::recorded::Occurrence;

use super::Fold;
use super::batch::Writer;
use super::build::{BATCH, index};
use super::file::Files;
use super::intake::{self, Message, Source};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::page::AsOf;

/// Builds a file of figures at `path` from the log up to a position. What can't be read is an error here: half a history
/// told otherwise would be compared with a whole one.
pub fn retell(
    path: &Path,
    source: &Source,
    until: u64,
    change: &mut dyn FnMut(&mut Occurrence),
) -> Result<AsOf, ProjectionError> {
    let db = Files::<Figures>::create(path, source.log.id(), 0)?;
    let messages = intake::start::<Figures>(source, AsOf::START, Some(until));
    let mut writer = Writer::<Figures>::new(db, &())?;
    while let Ok(message) = messages.recv() {
        match message {
            Message::Came { mut events, at } => {
                events.iter_mut().for_each(&mut *change);
                writer.take(&events, at)?;
            }
            Message::CaughtUp => break,
            Message::Ended(error) => return Err(error),
        }
        if writer.pending() >= BATCH {
            writer.commit()?;
        }
    }
    writer.commit()?;
    let Writer { db, at, .. } = writer;
    index::<Figures>(&db)?;
    Ok(at)
}

const _: () = assert!(!Figures::SECRET, "no personal value is told otherwise");
