//! How much waits at which agency, for which service, in which district, and how long: now, and as of any past moment.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use events::area::AreaCode;
use events::clock;
use events::facts::case::UnknownCode;
use events::id::AgencyId;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::referrals::{AgeBucket, Queue, ReferralQuery, ReferralState, states_at};
use crate::column;
use crate::error::ProjectionError;
use crate::page::AsOf;
use crate::projector::checkpoint;

/// What the counts are split by. The queue always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BacklogBy {
    /// The agency that has the referral.
    Agency,
    /// The service asked for.
    Service,
    /// The household's district.
    District,
    /// The age bucket.
    Age,
}

impl FromStr for BacklogBy {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text {
            "agency" => Ok(Self::Agency),
            "service" => Ok(Self::Service),
            "district" => Ok(Self::District),
            "age" => Ok(Self::Age),
            _ => Err(UnknownCode),
        }
    }
}

/// The filter of the referral list that shows the cases behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReferralFilter {
    /// Sent to this agency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyId>,
    /// For this service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// In this district.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<AreaCode>,
    /// Of this age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<AgeBucket>,
    /// In this state.
    pub state: ReferralState,
    /// At this past moment; none: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
}

/// One number of the backlog.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BacklogRow {
    /// Which queue.
    pub queue: Queue,
    /// What the number is about: the split that was asked for, and the list that shows its cases.
    pub cases: ReferralFilter,
    /// How many wait.
    pub waiting: u64,
    /// How many of them are past their last day.
    pub overdue: u64,
    /// The longest wait among them, in days.
    pub oldest_days: i64,
}

/// The backlog of one moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Backlog {
    /// The numbers.
    pub rows: Vec<BacklogRow>,
    /// What moment they show.
    pub as_of: AsOf,
}

/// How much waited at the end of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct BacklogDay {
    /// The day.
    pub day: NaiveDate,
    /// Waited for an answer.
    pub to_answer: u64,
    /// Accepted, waited for delivery.
    pub to_deliver: u64,
    /// Both by how long they had waited, as the age buckets follow each other.
    pub ages: [u64; 4],
}

/// Counts what waits. `referrals` says which referrals, and at which moment.
pub fn backlog(db: &Connection, referrals: &ReferralQuery, by: &[BacklogBy]) -> Result<Backlog, ProjectionError> {
    let here = checkpoint(db)?;
    let today = column::day_of(referrals.moment());
    let mut filter = referrals.filter();
    filter.and("s.state <= 1", []);
    let split = |wanted: BacklogBy, expression: &'static str| {
        if by.contains(&wanted) { expression } else { "NULL" }
    };
    let age = format!(
        "CASE WHEN s.clock_day >= {} THEN 0 WHEN s.clock_day >= {} THEN 1 WHEN s.clock_day >= {} THEN 2 ELSE 3 END",
        today - 2,
        today - 7,
        today - 14
    );
    let sql = format!(
        "SELECT g.state, (SELECT id FROM agencies a WHERE a.agency = g.agency), g.service, g.district, g.age,
            g.waiting, g.overdue, g.oldest
         FROM (SELECT s.state, {} AS agency, {} AS service, {} AS district, {} AS age,
                   count(*) AS waiting, sum(s.due_by < {today}) AS overdue, {today} - min(s.clock_day) AS oldest
               FROM {} s{} GROUP BY 1, 2, 3, 4, 5) g
         ORDER BY 1, 2, 3, 4, 5",
        split(BacklogBy::Agency, "s.agency"),
        split(BacklogBy::Service, "s.service"),
        split(BacklogBy::District, "s.tambon / 100"),
        if by.contains(&BacklogBy::Age) { age.as_str() } else { "NULL" },
        states_at(referrals.as_of),
        filter.clause(),
    );
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map(params_from_iter(filter.values()), |row| {
        let odd = || rusqlite::Error::InvalidQuery;
        let state = ReferralState::numbered(row.get(0)?).ok_or_else(odd)?;
        let age = row.get::<_, Option<usize>>(4)?.map(|age| AgeBucket::ALL.get(age).copied().ok_or_else(odd));
        Ok(BacklogRow {
            queue: state.queue().ok_or_else(odd)?,
            cases: ReferralFilter {
                agency: column::maybe_id(row, 1)?.map(AgencyId).or(referrals.agency),
                service: row.get::<_, Option<String>>(2)?.or_else(|| referrals.service.clone()),
                district: column::maybe_numbered(row, 3)?.or(referrals.area),
                age: age.transpose()?.or(referrals.age),
                state,
                as_of: referrals.as_of,
            },
            waiting: column::unsigned(row.get(5)?),
            overdue: column::unsigned(row.get::<_, Option<i64>>(6)?.unwrap_or(0)),
            oldest_days: row.get(7)?,
        })
    })?;
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Backlog { rows, as_of: AsOf { time: referrals.as_of.unwrap_or(here.time), ..here } })
}

