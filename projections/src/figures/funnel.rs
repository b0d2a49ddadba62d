//! How far did the households come that were found in a period, and where did the others leave? Now, or as known then.
//!
//! Each household counts once, in the episode it is in at the moment asked for.

use chrono::{DateTime, NaiveDate, Utc};
use events::area::{AreaCode, LaoCode};
use events::facts::case::{ClosedAs, Stage, Standing, UnknownCode};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::column;
use crate::error::ProjectionError;
use crate::filter::Filter;
use crate::page::AsOf;
use crate::projector::checkpoint;
use crate::reach::Reach;

pub(super) const VERSION: (&str, u32) = ("funnel", 2);

/// Spells that ended, also by a move to another place; the one that lasts stands in `caseload`. `stage_spells` shows both.
pub(super) const TABLES: &str = "
    CREATE TABLE stage_spells_ended (
        household INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_position INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        stage INTEGER NOT NULL,
        standing TEXT NOT NULL,
        episode INTEGER NOT NULL,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        identified_on INTEGER NOT NULL,
        PRIMARY KEY (household, from_position)
    ) WITHOUT ROWID;
    CREATE VIEW stage_spells AS
        SELECT household, from_position, from_at, to_position, to_at, stage, standing, episode, tambon, lao,
            identified_on FROM stage_spells_ended
        UNION ALL
        SELECT household, since_position, since, NULL, 9223372036854775807, stage, standing, episode, tambon, lao,
            identified_on FROM caseload;";

/// A spell that ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Closed {
    pub(super) household: i64,
    pub(super) from_position: i64,
    pub(super) from_at: i64,
    pub(super) to_position: i64,
    pub(super) to_at: i64,
    pub(super) stage: i64,
    pub(super) standing: Standing,
    pub(super) episode: u32,
    pub(super) tambon: i64,
    pub(super) lao: Option<i64>,
    pub(super) identified_on: i64,
}

/// Writes the spells that ended in a batch.
pub(super) fn store(db: &Connection, closed: &mut Vec<Closed>) -> Result<(), ProjectionError> {
    closed.sort_unstable_by_key(|spell| (spell.household, spell.from_position));
    let mut insert = db.prepare_cached("INSERT INTO stage_spells_ended VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for spell in closed.drain(..) {
        insert.execute(params![
            spell.household,
            spell.from_position,
            spell.from_at,
            spell.to_position,
            spell.to_at,
            spell.stage,
            spell.standing.as_str(),
            spell.episode,
            spell.tambon,
            spell.lao,
            spell.identified_on
        ])?;
    }
    Ok(())
}

/// What the funnel is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelBy {
    /// The district.
    District,
    /// The tambon.
    Tambon,
    /// The local organisation.
    Lao,
    /// The month in which the household was found.
    Month,
}

impl std::str::FromStr for FunnelBy {
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
pub struct FunnelQuery {
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
    pub by: Option<FunnelBy>,
}

impl FunnelQuery {
    /// All that the caller sees, now, in one row.
    pub fn all(reach: Reach) -> Self {
        Self { reach, area: None, lao: None, from: None, to: None, as_of: None, by: None }
    }
}

/// Households that stand in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunnelCount {
    /// The stage they have reached.
    pub stage: Stage,
    /// Whether work goes on there, or how they left.
    pub standing: Standing,
    /// How many.
    pub households: u64,
}

/// One row of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FunnelRow {
    /// The district or tambon, where the funnel is split by one.
    pub area: Option<AreaCode>,
    /// The local organisation, where it is split by them; none then: of no known one.
    pub lao: Option<LaoCode>,
    /// The first day of the month in which they were found, where it is split by months.
    pub month: Option<NaiveDate>,
    /// How many households were found, without those that were merged into another or entered in error.
    pub found: u64,
    /// How many came at least as far as each stage, in the order of the stages.
    pub reached: Vec<u64>,
    /// Where they stand: each household in one of these, also those that `found` leaves out.
    pub standing: Vec<FunnelCount>,
}

