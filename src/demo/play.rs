//! Plays the scripts: every step of every household in the order of the simulated time, through the desk.

mod aside;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::clock::{SimulatedClock, day_of};
use events::id::{CommandId, HouseholdId};

use super::calendar::Calendar;
use super::plan::{DemoError, Filled, Progress};
use super::script::{Act, NIGHTS, Script, Step};
use super::staff::ADMINISTRATOR;
use super::world::World;
use super::{opening, story};
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

/// A script while it is played.
struct Role {
    script: Script,
    id: HouseholdId,
    /// Households that its story brought about: entered twice, or split off.
    beside: Vec<HouseholdId>,
    /// The sequence that each step's fact got.
    sequences: BTreeMap<u32, u64>,
    /// The last day after which the watcher looks next.
    watched: Option<NaiveDate>,
}

/// The play.
pub(super) struct Play<'a> {
    desk: &'a Desk,
    clock: &'a SimulatedClock,
    world: &'a World,
    roles: BTreeMap<Part, Role>,
    /// When each part goes on. A part is here once.
    next: BinaryHeap<Reverse<(DateTime<Utc>, Part)>>,
    /// The next household to come in.
    coming: u32,
    filled: Filled,
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
        let mut play = Self { desk, clock, world, roles: BTreeMap::new(), next: BinaryHeap::new(), coming: 0, filled };
        play.begin(0, HouseholdId::derived(world.root, "offices"), opening::script(world)?);
        Ok(play)
    }

    fn begin(&mut self, part: Part, id: HouseholdId, script: Script) {
        if let Some(at) = script.next_at() {
            self.next.push(Reverse((at, part)));
            self.roles.insert(part, Role { script, id, beside: Vec::new(), sequences: BTreeMap::new(), watched: None });
        }
    }

    /// Lets those households in whose day has come. A script is written when it begins, so few are in memory.
    fn let_in(&mut self, day: NaiveDate) -> Result<(), DemoError> {
        while self.coming < self.world.households {
            let entered = self.world.calendar.entered(self.coming, self.world.households);
            if entered > day {
                break;
            }
            let id = HouseholdId::derived(self.world.root, &format!("household/{}", self.coming));
            let script = story::written(self.world, self.coming, entered)?;
            self.coming += 1;
            self.begin(self.coming, id, script);
        }
        Ok(())
    }

    /// Plays to the end.
    pub(super) async fn finish(mut self, tell: &mut dyn FnMut(Progress)) -> Result<Filled, DemoError> {
        let last = day_of(self.world.calendar.until);
        let mut day = self.world.calendar.start;
        while day <= last {
            self.let_in(day)?;
            while let Some(Reverse((at, part))) = self.next.peek().copied()
                && day_of(at) <= day
            {
                self.next.pop();
                self.go_on(at, part).await?;
            }
            let days_done = u32::try_from((day - self.world.calendar.start).num_days()).unwrap_or(0);
            tell(Progress { day, days_done, days: self.filled.days, commands: self.filled.commands });
            day += Duration::days(1);
        }
        self.clock.set(self.world.calendar.until);
        self.filled.households = self.coming;
        Ok(self.filled)
    }

    /// The next step of a part.
    async fn go_on(&mut self, at: DateTime<Utc>, part: Part) -> Result<(), DemoError> {
        let Some(mut role) = self.roles.remove(&part) else { return Ok(()) };
        if let Some(step) = role.script.take() {
            self.clock.set(at);
            self.act(part, &mut role, step).await?;
        }
        if let Some(at) = role.script.next_at() {
            self.next.push(Reverse((at, part)));
            self.roles.insert(part, role);
        }
        Ok(())
    }

    async fn act(&mut self, part: Part, role: &mut Role, step: Step) -> Result<(), DemoError> {
        let number = step.number;
        let caller = self.world.staff.caller(step.who)?.clone();
        let word = format!("{part}/{number}");
        match step.act {
            Act::Ask(order) => {
                role.beside.extend(brought_about(&order).filter(|id| *id != role.id));
                match self.submit(caller, &word, *order).await {
                    Ok(receipt) => {
                        role.sequences.insert(number, receipt.sequence);
                    }
                    // Another thread of the story has closed the case meanwhile: this one ends.
                    Err(error) if gone_elsewhere(&error) => {
                        self.filled.refused += 1;
                        role.script.end(step.thread);
                    }
                    Err(error) => return Err(error),
                }
            }
            Act::Try { command, else_ask } => {
                let order = Order::Household { id: role.id, command: *command };
                match self.submit(caller.clone(), &word, order).await {
                    Ok(_) => {}
                    Err(error) if expected(&error) => {
                        self.filled.refused += 1;
                        role.script.end(step.thread);
                        if let Some(command) = else_ask {
                            let order = Order::Household { id: role.id, command: *command };
                            self.submit(caller, &format!("{word}/else"), order).await?;
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
            Act::Ends { command, threads } => {
                self.submit(caller, &word, Order::Household { id: role.id, command: *command }).await?;
                for thread in threads {
                    role.script.end(thread);
                }
            }
            Act::TakeBack { step, reason } => {
                if let Some(sequence) = role.sequences.get(&step).copied() {
                    let command = Command::RetractFact(RetractFact { sequence, reason });
                    self.submit(caller, &word, Order::Household { id: role.id, command }).await?;
                }
            }
            Act::Watch => self.look(role).await?,
            Act::Share(model) => self.share(caller, &word, model).await?,
            Act::Rescore => self.rescore(caller, &word, role.id).await?,
            Act::Prioritise => self.prioritise(caller, &word, role.id).await?,
            Act::CloseNeed(need) => self.close_need(caller, &word, (role.id, need)).await?,
        }
        if part == OFFICES { Ok(()) } else { self.watch(role).await }
    }

    /// The watcher will look in the night after the next last day.
    async fn watch(&self, role: &mut Role) -> Result<(), DemoError> {
        let mut next = None;
        for id in role.beside.iter().copied().chain([role.id]) {
            let first = self.to_come(id).await?.first().map(|it| it.by);
            next = next.into_iter().chain(first).min();
        }
        if let Some(by) = next.filter(|_| next != role.watched) {
            // Nobody of the staff acts here; the step only needs somebody to stand for it.
            let night = Calendar::moment(by + Duration::days(1), 20).max(self.clock.now() + Duration::minutes(1));
            role.script.insert(night, ADMINISTRATOR, NIGHTS, Act::Watch);
        }
        role.watched = next;
        Ok(())
    }

    /// Notes what was missed just as the watcher of a running service does.
    async fn look(&mut self, role: &mut Role) -> Result<(), DemoError> {
        let today = day_of(self.clock.now());
        for id in role.beside.iter().copied().chain([role.id]) {
            for missed in self.to_come(id).await?.iter().filter(|it| it.by < today) {
                if let Some(submission) = watcher::submission(self.desk.log().id(), missed) {
                    self.hand_in(submission, &id.to_string(), 0).await?;
                }
            }
        }
        Ok(())
    }

    /// The dates of a household that somebody will have to note when they pass.
    async fn to_come(&self, id: HouseholdId) -> Result<Vec<watcher::Missed>, DemoError> {
        let failed = |source| failed(&id.to_string(), 0, "watch", source);
        let (loaded, _) = self.desk.load_household(id, false).await.map_err(failed)?;
        Ok(loaded.state.case().map(|case| watcher::Missed::to_come(id, case)).unwrap_or_default())
    }

    async fn submit(&mut self, caller: Caller, word: &str, order: Order) -> Result<Receipt, DemoError> {
        let whose = order.target().to_string();
        let command = CommandId::derived(self.world.root, &format!("command/{word}"));
        let number = word.split('/').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        self.hand_in(Submission { caller, command, seen: None, order }, &whose, number).await
    }

    async fn hand_in(&mut self, submission: Submission, whose: &str, step: u32) -> Result<Receipt, DemoError> {
        let name = submission.order.name();
        let receipt = self.desk.submit(submission).await.map_err(|source| failed(whose, step, name, source))?;
        self.filled.commands += 1;
        for event in &receipt.events {
            *self.filled.facts.entry(event.clone()).or_default() += 1;
        }
        Ok(receipt)
    }
}

fn failed(whose: &str, step: u32, command: &'static str, source: DeskError) -> DemoError {
    DemoError::Desk { whose: whose.to_owned(), step, command, source: Box::new(source) }
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
fn gone_elsewhere(error: &DemoError) -> bool {
    matches!(error, DemoError::Desk { source, .. } if matches!(**source, DeskError::Refused(Refusal::Closed(_))))
}

/// The refusals that stories reckon with: there is no room, the household is not the model's, can work after all, or has
/// gone elsewhere.
fn expected(error: &DemoError) -> bool {
    let DemoError::Desk { source, .. } = error else { return false };
    matches!(
        **source,
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
