//! Assessment: the five capitals, income, needs.

pub mod assess;
pub mod close_need;
pub mod compare;
pub mod money;
pub mod need;
pub mod prioritise_need;
pub mod record_income;
pub mod rescore;
pub mod scoring;
