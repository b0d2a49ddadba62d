//! The list of referrals: an agency's queues, and everything that leads from a count to its cases.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode, Place};
use events::case_no::CaseNo;
use events::clock;
use events::facts::case::UnknownCode;
use events::facts::household::EscalatedTo;
use events::id::{AgencyId, HouseholdId, NeedId, ReferralId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::steps::ReferralState;
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::case_no;
use crate::filter::Filter;
use crate::page::{AsOf, Cursor, Page, page_size};
use crate::projector::checkpoint;
use crate::reach::Reach;

/// One referral of the list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReferralRow {
    /// The referral.
    pub id: ReferralId,
    /// The household it is for.
    pub household: HouseholdId,
    /// The household's case number.
    pub case_no: Option<CaseNo>,
    /// Where the household lives.
    pub place: Place,
    /// Who was asked.
    pub agency: AgencyId,
    /// For which service, by its code.
    pub service: String,
    /// The need it is for.
    pub need: NeedId,
    /// Where it is in its life, at the moment asked for.
    pub state: ReferralState,
    /// Calendar days that it has waited in its queue; none when it waits in none.
    pub age_days: Option<i64>,
    /// The last day in its queue.
    pub due_by: Option<NaiveDate>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// The day it was agreed with the household.
    pub made_on: NaiveDate,
    /// When it reached the agency, the first time or once more.
    pub reached_at: DateTime<Utc>,
    /// The last day for an answer.
    pub respond_by: NaiveDate,
    /// When it was noted that no answer had come in time.
    pub overdue_noted_at: Option<DateTime<Utc>>,
    /// The day the agency says it accepted.
    pub accepted_on: Option<NaiveDate>,
    /// When the acceptance was recorded.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The last day for delivery.
    pub deliver_by: Option<NaiveDate>,
    /// When it was noted that nothing had been delivered in time.
    pub delivery_overdue_noted_at: Option<DateTime<Utc>>,
    /// How often the agency that has it was reminded.
    pub reminders: u32,
    /// How far up it was escalated, if it was: the last time.
    pub escalated_to: Option<EscalatedTo>,
    /// The day it ended.
    pub ended_on: Option<NaiveDate>,
    /// When the end was recorded.
    pub ended_at: Option<DateTime<Utc>>,
    /// How or why it ended: a completed one's outcome, another one's reason.
    pub ended_as: Option<String>,
}

/// How long something has waited, in calendar days in Thailand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum AgeBucket {
    /// Up to two days.
    #[serde(rename = "0-2")]
    To2,
    /// Three to seven.
    #[serde(rename = "3-7")]
    To7,
    /// Eight to fourteen.
    #[serde(rename = "8-14")]
    To14,
    /// Fifteen and more.
    #[serde(rename = "15+")]
    From15,
}

impl AgeBucket {
    /// All buckets, the youngest first.
    pub const ALL: [Self; 4] = [Self::To2, Self::To7, Self::To14, Self::From15];

    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::To2 => "0-2",
            Self::To7 => "3-7",
            Self::To14 => "8-14",
            Self::From15 => "15+",
        }
    }

    /// The first and the last number of days.
    pub const fn days(self) -> (i64, i64) {
        match self {
            Self::To2 => (i64::MIN / 4, 2),
            Self::To7 => (3, 7),
            Self::To14 => (8, 14),
            Self::From15 => (15, i64::MAX / 4),
        }
    }

    /// The bucket of so many days.
    pub const fn of(days: i64) -> Self {
        match days {
            ..=2 => Self::To2,
            3..=7 => Self::To7,
            8..=14 => Self::To14,
            15.. => Self::From15,
        }
    }
}

impl FromStr for AgeBucket {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == text).ok_or(UnknownCode)
    }
}

/// The orders of the list; each also backwards, written with a minus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReferralSort {
    by: SortBy,
    backwards: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SortBy {
    #[default]
    Due,
    Age,
    Made,
}

