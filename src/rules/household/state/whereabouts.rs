//! Where a household lives, and who it may be noted as elsewhere.

use chrono::NaiveDate;
use events::facts::household::Address;
use events::id::{HouseholdId, PersonId};
use events::sealed::Sealed;
use serde::{Deserialize, Serialize};

/// The address that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Located {
    /// Where the house stands, as far as it could be opened.
    pub address: Sealed<Address>,
    /// Since when it holds.
    pub since: NaiveDate,
}

/// A member who may be the same person as one of another household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resemblance {
    /// The person here.
    pub person: PersonId,
    /// The other household.
    pub household: HouseholdId,
    /// The person there.
    pub other: PersonId,
    /// Whether somebody looked and found two people.
    pub rejected: bool,
}
