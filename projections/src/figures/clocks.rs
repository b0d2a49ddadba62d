//! What must be done by when, what was missed, and what was due on any past day?
//!
//! One row per date that runs: the visit, assessment or referral that a household is due, a referral's answer and
//! delivery, a complaint, a request under the law on personal data. A date that is over leaves a spell.

mod fold;
mod kind;
mod list;

pub(super) use fold::{Clocks, ReferralClock};
pub use kind::{ClockKind, TaskDue};
pub use list::{TaskQuery, TaskRow, list};

pub(super) const VERSION: (&str, u32) = ("clocks", 1);

/// `kind` is the number of a [`ClockKind`], `subject` the referral, complaint or request, else the nil id. `runs` is 0
/// for the next assessment of a household without help under way: it has a date that nobody is held to.
pub(super) const TABLES: &str = "
    CREATE TABLE clocks (
        household INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        subject BLOB NOT NULL,
        by_day INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        since_position INTEGER NOT NULL,
        since INTEGER NOT NULL,
        noted_at INTEGER,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        PRIMARY KEY (household, kind, subject)
    ) WITHOUT ROWID;
    CREATE TABLE clock_spells (
        household INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        subject BLOB NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_position INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        by_day INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        noted_at INTEGER,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        PRIMARY KEY (household, kind, subject, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE questions (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        subject BLOB NOT NULL,
        step INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        day INTEGER NOT NULL,
        asked_on INTEGER,
        about TEXT,
        retracted_at INTEGER,
        PRIMARY KEY (household, sequence)
    ) WITHOUT ROWID;
    CREATE VIEW clock_states AS
        SELECT household, kind, subject, from_at, to_at, by_day, runs, noted_at, tambon, lao FROM clock_spells
        UNION ALL
        SELECT household, kind, subject, since, 9223372036854775807, by_day, runs, noted_at, tambon, lao FROM clocks;";

pub(super) const INDEXES: &str = "
    CREATE INDEX clocks_by ON clocks (by_day, household, kind, subject) WHERE runs = 1;
    CREATE INDEX clocks_to_note ON clocks (by_day, household, kind, subject) WHERE runs = 1 AND noted_at IS NULL;
    CREATE INDEX clocks_questions ON clocks (kind, by_day) WHERE kind >= 8;";
