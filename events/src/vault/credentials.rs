//! How does a member of staff come in? What the sign-in keeps of somebody, closed with the root key.
//!
//! The vault does not look into it. It is found by a keyed hash of the login name, or by the staff id, and every change
//! is compare-and-swap, so that on no two nodes the same one-time code counts.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::VaultError;
use super::open::Vault;
use super::ring::NAME_LIMIT;
use super::store::CredentialsRow;

/// Longest that is kept of one person, in bytes.
const LIMIT: usize = 64 << 10;

/// What is kept of one person's way in.
#[derive(Clone)]
pub struct Credentials {
    /// Whose: an opaque staff id.
    pub staff: Uuid,
    /// What a change must name.
    pub version: i64,
    /// As it was put.
    pub plain: Zeroizing<Vec<u8>>,
}

// Hashes and second factors stay out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹credentials of {} version {}›", self.staff, self.version)
    }
}

impl Vault {
    /// What is kept under a login name.
    pub async fn credentials_of_login(&self, login: &str) -> Result<Option<Credentials>, VaultError> {
        let mac = self.login_mac(login).await?;
        self.0.store.credentials_by_mac(mac).await?.map(|row| self.read_credentials(row)).transpose()
    }

    /// What is kept of somebody.
    pub async fn credentials(&self, staff: Uuid) -> Result<Option<Credentials>, VaultError> {
        self.0.store.credentials(staff).await?.map(|row| self.read_credentials(row)).transpose()
    }

    /// Whether anybody can sign in at all.
    pub async fn has_credentials(&self) -> Result<bool, VaultError> {
        self.0.store.has_credentials().await
    }

    /// Puts what is kept of somebody, if it still has the version it was read with; 0: if there is none. Answers whether
    /// it was put: not if it was changed meanwhile, nor if the login name is somebody else's.
    pub async fn put_credentials(
        &self,
        staff: Uuid,
        login: &str,
        expected: i64,
        plain: &[u8],
    ) -> Result<bool, VaultError> {
        if plain.len() > LIMIT {
            return Err(VaultError::TooLong { what: "what is kept of a sign-in", limit: LIMIT });
        }
        let (mac, version) = (self.login_mac(login).await?, expected + 1);
        let wrapped = self.0.wrapper.wrap(&["credentials", &staff.to_string(), &version.to_string()], plain)?;
        let root = self.0.wrapper.fingerprint().to_owned();
        self.0.store.put_credentials(expected, CredentialsRow { staff, mac, version, root, wrapped }).await
    }

    async fn login_mac(&self, login: &str) -> Result<String, VaultError> {
        if login.len() > NAME_LIMIT {
            return Err(VaultError::TooLong { what: "a login name", limit: NAME_LIMIT });
        }
        Ok(self.mac_key("login").await?.mac(login.as_bytes()))
    }

    fn read_credentials(&self, row: CredentialsRow) -> Result<Credentials, VaultError> {
        let CredentialsRow { staff, version, root, wrapped, .. } = row;
        let place = ["credentials", &staff.to_string(), &version.to_string()];
        let plain = self.0.wrapper.unwrap(&place, &root, &wrapped)?;
        Ok(Credentials { staff, version, plain })
    }
}