impl SortBy {
    const ALL: [Self; 3] = [Self::Due, Self::Age, Self::Made];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Age => "age",
            Self::Made => "made",
        }
    }

    const fn expression(self) -> &'static str {
        match self {
            Self::Due => "coalesce(s.due_by, 9999999)",
            Self::Age => "s.clock",
            Self::Made => "s.referral",
        }
    }
}

impl fmt::Display for ReferralSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.backwards { "-" } else { "" }, self.by.as_str())
    }
}

/// `due` (the most urgent first), `age` (the oldest first), `made`, each also with a minus before it.
impl FromStr for ReferralSort {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let (backwards, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name).ok_or(UnknownCode)?;
        Ok(Self { by, backwards })
    }
}

/// Which referrals, in which order, which page.
#[derive(Debug, Clone)]
pub struct ReferralQuery {
    /// How far the caller sees.
    pub reach: Reach,
    /// The present moment.
    pub now: DateTime<Utc>,
    /// A past moment to show instead: states and ages as they were known then.
    pub as_of: Option<DateTime<Utc>>,
    /// Sent to this agency.
    pub agency: Option<AgencyId>,
    /// For this service.
    pub service: Option<String>,
    /// In any of these states; empty: all.
    pub states: Vec<ReferralState>,
    /// Whether the last day in the queue has passed.
    pub overdue: Option<bool>,
    /// Whether it was noted that the last day of its queue was missed; of one that waits in none, that no answer came in time.
    pub overdue_noted: Option<bool>,
    /// How long it has waited in its queue.
    pub age: Option<AgeBucket>,
    /// Of households within this province, district or tambon.
    pub area: Option<AreaCode>,
    /// Of households of this local organisation.
    pub lao: Option<LaoCode>,
    /// Of this household.
    pub household: Option<HouseholdId>,
    /// The order.
    pub sort: ReferralSort,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of a page, at most 200; 50 unless told.
    pub limit: Option<usize>,
}

impl ReferralQuery {
    /// All that the caller sees, the most urgent first.
    pub fn all(reach: Reach, now: DateTime<Utc>) -> Self {
        Self {
            reach,
            now,
            as_of: None,
            agency: None,
            service: None,
            states: Vec::new(),
            overdue: None,
            overdue_noted: None,
            age: None,
            area: None,
            lao: None,
            household: None,
            sort: ReferralSort::default(),
            cursor: None,
            limit: None,
        }
    }

    /// The moment that the answer shows.
    pub fn moment(&self) -> DateTime<Utc> {
        self.as_of.unwrap_or(self.now)
    }

    /// What must hold of a state `s`.
    pub(in crate::figures) fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        let agency = |filter: &mut Filter, agency: AgencyId| {
            let id = Value::Blob(agency.0.as_bytes().to_vec());
            filter.and("s.agency = (SELECT agency FROM agencies WHERE id = ?)", [id]);
        };
        self.reach.narrow(&mut filter, "s", |filter, own| {
            agency(filter, own);
            // An agency sees a household only while something of it is disclosed there, whatever moment it asks about:
            // until the referral ends or goes elsewhere, also while it is sent back.
            let id = Value::Blob(own.0.as_bytes().to_vec());
            filter.and(
                "s.referral IN (SELECT referral FROM referrals
                    WHERE state <= 2 AND agency = (SELECT agency FROM agencies WHERE id = ?))",
                [id],
            );
        });
        if let Some(wanted) = self.agency {
            agency(&mut filter, wanted);
        }
        if let Some(service) = &self.service {
            filter.and("s.service = ?", [Value::Text(service.clone())]);
        }
        if !self.states.is_empty() {
            filter.one_of("s.state", self.states.iter().map(|state| Value::Integer(state.number())));
            if self.states.iter().all(|state| state.queue().is_some()) {
                filter.and("s.state <= 1", []);
            }
        }
        let today = column::day_of(self.moment());
        match self.overdue {
            Some(true) => filter.and("s.state <= 1 AND s.due_by < ?", [Value::Integer(today)]),
            Some(false) => filter.and("s.due_by IS NULL OR s.due_by >= ?", [Value::Integer(today)]),
            None => {}
        }
        let noted = "(SELECT CASE s.state WHEN 1 THEN r.delivery_overdue_at ELSE r.overdue_at END
            FROM referrals r WHERE r.referral = s.referral)";
        match self.overdue_noted {
            Some(true) => filter.and(format!("{noted} IS NOT NULL"), []),
            Some(false) => filter.and(format!("{noted} IS NULL"), []),
            None => {}
        }
        if let Some(age) = self.age {
            let (least, most) = age.days();
            let days = [Value::Integer(today - most), Value::Integer(today - least)];
            filter.and("s.state <= 1 AND s.clock_day BETWEEN ? AND ?", days);
        }
        if let Some(area) = self.area {
            let (first, last) = column::tambons(area);
            filter.and("s.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
        }
        if let Some(lao) = self.lao {
            filter.and("s.lao = ?", [Value::Integer(column::lao(lao))]);
        }
        if let Some(household) = self.household {
            let id = Value::Blob(household.0.as_bytes().to_vec());
            filter.and("s.household = (SELECT household FROM caseload WHERE id = ?)", [id]);
        }
        filter
    }
}

