//! A script: what is recorded when and by whom. Written ahead for one household, played step by step.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::clock::day_of;
use events::facts::household::RetractReason;
use events::id::{HouseholdId, NeedId};

use super::calendar::Calendar;
use super::chance::Chance;
use super::staff::Who;
use crate::desk::Order;
use crate::rules::household::Command;

/// Steps that hang together: when the first is refused, the others never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thread(u32);

/// The thread of the story itself.
pub(super) const MAIN: Thread = Thread(0);

/// What happens in a step.
#[derive(Debug)]
pub(super) enum Act {
    /// Something is asked of the desk.
    Ask(Box<Order>),
    /// A place is asked for; without one the thread ends, with another command if there is one.
    Try {
        /// The command that may find no room.
        command: Box<Command>,
        /// What is done then.
        else_ask: Option<Box<Command>>,
    },
    /// Something is asked that ends what hangs together in these threads, such as a consent taken back.
    Ends {
        /// The command.
        command: Box<Command>,
        /// What never happens any more.
        threads: Vec<Thread>,
    },
    /// The fact that an earlier step brought about is taken back.
    TakeBack {
        /// The earlier step.
        step: u32,
        /// Why.
        reason: RetractReason,
    },
    /// A buyer pays the households of a model at once.
    Share(usize),
    /// The last survey is scored again.
    Rescore,
    /// The household says which need is the most urgent.
    Prioritise,
    /// A need that nobody was asked about is none any more.
    CloseNeed(NeedId),
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    /// Its number in the script: the command's id follows from it.
    pub(super) number: u32,
    pub(super) who: Who,
    pub(super) thread: Thread,
    pub(super) act: Act,
}

/// Where a story has come to: the day something happens, and when it is written down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// The day it happens.
    pub(super) day: NaiveDate,
    /// The last thing written down.
    pub(super) recorded: DateTime<Utc>,
    /// The thread that steps belong to.
    pub(super) thread: Thread,
}

impl Cursor {
    /// Lets days pass.
    pub(super) fn later(&mut self, days: i64) {
        self.day += Duration::days(days);
    }

    /// The next day on which offices work, and on which what came before is written down.
    pub(super) fn office_day(&mut self) {
        self.day = Calendar::office_day(self.day.max(day_of(self.recorded)));
    }
}

/// The script of one household.
#[derive(Debug)]
pub(super) struct Script {
    household: HouseholdId,
    until: DateTime<Utc>,
    steps: BTreeMap<(DateTime<Utc>, u32), Step>,
    numbers: u32,
    threads: u32,
    /// The household's own chance.
    pub(super) chance: Chance,
}

impl Script {
    pub(super) fn new(household: HouseholdId, until: DateTime<Utc>, chance: Chance) -> Self {
        Self { household, until, steps: BTreeMap::new(), numbers: 0, threads: 0, chance }
    }

    /// A new thread.
    pub(super) fn thread(&mut self) -> Thread {
        self.threads += 1;
        Thread(self.threads)
    }

    /// Writes down a command of the household on the cursor's day.
    pub(super) fn ask(&mut self, at: &mut Cursor, who: Who, command: Command) -> u32 {
        self.ask_late(at, 0, who, command)
    }

    /// Writes down a command so many days after the day it speaks of.
    pub(super) fn ask_late(&mut self, at: &mut Cursor, days: i64, who: Who, command: Command) -> u32 {
        let order = Order::Household { id: self.household, command };
        self.enter(at, days, who, Act::Ask(Box::new(order)))
    }

    /// Enters a step in the office hours of the day it is written down, after what was written down before.
    pub(super) fn enter(&mut self, at: &mut Cursor, late: i64, who: Who, act: Act) -> u32 {
        let minute = self.chance.between(8 * 60 + 20, 16 * 60 + 40);
        let moment = Calendar::moment(at.day + Duration::days(late), minute) + self.seconds();
        at.recorded = if moment > at.recorded { moment } else { at.recorded + Duration::minutes(3) + self.seconds() };
        self.insert(at.recorded, who, at.thread, act)
    }

    /// Enters a step at an instant.
    pub(super) fn insert(&mut self, moment: DateTime<Utc>, who: Who, thread: Thread, act: Act) -> u32 {
        self.numbers += 1;
        let number = self.numbers;
        // What lies beyond the end is never played, so it isn't kept.
        if moment <= self.until {
            self.steps.insert((moment, number), Step { number, who, thread, act });
        }
        number
    }

    fn seconds(&mut self) -> Duration {
        Duration::milliseconds(self.chance.between(0, 59_999))
    }

    /// Nothing happens after an instant.
    pub(super) fn cut_after(&mut self, moment: DateTime<Utc>) {
        self.steps.retain(|(at, _), _| *at <= moment);
    }

    /// A thread is at its end.
    pub(super) fn end(&mut self, thread: Thread) {
        self.steps.retain(|_, step| step.thread != thread);
    }

    /// When the next step is.
    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.steps.first_key_value().map(|((at, _), _)| *at)
    }

    /// When the last step is that is written by now.
    pub(super) fn last_at(&self) -> Option<DateTime<Utc>> {
        self.steps.last_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next step out.
    pub(super) fn take(&mut self) -> Option<Step> {
        self.steps.pop_first().map(|(_, step)| step)
    }

    /// Forgets what comes up to a step, that one included: it was played before.
    pub(super) fn skip_to(&mut self, played: (DateTime<Utc>, u32)) {
        self.steps.retain(|at, _| *at > played);
    }

    /// Whether a later step takes back what a step brings about.
    pub(super) fn takes_back(&self, number: u32) -> bool {
        self.steps.values().any(|it| matches!(it.act, Act::TakeBack { step, .. } if step == number))
    }
}
