//! The states of recent aggregates, kept in memory and bounded. Only an accepted append may rest on one.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::load::Loaded;

/// Recent states by aggregate id.
pub(super) struct Cache<S>(Mutex<LruCache<String, Arc<Loaded<S>>>>);

impl<S> std::fmt::Debug for Cache<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache")
    }
}

impl<S> Cache<S> {
    /// Keeps at most `most` states.
    pub(super) fn bounded(most: usize) -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN))))
    }

    /// The state as last seen, which may be older than the log.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Loaded<S>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Keeps a state unless a newer one is there.
    pub(super) fn put(&self, id: &str, loaded: Arc<Loaded<S>>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.peek(id).is_none_or(|kept| kept.sequence <= loaded.sequence) {
            cache.put(id.to_owned(), loaded);
        }
    }

    /// The state, to be changed: taken out of the cache if it is the one that is kept there, and copied only if somebody
    /// else is looking at it. What comes of it is put back, or is lost and read again.
    pub(super) fn take(&self, id: &str, loaded: Arc<Loaded<S>>) -> Loaded<S>
    where
        S: Clone,
    {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.peek(id).is_some_and(|kept| Arc::ptr_eq(kept, &loaded)) {
            cache.pop(id);
        }
        drop(cache);
        Arc::unwrap_or_clone(loaded)
    }

    /// Forgets one.
    pub(super) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(id);
    }

    /// Forgets all: the log went back.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
