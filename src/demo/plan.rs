//! What a demo log is asked to be, and what the filling says while it runs and when it is done.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};

use crate::access::Role;
use crate::desk::DeskError;

/// What to fill a new log with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// All chance follows from it.
    pub seed: u64,
    /// The first day in Thailand.
    pub start: NaiveDate,
    /// The moment the stories have reached when the filling ends.
    pub until: DateTime<Utc>,
    /// How many households.
    pub scale: Scale,
}

/// How many households.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The households of the two pilot districts.
    Pilot,
    /// Fewer of them, for tests and a quick look.
    Sample {
        /// How many.
        households: u32,
    },
    /// The households that the article counts in Kalasin, in its eighteen districts.
    Kalasin,
    /// The households that the article counts in twenty provinces.
    Twenty,
    /// Fewer of them, in two districts of each province, for tests.
    Spread {
        /// How many.
        households: u32,
    },
}

impl Scale {
    /// How many households.
    pub const fn households(self) -> u32 {
        match self {
            Self::Pilot => 958,
            Self::Kalasin => 11_875,
            Self::Twenty => 231_021,
            Self::Sample { households } | Self::Spread { households } => households,
        }
    }

    /// How many people they are, where that is given: everybody whom the households name when they are found, living
    /// there, in the house's register, or both. People who come later, are born or go are not in it, nor are the second
    /// entries of households that are entered twice. The article says neither whom it counts nor when.
    pub const fn people(self) -> Option<u32> {
        match self {
            Self::Pilot | Self::Sample { .. } => None,
            Self::Kalasin => Some(51_034),
            Self::Twenty => Some(1_039_584),
            // Nine for every two, which is the article's share.
            Self::Spread { households } => Some(households / 2 * 9 + households % 2 * 4),
        }
    }

    /// Steps that follow each other within such a time are handed in together, at most so many of them.
    pub(super) const fn round(self) -> (Duration, usize) {
        match self {
            Self::Pilot | Self::Sample { .. } => (Duration::zero(), 1),
            Self::Kalasin | Self::Spread { .. } => (Duration::hours(1), 256),
            Self::Twenty => (Duration::minutes(20), 256),
        }
    }

    /// Whether it is the two districts of the pilot, or a part of them.
    pub(super) const fn is_pilot(self) -> bool {
        matches!(self, Self::Pilot | Self::Sample { .. })
    }
}

/// How far the filling has come; told once per simulated day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The simulated day.
    pub day: NaiveDate,
    /// Days behind.
    pub days_done: u32,
    /// Days in all.
    pub days: u32,
    /// Commands done so far.
    pub commands: u64,
}

/// Somebody of the demo whom one can sign in as.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoPerson {
    /// Name and place of work, in Thai and English, for a list to choose from.
    pub label: String,
    /// In which role.
    pub role: Role,
    /// The id that the log knows.
    pub staff: StaffId,
    /// Where.
    pub scope: Scope,
    /// The agency an officer works for.
    pub agency: Option<AgencyId>,
}

/// What was filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// Everybody who works in the demo. The first of each role is the one to offer.
    pub people: Vec<DemoPerson>,
    /// Simulated days.
    pub days: u32,
    /// Households.
    pub households: u32,
    /// Commands done.
    pub commands: u64,
    /// Commands that a rule refused as the stories expect: a service without room, a model without places.
    pub refused: u64,
    /// How many facts of each kind.
    pub facts: BTreeMap<String, u64>,
}

/// Why the filling stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is something in the log.
    #[error("the demo needs a new log, this one has events")]
    NotNew,
    /// The first day lies after the end.
    #[error("the demo must start before it ends")]
    NoTime,
    /// A table of the demo is wrong: an area, a code or an amount does not read.
    #[error("the demo's own data is wrong: {0}")]
    Data(&'static str),
    /// The desk did not do what the story needs.
    #[error("the desk did not do step {step} of {whose}: {command}")]
    Desk {
        /// Whose story.
        whose: String,
        /// Which step.
        step: u32,
        /// Which command.
        command: &'static str,
        /// Why.
        #[source]
        source: Box<DeskError>,
    },
    /// The log does not answer.
    #[error("the log can't be read")]
    Log(#[from] events::log::LogError),
}
