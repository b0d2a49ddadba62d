//! How far did the households come that were found in a period, and where did the others leave? Now, or as known then.
//!
//! Each household counts once, in the episode it is in at the moment asked for.

use events::facts::case::{ClosedAs, Stage, Standing};
use rusqlite::{Connection, params, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;

use super::cohort::{Cohort, Part};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::page::AsOf;
use crate::projector::checkpoint;

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
    /// The part of the households, where the funnel is split.
    #[serde(flatten)]
    pub part: Part,
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

/// Counts the households of a cohort by where they stand.
pub fn funnel(db: &Connection, cohort: &Cohort) -> Result<Funnel, ProjectionError> {
    let here = checkpoint(db)?;
    let filter = cohort.filter();
    let sql = format!(
        "SELECT {}, s.stage, s.standing, count(*) FROM {} s{} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        cohort.split(),
        cohort.source(),
        filter.clause()
    );
    let mut rows: Vec<FunnelRow> = Vec::new();
    let mut select = db.prepare_cached(&sql)?;
    let mut found = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = found.next()? {
        let part = cohort.part(row, 0)?;
        let stage: usize = row.get(1)?;
        let households = column::unsigned(row.get(3)?);
        if rows.last().is_none_or(|last| last.part != part) {
            rows.push(FunnelRow { part, found: 0, reached: vec![0; Stage::ALL.len()], standing: Vec::new() });
        }
        if let Some(counted) = rows.last_mut() {
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
    Ok(Funnel { rows, as_of: cohort.as_of(here) })
}

/// The households behind each number of the funnel.
pub const FUNNEL_CASES: Sheet = Sheet {
    keys: &[],
    per: &[],
    figures: &[
        Figure { name: "found", of: Of::Count("1") },
        Figure { name: "reached_identified", of: Of::Count("1") },
        Figure { name: "reached_verified", of: Of::Count("s.stage >= 1") },
        Figure { name: "reached_assessed", of: Of::Count("s.stage >= 2") },
        Figure { name: "reached_referred", of: Of::Count("s.stage >= 3") },
        Figure { name: "reached_assisted", of: Of::Count("s.stage >= 4") },
        Figure { name: "reached_graduated", of: Of::Count("s.stage >= 5") },
        Figure { name: "closed", of: Of::Count("s.standing LIKE 'closed%'") },
    ],
    units: cases,
};

fn cases(query: &SheetQuery) -> String {
    format!("SELECT c.*, 0 AS unit, 0 AS ord FROM {} c", query.cohort.households())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::figures::Figures;
    use crate::figures::sheet::{Amount, sheet, tests::all};
    use crate::histories::{choices, tell};
    use crate::projector::fold_in_memory;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_cases_behind_the_funnel_are_the_households_it_counts(choices in choices(200), pick in any::<usize>()) {
            let events = tell(&choices);
            let db = fold_in_memory::<Figures>(&events, &[30], &()).unwrap();
            let now = events.last().unwrap().recorded_at;
            for as_of in [None, Some(events[pick % events.len()].recorded_at)] {
                let query = all(as_of, now);
                let rows = funnel(&db, &query.cohort).unwrap().rows;
                let cases = sheet(&db, &FUNNEL_CASES, &query).unwrap().rows;
                let left_out = |it: &&FunnelCount| it.standing.as_str().starts_with("closed")
                    && !matches!(it.standing, Standing::Closed(ClosedAs::Merged | ClosedAs::EnteredInError));
                let counts = rows.iter().filter(|row| row.found > 0).map(|row| {
                    let closed = row.standing.iter().filter(left_out).map(|it| it.households).sum();
                    let all = std::iter::once(row.found).chain(row.reached.iter().copied()).chain([closed]);
                    all.map(Amount::Count).collect::<Vec<_>>()
                });
                prop_assert_eq!(
                    cases.into_iter().map(|row| row.amounts).collect::<Vec<_>>(),
                    counts.collect::<Vec<_>>()
                );
            }
        }
    }
}
