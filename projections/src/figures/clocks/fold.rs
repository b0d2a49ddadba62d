//! The fold of dates: which run, and the spells of those that are over.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use events::clock;
use events::facts::case::{DueWhat, NextDue};
use events::facts::household::{Due, FactRetracted, HouseholdEvent};
use events::recorded::Occurrence;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::kind::ClockKind;
use crate::column;
use crate::error::ProjectionError;
use crate::households::Home;

/// The dates of so many households may stay in memory between batches.
const KEPT: usize = 150_000;

/// The clock of a referral after a fact about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::figures) struct ReferralClock {
    pub(in crate::figures) id: Uuid,
    /// What waits, and its last day.
    pub(in crate::figures) due: Option<(ClockKind, i64)>,
    /// When it was noted that the day passed.
    pub(in crate::figures) noted_at: Option<i64>,
}

/// A row of `clocks` without its household.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    kind: ClockKind,
    subject: Uuid,
    by: i64,
    runs: bool,
    since_position: i64,
    since: i64,
    noted_at: Option<i64>,
    tambon: i64,
    lao: Option<i64>,
}

/// A date, as a fact sets it.
#[derive(Debug, Clone, Copy)]
struct Date {
    kind: ClockKind,
    subject: Uuid,
    by: i64,
    runs: bool,
    noted_at: Option<i64>,
}

/// Where the fold is: what a new row carries besides its date.
#[derive(Debug, Clone, Copy)]
struct Here {
    home: Home,
    position: i64,
    at: i64,
}

/// A row of `clock_spells`.
#[derive(Debug)]
struct Closed {
    household: i64,
    was: Open,
    to_position: i64,
    to_at: i64,
}

/// A row of `questions`: 0 asked, 1 answered, 2 noted as overdue.
#[derive(Debug)]
struct Question {
    household: i64,
    sequence: i64,
    kind: ClockKind,
    subject: Uuid,
    step: u8,
    recorded_at: i64,
    day: i64,
    asked_on: Option<i64>,
    about: Option<&'static str>,
}

/// The fold.
#[derive(Debug, Default)]
pub(in crate::figures) struct Clocks {
    /// The open dates of each household in work …
    open: HashMap<i64, Vec<Open>>,
    /// … and the households whose dates changed, in the order of the rows.
    changed: BTreeSet<i64>,
    closed: Vec<Closed>,
    questions: Vec<Question>,
}

impl Clocks {
    /// Takes one fact in. Gives back what the household itself is due next.
    pub(in crate::figures) fn apply(
        &mut self,
        db: &Connection,
        home: &Home,
        event: &Occurrence,
        fact: &HouseholdEvent,
        referral: Option<ReferralClock>,
    ) -> Result<Option<(DueWhat, i64)>, ProjectionError> {
        let here =
            Here { home: *home, position: column::signed(event.position), at: column::micros(event.recorded_at) };
        if matches!(fact, HouseholdEvent::HouseholdIdentified(_)) {
            self.open.insert(home.key, Vec::new());
            self.changed(home.key);
        }
        self.move_home(db, here)?;
        self.contact(db, here, fact)?;
        if let Some(it) = referral {
            let date = it.due.map(|(kind, by)| Date { kind, subject: it.id, by, runs: true, noted_at: it.noted_at });
            let of_referral = |kind| matches!(kind, ClockKind::RespondBy | ClockKind::DeliverBy);
            self.set(db, here, |open| of_referral(open.kind) && open.subject == it.id, date)?;
        }
        self.question(db, here, event, fact)?;
        if let HouseholdEvent::FactRetracted(it) = fact {
            self.retract(db, here, it)?;
        }
        let open = self.of(db, home.key)?;
        let contact = open.iter().filter(|it| it.runs).filter_map(|it| it.kind.contact().map(|what| (what, it.by)));
        // Of two on one day the clock of the stage comes first, in whatever order the rows were read.
        Ok(contact.min_by_key(|(what, by)| (*by, *what)))
    }

