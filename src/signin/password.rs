//! Which passwords may stand, and how are they kept? Argon2id, two at a time, and whoever comes too many is told so.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The fewest characters.
pub const SHORTEST: usize = 12;
/// The most characters.
pub const LONGEST: usize = 200;
/// So many hashes are computed at a time …
const AT_ONCE: usize = 2;
/// … and so many may wait for their turn.
const WAITING: usize = 20;
/// Whose password has fewer different characters types one key.
const DIFFERENT: usize = 5;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// As OWASP advises for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2 }
    }
}

/// Why a password may not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`].
    Long,
    /// Everybody thinks of it, or it is one key after the other.
    Common,
    /// It holds the login name.
    Name,
    /// It is the one that should be changed.
    Same,
}

/// Refuses what a stranger would try first.
pub fn may_stand(password: &str, login: &str) -> Result<(), Weak> {
    let count = password.chars().count();
    if count < SHORTEST {
        return Err(Weak::Short);
    }
    if count > LONGEST {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    let different: BTreeSet<char> = lower.chars().collect();
    // Digits alone are a number that somebody has: of a telephone, a bank, a citizen.
    let number = lower.chars().all(char::is_numeric);
    if number || different.len() < DIFFERENT || include_str!("commonest.txt").lines().any(|common| common == lower) {
        return Err(Weak::Common);
    }
    if lower.contains(login) {
        return Err(Weak::Name);
    }
    Ok(())
}

/// Where passwords are hashed, a few at a time.
#[derive(Debug, Clone)]
pub struct Hashing {
    cost: Cost,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// A turn to hash.
#[derive(Debug)]
pub struct Turn {
    cost: Cost,
    _permit: OwnedSemaphorePermit,
}

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl Hashing {
    /// Hashes that cost so much.
    pub fn costing(cost: Cost) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }

    /// Waits for a turn, unless too many wait.
    pub async fn turn(&self) -> Result<Turn, Busy> {
        /// Who gives up waiting is counted no more.
        struct Place<'a>(&'a AtomicUsize);
        impl Drop for Place<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _place = Place(&self.waiting);
        if before >= WAITING {
            return Err(Busy);
        }
        let permit = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Busy)?;
        Ok(Turn { cost: self.cost, _permit: permit })
    }

    /// The hash of a password, computed here and now: for a start, not for a request.
    pub fn hash_now(&self, password: &str, salt: &[u8; 16]) -> Option<String> {
        hashed(self.cost, password, salt)
    }
}

impl Turn {
    /// Whether a password is the one of a hash, and the turn back.
    pub async fn is(self, password: String, hash: String) -> (bool, Self) {
        let checked = tokio::task::spawn_blocking(move || {
            let right = PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            (right, self)
        });
        match checked.await {
            Ok(answer) => answer,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    /// A password's hash as a PHC string, and the turn back; none if the cost is none that Argon2 knows.
    pub async fn hash(self, password: String, salt: [u8; 16]) -> (Option<String>, Self) {
        let made = tokio::task::spawn_blocking(move || (hashed(self.cost, &password, &salt), self));
        match made.await {
            Ok(answer) => answer,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    /// Whether a hash was made at another cost than today's.
    pub fn is_outdated(&self, hash: &str) -> bool {
        let made = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        made.is_none_or(|made| made.m_cost() != self.cost.memory || made.t_cost() != self.cost.passes)
    }
}

fn hashed(cost: Cost, password: &str, salt: &[u8; 16]) -> Option<String> {
    let params = Params::new(cost.memory, cost.passes, 1, None).ok()?;
    let salt = SaltString::encode_b64(salt).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_would_try_first_may_not_stand() {
        for (password, why) in [
            ("elevenchars", Weak::Short),
            ("รหัสสั้น", Weak::Short),
            ("Password1234", Weak::Common),
            ("aaaabbbbcccc", Weak::Common),
            ("สวัสดีสวัสดี", Weak::Common),
            ("098765432109876", Weak::Common),
            ("xxSomSri.Jai2026", Weak::Name),
        ] {
            assert_eq!(may_stand(password, "somsri.jai"), Err(why), "{password}");
        }
        assert_eq!(may_stand(&"ab cd ef gh ".repeat(20), "somsri"), Err(Weak::Long));
        for good in ["correct horse battery", "ข้าวเหนียวไก่ย่างส้มตำ", "!Q7m pf83kQz"]
        {
            assert_eq!(may_stand(good, "somsri"), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_says_what_it_cost_and_tells_one_password() {
        let hashing = Hashing::costing(Cost { memory: 64, passes: 1 });
        let turn = hashing.turn().await.unwrap();
        let (hash, turn) = turn.hash("correct horse battery".to_owned(), [7; 16]).await;
        let hash = hash.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let (right, turn) = turn.is("correct horse battery".to_owned(), hash.clone()).await;
        let (wrong, turn) = turn.is("correct horse batterz".to_owned(), hash.clone()).await;
        assert!(right && !wrong && !turn.is_outdated(&hash));
        let dearer = Hashing::costing(Cost { memory: 64, passes: 2 });
        assert!(dearer.turn().await.unwrap().is_outdated(&hash));
        let (nothing, _) = turn.is(String::new(), "no hash".to_owned()).await;
        assert!(!nothing);
    }

    #[tokio::test]
    async fn two_hash_at_a_time_twenty_wait_and_the_next_is_told_so() {
        let hashing = Hashing::costing(Cost { memory: 64, passes: 1 });
        let (one, _two) = (hashing.turn().await.unwrap(), hashing.turn().await.unwrap());
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let hashing = hashing.clone();
                tokio::spawn(async move { hashing.turn().await.is_ok() })
            })
            .collect();
        while hashing.waiting.load(Ordering::SeqCst) < WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(hashing.turn().await.unwrap_err(), Busy);
        drop(one);
        for it in waiting {
            assert!(it.await.unwrap());
        }
        assert!(hashing.turn().await.is_ok());
    }
}
