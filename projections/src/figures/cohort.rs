//! Which households does a report count, and in which parts: those found in a period in an area, as they stand at a moment.

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode};
use events::facts::case::{ClosedAs, Standing, UnknownCode};
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

    /// The moment as a number, for conditions on spells: now is later than all of them.
    pub(super) fn at(&self) -> i64 {
        self.as_of.map_or(i64::MAX - 1, column::micros)
    }

    /// The households that count in a report about households, whenever they were found: one that was merged counts as
    /// the other one, and one entered in error was never found.
    pub(super) fn households(&self) -> String {
        self.counting(&self.place().written().map(|here| format!(" AND {here}")).unwrap_or_default())
    }

    /// The same, wherever they live.
    pub(super) fn households_anywhere(&self) -> String {
        self.counting("")
    }

    fn counting(&self, here: &str) -> String {
        let [merged, error] = [ClosedAs::Merged, ClosedAs::EnteredInError].map(Standing::Closed);
        format!(
            "(SELECT s.household, s.tambon, s.lao, s.identified_on, s.identified_on AS day, s.stage, s.standing,
                s.episode
              FROM {} s WHERE s.standing NOT IN ('{merged}', '{error}'){here})",
            self.source()
        )
    }

    /// What must hold of a fact's household where the cohort lies in one area: so that a question about a district reads
    /// that district's facts. Of reports that count a household where it is at the moment asked about.
    pub(super) fn only(&self, household: &str) -> String {
        self.place().written().map_or_else(
            || "1".to_owned(),
            |here| format!("{household} IN (SELECT s.household FROM {} s WHERE {here})", self.source()),
        )
    }

    /// What must hold of a fact's household where each fact counts where the household lived then: that one of its facts in
    /// this table lies in the area.
    pub(super) fn only_in(&self, table: &str, household: &str) -> String {
        self.place().written().map_or_else(
            || "1".to_owned(),
            |here| format!("{household} IN (SELECT s.household FROM {table} s WHERE {here})"),
        )
    }

    /// The column that tells the parts apart.
    pub(super) fn split(&self) -> String {
        self.split_by("s.identified_on")
    }

    /// The same, where months are told by another day.
    pub(super) fn split_by(&self, day: &str) -> String {
        match self.by {
            None => "NULL".to_owned(),
            Some(CohortBy::District) => "s.tambon / 100".to_owned(),
            Some(CohortBy::Tambon) => "s.tambon".to_owned(),
            Some(CohortBy::Lao) => "s.lao".to_owned(),
            // The month's first day: the day less the days gone by in it.
            Some(CohortBy::Month) => first_of_month(day),
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
        self.filter_by("s.identified_on")
    }

    /// The same of rows whose period is told by another day.
    pub(super) fn filter_by(&self, day: &str) -> Filter {
        let mut filter = self.place();
        if let Some(from) = self.from {
            filter.and(format!("{day} >= ?"), [Value::Integer(column::day(from))]);
        }
        if let Some(to) = self.to {
            filter.and(format!("{day} <= ?"), [Value::Integer(column::day(to))]);
        }
        filter
    }

    /// Where its households are.
    fn place(&self) -> Filter {
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
        filter
    }

    /// The moment that an answer shows, where the file stands here.
    pub(super) fn as_of(&self, here: AsOf) -> AsOf {
        AsOf { time: self.as_of.unwrap_or(here.time), ..here }
    }
}

/// The first day of the month of a day.
pub(super) fn first_of_month(day: &str) -> String {
    format!("{day} - CAST(strftime('%d', {day} * 86400, 'unixepoch') AS INTEGER) + 1")
}
