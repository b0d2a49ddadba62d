//! Which facts each command can bring about. `docs/events.md` is made from it; a property test shows that it is right.

use super::command::Name;

/// The facts of the household that a command can record, by stored name.
pub const fn facts_of(name: Name) -> &'static [&'static str] {
    match name {
        Name::Identify => &["HouseholdIdentified", "CaseNumberAssigned", "ListStatusRecorded", "MemberJoined"],
        Name::RecordListStatus => &["ListStatusRecorded"],
        Name::AssignCaseworker => &["CaseworkerAssigned"],
        Name::WriteNote => &["NoteWritten"],
        Name::AddMember => &["MemberJoined"],
        Name::RemoveMember => &["MemberLeft"],
        Name::AttemptVisit => &["VisitAttempted"],
        Name::VisitHome => &["HomeVisited"],
        Name::HoldPanel => &["PanelHeld"],
        Name::Verify => &["HouseholdVerified"],
        Name::FindNotPoor => &["FoundNotPoor", "NeedClosed"],
        Name::CloseUnreachable => &["HouseholdUnreachable", "ReferralWithdrawn", "ModelLeft", "NeedClosed"],
        Name::Assess => &["HouseholdAssessed"],
        Name::RecordIncome => &["IncomeRecorded"],
        Name::RecordNeed => &["NeedRecorded"],
        Name::MakeReferral => &["ReferralMade"],
        Name::AcceptReferral => &["ReferralAccepted"],
        Name::DeclineReferral => &["ReferralDeclined"],
        Name::ReturnReferral => &["ReferralReturned"],
        Name::CompleteReferral => &["ReferralCompleted", "NeedClosed"],
        Name::NoteResponseOverdue => &["ResponseOverdue"],
        Name::DeliverAssistance => &["AssistanceDelivered"],
        Name::EnrolInModel => &["ModelEnrolled"],
        Name::ProposeGraduation => &["GraduationProposed"],
        Name::DeclineGraduation => &["GraduationDeclined"],
        Name::Graduate => &["HouseholdGraduated"],
        Name::RetractFact => &["FactRetracted"],
    }
}

/// The facts of agencies and models that a command records beside those of the household, in the same append.
pub const fn beside(name: Name) -> &'static [&'static str] {
    match name {
        Name::AcceptReferral => &["CapacityTaken"],
        Name::CompleteReferral => &["CapacityFreed"],
        Name::EnrolInModel => &["PlaceTaken"],
        Name::CloseUnreachable => &["CapacityFreed", "PlaceFreed"],
        Name::Identify
        | Name::RecordListStatus
        | Name::AssignCaseworker
        | Name::WriteNote
        | Name::AddMember
        | Name::RemoveMember
        | Name::AttemptVisit
        | Name::VisitHome
        | Name::HoldPanel
        | Name::Verify
        | Name::FindNotPoor
        | Name::Assess
        | Name::RecordIncome
        | Name::RecordNeed
        | Name::MakeReferral
        | Name::DeclineReferral
        | Name::ReturnReferral
        | Name::NoteResponseOverdue
        | Name::DeliverAssistance
        | Name::ProposeGraduation
        | Name::DeclineGraduation
        | Name::Graduate
        | Name::RetractFact => &[],
    }
}
