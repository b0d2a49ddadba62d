//! Which households does a report count, and in which parts: those found in a period in an area, as they stand at a moment.

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode};
use events::facts::case::UnknownCode;
use rusqlite::Row;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::column;
use crate::filter::Filter;
use crate::page::AsOf;
use crate::reach::Reach;

/// What a cohort is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CohortBy {
    /// The district.
    District,
    /// The tambon.
    Tambon,
    /// The local organisation.
    Lao,
    /// The month in which the household was found.
    Month,
}

impl std::str::FromStr for CohortBy {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text {
            "district" => Ok(Self::District),
            "tambon" => Ok(Self::Tambon),
            "lao" => Ok(Self::Lao),
            "month" => Ok(Self::Month),
            _ => Err(UnknownCode),
        }
    }
}

/// Which households, at which moment.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// How far the caller sees.
    pub reach: Reach,
    /// Within this province, district or tambon.
    pub area: Option<AreaCode>,
    /// Of this local organisation.
    pub lao: Option<LaoCode>,
    /// Found on this day or later.
    pub from: Option<NaiveDate>,
    /// Found on this day or earlier.
    pub to: Option<NaiveDate>,
    /// A past moment to show instead of now.
    pub as_of: Option<DateTime<Utc>>,
    /// What to split by.
    pub by: Option<CohortBy>,
}

/// One part of a cohort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Part {
    /// The district or tambon, where it is split by one.
    pub area: Option<AreaCode>,
    /// The local organisation, where it is split by them; none then: of no known one.
    pub lao: Option<LaoCode>,
    /// The first day of the month in which they were found, where it is split by months.
    pub month: Option<NaiveDate>,
}

impl Cohort {
    /// All that the caller sees, now, in one part.
    pub fn all(reach: Reach) -> Self {
        Self { reach, area: None, lao: None, from: None, to: None, as_of: None, by: None }
    }

    /// The table with a row per household: what it is now, or was. To be called `s`.
    pub(super) fn source(&self) -> String {
        match self.as_of {
            None => "caseload".to_owned(),
            Some(at) => {
                let at = column::micros(at);
                format!("(SELECT * FROM stage_spells WHERE from_at <= {at} AND to_at > {at})")
            }
        }
    }

    /// The column that tells the parts apart.
    pub(super) fn split(&self) -> &'static str {
        match self.by {
            None => "NULL",
            Some(CohortBy::District) => "s.tambon / 100",
            Some(CohortBy::Tambon) => "s.tambon",
            Some(CohortBy::Lao) => "s.lao",
            // The month's first day: the day less the days gone by in it.
            Some(CohortBy::Month) => {
                "s.identified_on - CAST(strftime('%d', s.identified_on * 86400, 'unixepoch') AS INTEGER) + 1"
            }
        }
    }

    /// The part that stands in a column made by [`Cohort::split`].
    pub(super) fn part(&self, row: &Row<'_>, at: usize) -> rusqlite::Result<Part> {
        let mut part = Part::default();
        match self.by {
            Some(CohortBy::District | CohortBy::Tambon) => part.area = column::maybe_numbered(row, at)?,
            Some(CohortBy::Lao) => part.lao = column::maybe_numbered(row, at)?,
            Some(CohortBy::Month) => part.month = column::maybe_date(row, at)?,
            None => {}
        }
        Ok(part)
    }

    /// What must hold of a row of [`Cohort::source`].
    pub(super) fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        // An agency sees referrals, no cohort of households.
        self.reach.narrow(&mut filter, "s", |filter, _| filter.and("0", []));
        if let Some(area) = self.area {
            let (first, last) = column::tambons(area);
            filter.and("s.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
        }
        if let Some(lao) = self.lao {
            filter.and("s.lao = ?", [Value::Integer(column::lao(lao))]);
        }
        if let Some(from) = self.from {
            filter.and("s.identified_on >= ?", [Value::Integer(column::day(from))]);
        }
        if let Some(to) = self.to {
            filter.and("s.identified_on <= ?", [Value::Integer(column::day(to))]);
        }
        filter
    }

    /// The moment that an answer shows, where the file stands here.
    pub(super) fn as_of(&self, here: AsOf) -> AsOf {
        AsOf { time: self.as_of.unwrap_or(here.time), ..here }
    }
}
