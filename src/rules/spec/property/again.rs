//! What a command that was done comes to when it is asked once more: one line for each.

use crate::rules::household::command::Name;

/// What a command that was done comes to when it is asked once more.
pub(super) enum Again {
    /// It is already so.
    Nothing,
    /// A refusal.
    No,
    /// It may happen once more: the id of the command tells a repeat from a second time.
    MayHappen,
}

pub(super) const fn again(name: Name) -> Again {
    match name {
        Name::AssignCaseworker
        | Name::UnassignCaseworker
        | Name::AddSource
        | Name::RecordAddress
        | Name::CorrectAddress
        | Name::MoveWithinArea
        | Name::RecordHouseCode
        | Name::CorrectMember
        | Name::ChangeResidenceStatus
        | Name::ChangeHead
        | Name::GroupFamily
        | Name::NoteSamePerson
        | Name::RejectSamePerson
        | Name::NoteResponseOverdue
        | Name::NoteDeliveryOverdue
        | Name::NoteContactOverdue
        | Name::NotePostExitCheckMissed
        | Name::NoteComplaintOverdue
        | Name::NoteRightsRequestOverdue
        | Name::ErasePersonalData
        | Name::RescoreAssessment
        | Name::PrioritiseNeed => Again::Nothing,
        Name::Identify
        | Name::AddMember
        | Name::RemoveMember
        | Name::RecordDeath
        | Name::Dissolve
        | Name::AttachDocument
        | Name::Verify
        | Name::FindNotPoor
        | Name::CloseUnreachable
        | Name::CloseRefused
        | Name::MoveAway
        | Name::WithdrawIdentification
        | Name::ResumeContact
        | Name::ReopenCase
        | Name::ProposeSustainedSupport
        | Name::EnterSustainedSupport
        | Name::MergeInto
        | Name::UndoMerge
        | Name::SplitHousehold
        | Name::RecordNeed
        | Name::MakeReferral
        | Name::AcceptReferral
        | Name::DeclineReferral
        | Name::ReturnReferral
        | Name::TakeBackAcceptance
        | Name::ResubmitReferral
        | Name::RerouteReferral
        | Name::EscalateReferral
        | Name::RemindAgency
        | Name::ExtendDeadline
        | Name::WithdrawReferral
        | Name::CompleteReferral
        | Name::GiveConsent
        | Name::WithdrawConsent
        | Name::ConfirmAssistance
        | Name::ReverseAssistance
        | Name::EnrolInModel
        | Name::RecordModelResult
        | Name::LeaveModel
        | Name::CloseNeed
        | Name::ProposeGraduation
        | Name::DeclineGraduation
        | Name::Graduate
        | Name::AnswerComplaint
        | Name::AnswerRightsRequest
        | Name::LiftRestriction
        | Name::RetractFact => Again::No,
        Name::RecordListStatus
        | Name::WriteNote
        | Name::AttemptVisit
        | Name::VisitHome
        | Name::PlanVisit
        | Name::FollowUpVisit
        | Name::PostExitCheck
        | Name::ReceiveComplaint
        | Name::ReceiveRightsRequest
        | Name::HoldPanel
        | Name::Assess
        | Name::RecordIncome
        | Name::DeliverAssistance => Again::MayHappen,
    }
}
