//! The work on a file: in a task of its own, on a thread of its own, two files at a time. What it recorded stays in the
//! log whatever happens; asked again, it goes on where it ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use events::metadata::Channel;
use projections::{ProjectionError, Reach};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::record::{Asked, Counted, Record, State};
use super::{Fault, Imports, KeptError, Shown, form_of};
use crate::access::Caller;
use crate::import::ImportError;
use crate::import::file::Book;
use crate::import::list::ListImport;
use crate::import::progress::Progress;
use crate::import::rejected::RejectedFile;
use crate::import::run::{self, Wish};
use crate::import::undo::{Undo, Undone};

/// How long the read model may take to show everything that is recorded.
const PATIENCE: Duration = Duration::from_hours(1);

/// How often it is asked meanwhile whether somebody stopped it.
const MOMENT: Duration = Duration::from_secs(1);

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Judge,
    Record,
    Undo,
}

/// What came of it.
enum Came {
    /// Of judging or recording: also of what came to an early end, and why.
    Counted(Counted, bool, Option<Box<ImportError>>),
    Undone(Box<Undone>),
}

impl Imports {
    /// Judges the file anew; nothing is recorded.
    pub fn judge(&self, id: Uuid, caller: &Caller) -> Result<Shown, KeptError> {
        let record = self.own(id, caller)?;
        let may = |record: &Record| if record.has_file { Ok(()) } else { Err(KeptError::Gone) };
        self.begin(&record, caller, Task::Judge, may)
    }

    /// Records what can go in. Asked again it goes on; what is in is not recorded twice.
    pub fn commit(&self, id: Uuid, caller: &Caller) -> Result<Shown, KeptError> {
        let record = self.own(id, caller)?;
        let may = |record: &Record| match (&record.judged, record.has_file) {
            (_, false) => Err(KeptError::Gone),
            (None, true) => Err(KeptError::NotJudged),
            (Some(_), true) => Ok(()),
        };
        self.begin(&record, caller, Task::Record, may)
    }

    /// Takes back what the file brought, as long as nobody has worked on it: all of it or nothing.
    pub fn undo(&self, id: Uuid, caller: &Caller) -> Result<Shown, KeptError> {
        let record = self.find(id, caller)?.record;
        let may = |record: &Record| {
            let begun = record.recorded.is_some() || matches!(record.state, State::Stopped | State::Failed);
            if record.batch.is_some() && begun { Ok(()) } else { Err(KeptError::NothingToUndo) }
        };
        self.begin(&record, caller, Task::Undo, may)
    }

    fn begin(
        &self,
        found: &Record,
        caller: &Caller,
        task: Task,
        may: impl Fn(&Record) -> Result<(), KeptError>,
    ) -> Result<Shown, KeptError> {
        if self.0.ending.load(Ordering::Relaxed) {
            return Err(KeptError::Ending);
        }
        let id = found.id;
        let mut all = self.held();
        let held = all.get_mut(&id).ok_or(KeptError::Unknown)?;
        // Two who ask at once ask for the same: one of them begins.
        if held.record.state.is_working() {
            return Err(KeptError::Working);
        }
        may(&held.record)?;
        let mut record = held.record.clone();
        record.fault = None;
        record.state = match task {
            Task::Judge => State::Judging,
            Task::Record => State::Recording,
            Task::Undo => State::Undoing,
        };
        if task != Task::Undo {
            self.0.folder.remove_rejected(id)?;
            record.has_rejected = false;
        }
        self.0.folder.save(&record)?;
        held.record = record;
        held.progress = None;
        held.stop = Arc::default();
        let shown = held.shown();
        let caller = Caller { channel: Channel::Import, ..caller.clone() };
        let (imports, stop) = (self.clone(), Arc::clone(&held.stop));
        drop(all);
        let mut working = self.0.working.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while working.try_join_next().is_some() {}
        working.spawn(async move { imports.work(id, caller, task, stop).await });
        Ok(shown)
    }

    /// Waits for its turn, works, and writes down what came of it.
    async fn work(self, id: Uuid, caller: Caller, task: Task, stop: Arc<AtomicBool>) {
        let _turn = self.0.at_once.clone().acquire_owned().await;
        let came = if stop.load(Ordering::Relaxed) {
            Ok(Err(ImportError::Stopped))
        } else {
            // Files are read and sorted on this thread, and the log is waited for on it.
            let (imports, on) = (self.clone(), Handle::current());
            let done = tokio::task::spawn_blocking(move || on.block_on(imports.done(id, &caller, task, &stop)));
            // It panicked.
            done.await.map_err(drop)
        };
        self.settle(id, task, came);
    }

