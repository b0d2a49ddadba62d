//! What can be ordered at the desk, and of which aggregate.

use events::facts::agency::AGENCY;
use events::facts::household::HOUSEHOLD;
use events::facts::model::MODEL;
use events::facts::policy::POLICY;
use events::facts::staff::STAFF;
use events::id::{AgencyId, HouseholdId, ModelId, StaffId};
use events::log::StreamId;
use serde::Serialize;

use crate::rules::agency::{ChangeService, OfferService, PauseService, Register, ResumeService, SetCapacity};
use crate::rules::household::Command;
use crate::rules::model::{
    Approve, Close, Draft, EndCycle, JoinPartner, Open, OpenApproved, RemovePartner, Review, Scale, SetPlaces,
    SharePayment, StartCycle,
};
use crate::rules::policy::{Publish, Withdraw};
use crate::rules::staff::{GrantRole, Join, Leave, RevokeRole};

/// A command to an agency.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum AgencyCommand {
    Register(Register),
    OfferService(OfferService),
    ChangeService(ChangeService),
    PauseService(PauseService),
    ResumeService(ResumeService),
    SetCapacity(SetCapacity),
}

/// A command to an operating model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum ModelCommand {
    Draft(Draft),
    Approve(Approve),
    OpenApproved(OpenApproved),
    Open(Open),
    SetPlaces(SetPlaces),
    JoinPartner(JoinPartner),
    RemovePartner(RemovePartner),
    StartCycle(StartCycle),
    SharePayment(SharePayment),
    EndCycle(EndCycle),
    Review(Review),
    Scale(Scale),
    Close(Close),
}

impl ModelCommand {
    /// The agencies it names: each must be registered. Once registered an agency never ceases to be, so nothing can
    /// come between looking and appending.
    pub(super) fn agencies(&self) -> Vec<AgencyId> {
        match self {
            Self::Open(it) => it.partners.clone(),
            Self::JoinPartner(it) => vec![it.agency],
            Self::SharePayment(it) => it.payer.into_iter().collect(),
            Self::Draft(_)
            | Self::Approve(_)
            | Self::OpenApproved(_)
            | Self::SetPlaces(_)
            | Self::RemovePartner(_)
            | Self::StartCycle(_)
            | Self::EndCycle(_)
            | Self::Review(_)
            | Self::Scale(_)
            | Self::Close(_) => Vec::new(),
        }
    }
}

/// A command about a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum StaffCommand {
    Join(Join),
    GrantRole(GrantRole),
    RevokeRole(RevokeRole),
    Leave(Leave),
}

impl StaffCommand {
    /// The agency it names: it must be registered.
    pub(super) const fn agency(&self) -> Option<AgencyId> {
        match self {
            Self::Join(it) => it.agency,
            Self::GrantRole(_) | Self::RevokeRole(_) | Self::Leave(_) => None,
        }
    }

    /// Whether it may take rights away: then whoever asks must still hold theirs when it is appended. A first grant
    /// does, for it ends what a token alone allowed.
    pub(super) const fn may_take_away(&self) -> bool {
        match self {
            Self::GrantRole(_) | Self::RevokeRole(_) | Self::Leave(_) => true,
            Self::Join(_) => false,
        }
    }
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
    Withdraw(Withdraw),
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
            Self::Withdraw(withdraw) => StreamId::new(POLICY, withdraw.policy_id()),
        }
    }

    /// The command's name, as the log's `commands` keeps it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Household { command, .. } => command.name().as_str(),
            Self::Agency { command, .. } => match command {
                AgencyCommand::Register(_) => "register",
                AgencyCommand::OfferService(_) => "offer-service",
                AgencyCommand::ChangeService(_) => "change-service",
                AgencyCommand::PauseService(_) => "pause-service",
                AgencyCommand::ResumeService(_) => "resume-service",
                AgencyCommand::SetCapacity(_) => "set-capacity",
            },
            Self::Model { command, .. } => match command {
                ModelCommand::Draft(_) => "draft",
                ModelCommand::Approve(_) => "approve",
                ModelCommand::OpenApproved(_) => "open-approved",
                ModelCommand::Open(_) => "open",
                ModelCommand::SetPlaces(_) => "set-places",
                ModelCommand::JoinPartner(_) => "join-partner",
                ModelCommand::RemovePartner(_) => "remove-partner",
                ModelCommand::StartCycle(_) => "start-cycle",
                ModelCommand::SharePayment(_) => "share-payment",
                ModelCommand::EndCycle(_) => "end-cycle",
                ModelCommand::Review(_) => "review",
                ModelCommand::Scale(_) => "scale",
                ModelCommand::Close(_) => "close",
            },
            Self::Staff { command, .. } => match command {
                StaffCommand::Join(_) => "join",
                StaffCommand::GrantRole(_) => "grant-role",
                StaffCommand::RevokeRole(_) => "revoke-role",
                StaffCommand::Leave(_) => "leave",
            },
            Self::Policy(_) => "publish",
            Self::Withdraw(_) => "withdraw",
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
            Self::Withdraw(withdraw) => serde_json::to_value(withdraw),
        };
        // A command came from JSON or is built of the same types: it always goes back.
        body.unwrap_or(serde_json::Value::Null)
    }
}
