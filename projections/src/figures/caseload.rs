//! Where does each household stand, who looks after it, and what is due next?

mod list;

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage, Standing};
use events::facts::household::{FactRetracted, HouseholdEvent, Level, OverallScore};
use events::recorded::Occurrence;
use rusqlite::{Connection, Row, ToSql, params};
use uuid::Uuid;

use super::funnel;
use crate::column;
use crate::error::ProjectionError;
use crate::households::{Home, stream_id};
use crate::working::{Entity, Working};

pub(crate) use list::case_no;
pub use list::{Assigned, CaseQuery, CaseRow, CaseSort, DueFilter, DueRow, list, those_here};

pub(super) const VERSION: (&str, u32) = ("caseload", 2);

pub(super) const TABLES: &str = "
    CREATE TABLE caseload (
        household INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        case_no INTEGER,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        moo INTEGER,
        stage INTEGER NOT NULL,
        standing TEXT NOT NULL,
        episode INTEGER NOT NULL,
        since_position INTEGER NOT NULL,
        since INTEGER NOT NULL,
        level INTEGER,
        level_on INTEGER,
        level_sequence INTEGER,
        caseworker BLOB,
        due_what TEXT,
        due_by INTEGER,
        identified_on INTEGER NOT NULL,
        residents INTEGER NOT NULL,
        registered INTEGER NOT NULL,
        position INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL
    );
    CREATE TABLE assessments (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        happened_on INTEGER NOT NULL,
        level INTEGER,
        retracted_at INTEGER,
        PRIMARY KEY (household, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE assignments (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        happened_on INTEGER NOT NULL,
        caseworker BLOB,
        retracted_at INTEGER,
        PRIMARY KEY (household, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE moves (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        happened_on INTEGER,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        moo INTEGER,
        PRIMARY KEY (household, sequence)
    ) WITHOUT ROWID;";

pub(super) const INDEXES: &str = "
    CREATE UNIQUE INDEX caseload_id ON caseload (id);
    CREATE INDEX caseload_case_no ON caseload (coalesce(case_no, 0));
    CREATE INDEX caseload_due ON caseload (coalesce(due_by, 9999999));
    CREATE INDEX caseload_recent ON caseload (position);
    CREATE INDEX caseload_identified ON caseload (identified_on);
    CREATE INDEX caseload_place ON caseload (tambon, stage, standing, identified_on, case_no);
    CREATE INDEX caseload_lao ON caseload (lao, stage, standing);
    CREATE INDEX caseload_stage ON caseload (stage, standing);
    CREATE INDEX caseload_caseworker ON caseload (caseworker, coalesce(due_by, 9999999));";

/// A row of `caseload`.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "a case number is what it is called")]
pub(super) struct Case {
    id: Uuid,
    case_no: Option<i64>,
    tambon: i64,
    lao: Option<i64>,
    moo: Option<u16>,
    stage: i64,
    standing: Standing,
    episode: u32,
    since_position: i64,
    since: i64,
    level: Option<u8>,
    level_on: Option<i64>,
    level_sequence: Option<i64>,
    caseworker: Option<Uuid>,
    due: Option<(DueWhat, i64)>,
    identified_on: i64,
    residents: u16,
    registered: u16,
    position: i64,
    recorded_at: i64,
}

impl Entity for Case {
    const SELECT: &'static str =
        "SELECT id, case_no, tambon, lao, moo, stage, standing, episode, since_position, since,
            level, level_on, level_sequence, caseworker, due_what, due_by, identified_on, residents, registered,
            position, recorded_at
        FROM caseload WHERE household = ?";
    const STORE: &'static str = "INSERT OR REPLACE INTO caseload
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let what = column::one_of(row, 14, &DueWhat::ALL, DueWhat::as_str)?;
        Ok(Self {
            id: column::id(row, 0)?,
            case_no: row.get(1)?,
            tambon: row.get(2)?,
            lao: row.get(3)?,
            moo: row.get(4)?,
            stage: row.get(5)?,
            standing: column::code(row, 6)?,
            episode: row.get(7)?,
            since_position: row.get(8)?,
            since: row.get(9)?,
            level: row.get(10)?,
            level_on: row.get(11)?,
            level_sequence: row.get(12)?,
            caseworker: column::maybe_id(row, 13)?,
            due: what.zip(row.get(15)?),
            identified_on: row.get(16)?,
            residents: row.get(17)?,
            registered: row.get(18)?,
            position: row.get(19)?,
            recorded_at: row.get(20)?,
        })
    }

    fn store(&self, write: &mut dyn FnMut(&[&dyn ToSql]) -> rusqlite::Result<()>, key: i64) -> rusqlite::Result<()> {
        let (due_what, due_by) = (self.due.map(|(what, _)| what.as_str()), self.due.map(|(_, by)| by));
        write(params![
            key,
            self.id.as_bytes(),
            self.case_no,
            self.tambon,
            self.lao,
            self.moo,
            self.stage,
            self.standing.as_str(),
            self.episode,
            self.since_position,
            self.since,
            self.level,
            self.level_on,
            self.level_sequence,
            self.caseworker.as_ref().map(Uuid::as_bytes),
            due_what,
            due_by,
            self.identified_on,
            self.residents,
            self.registered,
            self.position,
            self.recorded_at,
        ])
    }
}

/// A stage's place in the order of stages.
pub(super) fn stage_number(stage: Stage) -> i64 {
    Stage::ALL.into_iter().zip(0..).find(|(it, _)| *it == stage).map_or(0, |(_, number)| number)
}

/// A fact that changed where a household lives: from then on it is seen and counted there.
#[derive(Debug)]
struct Move {
    household: i64,
    sequence: i64,
    recorded_at: i64,
    happened_on: Option<i64>,
    tambon: i64,
    lao: Option<i64>,
    moo: Option<u16>,
}

/// The fold.
#[derive(Debug, Default)]
pub(super) struct Caseload {
    cases: Working<Case>,
    closed: Vec<funnel::Closed>,
    assessments: Vec<(i64, i64, i64, i64, Option<u8>)>,
    assignments: Vec<(i64, i64, i64, i64, Option<Uuid>)>,
    moves: Vec<Move>,
}

impl Caseload {
    pub(super) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
        due: Option<(DueWhat, i64)>,
    ) -> Result<(), ProjectionError> {
        if let HouseholdEvent::HouseholdIdentified(it) = fact {
            let case = Case {
                id: stream_id(event)?,
                case_no: None,
                tambon: home.tambon,
                lao: home.lao,
                moo: it.place.moo(),
                stage: stage_number(it.after.stage),
                standing: it.after.standing,
                episode: it.after.episode,
                since_position: column::signed(event.position),
                since: column::micros(event.recorded_at),
                level: None,
                level_on: None,
                level_sequence: None,
                caseworker: None,
                due: None,
                identified_on: column::day(it.happened_on),
                residents: 0,
                registered: 0,
                position: 0,
                recorded_at: 0,
            };
            self.cases.put(home.key, case);
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            self.retract(db, home.key, event, it)?;
        }
        let Some(case) = self.cases.get(db, home.key)? else {
            return Err(ProjectionError::Misfit { position: event.position, what: "the household has no row" });
        };
        case.position = column::signed(event.position);
        case.recorded_at = column::micros(event.recorded_at);
        let stands = fact.after().map_or((case.stage, case.standing, case.episode), |after| {
            (stage_number(after.stage), after.standing, after.episode)
        });
        self.closed.extend(case.stand(home, stands));
        if let Some(place) = fact.place() {
            case.moo = place.moo();
            if !matches!(fact, HouseholdEvent::HouseholdIdentified(_)) {
                self.moves.push(moved(home, event, fact, place.moo()));
            }
        }
        case.due = due;
        if let Some(composition) = fact.composition() {
            case.residents = composition.living;
            case.registered = composition.registered;
        }
        if let HouseholdEvent::CaseNumberAssigned(it) = fact {
            case.case_no = Some(case_number(it.case_no));
        }
        if let HouseholdEvent::CaseworkerAssigned(it) = fact {
            case.caseworker = Some(it.caseworker.0);
            self.assignments.push(assignment(home.key, event, it.happened_on, case.caseworker));
        }
        if let HouseholdEvent::CaseworkerUnassigned(it) = fact {
            case.caseworker = None;
            self.assignments.push(assignment(home.key, event, it.happened_on, None));
        }
        // A rescoring counts on the day of its survey and after what was recorded before it.
        let scored = if let HouseholdEvent::HouseholdAssessed(it) = fact {
            Some((it.happened_on, &it.overall))
        } else if let HouseholdEvent::AssessmentRescored(it) = fact {
            Some((it.surveyed_on, &it.overall))
        } else {
            None
        };
        if let Some((on, overall)) = scored {
            let row = assessment(home.key, event, on, overall.as_ref());
            case.take_level(row.1, row.3, row.4);
            self.assessments.push(row);
        }
        Ok(())
    }

    /// Level and caseworker without the fact taken back. Rare, so it goes through the tables.
    fn retract(
        &mut self,
        db: &Connection,
        key: i64,
        event: &Occurrence,
        it: &FactRetracted,
    ) -> Result<(), ProjectionError> {
        let table = match it.event_type.as_str() {
            "HouseholdAssessed" | "AssessmentRescored" => "assessments",
            "CaseworkerAssigned" | "CaseworkerUnassigned" => "assignments",
            _ => return Ok(()),
        };
        self.flush(db)?;
        db.prepare_cached(&format!("UPDATE {table} SET retracted_at = ? WHERE household = ? AND sequence = ?"))?
            .execute(params![column::micros(event.recorded_at), key, column::signed(it.sequence)])?;
        let Some(case) = self.cases.get(db, key)? else { return Ok(()) };
        if table == "assignments" {
            let mut select = db.prepare_cached(
                "SELECT caseworker FROM assignments WHERE household = ? AND retracted_at IS NULL
                 ORDER BY sequence DESC LIMIT 1",
            )?;
            case.caseworker = select.query([key])?.next()?.map(|row| column::maybe_id(row, 0)).transpose()?.flatten();
        } else {
            (case.level, case.level_on, case.level_sequence) = (None, None, None);
            let mut select = db.prepare_cached(
                "SELECT sequence, happened_on, level FROM assessments
                 WHERE household = ? AND retracted_at IS NULL ORDER BY sequence",
            )?;
            let mut rows = select.query([key])?;
            while let Some(row) = rows.next()? {
                case.take_level(row.get(0)?, row.get(1)?, row.get(2)?);
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.cases.flush(db)?;
        funnel::store(db, &mut self.closed)?;
        self.assessments.sort_unstable();
        let mut insert = db.prepare_cached("INSERT INTO assessments VALUES (?, ?, ?, ?, ?, NULL)")?;
        for (household, sequence, recorded_at, happened_on, level) in self.assessments.drain(..) {
            insert.execute(params![household, sequence, recorded_at, happened_on, level])?;
        }
        self.assignments.sort_unstable();
        let mut insert = db.prepare_cached("INSERT INTO assignments VALUES (?, ?, ?, ?, ?, NULL)")?;
        for (household, sequence, recorded_at, happened_on, caseworker) in self.assignments.drain(..) {
            let caseworker = caseworker.as_ref().map(Uuid::as_bytes);
            insert.execute(params![household, sequence, recorded_at, happened_on, caseworker])?;
        }
        self.moves.sort_unstable_by_key(|it| (it.household, it.sequence));
        let mut insert = db.prepare_cached("INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?, ?)")?;
        for it in self.moves.drain(..) {
            let Move { household, sequence, recorded_at, happened_on, tambon, lao, moo } = it;
            insert.execute(params![household, sequence, recorded_at, happened_on, tambon, lao, moo])?;
        }
        Ok(())
    }
}

impl Case {
    /// Stands or lives elsewhere from now on; gives back the spell that ended, with the place it was spent in.
    fn stand(&mut self, home: &Home, stands: (i64, Standing, u32)) -> Option<funnel::Closed> {
        let stays = (self.tambon, self.lao) == (home.tambon, home.lao);
        if stays && (self.stage, self.standing, self.episode) == stands {
            return None;
        }
        let closed = funnel::Closed {
            household: home.key,
            from_position: self.since_position,
            from_at: self.since,
            to_position: self.position,
            to_at: self.recorded_at,
            stage: self.stage,
            standing: self.standing,
            episode: self.episode,
            tambon: self.tambon,
            lao: self.lao,
            identified_on: self.identified_on,
        };
        (self.stage, self.standing, self.episode) = stands;
        (self.tambon, self.lao) = (home.tambon, home.lao);
        (self.since_position, self.since) = (self.position, self.recorded_at);
        Some(closed)
    }

    /// The level of the latest survey counts, whenever it was entered; an incomplete one has none and counts not.
    fn take_level(&mut self, sequence: i64, happened_on: i64, level: Option<u8>) {
        if level.is_some() && (Some(happened_on), Some(sequence)) >= (self.level_on, self.level_sequence) {
            (self.level, self.level_on, self.level_sequence) = (level, Some(happened_on), Some(sequence));
        }
    }
}

fn assessment(
    key: i64,
    event: &Occurrence,
    on: NaiveDate,
    overall: Option<&OverallScore>,
) -> (i64, i64, i64, i64, Option<u8>) {
    let level = overall.map(|score| Level::get(score.level));
    let recorded_at = column::micros(event.recorded_at);
    (key, column::signed(event.sequence), recorded_at, column::day(on), level)
}

fn assignment(
    key: i64,
    event: &Occurrence,
    on: NaiveDate,
    caseworker: Option<Uuid>,
) -> (i64, i64, i64, i64, Option<Uuid>) {
    (key, column::signed(event.sequence), column::micros(event.recorded_at), column::day(on), caseworker)
}

fn moved(home: &Home, event: &Occurrence, fact: &HouseholdEvent, moo: Option<u16>) -> Move {
    Move {
        household: home.key,
        sequence: column::signed(event.sequence),
        recorded_at: column::micros(event.recorded_at),
        happened_on: fact.happened_on().map(column::day),
        tambon: home.tambon,
        lao: home.lao,
        moo,
    }
}

/// A case number as one number that sorts like its text.
pub(crate) fn case_number(case_no: events::case_no::CaseNo) -> i64 {
    i64::from(case_no.province()) * 10_000_000 + i64::from(case_no.number())
}
