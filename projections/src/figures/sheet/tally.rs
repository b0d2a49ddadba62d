//! How are cases added up? Each is read once, in any order, and goes to the row of its part and keys.
//!
//! Grouping and sorting hundreds of thousands of cases in the database, once for the sums and once more for each median,
//! took most of the time of a report.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::{Amount, Figure, Of, SheetRow};
use crate::column;
use crate::figures::cohort::Part;

/// The rows of a report while it is counted.
#[derive(Debug)]
pub(super) struct Tally {
    figures: &'static [Figure],
    keys: usize,
    /// Where the row of a part and keys stands, by what a case says of them.
    places: HashMap<Vec<u8>, usize>,
    counted: Vec<Counted>,
    /// What the case at hand says of part and keys, and what the one before said: cases of one row often follow each other.
    saying: Vec<u8>,
    said: Vec<u8>,
    last: usize,
}

/// One row.
#[derive(Debug)]
struct Counted {
    /// The least order of its cases.
    order: i64,
    /// What tells the part, for the order.
    nth: Option<i64>,
    part: Part,
    keys: Vec<Option<String>>,
    sums: Vec<Sum>,
}

/// One figure.
#[derive(Debug, Clone)]
enum Sum {
    /// What was added up.
    Of(i64),
    /// Two of them.
    Share(i64, i64),
    /// How often each value was there.
    Values(BTreeMap<i64, u64>),
}

/// The columns before part and keys.
const ORDER: usize = 0;
const PART: usize = 1;

impl Tally {
    /// `keys`: so many columns of keys follow the part.
    pub(super) fn of(figures: &'static [Figure], keys: usize) -> Self {
        let (saying, said) = (Vec::new(), Vec::new());
        Self { figures, keys, places: HashMap::new(), counted: Vec::new(), saying, said, last: 0 }
    }

    /// Counts a case: a row of its order, its part, its keys, and what each figure reads of it.
    pub(super) fn count(
        &mut self,
        row: &Row<'_>,
        part: impl Fn(&Row<'_>) -> rusqlite::Result<Part>,
    ) -> rusqlite::Result<()> {
        let place = self.place(row, part)?;
        let Some(counted) = self.counted.get_mut(place) else { return Ok(()) };
        counted.order = counted.order.min(row.get(ORDER)?);
        let mut at = PART + self.keys;
        let mut next = || -> rusqlite::Result<Option<i64>> {
            at += 1;
            row.get(at)
        };
        for sum in &mut counted.sums {
            match sum {
                Sum::Of(sum) => *sum = sum.saturating_add(next()?.unwrap_or(0)),
                Sum::Share(part, whole) => {
                    *part = part.saturating_add(next()?.unwrap_or(0));
                    *whole = whole.saturating_add(next()?.unwrap_or(0));
                }
                Sum::Values(values) => {
                    if let Some(value) = next()? {
                        *values.entry(value).or_default() += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// The place of the case's row, which it begins if it is the first.
    fn place(&mut self, row: &Row<'_>, part: impl Fn(&Row<'_>) -> rusqlite::Result<Part>) -> rusqlite::Result<usize> {
        self.saying.clear();
        for at in PART..=PART + self.keys {
            say(&mut self.saying, row.get_ref(at)?);
        }
        if self.said == self.saying && !self.counted.is_empty() {
            return Ok(self.last);
        }
        let place = if let Some(place) = self.places.get(&self.saying) {
            *place
        } else {
            let sums = self.figures.iter().map(|figure| match figure.of {
                Of::Count(_) | Of::Sum(_) | Of::Total(_) => Sum::Of(0),
                Of::Share { .. } => Sum::Share(0, 0),
                Of::Quantile { .. } => Sum::Values(BTreeMap::new()),
            });
            self.counted.push(Counted {
                order: i64::MAX,
                nth: row.get(PART)?,
                part: part(row)?,
                keys: (1..=self.keys).map(|key| row.get(PART + key)).collect::<Result<_, _>>()?,
                sums: sums.collect(),
            });
            self.places.insert(self.saying.clone(), self.counted.len() - 1);
            self.counted.len() - 1
        };
        std::mem::swap(&mut self.said, &mut self.saying);
        self.last = place;
        Ok(place)
    }

    /// The rows by part, by the order of their cases, by keys.
    pub(super) fn rows(self) -> Vec<SheetRow> {
        let mut counted = self.counted;
        counted.sort_unstable_by(|a, b| (a.nth, a.order, &a.keys).cmp(&(b.nth, b.order, &b.keys)));
        let figures = self.figures;
        let row = |row: Counted| SheetRow {
            part: row.part,
            keys: row.keys,
            amounts: figures.iter().zip(row.sums).map(|(figure, sum)| amount(figure.of, sum)).collect(),
        };
        counted.into_iter().map(row).collect()
    }
}

/// Writes a value so that different ones are written differently.
fn say(text: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => text.push(0),
        ValueRef::Integer(number) => {
            text.push(1);
            text.extend(number.to_le_bytes());
        }
        ValueRef::Real(number) => {
            text.push(2);
            text.extend(number.to_le_bytes());
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            text.push(3);
            text.extend(bytes.len().to_le_bytes());
            text.extend(bytes);
        }
    }
}

fn amount(of: Of, sum: Sum) -> Amount {
    match (of, sum) {
        (Of::Count(_), Sum::Of(sum)) => Amount::Count(column::unsigned(sum)),
        (Of::Total(_), Sum::Of(sum)) => Amount::Total(column::unsigned(sum)),
        (_, Sum::Of(sum)) => Amount::Sum(sum),
        (_, Sum::Share(part, whole)) => Amount::Share(column::unsigned(part), column::unsigned(whole)),
        (Of::Quantile { permille, money: true, .. }, Sum::Values(values)) => {
            Amount::Middle(quantile(&values, permille))
        }
        (Of::Quantile { permille, .. }, Sum::Values(values)) => Amount::Days(quantile(&values, permille)),
        (_, Sum::Values(_)) => Amount::Days(None),
    }
}

/// The smallest value that at least so many in a thousand do not exceed.
pub(super) fn quantile(counts: &BTreeMap<i64, u64>, permille: u64) -> Option<i64> {
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
