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

    /// Whether many who know nothing of each other stand under it.
    const fn is_shared(&self) -> bool {
        match self {
            Self::Name(_) => false,
            Self::NameFromAnywhere(_) | Self::Address(_) => true,
        }
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
    /// So many were wrong, less what time and right ones took away.
    failed: u32,
    /// So many are looked at now: until the answer is there, each counts as wrong.
    under_way: u32,
    /// The last that was wrong.
    wrong: DateTime<Utc>,
    /// The last at all.
    last: DateTime<Utc>,
    /// Up to when time has taken away.
    eased: DateTime<Utc>,
}

impl Tries {
    const fn first(now: DateTime<Utc>) -> Self {
        Self { failed: 0, under_way: 0, wrong: DateTime::<Utc>::MIN_UTC, last: now, eased: now }
    }

    /// What many share is forgiven one try a minute: an office makes mistakes all day.
    fn ease(&mut self, now: DateTime<Utc>) {
        let minutes = u32::try_from((now - self.eased).num_minutes()).unwrap_or(0);
        self.eased += TimeDelta::minutes(i64::from(minutes));
        self.failed = self.failed.saturating_sub(minutes);
    }

    /// When the next try is taken: measured from the last that was wrong, or may turn out to be.
    fn next(self, free: u32) -> DateTime<Utc> {
        let failed = self.failed.saturating_add(self.under_way);
        let since = if self.under_way > 0 { self.last } else { self.wrong };
        if failed < free {
            return since;
        }
        let over = failed - free;
        since.checked_add_signed(TimeDelta::seconds((2_i64 << over.min(16)).min(LONGEST))).unwrap_or(since)
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

/// A try whose answer is not known yet. Whoever goes away before it was wrong.
#[derive(Debug)]
#[must_use = "a try that is dropped was wrong"]
pub struct Try<'a> {
    limits: &'a Limits,
    who: Vec<Who>,
    at: DateTime<Utc>,
}

impl Limits {
    /// Begins a try of all of these, counted as wrong before anything is computed: a thousand at once are a thousand.
    /// Answers after how many seconds to try again, if it is too early; such a try is not counted.
    pub fn attempt(&self, who: Vec<Who>, now: DateTime<Utc>) -> Result<Try<'_>, u32> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in &who {
            let Some(tries) = known.get_mut(it) else { continue };
            // A clock that went back may not keep anybody out.
            if tries.last + FORGOTTEN <= now || tries.last > now + FORGOTTEN {
                known.pop(it);
                continue;
            }
            if it.is_shared() {
                tries.ease(now);
            }
            let next = tries.next(it.free());
            if next > now {
                let wait = (next - now).num_milliseconds().max(0).div_euclid(1000) + 1;
                return Err(u32::try_from(wait).unwrap_or(1));
            }
        }
        for it in &who {
            let tries = known.get_or_insert_mut(it.clone(), || Tries::first(now));
            tries.under_way = tries.under_way.saturating_add(1);
            tries.last = now;
        }
        drop(known);
        Ok(Try { limits: self, who, at: now })
    }
}

impl Try<'_> {
    /// It was right. What somebody got wrong before is forgotten; of what many share one wrong try is, which somebody
    /// else of the same office may have made.
    pub fn was_right(mut self) {
        let who = std::mem::take(&mut self.who);
        let mut known = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in &who {
            settled(&mut known, it, |tries| {
                tries.failed = if it.is_shared() { tries.failed.saturating_sub(1) } else { 0 };
            });
        }
    }

    /// It was no try: nobody looked at what was sent, or it was none of a stranger's.
    pub fn was_none(mut self) {
        let who = std::mem::take(&mut self.who);
        let mut known = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in &who {
            settled(&mut known, it, |_| {});
        }
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        if self.who.is_empty() {
            return;
        }
        let mut known = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        for it in &self.who {
            settled(&mut known, it, |tries| {
                tries.failed = tries.failed.saturating_add(1);
                tries.wrong = tries.wrong.max(self.at);
            });
        }
    }
}

