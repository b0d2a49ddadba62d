//! Files that people hand in from elsewhere: kept for a day at most, judged at once, recorded when they say so, taken
//! back when they say so. The work goes on whoever waits for it.
//!
//! | file | question |
//! |---|---|
//! | `record` | what is known of a file, and who may know it? |
//! | `folder` | where are the files, and when are they gone? |
//! | `upload` | how does a file arrive, and what is wrong with it at first sight? |
//! | `work` | how is it judged, recorded and taken back, and what if that ends in the middle? |
//! | `fault` | why did it come to an early end, in words? |
//!
//! It belongs to one node: another one on the same log does not have the files. What is recorded is in the log, so that
//! the same file handed in anywhere goes on where it ended.

mod fault;
mod folder;
mod record;
mod upload;
mod work;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};
use events::id::StaffId;
use projections::ReadModel;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

pub use self::fault::Fault;
use self::folder::Folder;
pub use self::record::{Asked, Counted, Record, State};
pub use self::upload::{HandIn, Upload};
use super::progress::Progress;
use super::rejected::Form;
use crate::access::Caller;
use crate::desk::Desk;
use events::vault::VaultError;

/// So many files are worked on at once; others wait. Each takes up to about half a gigabyte of memory at the worst.
const AT_ONCE: usize = 2;
/// So many files arrive at once.
const ARRIVING: usize = 4;
/// So many of them of one person: the others find a place.
const ARRIVING_OF_ONE: usize = 2;
/// So many files one person may have here.
const OF_ONE: usize = 5;
/// So much room all files together may take.
const ROOM: u64 = 4 << 30;

/// Why something can't be done with a file.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// There is none that the caller may know of.
    #[error("there is no such import")]
    Unknown,
    /// Only who handed it in may do this.
    #[error("another person handed this file in")]
    NotYours,
    /// Somebody works on it.
    #[error("it is being worked on")]
    Working,
    /// It was not judged yet.
    #[error("it was not judged yet")]
    NotJudged,
    /// The file is gone: recorded, discarded, or kept for long enough.
    #[error("the file is not kept any more")]
    Gone,
    /// Nothing of it is recorded that could be taken back.
    #[error("nothing of it can be taken back")]
    NothingToUndo,
    /// No row was rejected.
    #[error("no row was rejected")]
    NothingRejected,
    /// One person's files.
    #[error("too many files of one person are kept")]
    TooMany,
    /// Files of one person that are on their way.
    #[error("too many files of one person are arriving")]
    Arriving,
    /// All files, or the disk.
    #[error("there is no room for more files")]
    NoRoom,
    /// The service is ending.
    #[error("the service is ending")]
    Ending,
    /// The disk.
    #[error("the folder of imports can't be used")]
    Disk(#[from] io::Error),
}

/// Why files that may name somebody who was erased are still there.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Nobody can say who was erased.
    #[error("the erase list can't be read")]
    Vault(#[from] VaultError),
    /// The disk.
    #[error("the folder of imports can't be used")]
    Disk(#[from] io::Error),
}

/// The files that were handed in at this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Imports(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    folder: Folder,
    desk: Desk,
    read_model: ReadModel,
    all: Mutex<BTreeMap<Uuid, Held>>,
    at_once: Arc<Semaphore>,
    arriving: Arc<Semaphore>,
    /// Whose they are.
    senders: Mutex<Vec<StaffId>>,
    working: Mutex<JoinSet<()>>,
    ending: AtomicBool,
}

/// A file, and how far the work on it is.
#[derive(Debug)]
struct Held {
    record: Record,
    progress: Option<(Progress, Instant)>,
    stop: Arc<AtomicBool>,
}

/// A file as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What is known of it.
    pub record: Record,
    /// How far the work is, and the seconds that are left of this step, as far as they can be told.
    pub progress: Option<(Progress, Option<u64>)>,
}

impl Held {
    fn of(record: Record) -> Self {
        Self { record, progress: None, stop: Arc::default() }
    }

    fn shown(&self) -> Shown {
        let progress = self.progress.map(|(it, began)| {
            let left = it.of.saturating_sub(it.done);
            let took = began.elapsed().as_secs();
            (it, (it.done > 0).then(|| took.saturating_mul(left) / it.done))
        });
        Shown { record: self.record.clone(), progress }
    }
}

impl Imports {
    /// Opens the folder `imports` of a node's data. What an earlier process worked on waits to be asked for again.
    pub fn open(data: &Path, desk: &Desk, read_model: &ReadModel) -> io::Result<Self> {
        let (folder, records) = Folder::open(data)?;
        let mut all = BTreeMap::new();
        for mut record in records {
            if record.state.is_working() {
                record.state = State::Stopped;
                record.fault = Some(Fault::restarted());
                folder.save(&record)?;
            }
            all.insert(record.id, Held::of(record));
        }
        Ok(Self(Arc::new(Inside {
            folder,
            desk: desk.clone(),
            read_model: read_model.clone(),
            all: Mutex::new(all),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            arriving: Arc::new(Semaphore::new(ARRIVING)),
            senders: Mutex::default(),
            working: Mutex::default(),
            ending: AtomicBool::new(false),
        })))
    }

