//! The summary of an import as a person reads it.

use std::path::Path;

use super::super::{CliError, output};
use crate::import::summary::{Count, Summary};

/// Prints it.
pub(super) fn summary(summary: &Summary, rejected_file: Option<&Path>) -> Result<(), CliError> {
    output::line(&format!("{} rows ({})", summary.rows, summary.file))?;
    let would = if summary.dry_run { "would go in" } else { "imported" };
    let counts: [(&str, Count); 5] = [
        (would, summary.imported),
        ("in again after being taken out", summary.again),
        ("already in", summary.already_in),
        ("differ from what is in, left alone", summary.differs),
        ("rejected", summary.rejected),
    ];
    let rows: Vec<Vec<String>> = counts
        .iter()
        .enumerate()
        // What always counts is told also where it is nothing.
        .filter(|(at, (_, count))| matches!(at, 0 | 2 | 4) || count.rows > 0)
        .map(|(_, (name, count))| vec![(*name).to_owned(), count.households.to_string(), count.rows.to_string()])
        .collect();
    output::table(&["", "households", "rows"], &rows)?;
    listed("Reasons of rejected rows", &summary.reasons)?;
    listed("Warnings in what can go in", &summary.warnings)?;
    if !summary.differing_lines.is_empty() {
        let lines: Vec<String> = summary.differing_lines.iter().take(20).map(ToString::to_string).collect();
        let more = if summary.differing_lines.len() > 20 { ", …" } else { "" };
        output::line(&format!("Households that differ begin on the lines {}{more}", lines.join(", ")))?;
    }
    if summary.same_person_noted > 0 {
        output::line(&format!("{} people may be the same as in another household: noted", summary.same_person_noted))?;
    }
    if !summary.unread_columns.is_empty() {
        output::line(&format!("Columns that were not read: {}", summary.unread_columns.join(", ")))?;
    }
    if let Some(path) = rejected_file {
        output::line(&format!("Rejected rows with their reasons are in {}", path.display()))?;
    }
    if let Some(batch) = &summary.batch {
        output::line(&format!("Batch {batch}"))?;
    }
    if summary.stopped {
        output::line("Stopped before the end: run the same command again to go on")?;
    }
    output::line(&format!("{:.1} s, {:.0} rows/s", summary.seconds, summary.rows_per_second))
}

fn listed(title: &str, counted: &std::collections::BTreeMap<String, u64>) -> Result<(), CliError> {
    if counted.is_empty() {
        return Ok(());
    }
    output::line(&format!("{title}:"))?;
    let mut rows: Vec<_> = counted.iter().collect();
    rows.sort_by_key(|(code, n)| (std::cmp::Reverse(**n), (*code).clone()));
    for (code, n) in rows {
        output::line(&format!("{n:>9}  {code}"))?;
    }
    Ok(())
}