/// The states that referrals were in at a moment, as a table for FROM; without one, those they are in now.
pub(in crate::figures) fn states_at(as_of: Option<DateTime<Utc>>) -> String {
    match as_of {
        None => "(SELECT referral, household, state, clock, clock_day, due_by, agency, service, tambon, lao
                  FROM referrals WHERE state IS NOT NULL)"
            .to_owned(),
        Some(at) => {
            let at = column::micros(at);
            format!(
                "(SELECT t.referral, r.household, t.state, t.clock, t.clock_day, t.due_by, t.agency, t.service,
                    t.tambon, t.lao
                  FROM referral_states t JOIN referrals r ON r.referral = t.referral
                  WHERE t.from_at <= {at} AND t.to_at > {at} AND t.state IS NOT NULL)"
            )
        }
    }
}

/// One page of the referrals that a query asks for.
pub fn list(db: &Connection, query: &ReferralQuery) -> Result<Page<ReferralRow>, ProjectionError> {
    let here = checkpoint(db)?;
    let as_of = AsOf { time: query.as_of.unwrap_or(here.time), ..here };
    let states = states_at(query.as_of);
    let mut filter = query.filter();
    gone_elsewhere(&query.reach, &mut filter);
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM {states} s{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    let sort = query.sort.to_string();
    let by = query.sort.by.expression();
    let (beyond, order) = if query.sort.backwards { ("<", "DESC") } else { (">", "ASC") };
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::read(cursor, &sort)?;
        filter.and(format!("({by}, s.referral) {beyond} (?, ?)"), cursor.values());
    }
    let size = page_size(query.limit);
    let now = column::micros(query.moment());
    // What was noted of it at the agency that had it then.
    let noted = format!(
        "FROM referral_facts f WHERE f.household = r.household AND f.referral = r.referral AND f.recorded_at <= {now}
            AND (f.retracted_at IS NULL OR f.retracted_at > {now})"
    );
    // The page is chosen from an index before anything else is read of its rows.
    let sql = format!(
        "SELECT p.by, p.referral, r.id, c.id, c.case_no, c.tambon, c.moo, c.lao, a.id, s.service, r.need, s.state,
            s.clock_day, s.due_by, r.made_on, r.reached_at, r.respond_by, r.overdue_at, r.accepted_on, r.accepted_at,
            r.deliver_by, r.ended_on, r.ended_at, r.ended_as, r.delivery_overdue_at, s.clock,
            (SELECT count(*) {noted} AND f.step = 'reminded' AND f.sequence > coalesce(
                (SELECT max(f.sequence) {noted} AND f.step = 'rerouted'), 0)),
            (SELECT f.code {noted} AND f.step = 'escalated' ORDER BY f.sequence DESC LIMIT 1)
         FROM (SELECT {by} AS by, s.referral FROM {states} s{} ORDER BY 1 {order}, 2 {order} LIMIT {}) p
         JOIN {states} s ON s.referral = p.referral
         JOIN referrals r ON r.referral = p.referral
         JOIN caseload c ON c.household = r.household
         JOIN agencies a ON a.agency = s.agency ORDER BY p.by {order}, p.referral {order}",
        filter.clause(),
        size + 1
    );
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, referral_row(row, query.moment())?))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(value, key, _)| Cursor { sort, value: *value, key: *key }.write());
    let items = rows.into_iter().map(|(_, _, row)| row).collect();
    Ok(Page { items, next, total: column::unsigned(total), as_of })
}

