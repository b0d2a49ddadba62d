//! `huean report`

use std::io::IsTerminal;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use events::area::AreaCode;
use events::clock::{self, Clock};
use projections::ReadModel;
use projections::figures::backlog::BacklogBy;
use projections::figures::cohort::{Cohort, CohortBy};
use projections::figures::coverage::CoverageQuery;
use projections::figures::referrals::ReferralQuery;
use projections::figures::sheet::{BehindQuery, Sheet, SheetQuery};
use projections::read_model::{OpenReadModel, figures_version};

use super::{CliError, output, person};
use crate::app::{House, Missing, Place};
use crate::desk::position;
use crate::reports::asking::{Bounds, Wrong};
use crate::reports::xlsx::MadeFrom;
use crate::reports::{Question, ReportName, Table, Telling, cases, csv, table, xlsx};

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Which report; none: the list of them
    name: Option<ReportName>,
    /// Province, district or tambon
    #[arg(long, env = "HUEAN_AREA", value_name = "CODE")]
    area: Option<AreaCode>,
    /// First day of the period
    #[arg(long, env = "HUEAN_FROM", value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Last day of the period
    #[arg(long, env = "HUEAN_TO", value_name = "DATE")]
    to: Option<NaiveDate>,
    /// A past moment: a time (RFC 3339), or a date, meaning its end
    #[arg(long, env = "HUEAN_AS_OF", value_name = "TIME")]
    as_of: Option<String>,
    /// What to split by: district, tambon, lao, month
    #[arg(long, env = "HUEAN_BY", value_name = "PART")]
    by: Option<CohortBy>,
    /// A further key, such as agency in `assistance`
    #[arg(long, env = "HUEAN_PER", value_name = "KEY")]
    per: Option<String>,
    /// The cases behind this figure instead of the figures
    #[arg(long, env = "HUEAN_CASES", value_name = "FIGURE")]
    cases: Option<String>,
    /// With --cases: a key of the figure's row, as in step=verified_to_assessed; may be given several times
    #[arg(long = "where", env = "HUEAN_WHERE", value_name = "KEY=VALUE", requires = "cases")]
    keys: Vec<String>,
    /// How to print it; a workbook goes to a file: `> report.xlsx`
    #[arg(long, env = "HUEAN_FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

impl ReportArgs {
    /// A report of everything that the caller sees.
    pub(super) const fn of(name: ReportName, as_of: Option<String>) -> Self {
        let (area, from, to, by, per, cases) = (None, None, None, None, None, None);
        Self { name: Some(name), area, from, to, as_of, by, per, cases, keys: Vec::new(), format: Format::Table }
    }

