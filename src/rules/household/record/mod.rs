//! The record: notes, and facts taken back.

pub mod document;
pub mod note;
pub mod retract;
pub mod words;
