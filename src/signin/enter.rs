//! How does somebody come in? Password and code, then a session; a new one at every sign-in and every step up.

use chrono::TimeDelta;
use events::id::StaffId;
use events::vault::Sessions;

use super::account::{Account, Held, SecondFactor, login_name};
use super::acting::{Acting, Missing, needs_second_factor};
use super::error::SignInError;
use super::fresh::{Fresh, Secret};
use super::limits::Who;
use super::password::{Turn, may_stand};
use super::session::{Device, Session};
use super::{Address, SignIn, Weak, totp};
use crate::access::Role;

/// Longer than any password that was let stand: no more is hashed.
const READ: usize = 4 * super::LONGEST;
/// How long after somebody showed a password or a code they may make what outlives the session.
const SHOWN_LATELY: TimeDelta = TimeDelta::minutes(5);

/// Somebody at the door.
#[derive(Clone)]
pub struct Entry {
    /// The login name, as it was typed.
    pub login: String,
    /// The password.
    pub password: String,
    /// The code of the second factor.
    pub code: Option<String>,
    /// The role to act in; the first that is held when left out.
    pub role: Option<Role>,
    /// On which kind of device.
    pub device: Device,
    /// From where.
    pub from: Address,
}

// A password may not reach a log line.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹entry›")
    }
}

/// Somebody who came in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// What the browser keeps.
    pub secret: Secret,
    /// The session it stands for.
    pub session: Session,
}

impl SignIn {
    /// Lets somebody in, or not. A name that nobody has is refused as a wrong password is, and takes as long.
    pub async fn enter(&self, entry: Entry, fresh: &Fresh) -> Result<Entered, SignInError> {
        let name = login_name(&entry.login);
        let who = Who::at_the_door(name.as_deref().unwrap_or("no name"), entry.from);
        let tried = self.0.limits.attempt(who, self.0.desk.now()).map_err(SignInError::Wait)?;
        let entered = self.enter_as(name, entry, fresh).await;
        match &entered {
            Ok(_) => tried.was_right(),
            Err(SignInError::Refused) => drop(tried),
            // The password was right, or nobody looked at it.
            Err(_) => tried.was_none(),
        }
        entered
    }

    async fn enter_as(&self, name: Option<String>, entry: Entry, fresh: &Fresh) -> Result<Entered, SignInError> {
        let held = match &name {
            Some(name) => self.held_under(name).await?,
            None => None,
        };
        let (held, turn) = self.with_password(held, &entry.password, entry.from.map(Who::address)).await?;
        let (held, now) = (held?, self.0.desk.now());
        if held.account.locked || held.account.handed_out_until.is_some_and(|until| until < now) {
            return Err(SignInError::Refused);
        }
        let roles = self.0.desk.roles_of(held.staff).await?;
        let mut account = held.account.clone();
        let shown = account.second_factor.is_some();
        if let Some(factor) = &mut account.second_factor {
            let code = entry.code.as_deref().ok_or(SignInError::CodeNeeded)?;
            factor.last = held.account.counts(code, now).ok_or(SignInError::Refused)?;
        }
        // Which roles somebody has is told to nobody who has but the password.
        let acting = held.account.acting(roles.as_ref(), entry.role).ok_or(SignInError::NoRole)?;
        // Hashes grow dearer with the years: here is the one moment at which the password is known.
        if turn.is_outdated(&account.password) {
            let pepper = self.vault().mac_key("password-pepper").await?;
            if let (Some(hash), _) = turn.hash(pepper.mac(entry.password.as_bytes()), fresh.salt).await {
                (account.password, account.pepper) = (hash, pepper.id().to_owned());
            }
        } else {
            drop(turn);
        }
        if shown || account.password != held.account.password {
            match self.change(&held, &account).await {
                // Somebody came in with the same code at the same moment, or the account was changed or locked.
                Err(SignInError::Conflict) => return Err(SignInError::Refused),
                changed => changed?,
            }
        }
        let acting = Acting { missing: missing(&account, acting.role), ..acting };
        self.open((held.staff, &account), acting, entry.device, shown.then_some(now), fresh).await
    }

    /// Changes the password of somebody who is in. Every other session ends, and this one is replaced.
    pub async fn change_password(
        &self,
        session: &Session,
        (old, new): (&str, &str),
        fresh: &Fresh,
    ) -> Result<Entered, SignInError> {
        let held = self.shows_password(session, old).await?;
        may_stand(new, &held.account.login).map_err(SignInError::Weak)?;
        if old == new {
            return Err(SignInError::Weak(Weak::Same));
        }
        let (password, pepper) = self.hashed(new, fresh).await?;
        let account = Account { password, pepper, handed_out_until: None, ..held.account.clone() };
        self.change(&held, &account).await?;
        let acting = Acting { missing: missing(&account, session.acting.role), ..session.acting.clone() };
        self.vault().revoke_sessions(held.staff.0, Sessions::All, self.0.desk.now()).await?;
        // Whoever had the old password may have made tokens with it.
        self.vault().revoke_api_tokens(held.staff.0, None, self.0.desk.now()).await?;
        self.0.looks.end_of(held.staff);
        self.open((held.staff, &account), acting, session.device, session.second_factor, fresh).await
    }

