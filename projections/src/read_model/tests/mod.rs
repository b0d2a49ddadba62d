//! The read model over a real log, a real vault and real files.

#[expect(clippy::wildcard_enum_match_arm, reason = "who is there rests on some facts and passes over the others")]
mod doubles;
mod failing;
mod following;
mod mending;
mod names;
mod past;
mod processes;

use std::path::{Path, PathBuf};
use std::time::Duration;

use events::clock::{self, Clock};
use events::facts::Fact;
use events::log::{Append, CommandStamp, Log, NewEvent, OpenLog, Pen, StreamId, StreamWrite};
use events::recorded::Occurrence;
use events::vault::{self, OpenVault, RingOwner, RootKey, Vault};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use uuid::Uuid;

use super::{OpenReadModel, ReadModel};
use crate::check::{Checked, check};
use crate::histories::{Choice, metadata};

/// Longer than anything here takes: a test that waits so long has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A log, its vault and a folder for the read model.
pub(super) struct Stage {
    pub(super) dir: PathBuf,
    pub(super) log: Log,
    pub(super) vault: Vault,
    pub(super) pen: Pen,
    clock: Clock,
    /// Removed with the stage.
    folder: Option<tempfile::TempDir>,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut stage = Self::at(temp.path()).await;
        stage.folder = Some(temp);
        stage
    }

    /// The stage of a folder, as another process sees it.
    pub(super) async fn at(dir: &Path) -> Self {
        let clock = Clock::simulated(clock::start_of(crate::histories::day(0)));
        let how = OpenLog { create: true, clock: clock.clone() };
        let log = Log::open(&format!("sqlite:{}", dir.join("log.db").display()), how).await.unwrap();
        let vault = format!("sqlite:{}", dir.join("vault.db").display());
        let root = RootKey::from_bytes([7; 32]);
        let vault = Vault::open(&vault, &root, log.id(), OpenVault { create: true }).await.unwrap();
        let pen = Pen::start(&log);
        Self { dir: dir.to_owned(), log, vault, pen, clock, folder: None }
    }

    pub(super) fn how(&self) -> OpenReadModel {
        OpenReadModel { dir: self.dir.clone(), log: self.log.clone(), vault: self.vault.clone() }
    }

    pub(super) async fn read_model(&self) -> ReadModel {
        ReadModel::open(self.how()).await.unwrap()
    }

    /// Stores what was recorded, in its order and at its times.
    pub(super) async fn store(&self, events: &[Occurrence]) -> u64 {
        for event in events {
            let Clock::Simulated(clock) = &self.clock else { unreachable!() };
            clock.set(event.recorded_at);
            let mut payload = match &event.fact {
                Fact::Household(fact) => serde_json::to_value(fact),
                Fact::Agency(fact) => serde_json::to_value(fact),
                Fact::Model(fact) => serde_json::to_value(fact),
                Fact::Staff(fact) => serde_json::to_value(fact),
                Fact::Policy(fact) => serde_json::to_value(fact),
                Fact::Numbering(fact) => serde_json::to_value(fact),
            }
            .unwrap();
            self.seal(&event.stream, event.sequence, &mut payload).await;
            let schema = event.fact.schema();
            self.put(&event.stream, event.sequence, schema.name, &schema.version.to_string(), payload).await;
        }
        self.log.head().await.unwrap().position
    }

    async fn seal(&self, stream: &StreamId, sequence: u64, payload: &mut Value) {
        let subjects = vault::subjects_of(payload);
        if subjects.is_empty() {
            return;
        }
        let owner = RingOwner::new(&stream.aggregate_type, &stream.aggregate_id);
        let ring = self.vault.ensure(&owner, &subjects).await.unwrap();
        let place = vault::Place {
            log_id: self.log.id(),
            aggregate_type: owner.aggregate_type,
            aggregate_id: owner.aggregate_id,
            sequence,
        };
        vault::seal(payload, &place, &ring, &mut StdRng::seed_from_u64(sequence)).unwrap();
    }

    /// Stores one event as it is, readable or not.
    pub(super) async fn put(&self, stream: &StreamId, sequence: u64, name: &str, version: &str, payload: Value) -> u64 {
        let id = Uuid::new_v5(&Uuid::nil(), format!("{stream} {sequence}").as_bytes());
        let event = NewEvent {
            event_type: name.to_owned(),
            event_version: version.to_owned(),
            payload: payload.into(),
            metadata: metadata().to_stored(),
        };
        let write = StreamWrite { stream: stream.clone(), expected: sequence - 1, events: vec![event] };
        let command = CommandStamp {
            command_id: id,
            actor: "test".to_owned(),
            name: "test".to_owned(),
            target: stream.clone(),
            mac_key: "test".to_owned(),
            body_mac: "test".to_owned(),
        };
        self.pen.append(Append { command, writes: vec![write], reads: Vec::new() }).await.unwrap().head
    }

    pub(super) async fn check(&self) -> Vec<Checked> {
        let spare = tempfile::tempdir().unwrap();
        check(&self.dir, spare.path(), self.log.clone(), self.vault.clone()).await.unwrap()
    }

    /// Everything is as the log says, and there was something to look at.
    pub(super) async fn must_be_right(&self) {
        for checked in self.check().await {
            assert_eq!(checked.faults, Vec::<String>::new(), "{}", checked.what);
            assert!(checked.looked_at > 0, "{}", checked.what);
        }
    }

    /// The files of the read model whose names end so.
    pub(super) fn files(&self, end: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().path());
        let is_one = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name.starts_with("figures-") || name.starts_with("people-")) && name.ends_with(end)
        };
        entries.filter(is_one).collect()
    }
}

/// A history in which everything happens, the same each time.
pub(super) fn choices(most: u16) -> Vec<Choice> {
    (0..most).map(|n| ((u32::from(n) * 7 % 16) as u8, n.wrapping_mul(2_311), n % 9)).collect()
}
