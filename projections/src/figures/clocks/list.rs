//! The list of dates: what is due, what is overdue, what is not noted yet; now and on any past day.

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode, Place};
use events::case_no::CaseNo;
use events::clock;
use events::facts::case::Stage;
use events::id::{HouseholdId, StaffId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::kind::{ClockKind, TaskDue};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::{self, Assigned};
use crate::filter::Filter;
use crate::page::{AsOf, Page, page_size};
use crate::projector::checkpoint;
use crate::reach::Reach;

/// One date that runs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TaskRow {
    /// What it is for.
    pub clock: ClockKind,
    /// The referral, complaint or request that waits; none: the household itself.
    pub subject: Option<Uuid>,
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// Whether that day has passed.
    pub overdue: bool,
    /// When it was noted that it passed.
    pub noted_at: Option<DateTime<Utc>>,
    /// When the date was set.
    pub since: DateTime<Utc>,
    /// The household.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// How far it has come now.
    pub stage: Stage,
    /// Where it lives.
    pub place: Place,
    /// Who looked after it then.
    pub caseworker: Option<StaffId>,
    /// What a complaint is about, or which right is asked for.
    pub about: Option<String>,
    /// The day it was asked.
    pub asked_on: Option<NaiveDate>,
}

/// Which dates, and which page. They come in the order of their days.
#[derive(Debug, Clone)]
pub struct TaskQuery {
    /// How far the caller sees.
    pub reach: Reach,
    /// The present moment.
    pub now: DateTime<Utc>,
    /// As it was known at this moment; none: now.
    pub as_of: Option<DateTime<Utc>>,
    /// For any of these; empty: all.
    pub kinds: Vec<ClockKind>,
    /// When, seen from the day of the moment; none: all that run.
    pub due: Option<TaskDue>,
    /// Whether it was noted that the date passed.
    pub noted: Option<bool>,
    /// Of households looked after by.
    pub caseworker: Option<Assigned>,
    /// Within this province, district or tambon.
    pub area: Option<AreaCode>,
    /// Of this local organisation.
    pub lao: Option<LaoCode>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of a page, at most 200; 50 unless told.
    pub limit: Option<usize>,
}

impl TaskQuery {
    /// Every date that runs within reach.
    pub fn all(reach: Reach, now: DateTime<Utc>) -> Self {
        Self {
            reach,
            now,
            as_of: None,
            kinds: Vec::new(),
            due: None,
            noted: None,
            caseworker: None,
            area: None,
            lao: None,
            cursor: None,
            limit: None,
        }
    }

    /// What is overdue and not noted: what the watcher asks.
    pub fn to_note(now: DateTime<Utc>) -> Self {
        Self { due: Some(TaskDue::Overdue), noted: Some(false), limit: Some(200), ..Self::all(Reach::All, now) }
    }

    /// The moment that is looked at.
    fn moment(&self) -> DateTime<Utc> {
        self.as_of.map_or(self.now, |moment| moment.min(self.now))
    }

    /// Who looks after the household at the moment.
    fn caseworker_column(&self) -> String {
        let Some(moment) = self.as_of else { return "c.caseworker".to_owned() };
        let at = column::micros(moment);
        format!(
            "(SELECT a.caseworker FROM assignments a WHERE a.household = s.household AND a.recorded_at <= {at}
                AND (a.retracted_at IS NULL OR a.retracted_at > {at}) ORDER BY a.sequence DESC LIMIT 1)"
        )
    }

    fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        filter.and("s.runs = 1", []);
        if let Some(moment) = self.as_of {
            let at = Value::Integer(column::micros(moment));
            filter.and("s.from_at <= ? AND s.to_at > ?", [at.clone(), at]);
        }
        // An agency asks for its referrals; the dates of a household are nothing to it.
        self.reach.narrow(&mut filter, "s", |filter, _| filter.and("0", []));
        if !self.kinds.is_empty() {
            filter.one_of("s.kind", self.kinds.iter().map(|kind| Value::Integer(kind.number())));
            // Said as the index of questions says it, which is small.
            if self.kinds.iter().all(|kind| kind.number() >= ClockKind::Complaint.number()) {
                filter.and(format!("s.kind >= {}", ClockKind::Complaint.number()), []);
            }
        }
        if let Some(area) = self.area {
            let (first, last) = column::tambons(area);
            filter.and("s.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
        }
        if let Some(lao) = self.lao {
            filter.and("s.lao = ?", [Value::Integer(column::lao(lao))]);
        }
        let caseworker = self.caseworker_column();
        match self.caseworker {
            Some(Assigned::To(staff)) => {
                filter.and(format!("{caseworker} = ?"), [Value::Blob(staff.0.as_bytes().to_vec())]);
            }
            Some(Assigned::ToNobody) => filter.and(format!("{caseworker} IS NULL"), []),
            None => {}
        }
        let today = column::day_of(self.moment());
        match self.due {
            Some(TaskDue::Overdue) => filter.and("s.by_day < ?", [Value::Integer(today)]),
            Some(TaskDue::Today) => filter.and("s.by_day = ?", [Value::Integer(today)]),
            Some(TaskDue::Week) => {
                filter.and("s.by_day BETWEEN ? AND ?", [Value::Integer(today), Value::Integer(today + 6)]);
            }
            None => {}
        }
        match (self.noted, self.as_of) {
            (None, _) => {}
            (Some(true), None) => filter.and("s.noted_at IS NOT NULL", []),
            (Some(false), None) => filter.and("s.noted_at IS NULL", []),
            (Some(noted), Some(at)) => {
                let not = if noted { "" } else { "NOT " };
                let at = Value::Integer(column::micros(at));
                filter.and(format!("{not}(s.noted_at IS NOT NULL AND s.noted_at <= ?)"), [at]);
            }
        }
        filter
    }
}

