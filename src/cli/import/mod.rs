//! `huean import`

mod bar;
mod households;
mod list;
mod register;
mod told;
mod undo;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Subcommand;

use super::{CliError, output};
use crate::app::Place;
use crate::import::ImportError;

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// Households with their members, from a CSV file or the first sheet of a workbook
    Households(households::HouseholdsArgs),
    /// A list of the state (TPMAP, basic minimum needs, welfare card): who is on it, whom did it miss?
    List(list::ListArgs),
    /// Take a batch back on which nobody has worked
    Undo(undo::UndoArgs),
}

pub(super) async fn run(place: &Place, command: ImportCommand) -> Result<(), CliError> {
    match command {
        ImportCommand::Households(args) => households::run(place, args).await,
        ImportCommand::List(args) => list::run(place, args).await,
        ImportCommand::Undo(args) => undo::run(place, args).await,
    }
}

/// Ctrl-C stops at the next whole household; running the same command again goes on there.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            output::note("Stopping: what is being recorded is finished first. Run the same command again to go on.");
            heard.store(true, Ordering::Relaxed);
        }
    });
    stop
}

impl From<ImportError> for CliError {
    fn from(error: ImportError) -> Self {
        match error {
            // The file is wrong, not the call: as rows would be.
            ImportError::File(error) => Self::Failed(error.to_string()),
            ImportError::Stopped => Self::Failed(error.to_string()),
            error @ (ImportError::Aside(_)
            | ImportError::Rejected(_)
            | ImportError::Desk(_)
            | ImportError::Vault(_)
            | ImportError::Register(_)
            | ImportError::Broken) => Self::unreachable("the import could not go on", error),
        }
    }
}
