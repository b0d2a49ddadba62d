//! What is at a log's address, whatever state it is in: what somebody with a runbook in hand wants to know.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rows::{COMMANDS_COUNTED, EVENTS, HEAD, MARK, META, at, unsigned};
use crate::clock::from_micros;
use crate::log::LogKind;
use crate::tables::{Address, CopyError, Side, Which};

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStatus {
    /// The log's id.
    pub id: Uuid,
    /// Which database holds it.
    pub kind: LogKind,
    /// The format it has.
    pub format: i64,
    /// Whose time its events have: `real` or `simulated`; none before the first event.
    pub clock: Option<String>,
    /// The greatest position, which is the number of events.
    pub position: u64,
    /// When the last event was recorded.
    pub last_recorded_at: Option<DateTime<Utc>>,
    /// How many commands it remembers.
    pub commands: u64,
    /// How many bytes it takes on the disk.
    pub bytes: u64,
    /// Where it will end, if it is a copy that is not finished: nobody can open it until then.
    pub unfinished: Option<u64>,
}

/// Looks at the log at an address, also at one that can't be opened because it is an unfinished copy or too new.
pub async fn log_status(url: &str) -> Result<LogStatus, CopyError> {
    let which = Which::Only;
    let other = || CopyError::Other { what: "log", which };
    let mut side = Side::reach(Address::of(url, which)?, "log", which).await?;
    if !side.has(&META).await? {
        return Err(other());
    }
    let meta = side.batch(&META, None, 1).await?.pop().ok_or_else(other)?;
    let unfinished = if side.has(&MARK).await? { Some(side.batch(&MARK, None, 1).await?) } else { None };
    let position = unsigned(side.number(HEAD, HEAD).await?.unwrap_or(0));
    let last = side.batch(&EVENTS, Some(at(position.saturating_sub(1))), 1).await?.pop();
    let commands = unsigned(side.number(COMMANDS_COUNTED, COMMANDS_COUNTED).await?.unwrap_or(0));
    let bytes = side
        .number(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            "SELECT pg_total_relation_size('public.events') + pg_total_relation_size('public.commands')",
        )
        .await?;
    Ok(LogStatus {
        id: meta.text(0).and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(other)?,
        kind: if side.is_file() { LogKind::Embedded } else { LogKind::Postgres },
        format: meta.int(1),
        clock: meta.text(2).map(ToOwned::to_owned),
        position,
        last_recorded_at: last.filter(|_| position > 0).map(|event| from_micros(event.int(1))),
        commands,
        bytes: unsigned(bytes.unwrap_or(0)),
        unfinished: unfinished.map(|rows| rows.first().map_or(0, |row| unsigned(row.int(0)))),
    })
}
