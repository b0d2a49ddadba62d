//! What all stories of one demo share: the seed's namespace, the days, and who and what is there.

use uuid::Uuid;

use super::calendar::Calendar;
use super::plan::{DemoError, Plan};
use super::staff::Staff;

/// The world of one demo.
#[derive(Debug)]
pub(super) struct World {
    /// All ids of the demo follow from it.
    pub(super) root: Uuid,
    /// The days.
    pub(super) calendar: Calendar,
    /// How many households.
    pub(super) households: u32,
    /// Who works in it.
    pub(super) staff: Staff,
}

impl World {
    /// The world of a plan.
    pub(super) fn of(plan: &Plan) -> Result<Self, DemoError> {
        let calendar = Calendar { start: plan.start, until: plan.until };
        if calendar.days() < 1 {
            return Err(DemoError::NoTime);
        }
        // The start is part of the name: another start is another demo with other ids.
        let name = format!("huean demo/{}/{}", plan.seed, plan.start);
        let root = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        let mut world = Self { root, calendar, households: plan.scale.households(), staff: Staff::default() };
        world.staff = Staff::hired(&world)?;
        Ok(world)
    }
}
