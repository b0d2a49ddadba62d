//! What all stories of one demo share: the seed's namespace, the days, and who and what is there.

use uuid::Uuid;

use super::agencies::Agencies;
use super::calendar::Calendar;
use super::geography::Geography;
use super::models::{self, Model};
use super::plan::{DemoError, Plan, Scale};
use super::sizes::Sizes;
use super::staff::Staff;

/// The world of one demo.
#[derive(Debug)]
pub(super) struct World {
    /// All ids of the demo follow from it.
    pub(super) root: Uuid,
    /// The days.
    pub(super) calendar: Calendar,
    /// How large it is.
    pub(super) scale: Scale,
    /// Where it takes place.
    pub(super) places: Geography,
    /// Who helps in it.
    pub(super) agencies: Agencies,
    /// What households can join.
    pub(super) models: Vec<Model>,
    /// How many people each household has, where their sum is given.
    pub(super) sizes: Option<Sizes>,
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
        let scale = plan.scale;
        let places = Geography::of(scale)?;
        let agencies = Agencies::of(scale, &places);
        let models = models::of(scale, &places);
        let sizes = scale.people().map(|people| Sizes::of(scale.households(), people, root));
        let staff = Staff::default();
        let mut world = Self { root, calendar, scale, places, agencies, models, sizes, staff };
        world.staff = Staff::hired(&world);
        Ok(world)
    }

    /// How many households.
    pub(super) const fn households(&self) -> u32 {
        self.scale.households()
    }
}