    /// Puts a time in the place of a position that was asked about.
    pub(super) async fn time(&mut self, house: &House) -> Result<(), CliError> {
        if let Some(text) = self.as_of.take() {
            let timed = position::timed(&house.log, text).await;
            self.as_of = Some(timed.map_err(|error| CliError::unreachable("the log can't be read", error))?);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Xlsx,
    Json,
}

pub(super) async fn run(place: &Place, args: ReportArgs) -> Result<(), CliError> {
    let Some(name) = args.name else {
        let list = ReportName::ALL.map(|name| vec![name.as_str().to_owned(), name.title().en.to_owned()]);
        return output::table(&["report", "answers"], &list);
    };
    if args.format == Format::Xlsx && std::io::stdout().is_terminal() {
        return Err(CliError::Usage("a workbook is no text: write it to a file, as in `> report.xlsx`".to_owned()));
    }
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let caller = person::caller(place, &house).await?;
    let unread = |error| CliError::unreachable("the log can't be read", error);
    let mut args = args;
    args.time(&house).await?;
    let first = house.log.read(0, 1).await.map_err(unread)?;
    let telling = Telling::to(caller.role);
    let bounds = Bounds { now: house.desk.now(), first: first.first().map(|it| it.recorded_at), telling };
    let asked = ask(name, &args, &bounds, person::reach(&caller)?)?;
    if matches!(asked, Asked::Behind(..)) && telling != Telling::Exactly {
        return Err(CliError::Usage("a researcher reads counts and no cases".to_owned()));
    }
    let failed = |error| CliError::unreachable("the report can't be made", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    // Beside a running service its live files are read; without one they are brought up to date first.
    let read_model = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(unread)?;
    read_model.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let made = match asked {
        Asked::Table(question) => table(&read_model, question, telling).await,
        Asked::Behind(sheet, query) => cases(&read_model, name, sheet, query).await,
    };
    let made = made.map_err(failed)?;
    read_model.stop().await;
    print(&made, args.format, &house)
}

/// A report, or the cases behind one of its figures.
enum Asked {
    Table(Question),
    Behind(&'static Sheet, BehindQuery),
}

fn ask(name: ReportName, args: &ReportArgs, bounds: &Bounds, reach: projections::Reach) -> Result<Asked, CliError> {
    let Some(figure) = &args.cases else { return Ok(Asked::Table(question(name, args, bounds, reach)?)) };
    let no_sheet = || {
        CliError::Usage(format!("--cases has no meaning here: the list of referrals shows those of {}", name.as_str()))
    };
    let sheet = name.sheet().ok_or_else(no_sheet)?;
    let counted: Vec<_> = sheet.counts().collect();
    if !counted.contains(&figure.as_str()) {
        return Err(CliError::Usage(format!("--cases must be one of {}", counted.join(", "))));
    }
    let of = over_cases(sheet, args, bounds, reach)?;
    let keys = sheet.keys_of(&of);
    let mut query = BehindQuery { of, figure: figure.clone(), keys: Vec::new(), cursor: None, limit: None };
    for key in &args.keys {
        let found = key
            .split_once('=')
            .and_then(|(key, value)| keys.iter().find(|known| **known == key).map(|known| (*known, value)));
        let Some((key, value)) = found else {
            return Err(CliError::Usage(format!("--where must be KEY=VALUE, with one of {}", keys.join(", "))));
        };
        query.key(key, value);
    }
    Ok(Asked::Behind(sheet, query))
}

/// The question of a report over cases.
fn over_cases(
    sheet: &'static Sheet,
    args: &ReportArgs,
    bounds: &Bounds,
    reach: projections::Reach,
) -> Result<SheetQuery, CliError> {
    let as_of = args.as_of.as_deref().map(|text| bounds.moment("as_of", text)).transpose();
    let as_of = as_of.map_err(|wrong| usage(&[wrong]))?;
    let per = args.per.as_deref().map(|per| {
        let found = sheet.per.iter().copied().find(|known| *known == per);
        found.ok_or_else(|| CliError::Usage(format!("--per must be one of {}", sheet.per.join(", "))))
    });
    let cohort = cohort(args, bounds, as_of, reach)?;
    Ok(SheetQuery { cohort, per: per.transpose()?, today: clock::day_of(bounds.now) })
}

pub(super) fn question(
    name: ReportName,
    args: &ReportArgs,
    bounds: &Bounds,
    reach: projections::Reach,
) -> Result<Question, CliError> {
    let as_of = args.as_of.as_deref().map(|text| bounds.moment("as_of", text)).transpose();
    let as_of = as_of.map_err(|wrong| usage(&[wrong]))?;
    if name.sheet().is_none() && (args.by.is_some() || args.per.is_some()) {
        return Err(CliError::Usage(format!("--by and --per have no meaning in {}", name.as_str())));
    }
    let mut referrals = ReferralQuery::all(reach.clone(), bounds.now);
    referrals.area = args.area;
    Ok(match name {
        ReportName::Backlog => {
            referrals.as_of = as_of;
            let by = vec![BacklogBy::Agency, BacklogBy::Service, BacklogBy::District, BacklogBy::Age];
            Question::Backlog(referrals, by)
        }
        ReportName::BacklogHistory => {
            if as_of.is_some() {
                return Err(CliError::Usage("--as-of has no meaning here: --from and --to say which days".to_owned()));
            }
            Question::BacklogHistory(referrals, bounds.series(args.from, args.to).map_err(|wrong| usage(&wrong))?)
        }
        ReportName::Funnel => Question::Funnel(cohort(args, bounds, as_of, reach)?),
        ReportName::Times
        | ReportName::Episodes
        | ReportName::Transitions
        | ReportName::Income
        | ReportName::Outcome
        | ReportName::Assistance
        | ReportName::Unmet
        | ReportName::Relapse
        | ReportName::Workload
        | ReportName::Equity
        | ReportName::Quality
        | ReportName::Register
        | ReportName::Duplicates => {
            let Some(sheet) = name.sheet() else { return Err(CliError::Usage("the report has no cases".to_owned())) };
            Question::Cases(name, sheet, over_cases(sheet, args, bounds, reach)?)
        }
        ReportName::Coverage => {
            Question::Coverage(CoverageQuery { cohort: cohort(args, bounds, as_of, reach)?, list: None })
        }
    })
}

/// The households found in the period, as they stood at the moment.
fn cohort(
    args: &ReportArgs,
    bounds: &Bounds,
    as_of: Option<DateTime<Utc>>,
    reach: projections::Reach,
) -> Result<Cohort, CliError> {
    let (from, to) = bounds.days(args.from, args.to).map_err(|wrong| usage(&wrong))?;
    Ok(Cohort { as_of, area: args.area, from, to, by: args.by, ..Cohort::all(reach) })
}

/// What is wrong with the options, in both languages.
fn usage(wrong: &[Wrong]) -> CliError {
    let lines = wrong.iter().map(|Wrong { name, text, .. }| {
        let option = name.replace('_', "-");
        format!("--{option} {} (--{option} {})", text.en, text.th)
    });
    CliError::Usage(lines.collect::<Vec<_>>().join("\n"))
}

fn print(made: &Table, format: Format, house: &House) -> Result<(), CliError> {
    let unwritten = |error: std::io::Error| CliError::unreachable("the report can't be printed", error);
    match format {
        Format::Json => output::json(made),
        Format::Table => {
            let heads: Vec<&str> = made.columns.iter().map(String::as_str).collect();
            let rows: Vec<Vec<String>> = made.rows.iter().map(|row| row.iter().map(csv::cell).collect()).collect();
            output::table(&heads, &rows)
        }
        Format::Csv => output::bytes(&csv::write(made).map_err(unwritten)?),
        Format::Xlsx => {
            let (log, program, read_model) = (house.log.id(), crate::desk::APP, figures_version());
            let made_from = MadeFrom { log, program, read_model, asked_by: None };
            let bytes = xlsx::write(made, &made_from)
                .map_err(|error| CliError::unreachable("the workbook can't be made", error))?;
            output::bytes(&bytes)
        }
    }
}
