//! Cold loads through the repositories of cqrs-es: sqlite-es and postgres-es, over the view `stream`.

use cqrs_es::Aggregate;
use cqrs_es::persist::{PersistedEventRepository, PersistenceError, SerializedEvent};

use super::error::LogError;
use super::stored::{Row, StoredEvent, whole};
use super::{Log, Store};

impl Log {
    /// The history of one aggregate behind a sequence, 0 for all of it, read by the repository of its database.
    pub async fn load<A: Aggregate>(&self, aggregate_id: &str, after: u64) -> Result<Vec<StoredEvent>, LogError> {
        let id = aggregate_id.to_owned();
        let after_sequence = usize::try_from(after).unwrap_or(usize::MAX);
        // The repositories panic on a column they cannot read. In a task of its own that is an error like others.
        let loaded = match &self.inner.store {
            Store::Sqlite(store) => {
                let repository = store.repository();
                tokio::spawn(async move { events::<A, _>(&repository, &id, after_sequence).await }).await
            }
            Store::Postgres(store) => {
                let repository = store.repository();
                tokio::spawn(async move { events::<A, _>(&repository, &id, after_sequence).await }).await
            }
        };
        let loaded = loaded.map_err(|_| LogError::Damaged {
            position: 0,
            what: format!("{} {aggregate_id} holds a value that cannot be read", A::TYPE),
        })?;
        let events = loaded.map_err(meaning)?.into_iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        whole(&events, after)?;
        Ok(events)
    }
}

async fn events<A: Aggregate, R: PersistedEventRepository>(
    repository: &R,
    id: &str,
    after: usize,
) -> Result<Vec<SerializedEvent>, PersistenceError> {
    if after == 0 { repository.get_events::<A>(id).await } else { repository.get_last_events::<A>(id, after).await }
}

/// An event whose place stands in its metadata.
fn stored(event: SerializedEvent) -> Result<StoredEvent, LogError> {
    let mut metadata = event.metadata;
    let mut place = |name: &str| {
        let text = metadata.as_object_mut().and_then(|fields| fields.remove(name));
        text.and_then(|text| text.as_str().and_then(|text| text.parse::<i64>().ok()))
    };
    let row = Row {
        position: place("position"),
        recorded_at: place("recorded_at"),
        aggregate_type: event.aggregate_type,
        aggregate_id: event.aggregate_id,
        sequence: i64::try_from(event.sequence).unwrap_or(0),
        event_type: event.event_type,
        event_version: event.event_version,
        payload: String::new(),
        metadata: String::new(),
    };
    row.placed()?.with(event.payload, metadata)
}

fn meaning(error: PersistenceError) -> LogError {
    match error {
        PersistenceError::OptimisticLockError | PersistenceError::DeserializationError(_) => LogError::sql(error),
        PersistenceError::ConnectionError(_) => LogError::unreachable(error),
        PersistenceError::UnknownError(_) => LogError::unreachable(error),
    }
}
