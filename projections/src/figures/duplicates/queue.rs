//! The questions that wait for somebody to look: the queue of a supervisor or the operations center.

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode};
use events::case_no::CaseNo;
use events::clock;
use events::facts::household::MatchedBy;
use events::id::{HouseholdId, PersonId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked;
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::case_no;
use crate::figures::cohort::Cohort;
use crate::filter::Filter;
use crate::page::{AsOf, Cursor, Page, page_size};
use crate::projector::checkpoint;
use crate::reach::Reach;

/// Which questions.
#[derive(Debug, Clone)]
pub struct DoublesQuery {
    /// How far the caller sees: both households lie within it, because each row names both.
    pub reach: Reach,
    /// Noted in this area.
    pub area: Option<AreaCode>,
    /// Of this local organisation.
    pub lao: Option<LaoCode>,
    /// A past moment to show instead of now.
    pub as_of: Option<DateTime<Utc>>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of a page, at most 200; 50 unless told.
    pub limit: Option<usize>,
}

impl DoublesQuery {
    /// All that the caller sees, now.
    pub fn all(reach: Reach) -> Self {
        Self { reach, area: None, lao: None, as_of: None, cursor: None, limit: None }
    }
}

/// A question that waits.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DoubleRow {
    /// The household in which it was noted.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// Its tambon.
    pub tambon: AreaCode,
    /// The person there.
    pub person: PersonId,
    /// The other household.
    pub other_household: HouseholdId,
    /// Its case number.
    pub other_case_no: Option<CaseNo>,
    /// Its tambon.
    pub other_tambon: AreaCode,
    /// The person there.
    pub other: PersonId,
    /// How they came to look like one.
    pub by: MatchedBy,
    /// The day it was seen.
    pub seen_on: NaiveDate,
    /// Since when it waits.
    pub since: DateTime<Utc>,
}

/// One page, the oldest question first.
pub fn list(db: &Connection, query: &DoublesQuery) -> Result<Page<DoubleRow>, ProjectionError> {
    let here = checkpoint(db)?;
    let cohort = Cohort { as_of: query.as_of, ..Cohort::all(query.reach.clone()) };
    let mut filter = Filter::default();
    filter.and("NOT q.two AND NOT q.merged AND q.other_household IS NOT NULL", []);
    query.reach.narrow(&mut filter, "s", |filter, _| filter.and("0", []));
    query.reach.narrow(&mut filter, "o", |filter, _| filter.and("0", []));
    if let Some(area) = query.area {
        let (first, last) = column::tambons(area);
        filter.and("s.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
    }
    if let Some(lao) = query.lao {
        filter.and("s.lao = ?", [Value::Integer(column::lao(lao))]);
    }
    let source = cohort.source();
    let from = format!(
        "FROM ({}) q JOIN {source} s ON s.household = q.household JOIN {source} o ON o.household = q.other_household
            JOIN caseload a ON a.household = q.household JOIN caseload b ON b.household = q.other_household",
        asked(cohort.at(), &source)
    );
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) {from}{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    // The order is the log's own: one number, made of when it began to wait and of the household for equals.
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::read(cursor, SORT)?;
        filter.and("(q.from_at, q.household * 100000 + q.sequence) > (?, ?)", cursor.values());
    }
    let size = page_size(query.limit);
    let sql = format!(
        "SELECT q.from_at, q.household * 100000 + q.sequence, a.id, a.case_no, s.tambon, q.person, b.id, b.case_no,
            o.tambon, q.other, q.by, q.day
         {from}{} ORDER BY 1, 2 LIMIT {}",
        filter.clause(),
        size + 1
    );
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, read(row)?))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more);
    let next = next.map(|(value, key, _)| Cursor { sort: SORT.to_owned(), value: *value, key: *key }.write());
    let as_of = AsOf { time: query.as_of.unwrap_or(here.time), ..here };
    Ok(Page { items: rows.into_iter().map(|(_, _, row)| row).collect(), next, total: column::unsigned(total), as_of })
}

/// The order of the list.
const SORT: &str = "since";

fn read(row: &Row<'_>) -> rusqlite::Result<DoubleRow> {
    let by = row.get_ref(10)?.as_str()?;
    Ok(DoubleRow {
        household: HouseholdId(column::id(row, 2)?),
        case_no: row.get::<_, Option<i64>>(3)?.and_then(case_no),
        tambon: column::numbered(row, 4)?,
        person: PersonId(column::id(row, 5)?),
        other_household: HouseholdId(column::id(row, 6)?),
        other_case_no: row.get::<_, Option<i64>>(7)?.and_then(case_no),
        other_tambon: column::numbered(row, 8)?,
        other: PersonId(column::id(row, 9)?),
        by: serde_json::from_value(serde_json::Value::String(by.to_owned())).unwrap_or(MatchedBy::Other),
        seen_on: column::date(row.get(11)?),
        since: clock::from_micros(row.get(0)?),
    })
}
