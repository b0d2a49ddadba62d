//! The few questions a database must answer for the vault. What they mean is decided once, above them.
//!
//! Every write is one transaction: it happens wholly or not at all, and it is on disk when it is answered. A writer
//! that puts keys and one that erases exclude each other, so no key appears for a subject between the reading of the
//! erase list and the writing of the ring.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::access::{Access, StoredAccess};
use super::erase::Erasure;
use super::error::VaultError;
use super::postgres::PostgresStore;
use super::ring::RingOwner;
use super::sessions::{Sessions, StoredSession};
use super::sqlite::SqliteStore;
use crate::sealed::Subject;

/// The newest layout of the vault's tables this program knows.
pub(super) const FORMAT: i64 = 3;

/// What stands in `vault_meta`.
pub(super) struct Meta {
    pub(super) log_id: Uuid,
    pub(super) root: String,
    pub(super) format: i64,
}

impl Meta {
    pub(super) fn new(log_id: &str, root: String, format: i64) -> Result<Self, VaultError> {
        Ok(Self { log_id: parse_id("the log's id", log_id)?, root, format })
    }
}

/// Ids are stored as text on both databases.
pub(super) fn parse_id(what: &str, id: &str) -> Result<Uuid, VaultError> {
    id.parse().map_err(|_| VaultError::Damaged { what: what.to_owned() })
}

/// A ring as it is stored.
#[derive(Clone)]
pub(super) struct RingRow {
    pub(super) version: i64,
    pub(super) root: String,
    pub(super) wrapped: Vec<u8>,
}

/// A ring to be written, if it still has the version it was read with (0: if there is none).
pub(super) struct RingWrite {
    pub(super) owner: RingOwner,
    pub(super) expected: i64,
    pub(super) wrapped: Vec<u8>,
    /// Subjects that get a key in it.
    pub(super) added: Vec<Subject>,
}

/// How a compare-and-swap ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Swap {
    Done,
    /// A ring had another version: it was not written.
    Lost,
    /// This subject is on the erase list: the ring was not written.
    Erased(Subject),
}

/// A named secret as it is stored.
pub(super) struct SecretRow {
    pub(super) ordinal: i64,
    pub(super) id: String,
    pub(super) root: String,
    pub(super) wrapped: Vec<u8>,
}

/// An operating-system user as stored: the keyed hash of the name, and the name wrapped.
pub(super) struct OsUserRow {
    pub(super) mac: String,
    pub(super) root: String,
    pub(super) wrapped: Vec<u8>,
}

/// Somebody's credentials as stored: the keyed hash of the login name, and the rest wrapped.
pub(super) struct CredentialsRow {
    pub(super) staff: Uuid,
    pub(super) mac: String,
    pub(super) version: i64,
    pub(super) root: String,
    pub(super) wrapped: Vec<u8>,
}

/// An API token as stored, its name wrapped.
pub(super) struct ApiTokenRow {
    pub(super) id: Uuid,
    pub(super) staff: Uuid,
    pub(super) acting: String,
    pub(super) root: String,
    pub(super) wrapped: Vec<u8>,
    pub(super) created: DateTime<Utc>,
    pub(super) expires: DateTime<Utc>,
    pub(super) revoked: Option<DateTime<Utc>>,
}

/// A file as stored, without its ciphertext.
pub(super) struct AttachmentRow {
    pub(super) name: String,
    pub(super) owner: RingOwner,
    pub(super) subject: Subject,
    pub(super) stored: i64,
}

