//! How a role ends, and how somebody leaves. Both hold from this moment on, on every node.

use chrono::NaiveDate;
use events::facts::staff::{RoleRevoked, Scope, StaffEvent, StaffLeft};
use events::id::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Joined, ROLES, Staff, ends};
use crate::rules::asked::Asked;
use crate::rules::field::{ENTRIES, Fields};
use crate::rules::refusal::{Refusal, Thing};

/// The role that must not die out.
const ADMINISTRATOR: &str = "administrator";

/// Takes a role away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRole {
    /// The role.
    pub role: String,
    /// The one grant of it that ends; left out: every grant of this role.
    #[serde(default)]
    pub scope: Option<Scope>,
}

impl RevokeRole {
    /// Only administrators revoke, and none her own administration: so the one who asks is always left. That two don't
    /// revoke each other at once, the desk sees to: it names the asker's own stream in the append.
    pub fn decide(&self, staff: &Staff, id: StaffId, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
        let joined = here(staff)?;
        let mut fields = Fields::default();
        if !ROLES.contains(&self.role.as_str()) {
            let list = ROLES.join(", ");
            fields.wrong("/role", "unknown_role", format!("บทบาท: {list}"), format!("must be one of {list}"));
        }
        if let Some(scope) = &self.scope {
            fields.areas("/scope/areas", &scope.areas, 0);
            fields.entries("/scope/laos", scope.laos.len(), 0, ENTRIES);
        }
        fields.finish()?;
        if !joined.roles.iter().any(|granted| ends(self.scope.as_ref(), &self.role, granted)) {
            return Err(Refusal::RoleNotHeld);
        }
        if id == asked.actor && self.role == ADMINISTRATOR {
            return Err(Refusal::OwnAdministration);
        }
        Ok(vec![StaffEvent::RoleRevoked(RoleRevoked {
            happened_on: asked.today(),
            role: self.role.clone(),
            scope: self.scope.clone(),
        })])
    }
}

/// Notes that somebody has left the staff.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The last day; today when left out. Every role ends now, whatever day is said.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Leave {
    /// Nobody leaves who would take the last administration along.
    pub fn decide(&self, staff: &Staff, id: StaffId, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
        let joined = staff.joined.as_ref().ok_or(Refusal::Unknown(Thing::Staff))?;
        if joined.left_on.is_some() {
            return Ok(Vec::new());
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.finish()?;
        if id == asked.actor {
            return Err(Refusal::OwnAdministration);
        }
        Ok(vec![StaffEvent::StaffLeft(StaffLeft { happened_on })])
    }
}

fn here(staff: &Staff) -> Result<&Joined, Refusal> {
    let joined = staff.joined.as_ref().ok_or(Refusal::Unknown(Thing::Staff))?;
    if joined.left_on.is_some() { Err(Refusal::HasLeft) } else { Ok(joined) }
}