/// How much waited at the end of each day of a period, first and last day included. What the query says of household,
/// age, overdue and moment does not apply.
pub fn history(
    db: &Connection,
    referrals: &ReferralQuery,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<BacklogDay>, ProjectionError> {
    let mut filter = ReferralQuery {
        as_of: None,
        overdue: None,
        overdue_noted: None,
        age: None,
        household: None,
        ..referrals.clone()
    }
    .filter();
    filter.and("s.state <= 1", []);
    let (begin, end) = (column::micros(clock::start_of(first)), column::micros(clock::end_of(last)));
    // Who waited at the end of a day had come by then and not gone, and is as old as the days since its clock began.
    let sql = format!(
        "SELECT (s.from_at + 25200000000) / 86400000000,
            CASE WHEN s.to_at > {end} THEN NULL ELSE (s.to_at + 25200000000) / 86400000000 END,
            s.clock_day, s.state, count(*) FROM referral_states s{}
            AND s.from_at <= {end} AND s.to_at >= {begin} GROUP BY 1, 2, 3, 4",
        filter.clause()
    );
    let (from, to) = (column::day(first), column::day(last) + 1);
    let length = usize::try_from(to - from).unwrap_or(0);
    // Arrivals less departures in each queue and age, to be added up day by day.
    let mut changes = vec![[[0_i64; 4]; 2]; length + 1];
    let mut change = |day: i64, state: usize, age: usize, by: i64| {
        let at = usize::try_from((day - from).max(0)).unwrap_or(0);
        if let Some(count) = changes.get_mut(at).and_then(|it| it.get_mut(state)).and_then(|it| it.get_mut(age)) {
            *count += by;
        }
    };
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = rows.next()? {
        let (came, left): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let (since, state, count): (i64, usize, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        for (age, bucket) in AgeBucket::ALL.into_iter().enumerate() {
            let (least, most) = bucket.days();
            let enters = if age == 0 { came } else { came.max(since.saturating_add(least)) };
            let leaves = left.unwrap_or(to).min(since.saturating_add(most).saturating_add(1)).min(to);
            if enters.max(from) < leaves {
                change(enters, state, age, count);
                change(leaves, state, age, -count);
            }
        }
    }
    let mut waiting = [[0_i64; 4]; 2];
    let mut days = Vec::with_capacity(length);
    for (day, change) in (from..to).zip(changes) {
        for (count, by) in waiting.iter_mut().flatten().zip(change.iter().flatten()) {
            *count += by;
        }
        let [to_answer, to_deliver] = waiting.map(|ages| column::unsigned(ages.iter().sum()));
        let mut ages = [0; 4];
        for of in &waiting {
            for (sum, count) in ages.iter_mut().zip(of) {
                *sum += column::unsigned(*count);
            }
        }
        days.push(BacklogDay { day: column::date(day), to_answer, to_deliver, ages });
    }
    Ok(days)
}
