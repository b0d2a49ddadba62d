//! What can be ordered at the desk, and of which aggregate.

use events::facts::agency::AGENCY;
use events::facts::household::HOUSEHOLD;
use events::facts::model::MODEL;
use events::facts::policy::POLICY;
use events::facts::staff::STAFF;
use events::id::{AgencyId, HouseholdId, ModelId, StaffId};
use events::log::StreamId;
use serde::Serialize;

use crate::rules::agency::{OfferService, Register, SetCapacity};
use crate::rules::household::Command;
use crate::rules::model::{Open, SetPlaces};
use crate::rules::policy::Publish;
use crate::rules::staff::{GrantRole, Join};

/// A command to an agency.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum AgencyCommand {
    Register(Register),
    OfferService(OfferService),
    SetCapacity(SetCapacity),
}

/// A command to an operating model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum ModelCommand {
    Open(Open),
    SetPlaces(SetPlaces),
}

/// A command about a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum StaffCommand {
    Join(Join),
    GrantRole(GrantRole),
}

/// A command and the aggregate it is for.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant names its aggregate")]
pub enum Order {
    Household { id: HouseholdId, command: Command },
    Agency { id: AgencyId, command: AgencyCommand },
    Model { id: ModelId, command: ModelCommand },
    Staff { id: StaffId, command: StaffCommand },
    Policy(Publish),
}

impl Order {
    /// The stream the answer is about.
    pub fn target(&self) -> StreamId {
        match self {
            Self::Household { id, .. } => StreamId::new(HOUSEHOLD, id.to_string()),
            Self::Agency { id, .. } => StreamId::new(AGENCY, id.to_string()),
            Self::Model { id, .. } => StreamId::new(MODEL, id.to_string()),
            Self::Staff { id, .. } => StreamId::new(STAFF, id.to_string()),
            Self::Policy(publish) => StreamId::new(POLICY, publish.policy_id()),
        }
    }

    /// The command's name, as the log's `commands` keeps it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Household { command, .. } => command.name().as_str(),
            Self::Agency { command, .. } => match command {
                AgencyCommand::Register(_) => "register",
                AgencyCommand::OfferService(_) => "offer-service",
                AgencyCommand::SetCapacity(_) => "set-capacity",
            },
            Self::Model { command, .. } => match command {
                ModelCommand::Open(_) => "open",
                ModelCommand::SetPlaces(_) => "set-places",
            },
            Self::Staff { command, .. } => match command {
                StaffCommand::Join(_) => "join",
                StaffCommand::GrantRole(_) => "grant-role",
            },
            Self::Policy(_) => "publish",
        }
    }

    /// The body, for the keyed hash that tells a repeat from another command.
    pub(super) fn body(&self) -> serde_json::Value {
        let body = match self {
            Self::Household { command, .. } => serde_json::to_value(command),
            Self::Agency { command, .. } => serde_json::to_value(command),
            Self::Model { command, .. } => serde_json::to_value(command),
            Self::Staff { command, .. } => serde_json::to_value(command),
            Self::Policy(publish) => serde_json::to_value(publish),
        };
        // A command came from JSON or is built of the same types: it always goes back.
        body.unwrap_or(serde_json::Value::Null)
    }
}
