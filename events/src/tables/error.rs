//! Why a log or a vault could not be copied, and what kind of failure that is.

use std::fmt;

use uuid::Uuid;

/// Which of the databases an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that is read.
    Source,
    /// The one that is written.
    Target,
    /// The only one there is.
    Only,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "the source",
            Self::Target => "the target",
            Self::Only => "the address given",
        })
    }
}

/// What kind of failure an error is: who has to do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFailure {
    /// It was asked for something that can't be.
    Usage,
    /// A database can't be reached, read or written now.
    Unreachable,
    /// It was looked at, and it is not as it must be.
    Unsound,
}

/// Why a copy was not made, or not finished. What was copied by then stays, and the same call goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Neither `sqlite:FILE` nor `postgres://…`.
    #[error("the address of {0} is neither sqlite:FILE nor postgres://…")]
    Address(Which),
    /// Source and target are one.
    #[error("source and target are the same database")]
    SamePlace,
    /// There is nothing at the address.
    #[error("there is no {what} at {which}")]
    Missing {
        /// `log` or `vault`.
        what: &'static str,
        /// Where.
        which: Which,
    },
    /// There is something else at the address.
    #[error("{which} is not a {what}; `huean setup postgres` makes an empty one in PostgreSQL")]
    Other {
        /// `log` or `vault`.
        what: &'static str,
        /// Where.
        which: Which,
    },
    /// Another program's format.
    #[error("{which} has format {found}, this program copies format {known}")]
    Format {
        /// Where.
        which: Which,
        /// The format found.
        found: i64,
        /// The format of this program.
        known: i64,
    },
    /// The role may not fill the target.
    #[error("the role {role} does not own the target: copy with the owner's address")]
    NotOwner {
        /// The role.
        role: String,
    },
    /// The target is neither empty nor a copy of the source.
    #[error("the target is in use: it belongs to log {found}, the source to log {wanted}")]
    Occupied {
        /// The log found in the target.
        found: Uuid,
        /// The log that is copied.
        wanted: Uuid,
    },
    /// The target is this log's, and closed with another root key.
    #[error("the target is in use and was made with another root key")]
    OtherRootKey,
    /// The target has lived on its own.
    #[error("the target went its own way from position {position} on: it was written to after it was copied")]
    Diverged {
        /// The first position that is not the source's.
        position: u64,
    },
    /// The source is itself a copy that was not finished.
    #[error("the source is a copy that was not finished")]
    SourceUnfinished,
    /// Somebody else writes into the target.
    #[error("somebody else writes into the target: stop the service there, and any other copy")]
    Disturbed,
    /// A database breaks its promises.
    #[error("{which} is damaged: {what}")]
    Damaged {
        /// Where.
        which: Which,
        /// What is wrong. Quotes no value.
        what: String,
    },
    /// The target does not take a row.
    #[error("the target does not take the {what} behind {key}")]
    Refused {
        /// What the rows are.
        what: &'static str,
        /// The key in front of the batch.
        key: String,
        /// What the database says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Source and target are not equal at the end.
    #[error("source and target differ in the {what}, first at {key}")]
    Different {
        /// What the rows are.
        what: &'static str,
        /// The key of the first row that differs.
        key: String,
    },
    /// A database does not answer, is out of room, or says no.
    #[error("{which} can't be {verb}")]
    Database {
        /// Which.
        which: Which,
        /// `read` or `written`.
        verb: &'static str,
        /// What it says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl CopyError {
    /// What kind of failure it is.
    pub fn failure(&self) -> CopyFailure {
        match self {
            Self::Address(_) | Self::SamePlace | Self::NotOwner { .. } | Self::Occupied { .. } | Self::OtherRootKey => {
                CopyFailure::Usage
            }
            Self::Missing { .. } | Self::Other { .. } | Self::Format { .. } | Self::Database { .. } => {
                CopyFailure::Unreachable
            }
            Self::Diverged { .. }
            | Self::SourceUnfinished
            | Self::Disturbed
            | Self::Damaged { .. }
            | Self::Refused { .. }
            | Self::Different { .. } => CopyFailure::Unsound,
        }
    }
}
