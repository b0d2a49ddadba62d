//! How many households are in the register, and how many people?
//!
//! A household that was merged counts as the other one, one entered in error was never there. Of the people, those who
//! live there and those in the house's register are two numbers, and everybody of either is a third.

#[cfg(test)]
mod tests;

use super::equity::compositions;
use super::sheet::{Figure, Of, Sheet, SheetQuery};

/// The report.
pub const REGISTER: Sheet = Sheet {
    keys: &[],
    per: &[],
    figures: &[
        Figure { name: "households_known", of: Of::Count("1") },
        Figure { name: "households_open", of: Of::Count("s.standing = 'open'") },
        Figure { name: "households_left", of: Of::Count("s.standing IN ('graduated', 'sustained')") },
        Figure { name: "households_closed", of: Of::Count("s.standing LIKE 'closed%'") },
        Figure { name: "people", of: Of::Total("s.people") },
        Figure { name: "people_living", of: Of::Total("s.living") },
        Figure { name: "people_registered", of: Of::Total("s.registered") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    format!(
        "SELECT c.*, 0 AS unit, 0 AS ord, p.people, p.living, p.registered
         FROM {} c LEFT JOIN {} p ON p.household = c.household",
        query.cohort.households(),
        compositions(query),
    )
}
