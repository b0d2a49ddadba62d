//! The root key: 32 random bytes in a file of their own, outside every database and its backups.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use hmac::{Hmac, Mac};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::error::VaultError;

/// How many bytes every key of the vault has.
pub(super) const KEY_LEN: usize = 32;

/// The key that closes everything the vault keeps. Whoever holds it and a vault can read the log.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RootKey([u8; KEY_LEN]);

impl RootKey {
    /// Makes a new key file that only its owner can read. Refuses to touch a file that exists: overwriting a root key
    /// would erase everybody. The file and its directory are flushed before this returns.
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        let key = Self(random()?);
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(VaultError::KeyFile)?;
        file.write_all(&key.0).and_then(|()| file.sync_all()).map_err(VaultError::KeyFile)?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|directory| directory.sync_all()).map_err(VaultError::KeyFile)?;
        Ok(key)
    }

    /// Reads a key file, and refuses one that anybody but its owner has access to, or that is not 32 bytes long.
    pub fn load(path: &Path) -> Result<Self, VaultError> {
        let mut file = File::open(path).map_err(VaultError::KeyFile)?;
        // Asked of the open file, so that nobody can change it between the question and the reading.
        let found = file.metadata().map_err(VaultError::KeyFile)?;
        if !found.is_file() {
            return Err(VaultError::KeyFile(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
        }
        let mode = found.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(VaultError::WeakMode { mode });
        }
        if found.len() != KEY_LEN as u64 {
            return Err(VaultError::KeyLength { found: found.len() });
        }
        let mut key = Self([0; KEY_LEN]);
        file.read_exact(&mut key.0).map_err(VaultError::KeyFile)?;
        Ok(key)
    }

    /// A key that comes from somewhere else than a file.
    pub fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
        Self(bytes)
    }

    /// A key from an environment variable: 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, VaultError> {
        let mut key = Self([0; KEY_LEN]);
        hex::decode_to_slice(text.trim(), &mut key.0).map_err(|_| VaultError::KeyText)?;
        Ok(key)
    }

    /// Tells keys apart without saying anything about them: 32 hexadecimal digits, kept in every vault.
    pub fn fingerprint(&self) -> String {
        let full = self.derive("huean root key fingerprint v1");
        hex::encode(full.get(..16).unwrap_or_default())
    }

    /// A key for one purpose, so that no two uses of the root key can be played against each other.
    pub(super) fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        mac(&self.0, purpose.as_bytes())
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹root key›")
    }
}

/// HMAC-SHA256.
pub(super) fn mac(key: &[u8; KEY_LEN], message: &[u8]) -> Zeroizing<[u8; KEY_LEN]> {
    // HMAC takes keys of any length, so the error can't happen.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("hmac takes any key length"));
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Bytes nobody can guess. Keys come from the operating system and from nowhere else, hence no argument.
pub(super) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| VaultError::NoChance)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_created_key_is_its_owners_alone_and_loads_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        let made = RootKey::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(RootKey::load(&path).unwrap().fingerprint(), made.fingerprint());
    }

    #[test]
    fn an_existing_key_is_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        let made = RootKey::create(&path).unwrap();
        assert!(matches!(RootKey::create(&path), Err(VaultError::KeyFile(_))));
        assert_eq!(RootKey::load(&path).unwrap().fingerprint(), made.fingerprint());
    }

    #[test]
    fn a_key_others_could_read_or_write_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        RootKey::create(&path).unwrap();
        for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o777] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            match RootKey::load(&path) {
                Err(VaultError::WeakMode { mode: found }) => assert_eq!(found, mode),
                other => panic!("mode {mode:o} gave {other:?}"),
            }
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        RootKey::load(&path).unwrap();
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        for length in [0, 31, 33, 64] {
            let path = directory.path().join(format!("{length}.key"));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
            file.write_all(&vec![7; length]).unwrap();
            match RootKey::load(&path) {
                Err(VaultError::KeyLength { found }) => assert_eq!(found, length as u64),
                other => panic!("{length} bytes gave {other:?}"),
            }
        }
        assert!(matches!(RootKey::load(&directory.path().join("none")), Err(VaultError::KeyFile(_))));
        assert!(matches!(RootKey::load(directory.path()), Err(VaultError::KeyFile(_))));
    }

    #[test]
    fn a_key_shows_nothing_and_two_keys_differ() {
        let one = RootKey::from_hex(&"2a".repeat(32)).unwrap();
        assert_eq!(format!("{one:?}"), "‹root key›");
        assert_eq!(one.fingerprint(), RootKey::from_bytes([0x2a; 32]).fingerprint());
        assert_ne!(one.fingerprint(), RootKey::from_bytes([0x2b; 32]).fingerprint());
        assert!(!one.fingerprint().contains("2a2a"));
        assert!(matches!(RootKey::from_hex("2a"), Err(VaultError::KeyText)));
    }
}
