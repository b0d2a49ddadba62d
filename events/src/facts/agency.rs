//! What can happen to an agency: registered, its services, and how many it can serve.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Schema;
use super::household::{Capital, Dimension};
use crate::area::AreaCode;
use crate::id::{HouseholdId, ReferralId};
use crate::sealed::Sealed;

/// The name of the aggregate in the log.
pub const AGENCY: &str = "agency";

/// What kind of agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgencyKind {
    /// A state agency.
    State,
    /// A local administrative organisation (อปท.).
    Lao,
    /// A company.
    Private,
    /// A civil-society organisation.
    Civil,
    /// A temple, mosque or church.
    Religious,
    /// A school or university.
    Education,
}

/// Whom to reach at an agency: one sealed value, tag `agency.contact`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgencyContact {
    /// A person's name.
    pub name: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Debug for AgencyContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// An agency that answers referrals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgencyRegistered {
    /// The day.
    pub happened_on: NaiveDate,
    /// The organisation's name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// What kind it is.
    pub kind: AgencyKind,
    /// Where it works: area codes of any level.
    pub areas: Vec<AreaCode>,
    /// Whom to reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub contact: Option<Sealed<AgencyContact>>,
}

/// The agency offers a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceOffered {
    /// The day it begins.
    pub happened_on: NaiveDate,
    /// A code unique within the agency, such as `house_repair`.
    pub service: String,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
}

/// A service is called or counts otherwise from now on. What was referred to it before stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceChanged {
    /// The day.
    pub happened_on: NaiveDate,
    /// The service.
    pub service: String,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
}

/// Why a service takes no new referrals for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PausedBecause {
    /// There is no money for it now.
    NoBudget,
    /// There is nobody to do it now.
    NoStaff,
    /// It is out of season.
    Season,
    /// Something else.
    Other,
}

/// The service takes no new referrals for now. Those it has go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServicePaused {
    /// The day.
    pub happened_on: NaiveDate,
    /// The service.
    pub service: String,
    /// Why.
    pub because: PausedBecause,
    /// The day on which the agency means to go on: said, and nothing happens by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// The service takes referrals again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceResumed {
    /// The day.
    pub happened_on: NaiveDate,
    /// The service.
    pub service: String,
}

/// How many households the agency can serve with a service at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapacitySet {
    /// The day.
    pub happened_on: NaiveDate,
    /// The service.
    pub service: String,
    /// Places; `None`: not limited.
    pub places: Option<u32>,
}

/// A referral was accepted and takes a place; written with the household's fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapacityTaken {
    /// The service.
    pub service: String,
    /// By which referral.
    pub referral: ReferralId,
    /// Of which household.
    pub household: HouseholdId,
}

/// A referral ended and gives its place back; written with the household's fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapacityFreed {
    /// The service.
    pub service: String,
    /// By which referral.
    pub referral: ReferralId,
    /// Of which household.
    pub household: HouseholdId,
}

/// A fact in the life of an agency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum AgencyEvent {
    AgencyRegistered(AgencyRegistered),
    ServiceOffered(ServiceOffered),
    ServiceChanged(ServiceChanged),
    ServicePaused(ServicePaused),
    ServiceResumed(ServiceResumed),
    CapacitySet(CapacitySet),
    CapacityTaken(CapacityTaken),
    CapacityFreed(CapacityFreed),
}

impl AgencyEvent {
    /// The stored name and version.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::AgencyRegistered(_) => Schema::new("AgencyRegistered", 1),
            Self::ServiceOffered(_) => Schema::new("ServiceOffered", 1),
            Self::ServiceChanged(_) => Schema::new("ServiceChanged", 1),
            Self::ServicePaused(_) => Schema::new("ServicePaused", 1),
            Self::ServiceResumed(_) => Schema::new("ServiceResumed", 1),
            Self::CapacitySet(_) => Schema::new("CapacitySet", 1),
            Self::CapacityTaken(_) => Schema::new("CapacityTaken", 1),
            Self::CapacityFreed(_) => Schema::new("CapacityFreed", 1),
        }
    }
}

super::domain_event!(AgencyEvent);
