//! `huean vault status` and `huean vault copy`

use clap::Subcommand;
use events::vault::{RootKey, VaultStatus, copy_vault, vault_status};
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
