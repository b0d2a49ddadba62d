//! Plays the scripts: every step of every household in the order of the simulated time, through the desk.
//!
//! Steps that follow each other within a short time are one round: they are handed in together, in order, and stored
//! together (`docs/decisions/0017`).

mod aside;
mod role;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::{DateTime, Duration, Utc};
use events::clock::{SimulatedClock, day_of};
use events::id::{CommandId, HouseholdId};

use self::role::{Role, Turn};
use super::calendar::Calendar;
use super::opening;
use super::plan::{DemoError, Filled, Progress};
use super::script::{Act, Step, Thread};
use super::world::World;
use crate::access::Caller;
use crate::desk::{Desk, DeskError, Order, Receipt, Submission};
use crate::rules::Refusal;
use crate::rules::household::Command;
use crate::rules::household::command::RetractFact;
use crate::rules::refusal::Thing;
use crate::watcher;

/// Whose script a step is from: 0 the offices, n + 1 household n.
type Part = u32;

/// The offices' part.
const OFFICES: Part = 0;

/// So many scripts are kept while others wait for their next step.
const SCRIPTS: usize = 4_096;
/// A script whose next step is as near as this is kept in any case.
const NEAR: Duration = Duration::days(1);

/// The play.
pub(super) struct Play<'a> {
    desk: &'a Desk,
    clock: &'a SimulatedClock,
    world: &'a World,
    roles: BTreeMap<Part, Role>,
    /// When each part goes on. A part is here once.
    next: BinaryHeap<Reverse<(DateTime<Utc>, Part)>>,
    /// Scripts in memory.
    scripts: usize,
    /// The next household to come in.
    coming: u32,
    filled: Filled,
}

/// A part that goes on in a round.
struct Going {
    part: Part,
    role: Role,
    turn: Turn,
}

/// Parts that go on together.
struct Round {
    /// When the last of them does.
    moment: DateTime<Utc>,
    going: Vec<Going>,
}

/// Something that is asked in a round, and what its answer means.
struct Asking {
    /// Place of the part in the round.
    at: usize,
    /// The step, for messages.
    step: u32,
    submission: Submission,
    then: Then,
}

/// What follows from an answer.
enum Then {
    /// The step's fact may be taken back later; where the household has gone elsewhere, the thread ends.
    Ask(Thread),
    /// A refusal that stories reckon with ends the thread, and something else may be asked.
    Try(Thread, Option<Box<Submission>>),
    /// These threads end.
    Ends(Vec<Thread>),
    /// Nothing.
    Rest,
}

impl<'a> Play<'a> {
    pub(super) fn new(desk: &'a Desk, clock: &'a SimulatedClock, world: &'a World) -> Result<Self, DemoError> {
        let filled = Filled {
            people: world.staff.people(),
            days: u32::try_from(world.calendar.days()).unwrap_or(0),
            households: 0,
            commands: 0,
            refused: 0,
            facts: BTreeMap::new(),
        };
        let (roles, next) = (BTreeMap::new(), BinaryHeap::new());
        let mut play = Self { desk, clock, world, roles, next, scripts: 0, coming: 0, filled };
        let offices = Role::of_offices(HouseholdId::derived(world.root, "offices"), opening::script(world)?);
        play.put(OFFICES, offices);
        Ok(play)
    }

    /// Lets a part wait for its next step.
    fn put(&mut self, part: Part, mut role: Role) {
        let Some(at) = role.next_at() else { return };
        if role.holds_script() {
            if self.scripts < SCRIPTS || at - self.clock.now() < NEAR {
                self.scripts += 1;
            } else {
                role.let_go();
            }
        }
        self.next.push(Reverse((at, part)));
        self.roles.insert(part, role);
    }

    /// Lets those households in whose day has come.
    fn let_in(&mut self, day: chrono::NaiveDate) -> Result<(), DemoError> {
        while self.coming < self.world.households() {
            let entered = self.world.calendar.entered(self.coming, self.world.households());
            if entered > day {
                break;
            }
            let role = Role::entering(self.world, self.coming, entered)?;
            self.coming += 1;
            self.put(self.coming, role);
        }
        Ok(())
    }

