//! Which agencies, services and operating models are there, and how full are they?

use std::collections::HashMap;

use events::facts::agency::{AgencyEvent, AgencyKind};
use events::facts::household::Capital;
use events::facts::model::{ModelEvent, ModelFamily, PartnerRole};
use events::id::{AgencyId, ModelId};
use events::money::Baht;
use events::recorded::Occurrence;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::column;
use crate::error::ProjectionError;
use crate::households::stream_id;

pub(super) const VERSION: (&str, u32) = ("offers", 2);

/// An agency that referrals name before it is registered has a number and no name.
pub(super) const TABLES: &str = "
    CREATE TABLE agencies (
        agency INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        name_th TEXT,
        name_en TEXT,
        kind TEXT
    );
    CREATE TABLE services (
        agency INTEGER NOT NULL,
        service TEXT NOT NULL,
        name_th TEXT NOT NULL,
        name_en TEXT NOT NULL,
        capital TEXT NOT NULL,
        places INTEGER,
        taken INTEGER NOT NULL DEFAULT 0,
        paused INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (agency, service)
    ) WITHOUT ROWID;
    CREATE TABLE models (
        model INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        name_th TEXT NOT NULL,
        name_en TEXT NOT NULL,
        family TEXT NOT NULL,
        capital TEXT NOT NULL,
        state TEXT NOT NULL,
        places INTEGER,
        taken INTEGER NOT NULL DEFAULT 0,
        cycles_ended INTEGER NOT NULL DEFAULT 0,
        earned INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE model_partners (
        model BLOB NOT NULL,
        agency BLOB NOT NULL,
        role TEXT NOT NULL,
        PRIMARY KEY (model, agency, role)
    ) WITHOUT ROWID;";

/// An agency with its services.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AgencyRow {
    /// The agency.
    pub id: AgencyId,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// What kind it is.
    pub kind: AgencyKind,
    /// What it offers.
    pub services: Vec<ServiceRow>,
}

/// A service of an agency.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceRow {
    /// Its code within the agency.
    pub service: String,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// How many households it can serve at one time; none: not limited.
    pub places: Option<u32>,
    /// Places that are taken; none: too few to be told to this reader.
    pub taken: Option<u32>,
    /// Whether it takes no new referrals for now.
    pub paused: bool,
}

/// An operating model.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ModelRow {
    /// The model.
    pub id: ModelId,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// Its family.
    pub family: ModelFamily,
    /// The capital it strengthens most.
    pub capital: Capital,
    /// How many households it can take; none: nobody has said.
    pub places: Option<u32>,
    /// Places that are taken; none: too few to be told to this reader.
    pub taken: Option<u32>,
    /// Where it is in its life: `drafted`, `approved`, `open` or `closed`.
    pub state: String,
    /// Cycles that have ended.
    pub cycles_ended: u32,
    /// What they earned, as far as it is known.
    pub earned: Baht,
    /// Who carries it.
    pub partners: Vec<PartnerRow>,
}

/// A partner of an operating model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartnerRow {
    /// The agency.
    pub agency: AgencyId,
    /// What it does.
    pub role: String,
}

const KINDS: [(AgencyKind, &str); 6] = [
    (AgencyKind::State, "state"),
    (AgencyKind::Lao, "lao"),
    (AgencyKind::Private, "private"),
    (AgencyKind::Civil, "civil"),
    (AgencyKind::Religious, "religious"),
    (AgencyKind::Education, "education"),
];

const FAMILIES: [(ModelFamily, &str); 4] = [
    (ModelFamily::LocalContent, "local_content"),
    (ModelFamily::ProPoorValueChain, "pro_poor_value_chain"),
    (ModelFamily::SocialSafetyNet, "social_safety_net"),
    (ModelFamily::AreaBasedIndustry, "area_based_industry"),
];

const ROLES: [(PartnerRole, &str); 7] = [
    (PartnerRole::Lead, "lead"),
    (PartnerRole::Buyer, "buyer"),
    (PartnerRole::Trainer, "trainer"),
    (PartnerRole::Certifier, "certifier"),
    (PartnerRole::Funder, "funder"),
    (PartnerRole::Supplier, "supplier"),
    (PartnerRole::Other, "other"),
];

fn name_of<T: Copy + PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(it, _)| *it == value).map_or("", |(_, name)| name)
}

