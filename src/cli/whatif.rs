//! `huean whatif`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use events::clock::{Clock, day_of};
use projections::ReadModel;
use projections::read_model::OpenReadModel;

use super::report::{self, ReportArgs};
use super::{CliError, output, person};
use crate::app::{House, Missing, Place};
use crate::reports::asking::Bounds;
use crate::reports::{Telling, csv};
use crate::whatif::{Beside, Changed, Rejudge, beside, proposed};

#[derive(Debug, Args)]
pub(super) struct WhatifArgs {
    /// The changed policy, as it would be published: {"province": "46", "body": {"kind": "sla", …}}
    #[arg(long, env = "HUEAN_POLICY", value_name = "FILE")]
    policy: PathBuf,
    /// Which report
    #[arg(long = "report", env = "HUEAN_REPORT", value_name = "NAME")]
    name: crate::reports::ReportName,
    /// A past moment: a time (RFC 3339), or a date, meaning its end
    #[arg(long, env = "HUEAN_AS_OF", value_name = "TIME")]
    as_of: Option<String>,
    /// How to print it
    #[arg(long, env = "HUEAN_FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(place: &Place, args: WhatifArgs) -> Result<(), CliError> {
    let file = args.policy.display().to_string();
    let text =
        std::fs::read(&args.policy).map_err(|error| CliError::Usage(format!("{file} can't be read: {error}")))?;
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let telling = Telling::to(caller.role);
    if telling != Telling::Exactly {
        return Err(CliError::Usage("a researcher reads counts and no cases".to_owned()));
    }
    let changed = Changed::read(&text, day_of(house.desk.now())).map_err(|wrong| {
        let lines: Vec<_> = wrong.iter().map(|it| format!("{file}{it}")).collect();
        CliError::Usage(lines.join("\n"))
    })?;
    let unread = |error| CliError::unreachable("the log can't be read", error);
    let first = house.log.read(0, 1).await.map_err(unread)?;
    let bounds = Bounds { now: house.desk.now(), first: first.first().map(|it| it.recorded_at), telling };
    let mut asked = ReportArgs::of(args.name, args.as_of);
    asked.time(&house).await?;
    let question = report::question(args.name, &asked, &bounds, person::reach(&caller)?)?;
    let failed = |error| CliError::unreachable("the report can't be made", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let now = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(unread)?;
    now.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let spare = tempfile::tempdir_in(&place.data)
        .map_err(|error| CliError::unreachable("there is no room for a file of figures", error))?;
    let mut rejudge = Rejudge::new(changed, proposed(&house.log).await.map_err(unread)?);
    let change = move |event: &mut events::recorded::Occurrence| rejudge.change(event);
    let then = now.retold(house.vault.clone(), spare.path().to_owned(), change).await.map_err(failed)?;
    let made = beside(&now, &then, question).await.map_err(failed)?;
    now.stop().await;
    match args.format {
        Format::Json => output::json(&made),
        Format::Table => print(&made),
    }
}

fn print(made: &Beside) -> Result<(), CliError> {
    let heads: Vec<&str> = made.columns.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = made.rows.iter().map(|row| row.iter().map(csv::cell).collect()).collect();
    output::table(&heads, &rows)?;
    output::line("")?;
    if made.differing.is_empty() {
        return output::line("No household would be counted otherwise.");
    }
    let row = |it: &crate::whatif::Differing| {
        let case_no = it.case_no.map_or_else(|| it.household.to_string(), |it| it.to_string());
        vec![case_no, it.figure.clone(), it.now.to_string(), it.then.to_string()]
    };
    let rows: Vec<_> = made.differing.iter().map(row).collect();
    output::table(&["household", "figure", "now", "what if"], &rows)
}