    /// Plays to the end.
    pub(super) async fn finish(mut self, tell: &mut dyn FnMut(Progress)) -> Result<Filled, DemoError> {
        let last = day_of(self.world.calendar.until);
        let mut day = self.world.calendar.start;
        while day <= last {
            self.let_in(day)?;
            while let Some(Round { moment, going }) = self.gathered(day)? {
                // A round is judged and recorded at the moment of its last step.
                self.clock.set(moment.max(self.clock.now()));
                self.play(going).await?;
            }
            let days_done = u32::try_from((day - self.world.calendar.start).num_days()).unwrap_or(0);
            tell(Progress { day, days_done, days: self.filled.days, commands: self.filled.commands });
            day += Duration::days(1);
        }
        self.clock.set(self.world.calendar.until);
        self.filled.households = self.coming;
        Ok(self.filled)
    }

    /// The next round of a day, and the moment of its last step. No part is in it twice, the offices go on alone, and
    /// what comes later than something outside the round is not in it.
    fn gathered(&mut self, day: chrono::NaiveDate) -> Result<Option<Round>, DemoError> {
        let (window, most) = self.world.scale.round();
        let mut going: Vec<Going> = Vec::new();
        let mut moment = None;
        let mut end = DateTime::<Utc>::MAX_UTC;
        while let Some(Reverse((at, part))) = self.next.peek().copied()
            && day_of(at) <= day
            && at < end
            && going.len() < most
            && (part != OFFICES || going.is_empty())
        {
            self.next.pop();
            let Some(mut role) = self.roles.remove(&part) else { continue };
            self.scripts -= usize::from(role.holds_script());
            if moment.is_none() {
                end = at + window;
            }
            moment = Some(at);
            if let Some(turn) = role.take(self.world)? {
                end = role.next_at().map_or(end, |next| next.min(end));
                going.push(Going { part, role, turn });
            }
            if part == OFFICES {
                break;
            }
        }
        Ok(moment.map(|moment| Round { moment, going }))
    }

    async fn play(&mut self, mut going: Vec<Going>) -> Result<(), DemoError> {
        let households = going.iter().filter(|it| it.part != OFFICES);
        let ids = households.flat_map(|it| it.role.beside.iter().copied().chain([it.role.id])).collect();
        self.desk.warm(ids).await;
        let mut asking = Vec::new();
        for (at, it) in going.iter_mut().enumerate() {
            match std::mem::replace(&mut it.turn, Turn::Night) {
                Turn::Night => asking.extend(self.missed(&it.role).await?.into_iter().map(|submission| Asking {
                    at,
                    step: 0,
                    submission,
                    then: Then::Rest,
                })),
                Turn::Step(step) if it.part == OFFICES => self.work(step).await?,
                Turn::Step(step) => {
                    let number = step.number;
                    let asked = self.asked(it.part, &mut it.role, step).await?;
                    asking.extend(asked.map(|(submission, then)| Asking { at, step: number, submission, then }));
                }
            }
        }
        let otherwise = self.answered(asking, &mut going).await?;
        self.answered(otherwise, &mut going).await?;
        for Going { part, mut role, .. } in going {
            if part != OFFICES {
                self.watch(&mut role).await?;
            }
            self.put(part, role);
        }
        Ok(())
    }

