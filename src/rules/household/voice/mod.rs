//! What the household says to the office and wants answered.

pub mod complaint;
pub mod erasure;
pub mod held;
pub mod rights;
