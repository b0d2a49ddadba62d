//! What is kept of somebody's way in, and what an administrator does with it: make, reset, lock, unlock.

use chrono::{DateTime, TimeDelta, Utc};
use events::id::StaffId;
use events::vault::{Credentials, Sessions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::acting::Acting;
use super::error::SignInError;
use super::fresh::Fresh;
use super::{SignIn, totp};
use crate::desk::Roles;

/// How long a password that was handed out is good.
const HANDED_OUT: TimeDelta = TimeDelta::days(7);

/// A second factor that was shown once.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SecondFactor {
    /// Its secret, in hexadecimal digits.
    pub(super) secret: String,
    /// The step of the last code that counted.
    pub(super) last: i64,
}

/// What is kept of somebody, closed in the vault.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) login: String,
    /// As a PHC string.
    pub(super) password: String,
    /// Which pepper the password was hashed with.
    pub(super) pepper: String,
    /// The password was handed out, and is good until then for choosing one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) handed_out_until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) second_factor: Option<SecondFactor>,
    /// The secret of a second factor whose first code was not shown yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) offered: Option<String>,
    #[serde(default)]
    pub(super) locked: bool,
    /// How often an administrator ended everything of it: also a lock that is open again ended what was under way.
    #[serde(default)]
    pub(super) ended: u32,
    /// As what somebody acts whom the log has granted nothing yet: the first administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) acts: Option<Acting>,
}

/// An account with what a change of it must name.
pub(super) struct Held {
    pub(super) staff: StaffId,
    version: i64,
    pub(super) account: Account,
}

/// A password that was handed out.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The login name.
    pub login: String,
    /// Until when it is good.
    pub until: DateTime<Utc>,
}

/// How an account stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountState {
    /// The login name.
    pub login: String,
    /// Whether an administrator locked it.
    pub locked: bool,
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// Until when a password that was handed out is good; none: it has one of its own.
    pub handed_out_until: Option<DateTime<Utc>>,
}

/// A login name as it is kept, if it can be one: 3 to 64 small letters, digits and `.`, `_`, `-`, `@`.
pub(super) fn login_name(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let letters = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-@".contains(&it));
    ((3..=64).contains(&name.len()) && letters && name.starts_with(|it: char| it.is_ascii_alphanumeric()))
        .then_some(name)
}

impl SignIn {
    /// Makes an account for a member of staff, with the password of `fresh`, to be handed out and changed.
    pub async fn make_account(&self, staff: StaffId, login: &str, fresh: &Fresh) -> Result<Offered, SignInError> {
        let login = login_name(login).ok_or(SignInError::Name)?;
        if !self.0.desk.roles_of(staff).await?.is_some_and(|roles| roles.is_staff) {
            return Err(SignInError::NoAccount);
        }
        if self.vault().credentials(staff.0).await?.is_some() {
            return Err(SignInError::HasAccount);
        }
        let account = self.new_account(&login, fresh.password.shown(), fresh).await?;
        let until = self.0.desk.now() + HANDED_OUT;
        let account = Account { handed_out_until: Some(until), ..account };
        if self.put(staff, 0, &account).await? { Ok(Offered { login, until }) } else { Err(SignInError::Name) }
    }

    /// Makes an account that can be used as it is, for a demo: with a password, and the second factor of `fresh` for a
    /// role that must have one.
    pub async fn make_ready(
        &self,
        staff: StaffId,
        login: &str,
        second_factor: bool,
        fresh: &Fresh,
    ) -> Result<(), SignInError> {
        let account = self.new_account(login, fresh.password.shown(), fresh).await?;
        let secret = hex::encode(fresh.second_factor);
        let second_factor = second_factor.then_some(SecondFactor { secret, last: 0 });
        let made = self.put(staff, 0, &Account { second_factor, ..account }).await?;
        if made { Ok(()) } else { Err(SignInError::HasAccount) }
    }

