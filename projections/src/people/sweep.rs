//! Which two people of different households may be one? Everybody is laid beside everybody who shares a trait with them.
//!
//! The file is read once for each kind of trait, in its order, so that only those who share one are in memory at a time.

use std::collections::{BTreeMap, BTreeSet};

use events::id::{HouseholdId, PersonId};
use rusqlite::{Connection, params_from_iter};

use super::candidates::{Known, MEMBERS, comparable};
use super::likeness::{AlikeIn, alike};
use crate::error::ProjectionError;
use crate::reach::Reach;

/// A citizen id that more people bear than this is nobody's: a placeholder, or a column filled downwards.
const MOST_HOLDERS: usize = 20;

/// Two people who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The household that entered later, where the question is noted.
    pub household: HouseholdId,
    /// The person there.
    pub person: PersonId,
    /// The other household.
    pub other_household: HouseholdId,
    /// The person there.
    pub other: PersonId,
    /// In what they are alike.
    pub alike_in: Vec<AlikeIn>,
}

/// What a sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many people were laid beside others.
    pub people: u64,
    /// The pairs, by the household that entered later.
    pub pairs: Vec<Pair>,
    /// Citizen ids with too many bearers to be anybody's: passed over as a trait.
    pub nobodys: u64,
}

/// The traits that bring people together: a column or more, and who has them. Together they meet every pair that
/// [`alike`] can say yes to.
const TRAITS: [(&str, &str); 5] = [
    ("p.citizen_id", "p.citizen_id IS NOT NULL"),
    ("p.likeness, h.tambon", "1"),
    ("p.likeness, p.born_first", "p.born_first = p.born_last"),
    ("p.likeness, house", "house IS NOT NULL"),
    ("p.born_first, h.tambon / 100", "p.born_first = p.born_last"),
];

/// Every pair within a reach.
pub fn sweep(db: &Connection, reach: &Reach) -> Result<Swept, ProjectionError> {
    let filter = comparable(reach);
    let people = db
        .prepare(&format!("SELECT count(*) FROM people p JOIN homes h ON h.home = p.home{}", filter.clause()))?
        .query_row(params_from_iter(filter.values()), |row| row.get(0))?;
    let mut swept = Swept { people, ..Swept::default() };
    let mut pairs = BTreeMap::new();
    for (nth, (by, having)) in TRAITS.into_iter().enumerate() {
        let mut narrowed = filter.clone();
        narrowed.and(having, []);
        let mut select = db.prepare(&format!("{MEMBERS}{} ORDER BY {by}", narrowed.clause()))?;
        let mut rows = select.query(params_from_iter(narrowed.values()))?;
        let mut together: Vec<Known> = Vec::new();
        while let Some(row) = rows.next()? {
            let known = Known::read(row)?;
            if together.first().is_some_and(|first| !shares(nth, first, &known)) {
                compare(nth, &together, &mut pairs, &mut swept);
                together.clear();
            }
            together.push(known);
        }
        compare(nth, &together, &mut pairs, &mut swept);
    }
    swept.pairs = pairs.into_values().collect();
    Ok(swept)
}

/// Whether two people share the trait of a pass.
fn shares(pass: usize, one: &Known, other: &Known) -> bool {
    let (one, other) = (&one.traits, &other.traits);
    let same_key = one.key == other.key;
    let same_day = one.born == other.born;
    match pass {
        0 => one.citizen_id == other.citizen_id,
        1 => same_key && one.tambon == other.tambon,
        2 => same_key && same_day,
        3 => same_key && one.house == other.house,
        _ => same_day && one.tambon / 100 == other.tambon / 100,
    }
}

type Pairs = BTreeMap<(i64, uuid::Uuid, i64, uuid::Uuid), Pair>;

fn compare(pass: usize, together: &[Known], pairs: &mut Pairs, swept: &mut Swept) {
    if pass == 0 {
        let bearers: BTreeSet<_> = together.iter().map(|it| it.person.0).collect();
        if bearers.len() > MOST_HOLDERS {
            swept.nobodys += 1;
            return;
        }
    }
    for (nth, one) in together.iter().enumerate() {
        for other in together.iter().skip(nth + 1) {
            // Who went from one household to another is one person, and known to be.
            if one.home == other.home || one.person == other.person {
                continue;
            }
            let Some(alike_in) = alike(&one.traits, &other.traits) else { continue };
            let (later, earlier) = if one.home > other.home { (one, other) } else { (other, one) };
            pairs.entry((later.home, later.person.0, earlier.home, earlier.person.0)).or_insert_with(|| Pair {
                household: later.household,
                person: later.person,
                other_household: earlier.household,
                other: earlier.person,
                alike_in,
            });
        }
    }
}
