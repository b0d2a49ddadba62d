//! Which needs were met, which wait, and which has no help reached?
//!
//! Help answers a need when it came on the day the need was noted or later and is of its capital, of one of the dimensions
//! that the crosswalk gave it, or came by a referral for it. A need that goes on in another household, after a merge or a
//! split, counts there.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
pub(crate) mod tests;

use events::facts::household::{HouseholdEvent, NeedRecorded};
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::assistance::given;
use super::ledger::{Ledger, code, id, stands, text};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("unmet", 1);

/// `dimensions`: their codes, each between blanks.
pub(super) const TABLES: &str = "
    CREATE TABLE needs (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        need BLOB NOT NULL,
        day INTEGER NOT NULL,
        capital TEXT NOT NULL,
        dimensions TEXT NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE needs_closed (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        need BLOB NOT NULL,
        because TEXT NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Unmet {
    needs: Ledger,
    closed: Ledger,
}

impl Default for Unmet {
    fn default() -> Self {
        Self { needs: Ledger::of("needs"), closed: Ledger::of("needs_closed") }
    }
}

impl Unmet {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::NeedRecorded(it) = fact {
            self.needs.note(home, event, row(it));
        }
        if let HouseholdEvent::NeedClosed(it) = fact {
            self.closed.note(home, event, vec![id(it.need.0), code(it.because)]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            let sequence = column::signed(it.sequence);
            match it.event_type.as_str() {
                "NeedRecorded" => self.needs.end(db, home, event, sequence)?,
                "NeedClosed" => self.closed.end(db, home, event, sequence)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.needs.flush(db)?;
        self.closed.flush(db)
    }
}

fn row(it: &NeedRecorded) -> Vec<Value> {
    let dimensions = it.dimensions.iter().filter_map(|it| match code(it) {
        Value::Text(code) => Some(format!(" {code} ")),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    });
    let day = Value::Integer(column::day(it.happened_on));
    vec![id(it.need.0), day, code(it.capital), text(dimensions.collect::<String>())]
}

/// The needs that stand at a moment, how each ended, and when it was first referred.
pub(super) fn asked(query: &SheetQuery) -> String {
    let at = query.at();
    format!(
        "SELECT n.household, n.sequence, n.need, n.day AS need_day, n.capital, n.dimensions, e.because AS ended,
            (SELECT f.happened_on FROM referrals r JOIN referral_facts f
                 ON f.household = r.household AND f.sequence = r.sequence
             WHERE r.household = n.household AND r.need = n.need AND f.recorded_at <= {at}
                 AND coalesce(f.retracted_at, {last}) > {at} ORDER BY f.sequence LIMIT 1) AS asked_on
         FROM needs n LEFT JOIN needs_closed e ON e.household = n.household AND e.need = n.need AND {closed}
         WHERE {stands} AND {here} AND coalesce(e.because, '') NOT IN ('merged', 'split')",
        last = i64::MAX,
        closed = stands("e", at),
        stands = stands("n", at),
        here = query.cohort.only("n.household"),
    )
}

/// The report.
pub const UNMET: Sheet = Sheet {
    keys: &["capital"],
    per: &[],
    figures: &[
        Figure { name: "needs", of: Of::Count("1") },
        Figure { name: "needs_met", of: Of::Count("s.ended = 'met'") },
        Figure { name: "needs_ended", of: Of::Count("s.ended <> 'met'") },
        Figure { name: "needs_helped", of: Of::Count("s.ended IS NULL AND s.helped") },
        Figure { name: "needs_unmet", of: Of::Count("s.ended IS NULL AND NOT s.helped") },
        Figure {
            name: "needs_never_referred",
            of: Of::Count("s.ended IS NULL AND NOT s.helped AND s.asked_on IS NULL"),
        },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let at = query.at();
    format!(
        "WITH asked AS MATERIALIZED ({})
         SELECT n.household, n.sequence AS unit, 0 AS ord, c.tambon, c.lao, n.need_day AS day, n.capital, n.ended,
            n.asked_on,
            EXISTS (SELECT 1 FROM {} h WHERE h.household = n.household AND h.day >= n.need_day AND (
                h.capital = n.capital OR instr(n.dimensions, ' ' || h.dimension || ' ') > 0
                OR h.referral IN (SELECT r.id FROM referrals r WHERE r.household = n.household AND r.need = n.need)
            )) AS helped
         FROM asked n JOIN {} c ON c.household = n.household",
        asked(query),
        given(at),
        query.cohort.households(),
    )
}