    /// Hands a round in. What is to be asked instead of something that was refused.
    async fn answered(&mut self, asking: Vec<Asking>, going: &mut [Going]) -> Result<Vec<Asking>, DemoError> {
        let submissions = asking.iter().map(|it| it.submission.clone()).collect();
        let answers = self.desk.submit_in_order(submissions).await;
        let mut otherwise = Vec::new();
        for (asking, answer) in asking.into_iter().zip(answers) {
            let Asking { at, step, submission, then } = asking;
            let Some(role) = going.get_mut(at).map(|it| &mut it.role) else { continue };
            match (answer, then) {
                (Ok(receipt), then) => {
                    self.count(&receipt);
                    match then {
                        Then::Ask(_) => role.recorded(step, receipt.sequence),
                        Then::Ends(threads) => threads.into_iter().for_each(|thread| role.end(thread)),
                        Then::Try(..) | Then::Rest => {}
                    }
                }
                // Another thread of the story has closed the case meanwhile: this one ends.
                (Err(error), Then::Ask(thread)) if gone_elsewhere(&error) => {
                    self.filled.refused += 1;
                    role.end(thread);
                }
                (Err(error), Then::Try(thread, instead)) if expected(&error) => {
                    self.filled.refused += 1;
                    role.end(thread);
                    let instead = instead.map(|it| Asking { at, step, submission: *it, then: Then::Rest });
                    otherwise.extend(instead);
                }
                // Among very many stories some meet each other: what one did, such as asking about a likeness, may
                // stand in the way of another, which then ends.
                (Err(DeskError::Refused(_)), then) if !self.world.scale.is_pilot() => {
                    self.filled.refused += 1;
                    if let Then::Ask(thread) | Then::Try(thread, _) = then {
                        role.end(thread);
                    }
                }
                (Err(source), _) => return Err(failed(&submission.order, step, source)),
            }
        }
        Ok(otherwise)
    }

    /// What a step of a household asks, if it asks anything.
    async fn asked(&self, part: Part, role: &mut Role, step: Step) -> Result<Option<(Submission, Then)>, DemoError> {
        let (number, thread, id) = (step.number, step.thread, role.id);
        let caller = self.world.staff.caller(step.who)?;
        let word = format!("{part}/{number}");
        let of_household = |command| self.submission(caller, &word, Order::Household { id, command });
        Ok(match step.act {
            Act::Ask(mut order) => {
                self.lacked_by_whom(&mut order).await?;
                role.beside.extend(brought_about(&order).filter(|it| *it != id));
                Some((self.submission(caller, &word, *order), Then::Ask(thread)))
            }
            Act::Try { command, else_ask } => {
                let instead = else_ask.map(|command| Order::Household { id, command: *command });
                let instead = instead.map(|order| Box::new(self.submission(caller, &format!("{word}/else"), order)));
                Some((of_household(*command), Then::Try(thread, instead)))
            }
            Act::Ends { command, threads } => Some((of_household(*command), Then::Ends(threads))),
            Act::TakeBack { step, reason } => role.sequence_of(step).map(|sequence| {
                let command = Command::RetractFact(RetractFact { sequence, reason });
                (of_household(command), Then::Rest)
            }),
            Act::Rescore => self.rescored(id).await?.map(|it| (of_household(it), Then::Rest)),
            Act::Prioritise => self.prioritised(id).await?.map(|it| (of_household(it), Then::Rest)),
            Act::CloseNeed(need) => self.closed_need(id, need).await?.map(|it| (of_household(it), Then::Rest)),
            Act::Share(_) => return Err(DemoError::Data("story")),
        })
    }

    /// A step of the offices, alone.
    async fn work(&mut self, step: Step) -> Result<(), DemoError> {
        let caller = self.world.staff.caller(step.who)?.clone();
        let word = format!("{OFFICES}/{}", step.number);
        match step.act {
            Act::Ask(order) => self.submit(&caller, &word, *order).await,
            Act::Share(model) => self.share(&caller, &word, model).await,
            Act::Try { .. }
            | Act::Ends { .. }
            | Act::TakeBack { .. }
            | Act::Rescore
            | Act::Prioritise
            | Act::CloseNeed(_) => Err(DemoError::Data("offices")),
        }
    }

