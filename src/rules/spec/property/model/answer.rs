//! What comes of asking, and the few things that are said, asked for or missed in the same way everywhere.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::home::Wait;
use Answer::{Done, Kept, No, Same};

/// What comes of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It may not be.
    No,
    /// It is so already.
    Same,
    /// It is done, and can be taken back while nothing follows.
    Done,
    /// It is done for good, or is undone by a verb of its own.
    Kept,
    /// It is done, with several facts.
    Several,
}

pub(super) fn when(may: bool, answer: Answer) -> Answer {
    if may { answer } else { No }
}

pub(super) fn said(known: &mut Option<u8>, how: u8, never: bool) -> Answer {
    if never || *known == Some(how) {
        Same
    } else {
        *known = Some(how);
        Done
    }
}

type Waits = BTreeMap<u8, Wait>;

pub(super) fn asked(waiting: &mut Waits, n: u8, by: NaiveDate) -> Answer {
    let new = !waiting.contains_key(&n);
    waiting.entry(n).or_insert(Wait { by, open: true, noted: false });
    when(new, Done)
}

pub(super) fn answered(waiting: &mut Waits, n: u8) -> Answer {
    when(waiting.get_mut(&n).is_some_and(|it| std::mem::replace(&mut it.open, false)), Done)
}

pub(super) fn missed(waiting: &mut Waits, n: u8, today: NaiveDate) -> Answer {
    let Some(it) = waiting.get_mut(&n) else { return No };
    if !it.open || it.noted {
        return Same;
    }
    it.noted = it.by < today;
    when(it.noted, Kept)
}
