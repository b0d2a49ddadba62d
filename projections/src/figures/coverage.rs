//! How well does a state list agree with what was verified in the village? Now, or as known then.
//!
//! Each list of each date is a list of its own, and two are never put together. A household counts once per list, by the
//! last thing that was recorded about it there; one that nobody looked for on that list counts as unknown.

mod cases;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::household::{HouseholdEvent, ListStatus, StateList};
use events::recorded::Occurrence;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;

pub use cases::COVERAGE_CASES;

use super::caseload::stage_number;
use super::cohort::{Cohort, Part};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;
use crate::page::AsOf;
use crate::projector::checkpoint;

pub(super) const VERSION: (&str, u32) = ("coverage", 1);

pub(super) const TABLES: &str = "
    CREATE TABLE list_statuses (
        household INTEGER NOT NULL,
        list TEXT NOT NULL,
        list_date INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        status TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        retracted_at INTEGER,
        PRIMARY KEY (household, list, list_date, sequence)
    ) WITHOUT ROWID;";

/// One thing that a list was recorded to say.
#[derive(Debug)]
struct Said {
    household: i64,
    list: StateList,
    list_date: i64,
    sequence: i64,
    status: ListStatus,
    recorded_at: i64,
}

/// The fold.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    said: Vec<Said>,
}

impl Coverage {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::ListStatusRecorded(it) = fact {
            self.said.push(Said {
                household: home.key,
                list: it.list,
                list_date: column::day(it.list_date),
                sequence: column::signed(event.sequence),
                status: it.status,
                recorded_at: column::micros(event.recorded_at),
            });
        }
        if let HouseholdEvent::FactRetracted(it) = fact
            && it.event_type == "ListStatusRecorded"
        {
            self.flush(db)?;
            db.prepare_cached("UPDATE list_statuses SET retracted_at = ? WHERE household = ? AND sequence = ?")?
                .execute(params![column::micros(event.recorded_at), home.key, column::signed(it.sequence)])?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.said.sort_unstable_by_key(|it| (it.household, it.list, it.list_date, it.sequence));
        let mut insert = db.prepare_cached("INSERT INTO list_statuses VALUES (?, ?, ?, ?, ?, ?, NULL)")?;
        for Said { household, list, list_date, sequence, status, recorded_at } in self.said.drain(..) {
            insert.execute(params![household, list.as_str(), list_date, sequence, status.as_str(), recorded_at])?;
        }
        Ok(())
    }
}

/// Which households, and which lists.
#[derive(Debug, Clone)]
pub struct CoverageQuery {
    /// The households.
    pub cohort: Cohort,
    /// This list only.
    pub list: Option<StateList>,
}

/// Households by what a list says of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ByStatus {
    /// On the list.
    pub listed: u64,
    /// Looked for and missed by it.
    pub missed: u64,
    /// Nobody looked, or it could not be read.
    pub unknown: u64,
}

impl ByStatus {
    fn of(&mut self, status: ListStatus) -> &mut u64 {
        match status {
            ListStatus::Listed => &mut self.listed,
            ListStatus::Missed => &mut self.missed,
            ListStatus::Unknown => &mut self.unknown,
        }
    }

    /// All of them.
    pub const fn all(self) -> u64 {
        self.listed + self.missed + self.unknown
    }
}

/// A list of one date beside what was verified, for one part of the households.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageRow {
    /// Which list.
    pub list: StateList,
    /// Its date.
    pub list_date: NaiveDate,
    /// The part of the households, where the report is split.
    #[serde(flatten)]
    pub part: Part,
    /// Verified as poor, also when the case ended later.
    pub poor: ByStatus,
    /// Found not to be poor.
    pub not_poor: ByStatus,
    /// Neither yet, or ended before.
    pub unverified: ByStatus,
}

/// Lists beside what was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageTable {
    /// A row per list, date and part. A list that was never looked into has none.
    pub rows: Vec<CoverageRow>,
    /// What moment they show.
    pub as_of: AsOf,
}

/// What verification said of a household of a cohort: 0 poor, 1 not poor, 2 nothing yet.
fn verdict() -> String {
    let (not_poor, verified) = (Standing::Closed(ClosedAs::NotPoor), stage_number(Stage::Verified));
    format!("CASE WHEN s.standing = '{not_poor}' THEN 1 WHEN s.stage >= {verified} THEN 0 ELSE 2 END")
}

