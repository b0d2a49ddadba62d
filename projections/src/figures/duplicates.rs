//! Which people may stand in two households, what was answered, and which questions wait?
//!
//! A question is noted in one household about a member of another. It waits until somebody says that they are two people,
//! or until one of the households goes on as another; when that is undone it waits again.

mod queue;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use std::collections::BTreeSet;

use events::facts::household::HouseholdEvent;
use events::id::PersonId;
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

pub use queue::{DoubleRow, DoublesQuery, list};

use super::ledger::{Ledger, code, id, stands};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("duplicates", 1);

/// `doubles`: the questions. `doubles_two`: the answers that they are two people.
pub(super) const TABLES: &str = "
    CREATE TABLE doubles (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        day INTEGER NOT NULL,
        person BLOB NOT NULL,
        other_id BLOB NOT NULL,
        other BLOB NOT NULL,
        by TEXT NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE doubles_two (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        person BLOB NOT NULL,
        other_id BLOB NOT NULL,
        other BLOB NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Duplicates {
    noted: Ledger,
    two: Ledger,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self { noted: Ledger::of("doubles"), two: Ledger::of("doubles_two") }
    }
}

impl Duplicates {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::SamePersonNoted(it) = fact {
            let day = Value::Integer(column::day(it.happened_on));
            let row = vec![day, id(it.person.0), id(it.household.0), id(it.other.0), code(it.by)];
            self.noted.note(home, event, row);
        }
        if let HouseholdEvent::SamePersonRejected(it) = fact {
            self.two.note(home, event, vec![id(it.person.0), id(it.household.0), id(it.other.0)]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            let sequence = column::signed(it.sequence);
            match it.event_type.as_str() {
                "SamePersonNoted" => self.noted.end(db, home, event, sequence)?,
                "SamePersonRejected" => self.two.end(db, home, event, sequence)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.noted.flush(db)?;
        self.two.flush(db)
    }
}

/// The questions that stand at a moment, in households of a source such as `caseload`: where both households are, and
/// whether they were answered.
fn asked(at: i64, households: &str) -> String {
    format!(
        "SELECT d.household, d.sequence, d.day, d.person, d.other, d.by, d.from_at, c.tambon, c.lao,
            c.standing AS standing, o.household AS other_household, o.tambon AS other_tambon, o.lao AS other_lao,
            EXISTS (SELECT 1 FROM doubles_two t WHERE t.household = d.household AND t.person = d.person
                AND t.other_id = d.other_id AND t.other = d.other AND {two}) AS two,
            c.standing = 'closed:merged' OR coalesce(o.standing, '') = 'closed:merged' AS merged
         FROM doubles d JOIN {households} c ON c.household = d.household
            LEFT JOIN {households} o ON o.household = (SELECT i.household FROM caseload i WHERE i.id = d.other_id)
         WHERE {stands} AND c.standing <> 'closed:entered_in_error'
            AND coalesce(o.standing, '') <> 'closed:entered_in_error'",
        two = stands("t", at),
        stands = stands("d", at),
    )
}

/// Every two people who were asked about, either way round, whatever was answered.
pub fn asked_before(db: &Connection) -> Result<BTreeSet<(PersonId, PersonId)>, ProjectionError> {
    let mut select =
        db.prepare(&format!("SELECT d.person, d.other FROM doubles d WHERE {}", stands("d", i64::MAX - 1)))?;
    let mut asked = BTreeSet::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (one, other) = (PersonId(column::id(row, 0)?), PersonId(column::id(row, 1)?));
        asked.extend([(one, other), (other, one)]);
    }
    Ok(asked)
}

/// The report. A question stands where the household lives in which it was noted.
pub const DUPLICATES: Sheet = Sheet {
    keys: &["by"],
    per: &[],
    figures: &[
        Figure { name: "questions", of: Of::Count("1") },
        Figure { name: "two_people", of: Of::Count("s.two") },
        Figure { name: "merged_into_one", of: Of::Count("s.merged AND NOT s.two") },
        Figure { name: "questions_open", of: Of::Count("NOT s.merged AND NOT s.two") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    format!(
        "SELECT a.household, a.sequence AS unit, 0 AS ord, a.tambon, a.lao, a.day, a.by, a.two, a.merged FROM ({}) a",
        asked(query.at(), &query.cohort.source())
    )
}
