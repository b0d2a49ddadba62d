//! The fold of people: who joined with which names, who left, who is forgotten.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use events::facts::Fact;
use events::facts::household::{FactRetracted, HouseholdEvent, MemberDied, MemberLeft};
use events::facts::people::{PersonDetails, Relation};
use events::id::PersonId;
use events::recorded::Occurrence;
use events::sealed::Sealed;
use events::thai::name::normalise;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::likeness::{Born, Traits};
use super::{Finder, INDEXES, TABLES, houses, staff};
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
    /// Households that moved in this batch: their postings follow at its end.
    moved: BTreeSet<i64>,
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
    likeness: i64,
    born: Option<Born>,
}

// A name may not reach a log line.
impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.home.key, self.sequence)
    }
}

impl Fold for People {
    const FILE: &'static str = "people";
    const PROJECTIONS: &'static [(&'static str, u32)] = &[("people", 6)];
    const TABLES: &'static [&'static str] = &[TABLES, staff::TABLES];
    const INDEXES: &'static [&'static str] = &[INDEXES];
    const SECRET: bool = true;
    type Tools = Arc<Finder>;

    fn wants(event_type: &str) -> bool {
        matches!(
            event_type,
            "HouseholdIdentified"
                | "CaseNumberAssigned"
                | "AddressRecorded"
                | "AddressCorrected"
                | "HouseCodeRecorded"
                | "MovedWithinArea"
                | "MemberJoined"
                | "MemberLeft"
                | "MemberDied"
                | "MemberCorrected"
                | "HeadChanged"
                | "PersonalDataErased"
                | "FactRetracted"
                | "StaffJoined"
                | "RoleGranted"
                | "RoleRevoked"
                | "StaffLeft"
        )
    }

    fn open(db: &Connection, finder: &Arc<Finder>) -> Result<Self, ProjectionError> {
        let households = Households::open(db, "SELECT id, home, tambon, lao FROM homes")?;
        let finder = Arc::clone(finder);
        Ok(Self {
            households,
            joined: Vec::new(),
            moved: BTreeSet::new(),
            finder,
            answers: false,
            new: Vec::new(),
            gone: Vec::new(),
        })
    }

    fn apply(&mut self, db: &Connection, event: &Occurrence) -> Result<(), ProjectionError> {
        if let Fact::Staff(fact) = &event.fact {
            return staff::note(db, event, fact);
        }
        let Fact::Household(fact) = &event.fact else { return Ok(()) };
        let home = self.households.home_of(event, fact)?;
        if fact.place().is_some() && !matches!(**fact, HouseholdEvent::HouseholdIdentified(_)) {
            self.moved.insert(home.key);
            db.prepare_cached("UPDATE homes SET tambon = ?, lao = ? WHERE home = ?")?.execute(params![
                home.tambon,
                home.lao,
                home.key
            ])?;
        }
        if let HouseholdEvent::HouseholdIdentified(_) = &**fact {
            db.prepare_cached("INSERT INTO homes VALUES (?, ?, ?, ?, NULL)")?.execute(params![
                home.key,
                stream_id(event)?.as_bytes(),
                home.tambon,
                home.lao
            ])?;
        }
        houses::note(db, &self.finder, home.key, column::signed(event.sequence), fact)?;
        if let HouseholdEvent::CaseNumberAssigned(it) = &**fact {
            db.prepare_cached("UPDATE homes SET case_no = ? WHERE home = ?")?
                .execute(params![case_number(it.case_no), home.key])?;
        }
        if let HouseholdEvent::MemberJoined(it) = &**fact {
            self.joined.extend(self.joining(home, event, it.person, it.relation, &it.details));
        }
        if let HouseholdEvent::MemberLeft(MemberLeft { person, .. })
        | HouseholdEvent::MemberDied(MemberDied { person, .. }) = &**fact
        {
            self.write(db)?;
            db.prepare_cached(
                "UPDATE people SET left_sequence = ? WHERE home = ? AND id = ? AND left_sequence IS NULL",
            )?
            .execute(params![column::signed(event.sequence), home.key, person.0.as_bytes()])?;
        }
        if let HouseholdEvent::MemberCorrected(it) = &**fact {
            let row = self.joining(home, event, it.person, it.relation, &it.details);
            self.correct(db, home.key, column::signed(event.sequence), it.person, row)?;
        }
        if let HouseholdEvent::HeadChanged(it) = &**fact {
            self.write(db)?;
            let mut insert = db.prepare_cached("INSERT INTO heads VALUES (?, ?, ?, ?)")?;
            let sequence = column::signed(event.sequence);
            insert.execute(params![home.key, sequence, it.head.0.as_bytes(), true])?;
            for kin in &it.relations {
                insert.execute(params![home.key, sequence, kin.person.0.as_bytes(), false])?;
            }
            name_heads(db, home.key)?;
        }
        if let HouseholdEvent::PersonalDataErased(it) = &**fact {
            self.write(db)?;
            self.forget(db, it.person.0)?;
        }
        if let HouseholdEvent::FactRetracted(it) = &**fact {
            self.retract(db, home.key, it)?;
        }
        Ok(())
    }

    fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.write(db)?;
        self.follow(db)
    }

    fn forget(&mut self, db: &Connection, person: Uuid) -> Result<(), ProjectionError> {
        let mut select = db.prepare_cached("SELECT home, sequence FROM people WHERE id = ?")?;
        let rows = select.query_map([person.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (home, sequence) in rows.collect::<Result<Vec<_>, _>>()? {
            self.remove(db, home, sequence)?;
        }
        staff::forget(db, person)
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
    fn joining(
        &self,
        home: Home,
        event: &Occurrence,
        person: PersonId,
        relation: Relation,
        details: &Sealed<PersonDetails>,
    ) -> Option<Joined> {
        let details = details.get()?;
        Some(Joined {
            home,
            sequence: column::signed(event.sequence),
            id: person.0,
            prefix: details.prefix.clone(),
            given_name: details.given_name.clone(),
            family_name: details.family_name.clone(),
            is_head: relation == Relation::Head,
            citizen_id: details.citizen_id.map(|id| self.finder.citizen_mac(id)),
            likeness: number(&Traits::key_of(&details.given_name, details.family_name.as_deref())),
            born: details.birth.map(Born::from),
        })
    }

    /// The row that is right replaces the latest one of the person, and is gone where that was.
    fn correct(
        &mut self,
        db: &Connection,
        home: i64,
        sequence: i64,
        person: PersonId,
        row: Option<Joined>,
    ) -> Result<(), ProjectionError> {
        self.write(db)?;
        let replaced = db
            .prepare_cached(
                "UPDATE people SET replaced_sequence = ?3 WHERE home = ?1 AND sequence =
                    (SELECT max(sequence) FROM people WHERE home = ?1 AND id = ?2 AND replaced_sequence IS NULL)
                 RETURNING left_sequence",
            )?
            .query_map(params![home, person.0.as_bytes(), sequence], |row| row.get(0))?
            .collect::<Result<Vec<Option<i64>>, _>>()?;
        self.joined.extend(row);
        self.write(db)?;
        if let Some(left) = replaced.first() {
            db.prepare_cached("UPDATE people SET left_sequence = ? WHERE home = ? AND sequence = ?")?
                .execute(params![left, home, sequence])?;
        }
        name_heads(db, home)
    }

    /// The postings of households that moved lie in their new place.
    fn follow(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        if self.moved.is_empty() {
            return Ok(());
        }
        let moved: Vec<_> = std::mem::take(&mut self.moved).iter().map(i64::to_string).collect();
        // One pass for all that moved in a batch: while a file is built, postings have no index yet.
        db.execute_batch(&format!(
            "UPDATE postings SET (tambon, lao) = (SELECT h.tambon, h.lao FROM homes h WHERE h.home = postings.home)
             WHERE home IN ({})",
            moved.join(", ")
        ))?;
        Ok(())
    }

    /// Writes who joined, in key order.
    fn write(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.joined.sort_unstable_by_key(|row| (row.home.key, row.sequence));
        let mut person =
            db.prepare_cached("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?)")?;
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
                row.is_head,
                row.citizen_id,
                row.likeness,
                row.born.map(|born| born.first),
                row.born.map(|born| born.last)
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
        match it.event_type.as_str() {
            "MemberJoined" => self.remove(db, home, sequence)?,
            "AddressRecorded" | "AddressCorrected" | "MovedWithinArea" | "HouseCodeRecorded" => {
                houses::retract(db, home, sequence)?;
            }
            "MemberLeft" | "MemberDied" => {
                db.prepare_cached("UPDATE people SET left_sequence = NULL WHERE home = ? AND left_sequence = ?")?
                    .execute([home, sequence])?;
            }
            "MemberCorrected" => {
                self.remove(db, home, sequence)?;
                db.prepare_cached(
                    "UPDATE people SET replaced_sequence = NULL WHERE home = ? AND replaced_sequence = ?",
                )?
                .execute([home, sequence])?;
                name_heads(db, home)?;
            }
            "HeadChanged" => {
                db.prepare_cached("DELETE FROM heads WHERE home = ? AND sequence = ?")?.execute([home, sequence])?;
                name_heads(db, home)?;
            }
            _ => {}
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

/// Says of each person of a household whether the latest word on it makes them its head.
fn name_heads(db: &Connection, home: i64) -> Result<(), ProjectionError> {
    db.prepare_cached(
        "UPDATE people SET is_head = coalesce(
            (SELECT h.is_head FROM heads h WHERE h.home = people.home AND h.id = people.id
                AND h.sequence > people.sequence ORDER BY h.sequence DESC LIMIT 1), noted_as_head)
         WHERE home = ?",
    )?
    .execute([home])?;
    Ok(())
}

/// The words by which a person is found, each once.
fn words(given_name: &str, family_name: Option<&str>) -> Vec<String> {
    let text = normalise(&format!("{given_name} {}", family_name.unwrap_or_default()));
    let mut words: Vec<_> = text.split_whitespace().map(ToOwned::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The number of a word or of a whole name: of its hash, so that every build of the file gives it the same one whoever was forgotten between.
pub(super) fn number(word: &str) -> i64 {
    let hash = Sha256::digest(word.as_bytes());
    let first = hash.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(first) & i64::MAX
}
