//! Following the log: every event once, in order, as it comes.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::{Instant, sleep, timeout};

use super::Log;
use super::error::LogError;
use super::stored::{Behind, Head, RawEvent, StoredEvent};

/// A writer in this process wakes a waiting reader at once; another node's events are found by asking, first after …
const SOONEST: Duration = Duration::from_millis(50);
/// … and at most so rarely.
const LATEST: Duration = Duration::from_millis(250);

impl Log {
    /// Everything behind `after`, in batches of at most `batch` events.
    pub fn feed(&self, after: u64, batch: usize) -> Feed {
        Feed { log: self.clone(), position: after, recorded_at: None, batch: batch.max(1) }
    }

    /// Everything behind an event that was read before. If another event stands there now, because an older copy of
    /// the log was restored and has grown since, the feed says `WentBack`.
    pub fn feed_from(&self, last: Head, batch: usize) -> Feed {
        let recorded_at = (last.position > 0).then_some(last.recorded_at);
        Feed { log: self.clone(), position: last.position, recorded_at, batch: batch.max(1) }
    }

    /// Waits until the log reaches beyond `position`. False if it has not when the time is over.
    pub async fn wait_past(&self, position: u64, patience: Duration) -> Result<bool, LogError> {
        let deadline = Instant::now() + patience;
        let mut seen = self.inner.seen.subscribe();
        let mut pause = SOONEST;
        loop {
            if seen.borrow_and_update().position > position || self.head().await?.position > position {
                return Ok(true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            // Either a wake-up or the end of the pause: both lead to another look.
            drop(timeout(left.min(pause), seen.changed()).await);
            pause = (pause * 2).min(LATEST);
        }
    }
}

/// A place in the log, and the way on from there.
#[derive(Debug, Clone)]
pub struct Feed {
    log: Log,
    position: u64,
    recorded_at: Option<DateTime<Utc>>,
    batch: usize,
}

impl Feed {
    /// The position of the last event it gave.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next events, waiting until there are some. After an error the same call may be tried again: nothing is
    /// skipped.
    pub async fn next(&mut self) -> Result<Vec<StoredEvent>, LogError> {
        loop {
            let events = self.at_hand().await?;
            if !events.is_empty() {
                return Ok(events);
            }
            self.log.wait_past(self.position, LATEST).await?;
        }
    }

    /// The next events that are there already; none if the feed has caught up.
    pub async fn at_hand(&mut self) -> Result<Vec<StoredEvent>, LogError> {
        let raw = self.ahead().await?;
        let last = raw.last().map(|last| (last.position, last.recorded_at));
        let events = raw.into_iter().map(RawEvent::read).collect::<Result<Vec<_>, _>>()?;
        self.go_on(last);
        Ok(events)
    }

    /// The same with payloads and metadata left as text, for those who read very many. Nobody has looked whether the
    /// texts are JSON.
    pub async fn raw_at_hand(&mut self) -> Result<Vec<RawEvent>, LogError> {
        let raw = self.ahead().await?;
        self.go_on(raw.last().map(|last| (last.position, last.recorded_at)));
        Ok(raw)
    }

    /// `next` with payloads and metadata left as text.
    pub async fn next_raw(&mut self) -> Result<Vec<RawEvent>, LogError> {
        loop {
            let events = self.raw_at_hand().await?;
            if !events.is_empty() {
                return Ok(events);
            }
            self.log.wait_past(self.position, LATEST).await?;
        }
    }

    /// What stands ahead, without going on.
    async fn ahead(&self) -> Result<Vec<RawEvent>, LogError> {
        let Behind { since, events } = self.log.behind(self.position, self.batch).await?;
        if self.recorded_at.is_some() && self.recorded_at != since {
            return Err(LogError::WentBack { known: self.position, found: self.log.head().await?.position });
        }
        Ok(events)
    }

    fn go_on(&mut self, last: Option<(u64, DateTime<Utc>)>) {
        if let Some((position, recorded_at)) = last {
            self.position = position;
            self.recorded_at = Some(recorded_at);
        }
    }

    /// `next`, tried again for as long as the database does not answer.
    pub async fn next_patiently(&mut self) -> Result<Vec<StoredEvent>, LogError> {
        loop {
            match self.next().await {
                Err(error) if error.is_passing() => sleep(LATEST).await,
                outcome => return outcome,
            }
        }
    }
}
