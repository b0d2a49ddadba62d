//! Assessment: the five capitals, income, needs.

pub mod assess;
pub mod close_need;
pub mod compare;
pub mod need;
pub mod prioritise_need;
pub mod rescore;
pub mod scoring;
