//! People: who belongs to the household.

pub mod change_head;
pub mod change_residence;
pub mod composition;
pub mod correct_member;
pub mod death;
pub mod dissolve;
pub mod group_family;
pub mod members;
pub mod same_person;