    /// Those that the caller may know of, the last one first.
    pub fn list(&self, caller: &Caller) -> Vec<Shown> {
        self.sweep(self.0.desk.now());
        let mut found: Vec<Shown> =
            self.held().values().filter(|it| it.record.is_seen_by(caller)).map(Held::shown).collect();
        found.sort_by_key(|it| (std::cmp::Reverse(it.record.handed_in_at), it.record.id));
        found
    }

    /// One of them.
    pub fn find(&self, id: Uuid, caller: &Caller) -> Result<Shown, KeptError> {
        self.sweep(self.0.desk.now());
        let all = self.held();
        all.get(&id).filter(|it| it.record.is_seen_by(caller)).map(Held::shown).ok_or(KeptError::Unknown)
    }

    /// Where the rejected rows are: for who handed the file in, and nobody else.
    pub fn rejected(&self, id: Uuid, caller: &Caller) -> Result<(PathBuf, Form), KeptError> {
        let record = self.own(id, caller)?;
        if record.state.is_working() {
            return Err(KeptError::Working);
        }
        if !record.has_rejected {
            return Err(if record.kept_until() <= self.0.desk.now() {
                KeptError::Gone
            } else {
                KeptError::NothingRejected
            });
        }
        let form = form_of(&record);
        Ok((self.0.folder.rejected(id, form), form))
    }

    /// Removes the file and its rejected rows; work on it is stopped, and what it recorded stays.
    pub fn discard(&self, id: Uuid, caller: &Caller) -> Result<Shown, KeptError> {
        self.own(id, caller)?;
        let mut all = self.held();
        let held = all.get_mut(&id).ok_or(KeptError::Unknown)?;
        held.stop.store(true, Ordering::Relaxed);
        if held.record.state.is_working() {
            // It goes when the work has stopped.
            held.record.has_file = false;
        } else {
            self.without_files(&mut held.record)?;
        }
        Ok(held.shown())
    }

    /// Removes files that were kept long enough, and in the end what is known of them.
    pub fn sweep(&self, now: DateTime<Utc>) {
        let mut all = self.held();
        all.retain(|id, held| {
            let record = &mut held.record;
            if record.state.is_working() {
                return true;
            }
            let swept = if record.handed_in_at + record::RECORD_FOR <= now {
                self.0.folder.forget(*id).map(|()| false)
            } else if record.kept_until() <= now && (record.has_file || record.has_rejected) {
                self.without_files(record).map(|()| true)
            } else {
                Ok(true)
            };
            swept.unwrap_or_else(|error| {
                tracing::warn!(import = %id, %error, "files of an import can't be removed");
                true
            })
        });
    }

    /// Removes every file that was handed in up to a moment at which somebody was erased: who knows whether it names her.
    /// Work on one is stopped, and what it recorded stays.
    pub fn purge(&self, until: DateTime<Utc>) -> io::Result<()> {
        for held in self.held().values_mut().filter(|it| it.record.handed_in_at <= until) {
            held.stop.store(true, Ordering::Relaxed);
            if held.record.state.is_working() {
                // It goes when the work has stopped.
                held.record.has_file = false;
            } else if held.record.has_file || held.record.has_rejected {
                self.without_files(&mut held.record)?;
            }
        }
        Ok(())
    }

    /// Purges what was handed in before an erasure of which this node has not heard yet: another node's, or one that was
    /// made while this one was off. Answers with the epoch up to which it has heard.
    pub async fn follow_erasures(&self, known: i64) -> Result<i64, PurgeError> {
        let erasures = self.0.desk.vault().erasures_after(known).await?;
        let Some(until) = erasures.iter().map(|it| it.at).max() else { return Ok(known) };
        self.purge(until)?;
        Ok(erasures.iter().map(|it| it.epoch).max().unwrap_or(known))
    }

    /// Stops all work at the next whole household, and waits for that.
    pub async fn stop(&self) {
        self.0.ending.store(true, Ordering::Relaxed);
        self.held().values().for_each(|held| held.stop.store(true, Ordering::Relaxed));
        let mut working = std::mem::take(&mut *self.0.working.lock().unwrap_or_else(PoisonError::into_inner));
        while working.join_next().await.is_some() {}
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Uuid, Held>> {
        self.0.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that the caller handed in.
    fn own(&self, id: Uuid, caller: &Caller) -> Result<Record, KeptError> {
        let record = self.find(id, caller)?.record;
        if record.is_of(caller) { Ok(record) } else { Err(KeptError::NotYours) }
    }

    fn without_files(&self, record: &mut Record) -> io::Result<()> {
        self.0.folder.remove_file(record.id)?;
        self.0.folder.remove_rejected(record.id)?;
        (record.has_file, record.has_rejected) = (false, false);
        self.0.folder.save(record)
    }
}

/// The form of a file's rejected rows.
const fn form_of(record: &Record) -> Form {
    if record.workbook { Form::Xlsx } else { Form::Csv }
}
