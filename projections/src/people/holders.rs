//! Who bears these citizen ids? Asked for many at once, by those who bring in many people or compare a list.

use events::id::{HouseholdId, PersonId};
use events::thai::citizen_id::CitizenId;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use uuid::Uuid;

use super::Finder;
use crate::error::ProjectionError;
use crate::filter::Filter;
use crate::reach::Reach;

/// The most bearers of one citizen id that are told.
const MOST: usize = 50;

/// Somebody who bears a citizen id that was asked for, and has not left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Which of the ids that were asked for, from 0.
    pub nth: usize,
    /// The household.
    pub household: HouseholdId,
    /// The person.
    pub person: PersonId,
}

/// The bearers of each of these ids within the caller's reach, in the order of the ids.
pub fn holders(
    db: &Connection,
    finder: &Finder,
    reach: &Reach,
    ids: &[CitizenId],
) -> Result<Vec<Holder>, ProjectionError> {
    let mut filter = Filter::default();
    // An agency looks for nobody: it sees what was disclosed to it.
    reach.narrow(&mut filter, "h", |filter, _| filter.and("0", []));
    filter.and("p.replaced_sequence IS NULL AND p.left_sequence IS NULL", []);
    filter.and("p.citizen_id = ?", [Value::Null]);
    let sql = format!(
        "SELECT h.id, p.id FROM people p JOIN homes h ON h.home = p.home{} ORDER BY p.home, p.sequence LIMIT {MOST}",
        filter.clause()
    );
    let mut values: Vec<Value> = filter.values().to_vec();
    let mut select = db.prepare_cached(&sql)?;
    let mut found = Vec::new();
    for (nth, id) in ids.iter().enumerate() {
        if let Some(last) = values.last_mut() {
            *last = Value::Blob(finder.citizen_mac(*id));
        }
        let rows = select.query_map(params_from_iter(&values), |row| {
            Ok(Holder { nth, household: HouseholdId(uuid(row.get(0)?)), person: PersonId(uuid(row.get(1)?)) })
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

fn uuid(bytes: Vec<u8>) -> Uuid {
    Uuid::from_slice(&bytes).unwrap_or_default()
}
