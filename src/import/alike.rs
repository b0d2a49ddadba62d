//! Who stands in two households? By citizen id: within the file, and between the file and those who are there already.
//! It is a question for somebody who looks, never a reason not to go in.

use std::io;
use std::path::Path;

use events::facts::household::MatchedBy;
use events::id::{HouseholdId, PersonId};
use projections::{Reach, ReadModel};
use uuid::Uuid;

use super::ImportError;
use super::gather::Ids;
use super::identity::Identity;
use super::progress::{Progress, Step, Watch};
use super::reason::Warning;
use super::sorted::{Sorted, Sorter};
use super::summary::Summary;
use crate::rules::household::command::NoteSamePerson;

/// So many ids are looked up at a time.
const AT_A_TIME: usize = 1_000;
/// An id that more people bear than this is nobody's: a placeholder, or a column filled downwards.
const MOST_HOLDERS: usize = 20;
/// So much of the pairs is held in memory.
const IN_MEMORY: usize = 8 << 20;

/// Pairs of people who may be one, in the order of the households that will note them.
#[derive(Debug)]
pub struct Alike {
    pairs: Sorted,
    /// How many there are.
    pub count: u64,
}

/// Somebody in a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    household: HouseholdId,
    person: PersonId,
}

/// Compares. Without a read model only within the file.
pub async fn compare(
    mut ids: Ids,
    identity: &Identity,
    register: Option<(&ReadModel, Reach)>,
    aside: &Path,
    summary: &mut Summary,
    watch: Watch<'_>,
) -> Result<Alike, ImportError> {
    let mut sorter = Sorter::new(aside, IN_MEMORY);
    let mut pairs = Pairs { sorter: &mut sorter, count: 0 };
    let mut done = 0;
    loop {
        let mut batch = Vec::with_capacity(AT_A_TIME);
        while batch.len() < AT_A_TIME {
            let Some(next) = ids.next_id(MOST_HOLDERS + 1).map_err(ImportError::Aside)? else { break };
            batch.push(next);
        }
        if batch.is_empty() {
            break;
        }
        let wanted: Vec<_> = batch.iter().map(|(id, ..)| *id).collect();
        let there = match &register {
            Some((read_model, reach)) => read_model.holders(reach.clone(), wanted).await?,
            None => Vec::new(),
        };
        let mut there = there.into_iter().peekable();
        for (nth, (_, holders, all)) in batch.into_iter().enumerate() {
            let mut known = Vec::new();
            while let Some(holder) = there.next_if(|it| it.nth == nth) {
                known.push(Member { household: holder.household, person: holder.person });
            }
            let here: Vec<Member> = holders
                .iter()
                .map(|it| Member {
                    household: identity.household(&it.reference),
                    person: identity.person(&it.reference, it.number),
                })
                .collect();
            done += all;
            if all > MOST_HOLDERS as u64 {
                summary.warn(Warning::NobodysCitizenId, all);
            } else {
                pairs.enter(&here, &known).map_err(ImportError::Aside)?;
            }
        }
        if !watch(Progress { step: Step::Comparing, done, of: summary.rows.max(done) }) {
            return Err(ImportError::Stopped);
        }
    }
    let count = pairs.count;
    summary.warn(Warning::InAnotherHousehold, count);
    Ok(Alike { pairs: sorter.finish().map_err(ImportError::Aside)?, count })
}

/// Gathers pairs by the household that will note them.
struct Pairs<'a> {
    sorter: &'a mut Sorter,
    count: u64,
}

impl Pairs<'_> {
    /// Each of the file's people is asked about once, against the first who is known under the id: who is there
    /// already, else the first of the file.
    fn enter(&mut self, here: &[Member], known: &[Member]) -> io::Result<()> {
        // Households of this file that an earlier run brought in are the file's, not the register's.
        let other = known.iter().find(|known| here.iter().all(|it| it.household != known.household));
        let Some(anchor) = other.or(here.first()) else { return Ok(()) };
        for member in here.iter().filter(|it| it.household != anchor.household) {
            let mut value = Vec::with_capacity(48);
            for id in [member.person.0, anchor.household.0, anchor.person.0] {
                value.extend_from_slice(id.as_bytes());
            }
            self.sorter.push(member.household.0.as_bytes(), &value)?;
            self.count += 1;
        }
        Ok(())
    }
}

impl Alike {
    /// The next pair, as what its household is asked to note.
    pub fn next_pair(&mut self) -> io::Result<Option<(HouseholdId, NoteSamePerson)>> {
        let Some((key, value)) = self.pairs.take_next()? else { return Ok(None) };
        let mut ids = value.chunks_exact(16).map(|bytes| Uuid::from_slice(bytes).unwrap_or_default());
        let (Some(person), Some(household), Some(other)) = (ids.next(), ids.next(), ids.next()) else {
            return Err(io::Error::other("a pair is cut off"));
        };
        let note = NoteSamePerson {
            happened_on: None,
            person: PersonId(person),
            household: HouseholdId(household),
            other: PersonId(other),
            by: MatchedBy::CitizenId,
        };
        Ok(Some((HouseholdId(Uuid::from_slice(&key).map_err(io::Error::other)?), note)))
    }
}
