//! Exit: leaving poverty, or supported for as long as it is needed.

pub mod decline_graduation;
pub mod graduate;
pub mod post_exit;
pub mod proposal;
pub mod propose_graduation;
pub mod support;
pub mod verdict;
