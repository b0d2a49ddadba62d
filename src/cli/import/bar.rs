//! The progress of an import at a terminal: a bar with rate and time left; elsewhere a line now and then.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use super::output;
use crate::import::progress::{Progress, Step};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows how far it is.
pub(super) struct Bar {
    drawn: Option<(Step, ProgressBar)>,
    terminal: bool,
    said: Option<(Step, Instant)>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self { drawn: None, terminal: std::io::stderr().is_terminal(), said: None }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        if self.terminal { self.draw(progress) } else { self.write(progress) }
    }

    fn draw(&mut self, Progress { step, done, of }: Progress) {
        if self.drawn.as_ref().is_none_or(|(drawn, _)| *drawn != step) {
            self.finish();
            let bar = ProgressBar::new(of).with_message(named(step));
            let template = if step == Step::Reading {
                "{msg:>10} [{bar:40}] {bytes}/{total_bytes} {bytes_per_sec} {eta} left"
            } else {
                "{msg:>10} [{bar:40}] {human_pos}/{human_len} {per_sec} {eta} left"
            };
            // A template that does not read would be a slip of ours: the plain bar does as well.
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.drawn = Some((step, bar));
        }
        if let Some((_, bar)) = &self.drawn {
            bar.set_position(done);
        }
    }

    fn write(&mut self, Progress { step, done, of }: Progress) {
        let due = match &self.said {
            Some((said, at)) => *said != step || at.elapsed() >= LINE_EVERY,
            None => true,
        };
        if due {
            self.said = Some((step, Instant::now()));
            let (done, of) = if step == Step::Reading {
                (HumanBytes(done).to_string(), HumanBytes(of).to_string())
            } else {
                (HumanCount(done).to_string(), HumanCount(of).to_string())
            };
            output::note(&format!("{} {done} of {of}", named(step)));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&mut self) {
        if let Some((_, bar)) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}

fn named(step: Step) -> &'static str {
    match step {
        Step::Reading => "reading",
        Step::Comparing => "comparing",
        Step::Recording => "recording",
        Step::Noting => "noting",
    }
}
