//! Facts by which a referral waits for an answer once more: taken back by its agency, mended, or sent elsewhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::LegalBasis;
use super::referral::DisclosedField;
use crate::facts::Schema;
use crate::facts::case::PolicyRef;
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Words;
use crate::id::{AgencyId, ReferralId};

/// Why an agency takes its yes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakenBackReason {
    /// The service has no room or money left after all.
    NoCapacity,
    /// The household does not meet the service's conditions after all.
    NotEligible,
    /// Another referral was meant.
    Mistake,
    /// Something else, said in words.
    Other,
}

/// The agency takes its acceptance back and gives the place free; it must answer once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AcceptanceTakenBack {
    /// The referral.
    pub referral: ReferralId,
    /// The day the agency says it took it back.
    pub happened_on: NaiveDate,
    /// Why.
    pub reason: TakenBackReason,
    /// In words, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The last day on which an answer is in time: the clock starts when this is recorded.
    pub respond_by: NaiveDate,
    /// The policy that set the day.
    pub sla: PolicyRef,
    /// The list of holidays, where the policy counts working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<PolicyRef>,
}

impl Told for AcceptanceTakenBack {
    fn schema(&self) -> Schema {
        Schema::new("AcceptanceTakenBack", 1)
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

/// What was missing is there: a referral that was sent back is with the agency again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralResubmitted {
    /// The referral.
    pub referral: ReferralId,
    /// The day it was sent again.
    pub happened_on: NaiveDate,
    /// What was added, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The last day on which an answer is in time: the clock starts when this is recorded.
    pub respond_by: NaiveDate,
    /// The policy that set the day.
    pub sla: PolicyRef,
    /// The list of holidays, where the policy counts working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<PolicyRef>,
}

impl Told for ReferralResubmitted {
    fn schema(&self) -> Schema {
        Schema::new("ReferralResubmitted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        std::iter::once(&self.sla).chain(&self.holidays).collect()
    }
}

/// Why a referral goes to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RerouteReason {
    /// The agency does not answer or deliver.
    NoAnswer,
    /// The agency has no room or money left.
    NoCapacity,
    /// It is another agency's work.
    WrongAgency,
    /// The household asked for it.
    HouseholdAsked,
    /// Something else, said in words.
    Other,
}

/// The referral goes to another agency or service. Its history is kept, its clock to answer starts anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferralRerouted {
    /// The referral.
    pub referral: ReferralId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who had it.
    pub from_agency: AgencyId,
    /// For which service.
    pub from_service: String,
    /// Who has it now.
    pub agency: AgencyId,
    /// That agency's service, by its code.
    pub service: String,
    /// Why the household's data may be given to the agency.
    pub basis: LegalBasis,
    /// What is given.
    pub disclosed: Vec<DisclosedField>,
    /// Why.
    pub reason: RerouteReason,
    /// In words, tag `referral.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The last day on which an answer is in time: the clock starts when this is recorded.
    pub respond_by: NaiveDate,
    /// The policy that set the day.
    pub sla: PolicyRef,
    /// The list of holidays, where the policy counts working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<PolicyRef>,
}

impl Told for ReferralRerouted {
    fn schema(&self) -> Schema {
        Schema::new("ReferralRerouted", 1)
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
