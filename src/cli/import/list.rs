//! `huean import list`

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use events::area::AreaCode;
use events::clock::Clock;
use events::facts::household::StateList;
use events::metadata::Channel;
use events::thai::date::parse_date;

use super::super::{CliError, output, person};
use super::bar::Bar;
use super::{register, stop_on_interrupt};
use crate::access::Caller;
use crate::app::{House, Missing, Place};
use crate::import::file::Book;
use crate::import::list::{Compared, ListImport};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// The file: a column `citizen_id` or `house_code`
    file: PathBuf,
    /// Which list it is
    #[arg(long, env = "HUEAN_LIST", value_enum)]
    list: List,
    /// The date of the list; two dates are two lists
    #[arg(long, env = "HUEAN_LIST_DATE", value_name = "DATE")]
    date: String,
    /// The area that the list covers whole: its households that are not on it were missed
    #[arg(long, env = "HUEAN_AREA", value_name = "CODE")]
    area: Option<AreaCode>,
    /// Compare, record nothing
    #[arg(long, env = "HUEAN_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    /// Print what became of it as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum List {
    /// TPMAP
    Tpmap,
    /// Basic minimum needs survey (จปฐ.)
    Bmn,
    /// State welfare card
    WelfareCard,
}

impl List {
    const fn stored(self) -> StateList {
        match self {
            Self::Tpmap => StateList::Tpmap,
            Self::Bmn => StateList::Bmn,
            Self::WelfareCard => StateList::WelfareCard,
        }
    }
}

pub(super) async fn run(place: &Place, args: ListArgs) -> Result<(), CliError> {
    let list_date = parse_date(&args.date).map_err(|error| CliError::Usage(format!("--date: {error}")))?;
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    if list_date > house.desk.today() {
        return Err(CliError::Usage(format!("--date: {list_date} has not come yet")));
    }
    let caller = Caller { channel: Channel::Import, ..person::caller(place, &house).await? };
    let book = Book::open(&args.file).map_err(|error| CliError::Failed(error.to_string()))?;
    let Some(register) = register::open(place, &house).await? else {
        return Err(CliError::Failed("the log holds no household to compare with".to_owned()));
    };
    let import = ListImport {
        desk: house.desk.clone(),
        reach: register::reach(&caller),
        caller,
        list: args.list.stored(),
        list_date,
        area: args.area,
        dry_run: args.dry_run,
        run: uuid::Builder::from_random_bytes(rand::random()).into_uuid(),
    };
    let stop = stop_on_interrupt();
    let mut bar = Bar::new();
    let mut watch = |progress| {
        bar.show(progress);
        !stop.load(Ordering::Relaxed)
    };
    let compared = import.run(&book, &register, &mut watch).await;
    bar.finish();
    register.stop().await;
    let compared = compared?;
    if args.json {
        output::json(&compared)?;
    } else {
        told(&compared)?;
    }
    if compared.stopped {
        return Err(CliError::Failed("stopped before the end: run it again to go on".to_owned()));
    }
    let whole = compared.unreadable == 0 && compared.refused == 0;
    if whole { Ok(()) } else { Err(CliError::Failed("not all rows could be used".to_owned())) }
}

fn told(compared: &Compared) -> Result<(), CliError> {
    let rows: [(&str, u64); 10] = [
        ("rows of the list", compared.rows),
        ("rows that name somebody of the register", compared.matched),
        ("rows that name nobody of it", compared.unmatched),
        ("rows that can't be read", compared.unreadable),
        ("households found on the list", compared.found),
        ("households that the list missed", compared.missed),
        ("households with nothing to compare", compared.not_comparable),
        ("recorded now", compared.recorded),
        ("known before", compared.already_so),
        ("not recorded: a rule or your areas say no", compared.refused),
    ];
    let rows: Vec<Vec<String>> = rows.iter().map(|(name, n)| vec![(*name).to_owned(), n.to_string()]).collect();
    output::table(&["", ""], &rows)?;
    if !compared.unreadable_lines.is_empty() {
        let lines: Vec<String> = compared.unreadable_lines.iter().take(20).map(ToString::to_string).collect();
        output::line(&format!("Lines that can't be read: {}", lines.join(", ")))?;
    }
    Ok(())
}
