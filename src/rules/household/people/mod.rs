//! People: who belongs to the household.

pub mod add_member;
pub mod change_head;
pub mod change_residence;
pub mod composition;
pub mod correct_member;
pub mod death;
pub mod dissolve;
pub mod group_family;
pub mod person;
pub mod remove_member;
pub mod same_person;
