//! Many households at once: each is judged by the same rules as alone, and all that is accepted is one append.
//!
//! What a rule refuses is left out and said; the others go in. Only commands that change nothing but their own household
//! are taken: what touches an agency or another household comes alone.

use std::borrow::Cow;
use std::collections::HashMap;

use events::area::AreaCode;
use events::case_no::CaseNo;
use events::clock::day_of;
use events::facts::household::{HOUSEHOLD, HouseholdEvent};
use events::id::{CommandId, HouseholdId};
use events::log::{Append, StreamId, StreamRead};
use events::metadata::Metadata;
use events::vault::Keyring;

use super::commit::{Facts, metadata};
use super::error::DeskError;
use super::household::{authorise, authorise_others};
use super::load::Loaded;
use super::numbers::any_case_no;
use super::others::Seen;
use super::{Desk, Order, Submission};
use crate::access::{Caller, Denied};
use crate::rules::household::{Command, Household};
use crate::rules::numbering::BLOCK;
use crate::rules::{Asked, Refusal};

/// The most case numbers that are reserved for households that follow.
const MOST_NUMBERS: u32 = 10_000;

/// What many households are asked.
#[derive(Debug, Clone)]
pub struct Together {
    /// Who.
    pub caller: Caller,
    /// The one command that all of it is.
    pub command: CommandId,
    /// The batch that each fact names, if it is part of one.
    pub batch: Option<String>,
    /// About how many households will follow: case numbers are reserved for them too.
    pub ahead: u32,
    /// Only judge: nothing is recorded, and no case number is taken.
    pub dry_run: bool,
    /// The households, each at most once.
    pub works: Vec<Work>,
}

/// What one household is asked, one after the other.
#[derive(Debug, Clone)]
pub struct Work {
    /// The household.
    pub id: HouseholdId,
    /// Where it stands in the file it came from.
    pub row: Option<u64>,
    /// Whether it is known not to be there yet, so that nothing need be loaded. The append checks it.
    pub is_new: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// What became of a household.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is recorded.
    Done {
        /// So many facts.
        facts: usize,
    },
    /// It is so already: nothing was recorded.
    AlreadySo,
    /// A rule says no: nothing of this household was recorded.
    Refused(Refusal),
    /// Not this caller.
    Denied(Denied),
}

/// What was decided of one household.
struct Decided {
    facts: Facts,
    reads: Vec<StreamRead>,
    metadata: Metadata,
}

impl Desk {
    /// Judges all and records what is accepted, in one append. `Conflict`: a household changed meanwhile; look again and
    /// ask again, nothing was recorded.
    pub async fn submit_together(&self, together: &Together) -> Result<Vec<Outcome>, DeskError> {
        // In the role that the caller has now, whatever the token says.
        let owned;
        let together = match self.acting(&together.caller).await? {
            Cow::Borrowed(_) => together,
            Cow::Owned(caller) => {
                owned = Together { caller, ..together.clone() };
                &owned
            }
        };
        let mut outcomes = Vec::with_capacity(together.works.len());
        let mut decided = Vec::with_capacity(together.works.len());
        for work in &together.works {
            outcomes.push(match self.work(together, work).await {
                Ok(None) => Outcome::AlreadySo,
                Ok(Some(it)) => {
                    let facts = it.facts.events.len();
                    decided.push(it);
                    Outcome::Done { facts }
                }
                Err(DeskError::Refused(refusal)) => Outcome::Refused(refusal),
                Err(DeskError::Denied(denied)) => Outcome::Denied(denied),
                Err(error) => return Err(error),
            });
        }
        if let Some(first) = together.works.first().filter(|_| !decided.is_empty() && !together.dry_run)
            && let Some(submission) = standing_for(together, first)
        {
            self.record_together(&submission, decided).await?;
        }
        Ok(outcomes)
    }

    /// The same, asked again where a household changed meanwhile: for commands that may be judged on what it is now.
    pub async fn submit_patiently(&self, together: &Together, rounds: usize) -> Result<Vec<Outcome>, DeskError> {
        let mut round = 0;
        loop {
            match self.submit_together(together).await {
                Err(DeskError::Conflict) if round < rounds => round += 1,
                answer => return answer,
            }
        }
    }

