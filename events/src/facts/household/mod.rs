//! What can happen to a household: one struct per verb. This file is the table of contents and the register of names.

pub mod after_exit;
pub mod assessment;
pub mod assistance;
pub mod complaint;
pub mod consent;
pub mod contact;
pub mod course;
pub mod dissolved;
pub mod document;
pub mod found;
pub mod graduation;
pub mod identity;
pub mod members;
pub mod merging;
pub mod model_result;
pub mod place;
pub mod redirection;
pub mod referral;
pub mod rescoring;
pub mod rights;
pub mod told;
pub mod urging;
pub mod verification;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::after_exit::*;
pub use self::assessment::*;
pub use self::assistance::*;
pub use self::complaint::*;
pub use self::consent::*;
pub use self::contact::*;
pub use self::course::*;
pub use self::dissolved::*;
pub use self::document::*;
pub use self::found::*;
pub use self::graduation::*;
pub use self::identity::*;
pub use self::members::*;
pub use self::merging::*;
pub use self::model_result::*;
pub use self::place::*;
pub use self::redirection::*;
pub use self::referral::*;
pub use self::rescoring::*;
pub use self::rights::*;
pub use self::told::{Due, Told, Undone};
pub use self::urging::*;
pub use self::verification::*;
use super::Schema;
use super::case::{After, PolicyRef, Standing};
use super::people::Composition;
use crate::area::Place;

/// The name of the aggregate in the log.
pub const HOUSEHOLD: &str = "household";

/// A fact in the life of a household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum HouseholdEvent {
    HouseholdIdentified(HouseholdIdentified),
    SourceAdded(SourceAdded),
    ListStatusRecorded(ListStatusRecorded),
    CaseNumberAssigned(CaseNumberAssigned),
    CaseworkerAssigned(CaseworkerAssigned),
    CaseworkerUnassigned(CaseworkerUnassigned),
    AddressRecorded(AddressRecorded),
    AddressCorrected(AddressCorrected),
    MovedWithinArea(MovedWithinArea),
    HouseCodeRecorded(HouseCodeRecorded),
    NoteWritten(NoteWritten),
    DocumentAttached(DocumentAttached),
    ComplaintReceived(ComplaintReceived),
    ComplaintAnswered(ComplaintAnswered),
    ComplaintOverdue(ComplaintOverdue),
    RightsRequestReceived(RightsRequestReceived),
    RightsRequestAnswered(RightsRequestAnswered),
    RightsRequestOverdue(RightsRequestOverdue),
    RestrictionLifted(RestrictionLifted),
    PersonalDataErased(PersonalDataErased),
    MemberJoined(MemberJoined),
    MemberLeft(MemberLeft),
    MemberDied(MemberDied),
    MemberCorrected(MemberCorrected),
    ResidenceStatusChanged(ResidenceStatusChanged),
    HeadChanged(HeadChanged),
    FamilyGrouped(FamilyGrouped),
    SamePersonNoted(SamePersonNoted),
    SamePersonRejected(SamePersonRejected),
    HouseholdDissolved(HouseholdDissolved),
    VisitAttempted(VisitAttempted),
    HomeVisited(HomeVisited),
    VisitPlanned(VisitPlanned),
    FollowUpVisited(FollowUpVisited),
    ContactOverdue(ContactOverdue),
    PanelHeld(PanelHeld),
    HouseholdVerified(HouseholdVerified),
    FoundNotPoor(FoundNotPoor),
    HouseholdUnreachable(HouseholdUnreachable),
    HouseholdRefused(HouseholdRefused),
    HouseholdMovedAway(HouseholdMovedAway),
    IdentificationWithdrawn(IdentificationWithdrawn),
    ContactResumed(ContactResumed),
    CaseReopened(CaseReopened),
    HouseholdMerged(HouseholdMerged),
    HouseholdAbsorbed(HouseholdAbsorbed),
    MergeUndone(MergeUndone),
    HouseholdSplit(HouseholdSplit),
    HouseholdFormedBySplit(HouseholdFormedBySplit),
    HouseholdAssessed(HouseholdAssessed),
    AssessmentRescored(AssessmentRescored),
    IncomeRecorded(IncomeRecorded),
    NeedRecorded(NeedRecorded),
    NeedPrioritised(NeedPrioritised),
    NeedClosed(NeedClosed),
    ConsentGiven(ConsentGiven),
    ConsentWithdrawn(ConsentWithdrawn),
    ReferralMade(ReferralMade),
    DisclosureMade(DisclosureMade),
    DisclosureEnded(DisclosureEnded),
    ReferralAccepted(ReferralAccepted),
    AcceptanceTakenBack(AcceptanceTakenBack),
    ReferralDeclined(ReferralDeclined),
    ReferralReturned(ReferralReturned),
    ReferralResubmitted(ReferralResubmitted),
    ReferralRerouted(ReferralRerouted),
    ReferralEscalated(ReferralEscalated),
    ReminderSent(ReminderSent),
    DeadlineExtended(DeadlineExtended),
    ReferralCompleted(ReferralCompleted),
    ReferralWithdrawn(ReferralWithdrawn),
    ResponseOverdue(ResponseOverdue),
    DeliveryOverdue(DeliveryOverdue),
    AssistanceDelivered(AssistanceDelivered),
    AssistanceConfirmed(AssistanceConfirmed),
    AssistanceReversed(AssistanceReversed),
    ModelEnrolled(ModelEnrolled),
    ModelResultRecorded(ModelResultRecorded),
    ModelLeft(ModelLeft),
    GraduationProposed(GraduationProposed),
    GraduationDeclined(GraduationDeclined),
    HouseholdGraduated(HouseholdGraduated),
    SustainedSupportEntered(SustainedSupportEntered),
    ProposalWithdrawn(ProposalWithdrawn),
    PostExitChecked(PostExitChecked),
    PostExitCheckMissed(PostExitCheckMissed),
    FactRetracted(FactRetracted),
}

