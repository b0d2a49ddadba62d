//! `huean export`

use clap::{Args, Subcommand, ValueEnum};
use events::clock::Clock;

use super::{CliError, output, person};
use crate::app::{House, Missing, Place};
use crate::export::{Export, ExportError, Key, Survey, dictionary};

#[derive(Debug, Subcommand)]
pub(super) enum ExportCommand {
    /// What happened to the households of the own areas, with nothing that tells who they are
    Events(EventsArgs),
}

#[derive(Debug, Args)]
pub(super) struct EventsArgs {
    /// A line of JSON per event, or a line of a table per field; docs/data-dictionary.md says what stands in them
    #[arg(long, env = "HUEAN_FORMAT", value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Ndjson,
    Csv,
}

pub(super) async fn run(place: &Place, command: ExportCommand) -> Result<(), CliError> {
    let ExportCommand::Events(args) = command;
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let reach = person::reach(&caller)?;
    let failed = |error: ExportError| CliError::unreachable("the export can't be made", error);
    let survey = Survey::of(&house.log, &reach).await.map_err(failed)?;
    output::note(&format!("{} households", survey.households()));
    let mut export = Export::new(Key::new(rand::random()), survey);
    let unwritten = |error: csv::Error| CliError::unreachable("the export can't be written", error);
    if args.format == Format::Csv {
        let mut head = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
        head.write_record(dictionary::COLUMNS.map(|(name, _)| name)).map_err(unwritten)?;
        output::bytes(&head.into_inner().map_err(|error| unwritten(error.into_error().into()))?)?;
    }
    while let Some(rows) = export.next_rows(&house.log).await.map_err(failed)? {
        let mut bytes = Vec::new();
        match args.format {
            Format::Ndjson => {
                for row in &rows {
                    serde_json::to_writer(&mut bytes, row)
                        .map_err(|error| CliError::unreachable("the export can't be written", error))?;
                    bytes.push(b'\n');
                }
            }
            Format::Csv => {
                let mut lines = csv::Writer::from_writer(&mut bytes);
                for cells in rows.iter().flat_map(crate::export::Row::cells) {
                    lines.write_record(cells).map_err(unwritten)?;
                }
                lines.flush().map_err(|error| unwritten(error.into()))?;
            }
        }
        output::bytes(&bytes)?;
    }
    Ok(())
}