    async fn done(&self, id: Uuid, caller: &Caller, task: Task, stop: &AtomicBool) -> Result<Came, ImportError> {
        let Some(record) = self.held().get(&id).map(|it| it.record.clone()) else { return Err(ImportError::Stopped) };
        let mut last = None;
        let mut watch = |progress: Progress| {
            let began = match last {
                Some((step, began)) if step == progress.step => began,
                Some(_) | None => Instant::now(),
            };
            last = Some((progress.step, began));
            if let Some(held) = self.held().get_mut(&id) {
                held.progress = Some((progress, began));
            }
            !stop.load(Ordering::Relaxed)
        };
        let run = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
        if task == Task::Undo {
            let Some(batch) = record.batch else { return Err(ImportError::Broken) };
            let undo = Undo { desk: self.0.desk.clone(), caller: caller.clone(), batch, run };
            return Ok(Came::Undone(Box::new(undo.run(&mut watch).await?)));
        }
        // In the role that the caller has now, which may see less than the token says.
        let caller = self.0.desk.reading(caller).await?.into_owned();
        let book = Book::open(&self.0.folder.handed_in(id))?;
        self.caught_up(stop).await?;
        let reach = Reach::Within(caller.scope.clone());
        let dry_run = task == Task::Judge;
        match record.asked.clone() {
            Asked::List { list, list_date, area } => {
                let desk = self.0.desk.clone();
                let import = ListImport { desk, caller, reach, list, list_date, area, dry_run, run };
                let compared = import.run(&book, &self.0.read_model, &mut watch).await?;
                let stopped = compared.stopped;
                Ok(Came::Counted(Counted::List(compared), stopped, None))
            }
            Asked::Households { source } => {
                // An administrator publishes policies: a file does not.
                let wish = Wish { caller, source, dry_run, first_policies: false, run };
                let form = form_of(&record);
                let mut rejected = RejectedFile::new(&self.0.folder.rejected(id, form), form);
                let began = Instant::now();
                let (desk, vault) = (&self.0.desk, self.0.desk.vault());
                let register = Some((&self.0.read_model, reach));
                let ready =
                    run::prepare((desk, vault), wish, &book, register, self.0.folder.path(), &mut watch).await?;
                let (mut summary, ended) = ready.record(&mut rejected, &mut watch).await;
                let ended = ended.and(rejected.finish().map(drop).map_err(ImportError::Rejected));
                summary.took(began.elapsed());
                let stopped = summary.stopped;
                Ok(Came::Counted(Counted::Households(Box::new(summary)), stopped, ended.err().map(Box::new)))
            }
        }
    }

    /// Waits until the read model shows everything that is recorded, so that people are found in it.
    async fn caught_up(&self, stop: &AtomicBool) -> Result<(), ImportError> {
        let head = self.0.desk.log().head().await.map_err(crate::desk::DeskError::from)?;
        let began = Instant::now();
        loop {
            match self.0.read_model.after(head.position, MOMENT).await {
                Err(ProjectionError::Behind { .. } | ProjectionError::Building) if began.elapsed() < PATIENCE => {}
                shown => return Ok(shown?),
            }
            if stop.load(Ordering::Relaxed) {
                return Err(ImportError::Stopped);
            }
        }
    }

    /// Writes down what came of it. A file that was recorded to its end is not kept.
    fn settle(&self, id: Uuid, task: Task, came: Result<Result<Came, ImportError>, ()>) {
        let mut all = self.held();
        let Some(held) = all.get_mut(&id) else { return };
        held.progress = None;
        let record = &mut held.record;
        let discarded = !record.has_file && task != Task::Undo;
        let ended = |fault: &Option<Fault>| if fault.is_some() { State::Failed } else { State::Stopped };
        match came {
            Err(()) => {
                record.fault = Some(Fault::broken());
                record.state = State::Failed;
            }
            Ok(Err(error)) => {
                note(id, &error);
                record.fault = Fault::of(&error);
                record.state = ended(&record.fault);
            }
            Ok(Ok(Came::Undone(undone))) => {
                record.state = match (undone.is_whole(), undone.stopped || record.recorded.is_none()) {
                    (true, _) => State::Undone,
                    (false, true) => State::Stopped,
                    (false, false) => State::Recorded,
                };
                record.undone = Some(*undone);
            }
            Ok(Ok(Came::Counted(counted, stopped, error))) => {
                if let Counted::Households(summary) = &counted {
                    record.batch = summary.batch.as_ref().and_then(|it| it.parse().ok());
                }
                record.fault = error.as_deref().and_then(Fault::of);
                if let Some(error) = &error {
                    note(id, error);
                }
                record.state = match (task, stopped || error.is_some()) {
                    (_, true) => ended(&record.fault),
                    (Task::Judge, false) => State::Judged,
                    (Task::Record | Task::Undo, false) => State::Recorded,
                };
                if task == Task::Judge {
                    record.judged = (record.state == State::Judged).then_some(counted);
                } else {
                    record.recorded = Some(counted);
                }
            }
        }
        record.has_rejected = self.0.folder.rejected(id, form_of(record)).exists();
        let removed = if discarded {
            self.without_files(record)
        } else if record.state == State::Recorded && task == Task::Record {
            record.has_file = false;
            self.0.folder.remove_file(id)
        } else {
            Ok(())
        };
        if let Err(error) = removed.and_then(|()| self.0.folder.save(record)) {
            tracing::warn!(import = %id, %error, "what became of an import can't be written down");
        }
    }
}

/// For the operators: no error of these layers quotes a personal value, and a file's path is an id.
fn note(id: Uuid, error: &ImportError) {
    if matches!(error, ImportError::Stopped | ImportError::File(_)) {
        return;
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    tracing::warn!(import = %id, error = text, "an import came to an early end");
}
