//! `vault copy`: the whole vault into another database, in one transaction: wholly, compared, or not at all.
//!
//! A vault is small and mutable. A copy that was made before is brought up to date: rings and credentials by their
//! version, sessions, API tokens and files as a whole, everything else by what is new. If the two are not equal then, the target has lived on its own, and nothing is changed.
//! The root key is not in a vault, so no copy holds it.

mod rotate;
mod rows;
mod status;

use uuid::Uuid;

use super::sqlite::{SCHEMA, STEPS, make_file};
use super::store::FORMAT;
use crate::tables::{Address, CopiedTable, CopyError, Progress, Side, Table, Value, Which, apart, compare};
use rows::{META, OF_THE_MOMENT, TABLES, counted};

pub use rotate::{RotateError, rotate_root};
pub use status::{VaultStatus, vault_status};

/// A vault that was copied, and compared with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedVault {
    /// The log whose vault it is.
    pub log_id: Uuid,
    /// The fingerprint of the root key that opens it.
    pub root: String,
    /// What both hold.
    pub tables: Vec<CopiedTable>,
}

/// What stands in a vault's own row.
struct Meta {
    log_id: Uuid,
    root: String,
    erase_epoch: i64,
}

/// Copies the vault at one address to the other, or brings a copy up to date. Into PostgreSQL with the owner's address,
/// where `setup_postgres_vault` made an empty vault; a SQLite file is made. May be given up at any moment, and begins
/// again then.
pub async fn copy_vault(
    from: &str,
    to: &str,
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<CopiedVault, CopyError> {
    let mut source = Side::reach(Address::of(from, Which::Source)?, "vault", Which::Source).await?;
    meta(&mut source, Which::Source).await?;
    let address = Address::of(to, Which::Target)?;
    if let Address::Sqlite(path) = &address {
        make_file(path).map_err(|error| CopyError::Database {
            which: Which::Target,
            verb: "written",
            source: Box::new(error),
        })?;
    }
    let mut target = Side::reach(address, "vault", Which::Target).await?;
    apart(&mut source, &mut target).await?;
    source.stand_still().await?;
    let ours = meta(&mut source, Which::Source).await?;
    begin(&mut target, &ours).await?;

    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let of = count(&mut source, table).await?;
        copy(table, &mut source, &mut target, of, told).await?;
        tables.push(compare(table, &mut source, &mut target, of, told).await?);
    }
    finish(&mut target).await?;
    Ok(CopiedVault { log_id: ours.log_id, root: ours.root, tables })
}

async fn copy(
    table: &'static Table,
    source: &mut Side,
    target: &mut Side,
    of: u64,
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), CopyError> {
    let mut after: Option<Vec<Value>> = None;
    let mut done = 0;
    loop {
        let rows = source.next(table, after).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.key(table));
        done += rows.len() as u64;
        target.put(table, rows).await?;
        told(Progress { what: table.what, done, of });
    }
}

/// Opens the transaction that everything stands in, and decides whether the target may be written.
async fn begin(target: &mut Side, ours: &Meta) -> Result<(), CopyError> {
    target.run("PRAGMA synchronous = FULL; BEGIN IMMEDIATE", "BEGIN").await?;
    if target.is_file() && target.number("SELECT count(*) FROM sqlite_schema", "").await? == Some(0) {
        let Meta { log_id, root, .. } = ours;
        let steps = STEPS.map(|(_, step)| step).concat();
        let made = format!("{SCHEMA} INSERT INTO vault_meta VALUES (1, '{log_id}', '{}', 1, 0); {steps}", quoted(root));
        target.run(&made, "").await?;
    }
    let found = meta(target, Which::Target).await?;
    target.refuse_all_but_the_owner(&META).await?;
    let all = TABLES.map(|table| table.postgres).join(", ");
    target.run("", &format!("LOCK TABLE vault.meta, {all} IN SHARE ROW EXCLUSIVE MODE")).await?;
    if found.log_id != ours.log_id || found.root != ours.root {
        for table in TABLES {
            if count(target, table).await? == 0 {
                continue;
            }
            return Err(if found.log_id == ours.log_id {
                CopyError::OtherRootKey
            } else {
                CopyError::Occupied { found: found.log_id, wanted: ours.log_id }
            });
        }
    }
    // Who is signed in is no history: the source has the last word, also on who is not any more, and on files that an
    // erasure took away.
    for Table { sqlite, postgres, .. } in OF_THE_MOMENT {
        target.run(&format!("DELETE FROM {sqlite}"), &format!("DELETE FROM {postgres}")).await?;
    }
    let Meta { log_id, root, erase_epoch } = ours;
    let whose = format!("SET log_id = '{log_id}', root = '{}', erase_epoch = {erase_epoch}", quoted(root));
    target.run(&format!("UPDATE vault_meta {whose}"), &format!("UPDATE vault.meta {whose}")).await
}

async fn finish(target: &mut Side) -> Result<(), CopyError> {
    // Numbers of the access log go on behind the last one. SQLite does that by itself.
    let on = "SELECT setval(pg_get_serial_sequence('vault.access_log', 'number'), coalesce(max(number), 1),
                            max(number) IS NOT NULL) FROM vault.access_log";
    target.run("COMMIT", &format!("{on}; COMMIT")).await?;
    target.settle().await?;
    let all = TABLES.map(|table| table.postgres).join(", ");
    target.run("", &format!("ANALYZE {all}")).await
}

async fn count(side: &mut Side, table: &Table) -> Result<u64, CopyError> {
    let (sqlite, postgres) = counted(table);
    Ok(side.number(&sqlite, &postgres).await?.map_or(0, |rows| u64::try_from(rows).unwrap_or(0)))
}

/// Whose vault it is, if it is one of this program's format.
async fn meta(side: &mut Side, which: Which) -> Result<Meta, CopyError> {
    let other = || CopyError::Other { what: "vault", which };
    if !side.has(&META).await? {
        return Err(other());
    }
    let row = side.batch(&META, None, 1).await?.pop().ok_or_else(other)?;
    if row.int(2) != FORMAT {
        return Err(CopyError::Format { which, found: row.int(2), known: FORMAT });
    }
    let log_id = row.text(0).and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(other)?;
    Ok(Meta { log_id, root: row.text(1).unwrap_or_default().to_owned(), erase_epoch: row.int(3) })
}

/// A text between quotes.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}
