//! The fold of referrals: rows, their facts, and the spells that ended.

use std::collections::{BTreeSet, HashMap};

use events::clock;
use events::facts::household::{FactRetracted, HouseholdEvent, ReferralMade};
use events::recorded::Occurrence;
use rusqlite::{Connection, Row, ToSql, params};
use uuid::Uuid;

use super::steps::{Course, Kind, Queue, ReferralState, Step, step_of};
use crate::column;
use crate::error::ProjectionError;
use crate::figures::clocks::{ClockKind, ReferralClock};
use crate::figures::offers::Offers;
use crate::households::Home;
use crate::working::{Entity, Working};

/// A row of `referrals`.
#[derive(Debug, Clone, PartialEq)]
struct Referral {
    id: Uuid,
    household: i64,
    sequence: i64,
    agency: i64,
    service: String,
    need: Uuid,
    tambon: i64,
    lao: Option<i64>,
    since_position: i64,
    since: i64,
    course: Course,
}

impl Entity for Referral {
    const SELECT: &'static str = "SELECT id, household, sequence, agency, service, need, tambon, lao, state,
            since_position, since, clock, clock_day, due_by, made_on, reached_at, respond_by, overdue_at, accepted_on,
            accepted_at, deliver_by, delivery_overdue_at, ended_on, ended_at, ended_as
        FROM referrals WHERE referral = ?";
    const STORE: &'static str = "INSERT OR REPLACE INTO referrals
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: column::id(row, 0)?,
            household: row.get(1)?,
            sequence: row.get(2)?,
            agency: row.get(3)?,
            service: row.get(4)?,
            need: column::id(row, 5)?,
            tambon: row.get(6)?,
            lao: row.get(7)?,
            since_position: row.get(9)?,
            since: row.get(10)?,
            course: Course {
                state: row.get::<_, Option<i64>>(8)?.and_then(ReferralState::numbered),
                clock: row.get(11)?,
                due_by: row.get(13)?,
                made_on: row.get(14)?,
                reached_at: row.get(15)?,
                respond_by: row.get(16)?,
                overdue_at: row.get(17)?,
                accepted_on: row.get(18)?,
                accepted_at: row.get(19)?,
                deliver_by: row.get(20)?,
                delivery_overdue_at: row.get(21)?,
                ended_on: row.get(22)?,
                ended_at: row.get(23)?,
                ended_as: row.get(24)?,
            },
        })
    }

    fn store(&self, write: &mut dyn FnMut(&[&dyn ToSql]) -> rusqlite::Result<()>, key: i64) -> rusqlite::Result<()> {
        let course = &self.course;
        write(params![
            key,
            self.id.as_bytes(),
            self.household,
            self.sequence,
            self.agency,
            self.service,
            self.need.as_bytes(),
            self.tambon,
            self.lao,
            course.state.map(ReferralState::number),
            self.since_position,
            self.since,
            course.clock,
            clock_day(course.clock),
            course.due_by,
            course.made_on,
            course.reached_at,
            course.respond_by,
            course.overdue_at,
            course.accepted_on,
            course.accepted_at,
            course.deliver_by,
            course.delivery_overdue_at,
            course.ended_on,
            course.ended_at,
            course.ended_as,
        ])
    }
}

impl Referral {
    /// Where it stands, for telling one spell from the next.
    fn place(&self) -> (Option<ReferralState>, i64, Option<i64>, i64, &str) {
        (self.course.state, self.course.clock, self.course.due_by, self.agency, &self.service)
    }
}

fn clock_day(micros: i64) -> i64 {
    column::day_of(clock::from_micros(micros))
}

/// A spell that ended: the referral as it stood, and until when.
#[derive(Debug)]
struct Closed {
    referral: i64,
    was: Referral,
    to_position: i64,
    to_at: i64,
}

/// A row of `referral_facts`.
#[derive(Debug)]
struct Noted {
    household: i64,
    sequence: i64,
    referral: i64,
    step: Step,
}

/// The fold.
#[derive(Debug, Default)]
pub(in crate::figures) struct Referrals {
    /// The row of a household's referral: the latest, where one was taken back and made again under its id.
    numbers: HashMap<(i64, Uuid), i64>,
    /// Household and row of each referral that waits: they follow the household when it moves.
    waiting: BTreeSet<(i64, i64)>,
    /// The greatest row number.
    last: i64,
    rows: Working<Referral>,
    facts: Vec<Noted>,
    closed: Vec<Closed>,
    /// The row that the last fact spoke of.
    touched: Option<i64>,
}