/// One of the two databases.
#[derive(Debug)]
pub(super) enum Store {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

/// Passes a question on to the database that is there.
macro_rules! ask {
    ($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty) => {
        $(#[$doc])*
        pub(super) async fn $name(&self, $($argument: $kind),*) -> Result<$answer, VaultError> {
            match self {
                Self::Sqlite(store) => store.$name($($argument),*).await,
                Self::Postgres(store) => store.$name($($argument),*).await,
            }
        }
    };
}

impl Store {
    ask! { meta() -> Meta }
    ask! { /** Whether no key was ever made in it. */ is_unused() -> bool }
    ask! { /** Those of the rings that exist. */ rings(owners: Vec<RingOwner>) -> HashMap<RingOwner, RingRow> }
    ask! { /** All of them, or none. */ put_rings(writes: Vec<RingWrite>, root: String) -> Swap }
    ask! { /** Each for itself, all in one transaction; answers in the order of the writes. */ put_each(writes: Vec<RingWrite>, root: String) -> Vec<Swap> }
    ask! { /** Every ring that has or had a key of one of them, in order. */ owners_of(subjects: Vec<Subject>) -> Vec<RingOwner> }
    ask! { erased_among(subjects: Vec<Subject>) -> Vec<Subject> }
    ask! { /** Erasures with a later epoch, oldest first. */ erasures_after(epoch: i64) -> Vec<Erasure> }
    ask! { erase_epoch() -> i64 }
    ask! { /** All that were ever current, the newest first. */ secrets(name: String) -> Vec<SecretRow> }
    ask! { /** Keeps the secret unless this name has one with this ordinal. */ put_secret(name: String, row: SecretRow) -> () }
    ask! { os_user(mac: String) -> Option<Uuid> }
    ask! { os_user_by_id(id: Uuid) -> Option<OsUserRow> }
    ask! { /** Keeps the name unless it is known. */ put_os_user(id: Uuid, row: OsUserRow) -> () }
    ask! { credentials_by_mac(mac: String) -> Option<CredentialsRow> }
    ask! { credentials(staff: Uuid) -> Option<CredentialsRow> }
    ask! { has_credentials() -> bool }
    ask! { /** Whether it was put: the version was still this one, and the name nobody else's. */ put_credentials(expected: i64, row: CredentialsRow) -> bool }
    ask! { put_session(digest: String, session: StoredSession) -> () }
    ask! { session(digest: String) -> Option<StoredSession> }
    ask! { /** The newest first. */ sessions_of(staff: Uuid) -> Vec<StoredSession> }
    ask! { session_seen(digest: String, at: i64) -> () }
    ask! { revoke_sessions(staff: Uuid, which: Sessions, at: i64) -> i64 }
    ask! { forget_sessions(before: i64) -> i64 }
    ask! { put_api_token(digest: String, row: ApiTokenRow) -> () }
    ask! { api_token(digest: String) -> Option<ApiTokenRow> }
    ask! { /** The newest first. */ api_tokens_of(staff: Uuid) -> Vec<ApiTokenRow> }
    ask! { revoke_api_tokens(staff: Uuid, one: Option<Uuid>, at: i64) -> i64 }
    ask! { /** Keeps it unless the subject has one; `Erased` if the subject is on the erase list. */ put_attachment(row: AttachmentRow, sealed: Vec<u8>) -> Swap }
    ask! { attachment(owner: RingOwner, subject: Subject) -> Option<Vec<u8>> }
    ask! { attached_among(subjects: Vec<Subject>) -> Vec<Subject> }
    ask! { /** Stored before a moment, behind a name, in the order of the names. */ attachments(before: i64, behind: String, limit: i64) -> Vec<AttachmentRow> }
    ask! { /** How many went. */ forget_attachments(names: Vec<String>, before: i64) -> i64 }
    ask! { record_access(entries: Vec<(Access, Option<Vec<u8>>)>, root: String) -> () }
    ask! { /** Entries after this number, oldest first. */ accesses(after: i64, limit: i64) -> Vec<StoredAccess> }
    ask! {
        /** Entries about any of these before this number, newest first, and how many there are. */
        accesses_to(what: Vec<String>, before: i64, limit: i64) -> (Vec<StoredAccess>, i64)
    }

    /// Hands every ring that has, or had, a key of one of these subjects to `rewrite`, writes what it answers, lists
    /// the subjects and raises the epoch; nobody puts a key meanwhile. `at` in microseconds. Answers with the owners
    /// of all those rings, in order.
    pub(super) async fn erase(
        &self,
        subjects: Vec<Subject>,
        at: i64,
        root: String,
        rewrite: impl FnOnce(&HashMap<RingOwner, RingRow>) -> Result<Vec<RingWrite>, VaultError> + Send + 'static,
    ) -> Result<Vec<RingOwner>, VaultError> {
        match self {
            Self::Sqlite(store) => store.erase(subjects, at, root, rewrite).await,
            Self::Postgres(store) => store.erase(subjects, at, root, rewrite).await,
        }
    }
}
