//! The fold of people: who joined with which names, who left, who is forgotten.

use std::fmt;
use std::sync::Arc;

use events::facts::Fact;
use events::facts::household::{FactRetracted, HouseholdEvent, MemberJoined};
use events::facts::people::Relation;
use events::recorded::Occurrence;
use events::thai::name::normalise;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Finder, INDEXES, TABLES};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::caseload::case_number;
use crate::households::{Home, Households, stream_id};
use crate::projector::Fold;

/// The fold of the file `people`.
#[derive(Debug)]
pub struct People {
    households: Households,
    joined: Vec<Joined>,
    finder: Arc<Finder>,
    /// Whether this is the file that answers: the finder is of that one alone.
    answers: bool,
    /// Words that a transaction made and unmade; the finder learns of them once it is committed.
    new: Vec<(i64, String)>,
    gone: Vec<i64>,
}

/// A row of `people`, and where its postings go.
struct Joined {
    home: Home,
    sequence: i64,
    id: Uuid,
    prefix: Option<String>,
    given_name: String,
    family_name: Option<String>,
    is_head: bool,
    citizen_id: Option<Vec<u8>>,
}

// A name may not reach a log line.
impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.home.key, self.sequence)
    }
}

impl Fold for People {
    const FILE: &'static str = "people";
    const PROJECTIONS: &'static [(&'static str, u32)] = &[("people", 1)];
    const TABLES: &'static [&'static str] = &[TABLES];
    const INDEXES: &'static [&'static str] = &[INDEXES];
    const SECRET: bool = true;
    type Tools = Arc<Finder>;

    fn wants(event_type: &str) -> bool {
        matches!(
            event_type,
            "HouseholdIdentified" | "CaseNumberAssigned" | "MemberJoined" | "MemberLeft" | "FactRetracted"
        )
    }

    fn open(db: &Connection, finder: &Arc<Finder>) -> Result<Self, ProjectionError> {
        let households = Households::open(db, "SELECT id, home, tambon, lao FROM homes")?;
        let finder = Arc::clone(finder);
        Ok(Self { households, joined: Vec::new(), finder, answers: false, new: Vec::new(), gone: Vec::new() })
    }

    fn apply(&mut self, db: &Connection, event: &Occurrence) -> Result<(), ProjectionError> {
        let Fact::Household(fact) = &event.fact else { return Ok(()) };
        let home = self.households.home_of(event, fact)?;
        if let HouseholdEvent::HouseholdIdentified(_) = &**fact {
            db.prepare_cached("INSERT INTO homes VALUES (?, ?, ?, ?, NULL)")?.execute(params![
                home.key,
                stream_id(event)?.as_bytes(),
                home.tambon,
                home.lao
            ])?;
        }
        if let HouseholdEvent::CaseNumberAssigned(it) = &**fact {
            db.prepare_cached("UPDATE homes SET case_no = ? WHERE home = ?")?
                .execute(params![case_number(it.case_no), home.key])?;
        }
        if let HouseholdEvent::MemberJoined(it) = &**fact {
            self.joined.extend(self.joining(home, event, it));
        }
        if let HouseholdEvent::MemberLeft(it) = &**fact {
            self.write(db)?;
            db.prepare_cached(
                "UPDATE people SET left_sequence = ? WHERE home = ? AND id = ? AND left_sequence IS NULL",
            )?
            .execute(params![column::signed(event.sequence), home.key, it.person.0.as_bytes()])?;
        }
        if let HouseholdEvent::FactRetracted(it) = &**fact {
            self.retract(db, home.key, it)?;
        }
        Ok(())
    }

    fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.write(db)
    }

    fn forget(&mut self, db: &Connection, person: Uuid) -> Result<(), ProjectionError> {
        let mut select = db.prepare_cached("SELECT home, sequence FROM people WHERE id = ?")?;
        let rows = select.query_map([person.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (home, sequence) in rows.collect::<Result<Vec<_>, _>>()? {
            self.remove(db, home, sequence)?;
        }
        Ok(())
    }

    fn committed(&mut self) {
        let (new, gone) = (std::mem::take(&mut self.new), std::mem::take(&mut self.gone));
        if self.answers {
            self.finder.change(new, gone);
        }
    }

    fn ready(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.answers = true;
        self.finder.load(db)
    }
}

impl People {
    /// The row of a member. Somebody whose key was destroyed has none.
    fn joining(&self, home: Home, event: &Occurrence, it: &MemberJoined) -> Option<Joined> {
        let details = it.details.get()?;
        Some(Joined {
            home,
            sequence: column::signed(event.sequence),
            id: it.person.0,
            prefix: details.prefix.clone(),
            given_name: details.given_name.clone(),
            family_name: details.family_name.clone(),
            is_head: it.relation == Relation::Head,
            citizen_id: details.citizen_id.map(|id| self.finder.citizen_mac(id)),
        })
    }

    /// Writes who joined, in key order.
    fn write(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.joined.sort_unstable_by_key(|row| (row.home.key, row.sequence));
        let mut person = db.prepare_cached("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)")?;
        let mut posting = db.prepare_cached("INSERT INTO postings VALUES (?, ?, ?, ?, ?)")?;
        let mut name = db.prepare_cached("INSERT OR IGNORE INTO names VALUES (?, ?)")?;
        for row in self.joined.drain(..) {
            let key = row.home.key;
            person.execute(params![
                key,
                row.sequence,
                row.id.as_bytes(),
                row.prefix,
                row.given_name,
                row.family_name,
                row.is_head,
                row.citizen_id
            ])?;
            for word in words(&row.given_name, row.family_name.as_deref()) {
                let number = number(&word);
                posting.execute(params![number, row.home.tambon, row.home.lao, key, row.sequence])?;
                if name.execute(params![number, word])? == 1 {
                    self.new.push((number, word));
                }
            }
        }
        Ok(())
    }

    fn retract(&mut self, db: &Connection, home: i64, it: &FactRetracted) -> Result<(), ProjectionError> {
        let sequence = column::signed(it.sequence);
        self.write(db)?;
        if it.event_type == "MemberJoined" {
            self.remove(db, home, sequence)?;
        } else if it.event_type == "MemberLeft" {
            db.prepare_cached("UPDATE people SET left_sequence = NULL WHERE home = ? AND left_sequence = ?")?
                .execute([home, sequence])?;
        }
        Ok(())
    }

    /// Deletes a row with its postings, and each word of which it was the last bearer.
    fn remove(&mut self, db: &Connection, home: i64, sequence: i64) -> Result<(), ProjectionError> {
        let mut delete =
            db.prepare_cached("DELETE FROM people WHERE home = ? AND sequence = ? RETURNING given_name, family_name")?;
        let rows = delete.query_map([home, sequence], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(String, Option<String>)> = rows.collect::<Result<_, _>>()?;
        for (given_name, family_name) in rows {
            for word in words(&given_name, family_name.as_deref()) {
                let number = number(&word);
                db.prepare_cached("DELETE FROM postings WHERE name = ? AND home = ? AND sequence = ?")?
                    .execute([number, home, sequence])?;
                let last = db
                    .prepare_cached(
                        "DELETE FROM names WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM postings WHERE name = ?1)",
                    )?
                    .execute([number])?;
                if last == 1 {
                    self.new.retain(|(new, _)| *new != number);
                    self.gone.push(number);
                }
            }
        }
        Ok(())
    }
}

/// The words by which a person is found, each once.
fn words(given_name: &str, family_name: Option<&str>) -> Vec<String> {
    let text = normalise(&format!("{given_name} {}", family_name.unwrap_or_default()));
    let mut words: Vec<_> = text.split_whitespace().map(ToOwned::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// A word's number: of its hash, so that every build of the file gives it the same one whoever was forgotten between.
fn number(word: &str) -> i64 {
    let hash = Sha256::digest(word.as_bytes());
    let first = hash.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(first) & i64::MAX
}
