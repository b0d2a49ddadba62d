//! What became of the households that were helped, by model, agency and capital?
//!
//! A household counts once under each model that it takes part in or had help through, each agency that helped it, each
//! capital in which it was helped, from its first day there. The last complete assessment until that day is held beside the
//! latest one after it; without two of the same instrument nothing is compared. It says what followed, not what caused it.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::facts::household::HouseholdEvent;
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::assistance::given;
use super::ledger::{Ledger, id, stands};
use super::sheet::{Figure, Of, Sheet, SheetQuery, id_text};
use super::transitions::{SCALES, assessments};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("outcome", 1);

pub(super) const TABLES: &str = "
    CREATE TABLE enrolments (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        model BLOB NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Outcome {
    enrolments: Ledger,
}

impl Default for Outcome {
    fn default() -> Self {
        Self { enrolments: Ledger::of("enrolments") }
    }
}

impl Outcome {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::ModelEnrolled(it) = fact {
            self.enrolments.note(home, event, vec![id(it.model.0), Value::Integer(column::day(it.happened_on))]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact
            && it.event_type == "ModelEnrolled"
        {
            self.enrolments.end(db, home, event, column::signed(it.sequence))?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.enrolments.flush(db)
    }
}

/// The report.
pub const OUTCOME: Sheet = Sheet {
    keys: &[],
    per: &["model", "agency", "capital"],
    figures: &[
        Figure { name: "helped", of: Of::Count("1") },
        Figure { name: "graduated", of: Of::Count("s.standing = 'graduated'") },
        Figure { name: "sustained", of: Of::Count("s.standing = 'sustained'") },
        Figure { name: "level_rose", of: Of::Count("s.level_after > s.level_before") },
        Figure { name: "level_same", of: Of::Count("s.level_after = s.level_before") },
        Figure { name: "level_fell", of: Of::Count("s.level_after < s.level_before") },
        Figure { name: "not_compared", of: Of::Count("s.level_after IS NULL OR s.level_before IS NULL") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let (of_help, here) = (given(query.at()), query.cohort.only("household"));
    let enrolled =
        format!("SELECT e.household, e.model AS at, e.day FROM enrolments e WHERE {}", stands("e", query.at()));
    let (begun, key) = match query.per {
        Some("model") => (
            format!(
                "{enrolled} UNION ALL SELECT h.household, h.model, h.day FROM {of_help} h WHERE h.model IS NOT NULL"
            ),
            id_text("g.at"),
        ),
        Some("agency") => (
            format!("SELECT h.household, h.agency AS at, h.day FROM {of_help} h WHERE h.agency IS NOT NULL"),
            id_text("g.at"),
        ),
        Some("capital") => (format!("SELECT h.household, h.capital AS at, h.day FROM {of_help} h"), "g.at".to_owned()),
        _ => (
            format!(
                "SELECT household, 0 AS at, day FROM ({enrolled}) UNION ALL SELECT h.household, 0, h.day FROM {of_help} h"
            ),
            "NULL".to_owned(),
        ),
    };
    // Help in one capital is held beside the level of that capital.
    let level = if query.per == Some("capital") {
        let cases = SCALES.iter().skip(1).map(|scale| format!("WHEN '{scale}' THEN a.{scale}"));
        format!("CASE g.at {} END", cases.collect::<Vec<_>>().join(" "))
    } else {
        "a.overall".to_owned()
    };
    let beside = |when: &str| {
        format!(
            "SELECT * FROM (SELECT g.household, g.at, {level} AS level, a.instrument, row_number() OVER (
                 PARTITION BY g.household, g.at ORDER BY a.day DESC, a.sequence DESC) AS n
             FROM begun g JOIN done a ON a.household = g.household AND a.day {when} g.day AND {level} IS NOT NULL)
             WHERE n = 1"
        )
    };
    format!(
        "WITH begun AS (SELECT household, at, min(day) AS day FROM ({begun}) WHERE {here} GROUP BY household, at),
         done AS MATERIALIZED {done},
         before AS ({before}),
         after AS ({after})
         SELECT g.household, row_number() OVER (PARTITION BY g.household ORDER BY g.at) AS unit, 0 AS ord, c.tambon,
             c.lao, g.day, {model} AS model, {agency} AS agency, {capital} AS capital, c.standing,
             CASE WHEN b.instrument = a.instrument THEN b.level END AS level_before, a.level AS level_after
         FROM begun g JOIN {households} c ON c.household = g.household
             LEFT JOIN before b ON b.household = g.household AND b.at = g.at
             LEFT JOIN after a ON a.household = g.household AND a.at = g.at",
        done = assessments(query),
        before = beside("<="),
        after = beside(">"),
        households = query.cohort.households(),
        model = if query.per == Some("model") { &key } else { "NULL" },
        agency = if query.per == Some("agency") { &key } else { "NULL" },
        capital = if query.per == Some("capital") { &key } else { "NULL" },
    )
}
