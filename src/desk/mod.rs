//! The one door for every change: load, authorise, decide, seal, append, answer.
//!
//! Pages, API, command line and watcher come through [`Desk::submit`], the demo with its rounds of commands through
//! [`Desk::submit_in_order`], an import with its many households through [`Desk::submit_together`]. Nothing else appends.

mod aggregate;
mod answer;
mod cache;
mod commit;
mod erasing;
mod error;
mod household;
mod load;
mod numbers;
mod order;
mod others;
mod policies;
pub mod position;
mod roles;
mod round;
mod together;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use chrono::{DateTime, Utc};
use events::id::CommandId;
use events::log::{Log, Pen};
use events::vault::{MacKey, Vault};

pub use self::answer::Receipt;
pub use self::error::DeskError;
pub use self::load::{Loaded, readable};
pub use self::order::{AgencyCommand, ModelCommand, Order, StaffCommand};
pub use self::roles::Roles;
pub use self::together::{Outcome, Together, Work};

use crate::access::Caller;
use crate::rules::agency::Agency;
use crate::rules::household::Household;
use crate::rules::model::Model;
use crate::rules::staff::Staff;
use cache::{Bound, Cache};

/// The program's version, as metadata names it.
pub const APP: &str = env!("CARGO_PKG_VERSION");

/// How often a command that meets a conflict is decided again before the caller hears of it.
const RETRIES: usize = 3;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Who.
    pub caller: Caller,
    /// The command's id: sent again, it is the same command.
    pub command: CommandId,
    /// The sequence the caller has seen; a changed aggregate refuses.
    pub seen: Option<u64>,
    /// What is asked, and of what.
    pub order: Order,
}

/// The desk. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    log: Log,
    pen: Pen,
    vault: Vault,
    /// Tells a repeated command from another one under the same id.
    mac: MacKey,
    households: Arc<Cache<Household>>,
    agencies: Arc<Cache<Agency>>,
    models: Arc<Cache<Model>>,
    staff: Arc<Cache<Staff>>,
    looked: Arc<roles::Looked>,
    policies: Arc<policies::Policies>,
    numbers: Arc<numbers::Numbers>,
    /// The erase epoch at which opened states were last forgotten.
    erased: Arc<AtomicI64>,
}

impl Desk {
    /// A desk on a log and its vault.
    pub async fn open(log: &Log, vault: &Vault) -> Result<Self, DeskError> {
        let mac = vault.mac_key("commands").await?;
        Ok(Self(Arc::new(Inner {
            log: log.clone(),
            pen: Pen::start(log),
            vault: vault.clone(),
            mac,
            households: Arc::new(Cache::bounded(Bound { states: 20_000, events: 300_000 })),
            agencies: Arc::new(Cache::bounded(Bound::states(2_000))),
            models: Arc::new(Cache::bounded(Bound::states(2_000))),
            staff: Arc::new(Cache::bounded(Bound::states(5_000))),
            looked: Arc::new(roles::Looked::bounded(5_000)),
            policies: Arc::default(),
            numbers: Arc::default(),
            erased: Arc::new(AtomicI64::new(vault.erase_epoch().await?)),
        })))
    }

    /// Does what is asked, or says why not. All of it is on disk when this answers, or nothing is.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt, DeskError> {
        let answer = self.attempt(&submission).await;
        let receipt = self.first_answer(&submission, answer).await?;
        self.destroyed(&submission).await?;
        Ok(receipt)
    }

    /// The first answer of a command that was done before; else the answer it got now.
    async fn first_answer(
        &self,
        submission: &Submission,
        answer: Result<Receipt, DeskError>,
    ) -> Result<Receipt, DeskError> {
        match answer {
            Ok(receipt) => Ok(receipt),
            // What was done before is answered as it was then, whatever has happened since.
            Err(DeskError::Done(record)) => self.repeat(submission, *record).await,
            Err(error) if error.is_judgement() => match self.0.log.command(submission.command.0).await? {
                Some(record) => self.repeat(submission, record).await,
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The submission of somebody in the role that the log has for them now.
    async fn as_acting<'a>(&self, submission: &'a Submission) -> Result<Cow<'a, Submission>, DeskError> {
        Ok(match self.acting(&submission.caller).await? {
            Cow::Borrowed(_) => Cow::Borrowed(submission),
            Cow::Owned(caller) => Cow::Owned(Submission { caller, ..submission.clone() }),
        })
    }

    /// Whether a command to a household would be done now: nothing is written. One that was done before answers as it
    /// did then.
    pub async fn foresee(&self, submission: &Submission) -> Result<Option<Receipt>, DeskError> {
        let acting = self.as_acting(submission).await?;
        let Order::Household { id, command } = &acting.order else { return Ok(None) };
        match self.decided(&acting, *id, command, false).await {
            Ok(_) => Ok(None),
            Err(error) => self.first_answer(submission, Err(error)).await.map(Some),
        }
    }

    async fn attempt(&self, submission: &Submission) -> Result<Receipt, DeskError> {
        let acting = self.as_acting(submission).await?;
        let submission = acting.as_ref();
        let mut round = 0;
        loop {
            let answer = match &submission.order {
                Order::Household { id, command } => self.household(submission, *id, command, round > 0).await,
                Order::Agency { id, command } => self.agency(submission, *id, command, round > 0).await,
                Order::Model { id, command } => self.model(submission, *id, command, round > 0).await,
                Order::Staff { id, command } => self.staff_member(submission, *id, command, round > 0).await,
                Order::Policy(publish) => self.policy(submission, publish).await,
                Order::Withdraw(withdraw) => self.withdrawal(submission, withdraw).await,
            };
            match answer {
                // A caller who said what was seen hears `Stale` from the next round; others are decided again.
                Err(DeskError::Conflict) if round < RETRIES => round += 1,
                answer => return answer,
            }
        }
    }

    /// The log behind this desk, for those who read histories.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// The vault behind this desk, for those who open histories.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Now, by the log's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.log.clock().now()
    }
}
