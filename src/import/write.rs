//! Households into the log: what is there already is looked up, the rest goes through the desk in large appends.
//!
//! An append is whole or not at all, and what is in is told by the household's own history, so that an import which was
//! killed goes on where it ended: nothing is lost and nothing is doubled, whoever imports the same file at once.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use chrono::NaiveDate;
use events::facts::household::{ConsentBy, ConsentHow, ConsentPurpose, HOUSEHOLD, HouseholdEvent, ReopenedBecause};
use events::id::{CommandId, HouseholdId};
use events::log::Outline;
use events::vault::RingOwner;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::ImportError;
use super::alike::Alike;
use super::gather::Households;
use super::identity::Identity;
use super::judge::{Entry, Rejected, judge, refused};
use super::progress::{Progress, Step, Watch};
use super::reason::Reason;
use super::rejected::RejectedFile;
use super::summary::Summary;
use crate::access::{Caller, Denied};
use crate::desk::{Desk, DeskError, Outcome, Together, Work, readable};
use crate::first_start;
use crate::rules::Refusal;
use crate::rules::household::Command;
use crate::rules::household::command::{GiveConsent, ReopenCase};

/// An append holds at most so many households …
const HOUSEHOLDS: usize = 250;
/// … and about so many of their members.
const MEMBERS: usize = 1_200;
/// So many appends are under way at once: one is stored while the next are judged and sealed.
const UNDER_WAY: usize = 3;
/// How often a chunk is looked at again because somebody else changed a household of it.
const ROUNDS: usize = 8;

/// Who imports, as what, and how.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The desk.
    pub desk: Desk,
    /// Who.
    pub caller: Caller,
    /// Who is who.
    pub identity: Identity,
    /// The batch that every fact names.
    pub batch: Uuid,
    /// This run of it: a random id, from which the ids of its commands follow.
    pub run: Uuid,
    /// Only look what would become of each household.
    pub dry_run: bool,
    /// Whether a province without any policy gets the first ones: as a new log does, where the caller owns it.
    pub first_policies: bool,
}

/// A household of a chunk.
#[derive(Debug, Clone)]
struct Case {
    id: HouseholdId,
    entry: Entry,
}

/// What became of a household.
#[derive(Debug, Clone, PartialEq)]
enum Became {
    Recorded,
    Again,
    AlreadyIn,
    Differs,
    Refused(Reason),
}

type Chunk = Vec<(Case, Became)>;

impl Recording {
    /// Records all households. Where the log or the vault fails, what is recorded stays recorded and counted.
    pub async fn record(
        &self,
        mut households: Households,
        today: NaiveDate,
        summary: &mut Summary,
        rejected_file: &mut RejectedFile,
        watch: Watch<'_>,
    ) -> Result<(), ImportError> {
        let how = Arc::new(self.clone());
        let mut under_way: VecDeque<JoinHandle<Result<Chunk, DeskError>>> = VecDeque::new();
        let mut chunk: Vec<Case> = Vec::new();
        let mut members = 0;
        let mut nth = 0_u64;
        let mut provinces = BTreeSet::new();
        let mut ended = false;
        while !ended || !under_way.is_empty() {
            match if ended { None } else { households.next_group().map_err(ImportError::Aside)? } {
                Some(group) => match judge(group, today) {
                    Ok(entry) => {
                        summary.warnings_of(&entry);
                        provinces.insert(entry.identify.tambon.province());
                        members += entry.numbers.len();
                        let (id, entry) = how.identity.name(entry);
                        chunk.push(Case { id, entry });
                    }
                    Err(rejected) => reject(&rejected, summary, rejected_file)?,
                },
                None => ended = true,
            }
            let full = chunk.len() >= HOUSEHOLDS || members >= MEMBERS;
            if full || (ended && !chunk.is_empty()) {
                for province in std::mem::take(&mut provinces) {
                    if how.first_policies && !how.dry_run {
                        first_start::policies_of(&how.desk, province).await?;
                    }
                }
                nth += 1;
                let rows_left = summary.rows.saturating_sub(summary.rows_done());
                let ahead = u32::try_from(rows_left / 4).unwrap_or(u32::MAX);
                let cases = std::mem::take(&mut chunk);
                members = 0;
                let how = Arc::clone(&how);
                under_way.push_back(tokio::spawn(async move { how.chunk(cases, nth, ahead).await }));
            }
            let wait = under_way.len() >= UNDER_WAY || (ended && !under_way.is_empty());
            if wait && let Some(first) = under_way.pop_front() {
                let done = first.await.map_err(|_| ImportError::Broken)?;
                match done {
                    Ok(chunk) => count(chunk, summary, rejected_file)?,
                    Err(error) => {
                        // What is under way besides may still be recorded, and counts.
                        for other in under_way {
                            if let Ok(Ok(chunk)) = other.await {
                                count(chunk, summary, rejected_file)?;
                            }
                        }
                        return Err(error.into());
                    }
                }
                if !watch(Progress { step: Step::Recording, done: summary.rows_done(), of: summary.rows }) && !ended {
                    summary.stopped = true;
                    ended = true;
                    chunk.clear();
                }
            }
        }
        Ok(())
    }
}

