//! What both copies share at the terminal: addresses, progress, Ctrl-C, the result.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::FalseyValueParser;
use events::log::{CopiedTable, CopyError, CopyFailure, Progress};
use serde_json::json;

use super::serve::ending;
use super::{CliError, chain, output};
use crate::app::make_directory;

/// A line of progress at most so often.
const OFTEN: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct CopyArgs {
    /// What is copied: `sqlite:FILE` or `postgres://…`
    pub(super) from: String,
    /// Where to: `sqlite:FILE`, or a database that `huean setup postgres` prepared, as its owner
    pub(super) to: String,
    /// Print what was copied as JSON
    #[arg(long, env = "HUEAN_JSON", value_parser = FalseyValueParser::new())]
    json: bool,
}

impl From<CopyError> for CliError {
    fn from(error: CopyError) -> Self {
        match error.failure() {
            CopyFailure::Usage => Self::Usage(chain(&error)),
            CopyFailure::Unsound => Self::Failed(chain(&error)),
            CopyFailure::Unreachable => {
                Self::Unreachable { what: "the databases can't be used".to_owned(), source: Box::new(error) }
            }
        }
    }
}

/// Waits for a copy to end, or for Ctrl-C.
pub(super) async fn copied<T>(
    args: &CopyArgs,
    by_then: &str,
    copy: impl Future<Output = Result<T, CopyError>>,
) -> Result<T, CliError> {
    if let Some(file) = args.to.strip_prefix("sqlite:")
        && let Some(directory) = Path::new(file.trim_start_matches("//")).parent()
        && !directory.as_os_str().is_empty()
        && !directory.exists()
    {
        make_directory(directory)?;
    }
    let ended = ending()?;
    tokio::select! {
        done = copy => Ok(done?),
        () = ended => Err(CliError::Failed(format!("stopped: {by_then}, and the same command again goes on"))),
    }
}

/// Tells how far a copy is, with its rate and what is left.
pub(super) fn telling() -> impl FnMut(Progress) + Send {
    let mut what = "";
    let mut began = (Instant::now(), 0);
    let mut said = Instant::now();
    move |it: Progress| {
        if it.what != what {
            what = it.what;
            began = (Instant::now(), it.done);
        } else if said.elapsed() < OFTEN && it.done < it.of {
            return;
        }
        said = Instant::now();
        let seconds = began.0.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = (it.done - began.1) as f64 / seconds.max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a time for people")]
        let left = it.of.saturating_sub(it.done) as f64 / rate.max(1.0);
        let rated = if seconds > 1.0 { format!(", {rate:.0}/s, {left:.0} s left") } else { String::new() };
        output::note(&format!("{what}: {} of {}{rated}", it.done, it.of));
    }
}

impl CopyArgs {
    /// Prints what both sides hold.
    pub(super) fn show(&self, sentence: &str, tables: &[CopiedTable]) -> Result<(), CliError> {
        if self.json {
            let tables: Vec<_> =
                tables.iter().map(|it| json!({"what": it.what, "rows": it.rows, "sha256": it.digest})).collect();
            return output::json(&json!({"copied": sentence, "tables": tables}));
        }
        output::line(sentence)?;
        let rows: Vec<Vec<String>> =
            tables.iter().map(|it| vec![it.what.to_owned(), it.rows.to_string(), it.digest.clone()]).collect();
        output::table(&["equal on both sides", "rows", "SHA-256"], &rows)
    }
}
