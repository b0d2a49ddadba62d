//! Facts about giving the household's data to others: its yes, what was given to whom, and when that ended.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::LegalBasis;
use super::referral::DisclosedField;
use crate::facts::Schema;
use crate::facts::agency::AgencyKind;
use crate::facts::household::told::{Told, Undone};
use crate::id::{AgencyId, ConsentId, DisclosureId, PersonId, ReferralId};

/// Who said yes for the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ConsentBy {
    /// A member.
    Member {
        /// Which.
        person: PersonId,
    },
    /// Whoever spoke with the caseworker and is no member.
    Informant,
}

/// For what the household said yes. One does not stand for another, nor does the basis on which its data is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// Data may go to partners outside the state for the services they are asked for.
    DisclosureToPartners,
    /// Data may be used in research.
    Research,
    /// Photographs may be taken and kept.
    Photographs,
}

/// How the yes was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentHow {
    /// Signed on paper.
    Signed,
    /// Said before a witness.
    Told,
    /// With a thumbprint on paper.
    Thumbprint,
    /// A file that was imported says so, and not how.
    InFile,
}

/// To whom a yes reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ConsentScope {
    /// Partners of these kinds.
    Kinds {
        /// The kinds, each once.
        kinds: Vec<AgencyKind>,
    },
    /// One partner.
    Agency {
        /// Which.
        agency: AgencyId,
    },
}

/// The household says yes to one use of its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsentGiven {
    /// The consent.
    pub consent: ConsentId,
    /// The day it was given.
    pub happened_on: NaiveDate,
    /// Who gave it.
    pub by: ConsentBy,
    /// For what.
    pub purpose: ConsentPurpose,
    /// How.
    pub how: ConsentHow,
    /// To whom it reaches; none: to all partners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ConsentScope>,
}

impl Told for ConsentGiven {
    fn schema(&self) -> Schema {
        Schema::new("ConsentGiven", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The household takes its yes back. What rests on it ends in the same append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsentWithdrawn {
    /// The consent.
    pub consent: ConsentId,
    /// The day.
    pub happened_on: NaiveDate,
}

impl Told for ConsentWithdrawn {
    fn schema(&self) -> Schema {
        Schema::new("ConsentWithdrawn", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Fields of the household are open to an agency from now on. Recorded with the referral that gives them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DisclosureMade {
    /// The disclosure.
    pub disclosure: DisclosureId,
    /// The referral that gives them.
    pub referral: ReferralId,
    /// The day from which the agency sees them.
    pub happened_on: NaiveDate,
    /// Who sees them.
    pub agency: AgencyId,
    /// What is given.
    pub fields: Vec<DisclosedField>,
    /// Why it may be given.
    pub basis: LegalBasis,
    /// For what: the service that is asked for, by its code.
    pub purpose: String,
    /// The household's yes that it rests on: partners outside the state see nothing without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentId>,
}

impl Told for DisclosureMade {
    fn schema(&self) -> Schema {
        Schema::new("DisclosureMade", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Why a disclosure ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureEndedBecause {
    /// The agency said no.
    Declined,
    /// The agency is done.
    Completed,
    /// The referral was taken back.
    Withdrawn,
    /// The referral went to somebody else.
    Rerouted,
    /// The household took its consent back.
    ConsentWithdrawn,
    /// The case closed.
    CaseClosed,
    /// The household was merged into another, which goes on with it.
    Merged,
}

/// The agency sees nothing of the household any more through this referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DisclosureEnded {
    /// The disclosure.
    pub disclosure: DisclosureId,
    /// The referral that gave it.
    pub referral: ReferralId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who saw them.
    pub agency: AgencyId,
    /// Why.
    pub because: DisclosureEndedBecause,
}

impl Told for DisclosureEnded {
    fn schema(&self) -> Schema {
        Schema::new("DisclosureEnded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}
