//! `huean import undo`

use std::sync::atomic::Ordering;

use clap::Args;
use clap::builder::FalseyValueParser;
use events::clock::Clock;
use events::metadata::Channel;
use uuid::Uuid;

use super::super::{CliError, output, person};
use super::bar::Bar;
use super::stop_on_interrupt;
use crate::access::Caller;
use crate::app::{House, Missing, Place};
use crate::import::undo::{Undo, Undone};

#[derive(Debug, Args)]
pub(in crate::cli) struct UndoArgs {
    /// The batch, as the import printed it
    batch: Uuid,
    /// Print what became of it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

pub(super) async fn run(place: &Place, args: UndoArgs) -> Result<(), CliError> {
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = Caller { channel: Channel::Import, ..person::caller(place, &house).await? };
    let run = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    let stop = stop_on_interrupt();
    let mut bar = Bar::new();
    let undo = Undo { desk: house.desk.clone(), caller, batch: args.batch, run };
    let undone = undo
        .run(&mut |progress| {
            bar.show(progress);
            !stop.load(Ordering::Relaxed)
        })
        .await?;
    bar.finish();
    if args.json {
        output::json(&undone)?;
    } else {
        told(&undone)?;
    }
    if undone.is_whole() {
        return Ok(());
    }
    Err(CliError::Failed(
        if undone.households == 0 {
            "the log holds no such batch"
        } else if undone.stopped {
            "stopped before the end: ask again to go on"
        } else {
            "the batch was not taken back"
        }
        .to_owned(),
    ))
}

fn told(undone: &Undone) -> Result<(), CliError> {
    output::line(&format!("{} households came with the batch", undone.households))?;
    output::line(&format!("{} taken back now, {} before", undone.withdrawn, undone.before))?;
    if undone.not_yours > 0 {
        output::line(&format!("{} are not yours to take back", undone.not_yours))?;
    }
    if undone.worked_on_in_all > 0 {
        output::line(&format!("{} have been worked on; nothing is taken back with them:", undone.worked_on_in_all))?;
        for id in undone.worked_on.iter().take(20) {
            output::line(&format!("  {id}"))?;
        }
    }
    Ok(())
}
