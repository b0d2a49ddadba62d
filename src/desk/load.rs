//! Folding a stream into a state, from the cache where it is known, and opening what is sealed on the way.

use std::sync::Arc;

use cqrs_es::Aggregate;
use events::log::{Log, StoredEvent};
use events::recorded::{Unreadable, Why};
use events::upcast;
use events::vault::{Place, RingOwner, Vault, subjects_of};
use serde::de::DeserializeOwned;

use super::cache::Cache;
use super::error::DeskError;

/// A state and how many events made it.
#[derive(Debug, Clone, Default)]
pub struct Loaded<S> {
    /// The state.
    pub state: S,
    /// The sequence of the last event folded; 0: there is none.
    pub sequence: u64,
}

/// Whether a state needs its personal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Opened with the ring's keys.
    Opened,
    /// Left sealed: the rules of this aggregate never look.
    Sealed,
}

/// Brings a payload to the current version and, where asked, opens what is sealed in it.
pub async fn readable(log: &Log, vault: &Vault, mut event: StoredEvent) -> Result<StoredEvent, DeskError> {
    let position = event.position;
    let (version, payload) = upcast::current(&event.event_type, &event.event_version, event.payload)
        .map_err(|error| Unreadable { position, why: Why::Upcast(error) })?;
    event.payload = payload;
    event.event_version = version.to_string();
    let subjects = subjects_of(&event.payload);
    if !subjects.is_empty() {
        let owner = RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id);
        let ring = vault.ring_for(&owner, &subjects).await?;
        let place = Place {
            log_id: log.id(),
            aggregate_type: event.stream.aggregate_type.clone(),
            aggregate_id: event.stream.aggregate_id.clone(),
            sequence: event.sequence,
        };
        vault.open_payload(&mut event.payload, &place, &ring).await??;
    }
    Ok(event)
}

/// Reads a payload that is current already as an event of one aggregate.
fn decode<E: DeserializeOwned>(event: StoredEvent) -> Result<E, DeskError> {
    let StoredEvent { position, event_type, payload, .. } = event;
    serde_json::from_value(payload).map_err(|source| {
        let why = Why::Fact(events::facts::FactError::Payload { event_type, source });
        Unreadable { position, why }.into()
    })
}

/// Reads an event whose sealed values nobody looks at: brought to the current version, left sealed.
pub(super) fn closed<E: DeserializeOwned>(mut event: StoredEvent) -> Result<E, DeskError> {
    let position = event.position;
    let (_, payload) = upcast::current(&event.event_type, &event.event_version, event.payload)
        .map_err(|error| Unreadable { position, why: Why::Upcast(error) })?;
    event.payload = payload;
    decode(event)
}

/// The state of one aggregate: the cached one as it is, or with what came since when `fresh`.
pub(super) async fn load<S>(
    (log, vault): (&Log, &Vault),
    cache: &Cache<S>,
    id: &str,
    values: Values,
    fresh: bool,
) -> Result<(Arc<Loaded<S>>, bool), DeskError>
where
    S: Aggregate + Clone,
{
    // What is decided and not stored yet is the newest there is: the log's tail does not follow it.
    if let Some(ahead) = cache.ahead(id) {
        return Ok((ahead, false));
    }
    let kept = cache.get(id);
    if let Some(kept) = &kept
        && !fresh
    {
        return Ok((Arc::clone(kept), true));
    }
    let mut loaded = kept.map_or_else(Loaded::default, |kept| Loaded::clone(&kept));
    let tail = log.load::<S>(id, loaded.sequence).await?;
    for event in tail {
        let sequence = event.sequence;
        let event = match values {
            Values::Opened => decode(readable(log, vault, event).await?)?,
            Values::Sealed => closed(event)?,
        };
        loaded.state.apply(event);
        loaded.sequence = sequence;
    }
    let loaded = Arc::new(loaded);
    if loaded.sequence > 0 {
        cache.put(id, Arc::clone(&loaded));
    }
    Ok((loaded, false))
}
