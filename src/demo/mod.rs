//! Fills a new log with invented households whose stories go through the desk, in time order on a simulated clock.
//!
//! Every command is one that caseworkers, supervisors and officers use. The same seed and start give the same ids,
//! facts, dates and positions: ids of commands follow from the seed and a word, all chance comes from seeded sources,
//! and commands are handed in one after the other, in the wider scales many at once and in order.
//!
//! | file | question |
//! |---|---|
//! | `plan` | what is asked for, and what is said about it |
//! | `world`, `calendar`, `geography` | when and where does it take place? |
//! | `staff`, `agencies`, `models`, `opening` | who and what is there before the first household? |
//! | `changes` | what do the offices change later? |
//! | `households`, `sizes`, `family`, `person`, `people_names` | who lives there? |
//! | `survey`, `words` | what do people answer and say? |
//! | `story` | what happens to one household? |
//! | `sign_ins` | how does one person of each role sign in? |
//! | `file` | what would they look like as a file to import? |
//! | `script`, `play` | when does each step come, and how is it handed in? |

mod agencies;
mod calendar;
mod chance;
mod changes;
mod family;
mod file;
mod geography;
mod households;
mod models;
mod opening;
mod people_names;
mod person;
mod plan;
mod play;
mod script;
mod sign_ins;
mod sizes;
mod staff;
mod story;
mod survey;
mod words;
mod world;

use events::clock::SimulatedClock;

pub use self::file::household_file;
pub use self::plan::{DemoError, DemoPerson, Filled, Plan, Progress, Scale};
pub use self::sign_ins::make_sign_ins;

use crate::desk::Desk;

/// Fills the new log behind a desk. `clock` must be the one that the log was opened with; at the end it stands at
/// `plan.until`.
pub async fn fill(
    desk: &Desk,
    clock: &SimulatedClock,
    plan: Plan,
    progress: &mut dyn FnMut(Progress),
) -> Result<Filled, DemoError> {
    if desk.log().head().await?.position > 0 {
        return Err(DemoError::NotNew);
    }
    let world = world::World::of(&plan)?;
    play::Play::new(desk, clock, &world)?.finish(progress).await
}
