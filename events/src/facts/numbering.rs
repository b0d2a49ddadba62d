//! What can happen to a province's case numbers: a node reserves a block of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Schema;

/// The name of the aggregate in the log.
pub const NUMBERING: &str = "numbering";

/// A block of running numbers belongs to one node from now on. Gaps are fine, reuse is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumbersReserved {
    /// First number of the block.
    pub from: u32,
    /// Last number of the block.
    pub to: u32,
}

/// A fact about the numbers of a province.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum NumberingEvent {
    NumbersReserved(NumbersReserved),
}

impl NumberingEvent {
    /// The stored name and version.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::NumbersReserved(_) => Schema::new("NumbersReserved", 1),
        }
    }
}

super::domain_event!(NumberingEvent);
