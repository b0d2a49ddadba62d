//! The households behind each number of the coverage: one case per household and list.

use crate::figures::caseload::stage_number;
use crate::figures::sheet::{Figure, Of, Sheet, SheetQuery};
use events::facts::case::{ClosedAs, Stage, Standing};

/// The same numbers as [`coverage`](super::coverage), as cases.
pub const COVERAGE_CASES: Sheet = Sheet {
    keys: &["list", "list_date"],
    per: &[],
    figures: &[
        Figure { name: "poor_listed", of: Of::Count("s.verdict = 0 AND s.status = 'listed'") },
        Figure { name: "poor_missed", of: Of::Count("s.verdict = 0 AND s.status = 'missed'") },
        Figure { name: "poor_unknown", of: Of::Count("s.verdict = 0 AND s.status = 'unknown'") },
        Figure { name: "not_poor_listed", of: Of::Count("s.verdict = 1 AND s.status = 'listed'") },
        Figure { name: "not_poor_missed", of: Of::Count("s.verdict = 1 AND s.status = 'missed'") },
        Figure { name: "not_poor_unknown", of: Of::Count("s.verdict = 1 AND s.status = 'unknown'") },
        Figure { name: "unverified_listed", of: Of::Count("s.verdict = 2 AND s.status = 'listed'") },
        Figure { name: "unverified_missed", of: Of::Count("s.verdict = 2 AND s.status = 'missed'") },
        Figure { name: "unverified_unknown", of: Of::Count("s.verdict = 2 AND s.status = 'unknown'") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let (at, households) = (query.at(), query.cohort.households());
    // A list that was looked into anywhere says nothing of whom it was not asked about here.
    let anywhere = query.cohort.households_anywhere();
    let (not_poor, verified) = (Standing::Closed(ClosedAs::NotPoor), stage_number(Stage::Verified));
    format!(
        "WITH said AS (
             SELECT household, list, list_date, status, max(sequence) FROM list_statuses
             WHERE recorded_at <= {at} AND coalesce(retracted_at, {last}) > {at}
             GROUP BY household, list, list_date
         )
         SELECT c.household, l.list_date * 10 + CASE l.list WHEN 'tpmap' THEN 0 WHEN 'bmn' THEN 1 ELSE 2 END AS unit,
             0 AS ord, c.tambon, c.lao, c.day, l.list, date(l.list_date * 86400, 'unixepoch') AS list_date,
             coalesce(h.status, 'unknown') AS status,
             CASE WHEN c.standing = '{not_poor}' THEN 1 WHEN c.stage >= {verified} THEN 0 ELSE 2 END AS verdict
         FROM {households} c
         JOIN (SELECT DISTINCT list, list_date FROM said WHERE household IN (SELECT household FROM {anywhere})) l
         LEFT JOIN (SELECT * FROM said WHERE {here}) h ON h.household = c.household AND h.list = l.list AND h.list_date = l.list_date",
        here = query.cohort.only("household"),
        last = i64::MAX,
    )
}
