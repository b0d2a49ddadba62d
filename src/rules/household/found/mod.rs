//! Found: identified, on which lists, by whom looked after.

pub mod add_source;
pub mod assign_caseworker;
pub mod identify;
pub mod list_status;
pub mod unassign_caseworker;
