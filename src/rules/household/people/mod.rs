//! People: who belongs to the household.

pub mod composition;
pub mod members;