/// A count may include what was done for a household that moved on since. A row names the household, so it shows only
/// to those who may see it where it lives now.
fn gone_elsewhere(reach: &Reach, filter: &mut Filter) {
    let Reach::Within(_) = reach else { return };
    let mut here = Filter::default();
    here.and("c.household = s.household", []);
    reach.narrow(&mut here, "c", |_, _| {});
    let stayed = "s.household NOT IN (SELECT household FROM moves)";
    let condition = format!("{stayed} OR EXISTS (SELECT 1 FROM caseload c{})", here.clause());
    filter.and(condition, here.values().to_vec());
}

/// A row as it was known at a moment: what was recorded later is left out.
fn referral_row(row: &Row<'_>, at: DateTime<Utc>) -> rusqlite::Result<ReferralRow> {
    let odd = || rusqlite::Error::InvalidQuery;
    let today = column::day_of(at);
    let state = ReferralState::numbered(row.get(11)?).ok_or_else(odd)?;
    let waits = state.queue().is_some();
    let due_by: Option<i64> = row.get(13)?;
    let (clock, accepted) = (column::maybe_time(row, 25)?, state == ReferralState::ToDeliver);
    // The clock that ran then tells of a queue also what a later step took off the row.
    let accepted_at = if accepted { clock } else { column::maybe_time(row, 19)? };
    let accepted_at = accepted_at.filter(|it| *it <= at && state != ReferralState::ToAnswer);
    let answers = state == ReferralState::ToAnswer;
    let ended_at = column::maybe_time(row, 22)?.filter(|it| *it <= at && !waits);
    Ok(ReferralRow {
        id: ReferralId(column::id(row, 2)?),
        household: HouseholdId(column::id(row, 3)?),
        case_no: row.get::<_, Option<i64>>(4)?.and_then(case_no),
        place: Place::new(column::numbered(row, 5)?, row.get(6)?, column::maybe_numbered(row, 7)?)
            .map_err(|_| odd())?,
        agency: AgencyId(column::id(row, 8)?),
        service: row.get(9)?,
        need: NeedId(column::id(row, 10)?),
        state,
        age_days: waits.then(|| row.get::<_, i64>(12).map(|day| today - day)).transpose()?,
        due_by: due_by.map(column::date),
        overdue: waits && due_by.is_some_and(|day| day < today),
        made_on: column::date(row.get(14)?),
        reached_at: clock.filter(|_| answers).unwrap_or(clock::from_micros(row.get(15)?)),
        respond_by: column::date(due_by.filter(|_| answers).unwrap_or(row.get(16)?)),
        overdue_noted_at: column::maybe_time(row, 17)?.filter(|it| *it <= at),
        accepted_on: column::maybe_date(row, 18)?.filter(|_| accepted_at.is_some()),
        accepted_at,
        deliver_by: if accepted {
            due_by.map(column::date)
        } else {
            column::maybe_date(row, 20)?.filter(|_| accepted_at.is_some())
        },
        delivery_overdue_noted_at: column::maybe_time(row, 24)?.filter(|it| *it <= at),
        reminders: row.get(26)?,
        escalated_to: column::one_of(row, 27, &[EscalatedTo::Supervisor, EscalatedTo::Operations], |to| match to {
            EscalatedTo::Supervisor => "supervisor",
            EscalatedTo::Operations => "operations",
        })?,
        ended_on: column::maybe_date(row, 21)?.filter(|_| ended_at.is_some()),
        ended_at,
        ended_as: row.get::<_, Option<String>>(23)?.filter(|_| ended_at.is_some()),
    })
}
