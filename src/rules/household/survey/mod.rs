//! Survey: visits, the village panel, and the judgement.

pub mod attempt_visit;
pub mod find_not_poor;
pub mod hearing;
pub mod panel;
pub mod unreachable;
pub mod verify;
pub mod visit_home;
