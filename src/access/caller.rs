//! Who is calling: a person in a role with a scope, or the system.

use std::fmt;
use std::str::FromStr;

use events::area::Place;
use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::household::Case;
use crate::rules::staff::covers;

use super::policy::Relation;

/// What somebody is to Huean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Finds, visits, assesses, refers, follows up.
    Caseworker,
    /// Assigns, confirms, approves.
    Supervisor,
    /// Answers the referrals of one agency.
    AgencyOfficer,
    /// Watches backlogs for a province.
    Operations,
    /// Replays everything, changes nothing.
    Auditor,
    /// Reads reports.
    Researcher,
    /// Configures; sees no case.
    Administrator,
    /// The watcher, the importer.
    System,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Caseworker,
        Self::Supervisor,
        Self::AgencyOfficer,
        Self::Operations,
        Self::Auditor,
        Self::Researcher,
        Self::Administrator,
        Self::System,
    ];

    /// Whether what it may do is bound to places: the system is everywhere, an officer stands to referrals, and an
    /// administrator sees no case.
    pub const fn has_places(self) -> bool {
        match self {
            Self::Caseworker | Self::Supervisor | Self::Operations | Self::Auditor | Self::Researcher => true,
            Self::AgencyOfficer | Self::Administrator | Self::System => false,
        }
    }

    /// The slug that metadata and tokens use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::Supervisor => "supervisor",
            Self::AgencyOfficer => "agency_officer",
            Self::Operations => "operations",
            Self::Auditor => "auditor",
            Self::Researcher => "researcher",
            Self::Administrator => "administrator",
            Self::System => "system",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = events::facts::case::UnknownCode;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(events::facts::case::UnknownCode)
    }
}

/// Somebody who asks for something.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// Opaque id.
    pub staff: StaffId,
    /// In which role.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// The agency an officer works for.
    pub agency: Option<AgencyId>,
    /// Through which door.
    pub channel: Channel,
    /// The request it came in.
    pub request: Option<Uuid>,
}

impl Caller {
    /// The system itself, everywhere.
    pub fn system(staff: StaffId, channel: Channel) -> Self {
        Self { staff, role: Role::System, scope: Scope::default(), agency: None, channel, request: None }
    }

    /// Whether a place lies in the caller's scope.
    pub fn covers(&self, place: &Place) -> bool {
        self.role == Role::System || covers(&self.scope, place)
    }

    /// How the caller stands to a household. An officer stands to it only through what is disclosed to the agency now,
    /// whatever scope the token names.
    pub fn relation_to(&self, case: &Case) -> Relation {
        match self.role {
            Role::AgencyOfficer => {
                let mine = |agency: AgencyId| self.agency == Some(agency);
                if case.referrals.values().any(|it| mine(it.agency) && it.open_disclosure().is_some()) {
                    Relation::ReferredToMyAgency
                } else {
                    Relation::None
                }
            }
            Role::Caseworker
            | Role::Supervisor
            | Role::Operations
            | Role::Auditor
            | Role::Researcher
            | Role::Administrator
            | Role::System => {
                if self.covers(&case.place) {
                    Relation::InScope
                } else {
                    Relation::None
                }
            }
        }
    }
}
