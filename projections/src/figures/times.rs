//! How long does it take from stage to stage, and for an agency to answer and to deliver? What still waits is counted too.
//!
//! From stage to stage days are counted by the days on which things happened, within the episode a household is in: a
//! stage counts as reached by the first fact that brought the household there and still stands. An agency's days are
//! counted by when things were recorded, as its clocks are: each time a referral reaches an agency is a case of its own.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::facts::household::HouseholdEvent;
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::assistance::Undoing;
use super::caseload::stage_number;
use super::ledger::{Ledger, stands, yes};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("times", 1);

/// `came` is the number of the stage that a fact brought the household to; one that `begins` opened the episode there.
pub(super) const TABLES: &str = "
    CREATE TABLE milestones (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        episode INTEGER NOT NULL,
        came INTEGER NOT NULL,
        begins INTEGER NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Times {
    milestones: Ledger,
}

impl Default for Times {
    fn default() -> Self {
        Self { milestones: Ledger::of("milestones") }
    }
}

/// How far a fact can bring a household: to this stage, or wherever it begins.
pub(super) fn brings(fact: &HouseholdEvent) -> Option<(i64, bool)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most facts bring a household nowhere")]
    match fact {
        HouseholdEvent::HouseholdIdentified(_)
        | HouseholdEvent::HouseholdFormedBySplit(_)
        | HouseholdEvent::CaseReopened(_)
        | HouseholdEvent::ContactResumed(_) => Some((5, true)),
        HouseholdEvent::HouseholdVerified(_) => Some((1, false)),
        HouseholdEvent::HouseholdAssessed(_) | HouseholdEvent::AssessmentRescored(_) => Some((2, false)),
        HouseholdEvent::ReferralMade(_) | HouseholdEvent::ModelEnrolled(_) => Some((3, false)),
        HouseholdEvent::AssistanceDelivered(_) => Some((4, false)),
        HouseholdEvent::HouseholdGraduated(_) => Some((5, false)),
        _ => None,
    }
}

impl Times {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
        undoing: Option<Undoing>,
    ) -> Result<(), ProjectionError> {
        if let (Some((most, begins)), Some(after), Some(day)) = (brings(fact), fact.after(), fact.happened_on()) {
            let came = stage_number(after.stage).min(most);
            let rest = [i64::from(after.episode), came].map(Value::Integer);
            self.milestones.note(
                home,
                event,
                rest.into_iter().chain([yes(begins), Value::Integer(column::day(day))]).collect(),
            );
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            self.milestones.end(db, home, event, column::signed(it.sequence))?;
        }
        match undoing {
            Some(Undoing::Reversed(sequence)) => self.milestones.end(db, home, event, sequence),
            Some(Undoing::Restored(sequence)) => self.milestones.restore(db, home, event, sequence),
            None => Ok(()),
        }
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.milestones.flush(db)
    }
}

/// The report.
pub const TIMES: Sheet = Sheet {
    keys: &["step"],
    per: &[],
    figures: &[
        Figure { name: "done", of: Of::Count("s.state = 'done'") },
        Figure { name: "open", of: Of::Count("s.state = 'open'") },
        Figure { name: "left", of: Of::Count("s.state = 'left'") },
        Figure { name: "median_days", of: days("CASE WHEN s.state = 'done' THEN s.days END", 500) },
        Figure { name: "p90_days", of: days("CASE WHEN s.state = 'done' THEN s.days END", 900) },
        Figure { name: "open_median_days", of: days("CASE WHEN s.state = 'open' THEN s.days END", 500) },
    ],
    units,
};

const fn days(of: &'static str, permille: u64) -> Of {
    Of::Quantile { of, permille, money: false }
}

/// So many numbers are left for the day when it is written beside a sequence.
const DAYS: i64 = 10_000_000;

