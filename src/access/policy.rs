//! The one policy: role × action × relation.

use crate::rules::household::command::Name;

use super::caller::Role;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Give a household a command.
    Household(Name),
    /// Read one case.
    ReadCase,
    /// Read a case's history.
    ReadHistory,
    /// Hand out what is held of one person.
    ReadPersonFile,
    /// Read who looked at a household.
    ReadAccessLog,
    /// Read a household outside the own areas for three hours, for a reason that others see.
    BreakGlass,
    /// Search and list households.
    ListHouseholds,
    /// List referrals.
    ListReferrals,
    /// List what must be done by when.
    ListTasks,
    /// List the complaints and requests that wait for an answer.
    ListComplaints,
    /// Read backlog, funnel and reports.
    ReadReports,
    /// Follow the whole log.
    ReadFeed,
    /// Hand in a file of households or a list of the state, and record it.
    ImportFiles,
    /// See how the imports of those stand whose areas lie in the own ones; not their files.
    OverseeImports,
    /// Register agencies, change services and capacities.
    ManageAgencies,
    /// Draft, approve, open and close models, their partners, cycles and places.
    ManageModels,
    /// Take on staff, grant and revoke roles.
    ManageStaff,
    /// Publish and withdraw policies.
    ManagePolicies,
}

/// How the caller stands to the household asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It lies in the caller's areas.
    InScope,
    /// Something of it is disclosed to the caller's agency, through a referral that is open there.
    ReferredToMyAgency,
    /// None: to the caller it does not exist.
    None,
}

/// Why the answer is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// This role does not do this.
    #[error("this role may not do this")]
    Role,
    /// Unknown and out of scope look the same.
    #[error("there is no such household in your scope")]
    OutOfScope,
    /// What the token names and what was granted have no place in common.
    #[error("your token and what was granted to you have no area or organisation in common")]
    Nowhere,
}

/// What of a household's personal values a reader gets to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All of them.
    Clear,
    /// The fields disclosed by referrals open at the reader's agency.
    Disclosed,
    /// None: masked.
    Masked,
}

/// May a role do this, standing so to the household? For actions on no household the relation is ignored.
pub fn may(role: Role, action: Action, relation: Relation) -> Result<(), Denied> {
    if !role_does(role, action) {
        return Err(Denied::Role);
    }
    let about_one = match action {
        Action::Household(_)
        | Action::ReadCase
        | Action::ReadHistory
        | Action::ReadPersonFile
        | Action::ReadAccessLog => true,
        Action::BreakGlass
        | Action::ListHouseholds
        | Action::ListReferrals
        | Action::ListTasks
        | Action::ListComplaints
        | Action::ReadReports
        | Action::ReadFeed
        | Action::ImportFiles
        | Action::OverseeImports
        | Action::ManageAgencies
        | Action::ManageModels
        | Action::ManageStaff
        | Action::ManagePolicies => false,
    };
    match relation {
        Relation::None if about_one => Err(Denied::OutOfScope),
        Relation::None | Relation::InScope | Relation::ReferredToMyAgency => Ok(()),
    }
}

/// May a role take a fact back? Only one that it could have recorded: a caseworker does not undo a supervisor's approval
/// or an agency's answer, and nobody what the watcher noted.
pub fn may_retract(role: Role, event_type: &str) -> Result<(), Denied> {
    let records = |name: &Name| name.records().contains(&event_type) && role_does(role, Action::Household(*name));
    if Name::ALL.iter().any(records) { Ok(()) } else { Err(Denied::Role) }
}

/// What a role sees of the personal values of a household that it may read.
pub fn sight(role: Role) -> Sight {
    match role {
        Role::Caseworker | Role::Supervisor | Role::System => Sight::Clear,
        Role::AgencyOfficer => Sight::Disclosed,
        Role::Operations | Role::Auditor | Role::Researcher | Role::Administrator => Sight::Masked,
    }
}

