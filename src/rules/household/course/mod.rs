//! The course of a case: how it closes and opens again.

pub mod closing;
pub mod leaving;
pub mod reopening;
