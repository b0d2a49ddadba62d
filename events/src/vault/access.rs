//! Who looked at whom, when and why. Entries are only ever added; whoever shows a record writes here first.

use chrono::{DateTime, Utc};

use super::error::VaultError;
use super::open::Vault;
use crate::clock::from_micros;

/// Longest word of an entry, in bytes.
const WORD_LIMIT: usize = 4_000;

/// One look at something personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: an opaque staff id.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// At what: `household:<id>`, `export:<id>`, never a name.
    pub what: String,
    /// The reason given, in the reader's own words. Kept wrapped, because it may name people.
    pub why: Option<String>,
    /// The request's id.
    pub request: String,
}

// The reason may name people, so it stays out of logs.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("at", &self.at)
            .field("actor", &self.actor)
            .field("role", &self.role)
            .field("what", &self.what)
            .field("why", &self.why.as_ref().map(|_| "‹sealed›"))
            .field("request", &self.request)
            .finish()
    }
}

/// An entry of the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Its number in the log, rising; not dense.
    pub number: i64,
    /// What it says.
    pub access: Access,
}

/// An entry as it is stored, its reason still wrapped.
pub(super) struct StoredAccess {
    pub(super) number: i64,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) role: String,
    pub(super) what: String,
    pub(super) request: String,
    pub(super) why: Option<Vec<u8>>,
    pub(super) root: String,
}

impl Vault {
    /// Adds entries, all or none; they are on disk when this returns. A reader that gets an error shows nothing.
    pub async fn record_access(&self, entries: &[Access]) -> Result<(), VaultError> {
        let mut stored = Vec::with_capacity(entries.len());
        for entry in entries {
            let words = [&entry.actor, &entry.role, &entry.what, &entry.request];
            if words.into_iter().chain(&entry.why).any(|word| word.len() > WORD_LIMIT) {
                return Err(VaultError::TooLong { what: "an access entry", limit: WORD_LIMIT });
            }
            let wrap = |why: &String| {
                self.0.wrapper.wrap(&["access", &entry.request, &entry.actor, &entry.what], why.as_bytes())
            };
            stored.push((entry.clone(), entry.why.as_ref().map(wrap).transpose()?));
        }
        if stored.is_empty() {
            return Ok(());
        }
        self.0.store.record_access(stored, self.0.wrapper.fingerprint().to_owned()).await
    }

    /// Up to `limit` entries after a number, oldest first; from the beginning after 0.
    pub async fn accesses(&self, after: i64, limit: u32) -> Result<Vec<AccessEntry>, VaultError> {
        let stored = self.0.store.accesses(after, i64::from(limit)).await?;
        stored.into_iter().map(|entry| self.read_access(entry)).collect()
    }

    /// Up to `limit` entries about any of these, the newest first, from before a number on; and how many there are.
    pub async fn accesses_to(
        &self,
        what: Vec<String>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<AccessEntry>, u64), VaultError> {
        let (stored, total) = self.0.store.accesses_to(what, before.unwrap_or(i64::MAX), i64::from(limit)).await?;
        let read: Result<_, _> = stored.into_iter().map(|entry| self.read_access(entry)).collect();
        Ok((read?, u64::try_from(total).unwrap_or(0)))
    }

    fn read_access(&self, stored: StoredAccess) -> Result<AccessEntry, VaultError> {
        let StoredAccess { number, at, actor, role, what, request, why, root } = stored;
        let why = match why {
            None => None,
            Some(wrapped) => {
                let plain = self.0.wrapper.unwrap(&["access", &request, &actor, &what], &root, &wrapped)?;
                let damaged = || VaultError::Damaged { what: format!("access entry {number}") };
                Some(String::from_utf8(plain.to_vec()).map_err(|_| damaged())?)
            }
        };
        Ok(AccessEntry { number, access: Access { at: from_micros(at), actor, role, what, why, request } })
    }
}
