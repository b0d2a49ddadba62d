//! Exit: leaving poverty, or supported for as long as it is needed.

pub mod graduation;
pub mod post_exit;
pub mod support;
pub mod verdict;
