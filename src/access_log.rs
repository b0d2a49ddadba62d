//! Who looked at whom, when and why. A look is on disk before anything is shown; looks that wait go down together.
//!
//! A case that is opened is noted each time. A household whose name stood in a list is noted once a day for each reader
//! of this node: who scrolls would otherwise fill the vault, and learns nothing new.

mod budget;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::clock::{day_of, start_of};
use events::id::{HouseholdId, StaffId};
use events::vault::{Access, AccessEntry, Vault, VaultError};
use lru::LruCache;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

pub use self::budget::DAILY_ROWS;
use self::budget::{Budget, Over};
use crate::access::{Action, Caller, Relation, may};
use crate::desk::{Desk, DeskError};

/// So many looks wait at most; who comes then waits before it asks.
const WAITING: usize = 1_024;
/// So many who listed whom are remembered, for a day.
const REMEMBERED: usize = 100_000;
/// How long somebody may read a household outside the own areas, once the glass is broken.
const OPEN: TimeDelta = TimeDelta::hours(3);
/// In so long …
const LATELY: TimeDelta = TimeDelta::hours(24);
/// … one person breaks the glass so often.
const OFTEN: usize = 5;
/// A page of the log while it is searched.
const PAGE: u32 = 200;
/// What every broken glass is noted under, beside its household.
const BROKEN: &str = "broken-glass";
/// What is noted when somebody has read a day's rows.
const DAY_SPENT: &str = "daily-rows";

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum AccessLogError {
    /// What is not recorded is not shown.
    #[error("the look can't be recorded, so nothing is shown")]
    NotRecorded,
    /// The household lies in the own areas.
    #[error("the household lies in the own areas")]
    NotNeeded,
    /// There is no such household.
    #[error("there is no such household")]
    Unknown,
    /// It was done too often of late.
    #[error("the glass was broken too often of late")]
    TooOften,
    /// The rows of this day are read.
    #[error("a day has {most} rows of personal values, and they are read")]
    DaySpent {
        /// So many a person is shown in a day.
        most: u32,
        /// Seconds until the next day.
        again: u32,
    },
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// How somebody came to see something of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The case or its history was opened.
    Opened,
    /// Its name stood in a list.
    Listed,
    /// Somebody outside its area asked to read it in an emergency.
    BrokeGlass,
}

impl Manner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Opened, Self::Listed, Self::BrokeGlass];

    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Listed => "listed",
            Self::BrokeGlass => "broke_glass",
        }
    }

    /// What the log calls a look of this manner at a household.
    fn at(self, household: HouseholdId) -> String {
        match self {
            Self::Opened => format!("household:{household}"),
            Self::Listed => format!("listed:{household}"),
            Self::BrokeGlass => format!("glass:{household}"),
        }
    }
}

/// One look at a household.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// In which manner.
    pub manner: Manner,
    /// The entry of the log.
    pub entry: AccessEntry,
}

/// A glass that was broken.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenGlass {
    /// Of which household.
    pub household: HouseholdId,
    /// Until when it can be read.
    pub until: DateTime<Utc>,
    /// The entry of the log, with the reason.
    pub entry: AccessEntry,
}

/// The access log of one node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AccessLog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    desk: Desk,
    queue: mpsc::Sender<Asked>,
    listed: Mutex<LruCache<(StaffId, Uuid), NaiveDate>>,
    budget: Budget,
}

/// Looks to be recorded, and who waits for it.
#[derive(Debug)]
struct Asked {
    looks: Vec<Access>,
    done: oneshot::Sender<bool>,
}