/// Counts the households of a cohort by list, date, what the list says, and what was verified.
pub fn coverage(db: &Connection, query: &CoverageQuery) -> Result<CoverageTable, ProjectionError> {
    let here = checkpoint(db)?;
    let cohort = &query.cohort;
    let mut filter = cohort.filter();
    // One that was merged counts as the other one, and one entered in error was never found.
    for left_out in [ClosedAs::Merged, ClosedAs::EnteredInError] {
        filter.and("s.standing <> ?", [Value::Text(Standing::Closed(left_out).to_string())]);
    }
    let (split, source) = (cohort.split(), cohort.source());
    // First all households of each part: those of whom a list says nothing are what is left of them.
    let (verdict, clause) = (verdict(), filter.clause());
    let sql = format!("SELECT {split}, {verdict}, count(*) FROM {source} s{clause} GROUP BY 1, 2 ORDER BY 1");
    let mut whole: Vec<(Part, [u64; 3])> = Vec::new();
    let mut select = db.prepare_cached(&sql)?;
    let mut found = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = found.next()? {
        let (part, verdict, households) = (cohort.part(row, 0)?, row.get(1)?, column::unsigned(row.get(2)?));
        if whole.last().is_none_or(|(last, _)| *last != part) {
            whole.push((part, [0; 3]));
        }
        if let Some((_, counts)) = whole.last_mut() {
            *of_verdict(counts, verdict)? = households;
        }
    }
    let lists = said(db, query, &filter)?;
    let mut rows = Vec::new();
    for ((list, list_date), of_parts) in &lists {
        for (part, whole) in &whole {
            let said = of_parts.iter().find(|(of, _)| of == part).map_or_else(Default::default, |(_, counts)| *counts);
            let [poor, not_poor, unverified] = [0, 1, 2].map(|verdict: usize| {
                let (mut counts, all) = (said[verdict], whole[verdict]);
                counts.unknown = all.saturating_sub(counts.listed + counts.missed);
                counts
            });
            rows.push(CoverageRow { list: *list, list_date: *list_date, part: *part, poor, not_poor, unverified });
        }
    }
    Ok(CoverageTable { rows, as_of: cohort.as_of(here) })
}

/// What each list says, by part and verdict.
type BySaid = BTreeMap<(StateList, NaiveDate), Vec<(Part, [ByStatus; 3])>>;

fn said(db: &Connection, query: &CoverageQuery, filter: &crate::filter::Filter) -> Result<BySaid, ProjectionError> {
    let cohort = &query.cohort;
    let mut filter = filter.clone();
    if let Some(list) = query.list {
        filter.and("l.list = ?", [Value::Text(list.as_str().to_owned())]);
    }
    let at = cohort.as_of.map_or(i64::MAX, column::micros);
    // With max() the other columns are those of the row that has it: the last that was recorded and still stands.
    let sql = format!(
        "SELECT l.list, l.list_date, {}, {}, l.status, count(*)
         FROM {} s JOIN (
             SELECT household, list, list_date, status, max(sequence) FROM list_statuses
             WHERE recorded_at <= {at} AND coalesce(retracted_at, {last}) > {at} AND {here}
             GROUP BY household, list, list_date
         ) l ON l.household = s.household{}
         GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3",
        cohort.split(),
        verdict(),
        cohort.source(),
        filter.clause(),
        at = at.min(i64::MAX - 1),
        last = i64::MAX,
        here = cohort.only("household"),
    );
    let mut lists = BySaid::new();
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = rows.next()? {
        let parts = lists.entry((column::code(row, 0)?, column::date(row.get(1)?))).or_default();
        let part = cohort.part(row, 2)?;
        if parts.last().is_none_or(|(last, _)| *last != part) {
            parts.push((part, [ByStatus::default(); 3]));
        }
        if let Some((_, counts)) = parts.last_mut() {
            *of_verdict(counts, row.get(3)?)?.of(column::code(row, 4)?) = column::unsigned(row.get(5)?);
        }
    }
    Ok(lists)
}

fn of_verdict<T>(counts: &mut [T; 3], verdict: usize) -> Result<&mut T, rusqlite::Error> {
    counts.get_mut(verdict).ok_or(rusqlite::Error::InvalidQuery)
}
