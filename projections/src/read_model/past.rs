//! Files of figures as they were at past moments, for browsing lists: few, built when somebody asks, and deleted when
//! others take their place. They hold no personal value.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use events::recorded::Occurrence;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Readers;
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::projector::{Files, Source, Until, retell};

/// So many moments are kept: a file is as large as that of the present.
const KEPT: usize = 4;
/// What their names begin with.
const PREFIX: &str = "past-";

/// A file of one moment. It goes when nobody reads it any more.
#[derive(Debug)]
pub(crate) struct PastFile {
    path: PathBuf,
    pub(crate) readers: Arc<Readers>,
}

impl Drop for PastFile {
    fn drop(&mut self) {
        // Connections that are open still read what they have open; the name goes now.
        for end in ["", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(end);
            drop(fs::remove_file(path));
        }
    }
}

/// How a file of a moment stands.
#[derive(Debug, Clone)]
enum Made {
    /// Being built; the last event that is in it.
    Told(u64),
    Done(Result<Arc<PastFile>, ProjectionError>),
}

/// So many events are told between two words of how far a file is.
const STEP: u64 = 1_000;

/// The files of past moments.
#[derive(Debug)]
pub(super) struct Past {
    dir: PathBuf,
    source: Source,
    files: Mutex<VecDeque<(DateTime<Utc>, watch::Receiver<Made>)>>,
}

impl Past {
    pub(super) fn new(dir: PathBuf, source: Source) -> Self {
        Self { dir, source, files: Mutex::default() }
    }

    /// Removes what an earlier process left.
    pub(super) fn sweep(&self) {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
            drop(fs::remove_file(entry.path()));
        }
    }

    /// The file of a moment; `BuildingPast` where it takes longer than the caller's patience.
    pub(super) async fn at(&self, moment: DateTime<Utc>, patience: Duration) -> Result<Arc<PastFile>, ProjectionError> {
        let mut made = self.of(moment)?;
        let ready = async { made.wait_for(|made| matches!(made, Made::Done(_))).await.map(|made| made.clone()) };
        let outcome = match timeout(patience, ready).await {
            Ok(Ok(Made::Done(outcome))) => outcome,
            Ok(Ok(Made::Told(_)) | Err(_)) => Err(ProjectionError::Stopped),
            Err(_) => return Err(told(moment, &made)),
        };
        if outcome.is_err() {
            // Whoever asks next tries anew.
            self.files.lock().unwrap_or_else(PoisonError::into_inner).retain(|(at, _)| *at != moment);
        }
        outcome
    }

    /// The file that is kept, or one that begins to be built in place of the one that was asked for longest ago.
    fn of(&self, moment: DateTime<Utc>) -> Result<watch::Receiver<Made>, ProjectionError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(nth) = files.iter().position(|(at, _)| *at == moment)
            && let Some(known) = files.remove(nth)
        {
            let made = known.1.clone();
            files.push_back(known);
            return Ok(made);
        }
        // One file at a time is built: each takes both cores.
        let building =
            |made: &watch::Receiver<Made>| matches!(*made.borrow(), Made::Told(_)) && made.has_changed().is_ok();
        if let Some((other, made)) = files.iter().find(|(_, made)| building(made)) {
            return Err(told(*other, made));
        }
        if files.len() >= KEPT {
            files.pop_front();
        }
        let (tell, made) = watch::channel(Made::Told(0));
        let path =
            self.dir.join(format!("{PREFIX}{}-{}.db", Files::<Figures>::fingerprint(), moment.timestamp_micros()));
        let source = self.source.clone();
        tokio::task::spawn_blocking(move || {
            let mut counted = |event: &mut Occurrence| {
                if event.position.is_multiple_of(STEP) {
                    tell.send_replace(Made::Told(event.position));
                }
            };
            let built = retell(&path, &source, Until::Moment(moment), &mut counted);
            let readers = Arc::new(Readers::new(2));
            readers.open(&path);
            let file = Arc::new(PastFile { path, readers });
            tell.send_replace(Made::Done(built.map(|_| file)));
        });
        files.push_back((moment, made.clone()));
        Ok(made)
    }
}

/// What is said of a file that is being built.
fn told(moment: DateTime<Utc>, made: &watch::Receiver<Made>) -> ProjectionError {
    let position = if let Made::Told(position) = *made.borrow() { position } else { 0 };
    ProjectionError::BuildingPast { moment, position }
}
