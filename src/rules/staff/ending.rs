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
pub(super) const ADMINISTRATOR: &str = "administrator";

/// Whose roles a command is about, and the one who asks, as they stand.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// Whose.
    pub id: StaffId,
    /// Who asks, or for whom she stands in when she takes a newcomer on; the desk names the stream in the append.
    pub asker: &'a Staff,
}

/// The fact, unless it might leave nobody who administers. Whoever takes an administration without end away, or makes
/// it end, has one herself and keeps it: so one is always left.
pub(super) fn somebody_administers(
    staff: &Staff,
    fact: StaffEvent,
    of: Of<'_>,
    asked: &Asked<'_>,
) -> Result<Vec<StaffEvent>, Refusal> {
    let mut after = staff.clone();
    after.evolve(&fact);
    let ends = staff.administers_for_good() && !after.administers_for_good();
    if ends && of.id == asked.actor {
        return Err(Refusal::OwnAdministration);
    }
    if ends && !of.asker.administers_for_good() {
        return Err(Refusal::AdministrationEnds);
    }
    Ok(vec![fact])
}

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
    pub fn decide(&self, staff: &Staff, of: Of<'_>, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
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
        if of.id == asked.actor && self.role == ADMINISTRATOR {
            return Err(Refusal::OwnAdministration);
        }
        let (role, scope) = (self.role.clone(), self.scope.clone());
        let revoked = RoleRevoked { happened_on: asked.today(), role, scope };
        somebody_administers(staff, StaffEvent::RoleRevoked(revoked), of, asked)
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
    pub fn decide(&self, staff: &Staff, of: Of<'_>, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
        let joined = staff.joined.as_ref().ok_or(Refusal::Unknown(Thing::Staff))?;
        if joined.left_on.is_some() {
            return Ok(Vec::new());
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.finish()?;
        if of.id == asked.actor {
            return Err(Refusal::OwnAdministration);
        }
        somebody_administers(staff, StaffEvent::StaffLeft(StaffLeft { happened_on }), of, asked)
    }
}

fn here(staff: &Staff) -> Result<&Joined, Refusal> {
    let joined = staff.joined.as_ref().ok_or(Refusal::Unknown(Thing::Staff))?;
    if joined.left_on.is_some() { Err(Refusal::HasLeft) } else { Ok(joined) }
}
