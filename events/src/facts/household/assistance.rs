//! Facts about help that arrived, and about taking part in an operating model.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::{Capital, Dimension};
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::household::told::{Told, Undone};
use crate::id::{AgencyId, AssistanceId, ModelId, PaymentId, PersonId, ReferralId};
use crate::money::Baht;

/// What help was worth. In kind of unknown worth is not zero baht.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Worth {
    /// Money.
    Baht {
        /// How much.
        amount: Baht,
    },
    /// Goods, work or a service.
    InKind {
        /// Its worth, if somebody knows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worth: Option<Baht>,
    },
}

/// The payment of which help is one household's share: so that a payment for a shared plot is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartOf {
    /// The payment; the same in every household that has a share.
    pub payment: PaymentId,
    /// What it was in all.
    pub total: Baht,
    /// Among how many households it was shared.
    pub shares: u16,
}

/// Help reached the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssistanceDelivered {
    /// The delivery.
    pub assistance: AssistanceId,
    /// The day it arrived.
    pub happened_on: NaiveDate,
    /// What it was, a code such as `house_repair`.
    pub kind: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
    /// What it was worth to this household: of a shared payment only the share.
    pub worth: Worth,
    /// The shared payment it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<PartOf>,
    /// Members it was for; empty: the household as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneficiaries: Vec<PersonId>,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyId>,
    /// The referral it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralId>,
    /// The operating model it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for AssistanceDelivered {
    fn schema(&self) -> Schema {
        Schema::new("AssistanceDelivered", 2)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }
}

/// How the household confirmed help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedHow {
    /// Said so.
    Told,
    /// Signed for it.
    Signed,
}

/// What of the help the household says it received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Received {
    /// All of it.
    Yes,
    /// A part of it.
    Partly,
    /// Nothing.
    No,
}

/// The household says whether the help arrived. It moves no stage: help that did not arrive is reversed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssistanceConfirmed {
    /// The delivery.
    pub assistance: AssistanceId,
    /// The day the household said so.
    pub happened_on: NaiveDate,
    /// How.
    pub how: ConfirmedHow,
    /// What arrived.
    pub received: Received,
}

impl Told for AssistanceConfirmed {
    fn schema(&self) -> Schema {
        Schema::new("AssistanceConfirmed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why a delivery counts no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReversedBecause {
    /// It never arrived.
    DidNotArrive,
    /// It was given twice, and one of them was taken back.
    GivenTwice,
    /// It went to another household.
    GivenToAnother,
}

/// Help counts no longer. The household stands where the facts put it without that help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssistanceReversed {
    /// The delivery.
    pub assistance: AssistanceId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: ReversedBecause,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next without that help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for AssistanceReversed {
    fn schema(&self) -> Schema {
        Schema::new("AssistanceReversed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn ends_due(&self) -> bool {
        true
    }
}

/// The household takes part in an operating model. The place is taken in the model's stream in the same append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelEnrolled {
    /// The model.
    pub model: ModelId,
    /// The day it begins.
    pub happened_on: NaiveDate,
    /// What made the household eligible.
    pub eligible: Eligible,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for ModelEnrolled {
    fn schema(&self) -> Schema {
        Schema::new("ModelEnrolled", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// The inputs of an eligibility rule, as they stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Eligible {
    /// The household's level at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<super::assessment::Level>,
    /// Residents able to work.
    pub able_to_work: u16,
    /// The levels of the capitals that the model asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capitals: Vec<CapitalFound>,
    /// Whether the area fits.
    pub in_area: bool,
    /// A policy, when one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
}

/// The level of one capital as it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapitalFound {
    /// Which.
    pub capital: Capital,
    /// Its level by the last complete assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<super::assessment::Level>,
}

/// Why a household left an operating model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftModelBecause {
    /// Went through to the end.
    Finished,
    /// Gave up.
    Dropped,
    /// Found other work.
    OtherWork,
    /// Somebody fell ill or is needed at home.
    Health,
    /// It turned out not to suit the household.
    Unsuitable,
    /// The case closed.
    CaseClosed,
    /// The household was merged into another, which goes on with it.
    Merged,
}

impl LeftModelBecause {
    /// Whether it is written beside another fact alone: nobody gives it as a reason.
    pub const fn is_of_the_system(self) -> bool {
        match self {
            Self::Finished | Self::Dropped | Self::OtherWork | Self::Health | Self::Unsuitable => false,
            Self::CaseClosed | Self::Merged => true,
        }
    }
}

/// The household takes part no longer. The place is freed in the model's stream in the same append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelLeft {
    /// The model.
    pub model: ModelId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: LeftModelBecause,
}

impl Told for ModelLeft {
    fn schema(&self) -> Schema {
        Schema::new("ModelLeft", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}
