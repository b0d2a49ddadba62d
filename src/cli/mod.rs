//! The command line: `huean …`. Results go to standard output, progress and logs to standard error.

mod access_log;
mod account;
mod check;
mod copy;
mod demo;
mod duplicates;
mod export;
mod history;
mod import;
mod log;
mod output;
mod person;
mod rebuild;
mod report;
mod serve;
mod setup;
mod vault;
mod whatif;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::{AppError, Place};

/// One append-only history per household.
#[derive(Debug, Parser)]
#[command(name = "huean", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(subcommand)]
    command: Command,
}

/// Where things are.
#[derive(Debug, Clone, Args)]
struct PlaceArgs {
    /// Directory of this node: root key, read models, embedded databases
    #[arg(long, global = true, env = "HUEAN_DATA", default_value = "./huean-data", value_name = "DIR")]
    data: PathBuf,
    /// The log: `sqlite:FILE` or `postgres://…` [default: sqlite:DIR/log.db]
    #[arg(long, global = true, env = "HUEAN_LOG", value_name = "URL", hide_env_values = true)]
    log: Option<String>,
    /// The vault: `sqlite:FILE` or `postgres://…` [default: sqlite:DIR/vault.db]
    #[arg(long, global = true, env = "HUEAN_VAULT", value_name = "URL", hide_env_values = true)]
    vault: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fill a new log with invented households whose stories went through the desk, then serve it
    Demo(demo::DemoArgs),
    /// Serve the JSON API
    Serve(serve::ServeArgs),
    /// Prepare databases
    #[command(subcommand)]
    Setup(setup::SetupCommand),
    /// Bring households and state lists in from files
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// People who may stand in two households
    #[command(subcommand)]
    Duplicates(duplicates::DuplicatesCommand),
    /// Files for researchers
    #[command(subcommand)]
    Export(export::ExportCommand),
    /// One case, as it is or as it stood
    History(history::HistoryArgs),
    /// Who looked at a household
    AccessLog(access_log::AccessLogArgs),
    /// The way back in for the machine's owner
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Any report; without a name, the list of them
    Report(report::ReportArgs),
    /// A report as it would be under a changed policy, beside what it says now; nothing is changed
    Whatif(whatif::WhatifArgs),
    /// Build the read models anew
    Rebuild,
    /// Verify every invariant of the stored log
    Check(check::CheckArgs),
    /// The log itself
    #[command(subcommand)]
    Log(log::LogCommand),
    /// The vault itself
    #[command(subcommand)]
    Vault(vault::VaultCommand),
}

/// Why a command ended without its result, by exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// 1: it looked, and something is wrong.
    #[error("{0}")]
    Failed(String),
    /// 2: it was called wrongly.
    #[error("{0}")]
    Usage(String),
    /// 0: the reader of the result has gone.
    #[error("nobody reads the result")]
    EnoughRead,
    /// 3: log, vault or network can't be reached.
    #[error("{what}")]
    Unreachable {
        /// What it was about.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl CliError {
    fn unreachable(what: &str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unreachable { what: what.to_owned(), source: Box::new(source) }
    }

    fn code(&self) -> u8 {
        match self {
            Self::EnoughRead => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Unreachable { .. } => 3,
        }
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        Self::unreachable("the log and its vault can't be opened", error)
    }
}

/// Runs the command line and says how it ended.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    logging();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(CliError::unreachable("the runtime can't be started", error))),
    };
    let place = Place { data: cli.place.data, log: cli.place.log, vault: cli.place.vault };
    let ended_as = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(&place, args).await,
            Command::Serve(args) => serve::run(&place, args).await,
            Command::Setup(command) => setup::run(&place, command).await,
            Command::Import(command) => import::run(&place, command).await,
            Command::Duplicates(command) => duplicates::run(&place, command).await,
            Command::Export(command) => export::run(&place, command).await,
            Command::History(args) => history::run(&place, args).await,
            Command::AccessLog(args) => access_log::run(&place, args).await,
            Command::Account(command) => account::run(&place, command).await,
            Command::Report(args) => report::run(&place, args).await,
            Command::Whatif(args) => whatif::run(&place, args).await,
            Command::Rebuild => rebuild::run(&place).await,
            Command::Check(args) => check::run(&place, args).await,
            Command::Log(command) => log::run(&place, command).await,
            Command::Vault(command) => vault::run(&place, command).await,
        }
    });
    // A task that still waits for a database must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    ended(ended_as)
}

fn ended(result: Result<(), CliError>) -> ExitCode {
    let error = match result {
        Ok(()) | Err(CliError::EnoughRead) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    output::note(&format!("huean: {}", chain(&error)));
    ExitCode::from(error.code())
}

/// An error with what it came from.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn logging() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("HUEAN_LOGGING").unwrap_or_else(|_| EnvFilter::new("warn,huean=info"));
    let coloured = std::io::IsTerminal::is_terminal(&std::io::stderr());
    // Only fails when a subscriber is set already, as in a test.
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_ansi(coloured).with_writer(std::io::stderr).try_init());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Those that clap adds by itself.
    fn is_help(option: &clap::Arg) -> bool {
        ["help", "version"].contains(&option.get_id().as_str())
    }

    /// Every option of a command and of those within it that has no variable of the environment, and how many have.
    fn without_variable(command: &clap::Command, path: &str, found: &mut Vec<String>) -> usize {
        let own = command.get_arguments().filter(|it| !it.is_positional() && !is_help(it));
        let mut n = 0;
        for option in own {
            n += 1;
            let variable = option.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if !variable.starts_with("HUEAN_") {
                found.push(format!("{path} --{}", option.get_long().unwrap_or_default()));
            }
        }
        for inner in command.get_subcommands() {
            n += without_variable(inner, &format!("{path} {}", inner.get_name()), found);
        }
        n
    }

    #[test]
    fn every_option_is_a_variable_of_the_environment_too() {
        let mut found = Vec::new();
        let n = without_variable(&Cli::command(), "huean", &mut found);
        assert_eq!(found, Vec::<String>::new());
        assert!(n > 20, "{n} options were looked at");
    }

    #[test]
    fn a_report_is_named_as_in_the_api_or_with_hyphens_and_a_wrong_name_is_told_the_list() {
        for name in ["backlog_history", "backlog-history", "funnel"] {
            assert!(Cli::try_parse_from(["huean", "report", name]).is_ok(), "{name}");
        }
        let refused = Cli::try_parse_from(["huean", "report", "weather"]).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
        assert!(refused.to_string().contains("backlog_history"), "{refused}");
    }
}
