//! A moment of the past that is shown, and the ways to its neighbours and to a day.

use crate::case_view::CaseView;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::form::Field;
use crate::web::pages::locale::fill;

use super::compare::Beside;

/// It.
#[derive(Debug)]
pub struct Past {
    pub when: String,
    pub known: String,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub at: u64,
    pub last: u64,
    /// The picker of a day.
    pub pick: Field,
    pub beside: Beside,
}

/// What stands above a page that shows the past. `last`: how many facts there are by now.
pub fn past(view: &CaseView, last: u64, pick: Field, beside: Beside, language: Language) -> Past {
    let at = view.sequence;
    let to = |sequence: u64| format!("/cases/{}?at={sequence}", view.id);
    Past {
        when: days::moment(language, view.as_of.time),
        known: fill(language, "past.known", &[&at.to_string(), &last.to_string()]),
        earlier: (at > 1).then(|| to(at - 1)),
        later: (at < last).then(|| to(at + 1)),
        at,
        last,
        pick,
        beside,
    }
}
