//! What nobody could have guessed: the chance that one sign-in, one account or one token takes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::vault::SecretDigest;
use rand::CryptoRng;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::totp;

/// Letters of a password that is handed out: none looks like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A secret of 256 random bits, as a cookie or a header holds it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Characters of a secret.
    pub const LENGTH: usize = 43;

    /// What is sent. It is shown once and kept nowhere.
    pub fn shown(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::of(&self.0)
    }

    /// Whether a text could be one: anything else needs no look into the vault.
    pub fn could_be(text: &str) -> bool {
        text.len() == Self::LENGTH && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
    }
}

// A secret may not reach a log line.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹secret›")
    }
}

/// Chance for one request.
#[derive(Clone)]
pub struct Fresh {
    /// The secret of a new session or token.
    pub secret: Secret,
    /// Its id.
    pub id: Uuid,
    /// A password's salt.
    pub salt: [u8; 16],
    /// A password to be handed out: 100 bits in groups of five.
    pub password: Secret,
    /// A second factor's secret.
    pub second_factor: [u8; totp::SECRET],
}

// It holds secrets.
impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹fresh›")
    }
}

impl Fresh {
    /// Draws it.
    pub fn drawn(rng: &mut dyn CryptoRng) -> Self {
        let (mut secret, mut id, mut salt) = ([0; 32], [0; 16], [0; 16]);
        let (mut letters, mut second_factor) = ([0; 20], [0; totp::SECRET]);
        for bytes in [&mut secret[..], &mut id[..], &mut salt[..], &mut letters[..], &mut second_factor[..]] {
            rng.fill_bytes(bytes);
        }
        let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
        let groups: Vec<String> = letters.chunks(5).map(|five| five.iter().map(letter).collect()).collect();
        Self {
            secret: Secret(URL_SAFE_NO_PAD.encode(secret)),
            id: uuid::Builder::from_random_bytes(id).into_uuid(),
            salt,
            password: Secret(groups.join("-")),
            second_factor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_looks_like_one_and_is_never_printed() {
        let fresh = Fresh::drawn(&mut rand::rng());
        assert!(Secret::could_be(fresh.secret.shown()));
        assert!(!format!("{fresh:?}").contains(fresh.secret.shown()));
        assert_eq!(fresh.password.shown().len(), 23);
        for wrong in ["", "short", &"x".repeat(42), &"x".repeat(44), &"ก".repeat(43), &"x".repeat(1 << 20)] {
            assert!(!Secret::could_be(wrong));
        }
        assert_ne!(Fresh::drawn(&mut rand::rng()).secret, fresh.secret);
    }
}
