//! `huean access-log`

use chrono::SecondsFormat;
use clap::Args;
use clap::builder::FalseyValueParser;
use events::clock::{Clock, bangkok};
use serde::Serialize;

use super::history::household;
use super::{CliError, output, person};
use crate::access::{Action, may};
use crate::access_log::{AccessLog, AccessLogError};
use crate::app::{House, Missing, Place};

#[derive(Debug, Args)]
pub(super) struct AccessLogArgs {
    /// A household's id or case number
    household: String,
    /// At most so many, the newest first
    #[arg(long, env = "HUEAN_LIMIT", default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Print it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    at: String,
    staff: String,
    role: String,
    manner: &'static str,
    reason: Option<String>,
}

pub(super) async fn run(place: &Place, args: AccessLogArgs) -> Result<(), CliError> {
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let id = household(&house, place, &args.household).await?;
    let log = AccessLog::of(&house.desk, u32::MAX);
    let failed = |error| {
        if matches!(error, AccessLogError::Unknown) {
            return CliError::Usage(format!("there is no household {}", args.household));
        }
        CliError::unreachable("the access log can't be read", error)
    };
    let relation = log.relation(&caller, id).await.map_err(failed)?;
    may(caller.role, Action::ReadAccessLog, relation).map_err(|denied| CliError::Failed(denied.to_string()))?;
    let (looks, total) = log.of_household(id, None, args.limit).await.map_err(failed)?;
    let shown = looks.len();
    let lines: Vec<Line> = looks
        .into_iter()
        .map(|look| {
            let entry = look.entry.access;
            let at = entry.at.with_timezone(&bangkok()).to_rfc3339_opts(SecondsFormat::Secs, true);
            Line { at, staff: entry.actor, role: entry.role, manner: look.manner.as_str(), reason: entry.why }
        })
        .collect();
    if args.json {
        return output::json(&lines);
    }
    for line in &lines {
        let reason = line.reason.as_ref().map_or_else(String::new, |reason| format!("  {reason}"));
        output::line(&format!("{}  {:<11}  {} ({}){reason}", line.at, line.manner, line.staff, line.role))?;
    }
    output::note(&format!("{shown} of {total} looks"));
    Ok(())
}