    /// The watcher will look in the night after the next last day.
    async fn watch(&self, role: &mut Role) -> Result<(), DemoError> {
        let mut next = None;
        for id in role.beside.iter().copied().chain([role.id]) {
            let first = self.to_come(id).await?.first().map(|it| it.by);
            next = next.into_iter().chain(first).min();
        }
        if let Some(by) = next.filter(|_| next != role.watched) {
            let night = Calendar::moment(by + Duration::days(1), 20).max(self.clock.now() + Duration::minutes(1));
            role.night = Some(night).filter(|night| *night <= self.world.calendar.until);
        }
        role.watched = next;
        Ok(())
    }

    /// What notes the dates that were missed, just as the watcher of a running service does.
    async fn missed(&self, role: &Role) -> Result<Vec<Submission>, DemoError> {
        let today = day_of(self.clock.now());
        let mut found = Vec::new();
        for id in role.beside.iter().copied().chain([role.id]) {
            let missed = self.to_come(id).await?.into_iter().filter(|it| it.by < today);
            found.extend(missed.filter_map(|it| watcher::submission(self.desk.log().id(), &it)));
        }
        Ok(found)
    }

    /// The dates of a household that somebody will have to note when they pass.
    async fn to_come(&self, id: HouseholdId) -> Result<Vec<watcher::Missed>, DemoError> {
        let (loaded, _) = self.desk.load_household(id, false).await.map_err(|source| unseen(id, source))?;
        Ok(loaded.state.case().map(|case| watcher::Missed::to_come(id, case)).unwrap_or_default())
    }

    fn submission(&self, caller: &Caller, word: &str, order: Order) -> Submission {
        let command = CommandId::derived(self.world.root, &format!("command/{word}"));
        Submission { caller: caller.clone(), command, seen: None, order }
    }

    async fn submit(&mut self, caller: &Caller, word: &str, order: Order) -> Result<(), DemoError> {
        let submission = self.submission(caller, word, order);
        let step = word.split('/').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        let order = submission.order.clone();
        let receipt = self.desk.submit(submission).await.map_err(|source| failed(&order, step, source))?;
        self.count(&receipt);
        Ok(())
    }

    fn count(&mut self, receipt: &Receipt) {
        self.filled.commands += 1;
        for event in &receipt.events {
            match self.filled.facts.get_mut(event) {
                Some(count) => *count += 1,
                None => drop(self.filled.facts.insert(event.clone(), 1)),
            }
        }
    }
}

fn failed(order: &Order, step: u32, source: DeskError) -> DemoError {
    DemoError::Desk { whose: order.target().to_string(), step, command: order.name(), source: Box::new(source) }
}

fn unseen(id: HouseholdId, source: DeskError) -> DemoError {
    DemoError::Desk { whose: id.to_string(), step: 0, command: "look", source: Box::new(source) }
}

/// The household that an order speaks to, and the one that it splits off.
fn brought_about(order: &Order) -> impl Iterator<Item = HouseholdId> + use<> {
    let (id, command) =
        if let Order::Household { id, command } = order { (Some(*id), Some(command)) } else { (None, None) };
    let spoken_to = id.filter(|_| matches!(command, Some(Command::Identify(_) | Command::SplitHousehold(_))));
    let formed = if let Some(Command::SplitHousehold(split)) = command { Some(split.household) } else { None };
    spoken_to.into_iter().chain(formed)
}

/// The household has gone elsewhere: nothing more is asked of it.
const fn gone_elsewhere(error: &DeskError) -> bool {
    matches!(error, DeskError::Refused(Refusal::Closed(_)))
}

/// The refusals that stories reckon with: there is no room, the household is not the model's, can work after all, or has
/// gone elsewhere.
const fn expected(error: &DeskError) -> bool {
    matches!(
        error,
        DeskError::Refused(
            Refusal::NoCapacity { .. }
                | Refusal::NoPlaceLeft { .. }
                | Refusal::NotEligible(_)
                | Refusal::TooEarly { .. }
                | Refusal::Closed(_)
                | Refusal::NotLeft(_)
                | Refusal::CheckedAlready { .. }
                | Refusal::CriteriaNotMet(_)
                | Refusal::NotProposed
                | Refusal::NotEnrolled
                | Refusal::Unknown(Thing::Cycle)
        )
    )
}
