//! `huean vault status`, `huean vault copy` and `huean vault rotate-root`

use clap::{Args, Subcommand};
use events::vault::{RootKey, RotateError, VaultStatus, copy_vault, rotate_root, vault_status};
use serde::Serialize;

use super::copy::{CopyArgs, copied, telling};
use super::log::StatusArgs;
use super::{CliError, output};
use crate::app::Place;

#[derive(Debug, Subcommand)]
pub(super) enum VaultCommand {
    /// Whose vault it is, which root key opens it, and what it holds
    Status(StatusArgs),
    /// Copy a vault into another database, or bring a copy up to date; the root key is not in it
    Copy(CopyArgs),
    /// Make a new root key and close everything with it; the log stays as it is. Stop every node first
    RotateRoot(RotateArgs),
}

#[derive(Debug, Args)]
pub(super) struct RotateArgs {
    /// The vault as its owner, on a server [default: the vault]
    #[arg(long, env = "HUEAN_VAULT_OWNER", value_name = "URL", hide_env_values = true)]
    vault_owner: Option<String>,
}

#[derive(Debug, Serialize)]
struct Status {
    log: String,
    root: String,
    /// Whether the root key of this directory opens it; none where there is no key.
    root_key_here: Option<bool>,
    format: i64,
    erase_epoch: i64,
    holds: Vec<Held>,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct Held {
    what: &'static str,
    rows: u64,
}

pub(super) async fn run(place: &Place, command: VaultCommand) -> Result<(), CliError> {
    match command {
        VaultCommand::Status(args) => status(place, args).await,
        VaultCommand::RotateRoot(args) => rotate(place, args).await,
        VaultCommand::Copy(args) => {
            let done = copied(&args, "nothing was changed", copy_vault(&args.from, &args.to, &mut telling())).await?;
            args.show(&format!("vault of log {} copied", done.log_id), &done.tables)?;
            output::note(&format!(
                "Only root key {} opens it, which is in no database: bring root.key yourself.",
                done.root
            ));
            Ok(())
        }
    }
}

/// The new key is on disk before anything is closed with it, and the old one stays until the new one opens everything: a
/// rotation that was broken off goes on where it stood.
async fn rotate(place: &Place, args: RotateArgs) -> Result<(), CliError> {
    let unusable = |error| CliError::unreachable("the root key can't be used", error);
    let (key, next, before) = (place.root_key(), place.next_root_key(), place.root_key_before());
    let old = RootKey::load(&key).map_err(unusable)?;
    let new = if next.exists() { RootKey::load(&next) } else { RootKey::create(&next) }.map_err(unusable)?;
    let url = args.vault_owner.unwrap_or_else(|| place.vault_url());
    let rows = rotate_root(&url, (&old, &new), &mut telling()).await.map_err(|error| match error {
        RotateError::InUse => CliError::Usage(error.to_string()),
        RotateError::Database(error) => error.into(),
        RotateError::Vault(error) => CliError::unreachable("the root key was not changed", error),
    })?;
    // From here on the vault is the new key's. The file is there at every moment, old or new.
    let moved = || {
        if before.exists() {
            std::fs::remove_file(&before)?;
        }
        std::fs::hard_link(&key, &before)?;
        std::fs::rename(&next, &key)?;
        std::fs::File::open(&place.data)?.sync_all()
    };
    moved()
        .map_err(|error| CliError::unreachable("the vault is the new key's, its file can't be put in place", error))?;
    output::line(&format!("{rows} rows are closed with root key {}", new.fingerprint()))?;
    output::note(&format!(
        "Bring {} to the other nodes and into escrow. {} opens the backups of until now: destroy it with them.",
        key.display(),
        before.display()
    ));
    Ok(())
}

async fn status(place: &Place, args: StatusArgs) -> Result<(), CliError> {
    let VaultStatus { log_id, root, format, erase_epoch, rows, bytes } = vault_status(&place.vault_url()).await?;
    let here = RootKey::load(&place.root_key()).ok().map(|key| key.fingerprint() == root);
    let holds = rows.into_iter().map(|(what, rows)| Held { what, rows }).collect();
    let status = Status { log: log_id.to_string(), root, root_key_here: here, format, erase_epoch, holds, bytes };
    if args.json {
        return output::json(&status);
    }
    let key = match status.root_key_here {
        Some(true) => "opens it",
        Some(false) => "is another one",
        None => "is missing",
    };
    let mut lines = vec![
        ("log", status.log),
        ("root key", format!("{} (root.key here {key})", status.root)),
        ("format", status.format.to_string()),
        ("erase epoch", status.erase_epoch.to_string()),
    ];
    lines.extend(status.holds.iter().map(|held| (held.what, held.rows.to_string())));
    lines.push(("bytes", status.bytes.to_string()));
    let lines: Vec<Vec<String>> = lines.into_iter().map(|(what, it)| vec![what.to_owned(), it]).collect();
    output::table(&["vault", ""], &lines)
}
