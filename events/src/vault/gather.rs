//! The one maker of keys in a process: it gathers the callers who wait for keys, writes their rings in one
//! transaction, and answers each for itself.
//!
//! Whoever finds nobody at work starts a task that serves all who wait, and ends when nobody does. So a caller who
//! goes away leaves nobody waiting, and an idle vault has no task.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::error::VaultError;
use super::keys::ROUNDS;
use super::open::Vault;
use super::ring::{Keyring, RingOwner};
use super::store::{RingWrite, Swap};
use crate::sealed::Subject;

/// So many callers are served at once. Whoever comes later is in the next transaction.
const MOST: usize = 512;

/// Who waits for keys.
#[derive(Default)]
pub(super) struct Gather(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    /// Whether a task is serving.
    busy: bool,
}

struct Job {
    owner: RingOwner,
    subjects: Vec<Subject>,
    /// How often another writer changed the ring first.
    lost: usize,
    /// The database refused a batch that it was part of: nobody else shall pay for it again.
    alone: bool,
    answer: oneshot::Sender<Result<Keyring, VaultError>>,
}

impl Job {
    /// Whoever asked may have gone; a key that was made stands all the same.
    fn answer(self, outcome: Result<Keyring, VaultError>) {
        drop(self.answer.send(outcome));
    }
}

impl Gather {
    /// Takes a job in; true if nobody is at work, and the caller must see to it.
    fn join(&self, job: Job) -> bool {
        let mut queue = self.lock();
        queue.waiting.push_back(job);
        !std::mem::replace(&mut queue.busy, true)
    }

    /// Those to be served together; none means that the task's turn is over.
    fn next(&self) -> Vec<Job> {
        let mut queue = self.lock();
        let mut jobs: Vec<Job> = Vec::new();
        while jobs.len() < MOST && queue.waiting.front().is_some_and(|job| jobs.is_empty() || !job.alone) {
            jobs.extend(queue.waiting.pop_front());
            if jobs.iter().any(|job| job.alone) {
                break;
            }
        }
        queue.busy = !jobs.is_empty();
        jobs
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here can be left half done by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to serve, and the duty.
struct Turn {
    vault: Vault,
    over: bool,
}

impl Turn {
    async fn serve(mut self) {
        loop {
            let jobs = self.vault.0.gather.next();
            if jobs.is_empty() {
                self.over = true;
                return;
            }
            let again = self.vault.make_keys(jobs).await;
            let mut queue = self.vault.0.gather.lock();
            for job in again.into_iter().rev() {
                queue.waiting.push_front(job);
            }
        }
    }
}

impl Drop for Turn {
    /// A task that was cut off, as when its runtime ends: whoever waits hears that the vault is closed.
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.vault.0.gather.lock();
            queue.busy = false;
            queue.waiting.clear();
        }
    }
}

/// A ring that is being written, and who waits for it.
struct Pending {
    ring: Keyring,
    jobs: Vec<Job>,
}

impl Vault {
    /// A ring with a key for each of these subjects, made together with the keys that others wait for.
    pub(super) async fn gathered(&self, owner: &RingOwner, subjects: &[Subject]) -> Result<Keyring, VaultError> {
        let (answer, answered) = oneshot::channel();
        let job = Job { owner: owner.clone(), subjects: subjects.to_vec(), lost: 0, alone: false, answer };
        if self.0.gather.join(job) {
            tokio::spawn(Turn { vault: self.clone(), over: false }.serve());
        }
        answered.await.map_err(|_| VaultError::Closed)?
    }

