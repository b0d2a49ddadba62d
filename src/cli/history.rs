//! `huean history`

use chrono::{NaiveDate, SecondsFormat};
use clap::Args;
use clap::builder::FalseyValueParser;
use events::case_no::CaseNo;
use events::clock::{Clock, bangkok};
use events::id::{HouseholdId, StaffId};
use events::vault::Access;
use projections::people::SearchQuery;
use projections::read_model::OpenReadModel;
use projections::{Reach, ReadModel};
use serde::Serialize;
use serde_json::Value;

use super::{CliError, output, person};
use crate::access::{Action, Caller, Relation, may};
use crate::app::{House, Missing, Place};
use crate::case_view::{History, Lens, Moment, Reading, TimelineEntry};
use crate::reports::Telling;
use crate::reports::asking::{Bounds, moment_of};
use crate::watcher::system_staff;

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// A household's id or case number
    household: String,
    /// As it stood at a sequence, a time (RFC 3339) or the end of a date
    #[arg(long, env = "HUEAN_AT", value_name = "N|TIME")]
    at: Option<String>,
    /// Print it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
    /// Show personal values; the reason is recorded
    #[arg(long, env = "HUEAN_REVEAL", value_name = "REASON")]
    reveal: Option<String>,
}

/// One fact of the history.
#[derive(Debug, Serialize)]
struct Entry {
    sequence: u64,
    position: u64,
    recorded_at: String,
    happened_on: Option<NaiveDate>,
    event: String,
    #[serde(skip)]
    says: &'static str,
    actor: String,
    role: String,
    channel: &'static str,
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retracted_by: Option<u64>,
    fact: Value,
}

/// Up to where the history is shown, as it was asked.
enum Until {
    Sequence(u64),
    /// As it was written, not yet judged.
    Text(String),
    Now,
}

pub(super) async fn run(place: &Place, args: HistoryArgs) -> Result<(), CliError> {
    let until = until(args.at.as_deref())?;
    if args.reveal.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(CliError::Usage("a reveal needs a reason".to_owned()));
    }
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let id = household(&house, place, &args.household).await?;
    allowed(&house, &caller, id).await?;
    let failed = |error| CliError::unreachable("the history can't be read", error);
    // A reader who sees no personal value needs no key.
    let opened = args.reveal.is_some();
    let history =
        if opened { History::load(&house.desk, id).await } else { History::load_sealed(&house.desk, id).await };
    let nothing = || CliError::Usage(format!("nothing was recorded of {} by then", args.household));
    let history = history.map_err(failed)?.ok_or_else(nothing)?;
    let moment = within(&house, until, history.sequence()).await?;
    let lens = if opened { Lens::Clear } else { Lens::Masked };
    let seen = Reading::of(&house.desk, &caller, &history, moment, lens).await.map_err(failed)?.ok_or_else(nothing)?;
    if let Some(reason) = &args.reveal {
        reveal(&house, &caller, id, reason).await?;
    }
    let system = system_staff(house.log.id());
    let entries: Vec<_> = seen.timeline().into_iter().map(|it| entry(it, system)).collect();
    if args.json {
        return output::json(&entries);
    }
    for entry in &entries {
        let happened = entry.happened_on.map_or_else(String::new, |on| format!("  happened {on}"));
        let back = entry.retracted_by.map_or_else(String::new, |by| format!("  TAKEN BACK by {by}"));
        output::line(&format!(
            "{:>4}  {}  {}  {}{happened}  {} ({}, {}){back}",
            entry.sequence, entry.recorded_at, entry.event, entry.says, entry.actor, entry.role, entry.channel
        ))?;
        if args.reveal.is_some() {
            output::line(&format!("      {}", entry.fact))?;
        }
    }
    Ok(())
}

