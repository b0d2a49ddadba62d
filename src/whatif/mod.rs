//! What would the reports say under another policy? The history is judged again, event by event, and told to a file of
//! figures of its own; nothing is recorded, and what answers stays as it is.
//!
//! | file | question |
//! |---|---|
//! | `changed` | what does the file of a changed policy say, and what is wrong with it? |
//! | `rejudge` | what would each fact have carried under it? |
//! | `beside` | what does a report say then, beside what it says now, and about which households? |

mod beside;
mod changed;
mod rejudge;

pub use beside::{Beside, Differing, beside};
pub use changed::{Changed, Mistake};
pub use rejudge::{Rejudge, proposed};
