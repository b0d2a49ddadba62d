//! The rules of a household: its state, its facts' effect, and one file per command.

pub mod accept_referral;
pub mod answer_referral;
pub mod assess;
pub mod assign_caseworker;
pub mod causes;
pub mod closing;
pub mod command;
pub mod composition;
pub mod deliver_assistance;
pub mod enrol;
pub mod evolve;
pub mod graduation;
pub mod identify;
pub mod make_referral;
pub mod members;
pub mod notes;
pub mod overdue;
pub mod retract;
pub mod scoring;
pub mod state;
pub mod verdict;
pub mod verification;

pub use self::command::Command;
pub use self::evolve::Surprise;
pub use self::state::{Case, Household};
