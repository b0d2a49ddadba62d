//! `huean setup postgres`

use clap::{Args, Subcommand};
use events::log::setup_postgres;
use events::vault::{RootKey, setup_postgres_vault};

use super::{CliError, output};
use crate::app::{Place, make_directory};

#[derive(Debug, Subcommand)]
pub(super) enum SetupCommand {
    /// Both PostgreSQL databases: schema, functions, roles, migrations
    Postgres(PostgresArgs),
}

#[derive(Debug, Args)]
pub(super) struct PostgresArgs {
    /// The log's database, as its owner
    #[arg(long, env = "HUEAN_OWNER", value_name = "URL", hide_env_values = true)]
    owner: String,
    /// The vault's database, as its owner
    #[arg(long, env = "HUEAN_VAULT_OWNER", value_name = "URL", hide_env_values = true)]
    vault_owner: String,
    /// The role that the service connects as
    #[arg(long, env = "HUEAN_APP", value_name = "ROLE")]
    app: String,
    /// The role that auditors read the log as
    #[arg(long, env = "HUEAN_AUDITOR", value_name = "ROLE")]
    auditor: String,
}

pub(super) async fn run(place: &Place, SetupCommand::Postgres(args): SetupCommand) -> Result<(), CliError> {
    if args.owner == args.vault_owner {
        return Err(CliError::Usage("log and vault need a database each: they are backed up apart".to_owned()));
    }
    make_directory(&place.data)?;
    let log_id = setup_postgres(&args.owner, &args.app, &args.auditor)
        .await
        .map_err(|error| CliError::unreachable("the log's database can't be set up", error))?;
    let path = place.root_key();
    let key = if path.exists() { RootKey::load(&path) } else { RootKey::create(&path) };
    let root = key.map_err(|error| CliError::unreachable("the root key can't be used", error))?;
    setup_postgres_vault(&args.vault_owner, &args.app, Some(&args.auditor), log_id, &root)
        .await
        .map_err(|error| CliError::unreachable("the vault's database can't be set up", error))?;
    output::line(&format!("log {log_id} is ready"))?;
    output::note(&format!(
        "The root key is {}. Copy it to every node, and keep a copy away from both databases.",
        path.display()
    ));
    Ok(())
}
