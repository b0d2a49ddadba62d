//! Households and state lists out of the files that people have, through the desk, in large appends.
//!
//! A file goes through these hands, one after the other:
//!
//! | file | question |
//! |---|---|
//! | `form` | which columns does the household file have, what are they called, which codes may stand in them? |
//! | `file` | what kind of file is this, in which encoding, and what stands in its rows? Bounds against files made to hurt |
//! | `header` | which column is which? |
//! | `sorted`, `gather` | which rows are one household, wherever they stand? In memory that does not grow with the file |
//! | `row` | what does one cell say, or why can't it be read? |
//! | `identity` | which household and person is that, from one import to the next? |
//! | `judge` | what does a household's rows ask of the desk? |
//! | `dry` | what would become of a file, where there is no log? |
//! | `alike` | who stands in two households? |
//! | `write` | what is there already, and how the rest goes through the desk |
//! | `run` | all of an import of households, one after the other |
//! | `undo` | which households came with a batch, and may they be taken back? |
//! | `list` | whom does a list of the state name, whom did it miss? |
//! | `reason` | what is wrong, as a code and in words |
//! | `rejected` | the rows that did not go in, to be corrected and imported again |
//! | `summary` | what became of everything, counted |
//! | `kept` | files that are handed in from elsewhere: where they are, who works on them, when they are gone |
//!
//! Nothing here knows of a terminal or of HTTP: a door gives a file, a caller and options, and gets a report.

pub mod alike;
pub mod dry;
pub mod file;
pub mod form;
pub mod gather;
pub mod header;
pub mod identity;
pub mod judge;
pub mod kept;
pub mod list;
pub mod progress;
pub mod reason;
pub mod rejected;
pub mod row;
pub mod run;
pub mod sorted;
pub mod summary;
pub mod undo;
pub mod write;

#[cfg(test)]
mod traps;

use events::vault::VaultError;
use projections::ProjectionError;

use self::file::FileError;
use self::gather::GatherError;
use crate::desk::DeskError;

/// Why an import could not be done, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be what it should be: nothing of it went in.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no room for what does not fit into memory.
    #[error("rows can't be set aside on disk")]
    Aside(#[source] std::io::Error),
    /// The rejected rows can't be written.
    #[error("the file of rejected rows can't be written")]
    Rejected(#[source] std::io::Error),
    /// The desk, the log or the vault.
    #[error("what is recorded so far stays; run it again to go on")]
    Desk(#[from] DeskError),
    /// The vault.
    #[error("the vault failed")]
    Vault(#[from] VaultError),
    /// The read model in which people are looked for.
    #[error("the people who are there already can't be looked for")]
    Register(#[from] ProjectionError),
    /// A part of the program ended before its work.
    #[error("a part of the import broke off; what is recorded stays")]
    Broken,
    /// Somebody stopped it while the file was read: nothing went in.
    #[error("it was stopped before anything was recorded")]
    Stopped,
}

impl From<GatherError> for ImportError {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::File(error) => Self::File(error),
            GatherError::Aside(error) => Self::Aside(error),
            GatherError::Stopped => Self::Stopped,
        }
    }
}
