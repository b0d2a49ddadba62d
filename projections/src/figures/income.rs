//! How did the income per resident change, and is it at the poverty line in force?
//!
//! The first known net income per resident and month beside the latest one, in baht of their own years. Each is held
//! against the newest line published for a year not after its own; where there is none, the report says so and judges
//! nothing. An income that is not known is not zero.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::facts::household::{HouseholdEvent, MoneyTotals};
use events::facts::policy::{PolicyBody, PolicyEvent};
use events::recorded::Occurrence;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::ledger::{Ledger, maybe, stands};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("income", 1);

pub(super) const TABLES: &str = "
    CREATE TABLE incomes (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        day INTEGER NOT NULL,
        satang INTEGER,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;
    CREATE TABLE poverty_lines (
        province INTEGER NOT NULL,
        version INTEGER NOT NULL,
        year INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        effective_on INTEGER NOT NULL,
        satang INTEGER NOT NULL,
        PRIMARY KEY (province, version, year)
    ) WITHOUT ROWID;
    CREATE TABLE poverty_lines_withdrawn (
        province INTEGER NOT NULL,
        version INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        effective_on INTEGER NOT NULL,
        PRIMARY KEY (province, version)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Incomes {
    incomes: Ledger,
}

impl Default for Incomes {
    fn default() -> Self {
        Self { incomes: Ledger::of("incomes") }
    }
}

impl Incomes {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let Some((day, money)) = told(fact) {
            let satang = money.net_per_resident_month.map(events::money::Baht::satang);
            self.incomes.note(home, event, vec![Value::Integer(column::day(day)), maybe(satang)]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact
            && ["HouseholdAssessed", "IncomeRecorded"].contains(&it.event_type.as_str())
        {
            self.incomes.end(db, home, event, column::signed(it.sequence))?;
        }
        Ok(())
    }

    /// Lines are few: they are written at once.
    pub(super) fn policy(db: &Connection, event: &Occurrence, fact: &PolicyEvent) -> Result<(), ProjectionError> {
        let (policy, effective_on) = match fact {
            PolicyEvent::PolicyPublished(it) => (&it.policy, it.effective_on),
            PolicyEvent::PolicyWithdrawn(it) => (&it.policy, it.effective_on),
        };
        let Some(province) = policy.id.strip_prefix("poverty_line/").and_then(|code| code.parse::<i64>().ok()) else {
            return Ok(());
        };
        let (recorded_at, effective_on) = (column::micros(event.recorded_at), column::day(effective_on));
        match fact {
            PolicyEvent::PolicyPublished(it) => {
                let PolicyBody::PovertyLine(body) = &it.body else { return Ok(()) };
                let mut insert = db.prepare_cached("INSERT OR REPLACE INTO poverty_lines VALUES (?, ?, ?, ?, ?, ?)")?;
                for line in &body.lines {
                    let (year, satang) = (line.year, line.baht.satang());
                    insert.execute(params![province, policy.version, year, recorded_at, effective_on, satang])?;
                }
            }
            PolicyEvent::PolicyWithdrawn(_) => {
                db.prepare_cached("INSERT OR REPLACE INTO poverty_lines_withdrawn VALUES (?, ?, ?, ?)")?
                    .execute(params![province, policy.version, recorded_at, effective_on])?;
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.incomes.flush(db)
    }
}

/// What a fact says of the household's money, and of which day.
pub(super) fn told(fact: &HouseholdEvent) -> Option<(chrono::NaiveDate, &MoneyTotals)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "two facts speak of income")]
    match fact {
        HouseholdEvent::HouseholdAssessed(it) => Some((it.happened_on, &it.money)),
        HouseholdEvent::IncomeRecorded(it) => Some((it.happened_on, &it.money)),
        _ => None,
    }
}

/// The report.
pub const INCOME: Sheet = Sheet {
    keys: &[],
    per: &[],
    figures: &[
        Figure { name: "households", of: Of::Count("1") },
        Figure { name: "income_unknown", of: Of::Count("s.after IS NULL") },
        Figure { name: "income_once", of: Of::Count("s.after IS NOT NULL AND s.before IS NULL") },
        Figure { name: "income_twice", of: Of::Count("s.before IS NOT NULL") },
        Figure { name: "income_rose", of: Of::Count("s.after > s.before") },
        Figure { name: "income_fell", of: Of::Count("s.after < s.before") },
        Figure { name: "median_before", of: middle("s.before") },
        Figure { name: "median_after", of: middle("CASE WHEN s.before IS NOT NULL THEN s.after END") },
        Figure { name: "median_change", of: middle("s.after - s.before") },
        Figure { name: "at_line_before", of: Of::Count("s.before >= s.line_before") },
        Figure { name: "at_line_after", of: Of::Count("s.before IS NOT NULL AND s.after >= s.line_after") },
        Figure { name: "at_line_latest", of: Of::Count("s.after >= s.line_after") },
        Figure { name: "no_line", of: Of::Count("s.after IS NOT NULL AND s.line_after IS NULL") },
    ],
    units,
};

const fn middle(of: &'static str) -> Of {
    Of::Quantile { of, permille: 500, money: true }
}

fn units(query: &SheetQuery) -> String {
    let (at, today) = (query.at(), query.day());
    let withdrawn = format!(
        "EXISTS (SELECT 1 FROM poverty_lines_withdrawn w WHERE w.province = p.province AND w.version = p.version
            AND w.recorded_at <= {at} AND w.effective_on <= {today})"
    );
    // The last version that holds by that day; before the first, the first.
    let force = format!(
        "SELECT p.province, coalesce(max(p.version) FILTER (WHERE p.effective_on <= {today}), min(p.version)) AS version
         FROM poverty_lines p WHERE p.recorded_at <= {at} AND NOT {withdrawn} GROUP BY p.province"
    );
    let line = |day: &str| {
        format!(
            "(SELECT l.satang FROM force f JOIN poverty_lines l ON l.province = f.province AND l.version = f.version
              WHERE f.province = c.tambon / 10000
                  AND l.year <= CAST(strftime('%Y', {day} * 86400, 'unixepoch') AS INTEGER)
              ORDER BY l.year DESC LIMIT 1)"
        )
    };
    format!(
        "WITH force AS MATERIALIZED ({force}),
         known AS (
             SELECT i.household, i.day, i.satang, i.sequence, row_number() OVER up AS n, row_number() OVER down AS back
             FROM incomes i WHERE {stands} AND i.satang IS NOT NULL AND {here}
             WINDOW up AS (PARTITION BY i.household ORDER BY i.day, i.sequence),
                 down AS (PARTITION BY i.household ORDER BY i.day DESC, i.sequence DESC)
         )
         SELECT c.household, 0 AS unit, 0 AS ord, c.tambon, c.lao, c.day, b.satang AS before, a.satang AS after,
             CASE WHEN b.day IS NOT NULL THEN {before} END AS line_before,
             CASE WHEN a.day IS NOT NULL THEN {after} END AS line_after
         FROM {households} c LEFT JOIN known a ON a.household = c.household AND a.back = 1
             LEFT JOIN known b ON b.household = c.household AND b.n = 1 AND b.sequence <> a.sequence",
        here = query.cohort.only("i.household"),
        stands = stands("i", at),
        before = line("b.day"),
        after = line("a.day"),
        households = query.cohort.households(),
    )
}
