//! Who is the operating-system user at the keyboard, for commands given before anybody can sign in?
//!
//! The log names actors by opaque ids; the names stand here, wrapped, and are looked up by a keyed hash.

use uuid::Uuid;

use super::error::VaultError;
use super::open::Vault;
use super::ring::NAME_LIMIT;
use super::store::OsUserRow;

impl Vault {
    /// The staff id of this user; `fresh` becomes it if the user is new. The same user keeps the same id for ever.
    pub async fn os_user(&self, name: &str, fresh: Uuid) -> Result<Uuid, VaultError> {
        if name.len() > NAME_LIMIT {
            return Err(VaultError::TooLong { what: "a user's name", limit: NAME_LIMIT });
        }
        let mac = self.mac_key("os-user").await?.mac(name.as_bytes());
        if let Some(id) = self.0.store.os_user(mac.clone()).await? {
            return Ok(id);
        }
        let wrapped = self.0.wrapper.wrap(&["os-user", &mac], name.as_bytes())?;
        let root = self.0.wrapper.fingerprint().to_owned();
        self.0.store.put_os_user(fresh, OsUserRow { mac: mac.clone(), root, wrapped }).await?;
        let what = || VaultError::Damaged { what: "an operating-system user".to_owned() };
        self.0.store.os_user(mac).await?.ok_or_else(what)
    }

    /// The name behind such an id, or `None` for any other id.
    pub async fn os_user_name(&self, id: Uuid) -> Result<Option<String>, VaultError> {
        let Some(OsUserRow { mac, root, wrapped }) = self.0.store.os_user_by_id(id).await? else { return Ok(None) };
        let name = self.0.wrapper.unwrap(&["os-user", &mac], &root, &wrapped)?;
        let what = || VaultError::Damaged { what: "an operating-system user".to_owned() };
        String::from_utf8(name.to_vec()).map(Some).map_err(|_| what())
    }
}