fn units(query: &SheetQuery) -> String {
    let (at, today, households) = (query.at(), query.day(), query.cohort.households());
    // The first fact of each stage, with its day behind its sequence so that one minimum gives both.
    let first = |stage: i64| {
        format!("min(m.sequence * {DAYS} + m.day + {}) FILTER (WHERE m.came >= {stage}) % {DAYS} - {0}", DAYS / 2)
    };
    let firsts: Vec<_> = (0..=5).map(|stage| format!("{} AS r{stage}", first(stage))).collect();
    let stages = format!(
        "SELECT c.*, max(m.came) FILTER (WHERE m.begins) AS began, {}
         FROM {households} c JOIN milestones m ON m.household = c.household AND m.episode = c.episode AND {}
         GROUP BY c.household",
        firsts.join(", "),
        stands("m", at)
    );
    let names = [
        "identified_to_verified",
        "verified_to_assessed",
        "assessed_to_referred",
        "referred_to_assisted",
        "assisted_to_graduated",
    ];
    let steps = names.iter().enumerate().map(|(x, name)| {
        format!(
            "SELECT household, {x} AS unit, {x} AS ord, tambon, lao, day, '{name}' AS step,
                CASE WHEN stage > {x} THEN 'done' WHEN standing = 'open' THEN 'open' ELSE 'left' END AS state,
                max(0, CASE WHEN stage > {x} THEN r{} ELSE {today} END - r{x}) AS days
             FROM stages WHERE stage >= {x} AND began <= {x} AND r{x} IS NOT NULL AND (stage = {x} OR r{0} IS NOT NULL)",
            x + 1
        )
    });
    let steps = steps.collect::<Vec<_>>().join(" UNION ALL ");
    format!(
        "WITH stages AS MATERIALIZED ({stages}),
         moves AS MATERIALIZED (
             SELECT f.household, f.sequence, f.step, f.recorded_at, lead(f.step) OVER w AS next,
                 lead(f.recorded_at) OVER w AS next_at
             FROM referral_facts f
             WHERE {here} AND f.recorded_at <= {at} AND coalesce(f.retracted_at, {last}) > {at} AND f.step IN ('made', 'accepted',
                 'returned', 'declined', 'completed', 'withdrawn', 'taken_back', 'resubmitted', 'rerouted')
             WINDOW w AS (PARTITION BY f.household, f.referral ORDER BY f.sequence)
         ),
         asked AS MATERIALIZED ({asked})
         {steps} UNION ALL
         SELECT m.household, 10 + m.sequence, CASE m.step WHEN 'accepted' THEN 6 ELSE 5 END, c.tambon, c.lao, c.day,
             CASE m.step WHEN 'accepted' THEN 'accepted_to_delivered' ELSE 'reached_to_answered' END,
             CASE WHEN m.next IS NULL THEN 'open'
                 WHEN m.step = 'accepted' AND m.next = 'completed' THEN 'done'
                 WHEN m.step <> 'accepted' AND m.next IN ('accepted', 'declined', 'returned') THEN 'done'
                 ELSE 'left' END,
             max(0, coalesce({next}, {today}) - {reached})
         FROM moves m JOIN {households} c ON c.household = m.household
         WHERE m.step IN ('made', 'taken_back', 'resubmitted', 'rerouted', 'accepted')
         UNION ALL
         SELECT n.household, 10 + n.sequence, 7, c.tambon, c.lao, c.day, 'need_to_referral',
             CASE WHEN n.asked_on IS NOT NULL THEN 'done' WHEN n.ended IS NULL THEN 'open' ELSE 'left' END,
             max(0, coalesce(n.asked_on, {today}) - n.need_day)
         FROM asked n JOIN {households} c ON c.household = n.household",
        asked = super::unmet::asked(query),
        here = query.cohort.only("f.household"),
        last = i64::MAX,
        next = day_of("m.next_at"),
        reached = day_of("m.recorded_at"),
    )
}

/// The day in Thailand of a moment in a column.
pub(super) fn day_of(column: &str) -> String {
    format!("(({column} / 1000000 + 25200) / 86400)")
}
