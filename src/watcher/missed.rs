//! A date that passed: the command that notes it, and that command's id, which is the same on every node.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, NextDue};
use events::facts::household::ReferralClock;
use events::id::{CommandId, ComplaintId, HouseholdId, ReferralId, RightsRequestId};
use projections::figures::clocks::{ClockKind, TaskRow};
use uuid::Uuid;

use crate::rules::household::command::{
    NoteComplaintOverdue, NoteContactOverdue, NoteDeliveryOverdue, NotePostExitCheckMissed, NoteResponseOverdue,
    NoteRightsRequestOverdue,
};
use crate::rules::household::state::Wait;
use crate::rules::household::{Case, Command};

/// A date that passed, or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// Whose.
    pub household: HouseholdId,
    /// What it was for.
    pub clock: ClockKind,
    /// The referral, complaint or request; none: the household itself.
    pub subject: Option<Uuid>,
    /// The last day on which it was in time.
    pub by: NaiveDate,
}

impl Missed {
    /// The dates that somebody notes when they pass.
    pub const NOTED: [ClockKind; 10] = [
        ClockKind::FirstVisit,
        ClockKind::Assessment,
        ClockKind::Referral,
        ClockKind::FollowUp,
        ClockKind::Reassessment,
        ClockKind::PostExitCheck,
        ClockKind::RespondBy,
        ClockKind::DeliverBy,
        ClockKind::Complaint,
        ClockKind::RightsRequest,
    ];

    /// The date of a row of the read model.
    pub const fn of(row: &TaskRow) -> Self {
        Self { household: row.household, clock: row.clock, subject: row.subject, by: row.by }
    }

    /// The id of the command that notes it.
    pub fn id(&self, log_id: Uuid) -> CommandId {
        let Self { household, clock, by, .. } = self;
        let subject = self.subject.unwrap_or(household.0);
        CommandId::derived(log_id, &format!("household/{household}/{}/{subject}/{by}", clock.as_str()))
    }

    /// The command that notes it, where there is one.
    pub fn command(&self) -> Option<Command> {
        let contact = |what| Some(Command::NoteContactOverdue(NoteContactOverdue { what, by: self.by }));
        match (self.clock, self.subject) {
            (ClockKind::FirstVisit, _) => contact(DueWhat::FirstVisit),
            (ClockKind::Assessment, _) => contact(DueWhat::Assessment),
            (ClockKind::Referral, _) => contact(DueWhat::Referral),
            (ClockKind::FollowUp, _) => contact(DueWhat::FollowUp),
            (ClockKind::Reassessment, _) => contact(DueWhat::Reassessment),
            (ClockKind::PostExitCheck, _) => {
                Some(Command::NotePostExitCheckMissed(NotePostExitCheckMissed { by: self.by }))
            }
            (ClockKind::RespondBy, Some(id)) => {
                Some(Command::NoteResponseOverdue(NoteResponseOverdue { referral: ReferralId(id) }))
            }
            (ClockKind::DeliverBy, Some(id)) => {
                Some(Command::NoteDeliveryOverdue(NoteDeliveryOverdue { referral: ReferralId(id) }))
            }
            (ClockKind::Complaint, Some(id)) => {
                Some(Command::NoteComplaintOverdue(NoteComplaintOverdue { complaint: ComplaintId(id) }))
            }
            (ClockKind::RightsRequest, Some(id)) => {
                Some(Command::NoteRightsRequestOverdue(NoteRightsRequestOverdue { request: RightsRequestId(id) }))
            }
            (ClockKind::RespondBy | ClockKind::DeliverBy | ClockKind::Complaint | ClockKind::RightsRequest, None) => {
                None
            }
        }
    }

    /// The dates of a case that run and are not noted, the earliest first.
    pub fn to_come(household: HouseholdId, case: &Case) -> Vec<Self> {
        let contact = case.clocks().into_iter().filter(|due| !case.is_noted(due)).map(|due: &NextDue| Self {
            household,
            clock: kind_of(due.what),
            subject: None,
            by: due.by,
        });
        let referrals = case.referrals.iter().filter(|(_, it)| !it.missed_noted());
        let referrals = referrals.filter_map(|(id, it)| {
            let (clock, by) = it.clock()?;
            let clock = match clock {
                ReferralClock::ToAnswer => ClockKind::RespondBy,
                ReferralClock::ToDeliver => ClockKind::DeliverBy,
            };
            Some((clock, id.0, by))
        });
        let waits = |wait: &Wait| wait.is_open() && !wait.overdue_noted;
        let complaints = case.complaints.iter().filter(|(_, it)| waits(&it.wait));
        let complaints = complaints.map(|(id, it)| (ClockKind::Complaint, id.0, it.wait.answer_by));
        let requests = case.rights_requests.iter().filter(|(_, it)| waits(&it.wait));
        let requests = requests.map(|(id, it)| (ClockKind::RightsRequest, id.0, it.wait.answer_by));
        let asked = referrals.chain(complaints).chain(requests);
        let asked = asked.map(|(clock, id, by)| Self { household, clock, subject: Some(id), by });
        let mut all: Vec<_> = contact.chain(asked).collect();
        all.sort_by_key(|it| it.by);
        all
    }
}

const fn kind_of(what: DueWhat) -> ClockKind {
    match what {
        DueWhat::FirstVisit => ClockKind::FirstVisit,
        DueWhat::Assessment => ClockKind::Assessment,
        DueWhat::Referral => ClockKind::Referral,
        DueWhat::FollowUp => ClockKind::FollowUp,
        DueWhat::Reassessment => ClockKind::Reassessment,
        DueWhat::PostExitCheck => ClockKind::PostExitCheck,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_that_is_noted_has_its_command_and_an_id_of_its_own() {
        let by = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
        let mut ids = std::collections::BTreeSet::new();
        for clock in Missed::NOTED {
            let subject = clock.contact().is_none().then(|| Uuid::from_u128(7));
            let missed = Missed { household: HouseholdId(Uuid::from_u128(1)), clock, subject, by };
            assert!(missed.command().is_some(), "{clock:?}");
            assert_eq!(missed.id(Uuid::from_u128(2)), missed.id(Uuid::from_u128(2)));
            let next_day = Missed { by: by.succ_opt().unwrap(), ..missed };
            for id in [missed.id(Uuid::from_u128(2)), missed.id(Uuid::from_u128(3)), next_day.id(Uuid::from_u128(2))] {
                assert!(ids.insert(id), "{clock:?}");
            }
        }
    }
}
