//! `huean duplicates`

use std::collections::BTreeMap;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use events::clock::Clock;
use events::facts::household::MatchedBy;
use events::id::CommandId;
use futures::StreamExt;
use projections::ReadModel;
use projections::people::{AlikeIn, Pair};
use projections::read_model::OpenReadModel;
use serde::Serialize;
use uuid::Uuid;

use super::{CliError, output, person};
use crate::access::{Action, Relation, may};
use crate::app::{House, Missing, Place};
use crate::desk::{DeskError, Order, Submission};
use crate::rules::household::command::{Command, Name, NoteSamePerson};

/// So many questions are on their way at once: they share what is written to disk.
const AT_ONCE: usize = 64;

#[derive(Debug, Subcommand)]
pub(super) enum DuplicatesCommand {
    /// Compare everybody with everybody, and note who may be one person: for somebody to look, never as an answer
    Sweep(SweepArgs),
}

#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    /// Only say what would be noted
    #[arg(long, env = "HUEAN_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    /// Print what was found as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

/// What a sweep came to.
#[derive(Debug, Serialize)]
struct Outcome {
    /// How many people were compared.
    people: u64,
    /// Pairs that nobody was asked about before.
    found: usize,
    /// In what they are alike, and how many pairs each.
    alike_in: BTreeMap<&'static str, usize>,
    /// Citizen ids that too many people bear: nobody's.
    nobodys_ids: u64,
    /// Questions recorded now.
    noted: usize,
    /// Questions that the rules or the caller's scope did not take.
    refused: usize,
}

pub(super) async fn run(place: &Place, command: DuplicatesCommand) -> Result<(), CliError> {
    let DuplicatesCommand::Sweep(args) = command;
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    may(caller.role, Action::Household(Name::NoteSamePerson), Relation::InScope)
        .map_err(|denied| CliError::Failed(denied.to_string()))?;
    let reach = person::scope(&caller);
    let failed = |error| CliError::unreachable("the register can't be searched", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(|error| CliError::unreachable("the log can't be read", error))?;
    read_model.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let swept = read_model.sweep(reach).await.map_err(failed)?;
    read_model.stop().await;
    let mut outcome = Outcome {
        people: swept.people,
        found: swept.pairs.len(),
        alike_in: BTreeMap::new(),
        nobodys_ids: swept.nobodys,
        noted: 0,
        refused: 0,
    };
    for alike in swept.pairs.iter().flat_map(|pair| &pair.alike_in) {
        *outcome.alike_in.entry(alike.as_str()).or_default() += 1;
    }
    if !args.dry_run {
        let run = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
        let mut notes = futures::stream::iter(swept.pairs)
            .map(|pair| house.desk.submit(submission(&caller, run, &pair)))
            .buffer_unordered(AT_ONCE);
        while let Some(receipt) = notes.next().await {
            match receipt {
                Ok(receipt) => outcome.noted += receipt.events.len(),
                Err(DeskError::Refused(_) | DeskError::Denied(_) | DeskError::Conflict) => outcome.refused += 1,
                Err(error) => return Err(CliError::unreachable("the questions can't be recorded", error)),
            }
        }
    }
    if args.json {
        return output::json(&outcome);
    }
    output::line(&format!("{} people compared, {} pairs that may be one person", outcome.people, outcome.found))?;
    for (what, count) in &outcome.alike_in {
        output::line(&format!("  {count} alike in {what}"))?;
    }
    if outcome.nobodys_ids > 0 {
        output::line(&format!("{} citizen ids are borne by too many to be anybody's", outcome.nobodys_ids))?;
    }
    output::line(&format!("{} noted as questions, {} not taken", outcome.noted, outcome.refused))
}

fn submission(caller: &crate::access::Caller, run: Uuid, pair: &Pair) -> Submission {
    let note = NoteSamePerson {
        happened_on: None,
        person: pair.person,
        household: pair.other_household,
        other: pair.other,
        by: matched_by(&pair.alike_in),
    };
    let command = Uuid::new_v5(&run, format!("{} {}", pair.person, pair.other).as_bytes());
    let order = Order::Household { id: pair.household, command: Command::NoteSamePerson(note) };
    Submission { caller: caller.clone(), command: CommandId(command), seen: None, order }
}

/// How the fact says it.
fn matched_by(alike_in: &[AlikeIn]) -> MatchedBy {
    let named = alike_in.contains(&AlikeIn::Name) || alike_in.contains(&AlikeIn::SimilarName);
    if alike_in.contains(&AlikeIn::CitizenId) {
        MatchedBy::CitizenId
    } else if named && alike_in.contains(&AlikeIn::BirthDate) {
        MatchedBy::NameAndBirth
    } else {
        MatchedBy::Other
    }
}
