//! Whom does a cookie stand for now? Sessions end by themselves, and at once where somebody ends them.
//!
//! What the vault said is good for a second, so that a session ended on another node is over here within two; what must
//! be surer asks the vault itself. What is ended here is over here at once.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use events::id::StaffId;
use events::vault::{SecretDigest, StoredSession};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::SignIn;
use super::account::Account;
use super::acting::Acting;
use super::enter::Entered;
use super::error::SignInError;
use super::fresh::{Fresh, Secret};
use super::token::ApiToken;

/// How long what the vault said is good, whatever another node has done since.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// The vault is told of a use at most so often.
const TOLD: TimeDelta = TimeDelta::minutes(1);
/// No session is longer.
const WHOLE: TimeDelta = TimeDelta::hours(8);
/// A phone that lies about is nobody's after so long.
const IDLE_ON_A_PHONE: TimeDelta = TimeDelta::minutes(15);
/// Sessions that ended are listed for so long.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What kind of device somebody signed in on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// Carried about: the session ends after a quarter of an hour without use.
    #[default]
    Phone,
    /// At a desk.
    Computer,
}

impl Device {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Computer => "computer",
        }
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Who.
    pub staff: StaffId,
    /// In which role, and what is missing.
    pub acting: Acting,
    /// On what.
    pub device: Device,
    /// Since when.
    pub created: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen: DateTime<Utc>,
    /// When the second factor was shown.
    pub second_factor: Option<DateTime<Utc>>,
    /// When it ends at the latest.
    pub expires: DateTime<Utc>,
    /// When it was ended before its time.
    pub revoked: Option<DateTime<Utc>>,
}

impl Session {
    fn read(stored: StoredSession) -> Result<Self, SignInError> {
        let StoredSession { id, staff, acting, device, created, seen, second_factor, expires, revoked } = stored;
        let acting = serde_json::from_str(&acting).map_err(|_| SignInError::Damaged)?;
        let device = if device == Device::Computer.as_str() { Device::Computer } else { Device::Phone };
        Ok(Self { id, staff: StaffId(staff), acting, device, created, seen, second_factor, expires, revoked })
    }

    /// Whether it is good at a moment.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        let idle = match self.device {
            Device::Phone => self.seen + IDLE_ON_A_PHONE <= now,
            Device::Computer => false,
        };
        self.revoked.is_none() && now < self.expires && !idle
    }
}

/// What the vault said of a secret lately.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Session(Session),
    Token(ApiToken),
    /// A bearer of the file, whose account is open.
    Bearer(StaffId),
}

impl Found {
    fn staff(&self) -> StaffId {
        match self {
            Self::Session(it) => it.staff,
            Self::Token(it) => it.staff,
            Self::Bearer(staff) => *staff,
        }
    }
}

/// What this node has looked up.
#[derive(Debug)]
pub(super) struct Looks(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    looks: LruCache<SecretDigest, (Instant, Found)>,
    /// How often something was ended here: what was read before is not kept after.
    ended: u64,
}

impl Default for Looks {
    fn default() -> Self {
        let looks = LruCache::new(NonZeroUsize::new(20_000).unwrap_or(NonZeroUsize::MIN));
        Self(Mutex::new(Kept { looks, ended: 0 }))
    }
}

impl Looks {
    pub(super) fn last(&self, secret: &SecretDigest) -> Option<Found> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.looks.get(secret).filter(|(at, _)| at.elapsed() < GOOD_FOR).map(|(_, found)| found.clone())
    }

    /// To be asked before the vault is.
    pub(super) fn ended(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ended
    }

    pub(super) fn keep(&self, secret: SecretDigest, at: Instant, found: Found, ended: u64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.ended == ended {
            kept.looks.put(secret, (at, found));
        }
    }

    /// Forgets everything of somebody of whom something was ended.
    pub(super) fn end_of(&self, staff: StaffId) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.ended += 1;
        let theirs: Vec<SecretDigest> =
            kept.looks.iter().filter(|(_, (_, it))| it.staff() == staff).map(|(secret, _)| secret.clone()).collect();
        for secret in theirs {
            kept.looks.pop(&secret);
        }
    }
}

impl SignIn {
    /// The open session of a secret that a cookie holds. `surely`: as the vault has it now, not a second ago.
    pub async fn session(&self, secret: &str, surely: bool) -> Result<Option<Session>, SignInError> {
        if !Secret::could_be(secret) {
            return Ok(None);
        }
        let (digest, now) = (SecretDigest::of(secret), self.0.desk.now());
        if !surely
            && let Some(Found::Session(session)) = self.0.looks.last(&digest)
            && session.seen + TOLD > now
        {
            return Ok(Some(session).filter(|it| it.is_open(now)));
        }
        let (at, ended) = (Instant::now(), self.0.looks.ended());
        let Some(stored) = self.vault().session(&digest).await? else { return Ok(None) };
        let mut session = Session::read(stored)?;
        if !session.is_open(now) {
            return Ok(None);
        }
        if session.seen + TOLD <= now {
            self.vault().session_seen(&digest, now).await?;
            session.seen = now;
        }
        self.0.looks.keep(digest, at, Found::Session(session.clone()), ended);
        Ok(Some(session))
    }

    /// The sessions of somebody that are open now, the newest first.
    pub async fn sessions(&self, staff: StaffId) -> Result<Vec<Session>, SignInError> {
        let now = self.0.desk.now();
        let all = self.vault().sessions_of(staff.0).await?.into_iter().map(Session::read);
        let all: Vec<Session> = all.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|it| it.is_open(now)).collect())
    }

    /// Judges a session again that was judged before a body was read or a password hashed: it is open, and its
    /// account is not locked.
    pub(super) async fn still_open(&self, session: &Session) -> Result<(), SignInError> {
        let open = self.sessions(session.staff).await?.iter().any(|it| it.id == session.id);
        if !open || self.is_locked(session.staff).await? || self.has_left(session.staff).await? {
            return Err(SignInError::SessionNeeded);
        }
        Ok(())
    }

    /// Opens a session for somebody whose account was read as `account`, and forgets those that ended long ago. The
    /// account is read again once the session is there: whoever locks it later ends the session too.
    pub(super) async fn open(
        &self,
        (staff, account): (StaffId, &Account),
        acting: Acting,
        device: Device,
        second_factor: Option<DateTime<Utc>>,
        fresh: &Fresh,
    ) -> Result<Entered, SignInError> {
        let now = self.0.desk.now();
        self.vault().forget_sessions(now - KEPT).await?;
        let stored = StoredSession {
            id: fresh.id,
            staff: staff.0,
            acting: serde_json::to_string(&acting).map_err(|_| SignInError::Damaged)?,
            device: device.as_str().to_owned(),
            created: now,
            seen: now,
            second_factor,
            expires: now + WHOLE,
            revoked: None,
        };
        let session = Session::read(stored.clone())?;
        self.vault().put_session(&fresh.secret.digest(), stored).await?;
        if self.has_moved(staff, account).await? {
            self.end(&session).await?;
            return Err(SignInError::Refused);
        }
        Ok(Entered { secret: fresh.secret.clone(), session })
    }
}
