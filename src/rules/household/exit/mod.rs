//! Exit: leaving poverty.

pub mod graduation;
pub mod verdict;
