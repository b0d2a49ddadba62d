//! A new root key: everything that the old one closed is closed with the new one, in one transaction, and the log stays
//! as it is.
//!
//! Nobody may have the vault open meanwhile: a process with the old key would go on writing rows that the new one does
//! not open. What stands in a row binds its place, so the places here are those of the modules that write the rows.

use super::super::error::VaultError;
use super::super::root::RootKey;
use super::super::wrap::Wrapper;
use super::rows::{ACCESS_LOG, API_TOKENS, CREDENTIALS, KEYRINGS, META, OS_USERS, SECRETS};
use super::{count, meta, quoted};
use crate::tables::{Address, CopyError, Kind, Progress, Row, Side, Table, Value, Which};

/// Why a root key was not changed. Nothing was, then.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The database.
    #[error(transparent)]
    Database(#[from] CopyError),
    /// A row does not open, or the vault is neither the old key's nor the new one's.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Somebody has it open.
    #[error("the vault is in use: stop every node, and whatever else has it open, first")]
    InUse,
}

/// A table with something closed in it: where the root key's fingerprint and the ciphertext stand, and what it binds.
struct Closed {
    table: &'static Table,
    root: usize,
    wrapped: usize,
    place: fn(&Row) -> Vec<String>,
}

fn word(row: &Row, at: usize) -> String {
    row.text(at).unwrap_or_default().to_owned()
}

/// Everything that a root key closes. A test opens each kind of row with the new key.
static CLOSED: [Closed; 6] = [
    Closed {
        table: &KEYRINGS,
        root: 3,
        wrapped: 4,
        place: |row| vec!["ring".to_owned(), word(row, 0), word(row, 1), row.int(2).to_string()],
    },
    Closed { table: &SECRETS, root: 3, wrapped: 4, place: |row| vec!["secret".to_owned(), word(row, 0), word(row, 2)] },
    Closed { table: &OS_USERS, root: 2, wrapped: 3, place: |row| vec!["os-user".to_owned(), word(row, 0)] },
    Closed {
        table: &CREDENTIALS,
        root: 3,
        wrapped: 4,
        place: |row| vec!["credentials".to_owned(), word(row, 0), row.int(2).to_string()],
    },
    Closed { table: &API_TOKENS, root: 4, wrapped: 5, place: |row| vec!["api-token".to_owned(), word(row, 1)] },
    Closed {
        table: &ACCESS_LOG,
        root: 7,
        wrapped: 6,
        place: |row| vec!["access".to_owned(), word(row, 5), word(row, 2), word(row, 4)],
    },
];

/// The trigger that keeps the access log as it is stands aside within the transaction. Only what closes the reasons
/// changes; who looked at whom, when, does not.
const ASIDE: &str = "DROP TRIGGER access_log_is_not_changed;";
const BACK: &str = "CREATE TRIGGER access_log_is_not_changed BEFORE UPDATE ON access_log
                    BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END;";

