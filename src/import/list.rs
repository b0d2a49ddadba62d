//! A list of the state compared with the register: who is on it, whom it missed, and whom nobody here knows.
//!
//! A row names somebody by citizen id or a house by its code; both are compared as keyed hashes. A household is on the
//! list when one of its members is, or its house. Who was looked for and is not on it was missed, which is a fact of its
//! own: only households of the area that the list covers, and only those with something to compare.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::{ListStatus, StateList};
use events::id::{CommandId, HouseholdId};
use events::thai::citizen_id::{CitizenId, says_no_card};
use events::thai::digits::known;
use events::thai::house_code::HouseCode;
use events::thai::name::normalise;
use projections::figures::caseload::CaseQuery;
use projections::people::ListKey;
use projections::{Reach, ReadModel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ImportError;
use super::file::{Book, FileError, Row};
use super::form::Column;
use super::progress::{Progress, Step, Watch};
use crate::access::Caller;
use crate::desk::{Desk, Outcome, Together, Work};
use crate::rules::household::Command;
use crate::rules::household::command::RecordListStatus;

/// The most households of one page of the register.
const PAGE: usize = 200;
/// So many rows are looked up at a time.
const AT_A_TIME: usize = 1_000;
/// An append holds at most so many households.
const HOUSEHOLDS: usize = 250;
/// How often a chunk is asked for again because a household of it changed.
const ROUNDS: usize = 8;

/// Which list, and who compares it.
#[derive(Debug, Clone)]
pub struct ListImport {
    /// The desk.
    pub desk: Desk,
    /// Who.
    pub caller: Caller,
    /// How far the caller sees.
    pub reach: Reach,
    /// Which list.
    pub list: StateList,
    /// The date of the list; two dates are two lists.
    pub list_date: NaiveDate,
    /// The area that the list covers: its households that are not on the list were missed. None: nobody is called missed.
    pub area: Option<AreaCode>,
    /// Only look.
    pub dry_run: bool,
    /// A random id, from which the ids of the commands follow.
    pub run: Uuid,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ListCompared)]