fn until(at: Option<&str>) -> Result<Until, CliError> {
    let Some(text) = at else { return Ok(Until::Now) };
    if let Ok(sequence) = text.parse() {
        return Ok(Until::Sequence(sequence));
    }
    if moment_of(text).is_none() {
        return Err(CliError::Usage(format!("--at: {text} is no sequence, date or time (ไม่ใช่ลำดับ วันที่ หรือเวลา)")));
    }
    Ok(Until::Text(text.to_owned()))
}

/// The moment that is asked about: one that has been, of this household's facts and of this log.
async fn within(house: &House, until: Until, last: u64) -> Result<Moment, CliError> {
    match until {
        Until::Sequence(sequence) if !(1..=last).contains(&sequence) => Err(CliError::Usage(format!(
            "--at must be 1 to {last}: the household has so many facts (--at ต้องเป็น 1–{last})"
        ))),
        Until::Text(text) => {
            let first = house.log.read(0, 1).await;
            let first = first.map_err(|error| CliError::unreachable("the history can't be read", error))?;
            let first = first.first().map(|it| it.recorded_at);
            let bounds = Bounds { now: house.desk.now(), first, telling: Telling::Exactly };
            bounds
                .moment("at", &text)
                .map(Moment::Time)
                .map_err(|wrong| CliError::Usage(format!("--at {} (--at {})", wrong.text.en, wrong.text.th)))
        }
        Until::Sequence(sequence) => Ok(Moment::Sequence(sequence)),
        Until::Now => Ok(Moment::Present),
    }
}

/// The household of an id, or of a case number through the read model.
pub(super) async fn household(house: &House, place: &Place, text: &str) -> Result<HouseholdId, CliError> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let case_no: CaseNo = text
        .parse()
        .map_err(|error| CliError::Usage(format!("{text} is neither a household's id nor a case number: {error}")))?;
    let failed = |error| CliError::unreachable("the case number can't be looked up", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(|error| CliError::unreachable("the log can't be read", error))?;
    read_model.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let query = SearchQuery { reach: Reach::All, text: case_no.to_string(), limit: 1 };
    let found = read_model.search(query).await.map_err(failed)?;
    read_model.stop().await;
    found.first().map(|found| found.household).ok_or_else(|| CliError::Usage(format!("there is no case {case_no}")))
}

/// To somebody out of scope the household does not exist.
async fn allowed(house: &House, caller: &Caller, id: HouseholdId) -> Result<(), CliError> {
    let (loaded, _) = house
        .desk
        .load_household(id, true)
        .await
        .map_err(|error| CliError::unreachable("the history can't be read", error))?;
    let relation = loaded.state.case().map_or(Relation::None, |case| caller.relation_to(case));
    may(caller.role, Action::ReadHistory, relation).map_err(|denied| CliError::Failed(denied.to_string()))
}

/// Who looked, and why, is on disk before anything is shown.
async fn reveal(house: &House, caller: &Caller, id: HouseholdId, reason: &str) -> Result<(), CliError> {
    let failed = |error| CliError::unreachable("the reveal can't be recorded, so nothing is revealed", error);
    let access = Access {
        at: house.desk.now(),
        actor: caller.staff.to_string(),
        role: caller.role.as_str().to_owned(),
        what: format!("household:{id}"),
        why: Some(reason.to_owned()),
        request: String::new(),
    };
    house.vault.record_access(&[access]).await.map_err(failed)
}

fn entry(told: TimelineEntry, system: StaffId) -> Entry {
    Entry {
        sequence: told.sequence,
        position: told.position,
        recorded_at: told.recorded_at.with_timezone(&bangkok()).to_rfc3339_opts(SecondsFormat::Secs, true),
        happened_on: told.happened_on,
        event: told.event,
        says: told.says_th,
        actor: if told.actor == system { "system".to_owned() } else { told.actor.to_string() },
        role: told.role,
        channel: told.channel,
        reason: told.reason,
        retracted_by: told.retracted_by,
        fact: told.fact,
    }
}