    /// Hands out a new password, and forgets the second factor: what somebody needs who lost either. Sessions and
    /// tokens end.
    pub async fn reset(&self, by: StaffId, staff: StaffId, fresh: &Fresh) -> Result<Offered, SignInError> {
        let held = self.of_another(by, staff).await?;
        let until = self.0.desk.now() + HANDED_OUT;
        let (password, pepper) = self.hashed(fresh.password.shown(), fresh).await?;
        let account = Account {
            password,
            pepper,
            handed_out_until: Some(until),
            second_factor: None,
            offered: None,
            ended: held.account.ended.saturating_add(1),
            ..held.account.clone()
        };
        self.change(&held, &account).await?;
        self.end_all(staff).await?;
        Ok(Offered { login: account.login, until })
    }

    /// Locks somebody out; sessions and tokens end.
    pub async fn lock(&self, by: StaffId, staff: StaffId) -> Result<AccountState, SignInError> {
        let state = self.set_locked(by, staff, true).await?;
        self.end_all(staff).await?;
        Ok(state)
    }

    /// Lets somebody in again, with the password and the second factor they had.
    pub async fn unlock(&self, by: StaffId, staff: StaffId) -> Result<AccountState, SignInError> {
        self.set_locked(by, staff, false).await
    }

    /// Hands out a new password to whoever has this login name, for the machine's owner: the way back when every
    /// administrator is locked out. The account is open again.
    pub async fn let_back_in(&self, login: &str, fresh: &Fresh) -> Result<Offered, SignInError> {
        let name = login_name(login).ok_or(SignInError::NoAccount)?;
        let held = self.held_under(&name).await?.ok_or(SignInError::NoAccount)?;
        let machine = StaffId::derived(self.0.desk.log().id(), "whoever has the root key");
        let offered = self.reset(machine, held.staff, fresh).await?;
        self.unlock(machine, held.staff).await?;
        Ok(offered)
    }

    /// How somebody's account stands.
    pub async fn account(&self, staff: StaffId) -> Result<AccountState, SignInError> {
        Ok(state(&self.held(staff).await?.account))
    }

    async fn set_locked(&self, by: StaffId, staff: StaffId, locked: bool) -> Result<AccountState, SignInError> {
        let held = self.of_another(by, staff).await?;
        let ended = held.account.ended.saturating_add(u32::from(locked));
        let account = Account { locked, ended, ..held.account.clone() };
        if locked == held.account.locked {
            return Ok(state(&account));
        }
        self.change(&held, &account).await?;
        // Two administrators who lock each other at one moment would leave nobody to unlock: whoever finds herself locked
        // afterwards takes hers back.
        if locked && self.is_locked(by).await? {
            let held = self.held(staff).await?;
            self.change(&held, &Account { locked: false, ..held.account.clone() }).await?;
            return Err(SignInError::SessionNeeded);
        }
        Ok(state(&account))
    }

    /// Whether what was read of an account is so no more: it was locked or reset, or its password is another.
    pub(super) async fn has_moved(&self, staff: StaffId, read: &Account) -> Result<bool, SignInError> {
        let now = self.held(staff).await?.account;
        let secret = |it: &Account| it.second_factor.as_ref().map(|factor| factor.secret.clone());
        Ok(now.locked
            || now.ended != read.ended
            || now.password != read.password
            || now.handed_out_until != read.handed_out_until
            || secret(&now) != secret(read))
    }

    /// Whether somebody has an account, and it is locked.
    pub(super) async fn is_locked(&self, staff: StaffId) -> Result<bool, SignInError> {
        Ok(self.vault().credentials(staff.0).await?.map(read).transpose()?.is_some_and(|held| held.account.locked))
    }

    /// Somebody's account, unless it is the administrator's own.
    async fn of_another(&self, by: StaffId, staff: StaffId) -> Result<Held, SignInError> {
        if by == staff { Err(SignInError::Own) } else { self.held(staff).await }
    }

    /// Whoever has left has nothing open any more, here at once and elsewhere within two seconds.
    pub async fn left(&self, staff: StaffId) -> Result<(), SignInError> {
        self.end_all(staff).await
    }

