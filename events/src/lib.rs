//! What happened, and what keeps it: facts, sealing, vault and log.
//!
//! Nothing here decides anything. A fact is written once and read for ever, so this crate changes rarely:
//! names, versions and golden files are append-only (`events/golden`).

pub mod area;
pub mod clock;
pub mod money;
pub mod sealed;
pub mod thai;
