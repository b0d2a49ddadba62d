//! How far an import is, and the word to stop: told to whoever watches, be it a terminal or a page.

use serde::Serialize;
use utoipa::ToSchema;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportStep)]
pub enum Step {
    /// Reading the file; counted in bytes.
    Reading,
    /// Looking for its people among those who are there; counted in rows.
    Comparing,
    /// Recording households; counted in rows.
    Recording,
    /// Noting people who may be the same; counted in people.
    Noting,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done.
    pub done: u64,
    /// Of how much.
    pub of: u64,
}

/// Hears how far it is and says whether to go on. What is recorded when it says no stays; running again goes on.
pub type Watch<'a> = &'a mut (dyn FnMut(Progress) -> bool + Send);
