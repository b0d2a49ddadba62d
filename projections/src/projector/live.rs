//! How the one writer of a file goes on: catching up, committing, swapping, healing, stopping.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::Fold;
use super::batch::Writer;
use super::build::build;
use super::file::{self, Files};
use super::intake::{self, Message, Source, is_another_log};
use crate::error::ProjectionError;
use crate::page::AsOf;
use crate::read_model::{FileState, Readers};

/// A change is visible at once, but commits are so far apart under load.
const CADENCE: Duration = Duration::from_millis(50);
/// A transaction is never open longer than this while events keep coming.
const LONGEST: Duration = Duration::from_millis(500);
/// … and never holds more events than this.
const BATCH: usize = 100_000;
/// How soon the thread sees what it is asked.
const TICK: Duration = Duration::from_millis(20);
/// How often erasures of other processes are looked for.
const ERASURES: Duration = Duration::from_secs(1);
/// After an error of the file that may pass, such as a full disk.
const PAUSE: Duration = Duration::from_secs(1);

enum Request {
    Forget(Uuid, oneshot::Sender<Result<(), ProjectionError>>),
    Rebuild(oneshot::Sender<Result<AsOf, ProjectionError>>),
    Built(Result<AsOf, ProjectionError>),
}

/// What the rest of the process holds of a running projector.
pub(crate) struct Handle {
    pub(crate) at: watch::Receiver<AsOf>,
    pub(crate) state: watch::Receiver<FileState>,
    requests: Sender<Request>,
    stop: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Handle {
    /// Deletes what the file holds of a person; done when this returns.
    pub(crate) async fn forget(&self, person: Uuid) -> Result<(), ProjectionError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request::Forget(person, answer)).map_err(|_| ProjectionError::Stopped)?;
        answered.await.map_err(|_| ProjectionError::Stopped)?
    }

    /// Builds the file anew beside the live one and swaps them.
    pub(crate) async fn rebuild(&self) -> Result<AsOf, ProjectionError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request::Rebuild(answer)).map_err(|_| ProjectionError::Stopped)?;
        answered.await.map_err(|_| ProjectionError::Stopped)?
    }

    /// Asks the thread to end and waits for it. Blocks.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            drop(thread.join());
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Takes the file's lock and starts its projector.
pub(crate) fn start<F: Fold>(
    files: Files<F>,
    source: Source,
    tools: F::Tools,
    readers: Arc<Readers>,
) -> Result<Handle, ProjectionError> {
    let lock = files.lock()?;
    let (requests, asked) = mpsc::channel();
    let (at, at_seen) = watch::channel(AsOf::START);
    let (state, state_seen) = watch::channel(FileState::CatchingUp);
    let stop = Arc::new(AtomicBool::new(false));
    let again = requests.clone();
    let projector = Projector {
        files,
        source,
        tools,
        readers,
        asked,
        again,
        at,
        state,
        stop: Arc::clone(&stop),
        _lock: lock,
        rebuilding: Vec::new(),
    };
    let thread = std::thread::Builder::new()
        .name(F::FILE.to_owned())
        .spawn(move || projector.run())
        .map_err(|error| ProjectionError::io(std::path::Path::new(F::FILE), error))?;
    Ok(Handle { at: at_seen, state: state_seen, requests, stop, thread: Mutex::new(Some(thread)) })
}

struct Projector<F: Fold> {
    files: Files<F>,
    source: Source,
    tools: F::Tools,
    readers: Arc<Readers>,
    asked: Receiver<Request>,
    /// For the thread that builds a file to say that it is done.
    again: Sender<Request>,
    at: watch::Sender<AsOf>,
    state: watch::Sender<FileState>,
    stop: Arc<AtomicBool>,
    _lock: File,
    rebuilding: Vec<oneshot::Sender<Result<AsOf, ProjectionError>>>,
}

/// Why the following of the log ended.
enum End {
    Stopped,
    /// The file is of no use any more.
    Discard,
    /// Another file is finished.
    Swap,
    /// The file can't be written at the moment.
    Again(ProjectionError),
    /// The next event can't be projected.
    Failed(ProjectionError),
}

impl<F: Fold> Projector<F> {
    fn run(mut self) {
        let mut until = None;
        let mut swapped = false;
        loop {
            let end = match self.ready() {
                Ok(mut writer) => {
                    if std::mem::take(&mut swapped) {
                        self.rebuilt(&Ok(writer.at));
                    }
                    let end = self.follow(&mut writer, until.take());
                    if matches!(end, End::Stopped) {
                        close(&writer);
                    }
                    end
                }
                Err(error) => Self::end_of(error),
            };
            match end {
                End::Stopped => break,
                End::Discard => {
                    let gone = self.readers.close(|| self.files.discard());
                    self.at.send_replace(AsOf::START);
                    if let Err(error) = gone {
                        self.pause(&error);
                    }
                }
                End::Swap => {
                    let outcome = self.catch_up().and_then(|()| self.readers.exchange(|| self.files.take_over()));
                    if let Err(error) = outcome {
                        self.rebuilt(&Err(error.clone()));
                        self.pause(&error);
                    }
                    swapped = true;
                }
                End::Again(error) => self.pause(&error),
                // Once more, to right before the event that does not fit, because its batch was thrown away.
                End::Failed(ProjectionError::Misfit { position, what }) if self.at.borrow().position + 1 < position => {
                    until = Some((position - 1, ProjectionError::Misfit { position, what }));
                }
                End::Failed(error) => {
                    self.failed(error);
                    break;
                }
            }
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
        }
        if !matches!(*self.state.borrow(), FileState::Failed(_)) {
            self.state.send_replace(FileState::Stopped);
        }
    }

