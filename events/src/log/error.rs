//! Why the log could not be read or written.

use std::sync::Arc;

use super::append::{CommandRecord, StreamId};

/// The error underneath, shared: one failed batch answers many callers.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// What went wrong with the log itself.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// The database does not answer, is too busy or is out of room. It heals by itself: ask again later.
    #[error("the log's database does not answer")]
    Unreachable(#[source] Cause),
    /// The log was written by a newer program.
    #[error("the log has format {found}, this program knows formats up to {known}")]
    Format {
        /// The log's format.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// There is nothing at the address.
    #[error("there is no log at {0}")]
    Missing(String),
    /// There is something at the address, and it is not a log.
    #[error("what is at {0} is not a log")]
    NotALog(String),
    /// The address is not one of a log: `sqlite:FILE` or `postgres://…`.
    #[error("a log's address is sqlite:FILE or postgres://…, not {0}")]
    Address(String),
    /// What is stored breaks one of the log's promises.
    #[error("the log is damaged at position {position}: {what}")]
    Damaged {
        /// The first position that is not as it should be.
        position: u64,
        /// What is wrong there. Quotes nothing of a payload.
        what: String,
    },
    /// At a position that was read or written earlier there is nothing, or another event: an older copy was restored.
    #[error("position {known} is not what it was, the log ends at {found}: an older copy was restored")]
    WentBack {
        /// The position that was known.
        known: u64,
        /// Where the log ends now.
        found: u64,
    },
    /// The database role may do more than append and read.
    #[error("the role {role} {may}: serve with the application role")]
    WrongRole {
        /// The role's name.
        role: String,
        /// What it may do that it should not.
        may: String,
    },
    /// The log holds events of the real clock, so a simulated one may not write to it.
    #[error("the log holds events of the real clock and refuses a simulated one")]
    ClockRefused,
    /// A copy was begun here and not finished.
    #[error("this log is a copy that was not finished: run `huean log copy` again with the same addresses")]
    Unfinished,
    /// The database says no, and asking again will not help.
    #[error("the log's database refuses")]
    Sql(#[source] Cause),
}

/// Why an append did not happen, or is not known to have happened.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// A stream is not at the sequence the decision rests on.
    #[error("{0} has changed")]
    Conflict(StreamId),
    /// The command id was used before. Nothing was written now.
    #[error("command {} was done before", .0.command_id)]
    AlreadyDone(Box<CommandRecord>),
    /// A position that this process knows is not what it was: whatever it remembers of streams is worthless.
    #[error("position {known} is not what it was, the log ends at {found}")]
    LogWentBack {
        /// The position that was known.
        known: u64,
        /// Where the log ends now.
        found: u64,
    },
    /// It can never be right, whenever it is tried.
    #[error("the log does not take this: {0}")]
    Refused(String),
    /// The database could not be asked, or did not answer: the command may or may not be stored. Its id tells, later.
    #[error("the append was not answered")]
    Unavailable(#[source] LogError),
}

impl LogError {
    /// A database that does not answer.
    pub(crate) fn unreachable(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unreachable(Arc::new(cause))
    }

    /// A database that says no.
    pub(crate) fn sql(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Sql(Arc::new(cause))
    }

    /// Something of our own that stopped working, such as the pen's thread.
    pub(crate) fn stopped(what: &'static str) -> Self {
        Self::unreachable(std::io::Error::other(what))
    }

    /// Whether asking again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}
