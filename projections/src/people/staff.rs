//! Who is on the staff, by name: for the administrators who grant them their roles.

use std::fmt;

use chrono::NaiveDate;
use events::facts::staff::{RoleGranted, Scope, StaffEvent};
use events::id::{AgencyId, StaffId};
use events::recorded::Occurrence;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::column;
use crate::error::ProjectionError;
use crate::households::stream_id;

/// `roles` are those that were granted and not revoked, `places` all that ever were, both as the facts write them.
pub(super) const TABLES: &str = "
    CREATE TABLE staff (
        id BLOB PRIMARY KEY,
        name TEXT,
        agency BLOB,
        roles TEXT NOT NULL,
        places TEXT NOT NULL,
        left_on TEXT
    ) WITHOUT ROWID;";

/// A member of staff.
#[derive(Clone, PartialEq)]
pub struct StaffRow {
    /// Who.
    pub id: StaffId,
    /// What they are called; none: the name is forgotten.
    pub name: Option<String>,
    /// The agency worked for.
    pub agency: Option<AgencyId>,
    /// Every role granted and not revoked.
    pub roles: Vec<RoleGranted>,
    /// Wherever they ever had a role.
    pub places: Scope,
    /// The last day, of somebody who has left.
    pub left_on: Option<NaiveDate>,
}

// A name may not reach a log line.
impl fmt::Debug for StaffRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ‹name›", self.id)
    }
}

fn unread(position: u64) -> ProjectionError {
    ProjectionError::Misfit { position, what: "a row of the staff can't be read" }
}

/// Notes what happened to a member of staff.
pub(super) fn note(db: &Connection, event: &Occurrence, fact: &StaffEvent) -> Result<(), ProjectionError> {
    let id = stream_id(event)?;
    match fact {
        StaffEvent::StaffJoined(it) => {
            let name = it.details.get().map(|details| details.name.clone());
            let agency = it.agency.map(|it| it.0.as_bytes().to_vec());
            db.prepare_cached("INSERT OR REPLACE INTO staff VALUES (?, ?, ?, '[]', '{}', NULL)")?.execute(params![
                id.as_bytes(),
                name,
                agency
            ])?;
        }
        StaffEvent::RoleGranted(it) => change(db, event.position, id, |row| {
            for area in &it.scope.areas {
                if !row.places.areas.contains(area) {
                    row.places.areas.push(*area);
                }
            }
            for lao in &it.scope.laos {
                if !row.places.laos.contains(lao) {
                    row.places.laos.push(*lao);
                }
            }
            row.roles.push(it.clone());
        })?,
        StaffEvent::RoleRevoked(it) => change(db, event.position, id, |row| {
            let ends = |granted: &RoleGranted| {
                granted.role == it.role && it.scope.as_ref().is_none_or(|scope| *scope == granted.scope)
            };
            row.roles.retain(|granted| !ends(granted));
        })?,
        StaffEvent::StaffLeft(it) => change(db, event.position, id, |row| {
            row.roles.clear();
            row.left_on = Some(it.happened_on);
        })?,
    }
    Ok(())
}

fn change(db: &Connection, position: u64, id: Uuid, how: impl FnOnce(&mut StaffRow)) -> Result<(), ProjectionError> {
    let mut select = db.prepare_cached("SELECT id, name, agency, roles, places, left_on FROM staff WHERE id = ?")?;
    // A role may be granted to somebody whom the log does not know: the first administrator.
    let Some(row) = select.query_row([id.as_bytes()], |it| Ok(row(it))).optional()? else { return Ok(()) };
    let mut row = row?;
    how(&mut row);
    let text = |it: serde_json::Result<String>| it.map_err(|_| unread(position));
    let (roles, places) = (text(serde_json::to_string(&row.roles))?, text(serde_json::to_string(&row.places))?);
    db.prepare_cached("UPDATE staff SET roles = ?, places = ?, left_on = ? WHERE id = ?")?.execute(params![
        roles,
        places,
        row.left_on.map(|it| it.to_string()),
        id.as_bytes()
    ])?;
    Ok(())
}

