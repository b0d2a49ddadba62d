//! Keeping in touch: plan a visit, look after the help, note a date that passed in vain.

pub mod follow_up;
pub mod overdue;
pub mod plan_visit;
