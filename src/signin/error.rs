//! Why somebody does not come in, or a change of an account is not made.

use events::vault::VaultError;

use super::password::Weak;
use crate::desk::DeskError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A name, a password or a code is wrong, or the account is locked: to a stranger these are the same.
    #[error("name, password or code is not right")]
    Refused,
    /// The password is right, and the account has a second factor.
    #[error("the code of the second factor is needed")]
    CodeNeeded,
    /// Too many wrong tries.
    #[error("too many tries: wait {0} seconds")]
    Wait(u32),
    /// Too many sign in at this moment.
    #[error("too many sign in at this moment")]
    Busy,
    /// The new password may not stand.
    #[error("the password may not stand: {0:?}")]
    Weak(Weak),
    /// No role that was granted can be acted in.
    #[error("no role is granted")]
    NoRole,
    /// Nobody of this id has an account, or is on the staff.
    #[error("there is no such account")]
    NoAccount,
    /// The member of staff has an account.
    #[error("there is an account already")]
    HasAccount,
    /// The login name is no name, or somebody else's.
    #[error("the login name can't be taken")]
    Name,
    /// Not for one's own account: nobody locks the door from inside.
    #[error("not for one's own account")]
    Own,
    /// It takes a session in which nothing is missing, not a token.
    #[error("a whole session is needed")]
    SessionNeeded,
    /// The password or a code must be shown again first: it was too long ago.
    #[error("the password or a code was shown too long ago")]
    ShowAgain,
    /// There is a second factor already; a new phone takes an administrator.
    #[error("there is a second factor already")]
    HasSecondFactor,
    /// A token's name or end can't stand.
    #[error("a token's {0} can't stand")]
    Token(&'static str),
    /// Somebody changed the account meanwhile.
    #[error("the account was changed meanwhile")]
    Conflict,
    /// What is kept does not read. An alarm.
    #[error("what is kept of a sign-in does not read")]
    Damaged,
    /// The operating system or the cost of hashes is not as it should be.
    #[error("passwords can't be hashed")]
    Hashing,
    /// The file for the first administrator.
    #[error("the file for the first administrator can't be used")]
    File(#[from] std::io::Error),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}