    fn end_of(error: ProjectionError) -> End {
        match error {
            ProjectionError::Stopped => End::Stopped,
            ProjectionError::Unreadable(_) | ProjectionError::Misfit { .. } | ProjectionError::Sealed { .. } => {
                End::Failed(error)
            }
            ProjectionError::Log(_) if is_another_log(&error) => End::Discard,
            ProjectionError::Sqlite(_)
            | ProjectionError::Io { .. }
            | ProjectionError::Log(_)
            | ProjectionError::Vault(_)
            | ProjectionError::Locked(_)
            | ProjectionError::Building
            | ProjectionError::BuildingPast { .. }
            | ProjectionError::Behind { .. }
            | ProjectionError::Cursor => End::Again(error),
        }
    }

    /// The live file, built first if there is none that can be used.
    fn ready(&mut self) -> Result<Writer<F>, ProjectionError> {
        let head = {
            let log = self.source.log.clone();
            self.source.wait(async move { log.head().await })??
        };
        let epoch = self.epoch()?;
        if !self.files.is_usable(self.source.log.id(), head.position, epoch) {
            self.state.send_replace(FileState::CatchingUp);
            self.readers.close(|| self.files.discard())?;
            let path = self.files.building();
            build::<F>(
                &path,
                &self.source,
                &self.tools,
                epoch,
                None,
                &|at| {
                    self.at.send_replace(at);
                },
                &self.stop,
            )?;
            self.files.take_over()?;
        }
        let db = Files::<F>::open(&self.files.live())?;
        file::opened(&db)?;
        let mut writer = Writer::<F>::new(db, &self.tools)?;
        writer.fold.ready(&writer.db)?;
        self.readers.open(&self.files.live());
        self.at.send_replace(writer.at);
        Ok(writer)
    }

    /// Brings the file that was built beside the live one to where that one is: no reader goes back in time.
    fn catch_up(&self) -> Result<(), ProjectionError> {
        let position = self.at.borrow().position;
        let mut writer = Writer::<F>::new(Files::<F>::open(&self.files.building())?, &self.tools)?;
        let messages = intake::start::<F>(&self.source, writer.at, Some(position));
        while let Ok(message) = messages.recv() {
            match message {
                Message::Came { events, at } => writer.take(&events, at)?,
                Message::CaughtUp => break,
                Message::Ended(error) => return Err(error),
            }
        }
        writer.commit()
    }

    fn epoch(&self) -> Result<i64, ProjectionError> {
        if !F::SECRET {
            return Ok(0);
        }
        let vault = self.source.vault.clone();
        Ok(self.source.wait(async move { vault.erase_epoch().await })??)
    }

    /// Follows the log until something ends it.
    fn follow(&mut self, writer: &mut Writer<F>, until: Option<(u64, ProjectionError)>) -> End {
        let messages = intake::start::<F>(&self.source, writer.at, until.as_ref().map(|(until, _)| *until));
        let outcome = self.following(writer, &messages);
        match (outcome, until) {
            (Ok(End::Failed(ProjectionError::Stopped)), Some((_, error))) => End::Failed(error),
            // The runtime ends, and the process with it.
            (Ok(End::Failed(ProjectionError::Stopped)), None) => End::Stopped,
            (Ok(end), _) => end,
            (Err(error), _) => Self::end_of(error),
        }
    }

