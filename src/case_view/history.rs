//! One household's facts in order, opened: all of them, or as far as a past moment knew them.

use chrono::{DateTime, Utc};
use events::facts::Fact;
use events::facts::household::HouseholdEvent;
use events::id::HouseholdId;
use events::metadata::Metadata;
use events::recorded::Recorded;
use projections::AsOf;

use crate::desk::{Desk, DeskError, readable};
use crate::rules::household::Household;

/// A fact of a household with its place in the log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the household's history, from 1.
    pub sequence: u64,
    /// Its place in the log, and when the log took it.
    pub at: AsOf,
    /// What happened, its personal values opened as far as there are keys.
    pub fact: HouseholdEvent,
    /// Who, why, through which door.
    pub metadata: Metadata,
}

/// The facts of one household.
#[derive(Debug, Clone)]
pub struct History {
    /// Whose.
    pub household: HouseholdId,
    /// In order; never empty.
    pub entries: Vec<Entry>,
    /// The moment it shows: the present when nobody asked for another.
    pub now: DateTime<Utc>,
}

/// Up to which moment a history is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// As it is.
    Present,
    /// As it stood right after the fact of this sequence.
    Sequence(u64),
    /// As it was known at this time.
    Time(DateTime<Utc>),
}

impl History {
    /// The whole history; none if there is no such household.
    pub async fn load(desk: &Desk, household: HouseholdId) -> Result<Option<Self>, DeskError> {
        Self::read(desk, household, true).await
    }

    /// The same with every personal value left sealed: for a reader who sees none.
    pub async fn load_sealed(desk: &Desk, household: HouseholdId) -> Result<Option<Self>, DeskError> {
        Self::read(desk, household, false).await
    }

    async fn read(desk: &Desk, household: HouseholdId, open: bool) -> Result<Option<Self>, DeskError> {
        let stored = desk.log().stream(&Desk::stream_of(household), 0).await?;
        let mut entries = Vec::with_capacity(stored.len());
        for event in stored {
            let event = if open { readable(desk.log(), desk.vault(), event).await? } else { event };
            let Recorded { position, recorded_at, sequence, fact, metadata, .. } = Recorded::read(event)?;
            if let Fact::Household(fact) = fact {
                let at = AsOf { position, time: recorded_at };
                entries.push(Entry { sequence, at, fact: *fact, metadata });
            }
        }
        Ok((!entries.is_empty()).then(|| Self { household, entries, now: desk.now() }))
    }

    /// What was known at a moment; none before the household was.
    pub fn until(&self, moment: Moment) -> Option<Self> {
        let (known, now) = match moment {
            Moment::Present => (self.entries.len(), self.now),
            Moment::Sequence(sequence) => {
                let known = self.entries.partition_point(|entry| entry.sequence <= sequence);
                let last = self.entries.get(known.checked_sub(1)?)?;
                // Beyond the last fact it is the present.
                (known, if known == self.entries.len() { self.now } else { last.at.time })
            }
            Moment::Time(at) => (self.entries.partition_point(|entry| entry.at.time <= at), at.min(self.now)),
        };
        let entries = self.entries.get(..known)?.to_vec();
        (!entries.is_empty()).then_some(Self { household: self.household, entries, now })
    }

    /// The state that the facts add up to, as the rules see it.
    pub fn folded(&self) -> Household {
        let mut household = Household::default();
        for entry in &self.entries {
            // A surprise is `check`'s to report; a reader sees what there is.
            drop(household.evolve(&entry.fact));
        }
        household
    }

    /// The sequence of the last fact.
    pub fn sequence(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.sequence)
    }

    /// What it shows.
    pub fn as_of(&self) -> AsOf {
        AsOf { position: self.entries.last().map_or(0, |entry| entry.at.position), time: self.now }
    }
}
