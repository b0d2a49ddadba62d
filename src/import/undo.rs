//! An import taken back, as long as nobody has worked on what it brought.
//!
//! All of it or nothing: first every household of the batch is judged, and only if each may be taken back are they. The
//! history stays: what was entered in error says so.

use std::collections::BTreeSet;

use events::facts::household::{EnteredWrongly, HOUSEHOLD};
use events::id::{CommandId, HouseholdId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ImportError;
use super::progress::{Progress, Step, Watch};
use crate::access::Caller;
use crate::desk::{Desk, DeskError, Outcome, Together, Work};
use crate::rules::household::Command;
use crate::rules::household::command::WithdrawIdentification;

/// So many events of the log are read at a time.
const EVENTS: usize = 2_000;
/// An append holds at most so many households.
const HOUSEHOLDS: usize = 250;
/// How often a chunk is asked for again because a household of it changed.
const ROUNDS: usize = 8;

/// What somebody wants taken back.
#[derive(Debug, Clone)]
pub struct Undo {
    /// The desk.
    pub desk: Desk,
    /// Who.
    pub caller: Caller,
    /// The batch.
    pub batch: Uuid,
    /// A random id, from which the ids of the commands follow.
    pub run: Uuid,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportUndone)]
pub struct Undone {
    /// The batch.
    pub batch: String,
    /// Households that it brought.
    pub households: u64,
    /// Taken back now.
    pub withdrawn: u64,
    /// Taken back before.
    pub before: u64,
    /// Those that somebody has worked on, by id, as far as there is room: with any, nothing is taken back.
    pub worked_on: Vec<String>,
    /// How many those are.
    pub worked_on_in_all: u64,
    /// Those outside the caller's areas, or that this role may not take back.
    pub not_yours: u64,
    /// Whether it was stopped before its end: asking again goes on.
    pub stopped: bool,
}

impl Undone {
    /// Whether the whole batch is out now.
    pub fn is_whole(&self) -> bool {
        self.households > 0 && self.withdrawn + self.before == self.households
    }
}

/// So many ids of households that were worked on are told.
const TOLD: usize = 100;

impl Undo {
    /// Takes the batch back.
    pub async fn run(&self, watch: Watch<'_>) -> Result<Undone, ImportError> {
        let mut undone = Undone { batch: self.batch.to_string(), ..Undone::default() };
        let Some(brought) = self.brought(watch).await? else {
            undone.stopped = true;
            return Ok(undone);
        };
        undone.households = brought.len() as u64;
        let standing = self.standing(&brought, &mut undone).await?;
        let chunks: Vec<&[HouseholdId]> = standing.chunks(HOUSEHOLDS).collect();
        for (nth, chunk) in chunks.iter().enumerate() {
            for (id, outcome) in chunk.iter().zip(self.withdraw(chunk, nth, true).await?) {
                match outcome {
                    Outcome::Done { .. } | Outcome::AlreadySo => {}
                    Outcome::Denied(_) => undone.not_yours += 1,
                    Outcome::Refused(_) => {
                        undone.worked_on_in_all += 1;
                        if undone.worked_on.len() < TOLD {
                            undone.worked_on.push(id.to_string());
                        }
                    }
                }
            }
        }
        if undone.worked_on_in_all + undone.not_yours > 0 {
            return Ok(undone);
        }
        for (nth, chunk) in chunks.iter().enumerate() {
            let outcomes = self.withdraw(chunk, nth, false).await?;
            // Somebody may have begun to work on one meanwhile: that one stays, and is told.
            for (id, outcome) in chunk.iter().zip(outcomes) {
                if matches!(outcome, Outcome::Done { .. }) {
                    undone.withdrawn += 1;
                } else {
                    undone.worked_on_in_all += 1;
                    undone.worked_on.push(id.to_string());
                }
            }
            let done = undone.withdrawn + undone.before;
            if !watch(Progress { step: Step::Recording, done, of: undone.households }) && nth + 1 < chunks.len() {
                undone.stopped = true;
                return Ok(undone);
            }
        }
        Ok(undone)
    }

    /// The households that the batch brought or brought back: the log says it of each of its facts. None: stopped.
    async fn brought(&self, watch: Watch<'_>) -> Result<Option<Vec<HouseholdId>>, ImportError> {
        let (log, batch) = (self.desk.log(), self.batch.to_string());
        let of = log.head().await.map_err(DeskError::from)?.position;
        let mut found = BTreeSet::new();
        let mut after = 0;
        loop {
            let events = log.read(after, EVENTS).await.map_err(DeskError::from)?;
            let Some(last) = events.last() else { return Ok(Some(found.into_iter().collect())) };
            after = last.position;
            let brings = ["HouseholdIdentified", "CaseReopened"];
            let of_batch = events
                .iter()
                .filter(|it| brings.contains(&it.event_type.as_str()) && it.metadata.get("batch") == Some(&batch));
            found.extend(of_batch.filter_map(|it| it.stream.aggregate_id.parse::<HouseholdId>().ok()));
            if !watch(Progress { step: Step::Comparing, done: after, of }) {
                return Ok(None);
            }
        }
    }

    /// Those that were not taken back before.
    async fn standing(&self, brought: &[HouseholdId], undone: &mut Undone) -> Result<Vec<HouseholdId>, ImportError> {
        let mut standing = Vec::with_capacity(brought.len());
        for chunk in brought.chunks(HOUSEHOLDS) {
            let ids = chunk.iter().map(ToString::to_string).collect();
            for outline in self.desk.log().outlines(HOUSEHOLD, ids).await.map_err(DeskError::from)? {
                if outline.last_type == "IdentificationWithdrawn" {
                    undone.before += 1;
                } else {
                    standing.extend(outline.first.stream.aggregate_id.parse::<HouseholdId>());
                }
            }
        }
        Ok(standing)
    }

    async fn withdraw(&self, chunk: &[HouseholdId], nth: usize, dry_run: bool) -> Result<Vec<Outcome>, ImportError> {
        let works = chunk.iter().map(|id| Work {
            id: *id,
            row: None,
            is_new: false,
            commands: vec![Command::WithdrawIdentification(WithdrawIdentification {
                happened_on: None,
                because: EnteredWrongly::ImportUndone,
            })],
        });
        let together = Together {
            caller: self.caller.clone(),
            command: CommandId::derived(self.run, &format!("undo/{nth}")),
            batch: Some(self.batch.to_string()),
            ahead: 0,
            dry_run,
            works: works.collect(),
        };
        Ok(self.desk.submit_patiently(&together, ROUNDS).await?)
    }
}
