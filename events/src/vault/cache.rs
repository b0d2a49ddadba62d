//! Recently unwrapped rings, so that opening a case page or sealing a visit asks the database nothing.
//!
//! What bounds it:
//! - After `erase` has returned, no caller in this process gets a key it destroyed.
//! - A process learns of another one's erasure when it next asks for the erase epoch, which a cached ring needs every
//!   `EPOCH_TRUST`: for at most that long (one second) a cached key may outlive an erasure made elsewhere. A value
//!   sealed with it in that second is harmless: nobody can open it afterwards.
//! - A cached ring may lack subjects added elsewhere. It is handed out only to callers who name the subjects they need
//!   and find them all in it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::ring::{Keyring, RingOwner};
use crate::sealed::Subject;

/// How long the erase epoch is believed before it is asked for again.
pub(super) const EPOCH_TRUST: Duration = Duration::from_secs(1);

/// Rings per generation; there are two.
const ROOM: usize = 5_000;

#[derive(Default)]
pub(super) struct RingCache(Mutex<State>);

/// The moment at which a reading from the database began; what it read is kept only if nothing was erased since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading(u64);

#[derive(Default)]
struct State {
    /// Used lately. When full it becomes `older`, and what was there is forgotten.
    recent: HashMap<RingOwner, Keyring>,
    older: HashMap<RingOwner, Keyring>,
    /// Counts the times all was forgotten.
    cleared: u64,
    epoch: Option<(i64, Instant)>,
}

impl RingCache {
    /// The cached ring, if it knows all these subjects.
    pub(super) fn find(&self, owner: &RingOwner, subjects: &[Subject]) -> Option<Keyring> {
        let mut state = self.lock();
        let (ring, promote) = match state.recent.get(owner) {
            Some(ring) => (ring.clone(), false),
            None => (state.older.get(owner)?.clone(), true),
        };
        if promote {
            state.keep(owner.clone(), ring.clone());
        }
        subjects.iter().all(|subject| ring.knows(subject)).then_some(ring)
    }

    /// To be asked for before the database is read.
    pub(super) fn reading(&self) -> Reading {
        Reading(self.lock().cleared)
    }

    /// Keeps a ring, unless something was erased while it was being read, or a newer one is there.
    pub(super) fn keep(&self, began: Reading, owner: &RingOwner, ring: &Keyring) {
        let mut state = self.lock();
        let newer = state
            .recent
            .get(owner)
            .or_else(|| state.older.get(owner))
            .is_some_and(|kept| kept.version() > ring.version());
        if state.cleared == began.0 && !newer {
            state.keep(owner.clone(), ring.clone());
        }
    }

    /// Forgets every ring.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// Whether the epoch was asked for lately.
    pub(super) fn is_fresh(&self) -> bool {
        self.epoch_lately().is_some()
    }

    /// The epoch, if it was asked for lately.
    pub(super) fn epoch_lately(&self) -> Option<i64> {
        self.lock().epoch.filter(|(_, asked)| asked.elapsed() < EPOCH_TRUST).map(|(epoch, _)| epoch)
    }

    /// Takes note of the epoch the database gave; forgets every ring if it is a new one. `asked` is the moment before
    /// the question was sent.
    pub(super) fn note_epoch(&self, epoch: i64, asked: Instant) {
        let mut state = self.lock();
        if state.epoch.is_none_or(|(known, _)| known != epoch) {
            state.clear();
        }
        state.epoch = Some((epoch, asked));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can be left half done by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, owner: RingOwner, ring: Keyring) {
        if self.recent.len() >= ROOM {
            self.older = std::mem::take(&mut self.recent);
        }
        self.older.remove(&owner);
        self.recent.insert(owner, ring);
    }

    fn clear(&mut self) {
        self.recent.clear();
        self.older.clear();
        self.cleared += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::ring::{Key, Slot};
    use super::*;

    fn ring(subject: &Subject) -> Keyring {
        Keyring::default().next([(subject.clone(), Slot::Key(Key([1; 32])))])
    }

    #[test]
    fn a_ring_that_was_being_read_during_an_erasure_is_not_kept() {
        let (cache, owner, subject) =
            (RingCache::default(), RingOwner::new("household", "1"), Subject::new("person", 1));
        let began = cache.reading();
        cache.clear();
        cache.keep(began, &owner, &ring(&subject));
        assert!(cache.find(&owner, &[]).is_none());
        cache.keep(cache.reading(), &owner, &ring(&subject));
        assert!(cache.find(&owner, &[subject]).is_some());
    }

    #[test]
    fn a_ring_serves_only_those_who_find_all_their_subjects_in_it() {
        let (cache, owner, subject) =
            (RingCache::default(), RingOwner::new("household", "1"), Subject::new("person", 1));
        cache.keep(cache.reading(), &owner, &ring(&subject));
        assert!(cache.find(&owner, &[subject.clone(), Subject::new("person", 2)]).is_none());
        assert!(cache.find(&owner, &[subject]).is_some());
    }

    #[test]
    fn a_new_epoch_empties_the_cache_and_the_same_one_does_not() {
        let (cache, owner, subject) =
            (RingCache::default(), RingOwner::new("household", "1"), Subject::new("person", 1));
        cache.note_epoch(4, Instant::now());
        cache.keep(cache.reading(), &owner, &ring(&subject));
        cache.note_epoch(4, Instant::now());
        assert!(cache.is_fresh() && cache.find(&owner, &[]).is_some());
        cache.note_epoch(5, Instant::now());
        assert!(cache.find(&owner, &[]).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_forgets_what_was_not_asked_for() {
        let (cache, subject) = (RingCache::default(), Subject::new("person", 1));
        let kept = RingOwner::new("household", "kept");
        cache.keep(cache.reading(), &kept, &ring(&subject));
        for number in 0..4 * ROOM {
            cache.keep(cache.reading(), &RingOwner::new("household", number.to_string()), &ring(&subject));
            assert!(cache.find(&kept, &[]).is_some(), "asked for all the time");
        }
        assert!(cache.find(&RingOwner::new("household", "0"), &[]).is_none());
        let state = cache.lock();
        assert!(state.recent.len() <= ROOM && state.older.len() <= ROOM);
    }
}
