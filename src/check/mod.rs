//! `huean check`: every invariant looked at in the stored log, saying how many things each looked at.
//!
//! It reads what is stored and judges it anew; it repairs nothing. A finding names the position and the invariant.

mod commands;
mod events;
mod files;
mod folds;

use std::fmt;
use std::path::Path;

use ::events::log::LogError;
use ::events::vault::VaultError;
use projections::check::Checked;
use projections::read_model::OpenReadModel;
use projections::{ProjectionError, ReadModel};
use serde::Serialize;

use crate::app::House;

/// How long the read model may take to come to the log's end.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(30);

/// So many findings of one invariant are kept; the rest is only counted.
const KEPT: usize = 20;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Invariant {
    /// Positions are dense, and recorded times never go back.
    Positions,
    /// A stream's sequence is dense and grows with the positions.
    Sequences,
    /// A command is on disk, once.
    Commands,
    /// Every stored event is a fact that this program knows, with readable metadata.
    Facts,
    /// No clear personal value; every sealed one opens, or its erasure is known.
    Seals,
    /// Folding the stored facts gives the outcomes that they carry.
    Folds,
    /// The read model equals a rebuilt one; every open referral is in exactly one queue.
    ReadModel,
}

impl Invariant {
    const ALL: [Self; 7] =
        [Self::Positions, Self::Sequences, Self::Commands, Self::Facts, Self::Seals, Self::Folds, Self::ReadModel];
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Positions => "positions are dense and time never goes back",
            Self::Sequences => "streams have no hole",
            Self::Commands => "each command is on disk once",
            Self::Facts => "every event is a known fact",
            Self::Seals => "personal values are sealed and open with their keys",
            Self::Folds => "facts fold to the outcomes they carry",
            Self::ReadModel => "the read model equals a rebuilt one",
        })
    }
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where in the log, if it has a place there.
    pub position: Option<u64>,
    /// What is wrong. Quotes no value.
    pub what: String,
}

/// One invariant, looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Which.
    pub invariant: Invariant,
    /// At how many things.
    pub at: u64,
    /// How many of them are wrong.
    pub wrong: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One entry per invariant.
    pub looked: Vec<Looked>,
    /// What is worth knowing and not wrong.
    pub notes: Vec<String>,
}

impl Report {
    pub(super) fn new() -> Self {
        let looked =
            Invariant::ALL.into_iter().map(|invariant| Looked { invariant, at: 0, wrong: 0, findings: Vec::new() });
        Self { looked: looked.collect(), notes: Vec::new() }
    }

    fn entry(&mut self, invariant: Invariant) -> Option<&mut Looked> {
        self.looked.iter_mut().find(|looked| looked.invariant == invariant)
    }

    /// Counts things that were looked at.
    pub(super) fn looked_at(&mut self, invariant: Invariant, n: u64) {
        if let Some(looked) = self.entry(invariant) {
            looked.at += n;
        }
    }

    /// Notes something wrong.
    pub(super) fn wrong(&mut self, invariant: Invariant, position: Option<u64>, what: impl Into<String>) {
        if let Some(looked) = self.entry(invariant) {
            looked.wrong += 1;
            if looked.findings.len() < KEPT {
                looked.findings.push(Finding { position, what: what.into() });
            }
        }
    }

    /// Whether everything is right. An invariant that looked at nothing proves nothing, and fails.
    pub fn is_sound(&self) -> bool {
        self.looked.iter().all(|looked| looked.wrong == 0 && looked.at > 0)
    }
}

/// Why the check could not look.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The log does not answer.
    #[error("the log can't be read")]
    Log(#[from] LogError),
    /// The vault does not answer.
    #[error("the vault can't be read")]
    Vault(#[from] VaultError),
    /// The scratch directory for the rebuild.
    #[error("no room to rebuild the read model beside the live one")]
    Scratch(#[source] std::io::Error),
}

/// Looks at everything.
pub async fn check(house: &House, data: &Path) -> Result<Report, CheckError> {
    let mut report = Report::new();
    let passed = events::pass(house, &mut report).await?;
    folds::households(house, &passed.households, &mut report).await?;
    if passed.to_the_end {
        read_model(house, data, &mut report).await?;
    } else {
        // A projector waits at a hole for the log to be mended; there is nothing to compare until then.
        report.wrong(Invariant::ReadModel, None, "not compared, because the log can't be read to its end");
    }
    Ok(report)
}

async fn read_model(house: &House, data: &Path, report: &mut Report) -> Result<(), CheckError> {
    let spare = tempfile::tempdir_in(data).map_err(CheckError::Scratch)?;
    match compared(house, data, spare.path()).await {
        Ok(checked) => {
            for it in checked {
                report.looked_at(Invariant::ReadModel, it.looked_at);
                for fault in it.faults {
                    report.wrong(Invariant::ReadModel, None, format!("{}: {fault}", it.what));
                }
            }
            Ok(())
        }
        // What can't be projected stops the read model at its position; the pass may have named it as well.
        Err(error) => {
            report.wrong(Invariant::ReadModel, None, error.to_string());
            Ok(())
        }
    }
}

/// Brings the files up to the log's end, or waits until a service that runs here has, and compares them.
async fn compared(house: &House, data: &Path, spare: &Path) -> Result<Vec<Checked>, ProjectionError> {
    let open = OpenReadModel { dir: data.to_owned(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open_either(open).await?;
    let head = house.log.head().await.map_err(|error| ProjectionError::Log(std::sync::Arc::new(error)))?;
    let caught_up = read_model.after(head.position, PATIENCE).await;
    let checked = match caught_up {
        Ok(()) => projections::check::check(data, spare, house.log.clone(), house.vault.clone()).await,
        Err(error) => Err(error),
    };
    read_model.stop().await;
    checked
}
