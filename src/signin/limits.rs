//! How often may somebody try? A growing wait per login name and per address; it never ends a session that is there.
//!
//! What is counted stands in this node's memory, known and unknown names alike. A wait is short enough that somebody
//! whose name is being tried by others still gets in.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;

/// So many names and addresses are remembered.
const REMEMBERED: usize = 100_000;
/// After so long without a try, all is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::hours(1);
/// No wait is longer, in seconds.
const LONGEST: i64 = 300;

/// Who tries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody under a login name, whether there is one or not: from one address, where that is known.
    Name(u64),
    /// Everybody under that name, from wherever. One stranger alone never keeps its owner out.
    NameFromAnywhere(u64),
    /// Somebody at an address; in IPv6 a whole network of one customer.
    Address(IpAddr),
}

impl Who {
    /// Whoever goes by this name. The name itself is not kept.
    pub fn name(login: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        login.hash(&mut hasher);
        Self::Name(hasher.finish())
    }

    /// Whoever comes in under a name. The first of them is forgotten by a sign-in that is right.
    pub fn at_the_door(login: &str, from: Option<IpAddr>) -> Vec<Self> {
        let Some(address) = from.map(Self::address) else { return vec![Self::name(login)] };
        let mut hasher = DefaultHasher::new();
        (login, &address).hash(&mut hasher);
        let Self::Name(anywhere) = Self::name(login) else { return vec![address] };
        vec![Self::Name(hasher.finish()), Self::NameFromAnywhere(anywhere), address]
    }

    /// Whoever is at this address.
    pub fn address(address: IpAddr) -> Self {
        let IpAddr::V6(long) = address.to_canonical() else { return Self::Address(address.to_canonical()) };
        let [a, b, c, d, ..] = long.segments();
        Self::Address(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
    }

    /// So many tries cost nothing: an office has one address.
    const fn free(&self) -> u32 {
        match self {
            Self::Name(_) => 4,
            Self::NameFromAnywhere(_) | Self::Address(_) => 60,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    failed: u32,
    last: DateTime<Utc>,
}

impl Tries {
    /// When the next try is taken.
    fn next(self, free: u32) -> DateTime<Utc> {
        let over = self.failed.saturating_sub(free);
        if self.failed < free {
            return self.last;
        }
        self.last + TimeDelta::seconds((2_i64 << over.min(16)).min(LONGEST))
    }
}

/// Who tried lately.
#[derive(Debug)]
pub struct Limits(Mutex<LruCache<Who, Tries>>);

impl Default for Limits {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN))))
    }
}

impl Limits {
    /// Counts a try of all of these as failed, before anything is computed: a thousand at once are a thousand. Answers
    /// after how many seconds to try again, if it is too early; such a try is not counted.
    pub fn attempt(&self, who: &[Who], now: DateTime<Utc>) -> Result<(), u32> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in who {
            let Some(tries) = known.peek(it) else { continue };
            // A clock that went back may not keep anybody out.
            if tries.last + FORGOTTEN <= now || tries.last > now + FORGOTTEN {
                known.pop(it);
                continue;
            }
            let next = tries.next(it.free());
            if next > now {
                let wait = (next - now).num_milliseconds().max(0).div_euclid(1000) + 1;
                return Err(u32::try_from(wait).unwrap_or(1));
            }
        }
        for it in who {
            let failed = known.get(it).map_or(0, |tries| tries.failed).saturating_add(1);
            known.put(it.clone(), Tries { failed, last: now });
        }
        Ok(())
    }

    /// Takes a counted try back: it was none of a stranger's.
    pub fn forgive(&self, who: &[Who]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in who {
            let left = known.get_mut(it).map(|tries| {
                tries.failed = tries.failed.saturating_sub(1);
                tries.failed
            });
            // What says nothing pushes nobody else out.
            if left == Some(0) {
                known.pop(it);
            }
        }
    }

    /// Forgets what somebody got wrong before.
    pub fn forget(&self, who: &Who) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(number: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + number, 0).unwrap()
    }

    #[test]
    fn a_thousand_wrong_passwords_cost_at_most_ten_hashes_in_the_first_minute() {
        let (limits, who) = (Limits::default(), [Who::name("somsri")]);
        let admitted = |range: std::ops::Range<i64>| {
            range.flat_map(|at| [at; 20]).filter(|at| limits.attempt(&who, second(*at)).is_ok()).count()
        };
        assert!((4..=10).contains(&admitted(0..60)));
        assert!((1..=3).contains(&admitted(60..300)));
        assert!(limits.attempt(&[Who::name("another")], second(301)).is_ok(), "others are let in");
        let wait = limits.attempt(&who, second(301)).unwrap_err();
        assert!(i64::from(wait) <= LONGEST, "{wait}");
        assert!(limits.attempt(&who, second(301 + i64::from(wait))).is_ok());
    }

    #[test]
    fn who_comes_in_starts_anew_and_an_office_has_one_address() {
        let limits = Limits::default();
        let address = Who::address("203.0.113.7".parse().unwrap());
        for number in 0..50 {
            let who = [Who::name(&number.to_string()), address.clone()];
            limits.attempt(&who, second(0)).unwrap();
            limits.forget(&who[0]);
        }
        for _ in 0..9 {
            limits.attempt(std::slice::from_ref(&address), second(0)).unwrap();
        }
        limits.attempt(std::slice::from_ref(&address), second(0)).unwrap();
        limits.attempt(std::slice::from_ref(&address), second(0)).unwrap_err();
        let same = Who::address("::ffff:203.0.113.7".parse().unwrap());
        limits.attempt(&[same], second(0)).unwrap_err();
        limits.forgive(std::slice::from_ref(&address));
        limits.attempt(&[address], second(0)).unwrap();
        let [one, other] = ["2001:db8::1", "2001:db8::9:9"].map(|it| Who::address(it.parse().unwrap()));
        assert_eq!(one, other);
    }

    #[test]
    fn a_stranger_at_another_address_keeps_nobody_out() {
        let (limits, at) = (Limits::default(), |last| Some(IpAddr::from([203, 0, 113, last])));
        let (stranger, owner) = (Who::at_the_door("somsri", at(1)), Who::at_the_door("somsri", at(2)));
        let tenth = |nth: i64| second(0) + TimeDelta::milliseconds(nth * 100);
        let taken = (0..36_000).filter(|nth| limits.attempt(&stranger, tenth(*nth)).is_ok()).count();
        assert!(taken < 30, "{taken}");
        assert!(limits.attempt(&stranger, second(3_600)).is_err());
        assert_eq!(limits.attempt(&owner, second(3_600)), Ok(()));
        // Where addresses are not known, the name is all there is.
        let nowhere = Who::at_the_door("somsri", None);
        let taken = (0..20).filter(|_| limits.attempt(&nowhere, second(0)).is_ok()).count();
        assert_eq!(taken, 4);
    }

    #[test]
    fn a_try_that_was_forgiven_takes_no_room() {
        let (limits, who) = (Limits::default(), [Who::name("somsri")]);
        limits.attempt(&who, second(0)).unwrap();
        limits.forgive(&who);
        assert_eq!(limits.0.lock().unwrap().len(), 0);
    }
}