/// The place of a row in the order of the list.
#[derive(Debug, Clone, Copy)]
struct At {
    by: i64,
    household: i64,
    kind: i64,
    subject: Uuid,
}

impl At {
    fn write(self) -> String {
        hex::encode(format!("task\n{}\n{}\n{}\n{}", self.by, self.household, self.kind, self.subject))
    }

    fn read(text: &str) -> Result<Self, ProjectionError> {
        let bytes = hex::decode(text).map_err(|_| ProjectionError::Cursor)?;
        let text = String::from_utf8(bytes).map_err(|_| ProjectionError::Cursor)?;
        let parts: Vec<_> = text.split('\n').collect();
        let ["task", by, household, kind, subject] = parts[..] else { return Err(ProjectionError::Cursor) };
        let number = |part: &str| part.parse::<i64>().map_err(|_| ProjectionError::Cursor);
        let subject = Uuid::parse_str(subject).map_err(|_| ProjectionError::Cursor)?;
        Ok(Self { by: number(by)?, household: number(household)?, kind: number(kind)?, subject })
    }
}

/// One page of the dates that a query asks for.
pub fn list(db: &Connection, query: &TaskQuery) -> Result<Page<TaskRow>, ProjectionError> {
    let here = checkpoint(db)?;
    let mut filter = query.filter();
    let from = format!(
        "{} s JOIN caseload c ON c.household = s.household",
        if query.as_of.is_some() { "clock_states" } else { "clocks" }
    );
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM {from}{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    if let Some(cursor) = &query.cursor {
        let at = At::read(cursor)?;
        let blob = Value::Blob(at.subject.as_bytes().to_vec());
        let values = [Value::Integer(at.by), Value::Integer(at.household), Value::Integer(at.kind), blob];
        filter.and("(s.by_day, s.household, s.kind, s.subject) > (?, ?, ?, ?)", values);
    }
    let size = page_size(query.limit);
    let since = if query.as_of.is_some() { "s.from_at" } else { "s.since" };
    let question = |column: &str| {
        format!(
            "(SELECT q.{column} FROM questions q WHERE q.household = s.household AND q.kind = s.kind
                AND q.subject = s.subject AND q.step = 0 ORDER BY q.sequence DESC LIMIT 1)"
        )
    };
    let sql = format!(
        "SELECT s.by_day, s.household, s.kind, s.subject, s.noted_at, {since}, c.id, c.case_no, c.stage, s.tambon,
            c.moo, s.lao, {}, iif(s.kind >= 8, {}, NULL), iif(s.kind >= 8, {}, NULL)
         FROM {from}{} ORDER BY s.by_day, s.household, s.kind, s.subject LIMIT {}",
        query.caseworker_column(),
        question("about"),
        question("asked_on"),
        filter.clause(),
        size + 1
    );
    let moment = query.moment();
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        let at = At { by: row.get(0)?, household: row.get(1)?, kind: row.get(2)?, subject: column::id(row, 3)? };
        Ok((at, task(row, at, moment)?))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(at, _)| at.write());
    let as_of = AsOf { time: query.as_of.unwrap_or(here.time), ..here };
    Ok(Page { items: rows.into_iter().map(|(_, row)| row).collect(), next, total: column::unsigned(total), as_of })
}

fn task(row: &Row<'_>, at: At, moment: DateTime<Utc>) -> rusqlite::Result<TaskRow> {
    let odd = |_| rusqlite::Error::InvalidQuery;
    let stage: usize = row.get(8)?;
    let number: Option<i64> = row.get(7)?;
    let clock = ClockKind::numbered(at.kind).ok_or(rusqlite::Error::InvalidQuery)?;
    Ok(TaskRow {
        clock,
        subject: clock.contact().is_none().then_some(at.subject),
        by: column::date(at.by),
        overdue: at.by < column::day_of(moment),
        noted_at: column::maybe_time(row, 4)?.filter(|noted| *noted <= moment),
        since: clock::from_micros(row.get(5)?),
        household: HouseholdId(column::id(row, 6)?),
        case_no: number.and_then(caseload::case_no),
        stage: Stage::ALL.get(stage).copied().ok_or(rusqlite::Error::InvalidQuery)?,
        place: Place::new(column::numbered(row, 9)?, row.get(10)?, column::maybe_numbered(row, 11)?).map_err(odd)?,
        caseworker: column::maybe_id(row, 12)?.map(StaffId),
        about: row.get(13)?,
        asked_on: column::maybe_date(row, 14)?,
    })
}
