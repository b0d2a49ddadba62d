//! Who is there? Accounts, passwords, second factors, sessions and API tokens; what somebody may do is `access`'s matter.
//!
//! | file | question |
//! |---|---|
//! | `enter` | how does somebody come in, and change a password or show a second factor? |
//! | `account` | what is kept of somebody's way in, and who changes it? |
//! | `session`, `token` | whom does a cookie or a bearer token stand for now? |
//! | `first` | how does the first administrator of a new log come in? |
//! | `password`, `totp` | which proofs are there, and how are they checked? |
//! | `limits` | how often may somebody try? |
//! | `acting` | in which role, and what is missing before they may? |
//! | `fresh` | where does chance come from? |
//! | `provider` | where will somebody else's sign-in come in? |

mod account;
mod acting;
mod enter;
mod error;
mod first;
mod fresh;
mod limits;
mod password;
pub mod provider;
mod session;
#[cfg(test)]
mod tests;
mod token;
pub mod totp;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use events::vault::{SecretDigest, Vault};

use self::limits::Limits;
use self::password::Hashing;
use self::session::Looks;
use crate::desk::Desk;

pub use account::{AccountState, Offered};
pub use acting::{Acting, Missing, needs_second_factor};
pub use enter::{Entered, Entry};
pub use error::SignInError;
pub use first::FIRST_FILE;
pub use fresh::{Fresh, Secret};
pub use password::{Cost, LONGEST, SHORTEST, Weak};
pub use session::{Device, Session};
pub use token::{ApiToken, PREFIX, Wanted};

/// The sign-in of one node. Cheap to clone.
#[derive(Clone)]
pub struct SignIn(Arc<Inner>);

struct Inner {
    desk: Desk,
    hashing: Hashing,
    limits: Limits,
    looks: Looks,
    /// What the password of a name that nobody has is compared with, so that it takes as long.
    nobody: String,
    /// What the first administrator must send, while there is none.
    first: Mutex<Option<first::Offer>>,
}

/// Where somebody tries from; none where nobody knows.
pub type Address = Option<IpAddr>;

impl SignIn {
    /// The sign-in of whoever works at this desk. Computes one hash.
    pub fn at(desk: &Desk, cost: Cost) -> Self {
        let hashing = Hashing::costing(cost);
        let nobody = hashing.hash_now("nobody has this password", &[0; 16]).unwrap_or_default();
        let (limits, looks, first) = (Limits::default(), Looks::default(), Mutex::default());
        Self(Arc::new(Inner { desk: desk.clone(), hashing, limits, looks, nobody, first }))
    }

    fn vault(&self) -> &Vault {
        self.0.desk.vault()
    }

    /// A word under which somebody who tries the codes of an account is counted.
    fn codes_of(staff: uuid::Uuid) -> limits::Who {
        limits::Who::name(&format!("codes of {staff}"))
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sign-in›")
    }
}

/// Compares without telling by its time where two digests differ.
fn same(one: &SecretDigest, other: &SecretDigest) -> bool {
    let (one, other) = (format!("{one:?}"), format!("{other:?}"));
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (one, other)| differ | (one ^ other));
    one.len() == other.len() && std::hint::black_box(differ) == 0
}
