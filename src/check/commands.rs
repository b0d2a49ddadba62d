//! Each command is on disk once: its events stand together, as many as its record says, and nowhere else.

use std::collections::HashSet;

use events::log::StoredEvent;
use uuid::Uuid;

use super::{CheckError, Invariant, Report};
use crate::app::House;

/// The events of one command that stand together.
#[derive(Debug, Clone, Copy)]
struct Run {
    command: Uuid,
    first: u64,
    events: u32,
}

/// The commands met so far.
#[derive(Debug, Default)]
pub(super) struct Commands {
    seen: HashSet<Uuid>,
    run: Option<Run>,
}

impl Commands {
    /// The next event of the log.
    pub(super) async fn see(
        &mut self,
        event: &StoredEvent,
        house: &House,
        report: &mut Report,
    ) -> Result<(), CheckError> {
        let command = event.metadata.get("command").and_then(|text| text.parse().ok());
        match (&mut self.run, command) {
            (Some(run), Some(command)) if run.command == command => run.events += 1,
            (_, Some(command)) => {
                self.finish(house, report).await?;
                self.run = Some(Run { command, first: event.position, events: 1 });
            }
            (_, None) => {
                self.finish(house, report).await?;
                report.wrong(Invariant::Commands, Some(event.position), "names no command");
            }
        }
        Ok(())
    }

    /// Compares the run that ended with the command's record.
    pub(super) async fn finish(&mut self, house: &House, report: &mut Report) -> Result<(), CheckError> {
        let Some(run) = self.run.take() else { return Ok(()) };
        report.looked_at(Invariant::Commands, 1);
        let mut wrong = |what: String| report.wrong(Invariant::Commands, Some(run.first), what);
        if !self.seen.insert(run.command) {
            wrong(format!("the command {} has events at an earlier place too", run.command));
        }
        match house.log.command(run.command).await? {
            None => wrong(format!("the command {} is not among the log's commands", run.command)),
            Some(record) if record.first_position != Some(run.first) || record.events != run.events => {
                wrong(format!("the command {} is remembered with other events than these", run.command));
            }
            Some(_) => {}
        }
        Ok(())
    }
}