/// Closes everything in the vault at an address with a new root key; on a server with the owner's address. Wholly or not
/// at all: given up at any moment, it begins again then. Answers how many rows it closed anew: none, if the vault is the
/// new key's already.
pub async fn rotate_root(
    url: &str,
    (old, new): (&RootKey, &RootKey),
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<u64, RotateError> {
    let which = Which::Target;
    let mut side = Side::reach(Address::of(url, which)?, "vault", which).await?;
    let found = meta(&mut side, which).await?;
    side.refuse_all_but_the_owner(&META).await?;
    begin(&mut side).await?;
    if found.root == new.fingerprint() {
        return Ok(0);
    }
    if found.root != old.fingerprint() {
        return Err(VaultError::OtherRootKey { found: found.root }.into());
    }
    let (old, new) = (Wrapper::new(old, found.log_id), Wrapper::new(new, found.log_id));
    side.run(ASIDE, "").await?;
    let mut rows = 0;
    for closed in &CLOSED {
        rows += anew(closed, &mut side, (&old, &new), told).await?;
    }
    let root = quoted(new.fingerprint());
    let whose = |table: &str| format!("UPDATE {table} SET root = '{root}'");
    let (file, server) = (format!("{BACK} {}; COMMIT", whose("vault_meta")), whose("vault.meta"));
    side.run(&file, &format!("{server}; COMMIT")).await?;
    // The rows as they were lie about until they are cleared away.
    let all: Vec<&str> = CLOSED.iter().map(|closed| closed.table.postgres).collect();
    side.run("PRAGMA journal_mode = WAL; VACUUM", &format!("VACUUM {}", all.join(", "))).await?;
    Ok(rows)
}

/// Opens the transaction, if nobody else has the vault open.
async fn begin(side: &mut Side) -> Result<(), RotateError> {
    // A file in which others read or write can't give up its journal.
    let alone =
        side.run("PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL", "").await;
    let journal = side.number("SELECT journal_mode <> 'delete' FROM pragma_journal_mode", OTHERS).await?;
    if alone.is_err() || journal != Some(0) {
        return Err(RotateError::InUse);
    }
    let all: Vec<&str> = CLOSED.iter().map(|closed| closed.table.postgres).collect();
    let lock = format!("BEGIN; LOCK TABLE vault.meta, {} IN ACCESS EXCLUSIVE MODE", all.join(", "));
    side.run("BEGIN EXCLUSIVE", &lock).await?;
    Ok(())
}

/// How many others are connected to this database.
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// Closes the rows of one table anew.
async fn anew(
    closed: &'static Closed,
    side: &mut Side,
    (old, new): (&Wrapper, &Wrapper),
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<u64, RotateError> {
    let of = count(side, closed.table).await?;
    let mut after: Option<Vec<Value>> = None;
    let mut done = 0;
    loop {
        let rows = side.next(closed.table, after).await?;
        let Some(last) = rows.last() else { return Ok(done) };
        after = Some(last.key(closed.table));
        done += rows.len() as u64;
        let (mut file, mut server) = (String::new(), String::new());
        for row in &rows {
            let (place, root) = ((closed.place)(row), word(row, closed.root));
            let wrapped = match row.0.get(closed.wrapped) {
                Some(Value::Bytes(wrapped)) => {
                    let place: Vec<&str> = place.iter().map(String::as_str).collect();
                    let plain = old.unwrap(&place, &root, wrapped)?;
                    Some(hex::encode(new.wrap(&place, &plain)?))
                }
                // No reason was given.
                Some(Value::Null | Value::Int(_) | Value::Text(_)) | None => None,
            };
            let (to_file, to_server) = written(closed, row, wrapped.as_deref(), new.fingerprint());
            file.push_str(&to_file);
            server.push_str(&to_server);
        }
        side.run(&file, &server).await?;
        told(Progress { what: closed.table.what, done, of });
    }
}

/// The statement that writes one row, in the words of each database.
fn written(closed: &Closed, row: &Row, wrapped: Option<&str>, root: &str) -> (String, String) {
    let table = closed.table;
    let key = table.columns.iter().zip(&row.0).take(table.key).map(|((name, kind), value)| match (kind, value) {
        (Kind::Int, _) | (_, Value::Int(_)) => match value {
            Value::Int(number) => format!("{name} = {number}"),
            Value::Null | Value::Text(_) | Value::Bytes(_) => "false".to_owned(),
        },
        (_, Value::Text(text)) => format!("{name} = '{}'", quoted(text)),
        (_, Value::Null | Value::Bytes(_)) => "false".to_owned(),
    });
    let key = key.collect::<Vec<_>>().join(" AND ");
    let column = table.columns.get(closed.wrapped).map_or("wrapped", |(name, _)| name);
    let root = quoted(root);
    let set =
        |table: &str, bytes: String| format!("UPDATE {table} SET root = '{root}', {column} = {bytes} WHERE {key};\n");
    let file = wrapped.map_or_else(|| "NULL".to_owned(), |hex| format!("x'{hex}'"));
    let server = wrapped.map_or_else(|| "NULL".to_owned(), |hex| format!("'\\x{hex}'::bytea"));
    (set(table.sqlite, file), set(table.postgres, server))
}
