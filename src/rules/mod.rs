//! The rules: what a command means for what has happened so far. Pure: no clock, no ids, no I/O, no async.
//!
//! `decide` says which facts follow from a command, or why none may; `evolve` moves a state past one fact.
//! A command may look at other aggregates only through [`Others`], which the desk loads and names in the append.

pub mod agency;
pub mod asked;
pub mod field;
pub mod household;
pub mod instrument;
pub mod labels;
pub mod model;
pub mod numbering;
pub mod policy;
pub mod policy_defaults;
pub mod refusal;
pub mod staff;

#[cfg(test)]
pub(crate) mod spec;

use std::collections::BTreeMap;

use events::area::AreaCode;
use events::case_no::CaseNo;
use events::facts::agency::AgencyEvent;
use events::facts::household::HouseholdEvent;
use events::facts::model::ModelEvent;
use events::id::{AgencyId, HouseholdId, ModelId, StaffId};

use self::household::Household;

pub use self::asked::Asked;
pub use self::refusal::Refusal;

/// The other aggregates that a decision about a household looks at.
#[derive(Debug, Default)]
pub struct Others {
    /// Other households, opened: a merge, a split and their undoing change two at once.
    pub households: BTreeMap<HouseholdId, Household>,
    /// Agencies.
    pub agencies: BTreeMap<AgencyId, agency::Agency>,
    /// Operating models.
    pub models: BTreeMap<ModelId, model::Model>,
    /// A number for a household that is identified now.
    pub case_no: Option<CaseNo>,
    /// Staff; judged as they stand, not named in the append: a revoked role takes effect at once everywhere.
    pub staff: BTreeMap<StaffId, staff::Staff>,
}

/// Which others a command needs to see.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Other households. One that is not there yet is seen as an empty one.
    pub households: Vec<HouseholdId>,
    /// Agencies.
    pub agencies: Vec<AgencyId>,
    /// Operating models.
    pub models: Vec<ModelId>,
    /// Staff.
    pub staff: Vec<StaffId>,
    /// A case number of this province.
    pub case_no_of: Option<AreaCode>,
}

/// What follows from a command: facts of the household and of the others it touches, all or none.
#[derive(Debug, Default, PartialEq)]
pub struct Decision {
    /// Facts of the household. Empty with nothing else: it is already so.
    pub household: Vec<HouseholdEvent>,
    /// Facts of other households.
    pub households: Vec<(HouseholdId, HouseholdEvent)>,
    /// Facts of agencies.
    pub agencies: Vec<(AgencyId, AgencyEvent)>,
    /// Facts of operating models.
    pub models: Vec<(ModelId, ModelEvent)>,
}

impl Decision {
    /// It is already so: nothing happens.
    pub fn already_so() -> Self {
        Self::default()
    }

    /// Facts of the household alone.
    pub fn facts(household: Vec<HouseholdEvent>) -> Self {
        Self { household, ..Self::default() }
    }

    /// One fact of the household.
    pub fn fact(fact: HouseholdEvent) -> Self {
        Self::facts(vec![fact])
    }
}