fn reject(rejected: &Rejected, summary: &mut Summary, file: &mut RejectedFile) -> Result<(), ImportError> {
    summary.reject(rejected);
    file.write(rejected).map_err(ImportError::Rejected)
}

fn count(chunk: Chunk, summary: &mut Summary, file: &mut RejectedFile) -> Result<(), ImportError> {
    for (case, became) in chunk {
        match became {
            Became::Recorded => summary.imported.add(case.entry.count()),
            Became::Again => summary.again.add(case.entry.count()),
            Became::AlreadyIn => summary.already_in.add(case.entry.count()),
            Became::Differs => summary.differ(&case.entry),
            Became::Refused(reason) => {
                reject(&Rejected { rows: case.entry.rows, reasons: vec![reason], goes_on: false }, summary, file)?;
            }
        }
    }
    Ok(())
}

impl Recording {
    /// Records what of a chunk is not there yet. Looks again where somebody else was faster.
    async fn chunk(&self, cases: Vec<Case>, nth: u64, ahead: u32) -> Result<Chunk, DeskError> {
        let mut round = 0;
        loop {
            match self.attempt(&cases, nth, ahead).await {
                Ok(became) => return Ok(cases.into_iter().zip(became).collect()),
                Err(DeskError::Conflict) if round < ROUNDS => round += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn attempt(&self, cases: &[Case], nth: u64, ahead: u32) -> Result<Vec<Became>, DeskError> {
        let ids = cases.iter().map(|case| case.id.to_string()).collect();
        let there = self.desk.log().outlines(HOUSEHOLD, ids).await?;
        // Their keys at once, and not one by one when each is opened.
        let owners: Vec<_> = there.iter().map(|it| RingOwner::new(HOUSEHOLD, &it.first.stream.aggregate_id)).collect();
        if !owners.is_empty() {
            self.desk.vault().rings(&owners).await?;
        }
        let mut there: std::collections::HashMap<String, Outline> =
            there.into_iter().map(|it| (it.first.stream.aggregate_id.clone(), it)).collect();
        let mut became = vec![Became::Recorded; cases.len()];
        let mut works = Vec::new();
        let mut places = Vec::new();
        for (at, (case, became)) in cases.iter().zip(&mut became).enumerate() {
            let commands = match there.remove(&case.id.to_string()) {
                None => new_household(&case.entry),
                Some(outline) => {
                    *became = self.compared(&case.entry, outline).await?;
                    if *became != Became::Again {
                        continue;
                    }
                    vec![Command::ReopenCase(ReopenCase {
                        happened_on: None,
                        because: ReopenedBecause::FoundAgain,
                        words: None,
                    })]
                }
            };
            places.push(at);
            let is_new = *became == Became::Recorded;
            works.push(Work { id: case.id, row: Some(case.entry.line), is_new, commands });
        }
        if works.is_empty() {
            return Ok(became);
        }
        let together = Together {
            caller: self.caller.clone(),
            command: CommandId::derived(self.run, &format!("households/{nth}")),
            batch: Some(self.batch.to_string()),
            ahead,
            dry_run: self.dry_run,
            works,
        };
        let outcomes = self.desk.submit_together(&together).await?;
        for (at, outcome) in places.into_iter().zip(outcomes) {
            let (Some(case), Some(became)) = (cases.get(at), became.get_mut(at)) else { continue };
            match outcome {
                Outcome::Done { .. } => {}
                Outcome::AlreadySo => *became = Became::AlreadyIn,
                // The first policies are published when it is not only looked at.
                Outcome::Refused(Refusal::NoPolicy(_)) if self.dry_run && self.first_policies => {}
                Outcome::Refused(refusal) => *became = Became::Refused(refused(case.entry.line, &refusal)),
                Outcome::Denied(denied) => *became = Became::Refused(not_yours(case.entry.line, denied)),
            }
        }
        Ok(became)
    }

    /// What a household that is there is to this file: looked up in its own history, never in the log's commands.
    async fn compared(&self, entry: &Entry, outline: Outline) -> Result<Became, DeskError> {
        let last_type = outline.last_type;
        let first = readable(self.desk.log(), self.desk.vault(), outline.first).await?;
        let fact = serde_json::from_value(first.payload).ok();
        let Some(HouseholdEvent::HouseholdIdentified(identified)) = fact else { return Ok(Became::Differs) };
        let Some(origin) = identified.origin else { return Ok(Became::Differs) };
        // What was erased is not brought back, and there is nothing left to compare with.
        let Some(was) = origin.get() else { return Ok(Became::AlreadyIn) };
        let is = entry.identify.origin.as_ref().map(|it| it.content_mac.as_str());
        Ok(match (is == Some(was.content_mac.as_str()), last_type.as_str()) {
            (true, "IdentificationWithdrawn") => Became::Again,
            (true, _) => Became::AlreadyIn,
            (false, _) => Became::Differs,
        })
    }

    /// Notes the people who may be the same. What a rule or the caller's scope does not allow is passed over: one of
    /// the two was not taken in, or somebody has said that they are two.
    pub async fn note(&self, mut alike: Alike, summary: &mut Summary, watch: Watch<'_>) -> Result<(), ImportError> {
        let (mut done, mut nth, mut ended) = (0, 0_u64, false);
        let mut waiting = None;
        while !ended {
            let mut works: Vec<Work> = Vec::new();
            while works.len() < HOUSEHOLDS / 5 {
                let next = match waiting.take() {
                    Some(next) => Some(next),
                    None => alike.next_pair().map_err(ImportError::Aside)?,
                };
                let Some((id, note)) = next else {
                    ended = true;
                    break;
                };
                done += 1;
                let command = Command::NoteSamePerson(note);
                match works.last_mut().filter(|work| work.id == id) {
                    Some(work) => work.commands.push(command),
                    None => works.push(Work { id, row: None, is_new: false, commands: vec![command] }),
                }
            }
            nth += 1;
            summary.same_person_noted += self.note_some(works, nth).await?;
            if !watch(Progress { step: Step::Noting, done, of: alike.count }) && !ended {
                summary.stopped = true;
                return Ok(());
            }
        }
        Ok(())
    }

    async fn note_some(&self, works: Vec<Work>, nth: u64) -> Result<u64, ImportError> {
        if works.is_empty() {
            return Ok(0);
        }
        let mut noted = 0;
        let mut alone = Vec::new();
        for (work, outcome) in works.iter().zip(self.noted(works.clone(), &format!("notes/{nth}")).await?) {
            match outcome {
                Outcome::Done { facts } => noted += facts as u64,
                // One of several is refused: the others are asked for alone.
                Outcome::Refused(_) if work.commands.len() > 1 => alone.push(work.clone()),
                Outcome::AlreadySo | Outcome::Refused(_) | Outcome::Denied(_) => {}
            }
        }
        for work in alone {
            for (at, command) in work.commands.into_iter().enumerate() {
                let one = Work { id: work.id, row: None, is_new: false, commands: vec![command] };
                let outcomes = self.noted(vec![one], &format!("notes/{nth}/{}/{at}", work.id)).await?;
                noted += outcomes.iter().filter(|it| matches!(it, Outcome::Done { .. })).count() as u64;
            }
        }
        Ok(noted)
    }

    async fn noted(&self, works: Vec<Work>, word: &str) -> Result<Vec<Outcome>, DeskError> {
        let together = Together {
            caller: self.caller.clone(),
            command: CommandId::derived(self.run, word),
            batch: Some(self.batch.to_string()),
            ahead: 0,
            dry_run: false,
            works,
        };
        self.desk.submit_patiently(&together, ROUNDS).await
    }
}

/// What enters a household: and its yes, if the file says that it gave one.
fn new_household(entry: &Entry) -> Vec<Command> {
    let mut commands = vec![Command::Identify(Box::new(entry.identify.clone()))];
    if entry.consent {
        commands.push(Command::GiveConsent(GiveConsent {
            happened_on: entry.identify.happened_on,
            consent: None,
            by: ConsentBy::Informant,
            purpose: ConsentPurpose::DisclosureToPartners,
            how: ConsentHow::InFile,
            scope: None,
        }));
    }
    commands
}

fn not_yours(line: u64, denied: Denied) -> Reason {
    let (code, th, en) = match denied {
        Denied::Role => ("role_may_not", "บทบาทนี้ทำไม่ได้", "this role may not do this"),
        Denied::Nowhere => ("nothing_in_common", "ไม่มีพื้นที่ที่ได้รับมอบหมายตรงกัน", "no place was granted to you"),
        Denied::OutOfScope => ("out_of_scope", "อยู่นอกพื้นที่ที่รับผิดชอบ", "lies outside your areas"),
    };
    Reason { line, column: None, code, th: th.into(), en: en.into() }
}
