//! What happened, and what keeps it: facts, sealing, vault and log.
//!
//! Nothing here decides anything. A fact is written once and read for ever, so this crate changes rarely:
//! names, versions and golden files are append-only (`events/golden`).

pub mod area;
pub mod case_no;
pub mod clock;
pub mod facts;
pub mod id;
pub mod log;
pub mod metadata;
pub mod money;
pub mod recorded;
pub mod sealed;
mod tables;
pub mod thai;
pub mod upcast;
pub mod vault;
