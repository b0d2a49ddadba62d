//! The one writer of a process: it gathers the appends that wait, stores them in one go and answers each.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::append::{Append, Appended};
use super::batch::{Unwritten, Verdict, Written};
use super::error::{AppendError, LogError};
use super::ready::Ready;
use super::{Log, Store, postgres, sqlite};

/// So many appends may wait; a caller beyond that waits before its append counts as handed over.
const WAITING: usize = 4096;
/// A batch holds at most so many appends …
const BATCH_APPENDS: usize = 512;
/// … and, unless one append alone has more, so many events …
const BATCH_EVENTS: usize = 8192;
/// … and bytes.
const BATCH_BYTES: usize = 8 << 20;

/// Hands appends to the log. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pen {
    jobs: mpsc::Sender<Job>,
}

#[derive(Debug)]
struct Job {
    append: Ready,
    answer: oneshot::Sender<Result<Appended, AppendError>>,
}

impl Pen {
    /// Starts the writer, in a thread of its own. It connects at its first append, reconnects by itself, and ends with
    /// the last clone of the pen.
    pub fn start(log: &Log) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let desk = |writer| Writing { log: log.clone(), writer, waiting, held: None };
        match &log.inner.store {
            Store::Sqlite(store) => {
                let writing = desk(Writer::Sqlite(sqlite::Writer::new(Arc::clone(store))));
                // SQLite waits for the disk: a thread of its own.
                std::thread::spawn(move || futures::executor::block_on(writing.run()));
            }
            Store::Postgres(store) => {
                let writing = desk(Writer::Postgres(postgres::Writer::new(Arc::clone(store))));
                // A server's answer must not wait until the threads that decide commands have nothing else to do.
                std::thread::spawn(move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime.block_on(writing.run()),
                    Err(error) => tracing::error!(%error, "the pen could not start"),
                });
            }
        }
        Self { jobs }
    }

    /// Stores an append, all of it or nothing. Once handed over it completes even if nobody waits for the answer.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.hand_over(append).await?.answered().await
    }

    /// Hands an append over without waiting until it is stored. What one caller hands over is stored in that order.
    pub async fn hand_over(&self, append: Append) -> Result<HandedOver, AppendError> {
        let append = Ready::from(append)?;
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job { append, answer }).await.map_err(|_| stopped())?;
        Ok(HandedOver(answered))
    }
}

/// An append that the pen has, and will store whether or not somebody waits for it.
#[derive(Debug)]
pub struct HandedOver(oneshot::Receiver<Result<Appended, AppendError>>);

impl HandedOver {
    /// What became of it.
    pub async fn answered(self) -> Result<Appended, AppendError> {
        self.0.await.map_err(|_| stopped())?
    }
}

fn stopped() -> AppendError {
    AppendError::Unavailable(LogError::stopped("the pen has stopped"))
}

enum Writer {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Writer),
}

struct Writing {
    log: Log,
    writer: Writer,
    waiting: mpsc::Receiver<Job>,
    /// An append that did not fit into the last batch.
    held: Option<Job>,
}

impl Writing {
    async fn run(mut self) {
        loop {
            let first = match self.held.take() {
                Some(job) => job,
                None => match self.waiting.recv().await {
                    Some(job) => job,
                    None => return,
                },
            };
            let (batch, answers) = self.gather(first);
            self.store(batch, answers).await;
        }
    }

    /// What waits behind `first`, as far as it fits.
    fn gather(&mut self, first: Job) -> (Vec<Ready>, Vec<Answer>) {
        let (mut events, mut bytes) = (first.append.events as usize, first.append.bytes);
        let (mut batch, mut answers) = (vec![first.append], vec![first.answer]);
        while batch.len() < BATCH_APPENDS {
            let Ok(job) = self.waiting.try_recv() else { break };
            events += job.append.events as usize;
            bytes += job.append.bytes;
            if events > BATCH_EVENTS || bytes > BATCH_BYTES {
                self.held = Some(job);
                break;
            }
            batch.push(job.append);
            answers.push(job.answer);
        }
        (batch, answers)
    }