impl HouseholdEvent {
    /// What the fact tells of itself.
    pub fn told(&self) -> &dyn Told {
        match self {
            Self::HouseholdIdentified(it) => it,
            Self::SourceAdded(it) => it,
            Self::ListStatusRecorded(it) => it,
            Self::CaseNumberAssigned(it) => it,
            Self::CaseworkerAssigned(it) => it,
            Self::CaseworkerUnassigned(it) => it,
            Self::AddressRecorded(it) => it,
            Self::AddressCorrected(it) => it,
            Self::MovedWithinArea(it) => it,
            Self::HouseCodeRecorded(it) => it,
            Self::NoteWritten(it) => it,
            Self::DocumentAttached(it) => it,
            Self::ComplaintReceived(it) => it,
            Self::ComplaintAnswered(it) => it,
            Self::ComplaintOverdue(it) => it,
            Self::RightsRequestReceived(it) => it,
            Self::RightsRequestAnswered(it) => it,
            Self::RightsRequestOverdue(it) => it,
            Self::RestrictionLifted(it) => it,
            Self::PersonalDataErased(it) => it,
            Self::MemberJoined(it) => it,
            Self::MemberLeft(it) => it,
            Self::MemberDied(it) => it,
            Self::MemberCorrected(it) => it,
            Self::ResidenceStatusChanged(it) => it,
            Self::HeadChanged(it) => it,
            Self::FamilyGrouped(it) => it,
            Self::SamePersonNoted(it) => it,
            Self::SamePersonRejected(it) => it,
            Self::HouseholdDissolved(it) => it,
            Self::VisitAttempted(it) => it,
            Self::HomeVisited(it) => it,
            Self::VisitPlanned(it) => it,
            Self::FollowUpVisited(it) => it,
            Self::ContactOverdue(it) => it,
            Self::PanelHeld(it) => it,
            Self::HouseholdVerified(it) => it,
            Self::FoundNotPoor(it) => it,
            Self::HouseholdUnreachable(it) => it,
            Self::HouseholdRefused(it) => it,
            Self::HouseholdMovedAway(it) => it,
            Self::IdentificationWithdrawn(it) => it,
            Self::ContactResumed(it) => it,
            Self::CaseReopened(it) => it,
            Self::HouseholdMerged(it) => it,
            Self::HouseholdAbsorbed(it) => it,
            Self::MergeUndone(it) => it,
            Self::HouseholdSplit(it) => it,
            Self::HouseholdFormedBySplit(it) => it,
            Self::HouseholdAssessed(it) => it,
            Self::AssessmentRescored(it) => it,
            Self::IncomeRecorded(it) => it,
            Self::NeedRecorded(it) => it,
            Self::NeedPrioritised(it) => it,
            Self::NeedClosed(it) => it,
            Self::ConsentGiven(it) => it,
            Self::ConsentWithdrawn(it) => it,
            Self::ReferralMade(it) => it,
            Self::DisclosureMade(it) => it,
            Self::DisclosureEnded(it) => it,
            Self::ReferralAccepted(it) => it,
            Self::AcceptanceTakenBack(it) => it,
            Self::ReferralDeclined(it) => it,
            Self::ReferralReturned(it) => it,
            Self::ReferralResubmitted(it) => it,
            Self::ReferralRerouted(it) => it,
            Self::ReferralEscalated(it) => it,
            Self::ReminderSent(it) => it,
            Self::DeadlineExtended(it) => it,
            Self::ReferralCompleted(it) => it,
            Self::ReferralWithdrawn(it) => it,
            Self::ResponseOverdue(it) => it,
            Self::DeliveryOverdue(it) => it,
            Self::AssistanceDelivered(it) => it,
            Self::AssistanceConfirmed(it) => it,
            Self::AssistanceReversed(it) => it,
            Self::ModelEnrolled(it) => it,
            Self::ModelResultRecorded(it) => it,
            Self::ModelLeft(it) => it,
            Self::GraduationProposed(it) => it,
            Self::GraduationDeclined(it) => it,
            Self::HouseholdGraduated(it) => it,
            Self::SustainedSupportEntered(it) => it,
            Self::ProposalWithdrawn(it) => it,
            Self::PostExitChecked(it) => it,
            Self::PostExitCheckMissed(it) => it,
            Self::FactRetracted(it) => it,
        }
    }

