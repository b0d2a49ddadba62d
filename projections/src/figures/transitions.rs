//! From which level to which did households come, in each capital and overall?
//!
//! The first complete assessment beside the latest one of the same instrument, each by its newest scoring; a household that
//! was assessed once has no way from one level to another, and says so. Of a scale that was never complete nothing is known.

#[cfg(test)]
pub(crate) mod tests;

use events::facts::household::{Capital, CapitalScore, HouseholdEvent, Level, OverallScore};
use events::recorded::Occurrence;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::ledger::{Ledger, id, maybe, stands, text};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("transitions", 1);

/// A row per scoring: that of the survey, and each later one of the same answers. `day`: of the survey.
pub(super) const TABLES: &str = "
    CREATE TABLE scorings (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        assessment BLOB NOT NULL,
        instrument TEXT NOT NULL,
        day INTEGER NOT NULL,
        overall INTEGER,
        human INTEGER,
        physical INTEGER,
        economic INTEGER,
        natural INTEGER,
        social INTEGER,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Transitions {
    scorings: Ledger,
}

impl Default for Transitions {
    fn default() -> Self {
        Self { scorings: Ledger::of("scorings") }
    }
}

impl Transitions {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::HouseholdAssessed(it) = fact {
            let first = [id(it.assessment.0), text(it.instrument.clone()), Value::Integer(column::day(it.happened_on))];
            self.scorings.note(
                home,
                event,
                first.into_iter().chain(levels(it.overall.as_ref(), &it.capitals)).collect(),
            );
        }
        if let HouseholdEvent::AssessmentRescored(it) = fact {
            self.scorings.flush(db)?;
            let sql =
                "SELECT instrument FROM scorings WHERE household = ? AND assessment = ? ORDER BY sequence LIMIT 1";
            let instrument = db
                .prepare_cached(sql)?
                .query_row(params![home.key, it.assessment.0.as_bytes()], |row| row.get::<_, String>(0))
                .optional()?
                .unwrap_or_default();
            let first = [id(it.assessment.0), text(instrument), Value::Integer(column::day(it.surveyed_on))];
            self.scorings.note(
                home,
                event,
                first.into_iter().chain(levels(it.overall.as_ref(), &it.capitals)).collect(),
            );
        }
        if let HouseholdEvent::FactRetracted(it) = fact
            && ["HouseholdAssessed", "AssessmentRescored"].contains(&it.event_type.as_str())
        {
            self.scorings.end(db, home, event, column::signed(it.sequence))?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.scorings.flush(db)
    }
}

/// The level overall and those of the capitals, in their order.
fn levels(overall: Option<&OverallScore>, capitals: &[CapitalScore]) -> Vec<Value> {
    let number = |level: Option<Level>| maybe(level.map(|level| i64::from(level.get())));
    let of = |capital| capitals.iter().find(|it| it.capital == capital).and_then(|it| it.level);
    let overall = number(overall.map(|it| it.level));
    std::iter::once(overall).chain(Capital::ALL.map(|capital| number(of(capital)))).collect()
}

/// The scales, in the order of their numbers.
pub(super) const SCALES: [&str; 6] = ["overall", "human", "physical", "economic", "natural", "social"];

/// The assessments of a cohort that stand at a moment, each by its newest scoring.
pub(super) fn assessments(query: &SheetQuery) -> String {
    format!(
        "(SELECT x.household, x.assessment, x.instrument, x.day, {}, max(x.sequence) AS sequence
          FROM scorings x WHERE {} AND {} GROUP BY x.household, x.assessment)",
        SCALES.map(|scale| format!("x.{scale}")).join(", "),
        stands("x", query.at()),
        query.cohort.only("x.household")
    )
}

/// The report.
pub const TRANSITIONS: Sheet = Sheet {
    keys: &["scale", "from_level"],
    per: &[],
    figures: &[
        Figure { name: "households", of: Of::Count("1") },
        Figure { name: "to_1", of: Of::Count("s.to_level = 1") },
        Figure { name: "to_2", of: Of::Count("s.to_level = 2") },
        Figure { name: "to_3", of: Of::Count("s.to_level = 3") },
        Figure { name: "to_4", of: Of::Count("s.to_level = 4") },
        Figure { name: "assessed_once", of: Of::Count("s.from_level IS NOT NULL AND s.to_level IS NULL") },
        Figure { name: "not_assessed", of: Of::Count("s.from_level IS NULL") },
    ],
    units,
};

/// What is left of a day, a sequence and a level when they are written beside each other: later is more.
const LEVELS: i64 = 8;
const SEQUENCES: i64 = 1 << 31;
const DAYS: i64 = 10_000_000;

fn units(query: &SheetQuery) -> String {
    let of_instrument = SCALES.iter().enumerate().map(|(nth, scale)| {
        let when = format!("((d.day + {DAYS}) * {SEQUENCES} + d.sequence) * {LEVELS} + d.{scale}");
        format!(", min({when}) AS first_{nth}, max({when}) AS latest_{nth}")
    });
    let of_scale = |which: &str| {
        let cases = (0..SCALES.len()).map(|nth| format!(" WHEN {nth} THEN i.{which}_{nth}"));
        format!("CASE k.nth{} END", cases.collect::<String>())
    };
    let scales = SCALES.iter().enumerate().map(|(nth, scale)| format!("SELECT {nth} AS nth, '{scale}' AS scale"));
    // With max() the other column is that of the row that has it: the first of the latest one's instrument.
    format!(
        "WITH scales AS ({scales}),
         instruments AS (
             SELECT d.household, d.instrument{of_instrument} FROM {done} d GROUP BY d.household, d.instrument
         ),
         ways AS (
             SELECT household, nth, max(latest) AS latest, first FROM (
                 SELECT i.household, k.nth, {latest} AS latest, {first} AS first FROM instruments i JOIN scales k
             ) WHERE latest IS NOT NULL GROUP BY household, nth
         )
         SELECT c.household, k.nth AS unit, k.nth * 10 + coalesce(w.first % {LEVELS}, 9) AS ord, c.tambon, c.lao, c.day,
             k.scale, w.first % {LEVELS} AS from_level,
             CASE WHEN w.first / {LEVELS} <> w.latest / {LEVELS} THEN w.latest % {LEVELS} END AS to_level
         FROM {households} c JOIN scales k LEFT JOIN ways w ON w.household = c.household AND w.nth = k.nth",
        scales = scales.collect::<Vec<_>>().join(" UNION ALL "),
        of_instrument = of_instrument.collect::<String>(),
        done = assessments(query),
        latest = of_scale("latest"),
        first = of_scale("first"),
        households = query.cohort.households(),
    )
}
