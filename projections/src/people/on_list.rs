//! Which households does a list of the state name, by citizen id or by house code? And which could it name at all?

use events::id::HouseholdId;
use events::thai::citizen_id::CitizenId;
use events::thai::house_code::HouseCode;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::Finder;
use crate::column;
use crate::error::ProjectionError;
use crate::filter::Filter;
use crate::reach::Reach;

/// The most households of one entry of a list that are told.
const MOST: usize = 50;

/// What a list says of somebody: an id, or the code of the house.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListKey {
    /// A person.
    Citizen(CitizenId),
    /// A house, and with it everybody who lives there.
    House(HouseCode),
}

impl std::fmt::Debug for ListKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹list key›")
    }
}

/// For each key by its place the households that it names, within the caller's reach.
pub fn on_list(
    db: &Connection,
    finder: &Finder,
    reach: &Reach,
    keys: &[ListKey],
) -> Result<Vec<(usize, HouseholdId)>, ProjectionError> {
    let mut filter = Filter::default();
    // An agency looks for nobody: it sees what was disclosed to it.
    reach.narrow(&mut filter, "h", |filter, _| filter.and("0", []));
    let asking = |condition: &str| {
        let mut filter = filter.clone();
        filter.and(condition, [Value::Null]);
        filter
    };
    let of_people = asking("p.replaced_sequence IS NULL AND p.left_sequence IS NULL AND p.citizen_id = ?");
    // Of several codes in a household's history the last one holds.
    let of_houses = asking(
        "x.code = ? AND NOT EXISTS (SELECT 1 FROM houses later WHERE later.home = x.home AND later.sequence > x.sequence)",
    );
    let mut by_person = db.prepare(&format!(
        "SELECT DISTINCT h.id FROM people p JOIN homes h ON h.home = p.home{} LIMIT {MOST}",
        of_people.clause()
    ))?;
    let mut by_house = db.prepare(&format!(
        "SELECT DISTINCT h.id FROM houses x JOIN homes h ON h.home = x.home{} LIMIT {MOST}",
        of_houses.clause()
    ))?;
    let mut values = of_people.values().to_vec();
    let mut found = Vec::new();
    for (nth, key) in keys.iter().enumerate() {
        let (select, mac) = match key {
            ListKey::Citizen(id) => (&mut by_person, finder.citizen_mac(*id)),
            ListKey::House(code) => (&mut by_house, finder.house_mac(*code)),
        };
        if let Some(last) = values.last_mut() {
            *last = Value::Blob(mac);
        }
        for id in select.query_map(params_from_iter(&values), |row| column::id(row, 0))? {
            found.push((nth, HouseholdId(id?)));
        }
    }
    Ok(found)
}

/// Those of these households that a list could name: somebody has a citizen id, or the house a code.
pub fn comparable(db: &Connection, households: &[HouseholdId]) -> Result<Vec<HouseholdId>, ProjectionError> {
    let mut select = db.prepare(
        "SELECT 1 FROM homes h WHERE h.id = ? AND (
            EXISTS (SELECT 1 FROM people p WHERE p.home = h.home AND p.citizen_id IS NOT NULL
                AND p.replaced_sequence IS NULL AND p.left_sequence IS NULL)
            OR (SELECT x.code FROM houses x WHERE x.home = h.home ORDER BY x.sequence DESC LIMIT 1) IS NOT NULL)",
    )?;
    let mut found = Vec::new();
    for household in households {
        let there = select.query_row([household.0.as_bytes()], |row| row.get::<_, i64>(0)).optional()?;
        found.extend(there.map(|_| *household));
    }
    Ok(found)
}
