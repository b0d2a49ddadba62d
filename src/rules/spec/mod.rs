//! What the rules say, as sentences: given what happened, when somebody asks, then what is recorded or refused.

mod form;
pub(crate) mod story;

mod after_a_case_closes;
mod after_leaving;
mod asking_and_complaining;
mod assessing;
mod consenting;
mod dates;
mod enrolling;
mod finding;
mod graduating;
mod helping;
mod households_end;
mod judging;
mod keeping_in_touch;
mod leaving;
mod living_elsewhere;
mod members;
mod model_life;
mod needs;
mod other_aggregates;
mod policies;
mod policy_versions;
mod property;
mod referring;
mod refusals;
mod reopening;
mod rerouting;
mod rescoring;
mod retracting;
mod reversing;
mod supporting;
mod waiting;
mod who_is_who;
mod writing_down;