    /// What the household itself is due: two dates, the next assessment beside the other.
    fn contact(&mut self, db: &Connection, here: Here, fact: &HouseholdEvent) -> Result<(), ProjectionError> {
        let date = |what, by: NaiveDate, runs, noted_at| Date {
            kind: ClockKind::of(what),
            subject: Uuid::nil(),
            by: column::day(by),
            runs,
            noted_at,
        };
        if let Due::Set(due) = fact.due() {
            let noted_at = self.noted(db, here, due)?;
            let by_stage = |kind: ClockKind| kind.contact().is_some() && kind != ClockKind::Reassessment;
            let due = due.map(|due| date(due.what, due.by, true, noted_at));
            self.set(db, here, |open| by_stage(open.kind), due)?;
        }
        let reassesses = fact.after().map(|after| after.reassesses());
        let before = self.of(db, here.home.key)?.iter().find(|it| it.kind == ClockKind::Reassessment).cloned();
        let runs = reassesses.or(before.as_ref().map(|it| it.runs)).unwrap_or(false);
        let next = match fact.reassessment() {
            Due::Set(due) => {
                let noted_at = self.noted(db, here, due)?;
                due.map(|due| date(due.what, due.by, runs, noted_at))
            }
            Due::Unchanged => {
                before.map(|it| Date { kind: it.kind, subject: it.subject, by: it.by, runs, noted_at: it.noted_at })
            }
        };
        self.set(db, here, |open| open.kind == ClockKind::Reassessment, next)?;
        if let HouseholdEvent::ContactOverdue(it) = fact {
            self.note(db, here, ClockKind::of(it.what), Uuid::nil(), column::day(it.by))?;
        }
        Ok(())
    }

