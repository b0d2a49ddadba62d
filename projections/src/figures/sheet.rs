//! How does a list of cases become a report? Each case is counted under its part and its keys, figure by figure, and each
//! figure leads back to its cases.
//!
//! A report that is a [`Sheet`] says what its cases are (`units`) and which of them each figure counts. The table and the
//! list behind a number ask the same rows under the same condition, so they can't differ.

mod behind;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

pub use behind::{Behind, BehindQuery, behind};

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

/// Part and keys of a row.
type Place = (Part, Vec<Option<String>>);

fn place(row: &Row<'_>, query: &SheetQuery, keys: usize) -> rusqlite::Result<Place> {
    Ok((query.cohort.part(row, 0)?, (1..=keys).map(|at| row.get(at)).collect::<Result<_, _>>()?))
}

/// Counts the cases of a report.
pub fn sheet(db: &Connection, sheet: &Sheet, query: &SheetQuery) -> Result<SheetTable, ProjectionError> {
    let here = checkpoint(db)?;
    let keys = sheet.keys_of(query);
    let groups = sheet.groups(query);
    let filter = query.cohort.filter_by("s.day");
    let units = (sheet.units)(query);
    let sums = sheet.figures.iter().map(|figure| match figure.of {
        Of::Count(is) => format!(", coalesce(sum({is}), 0)"),
        Of::Sum(of) | Of::Total(of) => format!(", coalesce(sum({of}), 0)"),
        Of::Share { part, whole } => format!(", coalesce(sum({part}), 0), coalesce(sum({whole}), 0)"),
        Of::Quantile { .. } => String::new(),
    });
    let sums = sums.collect::<String>();
    let by: Vec<_> = (1..=keys.len() + 1).map(|at| at.to_string()).collect();
    let sql = format!(
        "SELECT {groups}{sums} FROM ({units}) s{} GROUP BY {} ORDER BY 1, min(s.ord), {}",
        filter.clause(),
        by.join(", "),
        by.join(", ")
    );
    let mut found: Vec<(Place, Vec<Option<Amount>>)> = Vec::new();
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = rows.next()? {
        let mut at = keys.len();
        let mut next = || -> rusqlite::Result<i64> {
            at += 1;
            row.get(at)
        };
        let mut amounts = Vec::with_capacity(sheet.figures.len());
        for figure in sheet.figures {
            amounts.push(match figure.of {
                Of::Count(_) => Some(Amount::Count(column::unsigned(next()?))),
                Of::Sum(_) => Some(Amount::Sum(next()?)),
                Of::Total(_) => Some(Amount::Total(column::unsigned(next()?))),
                Of::Share { .. } => Some(Amount::Share(column::unsigned(next()?), column::unsigned(next()?))),
                Of::Quantile { .. } => None,
            });
        }
        found.push((place(row, query, keys.len())?, amounts));
    }
    for (nth, figure) in sheet.figures.iter().enumerate() {
        let Of::Quantile { of, permille, money } = figure.of else { continue };
        let middles = quantiles(db, &groups, keys.len(), query, &filter, (of, &units, permille))?;
        for (place, amounts) in &mut found {
            let value = middles.iter().find(|(of, _)| of == place).map(|(_, value)| *value);
            if let Some(amount) = amounts.get_mut(nth) {
                *amount = Some(if money { Amount::Middle(value) } else { Amount::Days(value) });
            }
        }
    }
    let row = |((part, keys), amounts): (Place, Vec<Option<Amount>>)| SheetRow {
        part,
        keys,
        amounts: amounts.into_iter().flatten().collect(),
    };
    Ok(SheetTable { keys, rows: found.into_iter().map(row).collect(), as_of: query.cohort.as_of(here) })
}

/// The value in each group that so many in a thousand do not exceed: the smallest such one of those that are there.
fn quantiles(
    db: &Connection,
    groups: &str,
    keys: usize,
    query: &SheetQuery,
    filter: &Filter,
    (of, units, permille): (&str, &str, u64),
) -> Result<Vec<(Place, i64)>, ProjectionError> {
    let mut filter = filter.clone();
    filter.and(format!("{of} IS NOT NULL"), []);
    let by: Vec<_> = (1..=keys + 2).map(|at| at.to_string()).collect();
    let by = by.join(", ");
    let sql =
        format!("SELECT {groups}, {of}, count(*) FROM ({units}) s{} GROUP BY {by} ORDER BY {by}", filter.clause());
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    let mut values: Vec<(Place, BTreeMap<i64, u64>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let place = place(row, query, keys)?;
        if values.last().is_none_or(|(last, _)| *last != place) {
            values.push((place, BTreeMap::new()));
        }
        if let Some((_, counts)) = values.last_mut() {
            counts.insert(row.get(keys + 1)?, column::unsigned(row.get(keys + 2)?));
        }
    }
    Ok(values.into_iter().filter_map(|(place, counts)| Some((place, quantile(&counts, permille)?))).collect())
}

/// The smallest value that at least so many in a thousand do not exceed.
fn quantile(counts: &BTreeMap<i64, u64>, permille: u64) -> Option<i64> {
    let all: u64 = counts.values().sum();
    let wanted = (all * permille).div_ceil(1000).max(1);
    let mut seen = 0;
    for (value, count) in counts {
        seen += count;
        if seen >= wanted {
            return Some(*value);
        }
    }
    None
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
