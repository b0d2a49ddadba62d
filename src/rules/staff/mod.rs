//! Staff: who joined and left, and which roles they hold where.

mod ending;

use chrono::NaiveDate;
use events::area::Place;
use events::facts::staff::{RoleGranted, Scope, StaffDetails, StaffEvent, StaffJoined};
use events::id::{AgencyId, StaffId};
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::ending::{ADMINISTRATOR, somebody_administers};
pub use self::ending::{Leave, Of, RevokeRole};
use super::asked::Asked;
use super::field::{ENTRIES, Fields, NAME};
use super::refusal::{Refusal, Thing};

/// The roles that can be granted, by slug.
pub const ROLES: [&str; 7] =
    ["caseworker", "supervisor", "agency_officer", "operations", "auditor", "researcher", "administrator"];

/// Those of them that hold whatever place is named: an officer stands to referrals, an administrator to no household.
const WITHOUT_PLACES: [&str; 2] = ["agency_officer", "administrator"];

/// A member of staff as the facts have made them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// Once joined: the agency worked for, if any.
    pub joined: Option<Joined>,
}

/// A member of staff.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    /// The agency worked for.
    pub agency: Option<AgencyId>,
    /// Roles granted and not revoked.
    pub roles: Vec<RoleGranted>,
    /// Whether a role was ever granted: from then on only granted roles count.
    pub ever_granted: bool,
    /// The day of leaving.
    pub left_on: Option<NaiveDate>,
}

impl Staff {
    /// Moves past one fact. Total: it never fails and never judges.
    pub fn evolve(&mut self, event: &StaffEvent) {
        match event {
            StaffEvent::StaffJoined(it) => {
                self.joined = Some(Joined { agency: it.agency, ..Joined::default() });
            }
            StaffEvent::RoleGranted(it) => {
                if let Some(joined) = &mut self.joined {
                    joined.roles.push(it.clone());
                    joined.ever_granted = true;
                }
            }
            StaffEvent::RoleRevoked(it) => {
                if let Some(joined) = &mut self.joined {
                    joined.roles.retain(|granted| !ends(it.scope.as_ref(), &it.role, granted));
                }
            }
            StaffEvent::StaffLeft(it) => {
                if let Some(joined) = &mut self.joined {
                    joined.roles.clear();
                    joined.left_on = Some(it.happened_on);
                }
            }
        }
    }

    /// Whether somebody may act in a role on a day. Who never joined, or was never granted a role, acts as the token
    /// says: a new log has nobody yet who could grant one.
    pub fn may_act_as(&self, role: &str, on: NaiveDate) -> bool {
        let Some(joined) = &self.joined else { return true };
        if joined.left_on.is_some() {
            return false;
        }
        let holds = |granted: &RoleGranted| {
            granted.role == role && granted.happened_on <= on && granted.until.is_none_or(|until| on <= until)
        };
        !joined.ever_granted || joined.roles.iter().any(holds)
    }

    /// Where somebody may act in a role on a day: what was granted for it. None: only the token says.
    pub fn granted(&self, role: &str, on: NaiveDate) -> Option<Vec<&Scope>> {
        let joined = self.joined.as_ref().filter(|joined| joined.ever_granted)?;
        let holds =
            |it: &&RoleGranted| it.role == role && it.happened_on <= on && it.until.is_none_or(|until| on <= until);
        Some(joined.roles.iter().filter(holds).map(|it| &it.scope).collect())
    }

    /// Whether somebody is an administrator without an end: by a grant that has none, or as far as a token may say so.
    pub fn administers_for_good(&self) -> bool {
        let Some(joined) = &self.joined else { return true };
        let for_good = |it: &RoleGranted| it.role == ADMINISTRATOR && it.until.is_none();
        joined.left_on.is_none() && (!joined.ever_granted || joined.roles.iter().any(for_good))
    }

    /// Whether somebody has joined, and was never granted a role.
    pub fn is_new(&self) -> bool {
        self.joined.as_ref().is_some_and(|joined| joined.left_on.is_none() && !joined.ever_granted)
    }