    /// When it was noted before that this date passed: a fact taken back or entered late may lead back to one. Rare, so
    /// it goes through the tables.
    fn noted(&mut self, db: &Connection, here: Here, due: Option<&NextDue>) -> Result<Option<i64>, ProjectionError> {
        let Some(NextDue { what, by, .. }) = due else { return Ok(None) };
        if column::day(*by) >= column::day_of(clock::from_micros(here.at)) {
            return Ok(None);
        }
        self.flush(db)?;
        let mut select = db.prepare_cached(
            "SELECT max(noted_at) FROM (SELECT noted_at, household, kind, by_day FROM clock_spells
             UNION ALL SELECT noted_at, household, kind, by_day FROM clocks) WHERE household = ? AND kind = ? AND by_day = ?",
        )?;
        let kind = ClockKind::of(*what).number();
        Ok(select.query_row(params![here.home.key, kind, column::day(*by)], |row| row.get(0))?)
    }

    /// What is asked, answered or missed.
    fn question(
        &mut self,
        db: &Connection,
        here: Here,
        event: &Occurrence,
        fact: &HouseholdEvent,
    ) -> Result<(), ProjectionError> {
        use HouseholdEvent as E;
        let (complaint, right) = (ClockKind::Complaint, ClockKind::RightsRequest);
        #[expect(clippy::wildcard_enum_match_arm, reason = "most facts ask and answer nothing")]
        let (kind, subject, step, day, about) = match fact {
            E::ComplaintReceived(it) => (complaint, it.complaint.0, 0, it.answer_by, Some(it.about.as_str())),
            E::ComplaintAnswered(it) => (complaint, it.complaint.0, 1, it.happened_on, None),
            E::ComplaintOverdue(it) => (complaint, it.complaint.0, 2, it.answer_by, None),
            E::RightsRequestReceived(it) => (right, it.request.0, 0, it.answer_by, Some(it.right.as_str())),
            E::RightsRequestAnswered(it) => (right, it.request.0, 1, it.happened_on, None),
            E::RightsRequestOverdue(it) => (right, it.request.0, 2, it.answer_by, None),
            _ => return Ok(()),
        };
        self.questions.push(Question {
            household: here.home.key,
            sequence: column::signed(event.sequence),
            kind,
            subject,
            step,
            recorded_at: here.at,
            day: column::day(day),
            asked_on: if step == 0 { fact.happened_on().map(column::day) } else { None },
            about,
        });
        match step {
            0 => {
                let date = Date { kind, subject, by: column::day(day), runs: true, noted_at: None };
                self.set(db, here, |open| open.kind == kind && open.subject == subject, Some(date))
            }
            1 => self.set(db, here, |open| open.kind == kind && open.subject == subject, None),
            _ => self.note(db, here, kind, subject, column::day(day)),
        }
    }

    /// A question anew, from the facts that are left. Rare, so it goes through the tables.
    fn retract(&mut self, db: &Connection, here: Here, it: &FactRetracted) -> Result<(), ProjectionError> {
        if !(it.event_type.starts_with("Complaint") || it.event_type.starts_with("RightsRequest")) {
            return Ok(());
        }
        self.flush(db)?;
        let found = db
            .prepare_cached(
                "UPDATE questions SET retracted_at = ? WHERE household = ? AND sequence = ? RETURNING kind, subject",
            )?
            .query_map(params![here.at, here.home.key, column::signed(it.sequence)], |row| {
                Ok((row.get::<_, i64>(0)?, column::id(row, 1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let Some((number, subject)) = found.first().copied() else { return Ok(()) };
        let Some(kind) = ClockKind::numbered(number) else { return Ok(()) };
        let mut select = db.prepare_cached(
            "SELECT step, day, recorded_at FROM questions
             WHERE household = ? AND kind = ? AND subject = ? AND retracted_at IS NULL ORDER BY sequence",
        )?;
        let mut rows = select.query(params![here.home.key, number, subject.as_bytes()])?;
        let mut date: Option<Date> = None;
        while let Some(row) = rows.next()? {
            match (row.get::<_, u8>(0)?, &mut date) {
                (0, _) => date = Some(Date { kind, subject, by: row.get(1)?, runs: true, noted_at: None }),
                (1, _) => date = None,
                (_, Some(date)) => date.noted_at = Some(row.get(2)?),
                (_, None) => {}
            }
        }
        self.set(db, here, |open| open.kind == kind && open.subject == subject, date)
    }

    /// Puts a date in the place of the one that was there. A date that stays as it is goes on.
    fn set(
        &mut self,
        db: &Connection,
        here: Here,
        place: impl Fn(&Open) -> bool,
        date: Option<Date>,
    ) -> Result<(), ProjectionError> {
        let open = self.of(db, here.home.key)?;
        // A note that is taken back ends the spell in which it was noted, so that earlier moments still show it.
        let same = |open: &Open, date: Date| {
            (open.kind, open.subject, open.by, open.runs) == (date.kind, date.subject, date.by, date.runs)
                && (open.noted_at.is_none() || open.noted_at == date.noted_at)
        };
        if let Some(date) = date
            && let Some(goes_on) = open.iter_mut().find(|open| place(open) && same(open, date))
        {
            if goes_on.noted_at != date.noted_at {
                goes_on.noted_at = date.noted_at;
                self.changed(here.home.key);
            }
            return Ok(());
        }
        let over: Vec<_> = open.extract_if(.., |open| place(open)).collect();
        if over.is_empty() && date.is_none() {
            return Ok(());
        }
        if let Some(Date { kind, subject, by, runs, noted_at }) = date {
            let Home { tambon, lao, .. } = here.home;
            let (since_position, since) = (here.position, here.at);
            open.push(Open { kind, subject, by, runs, since_position, since, noted_at, tambon, lao });
        }
        self.changed(here.home.key);
        self.end(here, over);
        Ok(())
    }

    fn end(&mut self, here: Here, over: Vec<Open>) {
        for was in over {
            // What began and ended with one fact never ran.
            if was.since_position < here.position {
                let (to_position, to_at) = (here.position, here.at);
                self.closed.push(Closed { household: here.home.key, was, to_position, to_at });
            }
        }
    }

    fn note(
        &mut self,
        db: &Connection,
        here: Here,
        kind: ClockKind,
        subject: Uuid,
        by: i64,
    ) -> Result<(), ProjectionError> {
        let open = self.of(db, here.home.key)?;
        let missed = open.iter_mut().find(|it| it.kind == kind && it.subject == subject && it.by == by);
        if let Some(missed) = missed {
            missed.noted_at.get_or_insert(here.at);
            self.changed(here.home.key);
        }
        Ok(())
    }

    /// A household that lives elsewhere takes its dates with it; what was before stays with the old place.
    fn move_home(&mut self, db: &Connection, here: Here) -> Result<(), ProjectionError> {
        let Home { tambon, lao, key } = here.home;
        let open = self.of(db, key)?;
        let moves: Vec<_> = open.extract_if(.., |it| (it.tambon, it.lao) != (tambon, lao)).collect();
        if moves.is_empty() {
            return Ok(());
        }
        for it in &moves {
            open.push(Open { tambon, lao, since_position: here.position, since: here.at, ..it.clone() });
        }
        self.changed(key);
        self.end(here, moves);
        Ok(())
    }

    /// The open dates of a household.
    fn of(&mut self, db: &Connection, household: i64) -> Result<&mut Vec<Open>, ProjectionError> {
        let open = match self.open.entry(household) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut select = db.prepare_cached(
                    "SELECT kind, subject, by_day, runs, since_position, since, noted_at, tambon, lao FROM clocks
                     WHERE household = ?",
                )?;
                let rows = select.query_map([household], read)?.collect::<Result<Vec<_>, _>>()?;
                unknown.insert(rows)
            }
        };
        Ok(open)
    }

    fn changed(&mut self, household: i64) {
        self.changed.insert(household);
    }

    pub(in crate::figures) fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        let mut delete = db.prepare_cached("DELETE FROM clocks WHERE household = ?")?;
        let mut insert = db.prepare_cached("INSERT INTO clocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        for household in std::mem::take(&mut self.changed) {
            delete.execute([household])?;
            for it in self.open.get(&household).into_iter().flatten() {
                insert.execute(params![
                    household,
                    it.kind.number(),
                    it.subject.as_bytes(),
                    it.by,
                    it.runs,
                    it.since_position,
                    it.since,
                    it.noted_at,
                    it.tambon,
                    it.lao
                ])?;
            }
        }
        if self.open.len() > KEPT {
            self.open.clear();
        }
        let mut insert = db.prepare_cached("INSERT INTO clock_spells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        for Closed { household, was, to_position, to_at } in self.closed.drain(..) {
            insert.execute(params![
                household,
                was.kind.number(),
                was.subject.as_bytes(),
                was.since_position,
                was.since,
                to_position,
                to_at,
                was.by,
                was.runs,
                was.noted_at,
                was.tambon,
                was.lao
            ])?;
        }
        let mut insert = db.prepare_cached("INSERT INTO questions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)")?;
        for it in self.questions.drain(..) {
            insert.execute(params![
                it.household,
                it.sequence,
                it.kind.number(),
                it.subject.as_bytes(),
                it.step,
                it.recorded_at,
                it.day,
                it.asked_on,
                it.about
            ])?;
        }
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Open> {
    Ok(Open {
        kind: ClockKind::numbered(row.get(0)?).ok_or(rusqlite::Error::InvalidQuery)?,
        subject: column::id(row, 1)?,
        by: row.get(2)?,
        runs: row.get(3)?,
        since_position: row.get(4)?,
        since: row.get(5)?,
        noted_at: row.get(6)?,
        tambon: row.get(7)?,
        lao: row.get(8)?,
    })
}