    /// Decides all commands of one household, each on what the ones before it left.
    async fn work(&self, together: &Together, work: &Work) -> Result<Option<Decided>, DeskError> {
        let mut loaded =
            if work.is_new { Loaded::default() } else { Loaded::clone(&*self.load_household(work.id, true).await?.0) };
        let stream = StreamId::new(HOUSEHOLD, work.id.to_string());
        let expected = loaded.sequence;
        let mut events: Vec<HouseholdEvent> = Vec::new();
        let mut reads = Vec::new();
        for (at, command) in work.commands.iter().enumerate() {
            let (facts, seen) = self.decide_one(together, work, at, command, &loaded.state).await?;
            if at + 1 < work.commands.len() {
                for fact in &facts {
                    loaded.state.evolve(fact)?;
                }
            }
            events.extend(facts);
            reads.extend(
                seen.households
                    .into_iter()
                    .map(|(id, expected)| StreamRead { stream: StreamId::new(HOUSEHOLD, id.to_string()), expected }),
            );
        }
        if events.is_empty() {
            return Ok(None);
        }
        let mut rules: Vec<_> = events.iter().flat_map(HouseholdEvent::policies).cloned().collect();
        rules.sort_unstable();
        rules.dedup();
        let metadata = Metadata {
            rules,
            batch: together.batch.clone(),
            row: work.row,
            ..metadata(&together.caller, together.command)
        };
        Ok(Some(Decided { facts: Facts::of(stream, expected, &events), reads, metadata }))
    }

    async fn decide_one(
        &self,
        together: &Together,
        work: &Work,
        at: usize,
        command: &Command,
        household: &Household,
    ) -> Result<(Vec<HouseholdEvent>, Seen), DeskError> {
        authorise(&together.caller, command, household)?;
        let needs = command.needs(household);
        let province = if let Command::Identify(identify) = command {
            identify.tambon.province()
        } else {
            household.known()?.place.province()
        };
        let mut seen = self.see(&needs, true).await?;
        authorise_others(&together.caller, command, &seen)?;
        let now = self.now();
        let policies = self.policy_book(&province.to_string(), day_of(now)).await?;
        let asked = Asked {
            now,
            actor: together.caller.staff,
            // What is brought about gets ids that follow from the command: each household has one of its own for that.
            command: CommandId::derived(together.command.0, &format!("{}/{at}", work.id)),
            target: work.id.0,
            policies: &policies,
        };
        if let Some(province) = needs.case_no_of {
            seen.others.case_no = if together.dry_run {
                any_case_no(province)
            } else if let Some(number) = self.spare_case_no(province) {
                Some(number)
            } else {
                Some(self.first_of_block(together, work, province).await?)
            };
        }
        let decision = command.decide(household, &seen.others, &asked)?;
        let alone = decision.households.is_empty() && decision.agencies.is_empty() && decision.models.is_empty();
        // Whoever calls knows which commands these are; one that reaches further is no part of this.
        if alone { Ok((decision.household, seen)) } else { Err(DeskError::Conflict) }
    }

    async fn first_of_block(&self, together: &Together, work: &Work, province: AreaCode) -> Result<CaseNo, DeskError> {
        let follow = u32::try_from(together.works.len()).unwrap_or(MOST_NUMBERS).saturating_add(together.ahead);
        let submission = standing_for(together, work).ok_or(DeskError::NoNumbersLeft)?;
        self.next_case_no(&submission, province, follow.clamp(BLOCK, MOST_NUMBERS)).await
    }

    async fn record_together(&self, submission: &Submission, decided: Vec<Decided>) -> Result<(), DeskError> {
        let wanted = decided
            .iter()
            .map(|it| (it.facts.owner(), it.facts.subjects()))
            .filter(|(_, subjects)| !subjects.is_empty())
            .collect();
        // Keys are on disk before the events that need them; an orphan key is harmless.
        let rings: HashMap<_, Keyring> = self.vault().ensure_many(wanted).await?;
        let mut message = Vec::new();
        let mut writes = Vec::with_capacity(decided.len());
        let mut reads = Vec::new();
        let mut ids = Vec::with_capacity(decided.len());
        for it in decided {
            message.extend_from_slice(it.facts.stream.aggregate_id.as_bytes());
            ids.push(it.facts.stream.aggregate_id.clone());
            let ring = rings.get(&it.facts.owner());
            writes.push(self.sealed_with(it.facts, &it.metadata.to_stored(), ring)?);
            reads.extend(it.reads);
        }
        reads.sort_unstable_by(|one, other| one.stream.cmp(&other.stream));
        reads.dedup();
        let target = writes.first().map_or_else(|| submission.order.target(), |write| write.stream.clone());
        let append = Append { command: self.stamp_of(submission, target, &message), writes, reads };
        let appended = self.hand_in(append).await;
        for id in &ids {
            self.0.households.forget(id);
        }
        appended.map(|_| ())
    }
}

/// One household's command in place of all of them, where one is asked for: in the record of commands, and where
/// numbers are reserved.
fn standing_for(together: &Together, work: &Work) -> Option<Submission> {
    let command = work.commands.first()?.clone();
    Some(Submission {
        caller: together.caller.clone(),
        command: together.command,
        seen: None,
        order: Order::Household { id: work.id, command },
    })
}