/// Ends a try of one of them. What says nothing any more pushes nobody else out.
fn settled(known: &mut LruCache<Who, Tries>, who: &Who, how: impl FnOnce(&mut Tries)) {
    let Some(tries) = known.peek_mut(who) else { return };
    tries.under_way = tries.under_way.saturating_sub(1);
    how(tries);
    if tries.failed == 0 && tries.under_way == 0 {
        known.pop(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(number: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + number, 0).unwrap()
    }

    /// A try that is wrong, if it is taken.
    fn fails(limits: &Limits, who: &[Who], at: DateTime<Utc>) -> Result<(), u32> {
        limits.attempt(who.to_vec(), at).map(drop)
    }

    #[test]
    fn a_thousand_wrong_passwords_cost_at_most_ten_hashes_in_the_first_minute() {
        let (limits, who) = (Limits::default(), [Who::name("somsri")]);
        let admitted = |range: std::ops::Range<i64>| {
            range.flat_map(|at| [at; 20]).filter(|at| fails(&limits, &who, second(*at)).is_ok()).count()
        };
        assert!((4..=10).contains(&admitted(0..60)));
        assert!((1..=3).contains(&admitted(60..300)));
        fails(&limits, &[Who::name("another")], second(301)).expect("others are let in");
        let wait = fails(&limits, &who, second(301)).unwrap_err();
        assert!(i64::from(wait) <= LONGEST, "{wait}");
        fails(&limits, &who, second(301 + i64::from(wait))).unwrap();
    }

    #[test]
    fn a_thousand_at_once_are_a_thousand_and_each_that_is_under_way_counts() {
        let limits = Limits::default();
        let who = || vec![Who::name("somsri")];
        let under_way: Vec<_> = (0..1_000).filter_map(|_| limits.attempt(who(), second(0)).ok()).collect();
        assert_eq!(under_way.len(), 4);
        for it in under_way {
            it.was_none();
        }
        assert_eq!(limits.0.lock().unwrap().len(), 0, "what was forgiven takes no room");
    }

    #[test]
    fn who_comes_in_starts_anew_and_an_office_has_one_address() {
        let limits = Limits::default();
        let address = Who::address("203.0.113.7".parse().unwrap());
        let same = Who::address("::ffff:203.0.113.7".parse().unwrap());
        assert_eq!(address, same);
        for number in 0..60 {
            fails(&limits, &[Who::name(&number.to_string()), address.clone()], second(0)).unwrap();
        }
        fails(&limits, &[same], second(0)).unwrap_err();
        let [one, other] = ["2001:db8::1", "2001:db8::9:9"].map(|it| Who::address(it.parse().unwrap()));
        assert_eq!(one, other);
        let name = Who::name("7");
        limits.attempt(vec![name.clone()], second(1)).unwrap().was_right();
        for _ in 0..4 {
            fails(&limits, std::slice::from_ref(&name), second(1)).unwrap();
        }
    }

    #[test]
    fn an_office_of_two_hundred_whose_people_err_now_and_then_waits_for_nobody() {
        let (limits, address) = (Limits::default(), Who::address("203.0.113.7".parse().unwrap()));
        for minute in 0..480_i64 {
            let who = |nth: i64| vec![Who::name(&format!("person {}", (minute * 3 + nth) % 200)), address.clone()];
            for nth in 0..3 {
                // Each mistypes once and then comes in.
                let at = second(minute * 60 + nth * 10);
                drop(limits.attempt(who(nth), at).expect("taken"));
                limits.attempt(who(nth), at + TimeDelta::seconds(4)).expect("taken").was_right();
            }
        }
    }

    #[test]
    fn the_wait_of_an_address_is_measured_from_what_was_wrong_and_grows_old() {
        let (limits, address) = (Limits::default(), [Who::address("203.0.113.7".parse().unwrap())]);
        for _ in 0..60 {
            fails(&limits, &address, second(0)).unwrap();
        }
        let wait = fails(&limits, &address, second(0)).unwrap_err();
        let after = second(i64::from(wait));
        // Those who come in right leave no wait behind them.
        limits.attempt(address.to_vec(), after).unwrap().was_right();
        limits.attempt(address.to_vec(), after).unwrap().was_right();
        // An hour of quiet tries takes sixty away.
        let taken = (1..=3_600).filter(|at| fails(&limits, &address, after + TimeDelta::seconds(*at)).is_ok()).count();
        assert!((55..=80).contains(&taken), "{taken}");
    }

    #[test]
    fn a_stranger_at_another_address_keeps_nobody_out() {
        let (limits, at) = (Limits::default(), |last| Some(IpAddr::from([203, 0, 113, last])));
        let (stranger, owner) = (Who::at_the_door("somsri", at(1)), Who::at_the_door("somsri", at(2)));
        let tenth = |nth: i64| second(0) + TimeDelta::milliseconds(nth * 100);
        let taken = (0..36_000).filter(|nth| fails(&limits, &stranger, tenth(*nth)).is_ok()).count();
        assert!(taken < 30, "{taken}");
        fails(&limits, &stranger, second(3_600)).unwrap_err();
        fails(&limits, &owner, second(3_600)).unwrap();
        // Where addresses are not known, the name is all there is.
        let nowhere = Who::at_the_door("somsri", None);
        let taken = (0..20).filter(|_| fails(&limits, &nowhere, second(0)).is_ok()).count();
        assert_eq!(taken, 4);
    }
}