impl AccessLog {
    /// The access log of whoever reads at this desk, in so many rows a day. Its writer ends with the last copy of it.
    pub fn of(desk: &Desk, daily_rows: u32) -> Self {
        let (queue, asked) = mpsc::channel(WAITING);
        tokio::spawn(written(desk.vault().clone(), asked));
        let listed = Mutex::new(LruCache::new(NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN)));
        Self(Arc::new(Inner { desk: desk.clone(), queue, listed, budget: Budget::of(daily_rows) }))
    }

    /// Notes that somebody opens a case, before it is shown.
    pub async fn opened(&self, caller: &Caller, household: HouseholdId) -> Result<(), AccessLogError> {
        self.record(vec![self.look(caller, Manner::Opened.at(household), None)]).await
    }

    /// Notes that the names of these households are about to stand in a list, once a day for each reader; each time it
    /// is taken from the day's rows.
    pub async fn listed(&self, caller: &Caller, households: &[HouseholdId]) -> Result<(), AccessLogError> {
        let named = households.iter().map(|it| (it.0, Manner::Listed.at(*it)));
        self.named(caller, named.collect()).await
    }

    /// The same of members of staff.
    pub async fn listed_staff(&self, caller: &Caller, staff: &[StaffId]) -> Result<(), AccessLogError> {
        self.named(caller, staff.iter().map(|it| (it.0, format!("listed-staff:{it}"))).collect()).await
    }

    /// Notes whose names are about to be shown, each with what the log calls that look.
    async fn named(&self, caller: &Caller, whose: Vec<(Uuid, String)>) -> Result<(), AccessLogError> {
        let today = self.0.desk.today();
        if let Err(Over { most, first }) = self.0.budget.spend(caller.staff, today, whose.len()) {
            if first {
                tracing::warn!(staff = %caller.staff, most, "somebody has read all rows of a day");
                self.record(vec![self.look(caller, DAY_SPENT.to_owned(), Some(format!("{most}")))]).await?;
            }
            return Err(AccessLogError::DaySpent { most, again: self.until_tomorrow() });
        }
        let is_new = {
            let known = self.0.listed.lock().unwrap_or_else(PoisonError::into_inner);
            move |it: &(Uuid, String)| known.peek(&(caller.staff, it.0)) != Some(&today)
        };
        let new: Vec<(Uuid, String)> = whose.into_iter().filter(is_new).collect();
        self.record(new.iter().map(|(_, what)| self.look(caller, what.clone(), None)).collect()).await?;
        let mut known = self.0.listed.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, _) in new {
            known.put((caller.staff, id), today);
        }
        Ok(())
    }

    /// Lets somebody read a household outside the own areas for three hours, for a reason that the supervisors of its
    /// area and the auditors see. Answers until when.
    pub async fn break_glass(
        &self,
        caller: &Caller,
        household: HouseholdId,
        reason: &str,
    ) -> Result<DateTime<Utc>, AccessLogError> {
        if self.relation(caller, household).await? != Relation::None {
            return Err(AccessLogError::NotNeeded);
        }
        let now = self.0.desk.now();
        let lately = self.broken_since(now - LATELY).await?;
        let actor = caller.staff.to_string();
        if lately.iter().filter(|it| it.entry.access.actor == actor).count() >= OFTEN {
            return Err(AccessLogError::TooOften);
        }
        let own = self.look(caller, Manner::BrokeGlass.at(household), Some(reason.to_owned()));
        let notice = self.look(caller, BROKEN.to_owned(), Some(format!("{household} {reason}")));
        let until = own.at + OPEN;
        self.record(vec![own, notice]).await?;
        Ok(until)
    }

    /// How somebody who reads stands to a household: as to one of the own areas while the glass is broken.
    pub async fn reading(
        &self,
        caller: &Caller,
        household: HouseholdId,
        relation: Relation,
    ) -> Result<Relation, AccessLogError> {
        if relation != Relation::None || may(caller.role, Action::BreakGlass, relation).is_err() {
            return Ok(relation);
        }
        let (now, actor) = (self.0.desk.now(), caller.staff.to_string());
        let (broken, _) = self.entries(vec![Manner::BrokeGlass.at(household)], None, PAGE).await?;
        let open = |it: &AccessEntry| it.access.actor == actor && it.access.at <= now && now < it.access.at + OPEN;
        Ok(if broken.iter().any(open) { Relation::InScope } else { relation })
    }

    /// Looks at a household, the newest first, from before a number on; and how many there are.
    pub async fn of_household(
        &self,
        household: HouseholdId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<Look>, u64), AccessLogError> {
        let all = Manner::ALL.map(|manner| manner.at(household));
        let (entries, total) = self.entries(all.to_vec(), before, limit).await?;
        let look = |entry: AccessEntry| {
            let manner = Manner::ALL.into_iter().find(|manner| manner.at(household) == entry.access.what)?;
            Some(Look { manner, entry })
        };
        Ok((entries.into_iter().filter_map(look).collect(), total))
    }

    /// Glasses that were broken since, the newest first.
    pub async fn broken_since(&self, since: DateTime<Utc>) -> Result<Vec<BrokenGlass>, AccessLogError> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let (page, _) = self.entries(vec![BROKEN.to_owned()], before, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            let reached = last.access.at < since;
            before = Some(last.number);
            all.extend(page.into_iter().filter(|entry| entry.access.at >= since).filter_map(broken));
            if reached {
                return Ok(all);
            }
        }
    }

    /// How a caller stands to a household, whatever glass is broken.
    pub async fn relation(&self, caller: &Caller, household: HouseholdId) -> Result<Relation, AccessLogError> {
        let (loaded, _) = self.0.desk.load_household(household, false).await?;
        let case = loaded.state.case().ok_or(AccessLogError::Unknown)?;
        Ok(caller.relation_to(case))
    }

    /// Seconds until the next day begins.
    fn until_tomorrow(&self) -> u32 {
        let now = self.0.desk.now();
        let next = day_of(now).succ_opt().map_or(now, start_of);
        u32::try_from((next - now).num_seconds() + 1).unwrap_or(1)
    }

    async fn entries(
        &self,
        what: Vec<String>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<AccessEntry>, u64), AccessLogError> {
        Ok(self.0.desk.vault().accesses_to(what, before, limit).await?)
    }

    fn look(&self, caller: &Caller, what: String, why: Option<String>) -> Access {
        Access {
            at: self.0.desk.now(),
            actor: caller.staff.to_string(),
            role: caller.role.as_str().to_owned(),
            what,
            why,
            request: caller.request.unwrap_or_default().to_string(),
        }
    }

    /// Waits until these are on disk.
    async fn record(&self, looks: Vec<Access>) -> Result<(), AccessLogError> {
        if looks.is_empty() {
            return Ok(());
        }
        let (done, written) = oneshot::channel();
        self.0.queue.send(Asked { looks, done }).await.map_err(|_| AccessLogError::NotRecorded)?;
        if written.await.unwrap_or(false) { Ok(()) } else { Err(AccessLogError::NotRecorded) }
    }
}

/// Writes what waits, all of it together, until nobody can ask any more.
async fn written(vault: Vault, mut queue: mpsc::Receiver<Asked>) {
    let mut asked = Vec::new();
    while queue.recv_many(&mut asked, WAITING).await > 0 {
        let looks: Vec<Access> = asked.iter().flat_map(|it: &Asked| it.looks.iter().cloned()).collect();
        let recorded = vault.record_access(&looks).await;
        if let Err(error) = &recorded {
            tracing::error!(%error, looks = looks.len(), "looks can't be recorded");
        }
        for it in asked.drain(..) {
            // Whoever has gone meanwhile was shown nothing.
            let _ = it.done.send(recorded.is_ok());
        }
    }
}

/// An entry of every broken glass names the household before the reason.
fn broken(entry: AccessEntry) -> Option<BrokenGlass> {
    let (household, reason) = entry.access.why.as_deref()?.split_once(' ')?;
    let (household, reason) = (household.parse().ok()?, reason.to_owned());
    let until = entry.access.at + OPEN;
    let access = Access { why: Some(reason), ..entry.access };
    Some(BrokenGlass { household, until, entry: AccessEntry { access, ..entry } })
}
