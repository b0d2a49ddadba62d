//! The rules of a household: its state, its facts' effect, and its commands by subject.

pub mod assessment;
pub mod command;
pub mod contact;
pub mod course;
pub mod evolve;
pub mod exit;
pub mod found;
pub mod help;
pub mod people;
pub mod place;
pub mod record;
pub mod referral;
pub mod rule;
pub mod state;
pub mod survey;
pub mod voice;

pub use self::command::Command;
pub use self::evolve::Surprise;
pub use self::state::{Case, Household};
