//! Found: identified, on which lists, by whom looked after.

pub mod assign_caseworker;
pub mod identify;
pub mod list_status;
