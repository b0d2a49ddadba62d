//! Where is what was recorded incomplete, doubtful or late?
//!
//! A household counts under each thing that is true of what stands recorded about it: nothing is blocked for it, somebody
//! should look.

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a number rests on some facts and passes over the others")]
mod tests;

use events::clock;
use events::facts::household::HouseholdEvent;
use events::recorded::Occurrence;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::equity::compositions;
use super::ledger::{Ledger, stands};
use super::sheet::{Figure, Of, Sheet, SheetQuery};
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

pub(super) const VERSION: (&str, u32) = ("quality", 1);

/// A number with a wrong check digit.
const WRONG_NUMBER: i64 = 1;
/// The code of an area that is no longer used.
const RETIRED_AREA: i64 = 2;
/// An assessment in which a capital is incomplete.
const INCOMPLETE: i64 = 4;
/// An assessment that does not say what the household earns.
const NO_INCOME: i64 = 8;
/// Recorded more than thirty days after its day.
const LATE: i64 = 16;
/// So many days later is late.
const LATE_DAYS: i64 = 30;

/// `what`: the sum of what is true of the fact.
pub(super) const TABLES: &str = "
    CREATE TABLE slips (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        what INTEGER NOT NULL,
        PRIMARY KEY (household, sequence, from_position)
    ) WITHOUT ROWID;";

/// The fold.
#[derive(Debug)]
pub(super) struct Quality {
    slips: Ledger,
}

impl Default for Quality {
    fn default() -> Self {
        Self { slips: Ledger::of("slips") }
    }
}

/// What is doubtful about a fact.
fn doubts(event: &Occurrence, fact: &HouseholdEvent) -> i64 {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most facts hold nothing that can be doubtful in this way")]
    let (wrong, retired, incomplete, no_income) = match fact {
        HouseholdEvent::HouseholdIdentified(it) => (it.wrong_check_digit, it.retired_area.is_some(), false, false),
        HouseholdEvent::MemberJoined(it) => (it.wrong_check_digit, false, false, false),
        HouseholdEvent::AddressRecorded(it) => (it.wrong_check_digit, false, false, false),
        HouseholdEvent::AddressCorrected(it) => (it.wrong_check_digit, false, false, false),
        HouseholdEvent::MovedWithinArea(it) => (it.wrong_check_digit, false, false, false),
        HouseholdEvent::HouseCodeRecorded(it) => (it.wrong_check_digit, false, false, false),
        HouseholdEvent::HouseholdAssessed(it) => {
            (false, false, it.overall.is_none(), it.money.net_per_resident_month.is_none())
        }
        _ => (false, false, false, false),
    };
    let recorded = clock::day_of(event.recorded_at);
    let late = fact.happened_on().is_some_and(|day| (recorded - day).num_days() > LATE_DAYS);
    let all = [
        (wrong, WRONG_NUMBER),
        (retired, RETIRED_AREA),
        (incomplete, INCOMPLETE),
        (no_income, NO_INCOME),
        (late, LATE),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).sum()
}

impl Quality {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        let what = doubts(event, fact);
        if what > 0 {
            self.slips.note(home, event, vec![Value::Integer(what)]);
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            self.slips.end(db, home, event, column::signed(it.sequence))?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.slips.flush(db)
    }
}

/// The report.
pub const QUALITY: Sheet = Sheet {
    keys: &[],
    per: &[],
    figures: &[
        Figure { name: "households", of: Of::Count("1") },
        Figure { name: "nobody_living", of: Of::Count("coalesce(s.living, 0) = 0") },
        Figure { name: "head_unknown", of: Of::Count("coalesce(s.sex_of_head, 'unknown') = 'unknown'") },
        Figure { name: "age_unknown", of: Of::Count("s.living > 0 AND s.elderly_only = 'unknown'") },
        Figure { name: "card_unknown", of: Of::Count("s.living > 0 AND s.no_card = 'unknown'") },
        Figure { name: "wrong_number", of: Of::Count("s.wrong_number > 0") },
        Figure { name: "retired_area", of: Of::Count("s.retired_area > 0") },
        Figure { name: "incomplete", of: Of::Count("s.incomplete > 0") },
        Figure { name: "no_income", of: Of::Count("s.no_income > 0") },
        Figure { name: "late_entry", of: Of::Count("s.late_entry > 0") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    let at = query.at();
    let all = [
        ("wrong_number", WRONG_NUMBER),
        ("retired_area", RETIRED_AREA),
        ("incomplete", INCOMPLETE),
        ("no_income", NO_INCOME),
        ("late_entry", LATE),
    ];
    format!(
        "WITH doubts AS (SELECT x.household, {} FROM slips x WHERE {} AND {} GROUP BY x.household)
         SELECT c.household, 0 AS unit, 0 AS ord, c.tambon, c.lao, c.day, p.living, p.sex_of_head, p.elderly_only,
             p.no_card, d.*
         FROM {} c LEFT JOIN {} p ON p.household = c.household LEFT JOIN doubts d ON d.household = c.household",
        all.map(|(name, what)| format!("max(x.what & {what}) AS {name}")).join(", "),
        stands("x", at),
        query.cohort.only("x.household"),
        query.cohort.households(),
        compositions(query),
    )
}
