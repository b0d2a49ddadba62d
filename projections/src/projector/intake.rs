//! How events come out of the log ahead of the fold: read, decoded and, where a file holds names, opened.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use events::log::{Log, LogError, StoredEvent};
use events::recorded::Recorded;
use events::vault::{self, Place, RingOwner, Vault};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::Fold;
use crate::error::ProjectionError;
use crate::page::AsOf;

/// So many events are read at once …
const READ: usize = 1024;
/// … and so many readings wait for the fold.
const AHEAD: usize = 32;
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

/// What comes in.
#[derive(Debug)]
pub(super) enum Message {
    /// Events in order, without those that the fold passes over; `at` is the last position all the same.
    Came { events: Vec<Recorded>, at: AsOf },
    /// There are no more at the moment.
    CaughtUp,
    /// Nothing more will come: the next event can't be read, or the log is another.
    Ended(ProjectionError),
}

/// The stream of messages; reading stops when it is dropped.
#[derive(Debug)]
pub(super) struct Intake {
    pub(super) messages: Receiver<Message>,
    _alive: watch::Sender<()>,
}

/// Starts to read behind `after`, as far as `until`.
pub(super) fn start<F: Fold>(source: &Source, after: u64, until: Option<u64>) -> Intake {
    let (sender, messages) = sync_channel(AHEAD);
    let (alive, gone) = watch::channel(());
    let reading = Reading { source: source.clone(), sender, gone, until, wants: F::wants, opens: F::SECRET };
    std::thread::spawn(move || reading.run(after));
    Intake { messages, _alive: alive }
}

struct Reading {
    source: Source,
    sender: SyncSender<Message>,
    gone: watch::Receiver<()>,
    until: Option<u64>,
    wants: fn(&str) -> bool,
    opens: bool,
}

/// Nobody takes the messages any more.
struct Gone;

impl Reading {
    fn run(mut self, after: u64) {
        let mut feed = self.source.log.feed(after, READ);
        let runtime = self.source.runtime.clone();
        let mut idle = false;
        loop {
            // Waits for the log only after it has said that it has caught up.
            let next = runtime.block_on(async {
                tokio::select! {
                    _ = self.gone.changed() => None,
                    read = async { if idle { feed.next().await } else { feed.at_hand().await } } => Some(read),
                }
            });
            let sent = match next {
                None => return,
                Some(Ok(stored)) if stored.is_empty() => {
                    idle = true;
                    self.send(Message::CaughtUp)
                }
                Some(Ok(stored)) => {
                    idle = false;
                    self.take(stored)
                }
                Some(Err(error)) if error.is_passing() => self.pause(&error),
                Some(Err(error)) => {
                    drop(self.send(Message::Ended(error.into())));
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }

    fn send(&self, message: Message) -> Result<(), Gone> {
        self.sender.send(message).map_err(|_| Gone)
    }

    fn pause(&mut self, error: &dyn std::error::Error) -> Result<(), Gone> {
        tracing::warn!(%error, "the read model waits for the log");
        let runtime = self.source.runtime.clone();
        runtime.block_on(async {
            tokio::select! {
                _ = self.gone.changed() => Err(Gone),
                () = tokio::time::sleep(PAUSE) => Ok(()),
            }
        })
    }

    /// Decodes what was read. What stands before an event that can't be read is handed over first.
    fn take(&mut self, mut stored: Vec<StoredEvent>) -> Result<(), Gone> {
        if let Some(until) = self.until {
            stored.retain(|event| event.position <= until);
        }
        let Some(last) = stored.last() else { return Err(Gone) };
        let mut at = AsOf { position: last.position, time: last.recorded_at };
        let mut events = Vec::with_capacity(stored.len());
        let mut before = None;
        let mut poison = None;
        let stored: Vec<_> = stored.into_iter().filter(|event| (self.wants)(&event.event_type)).collect();
        let stored = if self.opens { self.open(stored)? } else { stored.into_iter().map(Ok).collect() };
        for event in stored {
            let position = event.as_ref().map_or(0, |event| event.position);
            let event = event.and_then(|event| Recorded::read(event).map_err(ProjectionError::from));
            match event {
                Ok(event) => {
                    before = Some(AsOf { position, time: event.recorded_at });
                    events.push(event);
                }
                Err(error) => {
                    poison = Some(error);
                    break;
                }
            }
        }
        let Some(error) = poison else { return self.send(Message::Came { events, at }) };
        if let Some(before) = before {
            at = before;
            self.send(Message::Came { events, at })?;
        }
        self.send(Message::Ended(error))?;
        Err(Gone)
    }

    /// Opens the sealed values, with the rings of all streams at once.
    fn open(&mut self, stored: Vec<StoredEvent>) -> Result<Vec<Result<StoredEvent, ProjectionError>>, Gone> {
        let mut owners: Vec<_> = stored
            .iter()
            .map(|event| RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id))
            .collect();
        owners.sort_unstable();
        owners.dedup();
        let (vault, runtime) = (self.source.vault.clone(), self.source.runtime.clone());
        let rings = loop {
            match runtime.block_on(vault.rings(&owners)) {
                Ok(rings) => break rings,
                Err(error) if error.is_transient() => self.pause(&error)?,
                Err(error) => {
                    drop(self.send(Message::Ended(error.into())));
                    return Err(Gone);
                }
            }
        };
        let log_id = self.source.log.id();
        let open = |mut event: StoredEvent| {
            let owner = RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id);
            let place = Place {
                log_id,
                aggregate_type: owner.aggregate_type.clone(),
                aggregate_id: owner.aggregate_id.clone(),
                sequence: event.sequence,
            };
            let none = vault::Keyring::default();
            let ring = rings.get(&owner).unwrap_or(&none);
            let position = event.position;
            vault::open(&mut event.payload, &place, ring, &|_| false)
                .map(|_| event)
                .map_err(|error| ProjectionError::Sealed { position, source: error.into() })
        };
        Ok(stored.into_iter().map(open).collect())
    }
}

/// Whether the log is not the one that the file was built from.
pub(super) fn is_another_log(error: &ProjectionError) -> bool {
    matches!(error, ProjectionError::Log(error) if matches!(**error, LogError::WentBack { .. }))
}
