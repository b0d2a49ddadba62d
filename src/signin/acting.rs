//! In which role and where does somebody act, and what is missing before they may?

use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Caller, Role};

/// What must happen before anything else may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nothing.
    #[default]
    Nothing,
    /// A password of one's own, instead of the one an administrator handed out.
    Password,
    /// A second factor, which this role must have.
    SecondFactor,
}

/// A role, where it holds, and what is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acting {
    /// The role.
    pub role: Role,
    /// Where.
    #[serde(default)]
    pub scope: Scope,
    /// The agency an officer works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyId>,
    /// What must happen first.
    #[serde(default)]
    pub missing: Missing,
}

impl Acting {
    /// As a caller that the desk knows.
    pub fn caller(&self, staff: StaffId, request: Uuid) -> Caller {
        Caller {
            staff,
            role: self.role,
            scope: self.scope.clone(),
            agency: self.agency,
            channel: Channel::Api,
            request: Some(request),
        }
    }
}

/// Whether a role must show a second factor: who approves, sees everything, or decides who may.
pub fn needs_second_factor(role: Role) -> bool {
    match role {
        Role::Supervisor | Role::Auditor | Role::Operations | Role::Administrator => true,
        Role::Caseworker | Role::AgencyOfficer | Role::Researcher | Role::System => false,
    }
}
