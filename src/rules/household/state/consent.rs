//! What the household has said yes to.

use chrono::NaiveDate;
use events::facts::agency::AgencyKind;
use events::facts::household::{ConsentBy, ConsentPurpose, ConsentScope};
use events::id::AgencyId;
use serde::{Deserialize, Serialize};

/// A yes of the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// The day it was given.
    pub on: NaiveDate,
    /// Who gave it.
    pub by: ConsentBy,
    /// For what.
    pub purpose: ConsentPurpose,
    /// To whom it reaches; `None`: to all partners.
    pub scope: Option<ConsentScope>,
    /// Whether it was not taken back.
    pub in_force: bool,
}

impl Consent {
    /// Whether data may go to this partner on it.
    pub fn covers(&self, agency: AgencyId, kind: AgencyKind) -> bool {
        let reaches = match &self.scope {
            None => true,
            Some(ConsentScope::Kinds { kinds }) => kinds.contains(&kind),
            Some(ConsentScope::Agency { agency: only }) => *only == agency,
        };
        self.in_force && self.purpose == ConsentPurpose::DisclosureToPartners && reaches
    }
}