    /// The stored name and version.
    pub fn schema(&self) -> Schema {
        self.told().schema()
    }

    /// The day it happened, where the fact has one of its own; the log adds when it was recorded.
    pub fn happened_on(&self) -> Option<NaiveDate> {
        self.told().happened_on()
    }

    /// Where the household stands after the fact, if the fact may move it.
    pub fn after(&self) -> Option<After> {
        self.told().after()
    }

    /// Who makes up the household after the fact, if it changes members.
    pub fn composition(&self) -> Option<&Composition> {
        self.told().composition()
    }

    /// Where the household lives after the fact, if it changes that.
    pub fn place(&self) -> Option<Place> {
        self.told().place()
    }

    /// What the fact says about the due date: one that carries a date sets it, one that ends the case or the clock
    /// clears it.
    pub fn due(&self) -> Due<'_> {
        let told = self.told();
        match (told.next_due(), told.after()) {
            (None, _) if told.ends_due() => Due::Set(None),
            (None, Some(After { standing: Standing::Closed(_), .. })) => Due::Set(None),
            (None, _) => Due::Unchanged,
            (Some(due), _) => Due::Set(Some(due)),
        }
    }

    /// What the fact says about the next assessment. A closing leaves it: it runs only while help is under way, which
    /// [`After::reassesses`] says, and a household that is reopened has it again.
    pub fn reassessment(&self) -> Due<'_> {
        match self.told().reassess_due() {
            Some(due) => Due::Set(Some(due)),
            None if matches!(self, Self::FactRetracted(_)) => Due::Set(None),
            None => Due::Unchanged,
        }
    }

    /// Every policy version whose outcome the fact carries.
    pub fn policies(&self) -> Vec<&PolicyRef> {
        let told = self.told();
        let dues = told.next_due().into_iter().chain(told.reassess_due());
        let mut policies: Vec<_> = dues.map(|due| &due.policy).collect();
        policies.dedup();
        policies.extend(told.policies());
        policies
    }
}

super::domain_event!(HouseholdEvent);
