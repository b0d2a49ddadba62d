//! The course of a case: how it closes and opens again, and how two households become one or one two.

mod carrying;
pub mod closing;
pub mod leaving;
pub mod merging;
pub mod reopening;
pub mod splitting;
pub mod undoing;
