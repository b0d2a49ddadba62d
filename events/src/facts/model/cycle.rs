//! The cycles of an operating model: begun, what was sold shared among households, ended with results.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{AgencyId, CycleId, HouseholdId, PaymentId};
use crate::money::Baht;

/// A cycle of the model began: from seed to sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CycleStarted {
    /// The cycle.
    pub cycle: CycleId,
    /// The how manieth of the model, from 1.
    pub number: u32,
    /// The day.
    pub happened_on: NaiveDate,
    /// The season, a code such as `2568_wet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// Households that held a place on that day.
    pub households: u32,
}

/// What one household gets of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Share {
    /// Which household.
    pub household: HouseholdId,
    /// Its share.
    pub amount: Baht,
}

/// A buyer paid for what was grown together, and it was divided. Here stands the whole, once; each household's history
/// holds its own share, which it takes from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentShared {
    /// The payment.
    pub payment: PaymentId,
    /// In which cycle.
    pub cycle: CycleId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who paid, if it is an agency of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<AgencyId>,
    /// All that was paid.
    pub total: Baht,
    /// Who gets what. Together at most the total.
    pub shares: Vec<Share>,
    /// What the group keeps: the total less the shares.
    pub kept: Baht,
}

/// What a cycle brought of one product. Unknown is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CycleResult {
    /// The product, a code such as `straw_mushroom`.
    pub product: String,
    /// The unit, a code such as `kg`.
    pub unit: String,
    /// How many units were produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced: Option<u32>,
    /// How many were sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold: Option<u32>,
    /// What they brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Baht>,
}

/// A cycle ended, with what it brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CycleEnded {
    /// The cycle.
    pub cycle: CycleId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Households that held a place on that day.
    pub households: u32,
    /// What it brought, by product. Empty: nothing came of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<CycleResult>,
    /// What was paid and divided in this cycle, as known on that day.
    pub shared: Baht,
}