    /// Whether somebody has left the staff, as the log has it now.
    pub(super) async fn has_left(&self, staff: StaffId) -> Result<bool, SignInError> {
        Ok(self.0.desk.roles_of(staff).await?.is_some_and(|roles| !roles.is_staff))
    }

    async fn end_all(&self, staff: StaffId) -> Result<(), SignInError> {
        let now = self.0.desk.now();
        self.vault().revoke_sessions(staff.0, Sessions::All, now).await?;
        self.vault().revoke_api_tokens(staff.0, None, now).await?;
        self.0.looks.end_of(staff);
        Ok(())
    }

    pub(super) async fn held(&self, staff: StaffId) -> Result<Held, SignInError> {
        read(self.vault().credentials(staff.0).await?.ok_or(SignInError::NoAccount)?)
    }

    pub(super) async fn held_under(&self, login: &str) -> Result<Option<Held>, SignInError> {
        self.vault().credentials_of_login(login).await?.map(read).transpose()
    }

    /// Puts a changed account, unless somebody changed it since it was read.
    pub(super) async fn change(&self, held: &Held, account: &Account) -> Result<(), SignInError> {
        if self.put(held.staff, held.version, account).await? { Ok(()) } else { Err(SignInError::Conflict) }
    }

    pub(super) async fn put(&self, staff: StaffId, expected: i64, account: &Account) -> Result<bool, SignInError> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(account).map_err(|_| SignInError::Damaged)?);
        Ok(self.vault().put_credentials(staff.0, &account.login, expected, &plain).await?)
    }

    pub(super) async fn new_account(&self, login: &str, password: &str, fresh: &Fresh) -> Result<Account, SignInError> {
        let (password, pepper) = self.hashed(password, fresh).await?;
        let login = login.to_owned();
        let (handed_out_until, second_factor, offered, acts) = (None, None, None, None);
        Ok(Account { login, password, pepper, handed_out_until, second_factor, offered, locked: false, ended: 0, acts })
    }

    /// A password's hash, and the pepper in it.
    pub(super) async fn hashed(&self, password: &str, fresh: &Fresh) -> Result<(String, String), SignInError> {
        let pepper = self.vault().mac_key("password-pepper").await?;
        let turn = self.0.hashing.turn(None).await.map_err(|_| SignInError::Busy)?;
        let (hash, _) = turn.hash(pepper.mac(password.as_bytes()), fresh.salt).await;
        Ok((hash.ok_or(SignInError::Hashing)?, pepper.id().to_owned()))
    }
}

impl Account {
    /// The step of a code of the second factor, if it counts now.
    pub(super) fn counts(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let it = self.second_factor.as_ref()?;
        totp::step_of(&hex::decode(&it.secret).ok()?, code, now, it.last)
    }

    /// As what somebody acts: in the role they ask for, or the first they have. What the log grants has the last word.
    pub(super) fn acting(&self, roles: Option<&Roles>, asked: Option<crate::access::Role>) -> Option<Acting> {
        let Some(roles) = roles.filter(|roles| roles.ever_granted) else {
            return self.acts.clone().filter(|it| asked.is_none_or(|role| role == it.role));
        };
        let (role, scope) = roles.held.iter().find(|(role, _)| asked.is_none_or(|asked| asked == *role))?;
        Some(Acting { role: *role, scope: scope.clone(), agency: roles.agency, missing: super::Missing::Nothing })
    }
}

fn read(stored: Credentials) -> Result<Held, SignInError> {
    let account = serde_json::from_slice(&stored.plain).map_err(|_| SignInError::Damaged)?;
    Ok(Held { staff: StaffId(stored.staff), version: stored.version, account })
}

fn state(account: &Account) -> AccountState {
    AccountState {
        login: account.login.clone(),
        locked: account.locked,
        second_factor: account.second_factor.is_some(),
        handed_out_until: account.handed_out_until,
    }
}