/// Forgets the name of somebody.
pub(super) fn forget(db: &Connection, person: Uuid) -> Result<(), ProjectionError> {
    db.prepare_cached("UPDATE staff SET name = NULL WHERE id = ?")?.execute([person.as_bytes()])?;
    Ok(())
}

fn row(row: &rusqlite::Row<'_>) -> Result<StaffRow, ProjectionError> {
    let (roles, places): (String, String) = (row.get(3)?, row.get(4)?);
    let left_on: Option<String> = row.get(5)?;
    Ok(StaffRow {
        id: StaffId(column::id(row, 0)?),
        name: row.get(1)?,
        agency: column::maybe_id(row, 2)?.map(AgencyId),
        roles: serde_json::from_str(&roles).map_err(|_| unread(0))?,
        places: serde_json::from_str(&places).map_err(|_| unread(0))?,
        left_on: left_on.and_then(|it| it.parse().ok()),
    })
}

/// Everybody, by id. Whoever calls narrows them to whom the caller may see.
pub fn staff(db: &Connection) -> Result<Vec<StaffRow>, ProjectionError> {
    let mut select = db.prepare_cached("SELECT id, name, agency, roles, places, left_on FROM staff ORDER BY id")?;
    let rows = select.query_map([], |it| Ok(row(it)))?;
    rows.map(|it| it?).collect()
}

#[cfg(test)]
mod tests {
    use events::clock;
    use events::facts::Fact;
    use events::facts::staff::{RoleRevoked, StaffDetails, StaffJoined, StaffLeft};
    use events::log::StreamId;
    use events::sealed::{Sealed, Subject};

    use super::*;

    fn told(db: &Connection, id: Uuid, fact: StaffEvent) {
        let event = Occurrence {
            position: 1,
            recorded_at: clock::start_of(crate::histories::day(0)),
            stream: StreamId::new("staff", id.to_string()),
            sequence: 1,
            fact: Fact::Staff(fact.clone()),
        };
        note(db, &event, &fact).unwrap();
    }

    #[test]
    fn who_joins_is_listed_with_the_roles_that_hold_and_without_the_name_that_is_forgotten() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let (id, on) = (Uuid::from_u128(7), crate::histories::day(0));
        let details = StaffDetails { name: "ตัวอย่าง".to_owned(), phone: None };
        let details = Sealed::open(Subject::new("staff", id), "staff.details", details);
        let scope = |area: &str| Scope { areas: vec![area.parse().unwrap()], laos: Vec::new() };
        let grant = |role: &str, area: &str| {
            StaffEvent::RoleGranted(RoleGranted {
                happened_on: on,
                role: role.to_owned(),
                scope: scope(area),
                until: None,
            })
        };
        told(&db, id, grant("caseworker", "46"));
        assert!(staff(&db).unwrap().is_empty(), "nobody knows them yet");
        told(&db, id, StaffEvent::StaffJoined(StaffJoined { happened_on: on, details, agency: None }));
        for (role, area) in [("caseworker", "4609"), ("caseworker", "4602"), ("supervisor", "46")] {
            told(&db, id, grant(role, area));
        }
        let revoked = RoleRevoked { happened_on: on, role: "caseworker".to_owned(), scope: Some(scope("4602")) };
        told(&db, id, StaffEvent::RoleRevoked(revoked));
        let [row] = staff(&db).unwrap().try_into().unwrap();
        assert_eq!(row.name.as_deref(), Some("ตัวอย่าง"));
        let roles: Vec<_> = row.roles.iter().map(|it| (it.role.as_str(), it.scope.areas[0].to_string())).collect();
        assert_eq!(roles, [("caseworker", "4609".to_owned()), ("supervisor", "46".to_owned())]);
        assert_eq!(row.places.areas.len(), 3, "wherever they ever had one");
        assert!(!format!("{row:?}").contains("ตัวอย่าง"), "a name reaches no log line");
        told(&db, id, StaffEvent::StaffLeft(StaffLeft { happened_on: on }));
        forget(&db, id).unwrap();
        let [row] = staff(&db).unwrap().try_into().unwrap();
        assert_eq!((row.name, row.roles.len(), row.left_on), (None, 0, Some(on)));
    }
}
