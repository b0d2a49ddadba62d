//! `huean log status` and `huean log copy`

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use events::clock::bangkok;
use events::log::{LogKind, LogStatus, copy_log, log_status};
use serde::Serialize;

use super::copy::{CopyArgs, copied, telling};
use super::{CliError, output};
use crate::app::Place;

#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Where the log is, how far it goes, and whether it is a copy that was not finished
    Status(StatusArgs),
    /// Copy a log into another database, unchanged; again, it goes on where it stopped
    Copy(CopyArgs),
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Print it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    pub(super) json: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    id: String,
    kind: &'static str,
    format: i64,
    clock: Option<String>,
    events: u64,
    last_recorded_at: Option<String>,
    commands: u64,
    bytes: u64,
    /// Where an unfinished copy will end.
    unfinished_copy_to: Option<u64>,
}

impl From<LogStatus> for Status {
    fn from(it: LogStatus) -> Self {
        Self {
            id: it.id.to_string(),
            kind: match it.kind {
                LogKind::Embedded => "embedded",
                LogKind::Postgres => "postgres",
            },
            format: it.format,
            clock: it.clock,
            events: it.position,
            last_recorded_at: it.last_recorded_at.map(|at| at.with_timezone(&bangkok()).to_rfc3339()),
            commands: it.commands,
            bytes: it.bytes,
            unfinished_copy_to: it.unfinished,
        }
    }
}

pub(super) async fn run(place: &Place, command: LogCommand) -> Result<(), CliError> {
    match command {
        LogCommand::Status(args) => status(place, args).await,
        LogCommand::Copy(args) => {
            let done = copied(&args, "what was copied stays", copy_log(&args.from, &args.to, &mut telling())).await?;
            let new = if done.from > 0 { format!(", from position {} on", done.from) } else { String::new() };
            args.show(&format!("log {} copied to position {}{new}", done.id, done.position), &done.tables)?;
            output::note("Its vault is copied apart (`huean vault copy`). Then run `huean check` on the copy.");
            Ok(())
        }
    }
}

async fn status(place: &Place, args: StatusArgs) -> Result<(), CliError> {
    let status = Status::from(log_status(&place.log_url()).await?);
    if args.json {
        return output::json(&status);
    }
    let none = || "-".to_owned();
    output::table(
        &["log", "kind", "format", "clock", "events", "last recorded at", "commands", "bytes"],
        &[vec![
            status.id,
            status.kind.to_owned(),
            status.format.to_string(),
            status.clock.unwrap_or_else(none),
            status.events.to_string(),
            status.last_recorded_at.unwrap_or_else(none),
            status.commands.to_string(),
            status.bytes.to_string(),
        ]],
    )?;
    if let Some(goal) = status.unfinished_copy_to {
        output::line(&format!(
            "This is a copy that was not finished, {} of {goal} events: run `huean log copy` again.",
            status.events
        ))?;
    }
    Ok(())
}
