//! Who bears a name like the typed one, within the caller's reach? Also by case number and by citizen id.

use std::collections::HashMap;
use std::fmt;

use events::area::AreaCode;
use events::case_no::CaseNo;
use events::id::{HouseholdId, PersonId};
use events::thai::citizen_id::CitizenId;
use events::thai::digits;
use events::thai::name::{normalise, strip_title};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Finder, PersonName};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::{case_no, case_number};
use crate::filter::Filter;
use crate::reach::Reach;

/// So many bearers of one typed word are looked at.
const BEARERS: usize = 20_000;
/// Further words of a search change nothing.
const MOST_WORDS: usize = 5;
/// Longer texts are no names.
const LONGEST: usize = 120;

/// What somebody looks for.
#[derive(Clone)]
pub struct SearchQuery {
    /// How far the caller sees.
    pub reach: Reach,
    /// What was typed: names, a case number or a citizen id.
    pub text: String,
    /// The most hits.
    pub limit: usize,
}

// What is typed may be a name or an id.
impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchQuery({:?})", self.reach)
    }
}

/// By what something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A name, the same or a similar one.
    Name,
    /// The case number.
    CaseNo,
    /// The citizen id.
    CitizenId,
}

/// A person who was found, or a household by its number.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Found {
    /// The household.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// Its tambon.
    pub tambon: AreaCode,
    /// The person; none when the household was found by its number.
    pub person: Option<PersonId>,
    /// What the person is called; the head of the household when it was found by its number.
    pub name: Option<PersonName>,
    /// Whether the person has left the household.
    pub left: bool,
    /// By what.
    pub by: FoundBy,
    /// How far the name is from what was typed: 0 is the same.
    pub distance: u32,
}

/// The names that a page shows of one household.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct HouseholdNames {
    /// The head, or whoever was noted first.
    pub head: Option<PersonName>,
    /// Everybody who has not left, the head first.
    pub members: Vec<MemberName>,
}

/// A member by name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MemberName {
    /// The person.
    pub person: PersonId,
    /// What the person is called.
    pub name: PersonName,
}

/// The best hits, the nearest first.
pub fn search(db: &Connection, finder: &Finder, query: &SearchQuery) -> Result<Vec<Found>, ProjectionError> {
    let text: String = query.text.trim().chars().take(LONGEST).collect();
    if let Ok(number) = digits::fold(&text).parse::<CaseNo>() {
        return by_number(db, &query.reach, number);
    }
    if let Ok((id, _)) = CitizenId::parse(&text) {
        return by_citizen_id(db, &query.reach, &finder.citizen_mac(id), query.limit);
    }
    by_name(db, finder, &text, query)
}

/// The condition on homes or postings, by the name of the table.
fn within(reach: &Reach, table: &str) -> Filter {
    let mut filter = Filter::default();
    // An agency looks for nobody: it sees what was disclosed to it.
    reach.narrow(&mut filter, table, |filter, _| filter.and("0", []));
    filter
}

