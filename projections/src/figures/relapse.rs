//! Who left poverty and is out of it still, who is poor again, and of whom does nobody know?
//!
//! Each leaving is a case, by its day: a household that left twice counts twice. A check belongs to the leaving before it. A
//! household that nobody checked is not called out of poverty: it is counted as not checked.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::facts::household::HouseholdEvent;
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::ledger::{Ledger, code, stands, text};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("relapse", 1);

/// `left_as`: `graduated` or `sustained`. `finding`: what a check found, or `missed`.
pub(super) const TABLES: &str = "
    CREATE TABLE exits (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        left_as TEXT NOT NULL,
        day INTEGER NOT NULL,
        episode INTEGER NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE exit_checks (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        finding TEXT NOT NULL,
        day INTEGER,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Relapse {
    exits: Ledger,
    checks: Ledger,
}

impl Default for Relapse {
    fn default() -> Self {
        Self { exits: Ledger::of("exits"), checks: Ledger::of("exit_checks") }
    }
}

impl Relapse {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        let left = |left_as: &str, day, episode: u32| {
            vec![text(left_as), Value::Integer(column::day(day)), Value::Integer(episode.into())]
        };
        if let HouseholdEvent::HouseholdGraduated(it) = fact {
            self.exits.note(home, event, left("graduated", it.happened_on, it.after.episode));
        }
        if let HouseholdEvent::SustainedSupportEntered(it) = fact {
            self.exits.note(home, event, left("sustained", it.happened_on, it.after.episode));
        }
        if let HouseholdEvent::PostExitChecked(it) = fact {
            let day = Value::Integer(column::day(it.happened_on));
            self.checks.note(home, event, vec![code(it.finding), day]);
        }
        if let HouseholdEvent::PostExitCheckMissed(_) = fact {
            self.checks.note(home, event, vec![text("missed"), Value::Null]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            let sequence = column::signed(it.sequence);
            match it.event_type.as_str() {
                "HouseholdGraduated" | "SustainedSupportEntered" => self.exits.end(db, home, event, sequence)?,
                "PostExitChecked" | "PostExitCheckMissed" => self.checks.end(db, home, event, sequence)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.exits.flush(db)?;
        self.checks.flush(db)
    }
}

/// The report.
pub const RELAPSE: Sheet = Sheet {
    keys: &["left_as"],
    per: &[],
    figures: &[
        Figure { name: "exits", of: Of::Count("1") },
        Figure { name: "still_out", of: Of::Count("s.found = 'still_out'") },
        Figure { name: "relapsed", of: Of::Count("s.found = 'relapsed'") },
        Figure { name: "relapsed_in_a_year", of: Of::Count("s.relapsed_on - s.day <= 365") },
        Figure { name: "not_clear", of: Of::Count("s.found = 'not_clear'") },
        Figure { name: "not_checked", of: Of::Count("s.found IS NULL") },
        Figure { name: "check_missed", of: Of::Count("s.missed > 0") },
        Figure { name: "reopened", of: Of::Count("s.now > s.episode") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let at = query.at();
    // Once found poor again, it stays a relapse; else the latest check says.
    format!(
        "WITH left_on AS (
             SELECT e.*, lead(e.sequence, 1, {last}) OVER (PARTITION BY e.household ORDER BY e.sequence) AS next
             FROM exits e WHERE {exits}
         ),
         found AS (
             SELECT e.household, e.sequence, count(*) FILTER (WHERE k.finding = 'missed') AS missed,
                 min(k.day) FILTER (WHERE k.finding = 'relapsed') AS relapsed_on,
                 max(k.sequence * 10 + CASE k.finding WHEN 'still_out' THEN 1 ELSE 2 END)
                     FILTER (WHERE k.finding IN ('still_out', 'not_clear')) % 10 AS latest
             FROM left_on e JOIN exit_checks k ON k.household = e.household AND k.sequence > e.sequence
                 AND k.sequence < e.next AND {checks}
             GROUP BY e.household, e.sequence
         )
         SELECT e.household, e.sequence AS unit, 0 AS ord, c.tambon, c.lao, e.day, e.left_as, e.episode,
             c.episode AS now, f.missed, f.relapsed_on,
             CASE WHEN f.relapsed_on IS NOT NULL THEN 'relapsed' WHEN f.latest = 1 THEN 'still_out'
                 WHEN f.latest = 2 THEN 'not_clear' END AS found
         FROM left_on e JOIN {households} c ON c.household = e.household
             LEFT JOIN found f ON f.household = e.household AND f.sequence = e.sequence",
        last = i64::MAX,
        exits = stands("e", at),
        checks = stands("k", at),
        households = query.cohort.households(),
    )
}
