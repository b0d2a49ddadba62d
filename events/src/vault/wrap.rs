//! How the root key closes what the vault's tables hold: rings, secrets, names and reasons.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::lengths_and_bytes;
use super::error::VaultError;
use super::ring::{Keyring, RingOwner};
use super::root::{RootKey, random};

const NONCE_LEN: usize = 24;

/// Closes and opens the vault's own rows. What is closed in one row does not open in another, nor in another vault.
pub(super) struct Wrapper {
    cipher: XChaCha20Poly1305,
    log_id: Uuid,
    fingerprint: String,
}

impl Wrapper {
    pub(super) fn new(root: &RootKey, log_id: Uuid) -> Self {
        let key = root.derive("huean vault wrapping v1");
        Self { cipher: XChaCha20Poly1305::new((&*key).into()), log_id, fingerprint: root.fingerprint() }
    }

    /// Which root key this is. Stands beside every wrapped value, so that a new root key can be brought in row by row.
    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn log_id(&self) -> Uuid {
        self.log_id
    }

    pub(super) fn wrap_ring(&self, owner: &RingOwner, ring: &Keyring) -> Result<Vec<u8>, VaultError> {
        let version = ring.version().to_string();
        self.wrap(&["ring", &owner.aggregate_type, &owner.aggregate_id, &version], &ring.to_bytes())
    }

    pub(super) fn unwrap_ring(
        &self,
        owner: &RingOwner,
        version: i64,
        root: &str,
        wrapped: &[u8],
    ) -> Result<Keyring, VaultError> {
        let place = ["ring", &owner.aggregate_type, &owner.aggregate_id, &version.to_string()];
        let bytes = self.unwrap(&place, root, wrapped)?;
        Keyring::from_bytes(version, &bytes).ok_or_else(|| VaultError::Damaged { what: format!("the ring of {owner}") })
    }

    /// Nonce and ciphertext of `plain`, bound to its place in the vault.
    pub(super) fn wrap(&self, place: &[&str], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce = random::<NONCE_LEN>()?;
        let aad = self.associated(place);
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad })
            .map_err(|_| VaultError::TooLong { what: "a value", limit: usize::MAX })?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was wrapped at this place.
    pub(super) fn unwrap(&self, place: &[&str], root: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if root != self.fingerprint {
            return Err(VaultError::OtherRootKey { found: root.to_owned() });
        }
        let damaged = || VaultError::Damaged { what: format!("the row {}", place.join(" ")) };
        let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        let aad = self.associated(place);
        self.cipher
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| damaged())
    }

    fn associated(&self, place: &[&str]) -> Vec<u8> {
        let fields = [b"huean/vault/1".as_slice(), self.log_id.as_bytes()];
        lengths_and_bytes(fields.into_iter().chain(place.iter().map(|field| field.as_bytes())))
    }
}

impl fmt::Debug for Wrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹wrapper {}›", self.fingerprint)
    }
}
