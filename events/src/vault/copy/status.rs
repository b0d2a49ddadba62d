//! What is at a vault's address: what somebody with a runbook in hand wants to know. No key is needed to look.

use uuid::Uuid;

use super::count;
use super::rows::{META, TABLES};
use crate::tables::{Address, CopyError, Side, Which};

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultStatus {
    /// The log whose vault it is.
    pub log_id: Uuid,
    /// The fingerprint of the root key that opens it.
    pub root: String,
    /// The format it has.
    pub format: i64,
    /// How often something was erased from it.
    pub erase_epoch: i64,
    /// What it holds, and how many of each.
    pub rows: Vec<(&'static str, u64)>,
    /// How many bytes it takes on the disk.
    pub bytes: u64,
}

/// Looks at the vault at an address, also at one that is too new to be opened.
pub async fn vault_status(url: &str) -> Result<VaultStatus, CopyError> {
    let which = Which::Only;
    let other = || CopyError::Other { what: "vault", which };
    let mut side = Side::reach(Address::of(url, which)?, "vault", which).await?;
    if !side.has(&META).await? {
        return Err(other());
    }
    let row = side.batch(&META, None, 1).await?.pop().ok_or_else(other)?;
    let mut rows = Vec::with_capacity(TABLES.len());
    let mut sizes = vec!["0".to_owned()];
    for table in TABLES {
        // A vault of an earlier format does not have them all.
        if side.has(table).await? {
            rows.push((table.what, count(&mut side, table).await?));
            sizes.push(format!("pg_total_relation_size('{}')", table.postgres));
        }
    }
    let sizes = sizes.join(" + ");
    let bytes = side
        .number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", &format!("SELECT {sizes}"))
        .await?;
    Ok(VaultStatus {
        log_id: row.text(0).and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(other)?,
        root: row.text(1).unwrap_or_default().to_owned(),
        format: row.int(2),
        erase_epoch: row.int(3),
        rows,
        bytes: bytes.map_or(0, |bytes| u64::try_from(bytes).unwrap_or(0)),
    })
}
