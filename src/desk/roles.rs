//! In which role and where does somebody act now? The token names both; from the first grant on the log has the last
//! word: a role that was revoked, has ended or holds elsewhere ends here, for commands and for reads.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use events::facts::staff::{STAFF, Scope};
use events::id::{AgencyId, StaffId};
use events::log::StreamId;
use lru::LruCache;

use super::Desk;
use super::error::DeskError;
use super::load::{Loaded, Values, load};
use crate::access::{Caller, Denied, Role};
use crate::rules::staff::{Staff, within};

/// How long a look at somebody's roles is good for reads, whatever another node has recorded since.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// How many stand in for one another at most.
const LONGEST_CHAIN: usize = 8;

/// Who was looked up lately.
#[derive(Debug)]
pub(super) struct Looked(Mutex<LruCache<StaffId, Look>>);

/// What was found, and when.
#[derive(Debug, Clone)]
struct Look {
    at: Instant,
    staff: Arc<Loaded<Staff>>,
}

impl Looked {
    /// Keeps at most `most` people.
    pub(super) fn bounded(most: usize) -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN))))
    }

    fn last(&self, id: StaffId) -> Option<Look> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn keep(&self, id: StaffId, look: Look) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(id, look);
    }

    /// Forgets one: something was recorded of them here.
    pub(super) fn forget(&self, id: StaffId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(&id);
    }

    /// Forgets all: the log went back.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What the log says of somebody on the staff today.
#[derive(Debug, Clone, PartialEq)]
pub struct Roles {
    /// Whether they joined and have not left.
    pub is_staff: bool,
    /// Whether a role was ever granted: from then on only granted roles count.
    pub ever_granted: bool,
    /// The agency worked for.
    pub agency: Option<AgencyId>,
    /// The roles that hold today, and where, in the order of `Role::ALL`.
    pub held: Vec<(Role, Scope)>,
}

impl Desk {
    /// What the log says of somebody now; none of whom it has nothing.
    pub async fn roles_of(&self, id: StaffId) -> Result<Option<Roles>, DeskError> {
        let (staff, _) = self.staff_now(id).await?;
        let (state, today) = (&staff.state, self.today());
        let Some(joined) = &state.joined else { return Ok(None) };
        let held = Role::ALL.into_iter().filter_map(|role| {
            let scopes = state.granted(role.as_str(), today).filter(|scopes| !scopes.is_empty())?;
            let mut all = Scope::default();
            for scope in scopes {
                all.areas.extend(&scope.areas);
                all.laos.extend(&scope.laos);
            }
            Some((role, all))
        });
        Ok(Some(Roles {
            is_staff: joined.left_on.is_none(),
            ever_granted: joined.ever_granted || joined.left_on.is_some(),
            agency: joined.agency,
            held: held.collect(),
        }))
    }

    /// A member of staff as the log has them now.
    pub(super) async fn staff_now(&self, id: StaffId) -> Result<(Arc<Loaded<Staff>>, bool), DeskError> {
        load((&self.0.log, &self.0.vault), &self.0.staff, &id.to_string(), Values::Sealed, true).await
    }

    /// For whom an administrator whose role ends stands in: whoever granted it, or ended that one's administration, and
    /// so on, until one administers without an end. None: nobody who is not `but`.
    pub(super) async fn stood_in_for(
        &self,
        asker: StaffId,
        but: StaffId,
    ) -> Result<Option<(StaffId, Arc<Loaded<Staff>>)>, DeskError> {
        let mut who = asker;
        for _ in 0..LONGEST_CHAIN {
            let events = self.0.log.stream(&StreamId::new(STAFF, who.to_string()), 0).await?;
            let last = events.iter().rev().find(|event| event.event_type != "StaffJoined");
            let actor = last.and_then(|event| event.metadata.get("actor")?.parse().ok());
            let Some(actor) = actor.filter(|actor| *actor != but) else { return Ok(None) };
            let (loaded, _) = self.staff_now(actor).await?;
            if loaded.state.administers_for_good() {
                return Ok(Some((actor, loaded)));
            }
            who = actor;
        }
        Ok(None)
    }

    /// The caller of a command as the log has it now, on every node.
    pub async fn acting<'a>(&self, caller: &'a Caller) -> Result<Cow<'a, Caller>, DeskError> {
        // The system is not on the staff.
        if caller.role == Role::System {
            return Ok(Cow::Borrowed(caller));
        }
        let (staff, _) = self.staff_now(caller.staff).await?;
        self.judged(caller, &staff.state)
    }

    /// The caller of a read: as the log has it now, or had it when this node last looked, a second ago at most. What is
    /// recorded here counts at once.
    pub async fn reading<'a>(&self, caller: &'a Caller) -> Result<Cow<'a, Caller>, DeskError> {
        if caller.role == Role::System {
            return Ok(Cow::Borrowed(caller));
        }
        let last = self.0.looked.last(caller.staff);
        let good = last.filter(|look| look.at.elapsed() < GOOD_FOR);
        let look = if let Some(look) = good {
            look
        } else {
            let at = Instant::now();
            let (staff, _) = self.staff_now(caller.staff).await?;
            let look = Look { at, staff };
            self.0.looked.keep(caller.staff, look.clone());
            look
        };
        self.judged(caller, &look.staff.state)
    }

    fn judged<'a>(&self, caller: &'a Caller, staff: &Staff) -> Result<Cow<'a, Caller>, DeskError> {
        let (role, today) = (caller.role.as_str(), self.today());
        if !staff.may_act_as(role, today) {
            return Err(Denied::Role.into());
        }
        let Some(granted) = staff.granted(role, today) else { return Ok(Cow::Borrowed(caller)) };
        let scope = within(&caller.scope, &granted);
        if scope.is_empty() && caller.role.has_places() {
            // Nothing at all would be found, and nobody would know why.
            return Err(Denied::Nowhere.into());
        }
        if scope == caller.scope {
            Ok(Cow::Borrowed(caller))
        } else {
            Ok(Cow::Owned(Caller { scope, ..caller.clone() }))
        }
    }
}
