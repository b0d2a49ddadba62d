//! Where a sign-in of somebody else's will come in: an OpenID Connect provider that says who is there. There is none yet.
//!
//! A provider says who somebody is, and nothing else: role and scope are facts of the log, and a session is opened here
//! as after a password. Whoever writes the first one starts with the authorization code flow with PKCE.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// Who a provider is, and how it knows us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its issuer, exactly as it stands in its tokens.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// Where it sends people back to.
    pub redirect: String,
}

/// What leaves with the browser and must come back with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Journey {
    /// Where the browser is sent.
    pub address: String,
    /// Ties the answer to this browser.
    pub state: String,
    /// Ties the token to this journey.
    pub nonce: String,
    /// Proves to the provider that it was we who asked.
    pub verifier: String,
}

// State, nonce and verifier are secrets while the journey lasts.
impl fmt::Debug for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹journey›")
    }
}

/// Somebody whom a provider knows. `subject` is the provider's name for them, which never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The provider's issuer.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
    /// Whether it asked for a second factor.
    pub second_factor: bool,
}

/// Why a provider did not say who is there.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// What came back does not belong to the journey, or does not verify.
    #[error("the provider's answer does not belong to this sign-in")]
    Forged,
    /// It does not answer.
    #[error("the provider does not answer")]
    Unreachable(#[source] std::io::Error),
}

/// Somebody else who says who is there.
pub trait Introduces: fmt::Debug + Send + Sync {
    /// Which provider it is.
    fn provider(&self) -> &Provider;

    /// Begins a journey with 32 bytes of chance.
    fn depart(&self, chance: [u8; 32]) -> Journey;

    /// Reads what the browser brought back: `state` and `code` of the address it was sent to.
    fn arrive<'a>(
        &'a self,
        journey: &'a Journey,
        state: &'a str,
        code: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Known, ProviderError>> + Send + 'a>>;
}
