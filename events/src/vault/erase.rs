//! How keys end: a subject's key leaves every ring it is in, and the erase list keeps it from coming back.

use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, Utc};

use super::error::VaultError;
use super::open::Vault;
use super::ring::{RingOwner, Slot, check_subject};
use super::store::{RingRow, RingWrite};
use crate::sealed::Subject;

/// An entry of the erase list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Whose keys were destroyed.
    pub subject: Subject,
    /// When, as the caller said.
    pub at: DateTime<Utc>,
    /// Counts the erasures of this vault; a list read up to an epoch needs only the later ones.
    pub epoch: i64,
}

impl Vault {
    /// Destroys the keys of these subjects in every ring and puts the subjects on the erase list, in one transaction.
    /// Answers with every ring that has or had a key of theirs, so that the fact can be told in each stream. Doing it
    /// again changes nothing and gives the same answer. It runs to its end even when the caller stops waiting.
    pub async fn erase(&self, subjects: &[Subject], at: DateTime<Utc>) -> Result<Vec<RingOwner>, VaultError> {
        subjects.iter().try_for_each(check_subject)?;
        let (vault, subjects) = (self.clone(), subjects.to_vec());
        // A task of its own: if the caller's future were dropped after the commit, the cache would keep dead keys.
        let task = tokio::spawn(async move {
            let answer = vault.erase_now(&subjects, at).await;
            // Also after an error, because the outcome of a commit can be unknown.
            vault.0.cache.clear();
            answer
        });
        task.await.map_err(|_| VaultError::Closed)?
    }

    async fn erase_now(&self, subjects: &[Subject], at: DateTime<Utc>) -> Result<Vec<RingOwner>, VaultError> {
        let (vault, dying) = (self.clone(), subjects.to_vec());
        let root = self.0.wrapper.fingerprint().to_owned();
        let rewrite = move |rows: &HashMap<RingOwner, RingRow>| vault.without(&dying, rows);
        self.0.store.erase(subjects.to_vec(), at.timestamp_micros(), root, rewrite).await
    }

    /// Those of the rings that hold a key of one of these subjects, as they are without it.
    fn without(&self, dying: &[Subject], rows: &HashMap<RingOwner, RingRow>) -> Result<Vec<RingWrite>, VaultError> {
        let mut writes = Vec::new();
        for (owner, ring) in self.unwrap_rings(rows)? {
            let mut gone = dying.iter().filter(|subject| ring.has(subject)).peekable();
            if gone.peek().is_some() {
                let next = ring.next(gone.map(|subject| (subject.clone(), Slot::Erased)));
                let wrapped = self.0.wrapper.wrap_ring(&owner, &next)?;
                writes.push(RingWrite { owner, expected: ring.version(), wrapped, added: Vec::new() });
            }
        }
        Ok(writes)
    }

    /// Every ring that has or had a key of one of these subjects: where something was ever sealed for them.
    pub async fn holders(&self, subjects: &[Subject]) -> Result<Vec<RingOwner>, VaultError> {
        self.0.store.owners_of(subjects.to_vec()).await
    }

    /// Whether the subject is on the erase list now.
    pub async fn erased(&self, subject: &Subject) -> Result<bool, VaultError> {
        Ok(!self.0.store.erased_among(vec![subject.clone()]).await?.is_empty())
    }

    /// Those of the subjects that are on the erase list now.
    pub async fn erased_among(&self, subjects: &[Subject]) -> Result<Vec<Subject>, VaultError> {
        self.0.store.erased_among(subjects.to_vec()).await
    }

    /// How often something was erased from this vault, by any process. Whoever keeps opened values watches it.
    pub async fn erase_epoch(&self) -> Result<i64, VaultError> {
        let asked = Instant::now();
        let epoch = self.0.store.erase_epoch().await?;
        self.0.cache.note_epoch(epoch, asked);
        Ok(epoch)
    }

    /// The same, believed for a second: for those who ask before every use of what they keep.
    pub async fn erase_epoch_lately(&self) -> Result<i64, VaultError> {
        match self.0.cache.epoch_lately() {
            Some(epoch) => Ok(epoch),
            None => self.erase_epoch().await,
        }
    }

    /// The erase list after an epoch, oldest first; all of it after 0.
    pub async fn erasures_after(&self, epoch: i64) -> Result<Vec<Erasure>, VaultError> {
        self.0.store.erasures_after(epoch).await
    }
}
