//! The states of recent aggregates, kept in memory and bounded. Only an accepted append may rest on one.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::load::Loaded;

/// How much a cache keeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// At most so many states …
    pub(super) states: usize,
    /// … that so many events made: a household's state holds its facts, about a kilobyte each.
    pub(super) events: u64,
}

impl Bound {
    /// So many states, whose size does not grow with their history.
    pub(super) const fn states(most: usize) -> Self {
        Self { states: most, events: u64::MAX }
    }
}

/// Recent states by aggregate id.
pub(super) struct Cache<S> {
    kept: Mutex<Kept<S>>,
    /// States that were decided and are not stored yet lie over those that are.
    under: Option<Arc<Self>>,
}

impl<S> std::fmt::Debug for Cache<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache")
    }
}

struct Kept<S> {
    states: LruCache<String, Arc<Loaded<S>>>,
    events: u64,
    most_events: u64,
}

impl<S> Kept<S> {
    fn put(&mut self, id: &str, loaded: Arc<Loaded<S>>) {
        self.events += loaded.sequence;
        let gone = self.states.push(id.to_owned(), loaded);
        self.without(gone.map(|(_, gone)| gone));
        // What has just been used stays, however long its history is.
        while self.events > self.most_events && self.states.len() > 1 {
            let oldest = self.states.pop_lru();
            self.without(oldest.map(|(_, oldest)| oldest));
        }
    }

    fn pop(&mut self, id: &str) {
        let gone = self.states.pop(id);
        self.without(gone);
    }

    fn without(&mut self, gone: Option<Arc<Loaded<S>>>) {
        self.events -= gone.map_or(0, |gone| gone.sequence);
    }
}

impl<S> Cache<S> {
    /// Keeps no more than this.
    pub(super) fn bounded(most: Bound) -> Self {
        let states = LruCache::new(NonZeroUsize::new(most.states).unwrap_or(NonZeroUsize::MIN));
        Self { kept: Mutex::new(Kept { states, events: 0, most_events: most.events }), under: None }
    }

    /// A cache over another one, for what is decided ahead of the log. It forgets nothing by itself.
    pub(super) fn over(under: &Arc<Self>) -> Self {
        let kept = Kept { states: LruCache::unbounded(), events: 0, most_events: u64::MAX };
        Self { kept: Mutex::new(kept), under: Some(Arc::clone(under)) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<S>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state that was decided ahead of the log, if there is one.
    pub(super) fn ahead(&self, id: &str) -> Option<Arc<Loaded<S>>> {
        self.under.as_ref().and_then(|_| self.kept().states.get(id).cloned())
    }

    /// Keeps a state that is decided and not stored yet.
    pub(super) fn put_ahead(&self, id: &str, loaded: Arc<Loaded<S>>) {
        self.kept().put(id, loaded);
    }

    /// What was decided ahead is stored: from now on it is known to all.
    pub(super) fn settle(&self) {
        let Some(under) = &self.under else { return };
        for (id, loaded) in self.taken_out() {
            under.put(&id, loaded);
        }
    }

    /// What was decided ahead is not stored, or not all of it: it is read anew.
    pub(super) fn give_up(&self) {
        let Some(under) = &self.under else { return };
        for (id, _) in self.taken_out() {
            under.forget(&id);
        }
    }

    /// All of it, the one that was used longest ago first.
    fn taken_out(&self) -> Vec<(String, Arc<Loaded<S>>)> {
        let mut kept = self.kept();
        kept.events = 0;
        std::iter::from_fn(|| kept.states.pop_lru()).collect()
    }

    /// The state as last seen, which may be older than the log.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Loaded<S>>> {
        match &self.under {
            Some(under) => self.ahead(id).or_else(|| under.get(id)),
            None => self.kept().states.get(id).cloned(),
        }
    }

    /// Keeps a state unless a newer one is there.
    pub(super) fn put(&self, id: &str, loaded: Arc<Loaded<S>>) {
        if let Some(under) = &self.under {
            return under.put(id, loaded);
        }
        let mut cache = self.kept();
        if cache.states.peek(id).is_none_or(|kept| kept.sequence <= loaded.sequence) {
            cache.put(id, loaded);
        }
    }

    /// The state, to be changed: taken out of the cache if it is the one that is kept there, and copied only if somebody
    /// else is looking at it. What comes of it is put back, or is lost and read again.
    pub(super) fn take(&self, id: &str, loaded: Arc<Loaded<S>>) -> Loaded<S>
    where
        S: Clone,
    {
        self.let_go(id, &loaded);
        Arc::unwrap_or_clone(loaded)
    }

    fn let_go(&self, id: &str, loaded: &Arc<Loaded<S>>) {
        let mut cache = self.kept();
        if cache.states.peek(id).is_some_and(|kept| Arc::ptr_eq(kept, loaded)) {
            cache.pop(id);
        }
        drop(cache);
        if let Some(under) = &self.under {
            under.let_go(id, loaded);
        }
    }

    /// Forgets one.
    pub(super) fn forget(&self, id: &str) {
        self.kept().pop(id);
        if let Some(under) = &self.under {
            under.forget(id);
        }
    }

    /// Forgets all that is stored, and leaves what was decided ahead of it: something was erased.
    pub(super) fn clear_stored(&self) {
        match &self.under {
            Some(under) => under.clear_stored(),
            None => drop(self.taken_out()),
        }
    }

    /// Forgets all: the log went back.
    pub(super) fn clear(&self) {
        drop(self.taken_out());
        if let Some(under) = &self.under {
            under.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(events: u64) -> Arc<Loaded<()>> {
        Arc::new(Loaded { state: (), sequence: events })
    }

    fn kept(cache: &Cache<()>) -> (usize, u64) {
        let kept = cache.kept();
        assert_eq!(kept.events, kept.states.iter().map(|(_, loaded)| loaded.sequence).sum::<u64>());
        (kept.states.len(), kept.events)
    }

    #[test]
    fn long_histories_leave_room_for_fewer() {
        let cache = Cache::bounded(Bound { states: 3, events: 100 });
        for (id, events) in [("a", 10), ("b", 10), ("c", 10), ("d", 10)] {
            cache.put(id, of(events));
        }
        assert_eq!(kept(&cache), (3, 30));
        cache.put("b", of(85));
        assert_eq!(kept(&cache), (2, 95), "the one that was used longest ago is gone");
        assert!(cache.get("b").is_some() && cache.get("c").is_none());
        cache.put("b", of(80));
        assert_eq!(kept(&cache), (2, 95), "an older state replaces none");
        cache.put("e", of(1_000));
        assert_eq!(kept(&cache), (1, 1_000), "the last one stays, however long");
        cache.forget("e");
        assert_eq!(kept(&cache), (0, 0));
    }

    #[test]
    fn what_was_decided_ahead_counts_once_it_is_stored() {
        let under = Arc::new(Cache::bounded(Bound { states: 9, events: 100 }));
        let over = Cache::over(&under);
        for id in ["a", "b", "c"] {
            over.put_ahead(id, of(40));
        }
        assert_eq!((kept(&over), kept(&under)), ((3, 120), (0, 0)));
        over.settle();
        assert_eq!((kept(&over), kept(&under)), ((0, 0), (2, 80)));
        let loaded = over.get("c").unwrap();
        assert_eq!(over.take("c", loaded).sequence, 40);
        assert_eq!(kept(&under), (1, 40));
        under.clear();
        assert_eq!(kept(&under), (0, 0));
    }
}