fn role_does(role: Role, action: Action) -> bool {
    use Role::{Administrator, AgencyOfficer, Auditor, Caseworker, Operations, Researcher, Supervisor, System};
    let roles: &[Role] = match action {
        Action::Household(name) => match name {
            Name::AddSource
            | Name::RecordAddress
            | Name::CorrectAddress
            | Name::MoveWithinArea
            | Name::RecordHouseCode
            | Name::RecordDeath
            | Name::CorrectMember
            | Name::ChangeResidenceStatus
            | Name::ChangeHead
            | Name::GroupFamily
            | Name::Dissolve
            | Name::AddMember
            | Name::RemoveMember
            | Name::AttemptVisit
            | Name::VisitHome
            | Name::PlanVisit
            | Name::FollowUpVisit
            | Name::HoldPanel
            | Name::Verify
            | Name::FindNotPoor
            | Name::CloseUnreachable
            | Name::CloseRefused
            | Name::MoveAway
            | Name::ResumeContact
            | Name::Assess
            | Name::RecordIncome
            | Name::RecordNeed
            | Name::PrioritiseNeed
            | Name::CloseNeed
            | Name::WriteNote
            | Name::WithdrawConsent
            | Name::ConfirmAssistance
            | Name::ReverseAssistance
            | Name::EnrolInModel
            | Name::RecordModelResult
            | Name::LeaveModel
            | Name::ProposeGraduation
            | Name::ProposeSustainedSupport
            | Name::PostExitCheck
            | Name::RetractFact => &[Caseworker, Supervisor],
            // A caseworker finds and asks; the importer records what others found and what lists say.
            Name::Identify | Name::RecordListStatus | Name::GiveConsent => &[Caseworker, Supervisor, System],
            // The importer notes what it meets; an answer takes somebody who looked.
            Name::NoteSamePerson => &[Caseworker, Supervisor, Operations, System],
            Name::RejectSamePerson => &[Caseworker, Supervisor, Operations],
            Name::AssignCaseworker | Name::UnassignCaseworker | Name::RescoreAssessment => &[Supervisor, Operations],
            Name::MakeReferral
            | Name::ResubmitReferral
            | Name::WithdrawReferral
            | Name::RemindAgency
            | Name::EscalateReferral => &[Caseworker, Supervisor, Operations],
            Name::RerouteReferral | Name::ExtendDeadline => &[Supervisor, Operations],
            // An agency without an account is answered for by the supervisor or the operations center.
            Name::AcceptReferral
            | Name::DeclineReferral
            | Name::ReturnReferral
            | Name::TakeBackAcceptance
            | Name::CompleteReferral => &[AgencyOfficer, Supervisor, Operations],
            // An agency shows what it did.
            Name::DeliverAssistance | Name::AttachDocument => &[Caseworker, Supervisor, AgencyOfficer],
            Name::DeclineGraduation
            | Name::Graduate
            | Name::EnterSustainedSupport
            | Name::MergeInto
            | Name::UndoMerge
            | Name::SplitHousehold => &[Supervisor],
            // To open a case again, or to say that it should never have been, changes what was counted. The importer
            // takes back what it brought.
            Name::ReopenCase | Name::WithdrawIdentification => &[Supervisor, System],
            Name::ReceiveComplaint | Name::ReceiveRightsRequest => &[Caseworker, Supervisor, Operations],
            // What is erased is gone for good: whoever answers the person does it, and nobody alone in the field.
            Name::AnswerComplaint | Name::AnswerRightsRequest | Name::LiftRestriction | Name::ErasePersonalData => {
                &[Supervisor, Operations]
            }
            Name::NoteResponseOverdue
            | Name::NoteDeliveryOverdue
            | Name::NoteContactOverdue
            | Name::NotePostExitCheckMissed
            | Name::NoteComplaintOverdue
            | Name::NoteRightsRequestOverdue => &[System],
        },
        Action::ReadCase => &[Caseworker, Supervisor, AgencyOfficer, Operations, Auditor, System],
        Action::ReadHistory => &[Caseworker, Supervisor, Auditor, System],
        // It names who looked, too.
        Action::ReadPersonFile => &[Supervisor],
        Action::ReadAccessLog => &[Supervisor, Auditor, System],
        // Whoever sees no names in the own areas sees none elsewhere.
        Action::BreakGlass => &[Caseworker, Supervisor],
        Action::ListHouseholds => &[Caseworker, Supervisor, Operations, Auditor, System],
        Action::ListReferrals => &[Caseworker, Supervisor, AgencyOfficer, Operations, Auditor, System],
        Action::ListTasks => &[Caseworker, Supervisor, Operations, Auditor, System],
        Action::ListComplaints => &[Supervisor, Operations, Auditor, System],
        Action::ReadReports => &[Supervisor, Operations, Auditor, Researcher, System],
        Action::ReadFeed => &[Auditor, System],
        // Each household of a file is judged besides, as if it came alone.
        Action::ImportFiles => &[Caseworker, Supervisor, System],
        Action::OverseeImports => &[Supervisor, System],
        Action::ManageAgencies | Action::ManageModels => &[Administrator, Operations],
        Action::ManageStaff | Action::ManagePolicies => &[Administrator],
    };
    roles.contains(&role)
}
