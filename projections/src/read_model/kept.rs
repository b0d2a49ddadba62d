//! What was counted about a past moment is not counted again: nothing that is recorded later changes it.
//!
//! Answers are kept beside the file that they were counted from, and go when another file takes its place. They are
//! counts: no personal value is among them.

use std::any::Any;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::figures::backlog::Backlog;
use crate::figures::coverage::CoverageTable;
use crate::figures::funnel::Funnel;
use crate::figures::sheet::SheetTable;
use crate::page::AsOf;

/// So many answers are kept, those that were asked for last: a year of months of every report, and some more.
const KEPT: NonZeroUsize = NonZeroUsize::new(512).expect("is more than none");

/// A count that says which moment it shows.
pub(super) trait Counted: Clone + Send + Sync + 'static {
    fn as_of(&mut self) -> &mut AsOf;
}

impl Counted for SheetTable {
    fn as_of(&mut self) -> &mut AsOf {
        &mut self.as_of
    }
}

impl Counted for Funnel {
    fn as_of(&mut self) -> &mut AsOf {
        &mut self.as_of
    }
}

impl Counted for CoverageTable {
    fn as_of(&mut self) -> &mut AsOf {
        &mut self.as_of
    }
}

impl Counted for Backlog {
    fn as_of(&mut self) -> &mut AsOf {
        &mut self.as_of
    }
}

/// Answers by the question, as it is written.
#[derive(Clone)]
pub(crate) struct Kept(Arc<Mutex<LruCache<String, Box<dyn Any + Send>>>>);

impl Default for Kept {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

impl Kept {
    /// The answer to a question, with the position that the file holds now: it was counted from an earlier one.
    pub(super) fn get<T: Counted>(&self, question: &str, position: u64) -> Option<T> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = answers.get(question)?.downcast_ref::<T>()?.clone();
        answer.as_of().position = position;
        Some(answer)
    }

    pub(super) fn put<T: Counted>(&self, question: String, answer: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(question, Box::new(answer));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
