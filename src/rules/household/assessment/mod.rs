//! Assessment: the five capitals, income, needs.

pub mod assess;
pub mod need;
pub mod scoring;
