//! What can happen to a household: one struct per verb. This file is the table of contents and the register of names.

pub mod assessment;
pub mod assistance;
pub mod found;
pub mod graduation;
pub mod members;
pub mod referral;
pub mod verification;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::assessment::*;
pub use self::assistance::*;
pub use self::found::*;
pub use self::graduation::*;
pub use self::members::*;
pub use self::referral::*;
pub use self::verification::*;
use super::Schema;
use super::case::{After, NextDue, PolicyRef, Standing};
use super::people::Composition;

/// The name of the aggregate in the log.
pub const HOUSEHOLD: &str = "household";

/// A fact in the life of a household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum HouseholdEvent {
    HouseholdIdentified(HouseholdIdentified),
    ListStatusRecorded(ListStatusRecorded),
    CaseNumberAssigned(CaseNumberAssigned),
    CaseworkerAssigned(CaseworkerAssigned),
    NoteWritten(NoteWritten),
    MemberJoined(MemberJoined),
    MemberLeft(MemberLeft),
    VisitAttempted(VisitAttempted),
    HomeVisited(HomeVisited),
    PanelHeld(PanelHeld),
    HouseholdVerified(HouseholdVerified),
    FoundNotPoor(FoundNotPoor),
    HouseholdUnreachable(HouseholdUnreachable),
    HouseholdAssessed(HouseholdAssessed),
    IncomeRecorded(IncomeRecorded),
    NeedRecorded(NeedRecorded),
    NeedClosed(NeedClosed),
    ReferralMade(ReferralMade),
    ReferralAccepted(ReferralAccepted),
    ReferralDeclined(ReferralDeclined),
    ReferralReturned(ReferralReturned),
    ReferralCompleted(ReferralCompleted),
    ReferralWithdrawn(ReferralWithdrawn),
    ResponseOverdue(ResponseOverdue),
    AssistanceDelivered(AssistanceDelivered),
    ModelEnrolled(ModelEnrolled),
    ModelLeft(ModelLeft),
    GraduationProposed(GraduationProposed),
    GraduationDeclined(GraduationDeclined),
    HouseholdGraduated(HouseholdGraduated),
    FactRetracted(FactRetracted),
}

/// What a fact says about the household's due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due<'a> {
    /// Nothing: it stays as it was.
    Unchanged,
    /// This is due from now on; `None`: nothing is.
    Set(Option<&'a NextDue>),
}

