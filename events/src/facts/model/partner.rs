//! Who carries an operating model, and in which role: buyers, leaders, trainers, certifiers, funders.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::AgencyId;

/// What a partner does for a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerRole {
    /// Leads it.
    Lead,
    /// Buys what it produces.
    Buyer,
    /// Trains households.
    Trainer,
    /// Certifies the produce.
    Certifier,
    /// Pays for it.
    Funder,
    /// Gives land, water or tools.
    Supplier,
    /// Something else.
    Other,
}

/// An agency takes a role in the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerJoined {
    /// The agency.
    pub agency: AgencyId,
    /// What it does.
    pub role: PartnerRole,
    /// The day.
    pub happened_on: NaiveDate,
}

/// Why a partner left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerLeftBecause {
    /// What was agreed is done.
    Finished,
    /// It withdrew.
    Withdrew,
    /// It did not do what was agreed.
    DidNotDeliver,
}

/// An agency no longer has a role in the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerLeft {
    /// The agency.
    pub agency: AgencyId,
    /// The role it gives up.
    pub role: PartnerRole,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: PartnerLeftBecause,
}
