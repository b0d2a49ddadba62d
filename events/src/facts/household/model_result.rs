//! What an operating model brought one household in one cycle.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::Told;
use crate::id::{CycleId, ModelId, PaymentId};
use crate::money::Baht;

/// The payment that a household's share comes from. The whole stands once in the model's history, so that sums over
/// households add shares and never the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutOfPayment {
    /// The payment.
    pub payment: PaymentId,
    /// All that was paid.
    pub total: Baht,
    /// Among how many households it was divided.
    pub households: u32,
}

/// A household's own result in one cycle of a model: what it grew, and what it earned by it. Unknown is not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelResultRecorded {
    /// The model.
    pub model: ModelId,
    /// Its cycle.
    pub cycle: CycleId,
    /// The day.
    pub happened_on: NaiveDate,
    /// The product, a code such as `straw_mushroom`.
    pub product: String,
    /// The unit, a code such as `kg`.
    pub unit: String,
    /// How many units the household produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced: Option<u32>,
    /// What the household earned: its own share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Baht>,
    /// The payment that its share comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<OutOfPayment>,
}

impl Told for ModelResultRecorded {
    fn schema(&self) -> Schema {
        Schema::new("ModelResultRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
