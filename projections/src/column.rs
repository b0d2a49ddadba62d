//! How ids, days, moments, areas and codes stand in columns.

use chrono::{DateTime, Days, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode};
use events::clock;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use uuid::Uuid;

/// A day as the number of days since 1970-01-01.
pub(crate) fn day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day of a number; numbers that no day has become the first one.
pub(crate) fn date(day: i64) -> NaiveDate {
    let first = NaiveDate::default();
    let moved = if day < 0 {
        first.checked_sub_days(Days::new(day.unsigned_abs()))
    } else {
        first.checked_add_days(Days::new(day.unsigned_abs()))
    };
    moved.unwrap_or(first)
}

/// A moment as microseconds, the log's unit.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The day in Thailand on which a moment falls, as a number.
pub(crate) fn day_of(at: DateTime<Utc>) -> i64 {
    day(clock::day_of(at))
}

/// A position or sequence. None comes near the bound.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is never negative.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The numbers of the tambons in an area, both ends included.
pub(crate) fn tambons(area: AreaCode) -> (i64, i64) {
    let text = area.to_string();
    let code: i64 = text.parse().unwrap_or(0);
    let width = 10_i64.pow(u32::try_from(6_usize.saturating_sub(text.len())).unwrap_or(0));
    (code * width, code * width + width - 1)
}

/// The number of a local organisation's code.
pub(crate) fn lao(code: LaoCode) -> i64 {
    code.to_string().parse().unwrap_or(0)
}

/// A value that a column should never hold: the file was not written by this program.
fn odd(column: usize, what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(FromSqlError::Other(what.into())))
}

/// A code written as text.
pub(crate) fn code<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|_| odd(column, "an unknown code"))
}

/// One of a list of codes, written as its text.
pub(crate) fn one_of<T: Copy>(
    row: &Row<'_>,
    column: usize,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str_or_null()? {
        Some(text) => {
            all.iter().copied().find(|it| name(*it) == text).map(Some).ok_or_else(|| odd(column, "an unknown code"))
        }
        None => Ok(None),
    }
}

/// A code that is written as a number: an area or a local organisation.
pub(crate) fn numbered<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get::<_, i64>(column)?.to_string().parse().map_err(|_| odd(column, "an unknown code"))
}

/// The same, or nothing.
pub(crate) fn maybe_numbered<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    match row.get::<_, Option<i64>>(column)? {
        Some(number) => number.to_string().parse().map(Some).map_err(|_| odd(column, "an unknown code")),
        None => Ok(None),
    }
}

/// An id in 16 bytes.
pub(crate) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Uuid::from_slice(row.get_ref(column)?.as_blob()?).map_err(|_| odd(column, "not an id"))
}

/// The same, or nothing.
pub(crate) fn maybe_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    match row.get_ref(column)?.as_blob_or_null()? {
        Some(bytes) => Uuid::from_slice(bytes).map(Some).map_err(|_| odd(column, "not an id")),
        None => Ok(None),
    }
}

/// A day.
pub(crate) fn maybe_date(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDate>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(date))
}

/// A moment.
pub(crate) fn maybe_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(clock::from_micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_from_1970_and_come_back() {
        for (text, number) in [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-22", 20_779)] {
            let parsed: NaiveDate = text.parse().unwrap();
            assert_eq!((day(parsed), date(number)), (number, parsed), "{text}");
        }
        assert_eq!(date(i64::MAX), NaiveDate::default());
    }

    #[test]
    fn an_area_spans_the_tambons_within_it() {
        for (area, first, last) in [("46", 460_000, 469_999), ("4609", 460_900, 460_999), ("460901", 460_901, 460_901)]
        {
            assert_eq!(tambons(area.parse().unwrap()), (first, last));
        }
    }
}