fn by_number(db: &Connection, reach: &Reach, number: CaseNo) -> Result<Vec<Found>, ProjectionError> {
    let mut filter = within(reach, "h");
    filter.and("h.case_no = ?", [Value::Integer(case_number(number))]);
    let sql = format!(
        "SELECT h.id, h.case_no, h.tambon, p.id, p.prefix, p.given_name, p.family_name, p.left_sequence
         FROM homes h LEFT JOIN people p ON p.home = h.home AND p.replaced_sequence IS NULL{} ORDER BY p.left_sequence IS NOT NULL, p.is_head DESC,
            p.sequence LIMIT 1",
        filter.clause()
    );
    let mut select = db.prepare_cached(&sql)?;
    let found = select.query_map(params_from_iter(filter.values()), |row| {
        Ok(Found { person: None, left: false, ..found(row, FoundBy::CaseNo, 0)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn by_citizen_id(db: &Connection, reach: &Reach, mac: &[u8], limit: usize) -> Result<Vec<Found>, ProjectionError> {
    let mut filter = within(reach, "h");
    filter.and("p.replaced_sequence IS NULL", []);
    filter.and("p.citizen_id = ?", [Value::Blob(mac.to_vec())]);
    let sql = format!(
        "SELECT h.id, h.case_no, h.tambon, p.id, p.prefix, p.given_name, p.family_name, p.left_sequence
         FROM people p JOIN homes h ON h.home = p.home{} ORDER BY p.left_sequence IS NOT NULL, p.home LIMIT {limit}",
        filter.clause()
    );
    let mut select = db.prepare_cached(&sql)?;
    let found = select.query_map(params_from_iter(filter.values()), |row| found(row, FoundBy::CitizenId, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn by_name(db: &Connection, finder: &Finder, text: &str, query: &SearchQuery) -> Result<Vec<Found>, ProjectionError> {
    let text = normalise(text);
    let (_, name) = strip_title(&text);
    // Per person: how many of the typed words fit, and how far they are together.
    let mut fitting: HashMap<(i64, i64), (usize, u32)> = HashMap::new();
    let typed: Vec<_> = name.split_whitespace().take(MOST_WORDS).collect();
    for (nth, word) in typed.iter().enumerate() {
        for (person, distance) in bearers(db, finder, &query.reach, word)? {
            let (words, sum) = fitting.entry(person).or_default();
            if *words == nth {
                (*words, *sum) = (nth + 1, *sum + distance);
            }
        }
    }
    let mut best: Vec<_> = fitting
        .into_iter()
        .filter(|(_, (words, _))| *words == typed.len())
        .map(|(person, (_, distance))| (distance, person))
        .collect();
    best.sort_unstable();
    let mut select = db.prepare_cached(
        "SELECT h.id, h.case_no, h.tambon, p.id, p.prefix, p.given_name, p.family_name, p.left_sequence
         FROM people p JOIN homes h ON h.home = p.home
         WHERE p.home = ? AND p.sequence = ? AND p.replaced_sequence IS NULL",
    )?;
    let mut hits = Vec::with_capacity(best.len().min(query.limit));
    for (distance, (home, sequence)) in best {
        if hits.len() == query.limit {
            break;
        }
        let mut rows = select.query([home, sequence])?;
        if let Some(row) = rows.next()? {
            hits.push(found(row, FoundBy::Name, distance)?);
        }
    }
    Ok(hits)
}

/// Who bears a word like the typed one, and how far it is; each person once, by the nearest word.
fn bearers(
    db: &Connection,
    finder: &Finder,
    reach: &Reach,
    typed: &str,
) -> Result<HashMap<(i64, i64), u32>, ProjectionError> {
    let scope = within(reach, "p");
    let mut found = HashMap::new();
    for like in finder.like(typed) {
        let mut filter = scope.clone();
        filter.and("p.name = ?", [Value::Integer(like.number)]);
        let sql = format!("SELECT p.home, p.sequence FROM postings p{}", filter.clause());
        let mut select = db.prepare_cached(&sql)?;
        let mut rows = select.query(params_from_iter(filter.values()))?;
        while let Some(row) = rows.next()? {
            found.entry((row.get(0)?, row.get(1)?)).or_insert(like.distance);
        }
        if found.len() >= BEARERS {
            break;
        }
    }
    Ok(found)
}

fn found(row: &Row<'_>, by: FoundBy, distance: u32) -> rusqlite::Result<Found> {
    let name = match row.get::<_, Option<String>>(5)? {
        Some(given_name) => Some(PersonName { prefix: row.get(4)?, given_name, family_name: row.get(6)? }),
        None => None,
    };
    Ok(Found {
        household: HouseholdId(column::id(row, 0)?),
        case_no: row.get::<_, Option<i64>>(1)?.and_then(case_no),
        tambon: column::numbered(row, 2)?,
        person: column::maybe_id(row, 3)?.map(PersonId),
        name,
        left: row.get::<_, Option<i64>>(7)?.is_some(),
        by,
        distance,
    })
}

/// The names of some households.
pub fn names(
    db: &Connection,
    households: &[HouseholdId],
) -> Result<HashMap<HouseholdId, HouseholdNames>, ProjectionError> {
    let mut select = db.prepare_cached(
        "SELECT p.id, p.prefix, p.given_name, p.family_name FROM homes h JOIN people p ON p.home = h.home
         WHERE h.id = ? AND p.left_sequence IS NULL AND p.replaced_sequence IS NULL ORDER BY p.is_head DESC, p.sequence",
    )?;
    let mut all = HashMap::with_capacity(households.len());
    for household in households {
        let members = select.query_map([household.0.as_bytes()], |row| {
            let name = PersonName { prefix: row.get(1)?, given_name: row.get(2)?, family_name: row.get(3)? };
            Ok(MemberName { person: PersonId(column::id(row, 0)?), name })
        })?;
        let members = members.collect::<Result<Vec<_>, _>>()?;
        let head = members.first().map(|member| member.name.clone());
        all.insert(*household, HouseholdNames { head, members });
    }
    Ok(all)
}