pub struct Compared {
    /// Rows of the list.
    pub rows: u64,
    /// Rows that name somebody, or a house, of the register.
    pub matched: u64,
    /// Rows that name nobody of the register.
    pub unmatched: u64,
    /// Rows that can't be read.
    pub unreadable: u64,
    /// Where those stand, as far as there is room.
    pub unreadable_lines: Vec<u64>,
    /// Households of the register that are on the list.
    pub found: u64,
    /// Households of the area that the list missed.
    pub missed: u64,
    /// Households of the area with nothing to compare: no citizen id, no house code.
    pub not_comparable: u64,
    /// Facts recorded now.
    pub recorded: u64,
    /// Households of which the same was recorded before.
    pub already_so: u64,
    /// Households outside the caller's areas, or that a rule does not let be recorded.
    pub refused: u64,
    /// Whether nothing was recorded, on purpose.
    pub dry_run: bool,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

/// So many lines that can't be read are told.
const TOLD: usize = 1_000;

impl ListImport {
    /// Compares the list with the read model, which holds everything up to now, and records what it says.
    pub async fn run(&self, book: &Book, register: &ReadModel, watch: Watch<'_>) -> Result<Compared, ImportError> {
        let mut compared = Compared { dry_run: self.dry_run, ..Compared::default() };
        let mut found: BTreeSet<HouseholdId> = BTreeSet::new();
        for keys in keys_of(book, &mut compared, watch)?.chunks(AT_A_TIME) {
            let households = register.on_list(self.reach.clone(), keys.to_vec()).await?;
            let matched: BTreeSet<usize> = households.iter().map(|(nth, _)| *nth).collect();
            compared.matched += matched.len() as u64;
            compared.unmatched += (keys.len() - matched.len()) as u64;
            found.extend(households.into_iter().map(|(_, household)| household));
        }
        let found = self.standing(register, found).await?;
        compared.found = found.len() as u64;
        let mut missed = Vec::new();
        if let Some(area) = self.area {
            let mut cursor = None;
            loop {
                let query = CaseQuery { area: Some(area), cursor, ..self.query() };
                let page = register.households(query, None).await?;
                let ids: Vec<_> = page.items.iter().map(|it| it.id).filter(|id| !found.contains(id)).collect();
                let comparable = register.comparable(ids.clone()).await?;
                compared.not_comparable += (ids.len() - comparable.len()) as u64;
                missed.extend(comparable);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        compared.missed = missed.len() as u64;
        let found: Vec<_> = found.into_iter().collect();
        let all = [(found, ListStatus::Listed), (missed, ListStatus::Missed)];
        let of = compared.found + compared.missed;
        let mut done = 0;
        for (households, status) in all {
            for chunk in households.chunks(HOUSEHOLDS) {
                self.record(chunk, status, done, &mut compared).await?;
                done += chunk.len() as u64;
                if !watch(Progress { step: Step::Recording, done, of }) && done < of {
                    compared.stopped = true;
                    return Ok(compared);
                }
            }
        }
        Ok(compared)
    }

    /// Those that are households still, and not merged into another or entered in error.
    async fn standing(
        &self,
        register: &ReadModel,
        found: BTreeSet<HouseholdId>,
    ) -> Result<BTreeSet<HouseholdId>, ImportError> {
        let all: Vec<_> = found.into_iter().collect();
        let mut standing = BTreeSet::new();
        for among in all.chunks(PAGE) {
            let query = CaseQuery { among: Some(among.to_vec()), ..self.query() };
            standing.extend(register.households(query, None).await?.items.into_iter().map(|it| it.id));
        }
        Ok(standing)
    }

    fn query(&self) -> CaseQuery {
        CaseQuery { limit: Some(PAGE), ..CaseQuery::all(self.reach.clone(), self.desk.now()) }
    }

    async fn record(
        &self,
        chunk: &[HouseholdId],
        status: ListStatus,
        nth: u64,
        compared: &mut Compared,
    ) -> Result<(), ImportError> {
        let says = RecordListStatus { happened_on: None, list: self.list, list_date: self.list_date, status };
        let works = chunk.iter().map(|id| Work {
            id: *id,
            row: None,
            is_new: false,
            commands: vec![Command::RecordListStatus(says.clone())],
        });
        let together = Together {
            caller: self.caller.clone(),
            command: CommandId::derived(self.run, &format!("list/{nth}")),
            batch: None,
            ahead: 0,
            dry_run: self.dry_run,
            works: works.collect(),
        };
        for outcome in self.desk.submit_patiently(&together, ROUNDS).await? {
            match outcome {
                Outcome::Done { .. } => compared.recorded += u64::from(!self.dry_run),
                Outcome::AlreadySo => compared.already_so += 1,
                Outcome::Refused(_) | Outcome::Denied(_) => compared.refused += 1,
            }
        }
        Ok(())
    }
}

/// What the rows name, each once. A list has at most as many rows as a country has poor, of a few bytes each.
fn keys_of(book: &Book, compared: &mut Compared, watch: Watch<'_>) -> Result<Vec<ListKey>, ImportError> {
    let mut heading: Option<Heading> = None;
    let mut keys = BTreeSet::new();
    book.each_row::<ImportError>(|row, bytes| {
        let Some(heading) = &heading else {
            heading = Some(Heading::read(&row)?);
            return Ok(());
        };
        compared.rows += 1;
        if let Some(key) = heading.key(&row) {
            // A person who stands on the list twice is on it once.
            if !keys.insert(key) {
                compared.rows -= 1;
            }
        } else {
            compared.unreadable += 1;
            if compared.unreadable_lines.len() < TOLD {
                compared.unreadable_lines.push(row.line);
            }
        }
        let go_on = !compared.rows.is_multiple_of(1_000)
            || watch(Progress { step: Step::Reading, done: bytes, of: book.bytes });
        if go_on { Ok(()) } else { Err(ImportError::Stopped) }
    })?;
    match heading {
        None => Err(FileError::Empty.into()),
        Some(_) if compared.rows == 0 => Err(FileError::HeadingOnly.into()),
        Some(_) => Ok(keys.into_iter().collect()),
    }
}

/// Where citizen ids and house codes stand in a list.
pub(super) struct Heading {
    citizen_id: Option<usize>,
    house_code: Option<usize>,
}

impl Heading {
    pub(super) fn read(row: &Row) -> Result<Self, FileError> {
        let place = |column: Column, others: &[&str]| {
            row.cells.iter().position(|cell| {
                let cell = normalise(cell).replace(' ', "_");
                cell == column.name() || cell == normalise(column.name_th()) || others.contains(&cell.as_str())
            })
        };
        let citizen_id = place(Column::CitizenId, &["pid", "เลขบัตรประชาชน", "เลขบัตรประจำตัวประชาชน"]);
        let house_code = place(Column::HouseCode, &["hid", "เลขรหัสประจำบ้าน"]);
        if citizen_id.is_none() && house_code.is_none() {
            let names = [Column::CitizenId, Column::HouseCode].map(|it| format!("{} ({})", it.name(), it.name_th()));
            return Err(FileError::MissingColumns { names: vec![names.join(" or ")] });
        }
        Ok(Self { citizen_id, house_code })
    }

    /// Who or what a row names: the person, where a citizen id stands in it.
    fn key(&self, row: &Row) -> Option<ListKey> {
        let faulty = |at: usize| row.faults.iter().any(|(fault, _)| fault.is_none_or(|it| it == at));
        let said = |at: Option<usize>| {
            let at = at.filter(|at| !faulty(*at))?;
            row.cells.get(at).and_then(|cell| known(cell)).filter(|cell| !says_no_card(cell))
        };
        if let Some(text) = said(self.citizen_id) {
            return CitizenId::parse(text).ok().map(|(id, _)| ListKey::Citizen(id));
        }
        let text = said(self.house_code)?;
        HouseCode::parse(text).ok().map(|(code, _)| ListKey::House(code))
    }
}
