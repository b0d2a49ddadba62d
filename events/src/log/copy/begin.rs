//! Which log may be copied where, and the mark that keeps everybody out of a copy that is not finished.

use uuid::Uuid;

use super::rows::{COMMANDS_COUNTED, EVENTS, HEAD, MARK, META, at, signed, unsigned};
use crate::log::error::LogError;
use crate::log::sqlite;
use crate::tables::{Address, CopyError, Row, Side, Which, apart};

/// The newest format that a copy knows. An older one has the same rows.
const FORMAT: i64 = 2;

/// The source as it stood when the copy began.
pub(super) struct Moment {
    pub(super) id: Uuid,
    pub(super) clock: Option<String>,
    pub(super) head: u64,
    pub(super) commands: u64,
}

/// A row of `log_meta`.
struct Meta {
    id: Uuid,
    clock: Option<String>,
}

/// Reaches the source.
pub(super) async fn source(url: &str) -> Result<Side, CopyError> {
    let which = Which::Source;
    let mut side = Side::reach(Address::of(url, which)?, "log", which).await?;
    meta(&mut side, which).await?;
    if side.has(&MARK).await? { Err(CopyError::SourceUnfinished) } else { Ok(side) }
}

/// Reaches the target, and leaves it as it is.
pub(super) async fn target(url: &str, source: &mut Side) -> Result<Side, CopyError> {
    let which = Which::Target;
    let address = Address::of(url, which)?;
    if let Address::Sqlite(path) = &address {
        let path = path.clone();
        let laid = tokio::task::spawn_blocking(move || sqlite::lay(&path)).await;
        laid.map_err(LogError::unreachable).and_then(|laid| laid).map_err(not_laid)?;
    }
    let mut side = Side::reach(address, "log", which).await?;
    apart(source, &mut side).await?;
    meta(&mut side, which).await?;
    side.refuse_all_but_the_owner(&EVENTS).await?;
    Ok(side)
}

/// Holds on to the source as it stands now.
pub(super) async fn moment(source: &mut Side) -> Result<Moment, CopyError> {
    source.stand_still().await?;
    let Meta { id, clock } = meta(source, Which::Source).await?;
    let head = unsigned(source.number(HEAD, HEAD).await?.unwrap_or(0));
    let commands = unsigned(source.number(COMMANDS_COUNTED, COMMANDS_COUNTED).await?.unwrap_or(0));
    Ok(Moment { id, clock, head, commands })
}

/// Marks the target as a copy that is not finished, or refuses it. Says where the copy goes on: behind its last event.
pub(super) async fn mark(target: &mut Side, source: &mut Side, moment: &Moment) -> Result<u64, CopyError> {
    // What is copied is lost together with the mark or not at all, so only the last commit has to wait for the disk.
    target.run("PRAGMA synchronous = NORMAL", "SET synchronous_commit = off").await?;
    write(target).await?;
    let head = begin(target, source, moment).await?;
    target.run("COMMIT", "COMMIT").await?;
    Ok(head)
}

/// Opens a transaction that nobody appends beside.
pub(super) async fn write(target: &mut Side) -> Result<(), CopyError> {
    target.run("BEGIN IMMEDIATE", "BEGIN; SELECT FROM log_head FOR UPDATE").await
}

/// Decides whether the target is empty, or a copy of the source to go on with, and marks it.
async fn begin(target: &mut Side, source: &mut Side, moment: &Moment) -> Result<u64, CopyError> {
    let found = meta(target, Which::Target).await?.id;
    let marked = target.has(&MARK).await?;
    let head = unsigned(target.number(HEAD, HEAD).await?.unwrap_or(0));
    let commands = target.number(COMMANDS_COUNTED, COMMANDS_COUNTED).await?.unwrap_or(0);
    let empty = !marked && head == 0 && commands == 0;
    if !empty && found != moment.id {
        return Err(CopyError::Occupied { found, wanted: moment.id });
    }
    if head > moment.head {
        return Err(CopyError::Diverged { position: moment.head + 1 });
    }
    if head > 0 && event(source, head).await? != event(target, head).await? {
        return Err(CopyError::Diverged { position: head });
    }
    if !marked {
        target
            .run(
                "CREATE TABLE log_copy (goal integer NOT NULL) STRICT",
                "CREATE TABLE log_copy (goal bigint NOT NULL); GRANT SELECT ON log_copy TO PUBLIC",
            )
            .await?;
    }
    let goal = signed(moment.head);
    let mark = format!("DELETE FROM log_copy; INSERT INTO log_copy VALUES ({goal});");
    target.run(&mark, &mark).await?;
    tell_whose(target, moment).await?;
    Ok(head)
}

/// Takes the mark away. From here on it is a log like any other.
pub(super) async fn finish(target: &mut Side, moment: &Moment) -> Result<(), CopyError> {
    target.run("PRAGMA synchronous = FULL", "SET synchronous_commit = on").await?;
    write(target).await?;
    if target.number(HEAD, HEAD).await?.unwrap_or(0) != signed(moment.head) {
        return Err(CopyError::Disturbed);
    }
    tell_whose(target, moment).await?;
    target.run("DROP TABLE log_copy; COMMIT", "DROP TABLE log_copy; COMMIT").await?;
    target.settle().await?;
    // Plans made on an empty table would be kept for a while.
    target.run("", "ANALYZE events, commands").await
}

/// The source's id and kind of clock. Neither can hold a quote: one is an id, the other bounded by its table.
async fn tell_whose(target: &mut Side, moment: &Moment) -> Result<(), CopyError> {
    let clock = moment.clock.as_ref().map_or_else(|| "NULL".to_owned(), |clock| format!("'{clock}'"));
    let sql = format!("UPDATE log_meta SET id = '{}', clock = {clock}", moment.id);
    target.run(&sql, &sql).await
}

async fn event(side: &mut Side, position: u64) -> Result<Option<Row>, CopyError> {
    Ok(side.batch(&EVENTS, Some(at(position - 1)), 1).await?.pop())
}

/// Which log it is, if it is one of this program's format.
async fn meta(side: &mut Side, which: Which) -> Result<Meta, CopyError> {
    let other = || CopyError::Other { what: "log", which };
    if !side.has(&META).await? {
        return Err(other());
    }
    let row = side.batch(&META, None, 1).await?.pop().ok_or_else(other)?;
    if !(1..=FORMAT).contains(&row.int(1)) {
        return Err(CopyError::Format { which, found: row.int(1), known: FORMAT });
    }
    let id = row.text(0).and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(other)?;
    let clock = row.text(2).filter(|clock| ["real", "simulated"].contains(clock)).map(ToOwned::to_owned);
    Ok(Meta { id, clock })
}

fn not_laid(error: LogError) -> CopyError {
    if matches!(error, LogError::NotALog(_)) {
        return CopyError::Other { what: "log", which: Which::Target };
    }
    CopyError::Database { which: Which::Target, verb: "written", source: Box::new(error) }
}
