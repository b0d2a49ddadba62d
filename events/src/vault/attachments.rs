//! Files that people hand in: closed under their subject's own key, so that an erasure reaches them as it reaches a note.
//!
//! A file is stored before the fact that speaks of it. One that no fact ever names is swept after a while.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::envelope::lengths_and_bytes;
use super::error::VaultError;
use super::open::Vault;
use super::ring::RingOwner;
use super::root::random;
use super::store::{AttachmentRow, Swap};
use crate::clock::from_micros;
use crate::sealed::Subject;

const NONCE_LEN: usize = 24;

/// A file that is kept, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The SHA-256 of its ciphertext, 64 hexadecimal digits.
    pub name: String,
    /// Whose aggregate it belongs to.
    pub owner: RingOwner,
    /// Under whose key it is closed.
    pub subject: Subject,
    /// When it was stored.
    pub stored: DateTime<Utc>,
}

impl Vault {
    /// Closes a file under its subject's key in the owner's ring and keeps it; it is on disk when this returns. A
    /// subject has one file: a second one leaves the first as it is. An erased subject gets none, ever again.
    pub async fn attach(
        &self,
        owner: &RingOwner,
        subject: &Subject,
        bytes: &[u8],
        at: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let ring = self.ensure(owner, std::slice::from_ref(subject)).await?;
        let key = ring.key(subject).ok_or_else(|| VaultError::Erased(subject.clone()))?;
        let nonce = random::<NONCE_LEN>()?;
        let aad = self.associated(owner, subject);
        let closed = XChaCha20Poly1305::new((&key.0).into())
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: bytes, aad: &aad })
            .map_err(|_| VaultError::TooLong { what: "a file", limit: usize::MAX })?;
        let sealed = [nonce.as_slice(), &closed].concat();
        let name = hex::encode(Sha256::digest(&sealed));
        let row = AttachmentRow { name, owner: owner.clone(), subject: subject.clone(), stored: at.timestamp_micros() };
        match self.0.store.put_attachment(row, sealed).await? {
            Swap::Erased(subject) => Err(VaultError::Erased(subject)),
            Swap::Done | Swap::Lost => Ok(()),
        }
    }

    /// The file of a subject; none if none is kept. A key that was destroyed meanwhile is `Erased`.
    pub async fn attached(&self, owner: &RingOwner, subject: &Subject) -> Result<Option<Vec<u8>>, VaultError> {
        let Some(sealed) = self.0.store.attachment(owner.clone(), subject.clone()).await? else { return Ok(None) };
        let ring = self.ring(owner).await?;
        let damaged = || VaultError::Damaged { what: format!("the file of {subject}") };
        if ring.is_erased(subject) {
            return Err(VaultError::Erased(subject.clone()));
        }
        let key = ring.key(subject).ok_or_else(damaged)?;
        let (nonce, closed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        let aad = self.associated(owner, subject);
        let opened = XChaCha20Poly1305::new((&key.0).into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg: closed, aad: &aad })
            .map_err(|_| damaged())?;
        Ok(Some(opened))
    }

    /// Those of the subjects for whom a file is kept.
    pub async fn attached_among(&self, subjects: &[Subject]) -> Result<Vec<Subject>, VaultError> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        self.0.store.attached_among(subjects.to_vec()).await
    }

    /// Files that were stored before a moment, behind a name, in the order of their names: at most so many.
    pub async fn attachments(
        &self,
        before: DateTime<Utc>,
        behind: &str,
        limit: u32,
    ) -> Result<Vec<Attachment>, VaultError> {
        let rows = self.0.store.attachments(before.timestamp_micros(), behind.to_owned(), i64::from(limit)).await?;
        let told = |row: AttachmentRow| {
            let AttachmentRow { name, owner, subject, stored } = row;
            Attachment { name, owner, subject, stored: from_micros(stored) }
        };
        Ok(rows.into_iter().map(told).collect())
    }

    /// Forgets files by their names, if they were stored before a moment. Answers how many went.
    pub async fn forget_attachments(&self, names: &[String], before: DateTime<Utc>) -> Result<i64, VaultError> {
        self.0.store.forget_attachments(names.to_vec(), before.timestamp_micros()).await
    }

    /// What a file is bound to: it opens for no other subject, in no other aggregate and under no other log.
    fn associated(&self, owner: &RingOwner, subject: &Subject) -> Vec<u8> {
        lengths_and_bytes([
            b"huean/attachment/1".as_slice(),
            self.log_id().as_bytes(),
            owner.aggregate_type.as_bytes(),
            owner.aggregate_id.as_bytes(),
            subject.as_str().as_bytes(),
        ])
    }
}
