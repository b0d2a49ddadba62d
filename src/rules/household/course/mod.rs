//! The course of a case: how it closes and opens again.

pub mod closing;
