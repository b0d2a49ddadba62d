//! A file of its own in which the log is told otherwise: each event goes through a change before it is folded. The log
//! and the files that answer stay as they are.

use std::path::Path;

use chrono::{DateTime, Utc};
use events::recorded::Occurrence;

use super::Fold;
use super::batch::Writer;
use super::build::{BATCH, index};
use super::file::Files;
use super::intake::{self, Message, Source};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::page::AsOf;

/// How far a log is told.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Up to this position.
    Position(u64),
    /// What was recorded by this moment.
    Moment(DateTime<Utc>),
}

impl Until {
    /// Leaves the events that are told, and says whether that was all.
    fn keep(self, events: &mut Vec<Occurrence>) -> bool {
        let read = events.len();
        if let Self::Moment(moment) = self {
            events.retain(|event| event.recorded_at <= moment);
        }
        events.len() < read
    }
}

/// Builds a file of figures at `path` from the log, as far as it is told. What can't be read is an error here: half a history
/// told otherwise would be compared with a whole one.
pub fn retell(
    path: &Path,
    source: &Source,
    until: Until,
    change: &mut dyn FnMut(&mut Occurrence),
) -> Result<AsOf, ProjectionError> {
    let db = Files::<Figures>::create(path, source.log.id(), 0)?;
    let position = if let Until::Position(position) = until { Some(position) } else { None };
    let messages = intake::start::<Figures>(source, AsOf::START, position);
    let mut writer = Writer::<Figures>::new(db, &())?;
    while let Ok(message) = messages.recv() {
        match message {
            Message::Came { mut events, at } => {
                let ended = until.keep(&mut events);
                events.iter_mut().for_each(&mut *change);
                let last = events.last().map(|last| AsOf { position: last.position, time: last.recorded_at });
                match (last, ended) {
                    (Some(last), true) => writer.take(&events, last)?,
                    (_, false) => writer.take(&events, at)?,
                    (None, true) => {}
                }
                if ended {
                    break;
                }
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
