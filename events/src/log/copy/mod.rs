//! `log copy`: the whole log into another database, positions, times and bytes unchanged.
//!
//! The source is read as it stands at one moment, also while a service writes to it. The target is marked until
//! everything was copied and compared, and nobody opens a marked log: `begin` decides whether it may be written at all.
//! Each batch is a transaction, so whatever ends a copy, the same call goes on behind the target's last event.

mod begin;
mod rows;
mod status;

use uuid::Uuid;

use crate::tables::{CopiedTable, CopyError, Progress, Row, Side, Value, Which, compare};
use begin::Moment;
use rows::{COMMANDS, EVENTS, HEAD};

pub use status::{LogStatus, log_status};

/// A log that was copied, and compared with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedLog {
    /// The log's id, the same in both.
    pub id: Uuid,
    /// Where the copy ends: where the source ended when the copy began.
    pub position: u64,
    /// Where this call took it up; 0 for a new copy.
    pub from: u64,
    /// What both hold.
    pub tables: Vec<CopiedTable>,
}

/// Copies the log at one address to the other, or goes on with a copy. Into PostgreSQL with the owner's address, where
/// `setup_postgres` made an empty log; a SQLite file is made. May be given up at any moment.
pub async fn copy_log(from: &str, to: &str, told: &mut (dyn FnMut(Progress) + Send)) -> Result<CopiedLog, CopyError> {
    let mut source = begin::source(from).await?;
    let mut target = begin::target(to, &mut source).await?;
    let moment = begin::moment(&mut source).await?;
    let begun = begin::mark(&mut target, &mut source, &moment).await?;
    events(&mut source, &mut target, &moment, begun, told).await?;
    commands(&mut source, &mut target, &moment, told).await?;

    let events = compare(&EVENTS, &mut source, &mut target, moment.head, told).await?;
    let commands = compare(&COMMANDS, &mut source, &mut target, moment.commands, told).await?;
    if events.rows != moment.head {
        let what = format!("it ends at position {} and has {} events", moment.head, events.rows);
        return Err(CopyError::Damaged { which: Which::Source, what });
    }
    begin::finish(&mut target, &moment).await?;
    Ok(CopiedLog { id: moment.id, position: moment.head, from: begun, tables: vec![events, commands] })
}

async fn events(
    source: &mut Side,
    target: &mut Side,
    moment: &Moment,
    mut head: u64,
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), CopyError> {
    let mut recorded_at = i64::MIN;
    while head < moment.head {
        let rows = source.next(&EVENTS, Some(rows::at(head))).await?;
        if rows.is_empty() {
            let what = format!("it ends at position {head}, although position {} was there", moment.head);
            return Err(CopyError::Damaged { which: Which::Source, what });
        }
        let next = follow(&rows, head, &mut recorded_at)?;
        begin::write(target).await?;
        if target.number(HEAD, HEAD).await?.unwrap_or(0) != rows::signed(head) {
            return Err(CopyError::Disturbed);
        }
        target.put(&EVENTS, rows).await?;
        target.run("COMMIT", "COMMIT").await?;
        head = next;
        told(Progress { what: "events", done: head, of: moment.head });
    }
    Ok(())
}

/// Checks that the events follow the one at `head` and each other; gives the position of the last.
fn follow(events: &[Row], mut head: u64, recorded_at: &mut i64) -> Result<u64, CopyError> {
    let damaged = |what| Err(CopyError::Damaged { which: Which::Source, what });
    for event in events {
        let (position, at) = (event.int(0), event.int(1));
        if position != rows::signed(head + 1) {
            return damaged(format!("position {position} follows position {head}"));
        }
        if at < *recorded_at {
            return damaged(format!("position {position} is recorded before the one in front of it"));
        }
        (head, *recorded_at) = (head + 1, at);
    }
    Ok(head)
}

/// Commands have no order of their own, so all of them are offered each time; those that are there stay.
async fn commands(
    source: &mut Side,
    target: &mut Side,
    moment: &Moment,
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), CopyError> {
    let mut after: Option<Vec<Value>> = None;
    let mut done = 0;
    loop {
        let rows = source.next(&COMMANDS, after).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.key(&COMMANDS));
        done += rows.len() as u64;
        begin::write(target).await?;
        target.put(&COMMANDS, rows).await?;
        target.run("COMMIT", "COMMIT").await?;
        told(Progress { what: "commands", done, of: moment.commands });
    }
}
