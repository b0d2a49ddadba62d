//! What the desk answers, the first time and every time after.

use events::case_no::CaseNo;
use events::facts::case::Stage;
use events::facts::household::{HOUSEHOLD, HouseholdEvent};
use events::log::{Appended, CommandRecord};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::DeskError;
use super::load::readable;
use super::{Desk, Submission, commit};
use crate::rules::household::Household;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// The aggregate.
    pub id: String,
    /// The case number, for a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_no: Option<CaseNo>,
    /// The stage it has reached, for a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Its sequence after the command.
    pub sequence: u64,
    /// The log's position of the command's last event; of the log's end, if the command changed nothing.
    pub position: u64,
    /// The names of the events, in order.
    pub events: Vec<String>,
    /// Whether this was done before and is only answered again.
    #[serde(skip)]
    pub replayed: bool,
}

impl Receipt {
    pub(super) fn new(id: String, appended: &Appended, events: Vec<String>) -> Self {
        Self::foreseen(id, events).placed(appended)
    }

    /// The receipt of what is not stored yet, without a place.
    pub(super) const fn foreseen(id: String, events: Vec<String>) -> Self {
        Self { id, case_no: None, stage: None, sequence: 0, position: 0, events, replayed: false }
    }

    /// The receipt of what was stored.
    pub(super) fn placed(mut self, appended: &Appended) -> Self {
        self.sequence = appended.sequence_after;
        self.position = appended.last_position.unwrap_or(appended.head);
        self
    }

    pub(super) fn of_household(mut self, household: &Household) -> Self {
        if let Some(case) = household.case() {
            self.case_no = case.case_no;
            self.stage = Some(case.stage);
        }
        self
    }
}

impl Desk {
    /// The first answer of a command that was done before, if it is the same command of the same person.
    pub(super) async fn repeat(&self, submission: &Submission, record: CommandRecord) -> Result<Receipt, DeskError> {
        if record.actor != submission.caller.staff.to_string() {
            return Err(DeskError::KeyOfAnother);
        }
        let key = self.0.vault.mac_key_by_id("commands", &record.mac_key).await?;
        let target = submission.order.target();
        // The server may have chosen the id of what the command made, so the target is the record's where it is new.
        let same = key.is_some_and(|key| key.mac(&commit::message(submission, &target)) == record.body_mac);
        if !same || target != record.target {
            return Err(DeskError::KeyReused);
        }
        let mut events = Vec::new();
        if let Some(first) = record.first_position {
            let stored = self.0.log.read(first.saturating_sub(1), record.events as usize).await?;
            events = stored.into_iter().map(|event| event.event_type).collect();
        }
        let last_position = record.last_position();
        let appended = Appended {
            sequence_after: record.sequence_after,
            first_position: record.first_position,
            last_position,
            head: last_position.unwrap_or(0),
            recorded_at: record.recorded_at,
            events: record.events,
        };
        let mut receipt = Receipt::new(target.aggregate_id.clone(), &appended, events);
        if target.aggregate_type == HOUSEHOLD {
            let mut household = Household::default();
            for event in self.0.log.load::<Household>(&target.aggregate_id, 0).await? {
                if event.sequence > record.sequence_after {
                    break;
                }
                let event = readable(&self.0.log, &self.0.vault, event).await?;
                if let Ok(fact) = serde_json::from_value::<HouseholdEvent>(event.payload) {
                    // A surprise is `check`'s to report; the answer only needs stage and number.
                    drop(household.evolve(&fact));
                }
            }
            receipt = receipt.of_household(&household);
        }
        receipt.replayed = true;
        Ok(receipt)
    }
}
