//! The end of a household: nobody of it is left.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::case::After;
use crate::facts::household::told::Told;

/// Why a household is one no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DissolvedBecause {
    /// The last member died.
    LastMemberDied,
    /// Nobody lives in the house any more.
    NobodyLivesThere,
}

/// The household is one no longer. What is open ends with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdDissolved {
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: DissolvedBecause,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for HouseholdDissolved {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdDissolved", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }
}
