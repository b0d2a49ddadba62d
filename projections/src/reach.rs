//! How far a caller sees: the condition that stands in every query, so that no row outside leaves the database.

use events::area::Place;
use events::facts::staff::Scope;
use events::id::AgencyId;
use rusqlite::types::Value;

use crate::column;
use crate::filter::Filter;

/// Which households and referrals a caller may see at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everything: the system itself, and the command line of the file's owner.
    All,
    /// Households in these areas or of these local organisations. An empty scope sees nothing.
    Within(Scope),
    /// The referrals of one agency, and households while something of them is disclosed there: a referral that has not
    /// ended, also one that was sent back.
    Agency(AgencyId),
}

impl Reach {
    /// The condition on rows that have a tambon and a LAO. `table` is the table's name in the query.
    pub(crate) fn narrow(&self, filter: &mut Filter, table: &str, of_agency: impl FnOnce(&mut Filter, AgencyId)) {
        match self {
            Self::All => {}
            Self::Within(scope) => within(scope, filter, table),
            Self::Agency(agency) => of_agency(filter, *agency),
        }
    }

    /// Whether a household in this place is within reach. An agency's reach depends on referrals, not on places.
    pub fn covers(&self, place: &Place) -> bool {
        match self {
            Self::All => true,
            Self::Within(scope) => {
                scope.areas.iter().any(|area| place.is_in(*area))
                    || place.lao().is_some_and(|lao| scope.laos.contains(&lao))
            }
            Self::Agency(_) => false,
        }
    }
}

fn within(scope: &Scope, filter: &mut Filter, table: &str) {
    let mut any = Vec::new();
    let mut values = Vec::new();
    for area in &scope.areas {
        let (first, last) = column::tambons(*area);
        any.push(format!("{table}.tambon BETWEEN ? AND ?"));
        values.extend([Value::Integer(first), Value::Integer(last)]);
    }
    for lao in &scope.laos {
        any.push(format!("{table}.lao = ?"));
        values.push(Value::Integer(column::lao(*lao)));
    }
    if any.is_empty() {
        any.push("0".to_owned());
    }
    filter.and(any.join(" OR "), values);
}
