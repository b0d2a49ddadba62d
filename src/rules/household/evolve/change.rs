//! One line per fact: what it changes, and whether it fits what came before.

use events::facts::household::HouseholdEvent;

use super::{
    Fits, Reversed, assessment, clock, consent, course, exit, help, identity, people, place, referral, survey, voice,
};
use crate::rules::household::state::Case;

/// What a fact changes. The state is right also after a misfit: the fact is kept and changes what it can.
/// `reversed` names the help that a later fact says counts no longer.
pub(super) fn change(case: &mut Case, event: &HouseholdEvent, reversed: &Reversed) -> Fits {
    use HouseholdEvent as E;
    match event {
        E::HouseholdIdentified(_) => Err("the household is identified already"),
        E::FactRetracted(_) => Err("a retraction is folded before"),
        E::CaseNumberAssigned(it) => {
            let first = case.case_no.replace(it.case_no).is_none();
            first.then_some(()).ok_or("it has a number already")
        }
        E::CaseworkerAssigned(it) => {
            case.caseworker = Some(it.caseworker);
            Ok(())
        }
        E::CaseworkerUnassigned(it) => place::unassigned(case, it),
        E::SourceAdded(it) => place::source_added(case, it),
        E::AddressRecorded(it) => place::address_recorded(case, it),
        E::AddressCorrected(it) => place::address_corrected(case, it),
        E::MovedWithinArea(it) => place::moved(case, it),
        E::HouseCodeRecorded(it) => place::house_code(case, it),
        E::DocumentAttached(it) => identity::attached(case, it),
        E::ListStatusRecorded(_) | E::NoteWritten(_) | E::IncomeRecorded(_) => Ok(()),

        E::ComplaintReceived(it) => voice::complained(case, it),
        E::ComplaintAnswered(it) => voice::complaint_answered(case, it),
        E::ComplaintOverdue(it) => voice::complaint_overdue(case, it),
        E::RightsRequestReceived(it) => voice::right_asked(case, it),
        E::RightsRequestAnswered(it) => voice::right_answered(case, it),
        E::RightsRequestOverdue(it) => voice::right_overdue(case, it),
        E::RestrictionLifted(it) => voice::restriction_lifted(case, it),
        E::PersonalDataErased(it) => {
            voice::erased(case, it);
            Ok(())
        }

        E::MemberJoined(it) => people::joined(case, it),
        E::MemberLeft(it) => people::left(case, it),
        E::MemberDied(it) => people::died(case, it),
        E::MemberCorrected(it) => people::corrected(case, it),
        E::ResidenceStatusChanged(it) => people::residence_changed(case, it),
        E::HeadChanged(it) => people::head_changed(case, it),
        E::HouseholdDissolved(it) => people::dissolved(case, it),
        E::FamilyGrouped(it) => identity::grouped(case, it),
        E::SamePersonNoted(it) => identity::noted(case, it),
        E::SamePersonRejected(it) => identity::rejected(case, it),

        E::VisitAttempted(it) => survey::attempted(case, it),
        E::HomeVisited(it) => survey::visited(case, it),
        E::VisitPlanned(_) => Ok(()),
        E::FollowUpVisited(it) => clock::followed_up(case, it),
        E::ContactOverdue(it) => clock::passed(case, it),
        E::PanelHeld(it) => survey::heard_village(case, it),
        E::HouseholdVerified(it) => survey::verified(case, it),
        E::FoundNotPoor(it) => survey::not_poor(case, it),
        E::HouseholdUnreachable(it) => survey::unreachable(case, it),

        E::HouseholdRefused(it) => course::refused(case, it),
        E::HouseholdMovedAway(it) => course::moved_away(case, it),
        E::IdentificationWithdrawn(it) => course::entered_in_error(case, it),
        E::ContactResumed(it) => course::resumed(case, it),
        E::CaseReopened(it) => course::reopened(case, it),

        E::HouseholdMerged(it) => course::merged(case, it),
        E::HouseholdAbsorbed(it) => course::absorbed(case, it),
        E::MergeUndone(_) => Ok(()),
        E::HouseholdSplit(it) => course::split(case, it),
        E::HouseholdFormedBySplit(it) => course::formed(case, it),

        E::HouseholdAssessed(it) => assessment::assessed(case, it),
        E::AssessmentRescored(it) => assessment::rescored(case, it),
        E::NeedRecorded(it) => assessment::need(case, it),
        E::NeedPrioritised(it) => assessment::prioritised(case, it),
        E::NeedClosed(it) => assessment::need_closed(case, it),

        E::ConsentGiven(it) => consent::given(case, it),
        E::ConsentWithdrawn(it) => consent::withdrawn(case, it),
        E::DisclosureMade(it) => consent::disclosed(case, it),
        E::DisclosureEnded(it) => consent::undisclosed(case, it),

        E::ReferralMade(it) => referral::made(case, it),
        E::ReferralAccepted(it) => referral::accepted(case, it),
        E::AcceptanceTakenBack(it) => referral::taken_back(case, it),
        E::ReferralResubmitted(it) => referral::resubmitted(case, it),
        E::ReferralRerouted(it) => referral::rerouted(case, it),
        E::ReferralEscalated(it) => referral::escalated(case, it),
        E::ReminderSent(it) => referral::reminded(case, it),
        E::DeadlineExtended(it) => referral::extended(case, it),
        E::ReferralDeclined(it) => referral::declined(case, it),
        E::ReferralReturned(it) => referral::returned(case, it),
        E::ReferralCompleted(it) => referral::completed(case, it),
        E::ReferralWithdrawn(it) => referral::withdrawn(case, it),
        E::ResponseOverdue(it) => referral::overdue(case, it),
        E::DeliveryOverdue(it) => referral::delivery_overdue(case, it),

        E::AssistanceDelivered(it) => help::delivered(case, it, !reversed.contains(&it.assistance)),
        E::AssistanceConfirmed(it) => help::confirmed(case, it),
        E::AssistanceReversed(it) => help::reversed(case, it),
        E::ModelEnrolled(it) => help::enrolled(case, it),
        E::ModelResultRecorded(it) => help::brought(case, it),
        E::ModelLeft(it) => help::left(case, it),

        E::GraduationProposed(it) => exit::proposed(case, it),
        E::GraduationDeclined(it) => exit::declined(case, it),
        E::HouseholdGraduated(it) => exit::graduated(case, it),
        E::SustainedSupportEntered(it) => exit::sustained(case, it),
        E::ProposalWithdrawn(it) => exit::withdrawn(case, it),
        E::PostExitChecked(it) => exit::checked(case, it),
        E::PostExitCheckMissed(it) => exit::missed(case, it),
    }
}
