//! The watcher: notes each missed date once, through the desk like everybody else.
//!
//! It may run on every node. The command's id follows from log, stream, clock, referral and date, so two watchers ask
//! for the same command, and the log keeps it once.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use events::clock::day_of;
use events::id::{CommandId, HouseholdId, ReferralId, StaffId};
use events::metadata::Channel;
use projections::figures::referrals::{Queue, ReferralQuery, ReferralState};
use projections::{ProjectionError, Reach, ReadModel};
use uuid::Uuid;

use crate::access::Caller;
use crate::desk::{Desk, DeskError, Order, Submission};
use crate::rules::household::Command;
use crate::rules::household::command::{NoteDeliveryOverdue, NoteResponseOverdue};

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(20);

/// The word that sets this clock's commands apart.
const RESPOND_BY: &str = "respond_by";

/// And the other clock's.
const DELIVER_BY: &str = "deliver_by";

/// Why a round ended early; the next one begins anew.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The queue could not be read.
    #[error("the queue of unanswered referrals can't be read")]
    Queue(#[from] ProjectionError),
    /// A missed date could not be noted.
    #[error("a missed date can't be noted")]
    Note(#[from] DeskError),
}

/// The id of the staff member that the system's own facts name, fixed per log.
pub fn system_staff(log_id: Uuid) -> StaffId {
    StaffId::derived(log_id, "system")
}

/// The command that notes a missed answer: the same on every node, for ever.
pub fn overdue_command(log_id: Uuid, household: HouseholdId, referral: ReferralId, due: NaiveDate) -> CommandId {
    CommandId::derived(log_id, &format!("household/{household}/{RESPOND_BY}/{referral}/{due}"))
}

/// The referrals whose answer or delivery was missed and not noted yet: a round costs what is new, however much is overdue.
pub fn missed(now: DateTime<Utc>) -> ReferralQuery {
    let mut query = ReferralQuery::all(Reach::All, now);
    query.states = vec![ReferralState::ToAnswer, ReferralState::ToDeliver];
    query.overdue = Some(true);
    query.overdue_noted = Some(false);
    query.limit = Some(200);
    query
}

/// The command that notes a missed delivery: the same on every node, for ever.
pub fn delivery_overdue_command(
    log_id: Uuid,
    household: HouseholdId,
    referral: ReferralId,
    due: NaiveDate,
) -> CommandId {
    CommandId::derived(log_id, &format!("household/{household}/{DELIVER_BY}/{referral}/{due}"))
}

/// Notes every answer and every delivery that was missed by now. Says how many it noted.
pub async fn round(desk: &Desk, read_model: &ReadModel) -> Result<u32, WatchError> {
    let log_id = desk.log().id();
    let now = desk.now();
    let mut noted = 0;
    let mut query = missed(now);
    loop {
        let page = read_model.referrals(query.clone()).await?;
        for row in page.items {
            let Some((clock, due)) = row.state.queue().zip(row.due_by) else { continue };
            if due >= day_of(now) {
                continue;
            }
            let (command, note) = match clock {
                Queue::ToAnswer => (
                    overdue_command(log_id, row.household, row.id, due),
                    Command::NoteResponseOverdue(NoteResponseOverdue { referral: row.id }),
                ),
                Queue::ToDeliver => (
                    delivery_overdue_command(log_id, row.household, row.id, due),
                    Command::NoteDeliveryOverdue(NoteDeliveryOverdue { referral: row.id }),
                ),
            };
            let submission = Submission {
                caller: Caller::system(system_staff(log_id), Channel::Watcher),
                command,
                seen: None,
                order: Order::Household { id: row.household, command: note },
            };
            match desk.submit(submission).await {
                Ok(receipt) if receipt.events.is_empty() || receipt.replayed => {}
                Ok(_) => noted += 1,
                // Answered or delivered meanwhile: the read model was a moment behind.
                Err(DeskError::Refused(refusal)) => tracing::debug!(%refusal, "nothing to note"),
                Err(error) => return Err(error.into()),
            }
        }
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(noted),
        }
    }
}

/// Looks every so often until the process ends.
pub async fn watch(desk: Desk, read_model: ReadModel) {
    // A read model that is still being built knows no queue yet.
    while read_model.caught_up(PAUSE).await.is_err() {
        tokio::time::sleep(PAUSE).await;
    }
    loop {
        match round(&desk, &read_model).await {
            Ok(0) => {}
            Ok(noted) => tracing::info!(noted, "noted missed answers and deliveries"),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the watcher tries again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_asks_only_for_what_was_not_noted_yet() {
        let query = missed(DateTime::UNIX_EPOCH);
        assert_eq!((query.overdue, query.overdue_noted), (Some(true), Some(false)));
        assert_eq!(query.states, [ReferralState::ToAnswer, ReferralState::ToDeliver]);
    }
}
