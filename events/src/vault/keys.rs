//! How keys come into being: random, one per subject, on disk before anything is sealed with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use serde_json::Value;

use super::envelope::Place;
use super::error::{SealError, VaultError};
use super::open::Vault;
use super::payload::{self, Opened};
use super::ring::{Key, Keyring, RingOwner, Slot, check_subject};
use super::store::{RingRow, RingWrite, Swap};
use crate::sealed::Subject;

/// Each lost round means that another writer won one, so this many losses in a row is a fault, not traffic.
pub(super) const ROUNDS: usize = 200;

impl Vault {
    /// The keys of one aggregate as they stand in the database now; an empty ring if it has none.
    pub async fn ring(&self, owner: &RingOwner) -> Result<Keyring, VaultError> {
        Ok(self.rings(std::slice::from_ref(owner)).await?.remove(owner).unwrap_or_default())
    }

    /// The keys of many aggregates as they stand in the database now. Aggregates without keys are left out.
    pub async fn rings(&self, owners: &[RingOwner]) -> Result<HashMap<RingOwner, Keyring>, VaultError> {
        let began = self.0.cache.reading();
        let rings = self.read(owners.to_vec()).await?;
        for (owner, ring) in &rings {
            self.0.cache.keep(began, owner, ring);
        }
        Ok(rings)
    }

    /// A ring that knows these subjects, from memory where possible. It may be older than the database by what
    /// `cache` says; a subject it does not know has no key in the database either.
    pub async fn ring_for(&self, owner: &RingOwner, subjects: &[Subject]) -> Result<Keyring, VaultError> {
        match self.cached(owner, subjects).await? {
            Some(ring) => Ok(ring),
            None => self.ring(owner).await,
        }
    }

    /// The ring of an aggregate with a key for each of these subjects; makes those that are missing. They are on disk
    /// when this returns. An erased subject gets no key, ever again, in any ring.
    pub async fn ensure(&self, owner: &RingOwner, subjects: &[Subject]) -> Result<Keyring, VaultError> {
        if let Some(ring) = self.cached(owner, subjects).await? {
            return match subjects.iter().find(|subject| ring.is_erased(subject)) {
                Some(erased) => Err(VaultError::Erased(erased.clone())),
                None => Ok(ring),
            };
        }
        owner.check()?;
        subjects.iter().try_for_each(check_subject)?;
        self.gathered(owner, subjects).await
    }

    /// The same for many aggregates in one transaction: all get their keys, or none.
    pub async fn ensure_many(
        &self,
        wanted: Vec<(RingOwner, Vec<Subject>)>,
    ) -> Result<HashMap<RingOwner, Keyring>, VaultError> {
        // In order, so that two writers of the same rings never wait for each other crosswise.
        let mut by_owner: BTreeMap<RingOwner, BTreeSet<Subject>> = BTreeMap::new();
        for (owner, subjects) in wanted {
            owner.check()?;
            subjects.iter().try_for_each(check_subject)?;
            by_owner.entry(owner).or_default().extend(subjects);
        }
        let owners: Vec<RingOwner> = by_owner.keys().cloned().collect();
        for _ in 0..ROUNDS {
            let began = self.0.cache.reading();
            let mut rings = self.read(owners.clone()).await?;
            let writes = self.missing(&by_owner, &mut rings)?;
            let swap = if writes.is_empty() {
                Swap::Done
            } else {
                self.0.store.put_rings(writes, self.0.wrapper.fingerprint().to_owned()).await?
            };
            match swap {
                Swap::Done => {
                    for (owner, ring) in &rings {
                        self.0.cache.keep(began, owner, ring);
                    }
                    return Ok(rings);
                }
                Swap::Lost => {}
                Swap::Erased(subject) => return Err(VaultError::Erased(subject)),
            }
        }
        Err(VaultError::Contended)
    }

    /// Opens a payload with a ring that may be a little old: a key that is missing in it is looked for once more in
    /// the database before it is called a fault. On an error the payload is half done: throw it away.
    pub async fn open_payload(
        &self,
        payload: &mut Value,
        place: &Place,
        ring: &Keyring,
    ) -> Result<Result<Opened, SealError>, VaultError> {
        let stored = payload.clone();
        match payload::open(payload, place, ring, &|_| false) {
            Err(SealError::MissingKey { .. }) => {
                let owner = RingOwner::new(&place.aggregate_type, &place.aggregate_id);
                *payload = stored;
                let ring = self.ring(&owner).await?;
                Ok(payload::open(payload, place, &ring, &|_| false))
            }
            answer => Ok(answer),
        }
    }

    /// Which writes give every subject its key; puts the rings as they will be into `rings`.
    fn missing(
        &self,
        wanted: &BTreeMap<RingOwner, BTreeSet<Subject>>,
        rings: &mut HashMap<RingOwner, Keyring>,
    ) -> Result<Vec<RingWrite>, VaultError> {
        let mut writes = Vec::new();
        for (owner, subjects) in wanted {
            let ring = rings.entry(owner.clone()).or_default();
            if let Some(erased) = subjects.iter().find(|subject| ring.is_erased(subject)) {
                return Err(VaultError::Erased(erased.clone()));
            }
            if let Some((next, write)) = self.grown(owner, ring, subjects)? {
                *ring = next;
                writes.push(write);
            }
        }
        Ok(writes)
    }

    /// The ring with a fresh key for each subject that has none, and how it is written; none if nothing is missing.
    pub(super) fn grown(
        &self,
        owner: &RingOwner,
        ring: &Keyring,
        subjects: &BTreeSet<Subject>,
    ) -> Result<Option<(Keyring, RingWrite)>, VaultError> {
        let added: Vec<Subject> = subjects.iter().filter(|subject| !ring.has(subject)).cloned().collect();
        if added.is_empty() {
            return Ok(None);
        }
        let mut slots = Vec::with_capacity(added.len());
        for subject in &added {
            slots.push((subject.clone(), Slot::Key(Key::fresh()?)));
        }
        let next = ring.next(slots);
        let wrapped = self.0.wrapper.wrap_ring(owner, &next)?;
        Ok(Some((next, RingWrite { owner: owner.clone(), expected: ring.version(), wrapped, added })))
    }

    /// Past the cache, and not into it.
    async fn read(&self, owners: Vec<RingOwner>) -> Result<HashMap<RingOwner, Keyring>, VaultError> {
        self.unwrap_rings(&self.0.store.rings(owners).await?)
    }

    pub(super) fn unwrap_rings(
        &self,
        rows: &HashMap<RingOwner, RingRow>,
    ) -> Result<HashMap<RingOwner, Keyring>, VaultError> {
        rows.iter()
            .map(|(owner, row)| {
                let ring = self.0.wrapper.unwrap_ring(owner, row.version, &row.root, &row.wrapped)?;
                Ok((owner.clone(), ring))
            })
            .collect()
    }

    async fn cached(&self, owner: &RingOwner, subjects: &[Subject]) -> Result<Option<Keyring>, VaultError> {
        if !self.0.cache.is_fresh() {
            let asked = Instant::now();
            let epoch = self.0.store.erase_epoch().await?;
            self.0.cache.note_epoch(epoch, asked);
        }
        Ok(self.0.cache.find(owner, subjects))
    }
}
