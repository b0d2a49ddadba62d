//! Referrals: made, answered, done; waited for, sent elsewhere, taken back; and what they disclose to whom.

pub mod accept_referral;
mod answering;
pub mod complete_referral;
pub mod consent;
pub mod decline_referral;
pub mod delivery_overdue;
pub mod disclosing;
pub mod escalate;
pub mod extend_deadline;
pub mod make_referral;
pub mod remind;
pub mod reroute;
pub mod response_overdue;
pub mod resubmit;
pub mod return_referral;
pub mod take_back;
mod telling;
pub mod withdraw;
