//! Help: what was delivered, what the household says of it, what counts no longer, and operating models.

pub mod confirm_assistance;
pub mod deliver_assistance;
pub mod enrol;
pub mod leave_model;
pub mod model_result;
pub mod reverse_assistance;
