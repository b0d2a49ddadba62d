//! Looking back on an operating model, and what follows: more of it, or its end.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::area::AreaCode;
use crate::id::StaffId;
use crate::money::Baht;

/// What a review found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewFinding {
    /// It works and should take more households.
    Scale,
    /// It goes on as it is.
    GoOn,
    /// It needs changes first.
    Change,
    /// It should end.
    End,
}

/// The model was looked back on, with the figures that were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelReviewed {
    /// The day.
    pub happened_on: NaiveDate,
    /// Who reviewed.
    pub reviewer: StaffId,
    /// What was found.
    pub finding: ReviewFinding,
    /// Cycles that had ended.
    pub cycles_ended: u32,
    /// Places there were.
    pub places: u32,
    /// Places that were taken.
    pub taken: u32,
    /// What the ended cycles earned, as far as it is known.
    pub earned: Baht,
}

/// The model takes more households, or those of more areas, after a review that found it worth it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelScaled {
    /// The day.
    pub happened_on: NaiveDate,
    /// Places from now on.
    pub places: u32,
    /// Where households may come from now on.
    pub areas: Vec<AreaCode>,
}

/// Why a model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelClosedBecause {
    /// It did what it was for.
    Finished,
    /// It did not work.
    DidNotWork,
    /// A partner it rests on is gone.
    PartnerLeft,
    /// It never began.
    NeverOpened,
}

/// The model takes nobody any more. No household takes part, no cycle runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelClosed {
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: ModelClosedBecause,
}