    /// Offers a second factor to somebody who has none: its secret in base 32, and as an address for a phone.
    pub async fn offer_second_factor(&self, session: &Session, fresh: &Fresh) -> Result<(String, String), SignInError> {
        if session.acting.missing == Missing::Password {
            return Err(SignInError::SessionNeeded);
        }
        let held = self.held(session.staff).await?;
        self.still_open(session).await?;
        self.shown_lately(session)?;
        if held.account.second_factor.is_some() {
            return Err(SignInError::HasSecondFactor);
        }
        let offered = Some(hex::encode(fresh.second_factor));
        self.change(&held, &Account { offered, ..held.account.clone() }).await?;
        let login = &held.account.login;
        Ok((totp::base32(&fresh.second_factor), totp::uri(&fresh.second_factor, login)))
    }

    /// Takes a code: the first of a factor that was offered, or one that shows again who is there. The session is
    /// replaced by one with a new secret.
    pub async fn show_code(&self, session: &Session, code: &str, fresh: &Fresh) -> Result<Entered, SignInError> {
        let (who, now) = (vec![Self::codes_of(session.staff.0)], self.0.desk.now());
        if session.acting.missing == Missing::Password {
            return Err(SignInError::SessionNeeded);
        }
        let tried = self.0.limits.attempt(who, now).map_err(SignInError::Wait)?;
        let held = self.held(session.staff).await?;
        self.still_open(session).await?;
        let mut account = held.account.clone();
        if let Some(factor) = &mut account.second_factor {
            factor.last = held.account.counts(code, now).ok_or(SignInError::Refused)?;
        } else {
            let secret = account.offered.take().ok_or(SignInError::Refused)?;
            let bytes = hex::decode(&secret).map_err(|_| SignInError::Damaged)?;
            let last = totp::step_of(&bytes, code, now, 0).ok_or(SignInError::Refused)?;
            account.second_factor = Some(SecondFactor { secret, last });
        }
        match self.change(&held, &account).await {
            Err(SignInError::Conflict) => return Err(SignInError::Refused),
            changed => changed?,
        }
        tried.was_right();
        let acting = Acting { missing: missing(&account, session.acting.role), ..session.acting.clone() };
        self.end(session).await?;
        self.open((held.staff, &account), acting, session.device, Some(now), fresh).await
    }

    /// Takes the password of somebody who is in once more. The session is replaced by one with a new secret, in which
    /// for a while more may be done than in one that lies open.
    pub async fn show_password(
        &self,
        session: &Session,
        password: &str,
        fresh: &Fresh,
    ) -> Result<Entered, SignInError> {
        let held = self.shows_password(session, password).await?;
        self.end(session).await?;
        let of = (held.staff, &held.account);
        self.open(of, session.acting.clone(), session.device, session.second_factor, fresh).await
    }

    /// The account of somebody who is in and shows the password of it.
    async fn shows_password(&self, session: &Session, password: &str) -> Result<Held, SignInError> {
        let held = self.held(session.staff).await?;
        self.still_open(session).await?;
        let who = Who::name(&held.account.login);
        let tried = self.0.limits.attempt(vec![who.clone()], self.0.desk.now()).map_err(SignInError::Wait)?;
        match self.with_password(Some(held), password, Some(who)).await {
            Ok((Ok(held), _)) => {
                tried.was_none();
                Ok(held)
            }
            Ok((Err(refused), _)) => Err(refused),
            Err(error) => {
                tried.was_none();
                Err(error)
            }
        }
    }

    /// Whether the password or a code was shown lately: each opens a session of its own. Whoever finds a session open
    /// on a desk makes nothing that outlives it.
    pub(super) fn shown_lately(&self, session: &Session) -> Result<(), SignInError> {
        let lately = session.created + SHOWN_LATELY > self.0.desk.now();
        if lately { Ok(()) } else { Err(SignInError::ShowAgain) }
    }

    /// Compares a password with the one of an account, or with nobody's, and gives the turn to hash back. `whose` takes
    /// the place in the queue.
    async fn with_password(
        &self,
        held: Option<Held>,
        password: &str,
        whose: Option<Who>,
    ) -> Result<(Result<Held, SignInError>, Turn), SignInError> {
        let current = self.vault().mac_key("password-pepper").await?;
        let pepper = match &held {
            Some(held) if held.account.pepper != current.id() => {
                let old = self.vault().mac_key_by_id("password-pepper", &held.account.pepper).await?;
                old.ok_or(SignInError::Damaged)?
            }
            Some(_) | None => current,
        };
        let hash = held.as_ref().map_or(&self.0.nobody, |held| &held.account.password).clone();
        let turn = self.0.hashing.turn(whose).await.map_err(|_| SignInError::Busy)?;
        let read = password.as_bytes().get(..READ).unwrap_or(password.as_bytes());
        let (right, turn) = turn.is(pepper.mac(read), hash).await;
        let found = held.filter(|_| right && password.len() <= READ).ok_or(SignInError::Refused);
        Ok((found, turn))
    }

    /// Ends one session of somebody who is in.
    pub async fn end(&self, session: &Session) -> Result<(), SignInError> {
        self.end_one(session.staff, session.id).await.map(drop)
    }

    /// Ends a session of somebody by its id, and tells whether it was open.
    pub async fn end_one(&self, staff: StaffId, id: uuid::Uuid) -> Result<bool, SignInError> {
        let ended = self.vault().revoke_sessions(staff.0, Sessions::One(id), self.0.desk.now()).await?;
        self.0.looks.end_of(staff);
        Ok(ended > 0)
    }
}

/// What must happen before somebody in a role may do anything else.
fn missing(account: &Account, role: Role) -> Missing {
    if account.handed_out_until.is_some() {
        Missing::Password
    } else if needs_second_factor(role) && account.second_factor.is_none() {
        Missing::SecondFactor
    } else {
        Missing::Nothing
    }
}
