//! Facts about an agency that is waited for: reminded, escalated, given more time, or late with what it promised.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::Told;
use crate::facts::people::Words;
use crate::id::{AgencyId, ReferralId};

/// To whom a referral is escalated; the later one stands above the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EscalatedTo {
    /// The supervisor of the district.
    Supervisor,
    /// The operations center of the province.
    Operations,
}

/// Why a referral is escalated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// The agency does not answer.
    NoAnswer,
    /// The agency accepted and does not deliver.
    NoDelivery,
    /// The household cannot wait.
    Urgent,
    /// Agencies do not agree whose work it is.
    Disputed,
    /// Something else, said in words.
    Other,
}

/// Somebody higher up is asked to look at a referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralEscalated {
    /// The referral.
    pub referral: ReferralId,
    /// The day.
    pub happened_on: NaiveDate,
    /// To whom.
    pub to: EscalatedTo,
    /// Why.
    pub reason: EscalationReason,
    /// In words, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for ReferralEscalated {
    fn schema(&self) -> Schema {
        Schema::new("ReferralEscalated", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The agency was reminded of a referral that waits with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReminderSent {
    /// The referral.
    pub referral: ReferralId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who was reminded.
    pub agency: AgencyId,
    /// How many reminders this agency has had of it, this one included.
    pub count: u32,
}

impl Told for ReminderSent {
    fn schema(&self) -> Schema {
        Schema::new("ReminderSent", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Which of a referral's two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralClock {
    /// The agency has to answer.
    ToAnswer,
    /// The agency has to deliver.
    ToDeliver,
}

/// Why an agency gets more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionReason {
    /// Papers are under way.
    DocumentsAwaited,
    /// Money comes with the next budget.
    BudgetAwaited,
    /// Rain, flood or harvest stands in the way.
    Season,
    /// The household asked for it.
    HouseholdAsked,
    /// Something else, said in words.
    Other,
}

/// The clock that runs ends later than it would have. Its age counts on from where it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeadlineExtended {
    /// The referral.
    pub referral: ReferralId,
    /// The day it was granted.
    pub happened_on: NaiveDate,
    /// Which clock.
    pub clock: ReferralClock,
    /// The last day until now.
    pub previous: NaiveDate,
    /// The last day from now on.
    pub until: NaiveDate,
    /// Why.
    pub reason: ExtensionReason,
    /// In words, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for DeadlineExtended {
    fn schema(&self) -> Schema {
        Schema::new("DeadlineExtended", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The agency had not delivered by the end of the last day. Noted once by the watcher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryOverdue {
    /// The referral.
    pub referral: ReferralId,
    /// The agency that has it.
    pub agency: AgencyId,
    /// The last day on which delivery would have been in time.
    pub deliver_by: NaiveDate,
}

impl Told for DeliveryOverdue {
    fn schema(&self) -> Schema {
        Schema::new("DeliveryOverdue", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }
}
