//! The story of one household, written ahead as a script: found, verified, assessed, helped, and perhaps out of poverty.
//!
//! What a rule may refuse is asked as [`Act::Try`](super::script::Act); everything else must go through.

mod aside;
mod beginning;
mod consent;
mod contact;
mod course;
mod help;
mod leaving;
mod living;
mod margins;
mod referral;
mod waiting;

use chrono::{Duration, NaiveDate};

use super::chance::Chance;
use super::geography::Lao;
use super::households::{Home, chance_of};
use super::plan::DemoError;
use super::script::{Cursor, MAIN, Script, Thread};
use super::staff::Who;
use super::survey::Means;
use super::world::World;
use events::clock::start_of;
use events::facts::agency::AgencyKind;

/// A household is entered at most so many days after it was found.
const FOUND_BEFORE: i64 = 12;

/// A story while it is written.
struct Tale<'a> {
    world: &'a World,
    home: Home,
    /// Where it lives.
    lao: &'a Lao,
    corner: (u32, u32),
    script: Script,
    means: Means,
    caseworker: Who,
    supervisor: Who,
    operations: Who,
    /// Partners outside the state that the household lets see its data.
    partners: Vec<AgencyKind>,
    /// What hangs on that consent.
    on_consent: Vec<Thread>,
    /// Referrals and deliveries told so far, for their ids.
    told: u32,
}

/// Writes the story of the `number`th household, which is entered on a day.
pub(super) fn written(world: &World, number: u32, entered: NaiveDate) -> Result<Script, DemoError> {
    let mut chance = chance_of(world, number);
    // As it was on the earliest day that it may be said to have been found.
    let home = Home::invented(world, number, entered - Duration::days(FOUND_BEFORE), &mut chance)?;
    let means = Means::found(&mut chance);
    let (id, lao) = (home.id, world.places.organisation(home.at)?);
    let corner = world.places.provinces.get(lao.province).ok_or(DemoError::Data("province"))?.corner;
    let mut tale = Tale {
        world,
        lao,
        corner,
        caseworker: world.staff.caseworker(home.at),
        supervisor: world.staff.supervisor(lao.district),
        operations: world.staff.operations(lao.province),
        script: Script::new(id, world.calendar.until, chance),
        home,
        means,
        partners: Vec::new(),
        on_consent: Vec::new(),
        told: 0,
    };
    let cursor = Cursor { day: entered, recorded: start_of(entered), thread: MAIN };
    tale.told(cursor)?;
    Ok(tale.script)
}

impl Tale<'_> {
    fn told(&mut self, mut at: Cursor) -> Result<(), DemoError> {
        self.is_found(&mut at)?;
        let found = at;
        if self.is_entered_in_error(at) {
            return Ok(());
        }
        self.is_entered_twice(at);
        self.margins(at);
        self.asks(at);
        if self.goes_on(at)? {
            self.lives_on(found)?;
        }
        self.is_written_down_better(found);
        self.asks_to_be_forgotten(found);
        Ok(())
    }

    /// All that follows. Whether the case stays open to the end.
    fn goes_on(&mut self, mut at: Cursor) -> Result<bool, DemoError> {
        // A few are never met, some turn out not to be poor: both are counted outcomes.
        match self.chance().between(0, 99) {
            0..5 => {
                self.is_never_met(at);
                return Ok(false);
            }
            5..15 => {
                self.is_visited(&mut at);
                self.is_found_not_poor(at);
                return Ok(false);
            }
            _ => {}
        }
        self.is_visited(&mut at);
        self.is_verified(&mut at);
        if !self.is_assessed(&mut at)? {
            return Ok(false);
        }
        self.says_yes(&mut at);
        self.needs_and_referrals(at);
        self.is_looked_at_again(&at);
        if self.chance().percent(4) {
            if self.home.worker().is_some() && self.chance().percent(75) {
                self.joins(at, 25);
            }
            self.is_lost(at);
            return Ok(false);
        }
        if self.ends_otherwise(at) {
            return Ok(false);
        }
        if self.leaves_poverty(at)? {
            return Ok(false);
        }
        self.is_helped_directly(at);
        self.joins_a_model(at);
        self.is_followed_up(at)?;
        self.needs_more(at);
        self.changes(at);
        self.takes_its_yes_back(at);
        self.is_supported(at);
        Ok(true)
    }

    /// A word for the next id of this household.
    fn next_word(&mut self) -> String {
        self.told += 1;
        self.told.to_string()
    }

    fn chance(&mut self) -> &mut Chance {
        &mut self.script.chance
    }

    /// How many days pass before something is written down: mostly none, now and then weeks.
    fn lateness(&mut self) -> i64 {
        if self.chance().percent(86) { 0 } else { self.chance().between(2, 24) }
    }
}
