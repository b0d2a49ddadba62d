//! Help that was delivered, and what the household said of it.

use chrono::NaiveDate;
use events::facts::household::Received;
use serde::{Deserialize, Serialize};

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The day it arrived.
    pub on: NaiveDate,
    /// What the household says it received.
    pub confirmed: Option<Received>,
    /// Whether it counts no longer.
    pub reversed: bool,
}
