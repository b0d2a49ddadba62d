//! Dates as people know them: a birth may be known to the year, the month or the day.

mod age;
mod calendar;
mod reading;

use std::borrow::Cow;
use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

pub use age::Ages;
pub use calendar::{
    MONTHS, Month, buddhist_year, common_year, english_date, fiscal_year, fiscal_year_days, month_named, thai_date,
    thai_date_short,
};
pub use reading::parse_date;

use crate::thai::wire;

/// The common-era years that a date of this service may have. Anything else is a typing error.
pub const YEARS: std::ops::RangeInclusive<i32> = 1850..=2199;

/// A date known to the year, the month or the day, in the common era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    first_day: NaiveDate,
    precision: Precision,
}

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Neither digits nor month names in a known order.
    #[error("not a date that can be read; write day/month/year, for example 13/4/2546 or 2003-04-13")]
    Unreadable,
    /// `46` may be 2546, 1946 or 2446.
    #[error("a two-digit year has several meanings; write four digits")]
    TwoDigitYear,
    /// The calendar has no such month or day.
    #[error("there is no such day in the calendar")]
    Impossible,
    /// A year that is neither Buddhist nor common era here.
    #[error("the year is out of range")]
    YearOutOfRange,
    /// A day whose month is unknown says nothing.
    #[error("a day without its month")]
    DayWithoutMonth,
    /// The whole date is needed here.
    #[error("day, month and year are needed here")]
    Incomplete,
    /// `25-ก.พ.`: a spreadsheet has put a day in place of something else.
    #[error("a spreadsheet has destroyed this value; type it again as text")]
    Destroyed,
}

impl DateError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "date_unreadable",
            Self::TwoDigitYear => "date_two_digit_year",
            Self::Impossible => "date_impossible",
            Self::YearOutOfRange => "date_year_out_of_range",
            Self::DayWithoutMonth => "date_day_without_month",
            Self::Incomplete => "date_incomplete",
            Self::Destroyed => "destroyed_by_spreadsheet",
        }
    }
}

impl PartialDate {
    /// A date from its common-era parts.
    pub fn new(year: i32, month: Option<u32>, day: Option<u32>) -> Result<Self, DateError> {
        if !YEARS.contains(&year) {
            return Err(DateError::YearOutOfRange);
        }
        let precision = match (month, day) {
            (None, None) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => return Err(DateError::DayWithoutMonth),
        };
        let first_day = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1));
        first_day.map(|first_day| Self { first_day, precision }).ok_or(DateError::Impossible)
    }

    /// Reads a date as people write it, Buddhist or common era, whole or in part; two-digit years are refused.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        reading::read(text)
    }

    /// Reads the wire's form and no other: `1961`, `1961-04`, `1961-04-13`, common era.
    pub fn from_iso(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut part = |length: usize| match parts.next() {
            None => Ok(None),
            Some(text) if text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse::<u32>().map(Some).map_err(|_| DateError::Unreadable)
            }
            Some(_) => Err(DateError::Unreadable),
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let year = year.and_then(|year| i32::try_from(year).ok()).ok_or(DateError::Unreadable)?;
        if parts.next().is_some() { Err(DateError::Unreadable) } else { Self::new(year, month, day) }
    }

    /// How much of it is known.
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The year, common era.
    pub fn year(self) -> i32 {
        self.first_day.year()
    }

    /// The month, 1 to 12, if known.
    pub fn month(self) -> Option<u32> {
        (self.precision >= Precision::Month).then(|| self.first_day.month())
    }

    /// The day of the month, if known.
    pub fn day(self) -> Option<u32> {
        (self.precision == Precision::Day).then(|| self.first_day.day())
    }

    /// The day, if all of it is known.
    pub fn full(self) -> Option<NaiveDate> {
        (self.precision == Precision::Day).then_some(self.first_day)
    }

    /// The earliest day it may mean.
    pub fn earliest(self) -> NaiveDate {
        self.first_day
    }

    /// The latest day it may mean. A year up to 1940 without month ends in March of the next one: most such years come from
    /// Thai papers, whose years then ran from April to March.
    pub fn latest(self) -> NaiveDate {
        let months = match self.precision {
            Precision::Day => return self.first_day,
            Precision::Month => 1,
            Precision::Year if self.year() <= calendar::LAST_OLD_COMMON_YEAR => 15,
            Precision::Year => 12,
        };
        let next = self.first_day.checked_add_months(Months::new(months));
        next.and_then(|day| day.checked_sub_days(Days::new(1))).unwrap_or(self.first_day)
    }

    /// Whether it lies in the future of `today`, whatever the missing parts are.
    pub fn is_after(self, today: NaiveDate) -> bool {
        self.earliest() > today
    }

    /// Whether both may mean the same day: `1961` and `1961-04-13` may.
    pub fn may_equal(self, other: Self) -> bool {
        self.earliest() <= other.latest() && other.earliest() <= self.latest()
    }

    /// In Thai, Buddhist era: `13 เมษายน 2546`, `เมษายน 2546`, `2546`.
    pub fn thai(self) -> String {
        match (self.precision, calendar::month(self.first_day)) {
            (Precision::Day, _) => thai_date(self.first_day),
            (Precision::Month, month) => format!("{} {}", month.thai, buddhist_year(self.year(), self.month())),
            (Precision::Year, _) => buddhist_year(self.year(), None).to_string(),
        }
    }

    /// In English, common era: `13 April 2003`, `April 2003`, `2003`.
    pub fn english(self) -> String {
        match (self.precision, calendar::month(self.first_day)) {
            (Precision::Day, _) => english_date(self.first_day),
            (Precision::Month, month) => format!("{} {}", month.english, self.year()),
            (Precision::Year, _) => self.year().to_string(),
        }
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(day: NaiveDate) -> Self {
        Self { first_day: day, precision: Precision::Day }
    }
}

/// The wire's form.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match self.precision {
            Precision::Day => "%Y-%m-%d",
            Precision::Month => "%Y-%m",
            Precision::Year => "%Y",
        };
        write!(f, "{}", self.first_day.format(pattern))
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_iso(&wire::text(deserializer)?).map_err(|error| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for PartialDate {
    fn schema() -> RefOr<Schema> {
        let pattern = "^(18[5-9][0-9]|19[0-9]{2}|2[01][0-9]{2})(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";
        wire::schema("A date of the common era, as far as it is known: year, month or day.", pattern, "1961-04")
    }
}

impl utoipa::ToSchema for PartialDate {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PartialDate")
    }
}

#[cfg(test)]
mod tests;
