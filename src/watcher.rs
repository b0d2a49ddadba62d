//! The watcher: notes each missed date once, through the desk like everybody else.
//!
//! It may run on every node. The command's id follows from log, household, clock, subject and date, so two watchers ask
//! for the same command, and the log keeps it once.

mod missed;
mod sweep;

use std::time::Duration;

use chrono::{DateTime, Utc};
use events::clock::day_of;
use events::id::StaffId;
use events::metadata::Channel;
use projections::figures::clocks::TaskQuery;
use projections::{ProjectionError, ReadModel};
use uuid::Uuid;

pub use self::missed::Missed;
pub use self::sweep::sweep;
use crate::access::Caller;
use crate::desk::{Desk, DeskError, Order, Submission};

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(20);

/// Why a round ended early; the next one begins anew.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The dates could not be read.
    #[error("the dates that passed can't be read")]
    Queue(#[from] ProjectionError),
    /// A missed date could not be noted.
    #[error("a missed date can't be noted")]
    Note(#[from] DeskError),
}

/// The id of the staff member that the system's own facts name, fixed per log.
pub fn system_staff(log_id: Uuid) -> StaffId {
    StaffId::derived(log_id, "system")
}

/// What the watcher submits for a date, where the date is one that is noted.
pub fn submission(log_id: Uuid, missed: &Missed) -> Option<Submission> {
    Some(Submission {
        caller: Caller::system(system_staff(log_id), Channel::Watcher),
        command: missed.id(log_id),
        seen: None,
        order: Order::Household { id: missed.household, command: missed.command()? },
    })
}

/// The dates that passed and are not noted yet: a round costs what is new, however much is overdue.
pub fn to_note(now: DateTime<Utc>) -> TaskQuery {
    TaskQuery { kinds: Missed::NOTED.to_vec(), ..TaskQuery::to_note(now) }
}

/// Notes every date that was missed by now, page by page. Says how many it noted.
pub async fn round(desk: &Desk, read_model: &ReadModel) -> Result<u32, WatchError> {
    let log_id = desk.log().id();
    let now = desk.now();
    let mut noted = 0;
    let mut query = to_note(now);
    loop {
        let page = read_model.tasks(query.clone()).await?;
        for missed in page.items.iter().map(Missed::of).filter(|it| it.by < day_of(now)) {
            let Some(submission) = submission(log_id, &missed) else { continue };
            match desk.submit(submission).await {
                Ok(receipt) if receipt.events.is_empty() || receipt.replayed => {}
                Ok(_) => noted += 1,
                // Done meanwhile: the read model was a moment behind.
                Err(DeskError::Refused(refusal)) => tracing::debug!(%refusal, "nothing to note"),
                Err(error) if error.is_passing() => return Err(error.into()),
                // One household that can't be read or keeps changing is no reason to look at no other.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, household = %missed.household, "a missed date is not noted");
                }
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
    // A read model that is still being built knows no date yet.
    while read_model.caught_up(PAUSE).await.is_err() {
        tokio::time::sleep(PAUSE).await;
    }
    let mut erasures = 0;
    let mut swept = None;
    loop {
        match desk.finish_erasures(erasures).await {
            Ok((reached, _)) => erasures = reached,
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the watcher tries again"),
        }
        if swept != Some(desk.today()) {
            match sweep(&desk).await {
                Ok(gone) => {
                    swept = Some(desk.today());
                    if gone > 0 {
                        tracing::info!(gone, "files that no document names are gone");
                    }
                }
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the watcher tries again"),
            }
        }
        match round(&desk, &read_model).await {
            Ok(0) => {}
            Ok(noted) => tracing::info!(noted, "noted missed dates"),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the watcher tries again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use projections::figures::clocks::TaskDue;

    use super::*;

    #[test]
    fn a_round_asks_only_for_what_was_not_noted_yet() {
        let query = to_note(DateTime::UNIX_EPOCH);
        assert_eq!((query.due, query.noted), (Some(TaskDue::Overdue), Some(false)));
    }
}
