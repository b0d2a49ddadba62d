//! Named secrets: keys for hashes that nobody without the vault may compute, because what they hash can be guessed.
//!
//! A citizen id has thirteen digits, so a plain hash of it, or of a command's body that holds one, can be tried out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::error::VaultError;
use super::open::Vault;
use super::ring::NAME_LIMIT;
use super::root::{KEY_LEN, mac, random};
use super::store::SecretRow;

/// A key for HMAC-SHA256.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MacKey {
    id: String,
    bytes: [u8; KEY_LEN],
}

impl MacKey {
    /// Tells keys apart, 16 hexadecimal digits; to be stored beside each hash, so that the key can change.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// HMAC-SHA256 of a message, as 64 hexadecimal digits.
    pub fn mac(&self, message: &[u8]) -> String {
        hex::encode(mac(&self.bytes, message).as_slice())
    }

    fn new(bytes: [u8; KEY_LEN]) -> Self {
        let full = mac(&bytes, b"huean secret id v1");
        Self { id: hex::encode(full.get(..8).unwrap_or_default()), bytes }
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹secret {}›", self.id)
    }
}

/// Secrets are never erased, so what was read once stays.
#[derive(Default)]
pub(super) struct SecretCache(Mutex<HashMap<String, Vec<MacKey>>>);

impl Vault {
    /// The current secret of this name, made on first use; every process gets the same.
    pub async fn mac_key(&self, name: &str) -> Result<MacKey, VaultError> {
        if name.len() > NAME_LIMIT {
            return Err(VaultError::TooLong { what: "a secret's name", limit: NAME_LIMIT });
        }
        if let Some(key) = self.remembered(name, |_| true) {
            return Ok(key);
        }
        if let Some(key) = self.read_secrets(name).await?.into_iter().next() {
            return Ok(key);
        }
        let fresh = MacKey::new(random()?);
        let wrapped = self.0.wrapper.wrap(&["secret", name, &fresh.id], &fresh.bytes)?;
        let root = self.0.wrapper.fingerprint().to_owned();
        let row = SecretRow { ordinal: 1, id: fresh.id.clone(), root, wrapped };
        self.0.store.put_secret(name.to_owned(), row).await?;
        // Another process may have been first: what stands in the vault counts.
        let what = || VaultError::Damaged { what: format!("the secret {name}") };
        self.read_secrets(name).await?.into_iter().next().ok_or_else(what)
    }

    /// The secret of this name with this id, current or not: for a hash that was stored long ago.
    pub async fn mac_key_by_id(&self, name: &str, id: &str) -> Result<Option<MacKey>, VaultError> {
        if let Some(key) = self.remembered(name, |key| key.id == id) {
            return Ok(Some(key));
        }
        Ok(self.read_secrets(name).await?.into_iter().find(|key| key.id == id))
    }

    fn remembered(&self, name: &str, wanted: impl Fn(&MacKey) -> bool) -> Option<MacKey> {
        let known = self.0.secrets.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name)?.iter().find(|key| wanted(key)).cloned()
    }

    async fn read_secrets(&self, name: &str) -> Result<Vec<MacKey>, VaultError> {
        let mut keys = Vec::new();
        for row in self.0.store.secrets(name.to_owned()).await? {
            let plain = self.0.wrapper.unwrap(&["secret", name, &row.id], &row.root, &row.wrapped)?;
            let what = || VaultError::Damaged { what: format!("the secret {name}") };
            keys.push(MacKey::new(plain.as_slice().try_into().map_err(|_| what())?));
        }
        if !keys.is_empty() {
            let mut known = self.0.secrets.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.to_owned(), keys.clone());
        }
        Ok(keys)
    }
}
