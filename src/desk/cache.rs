//! The states of recent aggregates, kept in memory and bounded. Only an accepted append may rest on one.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::load::Loaded;

/// Recent states by aggregate id.
pub(super) struct Cache<S> {
    kept: Mutex<LruCache<String, Arc<Loaded<S>>>>,
    /// States that were decided and are not stored yet lie over those that are.
    under: Option<Arc<Self>>,
}

impl<S> std::fmt::Debug for Cache<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache")
    }
}

impl<S> Cache<S> {
    /// Keeps at most `most` states.
    pub(super) fn bounded(most: usize) -> Self {
        let kept = Mutex::new(LruCache::new(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN)));
        Self { kept, under: None }
    }

    /// A cache over another one, for what is decided ahead of the log. It forgets nothing by itself.
    pub(super) fn over(under: &Arc<Self>) -> Self {
        Self { kept: Mutex::new(LruCache::unbounded()), under: Some(Arc::clone(under)) }
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<String, Arc<Loaded<S>>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state that was decided ahead of the log, if there is one.
    pub(super) fn ahead(&self, id: &str) -> Option<Arc<Loaded<S>>> {
        self.under.as_ref().and_then(|_| self.kept().get(id).cloned())
    }

    /// Keeps a state that is decided and not stored yet.
    pub(super) fn put_ahead(&self, id: &str, loaded: Arc<Loaded<S>>) {
        self.kept().put(id.to_owned(), loaded);
    }

    /// What was decided ahead is stored: from now on it is known to all.
    pub(super) fn settle(&self) {
        let Some(under) = &self.under else { return };
        while let Some((id, loaded)) = self.kept().pop_lru() {
            under.put(&id, loaded);
        }
    }

    /// What was decided ahead is not stored, or not all of it: it is read anew.
    pub(super) fn give_up(&self) {
        let Some(under) = &self.under else { return };
        while let Some((id, _)) = self.kept().pop_lru() {
            under.forget(&id);
        }
    }

    /// The state as last seen, which may be older than the log.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Loaded<S>>> {
        match &self.under {
            Some(under) => self.ahead(id).or_else(|| under.get(id)),
            None => self.kept().get(id).cloned(),
        }
    }

    /// Keeps a state unless a newer one is there.
    pub(super) fn put(&self, id: &str, loaded: Arc<Loaded<S>>) {
        if let Some(under) = &self.under {
            return under.put(id, loaded);
        }
        let mut cache = self.kept();
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
        self.let_go(id, &loaded);
        Arc::unwrap_or_clone(loaded)
    }

    fn let_go(&self, id: &str, loaded: &Arc<Loaded<S>>) {
        let mut cache = self.kept();
        if cache.peek(id).is_some_and(|kept| Arc::ptr_eq(kept, loaded)) {
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

    /// Forgets all: the log went back.
    pub(super) fn clear(&self) {
        self.kept().clear();
        if let Some(under) = &self.under {
            under.clear();
        }
    }
}
