//! What must be forgettable: the keys that open the log, the list of the erased, and who looked at whom.
//!
//! The log is for ever, so it holds personal values only as ciphertext. Their keys stand here, one random key per
//! subject, gathered in one *ring* per aggregate that is wrapped by the root key, which stands in a file outside every
//! database. Erasing a person destroys keys; not one byte of the log changes.
//!
//! | file | question |
//! |---|---|
//! | `root` | where does the root key come from, and when is it refused? |
//! | `wrap` | how does the root key close what the vault's tables hold? |
//! | `ring` | which keys does an aggregate have? |
//! | `envelope` | how is one value closed, for ever readable with its key? |
//! | `payload` | where in an event are values to close or to open? |
//! | `keys`, `erase` | how do keys come into being, and how do they end? |
//! | `gather` | how do many callers get their keys in one transaction? |
//! | `store` | which few questions must a database answer? (`sqlite`, `postgres`) |
//! | `copy` | how does a vault come into another database or under another root key, and what is at an address? |
//! | `attachments` | what was handed in with a document, and how does it go? |
//! | `credentials`, `sessions` | who can come in, and who is in? |
//! | `secrets`, `staff`, `access` | named secrets, names of operating-system users, the access log |
//!
//! Only this module talks to the vault's database. It decides nothing about who may see or erase whom.

mod access;
mod attachments;
mod cache;
mod canonical;
mod copy;
mod credentials;
mod envelope;
mod erase;
mod error;
mod gather;
#[cfg(test)]
mod golden;
mod keys;
mod open;
mod payload;
mod postgres;
mod ring;
mod root;
#[cfg(test)]
mod sealing_tests;
mod secrets;
mod sessions;
mod setup;
mod sqlite;
mod staff;
mod store;
mod wrap;

pub use access::{Access, AccessEntry};
pub use attachments::Attachment;
pub use canonical::canonical_json;
pub use copy::{CopiedVault, RotateError, VaultStatus, copy_vault, rotate_root, vault_status};
pub use credentials::Credentials;
pub use envelope::Place;
pub use erase::Erasure;
pub use error::{SealError, VaultError};
pub use open::{OpenVault, Vault, pairing};
pub use payload::{Opened, open, reseal, seal, subjects_of};
pub use ring::{Keyring, RingOwner};
pub use root::RootKey;
pub use secrets::MacKey;
pub use sessions::{SecretDigest, Sessions, StoredApiToken, StoredSession};
pub use setup::setup_postgres_vault;