fn value_of<T: Copy>(table: &[(T, &'static str)], row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let name = row.get_ref(at)?.as_str()?;
    table.iter().find(|(_, it)| *it == name).map(|(value, _)| *value).ok_or(rusqlite::Error::InvalidQuery)
}

fn capital(row: &Row<'_>, at: usize) -> rusqlite::Result<Capital> {
    column::one_of(row, at, &Capital::ALL, Capital::as_str)?.ok_or(rusqlite::Error::InvalidQuery)
}

/// The fold. There are few agencies and models, so it writes at once.
#[derive(Debug, Default)]
pub(super) struct Offers {
    agencies: HashMap<Uuid, i64>,
}

impl Offers {
    pub(super) fn open(db: &Connection) -> Result<Self, ProjectionError> {
        let mut select = db.prepare("SELECT id, agency FROM agencies")?;
        let agencies = select.query_map([], |row| Ok((column::id(row, 0)?, row.get(1)?)))?;
        Ok(Self { agencies: agencies.collect::<Result<_, _>>()? })
    }

    /// The agency's number in this file, given at its first mention.
    pub(super) fn number_of(&mut self, db: &Connection, agency: AgencyId) -> Result<i64, ProjectionError> {
        if let Some(number) = self.agencies.get(&agency.0) {
            return Ok(*number);
        }
        let number = i64::try_from(self.agencies.len()).unwrap_or(i64::MAX) + 1;
        db.prepare_cached("INSERT INTO agencies (agency, id) VALUES (?, ?)")?
            .execute(params![number, agency.0.as_bytes()])?;
        self.agencies.insert(agency.0, number);
        Ok(number)
    }

    pub(super) fn agency(
        &mut self,
        db: &Connection,
        event: &Occurrence,
        fact: &AgencyEvent,
    ) -> Result<(), ProjectionError> {
        let agency = self.number_of(db, AgencyId(stream_id(event)?))?;
        match fact {
            AgencyEvent::AgencyRegistered(it) => {
                db.prepare_cached("UPDATE agencies SET name_th = ?, name_en = ?, kind = ? WHERE agency = ?")?
                    .execute(params![it.name_th, it.name_en, name_of(&KINDS, it.kind), agency])?;
            }
            AgencyEvent::ServiceOffered(it) => {
                db.prepare_cached(
                    "INSERT INTO services (agency, service, name_th, name_en, capital) VALUES (?, ?, ?, ?, ?)
                     ON CONFLICT DO UPDATE SET name_th = excluded.name_th, name_en = excluded.name_en,
                        capital = excluded.capital",
                )?
                .execute(params![agency, it.service, it.name_th, it.name_en, it.capital.as_str()])?;
            }
            AgencyEvent::ServiceChanged(it) => {
                db.prepare_cached(
                    "UPDATE services SET name_th = ?, name_en = ?, capital = ? WHERE agency = ? AND service = ?",
                )?
                .execute(params![it.name_th, it.name_en, it.capital.as_str(), agency, it.service])?;
            }
            AgencyEvent::ServicePaused(it) => pause(db, true, agency, &it.service)?,
            AgencyEvent::ServiceResumed(it) => pause(db, false, agency, &it.service)?,
            AgencyEvent::CapacitySet(it) => {
                db.prepare_cached("UPDATE services SET places = ? WHERE agency = ? AND service = ?")?
                    .execute(params![it.places, agency, it.service])?;
            }
            AgencyEvent::CapacityTaken(it) => take(db, 1, agency, &it.service)?,
            AgencyEvent::CapacityFreed(it) => take(db, -1, agency, &it.service)?,
        }
        Ok(())
    }

    pub(super) fn model(db: &Connection, event: &Occurrence, fact: &ModelEvent) -> Result<(), ProjectionError> {
        let id = stream_id(event)?;
        let id = id.as_bytes();
        match fact {
            ModelEvent::ModelDrafted(it) => {
                let (family, capital) = (name_of(&FAMILIES, it.family), it.capital.as_str());
                put_model(db, params![id, it.name_th, it.name_en, family, capital, "drafted"])?;
            }
            ModelEvent::ModelOpened(it) => {
                let (family, capital) = (name_of(&FAMILIES, it.family), it.capital.as_str());
                put_model(db, params![id, it.name_th, it.name_en, family, capital, "open"])?;
                for agency in &it.partners {
                    join(db, id, *agency, PartnerRole::Lead)?;
                }
            }
            ModelEvent::ModelApproved(_) => {
                db.prepare_cached("UPDATE models SET state = 'approved' WHERE id = ?")?.execute([id])?;
            }
            ModelEvent::ModelClosed(_) => {
                db.prepare_cached("UPDATE models SET state = 'closed' WHERE id = ?")?.execute([id])?;
            }
            ModelEvent::PlacesSet(it) => {
                db.prepare_cached("UPDATE models SET places = ? WHERE id = ?")?.execute(params![it.places, id])?;
            }
            ModelEvent::ModelScaled(it) => {
                db.prepare_cached("UPDATE models SET places = ? WHERE id = ?")?.execute(params![it.places, id])?;
            }
            ModelEvent::PlaceTaken(_) => {
                db.prepare_cached("UPDATE models SET taken = taken + 1 WHERE id = ?")?.execute([id])?;
            }
            ModelEvent::PlaceFreed(_) => {
                db.prepare_cached("UPDATE models SET taken = taken - 1 WHERE id = ?")?.execute([id])?;
            }
            ModelEvent::PartnerJoined(it) => join(db, id, it.agency, it.role)?,
            ModelEvent::PartnerLeft(it) => {
                db.prepare_cached("DELETE FROM model_partners WHERE model = ? AND agency = ? AND role = ?")?
                    .execute(params![id, it.agency.0.as_bytes(), name_of(&ROLES, it.role)])?;
            }
            ModelEvent::CycleEnded(it) => {
                let earned: i64 = it.results.iter().filter_map(|result| result.earned).map(Baht::satang).sum();
                db.prepare_cached(
                    "UPDATE models SET cycles_ended = cycles_ended + 1, earned = earned + ? WHERE id = ?",
                )?
                .execute(params![earned, id])?;
            }
            ModelEvent::CycleStarted(_) | ModelEvent::PaymentShared(_) | ModelEvent::ModelReviewed(_) => {}
        }
        Ok(())
    }
}

/// A model is there from its draft on; what opens is what was approved.
fn put_model(db: &Connection, values: &[&dyn rusqlite::ToSql]) -> Result<(), ProjectionError> {
    db.prepare_cached(
        "INSERT INTO models (id, name_th, name_en, family, capital, state) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name_th = excluded.name_th, name_en = excluded.name_en,
            family = excluded.family, capital = excluded.capital, state = excluded.state",
    )?
    .execute(values)?;
    Ok(())
}

fn join(db: &Connection, model: &[u8; 16], agency: AgencyId, role: PartnerRole) -> Result<(), ProjectionError> {
    db.prepare_cached("INSERT INTO model_partners (model, agency, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")?
        .execute(params![model, agency.0.as_bytes(), name_of(&ROLES, role)])?;
    Ok(())
}

fn pause(db: &Connection, paused: bool, agency: i64, service: &str) -> Result<(), ProjectionError> {
    db.prepare_cached("UPDATE services SET paused = ? WHERE agency = ? AND service = ?")?
        .execute(params![paused, agency, service])?;
    Ok(())
}

fn take(db: &Connection, places: i64, agency: i64, service: &str) -> Result<(), ProjectionError> {
    db.prepare_cached("UPDATE services SET taken = taken + ? WHERE agency = ? AND service = ?")?
        .execute(params![places, agency, service])?;
    Ok(())
}

/// Every registered agency with its services, by name.
pub fn agencies(db: &Connection) -> Result<Vec<AgencyRow>, ProjectionError> {
    let mut services: HashMap<i64, Vec<ServiceRow>> = HashMap::new();
    let mut select = db.prepare_cached(
        "SELECT agency, service, name_th, name_en, capital, places, taken, paused FROM services ORDER BY agency, service",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (service, name_th, name_en) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (capital, places, taken) = (capital(row, 4)?, row.get(5)?, row.get(6)?);
        let paused = row.get(7)?;
        let service = ServiceRow { service, name_th, name_en, capital, places, taken, paused };
        services.entry(row.get(0)?).or_default().push(service);
    }
    let mut select = db.prepare_cached(
        "SELECT agency, id, name_th, name_en, kind FROM agencies WHERE name_th IS NOT NULL ORDER BY name_th, agency",
    )?;
    let rows = select.query_map([], |row| {
        Ok(AgencyRow {
            id: AgencyId(column::id(row, 1)?),
            name_th: row.get(2)?,
            name_en: row.get(3)?,
            kind: value_of(&KINDS, row, 4)?,
            services: services.remove(&row.get(0)?).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every operating model, by name.
pub fn models(db: &Connection) -> Result<Vec<ModelRow>, ProjectionError> {
    let mut partners: HashMap<Uuid, Vec<PartnerRow>> = HashMap::new();
    let mut select =
        db.prepare_cached("SELECT model, agency, role FROM model_partners ORDER BY model, agency, role")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let partner = PartnerRow { agency: AgencyId(column::id(row, 1)?), role: row.get(2)? };
        partners.entry(column::id(row, 0)?).or_default().push(partner);
    }
    let mut select = db.prepare_cached(
        "SELECT id, name_th, name_en, family, capital, places, taken, state, cycles_ended, earned
         FROM models ORDER BY name_th, model",
    )?;
    let rows = select.query_map([], |row| {
        let id = column::id(row, 0)?;
        Ok(ModelRow {
            id: ModelId(id),
            name_th: row.get(1)?,
            name_en: row.get(2)?,
            family: value_of(&FAMILIES, row, 3)?,
            capital: capital(row, 4)?,
            places: row.get(5)?,
            taken: row.get(6)?,
            state: row.get(7)?,
            cycles_ended: row.get(8)?,
            earned: Baht::from_satang(row.get(9)?),
            partners: partners.remove(&id).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
