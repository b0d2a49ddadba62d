//! Which cases stand behind a number of a report?

use chrono::NaiveDate;
use events::area::{AreaCode, LaoCode};
use events::case_no::CaseNo;
use events::id::HouseholdId;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Of, Sheet, SheetQuery, of_key};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::case_no;
use crate::page::{Cursor, Page, page_size};
use crate::projector::checkpoint;

/// Which number.
#[derive(Debug, Clone)]
pub struct BehindQuery {
    /// The report's question; its area, local organisation and period are those of the number's row.
    pub of: SheetQuery,
    /// The figure, one that counts.
    pub figure: String,
    /// The keys of the row; none: where it is not known. A key that is left out is not asked about.
    pub keys: Vec<(&'static str, Option<String>)>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of a page.
    pub limit: Option<usize>,
}

/// One case behind a number: a household, or something that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Behind {
    /// The household.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// The tambon under which the case counts.
    pub area: AreaCode,
    /// The local organisation under which it counts.
    pub lao: Option<LaoCode>,
    /// The day by which it falls into the period.
    pub day: NaiveDate,
}

/// One page of the cases behind a number, by household. A figure that does not count cases, as a median, has none.
pub fn behind(db: &Connection, sheet: &Sheet, query: &BehindQuery) -> Result<Page<Behind>, ProjectionError> {
    let here = checkpoint(db)?;
    let mut filter = query.of.cohort.filter_by("s.day");
    match sheet.figure(&query.figure).map(|figure| figure.of) {
        Some(Of::Count(is)) => filter.and(is, []),
        Some(Of::Sum(_) | Of::Total(_) | Of::Quantile { .. } | Of::Share { .. }) | None => filter.and("0", []),
    }
    for (key, value) in &query.keys {
        of_key(&mut filter, key, value.as_deref());
    }
    let units = (sheet.units)(&query.of);
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM ({units}) s{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    let sort = "household".to_owned();
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::read(cursor, &sort)?;
        filter.and("(s.household, s.unit) > (?, ?)", cursor.values());
    }
    let size = page_size(query.limit);
    let sql = format!(
        "SELECT s.household, s.unit, c.id, c.case_no, s.tambon, s.lao, s.day
         FROM ({units}) s JOIN caseload c ON c.household = s.household{} ORDER BY 1, 2 LIMIT {}",
        filter.clause(),
        size + 1
    );
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        let number: Option<i64> = row.get(3)?;
        let case = Behind {
            household: HouseholdId(column::id(row, 2)?),
            case_no: number.and_then(case_no),
            area: column::numbered(row, 4)?,
            lao: column::maybe_numbered(row, 5)?,
            day: column::date(row.get(6)?),
        };
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, case))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(value, key, _)| Cursor { sort, value: *value, key: *key }.write());
    let as_of = query.of.cohort.as_of(here);
    Ok(Page { items: rows.into_iter().map(|(_, _, case)| case).collect(), next, total: column::unsigned(total), as_of })
}

impl BehindQuery {
    /// Adds a key of the row as somebody writes it: `none` where it is not known.
    pub fn key(&mut self, name: &'static str, text: &str) {
        self.keys.push((name, (text != "none").then(|| text.to_owned())));
    }
}

#[cfg(test)]
impl BehindQuery {
    pub(crate) fn of_row(of: SheetQuery, figure: &str, keys: Vec<(&'static str, Option<String>)>) -> Self {
        Self { of, figure: figure.to_owned(), keys, cursor: None, limit: Some(crate::page::LARGEST_PAGE) }
    }
}
