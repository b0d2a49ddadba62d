//! Help: what was delivered, and operating models.

pub mod deliver_assistance;
pub mod enrol;
