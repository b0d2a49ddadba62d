//! What can happen to a member of staff: joined and left, and the roles and areas granted and revoked.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Schema;
use crate::area::{AreaCode, LaoCode};
use crate::id::AgencyId;
use crate::sealed::Sealed;

/// The name of the aggregate in the log.
pub const STAFF: &str = "staff";

/// A member of staff's name: one sealed value, tag `staff.details`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StaffDetails {
    /// Name.
    pub name: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Debug for StaffDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// Somebody joined the staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StaffJoined {
    /// The day.
    pub happened_on: NaiveDate,
    /// Name and telephone.
    #[schema(value_type = Object)]
    pub details: Sealed<StaffDetails>,
    /// The agency the person works for, when it is one that answers referrals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyId>,
}

/// Where a role holds: area codes of any level, LAO codes, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scope {
    /// Areas of any level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<AreaCode>,
    /// Local administrative organisations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub laos: Vec<LaoCode>,
}

impl Scope {
    /// Whether it names no place at all.
    pub const fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.laos.is_empty()
    }
}

/// A role was granted. Roles are stored by slug, so that history keeps what a role was called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleGranted {
    /// The day it begins.
    pub happened_on: NaiveDate,
    /// The role's slug.
    pub role: String,
    /// Where it holds.
    pub scope: Scope,
    /// The last day it holds; `None`: until revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A role was taken away, from this moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleRevoked {
    /// The day.
    pub happened_on: NaiveDate,
    /// The role's slug.
    pub role: String,
    /// The one grant of it that ends; `None`: every grant of this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
}

/// Somebody left the staff. Every role ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffLeft {
    /// The day.
    pub happened_on: NaiveDate,
}

/// A fact about a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum StaffEvent {
    StaffJoined(StaffJoined),
    RoleGranted(RoleGranted),
    RoleRevoked(RoleRevoked),
    StaffLeft(StaffLeft),
}

impl StaffEvent {
    /// The stored name and version.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::StaffJoined(_) => Schema::new("StaffJoined", 1),
            Self::RoleGranted(_) => Schema::new("RoleGranted", 1),
            Self::RoleRevoked(_) => Schema::new("RoleRevoked", 1),
            Self::StaffLeft(_) => Schema::new("StaffLeft", 1),
        }
    }
}

super::domain_event!(StaffEvent);
