//! What is kept of one household between two steps of its story.
//!
//! A story follows from the household's number, so it need not be kept: it is written again when its next step comes.
//! What cannot be written again is kept, and that is little: how far it is, what never happens any more, and the night.

use chrono::{DateTime, NaiveDate, Utc};
use events::id::HouseholdId;

use crate::demo::plan::DemoError;
use crate::demo::script::{Script, Step, Thread};
use crate::demo::story;
use crate::demo::world::World;

/// What comes next.
#[derive(Debug)]
pub(super) enum Turn {
    /// The next step of the script.
    Step(Step),
    /// The watcher looks whether a date has passed.
    Night,
}

/// A household while its story is played.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) id: HouseholdId,
    /// Which one; `None`: the offices, whose script is kept to its end.
    number: Option<u32>,
    /// The rest of its script, while it is in memory.
    script: Option<Box<Script>>,
    next_step: Option<DateTime<Utc>>,
    /// The last step that was played.
    played: Option<(DateTime<Utc>, u32)>,
    /// Threads that ended while it was played.
    ended: Vec<Thread>,
    /// Sequences of facts that a later step takes back, by the step that brought them about.
    sequences: Vec<(u32, u64)>,
    /// Households that its story brought about: entered twice, or split off.
    pub(super) beside: Vec<HouseholdId>,
    /// The last day after which the watcher looks next.
    pub(super) watched: Option<NaiveDate>,
    /// The night in which it looks.
    pub(super) night: Option<DateTime<Utc>>,
}

impl Role {
    /// The role of the offices.
    pub(super) fn of_offices(id: HouseholdId, script: Script) -> Self {
        Self::new(id, None, script)
    }

    /// The `number`th household, whose story is written now for the first time.
    pub(super) fn entering(world: &World, number: u32, entered: NaiveDate) -> Result<Self, DemoError> {
        let id = HouseholdId::derived(world.root, &format!("household/{number}"));
        Ok(Self::new(id, Some(number), story::written(world, number, entered)?))
    }

    fn new(id: HouseholdId, number: Option<u32>, script: Script) -> Self {
        let next_step = script.next_at();
        Self {
            id,
            number,
            script: Some(Box::new(script)),
            next_step,
            played: None,
            ended: Vec::new(),
            sequences: Vec::new(),
            beside: Vec::new(),
            watched: None,
            night: None,
        }
    }

    /// When it goes on.
    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.next_step.into_iter().chain(self.night).min()
    }

    /// Takes what comes next.
    pub(super) fn take(&mut self, world: &World) -> Result<Option<Turn>, DemoError> {
        if let Some(night) = self.night
            && self.next_step.is_none_or(|step| night < step)
        {
            self.night = None;
            return Ok(Some(Turn::Night));
        }
        let Some(at) = self.next_step else { return Ok(None) };
        let script = self.script(world)?;
        let step = script.take();
        self.next_step = script.next_at();
        self.played = step.as_ref().map(|step| (at, step.number));
        Ok(step.map(Turn::Step))
    }

    /// The rest of the script, written again if it was let go.
    fn script(&mut self, world: &World) -> Result<&mut Script, DemoError> {
        let script = match (self.script.take(), self.number) {
            (Some(script), _) => script,
            (None, None) => return Err(DemoError::Data("offices")),
            (None, Some(number)) => {
                let entered = world.calendar.entered(number, world.households());
                let mut script = story::written(world, number, entered)?;
                if let Some(played) = self.played {
                    script.skip_to(played);
                }
                for thread in &self.ended {
                    script.end(*thread);
                }
                Box::new(script)
            }
        };
        Ok(self.script.insert(script))
    }

    /// A thread is at its end.
    pub(super) fn end(&mut self, thread: Thread) {
        self.ended.push(thread);
        if let Some(script) = &mut self.script {
            script.end(thread);
            self.next_step = script.next_at();
        }
    }

    /// Remembers the fact of a step for the one that takes it back, if there is one.
    pub(super) fn recorded(&mut self, step: u32, sequence: u64) {
        if self.script.as_ref().is_some_and(|script| script.takes_back(step)) {
            self.sequences.push((step, sequence));
        }
    }

    /// The sequence of the fact that a step brought about.
    pub(super) fn sequence_of(&self, step: u32) -> Option<u64> {
        self.sequences.iter().find(|(it, _)| *it == step).map(|(_, sequence)| *sequence)
    }

    /// Whether its script is in memory and could be written again.
    pub(super) fn holds_script(&self) -> bool {
        self.script.is_some() && self.number.is_some()
    }

    /// Lets the script go, unless it could not be written again.
    pub(super) fn let_go(&mut self) {
        if self.number.is_some() {
            self.script = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use events::clock::start_of;

    use super::*;
    use crate::demo::plan::{Plan, Scale};

    fn world(scale: Scale) -> World {
        let start = NaiveDate::from_ymd_opt(2024, 11, 22).unwrap();
        let until = start_of(start + Duration::days(730));
        World::of(&Plan { seed: 1, start, until, scale }).unwrap()
    }

    fn role(world: &World, number: u32) -> Role {
        Role::entering(world, number, world.calendar.entered(number, world.households())).unwrap()
    }

    /// Plays all steps; every third one ends its thread, as a refusal does.
    fn played(world: &World, mut role: Role, forgetful: bool) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(at) = role.next_at() {
            let Some(Turn::Step(step)) = role.take(world).unwrap() else { panic!("there are no nights") };
            told.push(format!("{at} {step:?}"));
            role.recorded(step.number, 7);
            if told.len().is_multiple_of(3) {
                role.end(step.thread);
            }
            if forgetful {
                role.let_go();
            }
        }
        told.push(format!("{:?}", role.sequences));
        told
    }

    #[test]
    fn a_story_that_is_written_again_before_every_step_goes_on_as_one_that_is_kept() {
        for scale in [Scale::Pilot, Scale::Spread { households: 300 }] {
            let world = world(scale);
            let (mut steps, mut taken_back) = (0, 0);
            for number in 0..300 {
                let kept = played(&world, role(&world, number), false);
                assert_eq!(kept, played(&world, role(&world, number), true), "{number}");
                steps += kept.len();
                taken_back += usize::from(kept.last().is_some_and(|it| it != "[]"));
            }
            assert!(steps > 2_000 && taken_back > 0, "{steps} {taken_back}");
        }
    }
}
