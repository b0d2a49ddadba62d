//! `huean check`

use clap::Args;
use clap::builder::FalseyValueParser;

use super::{CliError, output};
use crate::app::{House, Missing, Place};
use crate::check;
use events::clock::Clock;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Print the report as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

pub(super) async fn run(place: &Place, args: CheckArgs) -> Result<(), CliError> {
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let report = check::check(&house, &place.data)
        .await
        .map_err(|error| CliError::unreachable("the check could not look at everything", error))?;
    if args.json {
        output::json(&report)?;
    } else {
        for looked in &report.looked {
            let verdict = match (looked.at, looked.wrong) {
                (0, 0) => "LOOKED AT NOTHING".to_owned(),
                (_, 0) => "ok".to_owned(),
                (_, wrong) => format!("{wrong} WRONG"),
            };
            output::line(&format!("{:>9}  {}: {verdict}", looked.at, looked.invariant))?;
            for finding in &looked.findings {
                let position = finding.position.map_or_else(String::new, |it| format!("position {it}: "));
                output::line(&format!("           {position}{}", finding.what))?;
            }
        }
        for note in &report.notes {
            output::line(&format!("     note  {note}"))?;
        }
    }
    if report.is_sound() { Ok(()) } else { Err(CliError::Failed("the log is not as it must be".to_owned())) }
}
