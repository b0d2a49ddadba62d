//! Who of those that are here may be one of these newcomers? Asked before a household is entered.

use std::collections::BTreeMap;
use std::fmt;

use events::area::{AreaCode, Place};
use events::case_no::CaseNo;
use events::id::{HouseholdId, PersonId};
use events::thai::citizen_id::CitizenId;
use events::thai::date::PartialDate;
use events::thai::house_code::HouseCode;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::fold::number;
use super::likeness::{AlikeIn, Born, Traits, alike};
use super::{Finder, PersonName};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::case_no;
use crate::filter::Filter;
use crate::reach::Reach;

/// The most bearers of one trait that are compared: more people than that under one id are nobody's.
pub(super) const MOST: usize = 500;

/// Somebody who is not here yet.
#[derive(Clone)]
pub struct Newcomer {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: Option<String>,
    /// Day, month or both may be unknown.
    pub birth: Option<PartialDate>,
    /// Citizen id.
    pub citizen_id: Option<CitizenId>,
}

// What is typed is personal.
impl fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹newcomer›")
    }
}

/// A household that is not here yet.
#[derive(Debug, Clone)]
pub struct Newcomers {
    /// Where it lives.
    pub place: Place,
    /// The code of its house.
    pub house_code: Option<HouseCode>,
    /// Its members.
    pub members: Vec<Newcomer>,
}

/// Somebody, or a household, that may be the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The newcomer, by place; none: the house itself is known, whoever lives there.
    pub nth: Option<usize>,
    /// The household that is here.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// Its tambon.
    pub tambon: AreaCode,
    /// The person there; none: the house.
    pub person: Option<PersonId>,
    /// What the person is called.
    pub name: Option<PersonName>,
    /// In what they are alike.
    pub alike_in: Vec<AlikeIn>,
}

/// A member of a household as the file holds it.
pub(super) struct Known {
    pub(super) home: i64,
    pub(super) household: HouseholdId,
    pub(super) person: PersonId,
    case_no: Option<CaseNo>,
    tambon: AreaCode,
    name: PersonName,
    pub(super) traits: Traits,
}

/// What [`Known::read`] reads, of the members who are there. The house code that holds is the last one.
pub(super) const MEMBERS: &str =
    "SELECT p.home, h.id, p.id, h.case_no, h.tambon, p.prefix, p.given_name, p.family_name,
        p.born_first, p.born_last, p.citizen_id,
        (SELECT x.code FROM houses x WHERE x.home = p.home ORDER BY x.sequence DESC LIMIT 1) AS house
     FROM people p JOIN homes h ON h.home = p.home";

impl Known {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let name = PersonName { prefix: row.get(5)?, given_name: row.get(6)?, family_name: row.get(7)? };
        let born = row.get::<_, Option<i64>>(8)?.zip(row.get::<_, Option<i64>>(9)?);
        let traits = Traits {
            key: Traits::key_of(&name.given_name, name.family_name.as_deref()),
            born: born.map(|(first, last)| Born { first, last }),
            citizen_id: row.get(10)?,
            house: row.get(11)?,
            tambon: row.get(4)?,
        };
        Ok(Self {
            home: row.get(0)?,
            household: HouseholdId(column::id(row, 1)?),
            person: PersonId(column::id(row, 2)?),
            case_no: row.get::<_, Option<i64>>(3)?.and_then(case_no),
            tambon: column::numbered(row, 4)?,
            name,
            traits,
        })
    }
}

/// The conditions under which members are compared at all.
pub(super) fn comparable(reach: &Reach) -> Filter {
    let mut filter = Filter::default();
    // An agency looks for nobody: it sees what was disclosed to it.
    reach.narrow(&mut filter, "h", |filter, _| filter.and("0", []));
    filter.and("p.left_sequence IS NULL AND p.replaced_sequence IS NULL", []);
    filter
}

