//! Who may do what: one typed policy, judged on the state that the append checks.
//!
//! Roles × actions × relations, each named: a new role or command does not compile until somebody decides.

pub mod caller;
pub mod grid;
pub mod policy;
#[cfg(test)]
mod spec;

pub use self::caller::{Caller, Role};
pub use self::policy::{Action, Denied, Relation, Sight, may, may_retract, sight};