    async fn store(&mut self, batch: Vec<Ready>, answers: Vec<Answer>) {
        match self.write(&batch).await {
            Err(Unwritten::Poison(_)) if batch.len() > 1 => {
                // One of them is refused: alone, each gets the answer it deserves.
                for (append, answer) in batch.into_iter().zip(answers) {
                    let alone = [append];
                    let outcome = self.write(&alone).await;
                    self.answer(&alone, vec![answer], outcome).await;
                }
            }
            outcome => self.answer(&batch, answers, outcome).await,
        }
    }

    async fn write(&mut self, batch: &[Ready]) -> Result<Written, Unwritten> {
        let known = self.log.known();
        let clock = &self.log.inner.clock;
        let (now, simulated) = (clock.now(), clock.is_simulated());
        match &mut self.writer {
            Writer::Sqlite(writer) => writer.write(batch, known, now, simulated),
            Writer::Postgres(writer) => writer.write(batch, known, now, simulated).await,
        }
    }

    async fn answer(&mut self, batch: &[Ready], answers: Vec<Answer>, outcome: Result<Written, Unwritten>) {
        let all = |error: &AppendError| answers.iter().map(|_| Err(error.clone())).collect();
        let outcomes: Vec<Result<Appended, AppendError>> = match outcome {
            Ok(Written { verdicts, head }) => {
                self.log.learn(head);
                verdicts.into_iter().map(answer).collect()
            }
            Err(Unwritten::WentBack { known, found }) => {
                self.log.forget(found);
                all(&AppendError::LogWentBack { known, found: found.position })
            }
            Err(Unwritten::Nothing(error)) => {
                tracing::warn!(error = %chain(&error), appends = batch.len(), "appends were not stored");
                if error.is_passing() {
                    self.turn_away(&error);
                }
                all(&AppendError::Unavailable(error))
            }
            Err(Unwritten::Unsure(error)) => {
                tracing::warn!(error = %chain(&error), appends = batch.len(), "appends were not answered");
                self.ask_after(batch, &error).await
            }
            Err(Unwritten::Poison(why)) => all(&AppendError::Refused(why)),
        };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // Whoever asked may have gone; the append stands all the same.
            drop(answer.send(outcome));
        }
    }

    /// Answers all that wait: they have waited as long as the batch that was given up, and would wait again for each
    /// batch before theirs.
    fn turn_away(&mut self, error: &LogError) {
        let waiting = std::iter::from_fn(|| self.waiting.try_recv().ok());
        for job in self.held.take().into_iter().chain(waiting).take(WAITING) {
            drop(job.answer.send(Err(AppendError::Unavailable(error.clone()))));
        }
    }

    /// After a commit that was not answered: what the log remembers of each command.
    async fn ask_after(&mut self, batch: &[Ready], error: &LogError) -> Vec<Result<Appended, AppendError>> {
        let ids = batch.iter().map(|append| append.command.command_id).collect::<Vec<_>>();
        let found = match &mut self.writer {
            Writer::Sqlite(writer) => writer.commands(&ids),
            Writer::Postgres(writer) => writer.commands(&ids).await,
        };
        let mut records: HashMap<_, _> =
            found.unwrap_or_default().into_iter().map(|record| (record.command_id, record)).collect();
        let head = self.log.known().position;
        let outcome = |append: &Ready| match records.remove(&append.command.command_id) {
            Some(record) if append.is(&record) => Ok(record.as_appended(head)),
            Some(record) => Err(AppendError::AlreadyDone(Box::new(record))),
            None => Err(AppendError::Unavailable(error.clone())),
        };
        batch.iter().map(outcome).collect()
    }
}

type Answer = oneshot::Sender<Result<Appended, AppendError>>;

fn answer(verdict: Verdict) -> Result<Appended, AppendError> {
    match verdict {
        Verdict::Done(appended) => Ok(appended),
        Verdict::Conflict(stream) => Err(AppendError::Conflict(stream)),
        Verdict::Known(record) => Err(AppendError::AlreadyDone(record)),
    }
}

/// An error with its sources, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}