    /// Whether a role holds for a place on a day.
    pub fn holds(&self, role: &str, place: &Place, on: NaiveDate) -> bool {
        self.joined.as_ref().is_some_and(|joined| {
            joined.roles.iter().any(|granted| {
                granted.role == role
                    && granted.happened_on <= on
                    && granted.until.is_none_or(|until| on <= until)
                    && covers(&granted.scope, place)
            })
        })
    }
}

/// Whether a revocation ends a grant.
fn ends(scope: Option<&Scope>, role: &str, granted: &RoleGranted) -> bool {
    granted.role == role && scope.is_none_or(|scope| *scope == granted.scope)
}

/// Whether a scope covers a place.
pub fn covers(scope: &Scope, place: &Place) -> bool {
    scope.areas.iter().any(|area| area.contains(place.tambon()))
        || place.lao().is_some_and(|lao| scope.laos.contains(&lao))
}

/// What of a scope lies in one of others: an area within an area, and organisations that both name.
pub fn within(scope: &Scope, others: &[&Scope]) -> Scope {
    let mut both = Scope::default();
    for other in others {
        for area in &scope.areas {
            let inner = other.areas.iter().filter_map(|it| match (area.contains(*it), it.contains(*area)) {
                (true, _) => Some(*it),
                (_, true) => Some(*area),
                (false, false) => None,
            });
            both.areas.extend(inner);
        }
        both.laos.extend(scope.laos.iter().filter(|lao| other.laos.contains(lao)));
    }
    both.areas.sort_unstable();
    both.areas.dedup();
    both.laos.sort_unstable();
    both.laos.dedup();
    both
}

/// Takes somebody onto the staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Name and telephone.
    pub details: StaffDetails,
    /// The agency worked for.
    #[serde(default)]
    pub agency: Option<AgencyId>,
}

impl Join {
    /// An id can join once.
    pub fn decide(&self, staff: &Staff, id: StaffId, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
        if staff.joined.is_some() {
            return Err(Refusal::IdTaken);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/details/name", &self.details.name, NAME);
        fields.optional_text("/details/phone", self.details.phone.as_ref(), NAME);
        fields.finish()?;
        Ok(vec![StaffEvent::StaffJoined(StaffJoined {
            happened_on,
            details: Sealed::open(Subject::new("staff", id), "staff.details", self.details.clone()),
            agency: self.agency,
        })])
    }
}

/// Grants a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    /// The day it begins; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The role.
    pub role: String,
    /// Where it holds.
    pub scope: Scope,
    /// The last day it holds.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl GrantRole {
    /// The same grant again changes nothing. The first grant ends what a token alone allowed.
    pub fn decide(&self, staff: &Staff, of: Of<'_>, asked: &Asked<'_>) -> Result<Vec<StaffEvent>, Refusal> {
        let joined = staff.joined.as_ref().ok_or(Refusal::Unknown(Thing::Staff))?;
        if joined.left_on.is_some() {
            return Err(Refusal::HasLeft);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        if !ROLES.contains(&self.role.as_str()) {
            let list = ROLES.join(", ");
            fields.wrong("/role", "unknown_role", format!("บทบาท: {list}"), format!("must be one of {list}"));
        }
        fields.areas("/scope/areas", &self.scope.areas, 0);
        fields.entries("/scope/laos", self.scope.laos.len(), 0, ENTRIES);
        if self.scope.is_empty() && !WITHOUT_PLACES.contains(&self.role.as_str()) {
            let (th, en) = ("ต้องระบุพื้นที่หรือองค์กรอย่างน้อยหนึ่งแห่ง", "must name at least one area or organisation");
            fields.wrong("/scope", "empty", th, en);
        }
        if let Some(until) = self.until {
            fields.not_before("/until", until, happened_on);
            fields.not_far_ahead("/until", until, asked.today());
        }
        fields.finish()?;
        let granted =
            RoleGranted { happened_on, role: self.role.clone(), scope: self.scope.clone(), until: self.until };
        if joined.roles.contains(&granted) {
            return Ok(Vec::new());
        }
        somebody_administers(staff, StaffEvent::RoleGranted(granted), of, asked)
    }
}
