//! Which passwords may stand, and how are they kept? Argon2id, two at a time, and whoever comes too many is told so.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Who;

/// The fewest characters.
pub const SHORTEST: usize = 12;
/// The most characters.
pub const LONGEST: usize = 200;
/// So many hashes are computed at a time …
const AT_ONCE: usize = 2;
/// … and so many may wait for their turn.
const WAITING: usize = 20;
/// … of whom so many may come from one address.
const OF_ONE: usize = 3;
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
    queue: Arc<Queue>,
}

/// Who waits or hashes. Whoever fills it leaves places for others.
#[derive(Debug, Default)]
struct Queue(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    waiting: usize,
    /// Of each address that has any, also those whose turn it is.
    taken: HashMap<Who, usize>,
}

impl Queue {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place of somebody, given back when they are done or give up.
#[derive(Debug)]
struct Place {
    queue: Arc<Queue>,
    whose: Option<Who>,
    waits: bool,
}

impl Place {
    fn of(queue: &Arc<Queue>, whose: Option<Who>) -> Result<Self, Busy> {
        let mut places = queue.places();
        let taken = whose.as_ref().and_then(|whose| places.taken.get(whose)).copied().unwrap_or_default();
        if places.waiting >= WAITING || taken >= OF_ONE {
            return Err(Busy);
        }
        places.waiting += 1;
        if let Some(whose) = &whose {
            places.taken.insert(whose.clone(), taken + 1);
        }
        drop(places);
        Ok(Self { queue: Arc::clone(queue), whose, waits: true })
    }

    /// Its turn has come.
    fn called(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.queue.places().waiting -= 1;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.called();
        let Some(whose) = &self.whose else { return };
        let mut places = self.queue.places();
        let left = places.taken.get(whose).map_or(0, |taken| taken.saturating_sub(1));
        if left == 0 {
            places.taken.remove(whose);
        } else {
            places.taken.insert(whose.clone(), left);
        }
    }
}

/// A turn to hash.
#[derive(Debug)]
pub struct Turn {
    cost: Cost,
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

/// Too many wait already, or too many of one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl Hashing {
    /// Hashes that cost so much.
    pub fn costing(cost: Cost) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::default() }
    }

    /// Waits for a turn, unless too many wait. One address has a few places at a time; who is known has no need of
    /// that, nor has an address that stands for all.
    pub async fn turn(&self, whose: Option<Who>) -> Result<Turn, Busy> {
        let mut place = Place::of(&self.queue, whose)?;
        let permit = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Busy)?;
        place.called();
        Ok(Turn { cost: self.cost, _permit: permit, _place: place })
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
        let turn = hashing.turn(None).await.unwrap();
        let (hash, turn) = turn.hash("correct horse battery".to_owned(), [7; 16]).await;
        let hash = hash.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let (right, turn) = turn.is("correct horse battery".to_owned(), hash.clone()).await;
        let (wrong, turn) = turn.is("correct horse batterz".to_owned(), hash.clone()).await;
        assert!(right && !wrong && !turn.is_outdated(&hash));
        let dearer = Hashing::costing(Cost { memory: 64, passes: 2 });
        assert!(dearer.turn(None).await.unwrap().is_outdated(&hash));
        let (nothing, _) = turn.is(String::new(), "no hash".to_owned()).await;
        assert!(!nothing);
    }

    #[tokio::test]
    async fn two_hash_at_a_time_twenty_wait_and_the_next_is_told_so() {
        let hashing = Hashing::costing(Cost { memory: 64, passes: 1 });
        let (one, _two) = (hashing.turn(None).await.unwrap(), hashing.turn(None).await.unwrap());
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let hashing = hashing.clone();
                tokio::spawn(async move { hashing.turn(None).await.is_ok() })
            })
            .collect();
        while hashing.queue.places().waiting < WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(hashing.turn(None).await.unwrap_err(), Busy);
        drop(one);
        for it in waiting {
            assert!(it.await.unwrap());
        }
        assert!(hashing.turn(None).await.is_ok());
    }
    #[tokio::test]
    async fn one_address_takes_three_places_and_leaves_the_others_theirs() {
        let hashing = Hashing::costing(Cost { memory: 64, passes: 1 });
        let address = |last: u8| Some(Who::address(std::net::IpAddr::from([203, 0, 113, last])));
        let begun = |last| {
            let hashing = hashing.clone();
            tokio::spawn(async move { hashing.turn(address(last)).await })
        };
        let turns = [hashing.turn(address(1)).await.unwrap(), hashing.turn(address(1)).await.unwrap()];
        let third = begun(1);
        while hashing.queue.places().waiting < 1 {
            tokio::task::yield_now().await;
        }
        for _ in 0..40 {
            assert_eq!(hashing.turn(address(1)).await.unwrap_err(), Busy);
        }
        let other = begun(2);
        while hashing.queue.places().waiting < 2 {
            tokio::task::yield_now().await;
        }
        drop(turns);
        drop((third.await.unwrap().unwrap(), other.await.unwrap().unwrap()));
        assert!(hashing.queue.places().taken.is_empty() && hashing.queue.places().waiting == 0);
    }
}
