//! Who is signed in, and which programs may ask in somebody's name? Found by the hash of a secret, never by the secret.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::VaultError;
use super::open::Vault;
use super::ring::NAME_LIMIT;
use super::store::ApiTokenRow;

/// Longest `acting`, in bytes: a role with its areas.
const ACTING_LIMIT: usize = 64 << 10;

/// SHA-256 of a secret of 256 random bits. Being a type of its own, no secret gets into a table by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecretDigest(pub(super) String);

impl SecretDigest {
    /// The digest of what a cookie or a header holds.
    pub fn of(secret: &str) -> Self {
        Self(hex::encode(Sha256::digest(secret.as_bytes())))
    }
}

/// Somebody signed in on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Who: an opaque staff id.
    pub staff: Uuid,
    /// In which role and where, as the sign-in writes it; no personal value.
    pub acting: String,
    /// What kind of device, as the sign-in writes it.
    pub device: String,
    /// Since when.
    pub created: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen: DateTime<Utc>,
    /// When the second factor was shown, if it was.
    pub second_factor: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires: DateTime<Utc>,
    /// When it was ended before its time.
    pub revoked: Option<DateTime<Utc>>,
}

/// A program that may ask in somebody's name.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredApiToken {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Who answers for it: an opaque staff id.
    pub staff: Uuid,
    /// In which role and where; no personal value.
    pub acting: String,
    /// What its owner calls it. Kept wrapped.
    pub name: String,
    /// Since when.
    pub created: DateTime<Utc>,
    /// When it ends.
    pub expires: DateTime<Utc>,
    /// When it was ended before its time.
    pub revoked: Option<DateTime<Utc>>,
}

// The name is somebody's own words.
impl fmt::Debug for StoredApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹api token {} of {}›", self.id, self.staff)
    }
}

/// Which sessions of somebody are ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// All of them.
    All,
    /// This one.
    One(Uuid),
    /// All but this one.
    AllBut(Uuid),
}

impl Sessions {
    /// The one, and the one to be spared.
    pub(super) fn ids(self) -> (Option<String>, Option<String>) {
        match self {
            Self::All => (None, None),
            Self::One(id) => (Some(id.to_string()), None),
            Self::AllBut(id) => (None, Some(id.to_string())),
        }
    }
}

impl Vault {
    /// Notes that somebody signed in.
    pub async fn put_session(&self, secret: &SecretDigest, session: StoredSession) -> Result<(), VaultError> {
        bounded(&session.acting, &session.device)?;
        self.0.store.put_session(secret.0.clone(), session).await
    }

    /// The session of a secret, also one that has ended.
    pub async fn session(&self, secret: &SecretDigest) -> Result<Option<StoredSession>, VaultError> {
        self.0.store.session(secret.0.clone()).await
    }

    /// The sessions of somebody that are kept, the newest first.
    pub async fn sessions_of(&self, staff: Uuid) -> Result<Vec<StoredSession>, VaultError> {
        self.0.store.sessions_of(staff).await
    }

    /// Notes when a session was last used; never an earlier moment than it has.
    pub async fn session_seen(&self, secret: &SecretDigest, at: DateTime<Utc>) -> Result<(), VaultError> {
        self.0.store.session_seen(secret.0.clone(), at.timestamp_micros()).await
    }

    /// Ends sessions of somebody, for ever, and tells how many were open.
    pub async fn revoke_sessions(&self, staff: Uuid, which: Sessions, at: DateTime<Utc>) -> Result<u64, VaultError> {
        let ended = self.0.store.revoke_sessions(staff, which, at.timestamp_micros()).await?;
        Ok(u64::try_from(ended).unwrap_or(0))
    }

    /// Forgets sessions that ended before a moment, and tells how many.
    pub async fn forget_sessions(&self, ended_before: DateTime<Utc>) -> Result<u64, VaultError> {
        let forgotten = self.0.store.forget_sessions(ended_before.timestamp_micros()).await?;
        Ok(u64::try_from(forgotten).unwrap_or(0))
    }

    /// Notes that a program may ask.
    pub async fn put_api_token(&self, secret: &SecretDigest, token: StoredApiToken) -> Result<(), VaultError> {
        bounded(&token.acting, &token.name)?;
        let StoredApiToken { id, staff, acting, name, created, expires, revoked } = token;
        let wrapped = self.0.wrapper.wrap(&["api-token", &id.to_string()], name.as_bytes())?;
        let root = self.0.wrapper.fingerprint().to_owned();
        let row = ApiTokenRow { id, staff, acting, root, wrapped, created, expires, revoked };
        self.0.store.put_api_token(secret.0.clone(), row).await
    }

    /// The token of a secret, also one that has ended.
    pub async fn api_token(&self, secret: &SecretDigest) -> Result<Option<StoredApiToken>, VaultError> {
        self.0.store.api_token(secret.0.clone()).await?.map(|row| self.read_api_token(row)).transpose()
    }

    /// The tokens of somebody, the newest first.
    pub async fn api_tokens_of(&self, staff: Uuid) -> Result<Vec<StoredApiToken>, VaultError> {
        let rows = self.0.store.api_tokens_of(staff).await?;
        rows.into_iter().map(|row| self.read_api_token(row)).collect()
    }

    /// Ends one token of somebody, or all, for ever, and tells how many were open.
    pub async fn revoke_api_tokens(
        &self,
        staff: Uuid,
        one: Option<Uuid>,
        at: DateTime<Utc>,
    ) -> Result<u64, VaultError> {
        let ended = self.0.store.revoke_api_tokens(staff, one, at.timestamp_micros()).await?;
        Ok(u64::try_from(ended).unwrap_or(0))
    }

    fn read_api_token(&self, row: ApiTokenRow) -> Result<StoredApiToken, VaultError> {
        let ApiTokenRow { id, staff, acting, root, wrapped, created, expires, revoked } = row;
        let plain = self.0.wrapper.unwrap(&["api-token", &id.to_string()], &root, &wrapped)?;
        let damaged = |_| VaultError::Damaged { what: format!("the name of API token {id}") };
        let name = String::from_utf8(plain.to_vec()).map_err(damaged)?;
        Ok(StoredApiToken { id, staff, acting, name, created, expires, revoked })
    }
}

fn bounded(acting: &str, word: &str) -> Result<(), VaultError> {
    if acting.len() > ACTING_LIMIT {
        return Err(VaultError::TooLong { what: "a role with its areas", limit: ACTING_LIMIT });
    }
    if word.len() > NAME_LIMIT {
        return Err(VaultError::TooLong { what: "a device or a token's name", limit: NAME_LIMIT });
    }
    Ok(())
}
