//! `huean import households`

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::Args;
use clap::builder::FalseyValueParser;
use events::clock::{Clock, day_of};
use events::metadata::Channel;
use serde::Serialize;

use super::super::{CliError, output, person};
use super::bar::Bar;
use super::{register, stop_on_interrupt, told};
use crate::access::Caller;
use crate::app::{House, Missing, Place};
use crate::import::file::Book;
use crate::import::progress::Watch;
use crate::import::rejected::{Form, RejectedFile};
use crate::import::run::{self, Wish};
use crate::import::summary::Summary;
use crate::import::{ImportError, dry, form};

#[derive(Debug, Args)]
pub(in crate::cli) struct HouseholdsArgs {
    /// The file
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// Whose numbering the references are: with it, a household is told apart from those of other files
    #[arg(long, env = "HUEAN_SOURCE", default_value = "households", value_name = "NAME")]
    source: String,
    /// Read and judge everything, record nothing
    #[arg(long, env = "HUEAN_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    /// Where rejected rows go, with their reasons [default: beside the file, CSV or XLSX as it is]
    #[arg(long, env = "HUEAN_REJECTED", value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// Print a file to fill in, with the names of its columns in English and Thai
    #[arg(long, env = "HUEAN_TEMPLATE", value_parser = FalseyValueParser::new())]
    template: bool,
    /// Print the summary as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

/// What became of the file, and where the rest of it is.
#[derive(Debug, Serialize)]
struct Done {
    #[serde(flatten)]
    summary: Summary,
    rejected_file: Option<PathBuf>,
}

pub(super) async fn run(place: &Place, args: HouseholdsArgs) -> Result<(), CliError> {
    if args.template {
        let template = form::template().map_err(|error| CliError::unreachable("the template can't be made", error))?;
        return output::bytes(&template);
    }
    let Some(file) = &args.file else { return Err(CliError::Usage("name a file".to_owned())) };
    let stop = stop_on_interrupt();
    let began = Instant::now();
    let book = Book::open(file).map_err(|error| CliError::Failed(error.to_string()))?;
    let form = args.rejected.as_deref().and_then(Form::named).unwrap_or(Form::of(&book));
    let mut rejected = RejectedFile::new(&args.rejected.clone().unwrap_or_else(|| beside(file, form)), form);
    let mut bar = Bar::new();
    let mut watch = |progress| {
        bar.show(progress);
        !stop.load(Ordering::Relaxed)
    };
    // Looking at a file makes no log where there is none.
    let missing = if args.dry_run { Missing::Refuse } else { Missing::Make };
    let (mut summary, ended_as) = match House::open(place, missing, Clock::Real).await {
        Ok(house) => recorded(place, &house, &args, &book, &mut rejected, &mut watch).await?,
        Err(_) if args.dry_run && place.log.is_none() && !place.data.join("log.db").exists() => {
            let today = day_of(Clock::Real.now());
            (dry::look(&book, &std::env::temp_dir(), today, &mut rejected, &mut watch)?, Ok(()))
        }
        Err(error) => return Err(error.into()),
    };
    bar.finish();
    summary.source.clone_from(&args.source);
    let rejected_file =
        rejected.finish().map_err(|error| CliError::unreachable("the rejected rows can't be written", error))?;
    ended(summary, rejected_file, began, args.json, ended_as)
}

/// Compares with what is there, and records unless it is only to be looked at.
async fn recorded(
    place: &Place,
    house: &House,
    args: &HouseholdsArgs,
    book: &Book,
    rejected: &mut RejectedFile,
    watch: Watch<'_>,
) -> Result<(Summary, Result<(), ImportError>), CliError> {
    let caller = Caller { channel: Channel::Import, ..person::caller(place, house).await? };
    let reach = register::reach(&caller);
    let wish = Wish {
        caller,
        source: args.source.clone(),
        dry_run: args.dry_run,
        // The owner of an embedded log is its administrator; on a server an administrator publishes.
        first_policies: house.is_embedded(),
        run: uuid::Builder::from_random_bytes(rand::random()).into_uuid(),
    };
    let register = register::open(place, house).await?;
    let known = register.as_ref().map(|read_model| (read_model, reach));
    let ready = run::prepare((&house.desk, &house.vault), wish, book, known, &place.data, watch).await;
    // Not needed any more: it would only follow what is imported, and take the time for it.
    if let Some(read_model) = register {
        read_model.stop().await;
    }
    Ok(ready?.record(rejected, watch).await)
}

/// Where rejected rows go unless somebody says otherwise.
fn beside(file: &Path, form: Form) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_os_string();
    name.push(".rejected.");
    name.push(form.ending());
    file.with_file_name(name)
}

fn ended(
    mut summary: Summary,
    rejected_file: Option<PathBuf>,
    began: Instant,
    json: bool,
    ended_as: Result<(), ImportError>,
) -> Result<(), CliError> {
    summary.took(began.elapsed());
    let done = Done { summary, rejected_file };
    if json {
        output::json(&done)?;
    } else {
        told::summary(&done.summary, done.rejected_file.as_deref())?;
    }
    ended_as?;
    let summary = done.summary;
    if summary.is_clean() {
        return Ok(());
    }
    Err(CliError::Failed(if summary.stopped { "stopped before the end" } else { "not all rows went in" }.to_owned()))
}
