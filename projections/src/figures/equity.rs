//! Do households come as far whoever heads them, with disabled members, of old people only, without an id card?
//!
//! A household counts with the composition it had at the moment. What nobody noted is `unknown` and never counted as no.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
pub(crate) mod tests;

use events::facts::household::HouseholdEvent;
use events::facts::people::{Composition, Tally};
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::ledger::{Ledger, code, stands, text};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("equity", 2);

/// The latest row of a household that was recorded until a moment says who made it up then.
pub(super) const TABLES: &str = "
    CREATE TABLE compositions (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        living INTEGER NOT NULL,
        registered INTEGER NOT NULL,
        people INTEGER NOT NULL,
        sex_of_head TEXT NOT NULL,
        disability TEXT NOT NULL,
        elderly_only TEXT NOT NULL,
        no_card TEXT NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Equity {
    compositions: Ledger,
}

impl Default for Equity {
    fn default() -> Self {
        Self { compositions: Ledger::of("compositions") }
    }
}

impl Equity {
    pub(super) fn apply(&mut self, home: &Home, event: &Occurrence, fact: &HouseholdEvent) {
        // A retraction says itself who makes up the household without the fact, so no row is ever taken back.
        if let Some(composition) = fact.composition() {
            self.compositions.note(home, event, row(composition));
        }
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.compositions.flush(db)
    }
}

/// Yes when it is true of one, unknown when of none but unknown of one.
pub(super) const fn of_any(tally: Tally) -> &'static str {
    match tally {
        Tally { yes: 1.., .. } => "yes",
        Tally { unknown: 1.., .. } => "unknown",
        Tally { .. } => "no",
    }
}

/// Whether all are old; of nobody it is unknown.
pub(super) const fn of_all(it: &Composition) -> &'static str {
    match it.elderly_only {
        None => "unknown",
        Some(true) => "yes",
        Some(false) => "no",
    }
}

fn row(it: &Composition) -> Vec<Value> {
    vec![
        Value::Integer(it.living.into()),
        Value::Integer(it.registered.into()),
        // Who lives there or stands in the house's register, each once.
        Value::Integer(i64::from(it.registered) + i64::from(it.living_only)),
        code(it.sex_of_head),
        text(of_any(it.disabled)),
        text(of_all(it)),
        text(of_any(it.without_id_card)),
    ]
}

/// Who makes up each household of a cohort at its moment.
pub(super) fn compositions(query: &SheetQuery) -> String {
    format!(
        "(SELECT p.household, p.living, p.registered, p.people, p.sex_of_head, p.disability, p.elderly_only, p.no_card, max(p.sequence)
          FROM compositions p WHERE {} AND {} GROUP BY p.household)",
        stands("p", query.at()),
        query.cohort.only("p.household"),
    )
}

/// The report.
pub const EQUITY: Sheet = Sheet {
    keys: &[],
    per: &["sex_of_head", "disability", "elderly_only", "no_card"],
    figures: &[
        Figure { name: "found", of: Of::Count("1") },
        Figure { name: "reached_verified", of: Of::Count("s.stage >= 1") },
        Figure { name: "reached_assessed", of: Of::Count("s.stage >= 2") },
        Figure { name: "reached_referred", of: Of::Count("s.stage >= 3") },
        Figure { name: "reached_assisted", of: Of::Count("s.stage >= 4") },
        Figure { name: "reached_graduated", of: Of::Count("s.stage >= 5") },
        Figure { name: "sustained", of: Of::Count("s.standing = 'sustained'") },
        Figure { name: "closed", of: Of::Count("s.standing LIKE 'closed%'") },
        Figure { name: "assisted_permille", of: Of::Share { part: "s.stage >= 4", whole: "s.stage >= 1" } },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let unknown = |key: &str| format!("coalesce(p.{key}, 'unknown') AS {key}");
    format!(
        "SELECT c.*, 0 AS unit, 0 AS ord, {} FROM {} c LEFT JOIN {} p ON p.household = c.household",
        EQUITY.per.iter().map(|key| unknown(key)).collect::<Vec<_>>().join(", "),
        query.cohort.households(),
        compositions(query),
    )
}
