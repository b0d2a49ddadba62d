//! Where the command line writes: results to standard output, everything else to standard error.

use std::io::Write;

use serde::Serialize;

use super::CliError;

/// A line of the result.
pub(super) fn line(text: &str) -> Result<(), CliError> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Ok(()) => Ok(()),
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(CliError::EnoughRead),
        Err(error) => Err(CliError::unreachable("the result can't be written", error)),
    }
}

/// A result that a program reads.
pub(super) fn json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CliError::unreachable("the result can't be written", error))?;
    line(&text)
}

/// A result that is a file.
pub(super) fn bytes(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(CliError::EnoughRead),
        Err(error) => Err(CliError::unreachable("the result can't be written", error)),
    }
}

/// A line for the person at the terminal. Nothing is lost if nobody listens.
pub(super) fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Rows under heads, in columns as wide as needed. Thai marks above and below take no width.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> Result<(), CliError> {
    let width = |text: &str| text.chars().filter(|c| !is_mark(*c)).count();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(at, head)| {
            rows.iter().filter_map(|row| row.get(at)).map(|it| width(it)).max().unwrap_or(0).max(width(head))
        })
        .collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, wide) in cells.zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
        }
        line(text.trim_end())
    };
    print(&mut heads.iter().copied())?;
    for row in rows {
        print(&mut row.iter().map(String::as_str))?;
    }
    Ok(())
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}
