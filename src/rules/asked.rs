//! Everything a decision may depend on besides the state: who asks, when, under which policies.

use chrono::{DateTime, NaiveDate, Utc};
use events::clock::day_of;
use events::id::{CommandId, StaffId};
use uuid::Uuid;

use super::policy::PolicyBook;

/// The circumstances of a command. Nothing is read from the world later.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: StaffId,
    /// The command: ids of what it brings about follow from it, so a repeat brings about the same.
    pub command: CommandId,
    /// The aggregate it is asked of.
    pub target: Uuid,
    /// The policies as published.
    pub policies: &'a PolicyBook,
}

impl Asked<'_> {
    /// Today in Thailand.
    pub fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    /// The day a fact happened: as said, else today.
    pub fn on(&self, said: Option<NaiveDate>) -> NaiveDate {
        said.unwrap_or_else(|| self.today())
    }

    /// A new id for something this command brings about, told apart by `word`.
    pub fn mint(&self, word: &str) -> Uuid {
        Uuid::new_v5(&self.command.0, word.as_bytes())
    }
}