impl HouseholdEvent {
    /// The stored name and version. A name is for ever; a version rises only with an upcaster.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::HouseholdIdentified(_) => Schema::new("HouseholdIdentified", 1),
            Self::ListStatusRecorded(_) => Schema::new("ListStatusRecorded", 1),
            Self::CaseNumberAssigned(_) => Schema::new("CaseNumberAssigned", 1),
            Self::CaseworkerAssigned(_) => Schema::new("CaseworkerAssigned", 1),
            Self::NoteWritten(_) => Schema::new("NoteWritten", 1),
            Self::MemberJoined(_) => Schema::new("MemberJoined", 1),
            Self::MemberLeft(_) => Schema::new("MemberLeft", 1),
            Self::VisitAttempted(_) => Schema::new("VisitAttempted", 1),
            Self::HomeVisited(_) => Schema::new("HomeVisited", 1),
            Self::PanelHeld(_) => Schema::new("PanelHeld", 1),
            Self::HouseholdVerified(_) => Schema::new("HouseholdVerified", 1),
            Self::FoundNotPoor(_) => Schema::new("FoundNotPoor", 1),
            Self::HouseholdUnreachable(_) => Schema::new("HouseholdUnreachable", 1),
            Self::HouseholdAssessed(_) => Schema::new("HouseholdAssessed", 1),
            Self::IncomeRecorded(_) => Schema::new("IncomeRecorded", 1),
            Self::NeedRecorded(_) => Schema::new("NeedRecorded", 1),
            Self::NeedClosed(_) => Schema::new("NeedClosed", 1),
            Self::ReferralMade(_) => Schema::new("ReferralMade", 1),
            Self::ReferralAccepted(_) => Schema::new("ReferralAccepted", 1),
            Self::ReferralDeclined(_) => Schema::new("ReferralDeclined", 1),
            Self::ReferralReturned(_) => Schema::new("ReferralReturned", 1),
            Self::ReferralCompleted(_) => Schema::new("ReferralCompleted", 1),
            Self::ReferralWithdrawn(_) => Schema::new("ReferralWithdrawn", 1),
            Self::ResponseOverdue(_) => Schema::new("ResponseOverdue", 1),
            Self::AssistanceDelivered(_) => Schema::new("AssistanceDelivered", 2),
            Self::ModelEnrolled(_) => Schema::new("ModelEnrolled", 1),
            Self::ModelLeft(_) => Schema::new("ModelLeft", 1),
            Self::GraduationProposed(_) => Schema::new("GraduationProposed", 1),
            Self::GraduationDeclined(_) => Schema::new("GraduationDeclined", 1),
            Self::HouseholdGraduated(_) => Schema::new("HouseholdGraduated", 1),
            Self::FactRetracted(_) => Schema::new("FactRetracted", 1),
        }
    }

    /// The day it happened, where the fact has one of its own; the log adds when it was recorded.
    pub const fn happened_on(&self) -> Option<NaiveDate> {
        match self {
            Self::HouseholdIdentified(it) => Some(it.happened_on),
            Self::ListStatusRecorded(it) => Some(it.happened_on),
            Self::CaseNumberAssigned(_) | Self::ResponseOverdue(_) | Self::FactRetracted(_) => None,
            Self::CaseworkerAssigned(it) => Some(it.happened_on),
            Self::NoteWritten(it) => Some(it.happened_on),
            Self::MemberJoined(it) => Some(it.happened_on),
            Self::MemberLeft(it) => Some(it.happened_on),
            Self::VisitAttempted(it) => Some(it.happened_on),
            Self::HomeVisited(it) => Some(it.happened_on),
            Self::PanelHeld(it) => Some(it.happened_on),
            Self::HouseholdVerified(it) => Some(it.happened_on),
            Self::FoundNotPoor(it) => Some(it.happened_on),
            Self::HouseholdUnreachable(it) => Some(it.happened_on),
            Self::HouseholdAssessed(it) => Some(it.happened_on),
            Self::IncomeRecorded(it) => Some(it.happened_on),
            Self::NeedRecorded(it) => Some(it.happened_on),
            Self::NeedClosed(it) => Some(it.happened_on),
            Self::ReferralMade(it) => Some(it.happened_on),
            Self::ReferralAccepted(it) => Some(it.happened_on),
            Self::ReferralDeclined(it) => Some(it.happened_on),
            Self::ReferralReturned(it) => Some(it.happened_on),
            Self::ReferralCompleted(it) => Some(it.happened_on),
            Self::ReferralWithdrawn(it) => Some(it.happened_on),
            Self::AssistanceDelivered(it) => Some(it.happened_on),
            Self::ModelEnrolled(it) => Some(it.happened_on),
            Self::ModelLeft(it) => Some(it.happened_on),
            Self::GraduationProposed(it) => Some(it.happened_on),
            Self::GraduationDeclined(it) => Some(it.happened_on),
            Self::HouseholdGraduated(it) => Some(it.happened_on),
        }
    }

    /// Where the household stands after the fact, if the fact may move it.
    pub const fn after(&self) -> Option<After> {
        match self {
            Self::HouseholdIdentified(it) => Some(it.after),
            Self::HouseholdVerified(it) => Some(it.after),
            Self::FoundNotPoor(it) => Some(it.after),
            Self::HouseholdUnreachable(it) => Some(it.after),
            Self::HouseholdAssessed(it) => Some(it.after),
            Self::ReferralMade(it) => Some(it.after),
            Self::AssistanceDelivered(it) => Some(it.after),
            Self::ModelEnrolled(it) => Some(it.after),
            Self::HouseholdGraduated(it) => Some(it.after),
            Self::FactRetracted(it) => Some(it.after),
            Self::ListStatusRecorded(_)
            | Self::CaseNumberAssigned(_)
            | Self::CaseworkerAssigned(_)
            | Self::NoteWritten(_)
            | Self::MemberJoined(_)
            | Self::MemberLeft(_)
            | Self::VisitAttempted(_)
            | Self::HomeVisited(_)
            | Self::PanelHeld(_)
            | Self::IncomeRecorded(_)
            | Self::NeedRecorded(_)
            | Self::NeedClosed(_)
            | Self::ReferralAccepted(_)
            | Self::ReferralDeclined(_)
            | Self::ReferralReturned(_)
            | Self::ReferralCompleted(_)
            | Self::ReferralWithdrawn(_)
            | Self::ResponseOverdue(_)
            | Self::ModelLeft(_)
            | Self::GraduationProposed(_)
            | Self::GraduationDeclined(_) => None,
        }
    }

    /// What the fact says about the due date: one that carries a date sets it, one that ends the case or the clock
    /// clears it.
    pub fn due(&self) -> Due<'_> {
        let carried = match self {
            Self::FactRetracted(it) => return Due::Set(it.next_due.as_ref()),
            Self::HouseholdIdentified(it) => it.next_due.as_ref(),
            Self::HomeVisited(it) if it.ends.is_some() => return Due::Set(it.next_due.as_ref()),
            Self::HomeVisited(it) => it.next_due.as_ref(),
            Self::HouseholdVerified(it) => it.next_due.as_ref(),
            Self::HouseholdAssessed(it) => it.next_due.as_ref(),
            Self::ReferralMade(it) => it.next_due.as_ref(),
            Self::AssistanceDelivered(it) => it.next_due.as_ref(),
            Self::ModelEnrolled(it) => it.next_due.as_ref(),
            Self::HouseholdGraduated(it) => it.next_due.as_ref(),
            Self::FoundNotPoor(_)
            | Self::HouseholdUnreachable(_)
            | Self::ListStatusRecorded(_)
            | Self::CaseNumberAssigned(_)
            | Self::CaseworkerAssigned(_)
            | Self::NoteWritten(_)
            | Self::MemberJoined(_)
            | Self::MemberLeft(_)
            | Self::VisitAttempted(_)
            | Self::PanelHeld(_)
            | Self::IncomeRecorded(_)
            | Self::NeedRecorded(_)
            | Self::NeedClosed(_)
            | Self::ReferralAccepted(_)
            | Self::ReferralDeclined(_)
            | Self::ReferralReturned(_)
            | Self::ReferralCompleted(_)
            | Self::ReferralWithdrawn(_)
            | Self::ResponseOverdue(_)
            | Self::ModelLeft(_)
            | Self::GraduationProposed(_)
            | Self::GraduationDeclined(_) => None,
        };
        match (carried, self.after()) {
            (Some(due), _) => Due::Set(Some(due)),
            (None, Some(After { standing: Standing::Closed(_), .. })) => Due::Set(None),
            (None, _) => Due::Unchanged,
        }
    }

    /// Every policy version whose outcome the fact carries.
    pub fn policies(&self) -> Vec<&PolicyRef> {
        let mut found = Vec::new();
        if let Due::Set(Some(due)) = self.due() {
            found.push(&due.policy);
        }
        match self {
            Self::HouseholdAssessed(it) => found.push(&it.scoring),
            Self::ReferralMade(it) => found.push(&it.sla),
            Self::ReferralAccepted(it) => found.push(&it.sla),
            Self::GraduationProposed(it) => {
                found.push(&it.verdict.policy);
                found.extend(it.verdict.line.as_ref().map(|line| &line.policy));
            }
            Self::HouseholdIdentified(_)
            | Self::ListStatusRecorded(_)
            | Self::CaseNumberAssigned(_)
            | Self::CaseworkerAssigned(_)
            | Self::NoteWritten(_)
            | Self::MemberJoined(_)
            | Self::MemberLeft(_)
            | Self::VisitAttempted(_)
            | Self::HomeVisited(_)
            | Self::PanelHeld(_)
            | Self::HouseholdVerified(_)
            | Self::FoundNotPoor(_)
            | Self::HouseholdUnreachable(_)
            | Self::IncomeRecorded(_)
            | Self::NeedRecorded(_)
            | Self::NeedClosed(_)
            | Self::ReferralDeclined(_)
            | Self::ReferralReturned(_)
            | Self::ReferralCompleted(_)
            | Self::ReferralWithdrawn(_)
            | Self::ResponseOverdue(_)
            | Self::AssistanceDelivered(_)
            | Self::ModelEnrolled(_)
            | Self::ModelLeft(_)
            | Self::GraduationDeclined(_)
            | Self::HouseholdGraduated(_)
            | Self::FactRetracted(_) => {}
        }
        found
    }

    /// Who makes up the household after the fact, if it changes members.
    pub const fn composition(&self) -> Option<&Composition> {
        match self {
            Self::MemberJoined(it) => Some(&it.composition),
            Self::MemberLeft(it) => Some(&it.composition),
            Self::FactRetracted(it) => Some(&it.composition),
            Self::HouseholdIdentified(_)
            | Self::ListStatusRecorded(_)
            | Self::CaseNumberAssigned(_)
            | Self::CaseworkerAssigned(_)
            | Self::NoteWritten(_)
            | Self::VisitAttempted(_)
            | Self::HomeVisited(_)
            | Self::PanelHeld(_)
            | Self::HouseholdVerified(_)
            | Self::FoundNotPoor(_)
            | Self::HouseholdUnreachable(_)
            | Self::HouseholdAssessed(_)
            | Self::IncomeRecorded(_)
            | Self::NeedRecorded(_)
            | Self::NeedClosed(_)
            | Self::ReferralMade(_)
            | Self::ReferralAccepted(_)
            | Self::ReferralDeclined(_)
            | Self::ReferralReturned(_)
            | Self::ReferralCompleted(_)
            | Self::ReferralWithdrawn(_)
            | Self::ResponseOverdue(_)
            | Self::AssistanceDelivered(_)
            | Self::ModelEnrolled(_)
            | Self::ModelLeft(_)
            | Self::GraduationProposed(_)
            | Self::GraduationDeclined(_)
            | Self::HouseholdGraduated(_) => None,
        }
    }
}

super::domain_event!(HouseholdEvent);
