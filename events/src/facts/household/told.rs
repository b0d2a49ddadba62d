//! What every fact of a household tells of itself, so that readers need not know each kind.

use chrono::NaiveDate;

use crate::area::Place;
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::people::Composition;

/// What a fact says about the household's due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due<'a> {
    /// Nothing: it stays as it was.
    Unchanged,
    /// This is due from now on; `None`: nothing is.
    Set(Option<&'a NextDue>),
}

/// How a fact can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// By taking it back.
    ByRetraction,
    /// It has a part in another stream, or a clock outside rests on it: only by the verb that undoes it.
    ByItsVerb,
    /// Never.
    Never,
}

/// What a fact tells of itself. A field called `after`, `next_due`, `reassess_due`, `composition` or `place` must be told here: the test
/// `what_a_payload_holds_is_told` compares this with every golden file.
pub trait Told {
    /// The stored name and version. A name is for ever; a version rises only with an upcaster.
    fn schema(&self) -> Schema;

    /// The day it happened, where the fact has one of its own.
    fn happened_on(&self) -> Option<NaiveDate>;

    /// Where the household stands after it, if it may move it.
    fn after(&self) -> Option<After> {
        None
    }

    /// What is due next, if it begins a clock.
    fn next_due(&self) -> Option<&NextDue> {
        None
    }

    /// When the household must be assessed anew, if it begins that clock: it runs beside the one of `next_due`.
    fn reassess_due(&self) -> Option<&NextDue> {
        None
    }

    /// Whether it ends the clock that runs when it begins no other.
    fn ends_due(&self) -> bool {
        false
    }

    /// Who makes up the household after it, if it changes members.
    fn composition(&self) -> Option<&Composition> {
        None
    }

    /// Where the household lives after it, if it changes that.
    fn place(&self) -> Option<Place> {
        None
    }

    /// The policy versions whose outcome it carries, besides that of the due date.
    fn policies(&self) -> Vec<&PolicyRef> {
        Vec::new()
    }

    /// How it can be undone.
    fn undone(&self) -> Undone {
        Undone::ByRetraction
    }
}
