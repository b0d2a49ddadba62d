//! Facts about asking an agency for help: made, answered, delivered late, completed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::LegalBasis;
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Words;
use crate::id::{AgencyId, NeedId, ReferralId};

/// What an agency may see of the household while its referral is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisclosedField {
    /// Names of the members.
    Names,
    /// The address.
    Address,
    /// Telephone numbers.
    Phone,
    /// Birth dates.
    Birth,
    /// Health and disability.
    Health,
    /// Citizen ids.
    CitizenId,
    /// Income.
    Income,
    /// The need in the household's words.
    NeedWords,
}

/// The household was referred to an agency's service for one need. The clock *to answer* starts when this is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralMade {
    /// The referral.
    pub referral: ReferralId,
    /// The day it was agreed with the household.
    pub happened_on: NaiveDate,
    /// The need it is for.
    pub need: NeedId,
    /// To whom.
    pub agency: AgencyId,
    /// The agency's service, by its code.
    pub service: String,
    /// Why the household's data may be given to the agency.
    pub basis: LegalBasis,
    /// What is given.
    pub disclosed: Vec<DisclosedField>,
    /// The last day on which an answer is in time.
    pub respond_by: NaiveDate,
    /// The policy that set the day.
    pub sla: PolicyRef,
    /// The list of holidays, where the policy counts working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<PolicyRef>,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next for the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for ReferralMade {
    fn schema(&self) -> Schema {
        Schema::new("ReferralMade", 1)
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

    fn policies(&self) -> Vec<&PolicyRef> {
        std::iter::once(&self.sla).chain(&self.holidays).collect()
    }
}

/// The agency takes it on. The clock *to deliver* starts when this is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralAccepted {
    /// The referral.
    pub referral: ReferralId,
    /// The day the agency says it accepted.
    pub happened_on: NaiveDate,
    /// The last day on which delivery is in time.
    pub deliver_by: NaiveDate,
    /// The policy that set the day.
    pub sla: PolicyRef,
    /// The list of holidays, where the policy counts working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<PolicyRef>,
}

impl Told for ReferralAccepted {
    fn schema(&self) -> Schema {
        Schema::new("ReferralAccepted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        std::iter::once(&self.sla).chain(&self.holidays).collect()
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Why an agency says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The service has no room or money left.
    NoCapacity,
    /// The household does not meet the service's conditions.
    NotEligible,
    /// Not this agency's work.
    WrongAgency,
    /// Somebody helps already.
    AlreadyHelped,
    /// Something else, said in words.
    Other,
}

/// The agency says no.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralDeclined {
    /// The referral.
    pub referral: ReferralId,
    /// The day the agency says it declined.
    pub happened_on: NaiveDate,
    /// Why.
    pub reason: DeclineReason,
    /// In words, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for ReferralDeclined {
    fn schema(&self) -> Schema {
        Schema::new("ReferralDeclined", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why an agency sends a referral back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// A document is missing.
    DocumentMissing,
    /// An answer is missing or unclear.
    DetailsUnclear,
    /// The household could not be reached with what was given.
    CannotReach,
    /// Something else, said in words.
    Other,
}

/// The agency sends it back for what is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralReturned {
    /// The referral.
    pub referral: ReferralId,
    /// The day the agency says it sent it back.
    pub happened_on: NaiveDate,
    /// Why.
    pub reason: ReturnReason,
    /// What is missing, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

impl Told for ReferralReturned {
    fn schema(&self) -> Schema {
        Schema::new("ReferralReturned", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// How an accepted referral ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralOutcome {
    /// The need is met.
    Met,
    /// The need is met in part.
    PartlyMet,
    /// Nothing could be done.
    NotMet,
}

/// The agency is done with it. Nothing completes that was not accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralCompleted {
    /// The referral.
    pub referral: ReferralId,
    /// The day it was done.
    pub happened_on: NaiveDate,
    /// How it ended.
    pub outcome: ReferralOutcome,
}

impl Told for ReferralCompleted {
    fn schema(&self) -> Schema {
        Schema::new("ReferralCompleted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// Why a referral was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// The case closed.
    CaseClosed,
    /// The household does not want it any more.
    NotWanted,
    /// The need was met elsewhere.
    MetElsewhere,
    /// Sent by mistake.
    Mistake,
    /// The household was merged into another, which goes on with it.
    Merged,
    /// The household took the consent back that it rested on.
    ConsentWithdrawn,
}

/// Whose wish it was to take a referral back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WishOf {
    /// The household's.
    Household,
    /// The caseworker's.
    Caseworker,
}

/// The referral was taken back by those who made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralWithdrawn {
    /// The referral.
    pub referral: ReferralId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: WithdrawnBecause,
    /// Whose wish it was; none where it follows from something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish_of: Option<WishOf>,
}

impl Told for ReferralWithdrawn {
    fn schema(&self) -> Schema {
        Schema::new("ReferralWithdrawn", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn undone(&self) -> Undone {
        Undone::ByItsVerb
    }
}

/// The agency had not answered by the end of the last day. Noted once by the watcher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResponseOverdue {
    /// The referral.
    pub referral: ReferralId,
    /// The agency that has it.
    pub agency: AgencyId,
    /// The last day on which an answer would have been in time.
    pub respond_by: NaiveDate,
}

impl Told for ResponseOverdue {
    fn schema(&self) -> Schema {
        Schema::new("ResponseOverdue", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }
}
