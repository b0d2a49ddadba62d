//! How events come out of the log ahead of the fold: read, decoded and, where a file holds names, opened.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use events::log::{Head, Log, LogError, RawEvent};
use events::recorded::Occurrence;
use events::vault::{self, Keyring, Place, RingOwner, Vault, VaultError};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::Fold;
use crate::error::ProjectionError;
use crate::page::AsOf;

/// So many events are read at once …
const READ: usize = 1024;
/// … and so many readings wait for the next stage.
const AHEAD: usize = 16;
/// After an error that may pass.
const PAUSE: Duration = Duration::from_millis(250);

/// Where a file's events come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The log.
    pub log: Log,
    /// Its vault.
    pub vault: Vault,
    /// The runtime that the log's and the vault's futures run on.
    pub runtime: Handle,
}

impl Source {
    /// Waits for something of the log or the vault, on a thread that may block. When the runtime ends, so does this.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ProjectionError> {
        let (answer, answered) = oneshot::channel();
        self.runtime.spawn(async move { answer.send(future.await) });
        answered.blocking_recv().map_err(|_| ProjectionError::Stopped)
    }
}

/// What comes in.
#[derive(Debug)]
pub(super) enum Message {
    /// Events in order, without those that the fold passes over; `at` is the last position all the same.
    Came {
        /// The events.
        events: Vec<Occurrence>,
        /// How far the log was read.
        at: AsOf,
    },
    /// There are no more at the moment.
    CaughtUp,
    /// Nothing more will come: the next event can't be read, or the log is another.
    Ended(ProjectionError),
}

/// Starts to read behind `after`, as far as `until`. A task reads, a thread decodes; both end when the receiver is
/// dropped, and the receiver is told when the runtime ends.
pub(super) fn start<F: Fold>(source: &Source, after: AsOf, until: Option<u64>) -> Receiver<Message> {
    let (raw, stored) = mpsc::channel(AHEAD);
    let (decoded, messages) = sync_channel(AHEAD);
    let reading = Reading { source: source.clone(), raw, until, wants: F::wants, opens: F::SECRET };
    source.runtime.spawn(reading.run(after));
    let log_id = source.log.id();
    std::thread::spawn(move || decode(log_id, stored, &decoded));
    messages
}

/// What was read, before it is decoded.
enum Raw {
    Stored { events: Vec<RawEvent>, rings: Option<HashMap<RingOwner, Keyring>>, at: AsOf },
    CaughtUp,
    Ended(ProjectionError),
}

/// Nobody takes what is read any more, or there is nothing more to read.
struct Done;

struct Reading {
    source: Source,
    raw: mpsc::Sender<Raw>,
    until: Option<u64>,
    wants: fn(&str) -> bool,
    opens: bool,
}

impl Reading {
    async fn run(self, after: AsOf) {
        // A log that was restored from an older copy and has grown since has another event there.
        let last = Head { position: after.position, recorded_at: after.time };
        let mut feed = self.source.log.feed_from(last, READ);
        let mut idle = false;
        loop {
            // Waits for the log only after it has said that it has caught up.
            let read = tokio::select! {
                () = self.raw.closed() => return,
                read = async { if idle { feed.next_raw().await } else { feed.raw_at_hand().await } } => read,
            };
            let sent = match read {
                Ok(events) if events.is_empty() => {
                    idle = true;
                    self.send(Raw::CaughtUp).await
                }
                Ok(events) => {
                    idle = false;
                    self.pass(events).await
                }
                Err(error) if error.is_passing() => {
                    self.pause(&error).await;
                    Ok(())
                }
                Err(error) => self.end(error).await,
            };
            if sent.is_err() {
                return;
            }
        }
    }

    async fn send(&self, raw: Raw) -> Result<(), Done> {
        self.raw.send(raw).await.map_err(|_| Done)
    }

