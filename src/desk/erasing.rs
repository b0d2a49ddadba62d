//! What an erasure does besides its facts: keys go, and no opened value stays in this process's memory.
//!
//! The facts come first, because a key can't be made again: whoever finds a fact destroys the keys that it names, as
//! often as it takes. A crash in between is mended when the house is opened, by the watcher, or by the same command
//! asked again. A vault that was restored from before an erasure is mended in the same way before anybody is answered.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use events::facts::household::{HOUSEHOLD, HouseholdEvent, PersonalDataErased};
use events::id::{HouseholdId, PersonId};
use events::log::StoredEvent;
use events::sealed::Subject;
use events::vault::RingOwner;

use super::error::DeskError;
use super::load::closed;
use super::{Desk, Order, Submission};
use crate::rules::household::{Command, Household};

/// The stored name of the fact.
const ERASED: &str = "PersonalDataErased";

impl Desk {
    /// The other households that ever sealed something for the person whom a command erases.
    pub(super) async fn holders(&self, command: &Command, asked: HouseholdId) -> Result<Vec<HouseholdId>, DeskError> {
        let Command::ErasePersonalData(it) = command else { return Ok(Vec::new()) };
        Ok(self.holding(it.person).await?.into_iter().filter(|id| *id != asked).collect())
    }

    async fn holding(&self, person: PersonId) -> Result<BTreeSet<HouseholdId>, DeskError> {
        let rings = self.0.vault.holders(&[Subject::new("person", person)]).await?;
        let of_household = |ring: &RingOwner| ring.aggregate_type == HOUSEHOLD;
        Ok(rings.iter().filter(|it| of_household(it)).filter_map(|it| it.aggregate_id.parse().ok()).collect())
    }

    /// Destroys the keys that an accepted erasure named, in whatever household it was told, before anybody hears that it
    /// is done.
    pub(super) async fn destroyed(&self, submission: &Submission) -> Result<(), DeskError> {
        let Order::Household { id, command: Command::ErasePersonalData(it) } = &submission.order else {
            return Ok(());
        };
        let mut households = self.holding(it.person).await?;
        households.insert(*id);
        let mut subjects = BTreeSet::from([Subject::new("person", it.person)]);
        for household in &households {
            for event in self.0.log.load::<Household>(&household.to_string(), 0).await? {
                if event.event_type == ERASED
                    && let HouseholdEvent::PersonalDataErased(fact) = closed(event)?
                    && fact.person == it.person
                {
                    subjects.extend(fact.subjects);
                }
            }
        }
        self.destroy(&subjects.into_iter().collect::<Vec<_>>()).await
    }

    /// Destroys the keys of every erasure in the log behind a position that the vault has not heard of. Says how far the
    /// log was looked at, and for how many subjects there was something to do.
    pub async fn finish_erasures(&self, after: u64) -> Result<(u64, usize), DeskError> {
        let mut reached = after;
        let mut subjects = BTreeSet::new();
        for event in self.0.log.named(ERASED, after).await? {
            reached = event.position;
            subjects.extend(subjects_of(event)?);
        }
        let named: Vec<_> = subjects.into_iter().collect();
        let known: BTreeSet<_> = self.0.vault.erased_among(&named).await?.into_iter().collect();
        let left: Vec<_> = named.into_iter().filter(|subject| !known.contains(subject)).collect();
        if !left.is_empty() {
            tracing::warn!(subjects = left.len(), "erasures that the vault had not heard of are made again");
            self.destroy(&left).await?;
        }
        Ok((reached, left.len()))
    }

    async fn destroy(&self, subjects: &[Subject]) -> Result<(), DeskError> {
        self.0.vault.erase(subjects, self.now()).await?;
        self.forget_opened(self.0.vault.erase_epoch().await?);
        Ok(())
    }

    /// Forgets every opened state once something was erased, by this process or by another one: asked before a state is
    /// used, and believed for a second.
    pub(super) async fn follow_erasures(&self) -> Result<(), DeskError> {
        let epoch = self.0.vault.erase_epoch_lately().await?;
        if self.0.erased.load(Ordering::Acquire) != epoch {
            self.forget_opened(epoch);
        }
        Ok(())
    }

    fn forget_opened(&self, epoch: i64) {
        self.0.households.clear_stored();
        self.0.erased.store(epoch, Ordering::Release);
    }
}

fn subjects_of(event: StoredEvent) -> Result<Vec<Subject>, DeskError> {
    if let HouseholdEvent::PersonalDataErased(PersonalDataErased { subjects, .. }) = closed(event)? {
        return Ok(subjects);
    }
    Ok(Vec::new())
}