/// The funnel of one moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Funnel {
    /// One row per part of the split.
    pub rows: Vec<FunnelRow>,
    /// What moment they show.
    pub as_of: AsOf,
}

/// Counts the households of a query by where they stand.
pub fn funnel(db: &Connection, query: &FunnelQuery) -> Result<Funnel, ProjectionError> {
    let here = checkpoint(db)?;
    let filter = filter(query);
    let source = match query.as_of {
        None => "caseload".to_owned(),
        Some(at) => {
            let at = column::micros(at);
            format!("(SELECT * FROM stage_spells WHERE from_at <= {at} AND to_at > {at})")
        }
    };
    let split = match query.by {
        None => "NULL",
        Some(FunnelBy::District) => "s.tambon / 100",
        Some(FunnelBy::Tambon) => "s.tambon",
        Some(FunnelBy::Lao) => "s.lao",
        // The month's first day: the day less the days gone by in it.
        Some(FunnelBy::Month) => {
            "s.identified_on - CAST(strftime('%d', s.identified_on * 86400, 'unixepoch') AS INTEGER) + 1"
        }
    };
    let sql = format!(
        "SELECT {split}, s.stage, s.standing, count(*) FROM {source} s{} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        filter.clause()
    );
    let mut rows: Vec<(Option<i64>, FunnelRow)> = Vec::new();
    let mut select = db.prepare_cached(&sql)?;
    let mut found = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = found.next()? {
        let part: Option<i64> = row.get(0)?;
        let stage: usize = row.get(1)?;
        let households = column::unsigned(row.get(3)?);
        if rows.last().is_none_or(|(last, _)| *last != part) {
            let mut new = FunnelRow {
                area: None,
                lao: None,
                month: None,
                found: 0,
                reached: vec![0; Stage::ALL.len()],
                standing: Vec::new(),
            };
            match query.by {
                Some(FunnelBy::District | FunnelBy::Tambon) => new.area = column::maybe_numbered(row, 0)?,
                Some(FunnelBy::Lao) => new.lao = column::maybe_numbered(row, 0)?,
                Some(FunnelBy::Month) => new.month = part.map(column::date),
                None => {}
            }
            rows.push((part, new));
        }
        if let Some((_, counted)) = rows.last_mut() {
            let standing: Standing = column::code(row, 2)?;
            // One that was merged is counted as the other one, and one entered in error was never found.
            if !matches!(standing, Standing::Closed(ClosedAs::Merged | ClosedAs::EnteredInError)) {
                counted.found += households;
                counted.reached.iter_mut().take(stage + 1).for_each(|reached| *reached += households);
            }
            counted.standing.push(FunnelCount {
                stage: Stage::ALL.get(stage).copied().ok_or(rusqlite::Error::InvalidQuery)?,
                standing,
                households,
            });
        }
    }
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Funnel { rows, as_of: AsOf { time: query.as_of.unwrap_or(here.time), ..here } })
}

fn filter(query: &FunnelQuery) -> Filter {
    let mut filter = Filter::default();
    // An agency has no funnel.
    query.reach.narrow(&mut filter, "s", |filter, _| filter.and("0", []));
    if let Some(area) = query.area {
        let (first, last) = column::tambons(area);
        filter.and("s.tambon BETWEEN ? AND ?", [Value::Integer(first), Value::Integer(last)]);
    }
    if let Some(lao) = query.lao {
        filter.and("s.lao = ?", [Value::Integer(column::lao(lao))]);
    }
    if let Some(from) = query.from {
        filter.and("s.identified_on >= ?", [Value::Integer(column::day(from))]);
    }
    if let Some(to) = query.to {
        filter.and("s.identified_on <= ?", [Value::Integer(column::day(to))]);
    }
    filter
}