    async fn end(&self, error: impl Into<ProjectionError>) -> Result<(), Done> {
        self.send(Raw::Ended(error.into())).await?;
        Err(Done)
    }

    async fn pause(&self, error: &(dyn std::error::Error + Sync)) {
        tracing::warn!(%error, "the read model waits for the log");
        tokio::time::sleep(PAUSE).await;
    }

    /// Hands over what the fold looks at, with the rings that open it.
    async fn pass(&self, mut events: Vec<RawEvent>) -> Result<(), Done> {
        if let Some(until) = self.until {
            events.retain(|event| event.position <= until);
        }
        let Some(last) = events.last() else { return Err(Done) };
        let at = AsOf { position: last.position, time: last.recorded_at };
        events.retain(|event| (self.wants)(&event.event_type));
        let rings = if self.opens { Some(self.rings(&events).await?) } else { None };
        self.send(Raw::Stored { events, rings, at }).await
    }

    async fn rings(&self, events: &[RawEvent]) -> Result<HashMap<RingOwner, Keyring>, Done> {
        let mut owners: Vec<_> = events.iter().map(owner_of).collect();
        owners.sort_unstable();
        owners.dedup();
        loop {
            match self.source.vault.rings(&owners).await {
                Ok(rings) => return Ok(rings),
                Err(error) => self.refused(error).await?,
            }
        }
    }

    async fn refused(&self, error: VaultError) -> Result<(), Done> {
        if error.is_transient() {
            self.pause(&error).await;
            return Ok(());
        }
        self.end(error).await
    }
}

fn owner_of(event: &RawEvent) -> RingOwner {
    RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id)
}

/// Decodes what is read. What stands before an event that can't be read is handed over first.
fn decode(log_id: Uuid, mut stored: mpsc::Receiver<Raw>, decoded: &SyncSender<Message>) {
    while let Some(raw) = stored.blocking_recv() {
        let sent = match raw {
            Raw::CaughtUp => decoded.send(Message::CaughtUp),
            Raw::Ended(error) => decoded.send(Message::Ended(error)),
            Raw::Stored { events, rings, at } => {
                let mut came = Vec::with_capacity(events.len());
                let read = events.into_iter().try_for_each(|event| {
                    came.push(read_one(log_id, event, rings.as_ref())?);
                    Ok::<_, ProjectionError>(())
                });
                let reached = match (&read, came.last()) {
                    (Ok(()), _) => Some(at),
                    (Err(_), last) => last.map(|last| AsOf { position: last.position, time: last.recorded_at }),
                };
                let sent = reached.map_or(Ok(()), |at| decoded.send(Message::Came { events: came, at }));
                match (sent, read) {
                    (Ok(()), Err(error)) => {
                        drop(decoded.send(Message::Ended(error)));
                        return;
                    }
                    (sent, _) => sent,
                }
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// The fact of an event, with its sealed values opened where the file holds such values.
fn read_one(
    log_id: Uuid,
    event: RawEvent,
    rings: Option<&HashMap<RingOwner, Keyring>>,
) -> Result<Occurrence, ProjectionError> {
    let Some(rings) = rings else { return Ok(Occurrence::read(event)?) };
    let owner = owner_of(&event);
    let none = Keyring::default();
    let ring = rings.get(&owner).unwrap_or(&none);
    let RingOwner { aggregate_type, aggregate_id } = owner;
    let place = Place { log_id, aggregate_type, aggregate_id, sequence: event.sequence };
    let mut event = event.read()?;
    vault::open(&mut event.payload, &place, ring, &|_| false)
        .map_err(|error| ProjectionError::Sealed { position: event.position, source: error.into() })?;
    Ok(Occurrence::of(event)?)
}

/// Whether the log is not the one that the file was built from.
pub(super) fn is_another_log(error: &ProjectionError) -> bool {
    matches!(error, ProjectionError::Log(error) if matches!(**error, LogError::WentBack { .. }))
}
