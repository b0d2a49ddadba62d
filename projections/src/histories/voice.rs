//! What offices do in the random histories: complaints, missed dates, caseworkers, lists of the state.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use events::facts::household::*;
use events::facts::people::Words;
use events::id::{ComplaintId, StaffId};
use events::sealed::{Sealed, Subject};
use uuid::Uuid;

use super::{Told, policy};

impl Told {
    /// Complaints, and whether they wait.
    pub(super) fn complaints(&self) -> BTreeMap<ComplaintId, bool> {
        let mut open = BTreeMap::new();
        for (_, fact) in self.standing() {
            match fact {
                HouseholdEvent::ComplaintReceived(it) => open.insert(it.complaint, true),
                HouseholdEvent::ComplaintAnswered(it) => open.insert(it.complaint, false),
                _ => None,
            };
        }
        open
    }

    fn answer_by(&self, complaint: ComplaintId) -> NaiveDate {
        let received = self.facts.iter().find_map(|fact| match fact {
            HouseholdEvent::ComplaintReceived(it) if it.complaint == complaint => Some(it.answer_by),
            _ => None,
        });
        received.unwrap()
    }
}

/// Somebody is to look after the household, or somebody looked for it on a list, perhaps again.
pub(super) fn assigned_or_looked_for(on: NaiveDate, pick: u16) -> HouseholdEvent {
    if pick.is_multiple_of(3) {
        return HouseholdEvent::CaseworkerAssigned(CaseworkerAssigned {
            happened_on: on,
            caseworker: StaffId(Uuid::from_u128(u128::from(pick % 2) + 1)),
            previous: None,
        });
    }
    let at = usize::from(pick / 3);
    HouseholdEvent::ListStatusRecorded(ListStatusRecorded {
        happened_on: on,
        list: StateList::ALL[at % 2],
        list_date: super::day(i64::from(pick % 2) * 365 - 700),
        status: ListStatus::ALL[at / 2 % 3],
    })
}

/// A complaint comes in, is answered, or was not in time.
pub(super) fn asked(told: &Told, on: NaiveDate, id: Uuid, pick: u16) -> HouseholdEvent {
    let words = || Words { about: Vec::new(), text: Sealed::open(Subject::new("note", id), "test", "ก".to_owned()) };
    let waiting = told.complaints().into_iter().find(|(_, open)| *open).map(|(complaint, _)| complaint);
    match (pick % 3, waiting) {
        (1, Some(complaint)) => HouseholdEvent::ComplaintAnswered(ComplaintAnswered {
            complaint,
            happened_on: on,
            outcome: ComplaintOutcome::Upheld,
            words: words(),
        }),
        (2, Some(complaint)) => {
            HouseholdEvent::ComplaintOverdue(ComplaintOverdue { complaint, answer_by: told.answer_by(complaint) })
        }
        _ => HouseholdEvent::ComplaintReceived(ComplaintReceived {
            complaint: ComplaintId(id),
            happened_on: on,
            about: ComplaintAbout::Other,
            words: words(),
            answer_by: on + Duration::days(i64::from(pick % 20)),
            policy: policy("contact/46"),
        }),
    }
}

/// A date that a fact has set is over.
pub(super) fn missed(told: &Told, on: NaiveDate) -> Option<HouseholdEvent> {
    let mut dues =
        told.facts.iter().flat_map(|fact| fact.told().next_due().into_iter().chain(fact.told().reassess_due()));
    let due = dues.rfind(|due| due.by < on)?;
    Some(HouseholdEvent::ContactOverdue(ContactOverdue { what: due.what, by: due.by, policy: due.policy.clone() }))
}