impl Referrals {
    pub(in crate::figures) fn open(db: &Connection) -> Result<Self, ProjectionError> {
        let mut select = db.prepare("SELECT household, id, referral FROM referrals ORDER BY referral")?;
        let numbers = select.query_map([], |row| Ok(((row.get(0)?, column::id(row, 1)?), row.get(2)?)))?;
        let numbers = numbers.collect::<Result<HashMap<_, _>, _>>()?;
        let last = numbers.values().copied().max().unwrap_or(0);
        let mut select = db.prepare("SELECT household, referral FROM referrals WHERE state <= 1")?;
        let waiting = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let waiting = waiting.collect::<Result<_, _>>()?;
        Ok(Self { numbers, waiting, last, ..Self::default() })
    }

    pub(in crate::figures) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
        offers: &mut Offers,
    ) -> Result<(), ProjectionError> {
        let misfit = |what| ProjectionError::Misfit { position: event.position, what };
        if fact.place().is_some() {
            self.relocate(db, home, event)?;
        }
        if let HouseholdEvent::FactRetracted(it) = fact {
            return self.retract(db, home, event, it);
        }
        let Some((id, step)) = step_of(fact, column::micros(event.recorded_at)) else { return Ok(()) };
        let number = if let HouseholdEvent::ReferralMade(it) = fact {
            // The id is the household's own: another household may have chosen the same, and one that was taken back
            // may be made again.
            self.last += 1;
            let number = self.last;
            self.numbers.insert((home.key, id.0), number);
            self.rows.put(number, made(home, event, it, offers.number_of(db, it.agency)?));
            number
        } else {
            *self.numbers.get(&(home.key, id.0)).ok_or_else(|| misfit("the referral is not made"))?
        };
        let elsewhere = if let HouseholdEvent::ReferralRerouted(it) = fact {
            Some((offers.number_of(db, it.agency)?, it.service.clone()))
        } else {
            None
        };
        let row = self.rows.get(db, number)?.ok_or_else(|| misfit("the referral has no row"))?;
        let was = row.clone();
        row.course.take(&step);
        if let Some(elsewhere) = elsewhere {
            (row.agency, row.service) = elsewhere;
        }
        let sequence = column::signed(event.sequence);
        self.facts.push(Noted { household: home.key, sequence, referral: number, step });
        self.move_on(number, was, home, event, db)
    }

    /// What waits goes with the household, into the backlog of its new place; what ended stays with the old one.
    fn relocate(&mut self, db: &Connection, home: &Home, event: &Occurrence) -> Result<(), ProjectionError> {
        let waiting: Vec<_> = self.waiting.range((home.key, 0)..(home.key + 1, 0)).map(|(_, number)| *number).collect();
        for number in waiting {
            let Some(row) = self.rows.get(db, number)? else { continue };
            if (row.tambon, row.lao) == (home.tambon, home.lao) {
                continue;
            }
            let was = row.clone();
            let (to_position, to_at) = (column::signed(event.position), column::micros(event.recorded_at));
            (row.tambon, row.lao) = (home.tambon, home.lao);
            (row.since_position, row.since) = (to_position, to_at);
            if was.since_position != to_position {
                self.closed.push(Closed { referral: number, was, to_position, to_at });
            }
        }
        Ok(())
    }

    /// Ends the spell in which the referral stood, if it stands elsewhere now.
    fn move_on(
        &mut self,
        number: i64,
        was: Referral,
        home: &Home,
        event: &Occurrence,
        db: &Connection,
    ) -> Result<(), ProjectionError> {
        self.touched = Some(number);
        let Some(row) = self.rows.get(db, number)? else { return Ok(()) };
        if row.place() == was.place() {
            return Ok(());
        }
        if row.course.state.is_some_and(|state| state.queue().is_some()) {
            self.waiting.insert((row.household, number));
            // It may have ended before the household moved, and wait again.
            (row.tambon, row.lao) = (home.tambon, home.lao);
        } else {
            self.waiting.remove(&(row.household, number));
        }
        let (to_position, to_at) = (column::signed(event.position), column::micros(event.recorded_at));
        (row.since_position, row.since) = (to_position, to_at);
        if was.since_position != to_position {
            self.closed.push(Closed { referral: number, was, to_position, to_at });
        }
        Ok(())
    }

    /// The clock of the referral that the last fact spoke of; none: it spoke of none.
    pub(in crate::figures) fn clock(&mut self, db: &Connection) -> Result<Option<ReferralClock>, ProjectionError> {
        let Some(number) = self.touched.take() else { return Ok(None) };
        let Some(row) = self.rows.get(db, number)? else { return Ok(None) };
        let course = &row.course;
        let (kind, noted_at) = match course.state.and_then(ReferralState::queue) {
            Some(Queue::ToAnswer) => (Some(ClockKind::RespondBy), course.overdue_at),
            Some(Queue::ToDeliver) => (Some(ClockKind::DeliverBy), course.delivery_overdue_at),
            None => (None, None),
        };
        Ok(Some(ReferralClock { id: row.id, due: kind.zip(course.due_by), noted_at }))
    }

    /// The referral's course anew, from the facts that are left. Rare, so it goes through the tables.
    fn retract(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        it: &FactRetracted,
    ) -> Result<(), ProjectionError> {
        let beside = ["ResponseOverdue", "DeliveryOverdue", "ReminderSent", "DeadlineExtended"];
        if !(it.event_type.starts_with("Referral") || beside.contains(&it.event_type.as_str())) {
            return Ok(());
        }
        self.flush(db)?;
        let household = home.key;
        let found = db
            .prepare_cached(
                "UPDATE referral_facts SET retracted_at = ? WHERE household = ? AND sequence = ? RETURNING referral",
            )?
            .query_map(params![column::micros(event.recorded_at), household, column::signed(it.sequence)], |row| {
                row.get::<_, i64>(0)
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let Some(number) = found.first().copied() else {
            return Err(ProjectionError::Misfit { position: event.position, what: "the fact taken back is not there" });
        };
        let mut select = db.prepare_cached(
            "SELECT step, recorded_at, happened_on, day, code FROM referral_facts
             WHERE household = ? AND referral = ? AND retracted_at IS NULL ORDER BY sequence",
        )?;
        let steps = select.query_map([household, number], |row| {
            let kind = column::one_of(row, 0, &Kind::ALL, Kind::as_str)?.unwrap_or(Kind::Overdue);
            Ok(Step { kind, recorded_at: row.get(1)?, happened_on: row.get(2)?, day: row.get(3)?, code: row.get(4)? })
        })?;
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let Some(row) = self.rows.get(db, number)? else { return Ok(()) };
        let was = row.clone();
        let mut course = Course::default();
        for step in &steps {
            course.take(step);
        }
        // Without the fact that made it there is no referral; what the row says of its making stays for earlier moments.
        row.course = if course.state.is_some() { course } else { Course { state: None, ..was.course.clone() } };
        self.move_on(number, was, home, event, db)
    }

    pub(in crate::figures) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.rows.flush(db)?;
        self.facts.sort_unstable_by_key(|noted| (noted.household, noted.sequence));
        let mut insert = db.prepare_cached("INSERT INTO referral_facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)")?;
        for Noted { household, sequence, referral, step } in self.facts.drain(..) {
            insert.execute(params![
                household,
                sequence,
                referral,
                step.kind.as_str(),
                step.recorded_at,
                step.happened_on,
                step.day,
                step.code
            ])?;
        }
        self.closed.sort_unstable_by_key(|closed| (closed.referral, closed.was.since_position));
        let mut insert =
            db.prepare_cached("INSERT INTO referral_spells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        for Closed { referral, was, to_position, to_at } in self.closed.drain(..) {
            insert.execute(params![
                referral,
                was.since_position,
                was.since,
                to_position,
                to_at,
                was.course.state.map(ReferralState::number),
                was.course.clock,
                clock_day(was.course.clock),
                was.course.due_by,
                was.agency,
                was.service,
                was.tambon,
                was.lao
            ])?;
        }
        Ok(())
    }
}

fn made(home: &Home, event: &Occurrence, it: &ReferralMade, agency: i64) -> Referral {
    Referral {
        id: it.referral.0,
        household: home.key,
        sequence: column::signed(event.sequence),
        agency,
        service: it.service.clone(),
        need: it.need.0,
        tambon: home.tambon,
        lao: home.lao,
        since_position: column::signed(event.position),
        since: column::micros(event.recorded_at),
        course: Course::default(),
    }
}
