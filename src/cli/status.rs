//! `huean log status`

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use events::clock::{Clock, bangkok};
use events::log::{Log, LogKind, OpenLog};
use serde::Serialize;

use super::{CliError, output};
use crate::app::Place;

#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Where the log is, and how far it goes
    Status(StatusArgs),
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Print it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    id: String,
    kind: &'static str,
    events: u64,
    last_recorded_at: String,
}

pub(super) async fn run(place: &Place, LogCommand::Status(args): LogCommand) -> Result<(), CliError> {
    let failed = |error| CliError::unreachable("the log can't be read", error);
    let log = Log::open(&place.log_url(), OpenLog { create: false, clock: Clock::Real }).await.map_err(failed)?;
    let head = log.head().await.map_err(failed)?;
    let status = Status {
        id: log.id().to_string(),
        kind: match log.kind() {
            LogKind::Embedded => "embedded",
            LogKind::Postgres => "postgres",
        },
        events: head.position,
        last_recorded_at: head.recorded_at.with_timezone(&bangkok()).to_rfc3339(),
    };
    if args.json {
        return output::json(&status);
    }
    output::table(
        &["log", "kind", "events", "last recorded at"],
        &[vec![status.id, status.kind.to_owned(), status.events.to_string(), status.last_recorded_at]],
    )
}
