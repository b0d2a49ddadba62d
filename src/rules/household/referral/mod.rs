//! Referrals: made, answered, done.

pub mod accept_referral;
pub mod answer_referral;
pub mod make_referral;
pub mod overdue;
