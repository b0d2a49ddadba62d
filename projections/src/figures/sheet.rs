//! How does a list of cases become a report? Each case is counted under its part and its keys, figure by figure, and each
//! figure leads back to its cases.
//!
//! A report that is a [`Sheet`] says what its cases are (`units`) and which of them each figure counts. The table and the
//! list behind a number ask the same rows under the same condition, so they can't differ.

mod behind;
mod tally;
#[cfg(test)]
pub(crate) mod tests;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

pub use behind::{Behind, BehindQuery, behind};

use tally::Tally;

use super::cohort::{Cohort, Part};
use crate::column;
use crate::error::ProjectionError;
use crate::filter::Filter;
use crate::page::AsOf;
use crate::projector::checkpoint;

/// A report over cases.
#[derive(Debug)]
pub struct Sheet {
    /// The columns that tell its rows apart, beside the part.
    pub keys: &'static [&'static str],
    /// The columns of which one can be asked for as a further key.
    pub per: &'static [&'static str],
    /// Its figures, in order.
    pub figures: &'static [Figure],
    /// The query of its cases: `household`, `unit` (tells cases of one household apart), `ord` (the order of the keys),
    /// `tambon`, `lao`, `day` (what the period is about), and what keys and figures name.
    pub(super) units: fn(&SheetQuery) -> String,
}

/// One figure of a report.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub of: Of,
}

/// What a figure is, by conditions on the cases.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// How many cases it is true of.
    Count(&'static str),
    /// The sum of an amount in satang, over cases where it is known.
    Sum(&'static str),
    /// The sum of a number such as people, over cases where it is known.
    Total(&'static str),
    /// So many in a thousand of the known values are not greater: 500 is the median.
    Quantile {
        /// The value, none where it does not apply.
        of: &'static str,
        /// Which.
        permille: u64,
        /// Whether it is an amount in satang; else a number of days.
        money: bool,
    },
    /// Cases of one kind among those of another.
    Share {
        /// The part.
        part: &'static str,
        /// The whole.
        whole: &'static str,
    },
}

/// Which cases, in which parts.
#[derive(Debug, Clone)]
pub struct SheetQuery {
    /// The households, or the cases of them: its period is about the day that the report says.
    pub cohort: Cohort,
    /// The further key, one of the sheet's.
    pub per: Option<&'static str>,
    /// The present day: how long something has waited at the moment asked for.
    pub today: NaiveDate,
}

impl SheetQuery {
    /// The moment as a number.
    pub(super) fn at(&self) -> i64 {
        self.cohort.at()
    }

    /// The day of the moment as a number.
    pub(super) fn day(&self) -> i64 {
        self.cohort.as_of.map_or_else(|| column::day(self.today), column::day_of)
    }

    /// What must hold of a day of the period: for cases that count once in it.
    pub(super) fn within(&self, day: &str) -> String {
        let from = self.cohort.from.map_or(i64::MIN, column::day);
        let to = self.cohort.to.map_or(i64::MAX, column::day);
        format!("{day} >= {from} AND {day} <= {to}")
    }
}

/// The value of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Cases.
    Count(u64),
    /// Satang in all.
    Sum(i64),
    /// So many in all cases together.
    Total(u64),
    /// Days; none: of nothing.
    Days(Option<i64>),
    /// Satang of one case in the middle; none: of nothing.
    Middle(Option<i64>),
    /// So many among so many.
    Share(u64, u64),
}

/// One row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The part, where the report is split.
    pub part: Part,
    /// The values of the keys, in their order; none: not known, or it does not apply.
    pub keys: Vec<Option<String>>,
    /// The figures, in their order.
    pub amounts: Vec<Amount>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetTable {
    /// The names of its keys.
    pub keys: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<SheetRow>,
    /// What moment they show.
    pub as_of: AsOf,
}

impl Sheet {
    /// The keys of an answer.
    pub fn keys_of(&self, query: &SheetQuery) -> Vec<&'static str> {
        self.keys.iter().copied().chain(query.per).collect()
    }

    /// The figure of a name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The names of the figures that count cases: each leads to them.
    pub fn counts(&self) -> impl Iterator<Item = &'static str> {
        self.figures.iter().filter(|figure| matches!(figure.of, Of::Count(_))).map(|figure| figure.name)
    }

    /// The columns that rows are told apart by, as a query names them.
    fn groups(&self, query: &SheetQuery) -> String {
        let keys = self.keys_of(query).into_iter().map(|key| format!(", CAST(s.{key} AS TEXT)"));
        format!("{}{}", query.cohort.split_by("s.day"), keys.collect::<String>())
    }
}

/// Counts the cases of a report: each is read once, for all figures.
pub fn sheet(db: &Connection, sheet: &Sheet, query: &SheetQuery) -> Result<SheetTable, ProjectionError> {
    let here = checkpoint(db)?;
    let keys = sheet.keys_of(query);
    let filter = query.cohort.filter_by("s.day");
    let values = sheet.figures.iter().map(|figure| match figure.of {
        Of::Count(of) | Of::Sum(of) | Of::Total(of) | Of::Quantile { of, .. } => of.to_owned(),
        Of::Share { part, whole } => format!("{part}, {whole}"),
    });
    let sql = format!(
        "SELECT s.ord, {}, {} FROM ({}) s{}",
        sheet.groups(query),
        values.collect::<Vec<_>>().join(", "),
        (sheet.units)(query),
        filter.clause()
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    let mut tally = Tally::of(sheet.figures, keys.len());
    while let Some(row) = rows.next()? {
        tally.count(row, |row| query.cohort.part(row, 1))?;
    }
    Ok(SheetTable { keys, rows: tally.rows(), as_of: query.cohort.as_of(here) })
}

/// The text of an id, as keys show it.
pub(super) fn id_text(column: &str) -> String {
    let part = |from, long| format!("substr(hex({column}), {from}, {long})");
    format!(
        "CASE WHEN {column} IS NOT NULL THEN lower({} || '-' || {} || '-' || {} || '-' || {} || '-' || {}) END",
        part(1, 8),
        part(9, 4),
        part(13, 4),
        part(17, 4),
        part(21, 12)
    )
}

/// A key's condition: none asks for cases in which it is not known.
fn of_key(filter: &mut Filter, key: &str, value: Option<&str>) {
    match value {
        Some(value) => filter.and(format!("CAST(s.{key} AS TEXT) = ?"), [Value::Text(value.to_owned())]),
        None => filter.and(format!("s.{key} IS NULL"), []),
    }
}
