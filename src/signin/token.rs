//! Whom does an API token stand for? A program acts in somebody's role, in part of their area, for a year at most.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use events::facts::staff::Scope;
use events::id::StaffId;
use events::vault::{SecretDigest, StoredApiToken};
use uuid::Uuid;

use super::SignIn;
use super::acting::{Acting, Missing};
use super::error::SignInError;
use super::fresh::{Fresh, Secret};
use super::session::{Found, Session};
use crate::rules::staff::within;

/// What an API token begins with, so that a scanner finds one that lies about.
pub const PREFIX: &str = "huean_";
/// No token is good for longer, in days.
const LONGEST: u16 = 366;
/// Most characters of a name.
const NAME: usize = 60;
/// So many open tokens one person has at most.
const MOST: usize = 50;

/// A program that may ask.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiToken {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Who answers for it.
    pub staff: StaffId,
    /// In which role and where.
    pub acting: Acting,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created: DateTime<Utc>,
    /// When it ends.
    pub expires: DateTime<Utc>,
    /// When it was ended before its time.
    pub revoked: Option<DateTime<Utc>>,
}

/// A token that somebody asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What its owner calls it.
    pub name: String,
    /// How long it is good.
    pub days: u16,
    /// In which part of the owner's area; all of it when left out.
    pub scope: Option<Scope>,
}

impl ApiToken {
    fn read(stored: StoredApiToken) -> Result<Self, SignInError> {
        let StoredApiToken { id, staff, acting, name, created, expires, revoked } = stored;
        let acting = serde_json::from_str(&acting).map_err(|_| SignInError::Damaged)?;
        Ok(Self { id, staff: StaffId(staff), acting, name, created, expires, revoked })
    }

    fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

impl SignIn {
    /// Issues a token to somebody who is signed in. What to send is shown this once.
    pub async fn issue(
        &self,
        session: &Session,
        wanted: Wanted,
        fresh: &Fresh,
    ) -> Result<(ApiToken, String), SignInError> {
        if session.acting.missing != Missing::Nothing {
            return Err(SignInError::SessionNeeded);
        }
        self.shown_lately(session)?;
        let name = wanted.name.trim();
        if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
            return Err(SignInError::Token("name"));
        }
        if !(1..=LONGEST).contains(&wanted.days) {
            return Err(SignInError::Token("days"));
        }
        if self.tokens(session.staff).await?.len() >= MOST {
            return Err(SignInError::Token("number"));
        }
        let own = &session.acting.scope;
        let scope = wanted.scope.map_or_else(|| own.clone(), |scope| within(&scope, &[own]));
        let acting = Acting { scope, ..session.acting.clone() };
        let now = self.0.desk.now();
        let stored = StoredApiToken {
            id: fresh.id,
            staff: session.staff.0,
            acting: serde_json::to_string(&acting).map_err(|_| SignInError::Damaged)?,
            name: name.to_owned(),
            created: now,
            expires: now + TimeDelta::days(i64::from(wanted.days)),
            revoked: None,
        };
        self.vault().put_api_token(&fresh.secret.digest(), stored.clone()).await?;
        // Whoever locks the account from here on ends this token too; who did so before is seen now.
        if let Err(ended) = self.still_open(session).await {
            self.end_token(session.staff, stored.id).await?;
            return Err(ended);
        }
        Ok((ApiToken::read(stored)?, format!("{PREFIX}{}", fresh.secret.shown())))
    }

    /// Whom the token in a header stands for. `surely`: as the vault has it now, not a second ago.
    pub async fn token(&self, sent: &str, surely: bool) -> Result<Option<ApiToken>, SignInError> {
        let Some(secret) = sent.strip_prefix(PREFIX).filter(|secret| Secret::could_be(secret)) else { return Ok(None) };
        let (digest, now) = (SecretDigest::of(secret), self.0.desk.now());
        if !surely && let Some(Found::Token(token)) = self.0.looks.last(&digest) {
            return Ok(Some(token).filter(|it| it.is_open(now)));
        }
        let (at, ended) = (Instant::now(), self.0.looks.ended());
        let Some(stored) = self.vault().api_token(&digest).await? else { return Ok(None) };
        let token = ApiToken::read(stored)?;
        if !token.is_open(now) {
            return Ok(None);
        }
        self.0.looks.keep(digest, at, Found::Token(token.clone()), ended);
        Ok(Some(token))
    }

    /// Whether a token of the file may stand for somebody: whoever was locked out is out whatever they hold. `surely`: as
    /// the vault has it now, not a second ago.
    pub async fn may_bear(&self, sent: &str, staff: StaffId, surely: bool) -> Result<bool, SignInError> {
        let digest = SecretDigest::of(sent);
        if !surely && let Some(Found::Bearer(of)) = self.0.looks.last(&digest) {
            return Ok(of == staff);
        }
        let (at, ended) = (Instant::now(), self.0.looks.ended());
        if self.is_locked(staff).await? {
            return Ok(false);
        }
        self.0.looks.keep(digest, at, Found::Bearer(staff), ended);
        Ok(true)
    }

    /// The tokens of somebody that are good now, the newest first.
    pub async fn tokens(&self, staff: StaffId) -> Result<Vec<ApiToken>, SignInError> {
        let now = self.0.desk.now();
        let all = self.vault().api_tokens_of(staff.0).await?.into_iter().map(ApiToken::read);
        let all: Vec<ApiToken> = all.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|it| it.is_open(now)).collect())
    }

    /// Ends a token of somebody, and tells whether it was good.
    pub async fn end_token(&self, staff: StaffId, id: Uuid) -> Result<bool, SignInError> {
        let ended = self.vault().revoke_api_tokens(staff.0, Some(id), self.0.desk.now()).await?;
        self.0.looks.end_of(staff);
        Ok(ended > 0)
    }
}