    fn following(&mut self, writer: &mut Writer<F>, messages: &Receiver<Message>) -> Result<End, ProjectionError> {
        let mut caught_up = false;
        let mut committed = Instant::now().checked_sub(CADENCE).unwrap_or_else(Instant::now);
        let mut looked = Instant::now();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                self.commit(writer)?;
                return Ok(End::Stopped);
            }
            let wait = if caught_up && writer.pending() > 0 {
                CADENCE.saturating_sub(committed.elapsed()).min(TICK)
            } else {
                TICK
            };
            match messages.recv_timeout(wait) {
                Ok(Message::Came { events, at }) => writer.take(&events, at)?,
                Ok(Message::CaughtUp) => caught_up = true,
                Ok(Message::Ended(error)) => {
                    self.commit(writer)?;
                    return Ok(Self::end_of(error));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.commit(writer)?;
                    return Ok(End::Failed(ProjectionError::Stopped));
                }
            }
            let long = caught_up && writer.since().is_some_and(|since| since.elapsed() > LONGEST);
            if (caught_up && committed.elapsed() >= CADENCE) || long || writer.pending() >= BATCH {
                if writer.since().is_some() {
                    self.commit(writer)?;
                    committed = Instant::now();
                }
                if caught_up && !matches!(*self.state.borrow(), FileState::Live) {
                    self.took_over();
                }
            }
            if F::SECRET && looked.elapsed() >= ERASURES {
                looked = Instant::now();
                self.forget_erased(writer)?;
            }
            if let Some(end) = self.answer(writer)? {
                return Ok(end);
            }
        }
    }

    fn commit(&self, writer: &mut Writer<F>) -> Result<(), ProjectionError> {
        writer.commit()?;
        self.at.send_replace(writer.at);
        Ok(())
    }

    /// The file answers for the first time at the log's end: files of other versions have done their work.
    fn took_over(&self) {
        self.state.send_replace(FileState::Live);
        if let Err(error) = self.files.remove_stale() {
            tracing::warn!(file = F::FILE, %error, "files of other versions could not be removed");
        }
    }

    /// Does what was asked for.
    fn answer(&mut self, writer: &mut Writer<F>) -> Result<Option<End>, ProjectionError> {
        match self.asked.try_recv() {
            Ok(Request::Forget(person, answer)) => {
                let outcome = self.forget(writer, &[person]);
                drop(answer.send(outcome.clone()));
                outcome?;
            }
            Ok(Request::Rebuild(answer)) => {
                self.rebuilding.push(answer);
                if self.rebuilding.len() == 1 {
                    self.rebuild()?;
                }
            }
            Ok(Request::Built(Ok(_))) => {
                self.commit(writer)?;
                return Ok(Some(End::Swap));
            }
            Ok(Request::Built(Err(error))) => self.rebuilt(&Err(error)),
            Err(_) => {}
        }
        Ok(None)
    }

    /// Builds another file in a thread of its own, while this one goes on.
    fn rebuild(&self) -> Result<(), ProjectionError> {
        let epoch = self.epoch()?;
        let (files, source, tools) = (self.files.clone(), self.source.clone(), self.tools.clone());
        let (stop, again) = (Arc::clone(&self.stop), self.again.clone());
        std::thread::spawn(move || {
            let path = files.building();
            let outcome = build::<F>(&path, &source, &tools, epoch, None, &|_| {}, &stop);
            drop(again.send(Request::Built(outcome)));
        });
        Ok(())
    }

    /// Deletes what the file holds of people, and leaves no copy in the write-ahead log.
    fn forget(&self, writer: &mut Writer<F>, people: &[Uuid]) -> Result<(), ProjectionError> {
        self.commit(writer)?;
        writer.db.execute_batch("BEGIN IMMEDIATE")?;
        for person in people {
            writer.fold.forget(&writer.db, *person)?;
        }
        writer.fold.flush(&writer.db)?;
        writer.db.execute_batch("COMMIT")?;
        writer.fold.committed();
        self.readers.exchange(|| {
            writer.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(ProjectionError::from)
        })?;
        Ok(())
    }

    /// Forgets whom other processes erased.
    fn forget_erased(&self, writer: &mut Writer<F>) -> Result<(), ProjectionError> {
        let known = file::erase_epoch(&writer.db)?;
        let vault = self.source.vault.clone();
        let Ok(erasures) = self.source.wait(async move { vault.erasures_after(known).await })? else { return Ok(()) };
        let Some(newest) = erasures.iter().map(|erasure| erasure.epoch).max() else { return Ok(()) };
        let people: Vec<_> = erasures
            .iter()
            .filter_map(|erasure| erasure.subject.as_str().strip_prefix("person:"))
            .filter_map(|id| Uuid::parse_str(id).ok())
            .collect();
        self.forget(writer, &people)?;
        file::set_erase_epoch(&writer.db, newest)
    }

    fn pause(&self, error: &ProjectionError) {
        tracing::warn!(file = F::FILE, error = %chain(error), "the read model tries again");
        let until = Instant::now() + PAUSE;
        while Instant::now() < until && !self.stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
        }
    }

    /// Readers go on with what there is; whoever waits for more is told.
    fn failed(&mut self, error: ProjectionError) {
        tracing::error!(file = F::FILE, error = %chain(&error), "the read model stops");
        self.state.send_replace(FileState::Failed(error.clone()));
        self.rebuilt(&Err(error));
    }

    /// Tells those who asked for another file what became of it.
    fn rebuilt(&mut self, outcome: &Result<AsOf, ProjectionError>) {
        for answer in self.rebuilding.drain(..) {
            drop(answer.send(outcome.clone()));
        }
    }
}

/// Leaves a file that outlives a restart of the machine.
fn close<F>(writer: &Writer<F>) {
    if let Err(error) = file::closed(&writer.db) {
        tracing::warn!(%error, "the read model's file was not closed properly and will be built anew after a restart");
    }
}

/// An error with its sources, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}
