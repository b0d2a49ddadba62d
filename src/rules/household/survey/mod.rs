//! Survey: visits, the village panel, and the judgement.

pub mod panel;
pub mod unreachable;
pub mod verify;
pub mod visit;
