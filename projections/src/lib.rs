//! What the facts mean to a reader: a projector, and one file per question.
//!
//! Every file that is built here can be deleted: the log is the truth. No rule lives here and no HTTP; nothing is stored
//! that depends on what day it is, so queries take `now`.
//!
//! | where | what |
//! |---|---|
//! | [`figures`] | queues, lists and counts: ids, codes and clear fields only |
//! | [`people`] | names and how to find them: live only, purged by an erasure |
//! | [`projector`] | how a file is built and kept up to date |
//! | [`check`] | whether what is stored is what the log says |
//! | [`ReadModel`] | what the doors hold: both files, and waiting for a position |

pub mod check;
mod column;
mod error;
pub mod figures;
mod filter;
mod households;
mod page;
pub mod people;
pub mod projector;
mod reach;
pub mod read_model;
mod working;

#[cfg(test)]
mod folding;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a test tells of some facts and passes over the others")]
mod histories;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "each number rests on some facts and passes over the others")]
mod oracle;

pub use error::ProjectionError;
pub use page::{AsOf, Page};
pub use reach::Reach;
pub use read_model::ReadModel;
