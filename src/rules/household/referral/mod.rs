//! Referrals: made, answered, done; waited for, sent elsewhere, taken back; and what they disclose to whom.

pub mod accept_referral;
pub mod answer_referral;
pub mod consent;
pub mod disclosing;
pub mod escalate;
pub mod extend_deadline;
pub mod make_referral;
pub mod overdue;
pub mod remind;
pub mod reroute;
pub mod resubmit;
pub mod take_back;
mod telling;
pub mod withdraw;
