//! What can go wrong with the vault, and with a single sealed value.

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use crate::sealed::Subject;

/// Why the vault did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The root key's file could not be read or made.
    #[error("the root key's file can't be used")]
    KeyFile(#[source] io::Error),
    /// The embedded vault's file could not be made.
    #[error("the vault's file can't be made")]
    File(#[source] io::Error),
    /// Somebody else on this machine could read the root key.
    #[error("the root key's file has mode {mode:04o}; only its owner may have access (chmod 600)")]
    WeakMode {
        /// The permission bits found.
        mode: u32,
    },
    /// Not 32 bytes: cut short, or not a root key.
    #[error("a root key has 32 bytes, this one {found}")]
    KeyLength {
        /// Bytes found.
        found: u64,
    },
    /// A root key as text that is not 64 hexadecimal digits.
    #[error("a root key is written as 64 hexadecimal digits")]
    KeyText,
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    NoChance,
    /// Neither `sqlite:PATH` nor `postgres://…`.
    #[error("a vault's address is sqlite:PATH or postgres://…")]
    Address,
    /// This log and this vault do not belong together.
    #[error("{0}")]
    Pairing(&'static str),
    /// There is no vault, and the caller did not allow making one.
    #[error("there is no vault at this address")]
    Missing,
    /// The vault holds another log's keys.
    #[error("this vault belongs to log {found}")]
    OtherLog {
        /// The log the vault was made for.
        found: Uuid,
    },
    /// The vault, or a row of it, was closed with another root key.
    #[error("this vault was made with root key {found}")]
    OtherRootKey {
        /// The fingerprint the vault holds.
        found: String,
    },
    /// A later version of Huean wrote this vault.
    #[error("this vault has format {found}, this program knows formats up to {known}")]
    NewerFormat {
        /// The format found.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// An earlier version of Huean set this vault up, and serving processes don't change its tables.
    #[error(
        "this vault has format {found}, this program needs {known}: run `huean setup postgres` of this version once"
    )]
    OlderFormat {
        /// The format found.
        found: i64,
        /// The format this program needs.
        known: i64,
    },
    /// A row of the vault does not open: altered or moved. An alarm.
    #[error("the vault is damaged: {what} does not open with the root key")]
    Damaged {
        /// The row that does not open.
        what: String,
    },
    /// The subject's keys were destroyed, and no new one may be made.
    #[error("{0} was erased")]
    Erased(Subject),
    /// A subject, an owner or an access entry is longer than the vault's tables take.
    #[error("{what} is longer than {limit} bytes")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// The bound, in bytes.
        limit: usize,
    },
    /// Other writers kept changing the same ring. Trying again later is safe.
    #[error("other writers kept changing the same keys")]
    Contended,
    /// The embedded database failed.
    #[error("the vault's database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The server failed or can't be reached.
    #[error("the vault's database failed")]
    Postgres(#[from] sqlx::Error),
    /// The process is stopping: the thread that talks to the database is gone.
    #[error("the vault is closed")]
    Closed,
    /// The same error for all whose keys were to be made in one transaction.
    #[error(transparent)]
    Together(Arc<VaultError>),
}

impl VaultError {
    /// Whether the same request may succeed later without anybody's help: 503, not an alarm.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Contended | Self::Closed => true,
            Self::Together(error) => error.is_transient(),
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DatabaseBusy
                        | rusqlite::ErrorCode::DatabaseLocked
                        | rusqlite::ErrorCode::DiskFull
                        | rusqlite::ErrorCode::SystemIoFailure
                )
            ),
            // A refused statement is a fault of ours; every other failure is the server or the way to it.
            Self::Postgres(error) => error.as_database_error().is_none_or(|refused| {
                // 08: the connection, 53: resources, 57: shutdown, cancelled or timed out, 55P03: lock timeout,
                // 25006: a standby, 55000: a database that takes no connections at the moment.
                refused.code().is_some_and(|code| {
                    ["08", "53", "57"].iter().any(|class| code.starts_with(class))
                        || ["55P03", "25006", "55000"].contains(&code.as_ref())
                })
            }),
            Self::KeyFile(_)
            | Self::File(_)
            | Self::WeakMode { .. }
            | Self::KeyLength { .. }
            | Self::KeyText
            | Self::NoChance
            | Self::Address
            | Self::Pairing(_)
            | Self::Missing
            | Self::OtherLog { .. }
            | Self::OtherRootKey { .. }
            | Self::NewerFormat { .. }
            | Self::OlderFormat { .. }
            | Self::Damaged { .. }
            | Self::Erased(_)
            | Self::TooLong { .. } => false,
        }
    }
}

/// Why a payload could not be sealed or opened. No variant carries a personal value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No key, and the subject was not erased: a fault of ours, or of a restored vault.
    #[error("the key of {subject} is missing")]
    MissingKey {
        /// Whose key.
        subject: Subject,
    },
    /// The subject was erased: nothing new may be sealed for it.
    #[error("{subject} was erased")]
    Erased {
        /// Who was erased.
        subject: Subject,
    },
    /// The envelope was altered, or stands where it was not written. An alarm.
    #[error("a sealed value was tampered with: {what} (subject {subject}, tag {tag})")]
    Tampered {
        /// What gave it away.
        what: &'static str,
        /// The subject the envelope names; empty when it names none.
        subject: String,
        /// The tag the envelope names; empty when it names none.
        tag: String,
    },
    /// The log holds an open value: invariant 8 is broken.
    #[error("a value of {subject} stands unsealed in a stored event (tag {tag})")]
    Unsealed {
        /// Whose value.
        subject: String,
        /// What it is.
        tag: String,
    },
    /// An event to be written carries an envelope of another event: it would never open there.
    #[error("an event to be sealed holds an envelope from another place (subject {subject}, tag {tag})")]
    AlreadySealed {
        /// Whose value.
        subject: String,
        /// What it is.
        tag: String,
    },
    /// An open value that names no subject or tag, or holds more than the three members.
    #[error("an open value must hold exactly $o, k and t")]
    Malformed,
    /// A sealed value within a sealed value: erasing the inner subject could not reach it.
    #[error("a sealed value may not hold another one (subject {subject}, tag {tag})")]
    Nested {
        /// The outer value's subject.
        subject: String,
        /// The outer value's tag.
        tag: String,
    },
    /// Deeper than a stored payload can be read back.
    #[error("the payload is nested deeper than {limit} levels")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
    /// Longer than an envelope's length prefix can say.
    #[error("the value is longer than an envelope can hold")]
    TooLong,
}
