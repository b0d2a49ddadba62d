//! What help was given: to how many households, how often, and for how much? What came in kind stands apart.
//!
//! Help counts on the day it arrived and where the household lived when it was recorded, also after the household moved or
//! was merged. Help that was reversed counts no longer, and again when the reversal is taken back. A household counts once,
//! with the first help of the period; of a payment for several each counts its own share.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::facts::case::{ClosedAs, Standing};
use events::facts::household::{AssistanceDelivered, HouseholdEvent, Worth};
use events::recorded::Occurrence;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::cohort::{CohortBy, first_of_month};
use super::ledger::{Ledger, code, id, maybe, maybe_id, stands, text};
use super::sheet::{Figure, Of, Sheet, SheetQuery, id_text};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("assistance", 1);

/// `satang`: its worth; none: nobody knows it.
pub(super) const TABLES: &str = "
    CREATE TABLE help (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        assistance BLOB NOT NULL,
        day INTEGER NOT NULL,
        kind TEXT NOT NULL,
        capital TEXT NOT NULL,
        dimension TEXT NOT NULL,
        form TEXT NOT NULL,
        satang INTEGER,
        agency BLOB,
        model BLOB,
        referral BLOB,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE help_reversed (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        help INTEGER NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// What a fact does to help that was recorded before, by the sequence of its recording.
#[derive(Debug, Clone, Copy)]
pub(super) enum Undoing {
    /// It counts no longer.
    Reversed(i64),
    /// It counts again.
    Restored(i64),
}

/// The fold.
#[derive(Debug)]
pub(super) struct Assistance {
    help: Ledger,
    reversed: Ledger,
}

impl Default for Assistance {
    fn default() -> Self {
        Self { help: Ledger::of("help"), reversed: Ledger::of("help_reversed") }
    }
}

impl Assistance {
    /// Takes a fact in, and says what it does to earlier help, for those who count with it.
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<Option<Undoing>, ProjectionError> {
        if let HouseholdEvent::AssistanceDelivered(it) = fact {
            self.help.note(home, event, row(home, it));
        }
        if let HouseholdEvent::AssistanceReversed(it) = fact {
            self.help.flush(db)?;
            let sql = "SELECT max(sequence) FROM help WHERE household = ? AND assistance = ? AND to_at = ?";
            let params = params![home.key, it.assistance.0.as_bytes(), i64::MAX];
            let given = db.prepare_cached(sql)?.query_row(params, |row| row.get::<_, Option<i64>>(0))?;
            let Some(given) = given else { return Ok(None) };
            self.help.end(db, home, event, given)?;
            self.reversed.note(home, event, vec![Value::Integer(given)]);
            return Ok(Some(Undoing::Reversed(given)));
        }
        let HouseholdEvent::FactRetracted(it) = fact else { return Ok(None) };
        let sequence = column::signed(it.sequence);
        if it.event_type == "AssistanceDelivered" {
            self.help.end(db, home, event, sequence)?;
        }
        if it.event_type == "AssistanceReversed" {
            self.reversed.end(db, home, event, sequence)?;
            let sql = "SELECT help FROM help_reversed WHERE household = ? AND sequence = ?";
            let given = db.prepare_cached(sql)?.query_row([home.key, sequence], |row| row.get(0)).optional()?;
            let Some(given) = given else { return Ok(None) };
            self.help.restore(db, home, event, given)?;
            return Ok(Some(Undoing::Restored(given)));
        }
        Ok(None)
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.help.flush(db)?;
        self.reversed.flush(db)
    }
}

fn row(home: &Home, it: &AssistanceDelivered) -> Vec<Value> {
    let (form, worth) = match it.worth {
        Worth::Baht { amount } => ("baht", Some(amount)),
        Worth::InKind { worth } => ("in_kind", worth),
    };
    vec![
        id(it.assistance.0),
        Value::Integer(column::day(it.happened_on)),
        text(it.kind.clone()),
        code(it.capital),
        code(it.dimension),
        text(form),
        maybe(worth.map(events::money::Baht::satang)),
        maybe_id(it.agency.map(|it| it.0)),
        maybe_id(it.model.map(|it| it.0)),
        maybe_id(it.referral.map(|it| it.0)),
        Value::Integer(home.tambon),
        maybe(home.lao),
    ]
}

/// The report.
pub const ASSISTANCE: Sheet = Sheet {
    keys: &[],
    per: &["kind", "capital", "dimension", "agency", "model"],
    figures: &[
        Figure { name: "households", of: Of::Count("s.first") },
        Figure { name: "episodes", of: Of::Count("1") },
        Figure { name: "in_baht", of: Of::Count("s.form = 'baht'") },
        Figure { name: "baht", of: Of::Sum("CASE WHEN s.form = 'baht' THEN s.satang END") },
        Figure { name: "in_kind", of: Of::Count("s.form = 'in_kind'") },
        Figure { name: "in_kind_baht", of: Of::Sum("CASE WHEN s.form = 'in_kind' THEN s.satang END") },
        Figure { name: "in_kind_unknown", of: Of::Count("s.form = 'in_kind' AND s.satang IS NULL") },
    ],
    units,
};

/// Help that counts at the moment, as a table to be called `h`.
pub(super) fn given(at: i64) -> String {
    format!("(SELECT * FROM help h WHERE {})", stands("h", at))
}

fn units(query: &SheetQuery) -> String {
    let (agency, model) = (id_text("h.agency"), id_text("h.model"));
    let mut once = vec!["h.household".to_owned()];
    once.extend(match query.per {
        Some("agency") => Some("h.agency".to_owned()),
        Some("model") => Some("h.model".to_owned()),
        Some(per) => Some(format!("h.{per}")),
        None => None,
    });
    if query.cohort.by == Some(CohortBy::Month) {
        once.push(first_of_month("h.day"));
    }
    format!(
        "SELECT h.household, h.sequence AS unit, 0 AS ord, h.tambon, h.lao, h.day, h.kind, h.capital, h.dimension,
            {agency} AS agency, {model} AS model, h.form, h.satang,
            row_number() OVER (PARTITION BY {} ORDER BY h.day, h.sequence) = 1 AS first
         FROM {} h JOIN {} s ON s.household = h.household
         WHERE s.standing <> '{}' AND {} AND {}",
        once.join(", "),
        given(query.at()),
        query.cohort.source(),
        Standing::Closed(ClosedAs::EnteredInError),
        query.within("h.day"),
        query.cohort.only_in("help", "h.household"),
    )
}