/// The candidates within the caller's reach, newcomer by newcomer, those with the most likeness first.
pub fn candidates(
    db: &Connection,
    finder: &Finder,
    reach: &Reach,
    newcomers: &Newcomers,
) -> Result<Vec<Candidate>, ProjectionError> {
    let tambon = column::tambons(newcomers.place.tambon()).0;
    let house = newcomers.house_code.map(|code| finder.house_mac(code));
    let mut found = Vec::new();
    for (nth, it) in newcomers.members.iter().enumerate() {
        let traits = Traits {
            key: Traits::key_of(&it.given_name, it.family_name.as_deref()),
            born: it.birth.map(Born::from),
            citizen_id: it.citizen_id.map(|id| finder.citizen_mac(id)),
            house: house.clone(),
            tambon,
        };
        for (known, alike_in) in of_one(db, reach, &traits)? {
            found.push(Candidate {
                nth: Some(nth),
                household: known.household,
                case_no: known.case_no,
                tambon: known.tambon,
                person: Some(known.person),
                name: Some(known.name),
                alike_in,
            });
        }
    }
    if let Some(house) = house {
        in_house(db, reach, house, tambon, &mut found)?;
    }
    Ok(found)
}

/// Those who may be one person with these traits.
fn of_one(db: &Connection, reach: &Reach, traits: &Traits) -> Result<Vec<(Known, Vec<AlikeIn>)>, ProjectionError> {
    let mut found = BTreeMap::new();
    let mut look = |condition: &str, values: Vec<Value>| -> Result<(), ProjectionError> {
        let mut filter = comparable(reach);
        filter.and(condition, values);
        let sql = format!("{MEMBERS}{} LIMIT {MOST}", filter.clause());
        let mut select = db.prepare_cached(&sql)?;
        let mut rows = select.query(params_from_iter(filter.values()))?;
        while let Some(row) = rows.next()? {
            let known = Known::read(row)?;
            if let Some(alike_in) = alike(traits, &known.traits) {
                found.insert((known.home, known.person.0), (known, alike_in));
            }
        }
        Ok(())
    };
    if let Some(mac) = &traits.citizen_id {
        look("p.citizen_id = ?", vec![Value::Blob(mac.clone())])?;
    }
    let key = Value::Integer(number(&traits.key));
    let day = traits.born.and_then(Born::day);
    look("p.likeness = ? AND h.tambon = ?", vec![key.clone(), Value::Integer(traits.tambon)])?;
    if let Some(day) = day {
        look(
            "p.likeness = ? AND p.born_first = ? AND p.born_last = p.born_first",
            vec![key.clone(), Value::Integer(day)],
        )?;
        let district = traits.tambon / 100 * 100;
        look(
            "p.born_first = ? AND p.born_first = p.born_last AND h.tambon BETWEEN ? AND ?",
            [day, district, district + 99].map(Value::Integer).into(),
        )?;
    }
    if let Some(mac) = &traits.house {
        look(
            "p.likeness = ? AND p.home IN (SELECT home FROM houses WHERE code = ?)",
            vec![key, Value::Blob(mac.clone())],
        )?;
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|(_, alike_in)| (usize::MAX - alike_in.len(), alike_in.first().copied()));
    Ok(found)
}

/// The households under the same house code in which nobody is like a newcomer.
fn in_house(
    db: &Connection,
    reach: &Reach,
    house: Vec<u8>,
    tambon: i64,
    found: &mut Vec<Candidate>,
) -> Result<(), ProjectionError> {
    let mut filter = Filter::default();
    reach.narrow(&mut filter, "h", |filter, _| filter.and("0", []));
    filter.and(
        "h.home IN (SELECT x.home FROM houses x WHERE x.code = ? AND NOT EXISTS (SELECT 1 FROM houses later
            WHERE later.home = x.home AND later.sequence > x.sequence))",
        [Value::Blob(house)],
    );
    let sql = format!("SELECT h.id, h.case_no, h.tambon FROM homes h{} ORDER BY h.home LIMIT {MOST}", filter.clause());
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(filter.values()))?;
    while let Some(row) = rows.next()? {
        let household = HouseholdId(column::id(row, 0)?);
        if found.iter().any(|it| it.household == household) {
            continue;
        }
        let there: i64 = row.get(2)?;
        let near =
            [(there == tambon, AlikeIn::Tambon), (there != tambon && there / 100 == tambon / 100, AlikeIn::District)];
        let near = near.into_iter().filter(|(so, _)| *so).map(|(_, what)| what);
        found.push(Candidate {
            nth: None,
            household,
            case_no: row.get::<_, Option<i64>>(1)?.and_then(case_no),
            tambon: column::numbered(row, 2)?,
            person: None,
            name: None,
            alike_in: std::iter::once(AlikeIn::HouseCode).chain(near).collect(),
        });
    }
    Ok(())
}
