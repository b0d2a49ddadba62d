//! The commands to agencies, operating models and staff, each on one line.

use events::id::{AgencyId, ModelId, StaffId};

use super::{AGENCY, MODEL, STAFF, changing, making};
use crate::desk::{AgencyCommand, ModelCommand, Order, StaffCommand};
use crate::web::operation::Operation;

/// Each of them.
pub(super) fn operations() -> Vec<Operation> {
    [agencies(), models(), staff()].into_iter().flatten().collect()
}

fn agencies() -> Vec<Operation> {
    vec![
        making(&AGENCY, "Registers an agency.", "register", |id, it| Order::Agency {
            id: AgencyId(id),
            command: AgencyCommand::Register(it),
        }),
        changing(&AGENCY, "Offers a service.", "offer-service", |id, it| Order::Agency {
            id: AgencyId(id),
            command: AgencyCommand::OfferService(it),
        }),
        changing(&AGENCY, "Says what a service is called and counts under.", "change-service", |id, it| {
            Order::Agency { id: AgencyId(id), command: AgencyCommand::ChangeService(it) }
        }),
        changing(&AGENCY, "Lets a service take no new referrals for now.", "pause-service", |id, it| Order::Agency {
            id: AgencyId(id),
            command: AgencyCommand::PauseService(it),
        }),
        changing(&AGENCY, "Lets a service take referrals again.", "resume-service", |id, it| Order::Agency {
            id: AgencyId(id),
            command: AgencyCommand::ResumeService(it),
        }),
        changing(&AGENCY, "Says how many a service takes.", "set-capacity", |id, it| Order::Agency {
            id: AgencyId(id),
            command: AgencyCommand::SetCapacity(it),
        }),
    ]
}

fn models() -> Vec<Operation> {
    vec![
        making(&MODEL, "Enters an operating model that was agreed on elsewhere.", "open", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::Open(it),
        }),
        changing(&MODEL, "Drafts an operating model under an id that the client chose.", "draft", |id, it| {
            Order::Model { id: ModelId(id), command: ModelCommand::Draft(it) }
        }),
        changing(&MODEL, "Approves a draft that somebody else wrote.", "approve", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::Approve(it),
        }),
        changing(&MODEL, "Opens a model that was approved.", "open-approved", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::OpenApproved(it),
        }),
        changing(&MODEL, "Says how many households the model takes.", "set-places", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::SetPlaces(it),
        }),
        changing(&MODEL, "Lets an agency take a role in the model.", "join-partner", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::JoinPartner(it),
        }),
        changing(&MODEL, "Notes that an agency gave up its role.", "remove-partner", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::RemovePartner(it),
        }),
        changing(&MODEL, "Begins a cycle.", "start-cycle", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::StartCycle(it),
        }),
        changing(&MODEL, "Divides what a buyer paid at once among households.", "share-payment", |id, it| {
            Order::Model { id: ModelId(id), command: ModelCommand::SharePayment(it) }
        }),
        changing(&MODEL, "Ends the cycle that runs, with what it brought.", "end-cycle", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::EndCycle(it),
        }),
        changing(&MODEL, "Looks back on the model.", "review", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::Review(it),
        }),
        changing(&MODEL, "Widens a model after a good review.", "scale", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::Scale(it),
        }),
        changing(&MODEL, "Closes a model in which nobody takes part any more.", "close", |id, it| Order::Model {
            id: ModelId(id),
            command: ModelCommand::Close(it),
        }),
    ]
}

fn staff() -> Vec<Operation> {
    vec![
        making(&STAFF, "Takes somebody onto the staff.", "join", |id, it| Order::Staff {
            id: StaffId(id),
            command: StaffCommand::Join(it),
        }),
        changing(&STAFF, "Grants a role.", "grant-role", |id, it| Order::Staff {
            id: StaffId(id),
            command: StaffCommand::GrantRole(it),
        }),
        changing(&STAFF, "Takes a role away, from this moment on.", "revoke-role", |id, it| Order::Staff {
            id: StaffId(id),
            command: StaffCommand::RevokeRole(it),
        }),
        changing(&STAFF, "Notes that somebody left the staff.", "leave", |id, it| Order::Staff {
            id: StaffId(id),
            command: StaffCommand::Leave(it),
        }),
    ]
}
