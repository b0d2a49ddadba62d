//! The list of households: filters, orders, pages.

use std::fmt;
use std::str::FromStr;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode, Place};
use events::case_no::CaseNo;
use events::clock;
use events::facts::case::{DueWhat, Stage, Standing, UnknownCode};
use events::facts::household::Level;
use events::id::{HouseholdId, StaffId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::stage_number;
use crate::column;
use crate::error::ProjectionError;
use crate::filter::Filter;
use crate::page::{AsOf, Cursor, Page, page_size};
use crate::projector::checkpoint;
use crate::reach::Reach;

/// What is due within so many days is due soon.
const SOON_DAYS: i64 = 7;

/// One household of the list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseRow {
    /// The household.
    pub id: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// How far it has come.
    pub stage: Stage,
    /// Whether work goes on.
    pub standing: Standing,
    /// Which opening of the case this is.
    pub episode: u32,
    /// When it came to stand there.
    pub since: DateTime<Utc>,
    /// Where it lives.
    pub place: Place,
    /// Its livelihood level by the latest complete assessment.
    pub level: Option<Level>,
    /// Who looks after it.
    pub caseworker: Option<StaffId>,
    /// What must happen next.
    pub due: Option<DueRow>,
    /// The day it was found.
    pub identified_on: NaiveDate,
    /// Members who live in the house.
    pub residents: u16,
    /// Members in the register of the house.
    pub registered: u16,
    /// Referrals that wait for an answer or for delivery.
    pub open_referrals: u32,
    /// The last fact about it.
    pub last: AsOf,
}

/// What must happen next, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DueRow {
    /// What.
    pub what: DueWhat,
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// Whether something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueFilter {
    /// The day has passed.
    Overdue,
    /// Today or within the next seven days.
    Soon,
    /// Nothing is due.
    None,
}

/// Who looks after a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// This member of staff.
    To(StaffId),
    /// Nobody.
    ToNobody,
}

/// The orders of the list; each also backwards, written with a minus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaseSort {
    by: SortBy,
    backwards: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SortBy {
    #[default]
    CaseNo,
    Due,
    Stage,
    Identified,
    Recent,
    Level,
}

impl SortBy {
    const ALL: [Self; 6] = [Self::CaseNo, Self::Due, Self::Stage, Self::Identified, Self::Recent, Self::Level];

    const fn as_str(self) -> &'static str {
        match self {
            Self::CaseNo => "case_no",
            Self::Due => "due",
            Self::Stage => "stage",
            Self::Identified => "identified",
            Self::Recent => "recent",
            Self::Level => "level",
        }
    }

    /// What stands in the index; rows without the value come last.
    const fn expression(self) -> &'static str {
        match self {
            Self::CaseNo => "coalesce(c.case_no, 0)",
            Self::Due => "coalesce(c.due_by, 9999999)",
            Self::Stage => "c.stage",
            Self::Identified => "c.identified_on",
            Self::Recent => "c.position",
            Self::Level => "coalesce(c.level, 9)",
        }
    }
}

impl fmt::Display for CaseSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.backwards { "-" } else { "" }, self.by.as_str())
    }
}

/// `case_no`, `due`, `stage`, `identified`, `recent`, `level`, each also with a minus before it.
impl FromStr for CaseSort {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let (backwards, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name).ok_or(UnknownCode)?;
        Ok(Self { by, backwards })
    }
}

/// Which households, in which order, which page.
#[derive(Debug, Clone)]
pub struct CaseQuery {
    /// How far the caller sees.
    pub reach: Reach,
    /// The present moment: decides what is overdue.
    pub now: DateTime<Utc>,
    /// Any of these stages; empty: all.
    pub stages: Vec<Stage>,
    /// Any of these standings; empty: all but those that are no household (merged, entered in error).
    pub standings: Vec<Standing>,
    /// Within this province, district or tambon.
    pub area: Option<AreaCode>,
    /// Of this local organisation.
    pub lao: Option<LaoCode>,
    /// Looked after by.
    pub caseworker: Option<Assigned>,
    /// Due or not.
    pub due: Option<DueFilter>,
    /// Of this level.
    pub level: Option<Level>,
    /// Only these, from a search by name.
    pub among: Option<Vec<HouseholdId>>,
    /// The order.
    pub sort: CaseSort,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of a page, at most 200; 50 unless told.
    pub limit: Option<usize>,
}

impl CaseQuery {
    /// All that the caller sees, by case number.
    pub fn all(reach: Reach, now: DateTime<Utc>) -> Self {
        Self {
            reach,
            now,
            stages: Vec::new(),
            standings: Vec::new(),
            area: None,
            lao: None,
            caseworker: None,
            due: None,
            level: None,
            among: None,
            sort: CaseSort::default(),
            cursor: None,
            limit: None,
        }
    }

    fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        self.reach.narrow(&mut filter, "c", |filter, agency| {
            filter.and(
                "EXISTS (SELECT 1 FROM referrals r JOIN agencies a ON a.agency = r.agency
                         WHERE r.household = c.household AND r.state <= 2 AND a.id = ?)",
                [Value::Blob(agency.0.as_bytes().to_vec())],
            );
        });
        if !self.stages.is_empty() {
            filter.one_of("c.stage", self.stages.iter().map(|stage| Value::Integer(stage_number(*stage))));
        }
        if !self.standings.is_empty() {
            filter.one_of("c.standing", self.standings.iter().map(|it| Value::Text(it.as_str().to_owned())));
        } else if self.among.is_none() {
            // Whoever looks for households means those that are; the others are there for whoever asks for them.
            filter.and(format!("c.standing NOT IN ({NO_HOUSEHOLD})"), []);
        }
        if let Some(area) = self.area {
            let (first, last) = column::tambons(area);
            filter.and("c.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
        }
        if let Some(lao) = self.lao {
            filter.and("c.lao = ?", [Value::Integer(column::lao(lao))]);
        }
        match self.caseworker {
            Some(Assigned::To(staff)) => {
                filter.and("c.caseworker = ?", [Value::Blob(staff.0.as_bytes().to_vec())]);
            }
            Some(Assigned::ToNobody) => filter.and("c.caseworker IS NULL", []),
            None => {}
        }
        let today = column::day_of(self.now);
        match self.due {
            Some(DueFilter::Overdue) => filter.and("coalesce(c.due_by, 9999999) < ?", [Value::Integer(today)]),
            Some(DueFilter::Soon) => filter.and(
                "coalesce(c.due_by, 9999999) BETWEEN ? AND ?",
                [Value::Integer(today), Value::Integer(today + SOON_DAYS)],
            ),
            Some(DueFilter::None) => filter.and("c.due_by IS NULL", []),
            None => {}
        }
        if let Some(level) = self.level {
            filter.and("c.level = ?", [Value::Integer(level.get().into())]);
        }
        if let Some(among) = &self.among {
            filter.one_of("c.id", among.iter().map(|id| Value::Blob(id.0.as_bytes().to_vec())));
        }
        filter
    }
}

/// Standings of rows that are no household of their own: merged into another, or entered in error.
const NO_HOUSEHOLD: &str = "'closed:merged', 'closed:entered_in_error'";

/// Those of these that are households of their own: neither merged into another nor entered in error.
pub fn those_here(
    db: &Connection,
    mut households: BTreeSet<HouseholdId>,
) -> Result<BTreeSet<HouseholdId>, ProjectionError> {
    let sql = format!("SELECT 1 FROM caseload WHERE id = ? AND standing NOT IN ({NO_HOUSEHOLD})");
    let mut select = db.prepare_cached(&sql)?;
    let mut here = BTreeSet::new();
    while let Some(id) = households.pop_first() {
        if select.exists([id.0.as_bytes()])? {
            here.insert(id);
        }
    }
    Ok(here)
}

/// One page of the households that a query asks for.
pub fn list(db: &Connection, query: &CaseQuery) -> Result<Page<CaseRow>, ProjectionError> {
    let as_of = checkpoint(db)?;
    let mut filter = query.filter();
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM caseload c{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    let sort = query.sort.to_string();
    let by = query.sort.by.expression();
    let (beyond, order) = if query.sort.backwards { ("<", "DESC") } else { (">", "ASC") };
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::read(cursor, &sort)?;
        filter.and(format!("({by}, c.household) {beyond} (?, ?)"), cursor.values());
    }
    let size = page_size(query.limit);
    // The page is chosen from an index before anything else is read of its rows.
    let sql = format!(
        "SELECT p.by, c.household, c.id, c.case_no, c.stage, c.standing, c.episode, c.since, c.tambon, c.moo, c.lao,
            c.level, c.caseworker, c.due_what, c.due_by, c.identified_on, c.residents, c.registered, c.position,
            c.recorded_at,
            (SELECT count(*) FROM referrals r WHERE r.household = c.household AND r.state <= 1)
         FROM (SELECT {by} AS by, c.household FROM caseload c{} ORDER BY 1 {order}, 2 {order} LIMIT {}) p
         JOIN caseload c ON c.household = p.household ORDER BY p.by {order}, p.household {order}",
        filter.clause(),
        size + 1
    );
    let today = column::day_of(query.now);
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, case_row(row, today)?))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(value, key, _)| Cursor { sort, value: *value, key: *key }.write());
    Ok(Page { items: rows.into_iter().map(|(_, _, row)| row).collect(), next, total: column::unsigned(total), as_of })
}

fn case_row(row: &Row<'_>, today: i64) -> rusqlite::Result<CaseRow> {
    let odd = |_| rusqlite::Error::InvalidQuery;
    let stage: usize = row.get(4)?;
    let number: Option<i64> = row.get(3)?;
    let what = column::one_of(row, 13, &DueWhat::ALL, DueWhat::as_str)?;
    let due = what.zip(row.get::<_, Option<i64>>(14)?);
    Ok(CaseRow {
        id: HouseholdId(column::id(row, 2)?),
        case_no: number.and_then(case_no),
        stage: Stage::ALL.get(stage).copied().ok_or(rusqlite::Error::InvalidQuery)?,
        standing: column::code(row, 5)?,
        episode: row.get(6)?,
        since: clock::from_micros(row.get(7)?),
        place: Place::new(column::numbered(row, 8)?, row.get(9)?, column::maybe_numbered(row, 10)?).map_err(odd)?,
        level: row.get::<_, Option<u8>>(11)?.and_then(Level::new),
        caseworker: column::maybe_id(row, 12)?.map(StaffId),
        due: due.map(|(what, by)| DueRow { what, by: column::date(by), overdue: by < today }),
        identified_on: column::date(row.get(15)?),
        residents: row.get(16)?,
        registered: row.get(17)?,
        last: AsOf { position: column::unsigned(row.get(18)?), time: clock::from_micros(row.get(19)?) },
        open_referrals: row.get(20)?,
    })
}

/// A case number from its one number.
pub(crate) fn case_no(number: i64) -> Option<CaseNo> {
    let province = u8::try_from(number / 10_000_000).ok()?;
    CaseNo::new(province, u32::try_from(number % 10_000_000).ok()?)
}
