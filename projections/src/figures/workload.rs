//! How much does each caseworker look after, and how much of it is late?
//!
//! A household counts with whoever was assigned to it at the moment; what nobody looks after stands in a row of its own.

#[cfg(test)]
mod tests;

use super::sheet::{Figure, Of, Sheet, SheetQuery, id_text};

/// The report.
pub const WORKLOAD: Sheet = Sheet {
    keys: &["caseworker"],
    per: &[],
    figures: &[
        Figure { name: "open_cases", of: Of::Count("s.standing = 'open'") },
        Figure { name: "to_be_visited", of: Of::Count("s.standing = 'open' AND s.stage = 0") },
        Figure { name: "to_be_assessed", of: Of::Count("s.standing = 'open' AND s.stage = 1") },
        Figure { name: "in_help", of: Of::Count("s.standing = 'open' AND s.stage >= 3") },
        Figure { name: "after_exit", of: Of::Count("s.standing <> 'open'") },
        Figure { name: "with_overdue", of: Of::Count("s.late > 0") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let (at, today, last) = (query.at(), query.day(), i64::MAX);
    format!(
        "WITH assigned AS (
             SELECT household, caseworker, max(sequence) FROM assignments
             WHERE recorded_at <= {at} AND coalesce(retracted_at, {last}) > {at} AND {here}
             GROUP BY household
         ),
         late AS (
             SELECT household, count(*) AS late FROM clock_states
             WHERE from_at <= {at} AND to_at > {at} AND runs = 1 AND by_day < {today} AND {here}
             GROUP BY household
         )
         SELECT c.household, 0 AS unit, 0 AS ord, c.tambon, c.lao, c.day, {caseworker} AS caseworker, c.stage,
             c.standing, l.late
         FROM {households} c LEFT JOIN assigned a ON a.household = c.household
             LEFT JOIN late l ON l.household = c.household
         WHERE c.standing IN ('open', 'graduated', 'sustained')",
        caseworker = id_text("a.caseworker"),
        here = query.cohort.only("household"),
        households = query.cohort.households(),
    )
}
