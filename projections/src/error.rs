//! Why the read model could not be built or asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use events::log::LogError;
use events::recorded::Unreadable;
use events::vault::{SealError, VaultError};

/// What went wrong on the read side. Nothing here means that a fact is lost: every file can be built again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ProjectionError {
    /// A file of the read model does not do what it should: no room, no rights, damaged.
    #[error("a file of the read model can't be read or written")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// A file or folder can't be made, opened, moved or removed.
    #[error("{path} can't be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The log can't be followed.
    #[error("the log can't be followed")]
    Log(#[source] Arc<LogError>),
    /// The vault can't be asked.
    #[error("the vault can't be asked")]
    Vault(#[source] Arc<VaultError>),
    /// An event that can't be read. The file stays as it was before it.
    #[error("the read model stops before position {}", .0.position)]
    Unreadable(#[source] Arc<Unreadable>),
    /// An event whose sealed values do not open although their keys should be there.
    #[error("the read model stops before position {position}: a sealed value does not open")]
    Sealed {
        /// Where.
        position: u64,
        /// Why.
        #[source]
        source: Arc<SealError>,
    },
    /// An event that reads but does not follow from those before it.
    #[error("the event at position {position} does not follow from those before it: {what}")]
    Misfit {
        /// Where.
        position: u64,
        /// What is missing. Quotes nothing of a payload.
        what: &'static str,
    },
    /// Another process writes this file.
    #[error("another process keeps the read model in {0}")]
    Locked(PathBuf),
    /// There is no complete file yet.
    #[error("the read model is being built")]
    Building,
    /// The figures of a past moment are being built, these or, first, those of another moment.
    #[error("the figures of {moment} are being built, {position} events so far")]
    BuildingPast {
        /// Of which moment.
        moment: DateTime<Utc>,
        /// The last event that is in them.
        position: u64,
    },
    /// The read model has not come so far in the time given.
    #[error("the read model holds position {at}, not yet {wanted}")]
    Behind {
        /// Where it is.
        at: u64,
        /// Where the caller has been.
        wanted: u64,
    },
    /// The cursor was made by another list, or is damaged.
    #[error("the cursor is not one of this list")]
    Cursor,
    /// The read model was stopped.
    #[error("the read model is stopped")]
    Stopped,
}

impl ProjectionError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source: Arc::new(source) }
    }

    /// Whether the same question may be answered later without anybody's help: 503 with Retry-After.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Building | Self::BuildingPast { .. } | Self::Behind { .. } | Self::Stopped | Self::Sqlite(_) => true,
            Self::Log(error) => error.is_passing(),
            Self::Vault(error) => error.is_transient(),
            Self::Io { .. }
            | Self::Unreadable(_)
            | Self::Sealed { .. }
            | Self::Misfit { .. }
            | Self::Locked(_)
            | Self::Cursor => false,
        }
    }
}

impl From<rusqlite::Error> for ProjectionError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl From<LogError> for ProjectionError {
    fn from(error: LogError) -> Self {
        Self::Log(Arc::new(error))
    }
}

impl From<VaultError> for ProjectionError {
    fn from(error: VaultError) -> Self {
        Self::Vault(Arc::new(error))
    }
}

impl From<Unreadable> for ProjectionError {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}
