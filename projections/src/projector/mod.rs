//! How a file of the read model is built from the log and kept up to date.
//!
//! | file | question |
//! |---|---|
//! | `file` | what is the file called, when is it thrown away, who may write it? |
//! | `intake` | how do events come out of the log, decoded and opened, ahead of the fold? |
//! | `batch` | how do rows and checkpoint become one transaction? |
//! | `build` | how is a whole file built beside the live one? |
//! | `retold` | how is a file built in which the log is told otherwise? |
//! | `live` | how does the one writer of a file go on, stop, swap and heal? |

mod batch;
mod build;
mod file;
mod intake;
mod live;
mod retold;
#[cfg(test)]
mod trial;

use events::clock;
use events::recorded::Occurrence;
use rusqlite::Connection;

use crate::column;
use crate::error::ProjectionError;
use crate::page::AsOf;

pub use build::build;
pub use file::Files;
pub use intake::Source;
pub(crate) use live::{Handle, chain, start};
pub use retold::{Until, retell};
#[cfg(test)]
pub(crate) use trial::{Trial, fold_in_memory};

/// The projections of one file, folded together.
pub trait Fold: Sized + Send + 'static {
    /// The first part of the file's name.
    const FILE: &'static str;
    /// Name and version of each projection. A version rises with every change of what its rows mean.
    const PROJECTIONS: &'static [(&'static str, u32)];
    /// What makes the tables.
    const TABLES: &'static [&'static str];
    /// What makes the indexes, after the load.
    const INDEXES: &'static [&'static str];
    /// Whether the file holds personal values: they are opened for it, and overwritten when they are deleted.
    const SECRET: bool;
    /// What the fold needs besides the file.
    type Tools: Clone + Send + Sync + 'static;

    /// Whether an event of this name is looked at.
    fn wants(event_type: &str) -> bool;

    /// The fold, going on from what the file holds.
    fn open(db: &Connection, tools: &Self::Tools) -> Result<Self, ProjectionError>;

    /// Goes on with one event. Rows may stay in memory until the flush.
    fn apply(&mut self, db: &Connection, event: &Occurrence) -> Result<(), ProjectionError>;

    /// Writes what is in memory only.
    fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError>;

    /// Deletes what the file holds of a person.
    fn forget(&mut self, db: &Connection, person: uuid::Uuid) -> Result<(), ProjectionError>;

    /// What a transaction did is in the file now.
    fn committed(&mut self) {}

    /// The file answers from now on.
    fn ready(&mut self, _: &Connection) -> Result<(), ProjectionError> {
        Ok(())
    }
}

/// How far the file has come.
pub(crate) fn checkpoint(db: &Connection) -> Result<AsOf, ProjectionError> {
    let mut select = db.prepare_cached("SELECT position, recorded_at FROM checkpoint")?;
    Ok(select.query_row([], |row| {
        Ok(AsOf { position: column::unsigned(row.get(0)?), time: clock::from_micros(row.get(1)?) })
    })?)
}
