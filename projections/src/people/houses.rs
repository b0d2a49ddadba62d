//! Which house code does a household live under? As a keyed hash, like citizen ids: for comparing a list of the state.

use events::facts::household::{Address, HouseholdEvent};
use events::sealed::Sealed;
use events::thai::house_code::HouseCode;
use rusqlite::{Connection, params};

use super::Finder;
use crate::error::ProjectionError;

/// The house code that holds from a fact on, if one is known.
struct From(Option<HouseCode>);

/// What a fact says of the house; none: nothing.
fn said(fact: &HouseholdEvent) -> Option<From> {
    let of = |address: &Sealed<Address>| From(address.get().and_then(|it| it.house_code));
    if let HouseholdEvent::HouseholdIdentified(it) = fact {
        return it.address.as_ref().map(of);
    }
    if let HouseholdEvent::AddressRecorded(it) = fact {
        return Some(of(&it.address));
    }
    if let HouseholdEvent::AddressCorrected(it) = fact {
        return it.address.as_ref().map(of);
    }
    if let HouseholdEvent::MovedWithinArea(it) = fact {
        // Another house: what was known of the old one does not hold.
        return Some(it.address.as_ref().map_or(From(None), of));
    }
    if let HouseholdEvent::HouseCodeRecorded(it) = fact {
        return Some(From(it.house_code.get().copied()));
    }
    None
}

/// Notes what a fact says of the house.
pub(super) fn note(
    db: &Connection,
    finder: &Finder,
    home: i64,
    sequence: i64,
    fact: &HouseholdEvent,
) -> Result<(), ProjectionError> {
    if let Some(From(code)) = said(fact) {
        let mac = code.map(|code| finder.house_mac(code));
        db.prepare_cached("INSERT INTO houses VALUES (?, ?, ?)")?.execute(params![home, sequence, mac])?;
    }
    Ok(())
}

/// Takes back what a fact said of the house.
pub(super) fn retract(db: &Connection, home: i64, sequence: i64) -> Result<(), ProjectionError> {
    db.prepare_cached("DELETE FROM houses WHERE home = ? AND sequence = ?")?.execute([home, sequence])?;
    Ok(())
}
