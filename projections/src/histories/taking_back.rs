//! Which fact of a random history can be taken back: one on which no other rests.

use std::collections::BTreeSet;

use events::facts::household::*;

use super::Told;

impl Told {
    /// A fact that nothing rests on: the last one about its subject.
    pub(super) fn retractable(&self, pick: u16) -> Option<(u64, &HouseholdEvent)> {
        let (mut seen, mut people, mut asked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut moved, mut helped) = (false, BTreeSet::new());
        let mut open = Vec::new();
        let mut rested_on = false;
        for (sequence, fact) in self.standing().rev() {
            let free = match fact {
                HouseholdEvent::ReferralMade(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralAccepted(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralDeclined(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralReturned(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralCompleted(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralWithdrawn(it) => seen.insert(it.referral),
                HouseholdEvent::ResponseOverdue(it) => seen.insert(it.referral),
                HouseholdEvent::DeliveryOverdue(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralResubmitted(it) => seen.insert(it.referral),
                HouseholdEvent::ReferralEscalated(it) => seen.insert(it.referral),
                HouseholdEvent::ReminderSent(it) => seen.insert(it.referral),
                HouseholdEvent::DeadlineExtended(it) => seen.insert(it.referral),
                // Those who have a part elsewhere are undone by their verbs.
                HouseholdEvent::AcceptanceTakenBack(it) => {
                    seen.insert(it.referral);
                    false
                }
                HouseholdEvent::ReferralRerouted(it) => {
                    seen.insert(it.referral);
                    false
                }
                HouseholdEvent::MemberJoined(it) => people.insert(it.person),
                HouseholdEvent::MemberLeft(it) => people.insert(it.person),
                HouseholdEvent::MemberDied(it) => people.insert(it.person),
                HouseholdEvent::MemberCorrected(it) => people.insert(it.person),
                HouseholdEvent::HeadChanged(it) => {
                    let kin: Vec<_> = it.relations.iter().map(|kin| people.insert(kin.person)).collect();
                    people.insert(it.head) && kin.into_iter().all(|free| free)
                }
                HouseholdEvent::MovedWithinArea(_) => !std::mem::replace(&mut moved, true),
                HouseholdEvent::ComplaintReceived(it) => asked.insert(it.complaint),
                HouseholdEvent::ComplaintAnswered(it) => asked.insert(it.complaint),
                // Help is free once nothing says that it was reversed, a need once nothing says that it is closed.
                HouseholdEvent::AssistanceReversed(it) => helped.insert(it.assistance.0),
                HouseholdEvent::AssistanceDelivered(it) => helped.insert(it.assistance.0),
                HouseholdEvent::NeedClosed(it) => helped.insert(it.need.0),
                HouseholdEvent::NeedRecorded(it) => helped.insert(it.need.0),
                HouseholdEvent::SamePersonRejected(it) => helped.insert(it.other.0),
                HouseholdEvent::SamePersonNoted(it) => helped.insert(it.other.0),
                HouseholdEvent::AssessmentRescored(it) => helped.insert(it.assessment.0),
                HouseholdEvent::HouseholdAssessed(it) => helped.insert(it.assessment.0),
                // What was done in the next episode rests on its opening.
                HouseholdEvent::CaseReopened(_) => !rested_on,
                HouseholdEvent::IncomeRecorded(_)
                | HouseholdEvent::PostExitChecked(_)
                | HouseholdEvent::ListStatusRecorded(_)
                | HouseholdEvent::CaseworkerAssigned(_)
                | HouseholdEvent::CaseworkerUnassigned(_)
                | HouseholdEvent::HouseholdVerified(_)
                | HouseholdEvent::FoundNotPoor(_) => true,
                _ => false,
            };
            rested_on |= fact.after().is_some();
            if free {
                open.push((sequence, fact));
            }
        }
        (!open.is_empty()).then(|| open[usize::from(pick) % open.len()])
    }
}