    /// One transaction: gives back the jobs that must be tried again.
    async fn make_keys(&self, jobs: Vec<Job>) -> Vec<Job> {
        let began = self.0.cache.reading();
        // In the order of their owners, so that two writers of the same rings never wait for each other crosswise.
        let mut asked: BTreeMap<RingOwner, Vec<Job>> = BTreeMap::new();
        for job in jobs {
            asked.entry(job.owner.clone()).or_default().push(job);
        }
        let mut rings = match self.grounds(&mut asked).await {
            Ok(rings) => rings,
            Err(error) => return self.refused(asked.into_values().flatten().collect(), error),
        };
        let (mut writes, mut pending) = (Vec::new(), Vec::new());
        for (owner, jobs) in asked {
            let ring = rings.remove(&owner).unwrap_or_default();
            let Some(jobs) = living(jobs, &ring) else { continue };
            let wanted: BTreeSet<Subject> = jobs.iter().flat_map(|job| job.subjects.iter().cloned()).collect();
            match self.grown(&owner, &ring, &wanted) {
                Ok(Some((ring, write))) => {
                    writes.push(write);
                    pending.push(Pending { ring, jobs });
                }
                Ok(None) => {
                    self.0.cache.keep(began, &owner, &ring);
                    grant(jobs, &ring);
                }
                Err(error) => refuse(jobs, error),
            }
        }
        if writes.is_empty() {
            return Vec::new();
        }
        let owners: Vec<RingOwner> = writes.iter().map(|write: &RingWrite| write.owner.clone()).collect();
        let swaps = match self.0.store.put_each(writes, self.0.wrapper.fingerprint().to_owned()).await {
            Ok(swaps) => swaps,
            Err(error) => return self.refused(pending.into_iter().flat_map(|it| it.jobs).collect(), error),
        };
        let mut again = Vec::new();
        for ((Pending { ring, jobs }, owner), swap) in pending.into_iter().zip(owners).zip(swaps) {
            match swap {
                Swap::Done => {
                    self.0.cache.keep(began, &owner, &ring);
                    grant(jobs, &ring);
                }
                Swap::Lost => again.extend(jobs.into_iter().filter_map(lost)),
                Swap::Erased(erased) => {
                    for job in jobs {
                        if job.subjects.contains(&erased) {
                            job.answer(Err(VaultError::Erased(erased.clone())));
                        } else {
                            again.push(job);
                        }
                    }
                }
            }
        }
        again
    }

    /// The rings to go on from: remembered ones as long as nobody was faster, because the swap compares versions; the
    /// others are read. A ring that can't be opened is answered here, and nobody else hears of it.
    async fn grounds(
        &self,
        asked: &mut BTreeMap<RingOwner, Vec<Job>>,
    ) -> Result<HashMap<RingOwner, Keyring>, VaultError> {
        let fresh = self.0.cache.is_fresh();
        let (mut rings, mut unknown) = (HashMap::new(), Vec::new());
        for (owner, jobs) in asked.iter() {
            let trusted = fresh && jobs.iter().all(|job| job.lost == 0);
            match trusted.then(|| self.0.cache.find(owner, &[])).flatten() {
                Some(ring) => drop(rings.insert(owner.clone(), ring)),
                None => unknown.push(owner.clone()),
            }
        }
        if unknown.is_empty() {
            return Ok(rings);
        }
        for (owner, row) in self.0.store.rings(unknown).await? {
            match self.0.wrapper.unwrap_ring(&owner, row.version, &row.root, &row.wrapped) {
                Ok(ring) => drop(rings.insert(owner, ring)),
                Err(error) => refuse(asked.remove(&owner).unwrap_or_default(), error),
            }
        }
        Ok(rings)
    }

    /// After an error of the database. One that passes is everybody's, also of those who came meanwhile: they have
    /// waited as long. Any other may be about one job, so each is tried alone.
    fn refused(&self, mut jobs: Vec<Job>, error: VaultError) -> Vec<Job> {
        if error.is_transient() {
            jobs.extend(std::mem::take(&mut self.0.gather.lock().waiting));
        } else if jobs.len() > 1 {
            for job in &mut jobs {
                job.alone = true;
            }
            return jobs;
        }
        refuse(jobs, error);
        Vec::new()
    }
}

/// Those of the jobs that name nobody whom the ring knows to be erased; the others are answered.
fn living(jobs: Vec<Job>, ring: &Keyring) -> Option<Vec<Job>> {
    let mut living = Vec::with_capacity(jobs.len());
    for job in jobs {
        match job.subjects.iter().find(|subject| ring.is_erased(subject)).cloned() {
            Some(erased) => job.answer(Err(VaultError::Erased(erased))),
            None => living.push(job),
        }
    }
    (!living.is_empty()).then_some(living)
}

/// The job, to be tried again, unless it has been too often.
fn lost(mut job: Job) -> Option<Job> {
    job.lost += 1;
    if job.lost < ROUNDS {
        return Some(job);
    }
    job.answer(Err(VaultError::Contended));
    None
}

/// Gives all of them the ring.
fn grant(jobs: Vec<Job>, ring: &Keyring) {
    for job in jobs {
        job.answer(Ok(ring.clone()));
    }
}

/// Tells all of them the same.
fn refuse(mut jobs: Vec<Job>, error: VaultError) {
    let Some(first) = jobs.pop() else { return };
    if jobs.is_empty() {
        return first.answer(Err(error));
    }
    let error = Arc::new(error);
    for job in jobs.into_iter().chain([first]) {
        job.answer(Err(VaultError::Together(Arc::clone(&error))));
    }
}
