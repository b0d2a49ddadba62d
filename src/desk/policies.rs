//! The policies a decision may use, read anew whenever a day begins.
//!
//! A version takes effect at the earliest the day after its publication, so a book that was read at any moment of a day
//! holds every version in force on that day. Only the first version of a policy may hold at once: a province whose book
//! lacks one is read again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use cqrs_es::Aggregate;
use events::facts::policy::PolicyKind;

use super::Desk;
use super::error::DeskError;
use super::load::closed;
use crate::rules::policy::{PolicyBook, policy_id};

/// Books by province, with the day they were read.
#[derive(Debug, Default)]
pub(super) struct Policies(Mutex<BTreeMap<String, (NaiveDate, Arc<PolicyBook>)>>);

impl Policies {
    /// Forgets all: the log went back.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets a province's book: a policy of it was published here.
    pub(super) fn forget(&self, province: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(province);
    }

    fn kept(&self, province: &str, today: NaiveDate) -> Option<Arc<PolicyBook>> {
        let books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_on, book) = books.get(province)?;
        let complete = PolicyKind::ALL.iter().all(|kind| book.versions(&policy_id(*kind, province)) > 0);
        (*read_on == today && complete).then(|| Arc::clone(book))
    }
}

impl Desk {
    /// The policies of a province.
    pub async fn policy_book(&self, province: &str, today: NaiveDate) -> Result<Arc<PolicyBook>, DeskError> {
        if let Some(book) = self.0.policies.kept(province, today) {
            return Ok(book);
        }
        let book = Arc::new(self.policy_book_until(province, None).await?);
        let mut books = self.0.policies.0.lock().unwrap_or_else(PoisonError::into_inner);
        books.insert(province.to_owned(), (today, Arc::clone(&book)));
        Ok(book)
    }
    /// The policies of a province as they were published by a moment, or until now.
    pub async fn policy_book_until(
        &self,
        province: &str,
        moment: Option<DateTime<Utc>>,
    ) -> Result<PolicyBook, DeskError> {
        let mut book = PolicyBook::default();
        for kind in PolicyKind::ALL {
            for event in self.0.log.load::<PolicyBook>(&policy_id(kind, province), 0).await? {
                if moment.is_none_or(|moment| event.recorded_at <= moment) {
                    book.apply(closed(event)?);
                }
            }
        }
        Ok(book)
    }
}
