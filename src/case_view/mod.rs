//! What one household's page shows: its facts folded into a case, as one reader sees it, now or at a past moment.
//!
//! | file | question |
//! |---|---|
//! | `history` | which facts were known at that moment? |
//! | `lens` | what of the personal values does this reader see? |
//! | `person` | what of it is one person's, for that person? |
//! | `elsewhere` | which other households are named, and may this reader know which? |
//! | `reading` | all of this at once, for whoever shows it |
//! | `fold`, `view` | what do the facts add up to? |
//! | `living` | the same for place, members and papers |
//! | `referral` | what was asked of agencies, what was waited for, and what was given to whom? |
//! | `contact` | which dates run, and who waits for an answer? |
//! | `timeline` | what happened, in order, and what was taken back? |
//! | `comparing` | what changed from the first assessment to the latest? |
//! | `actions` | what may this reader do, and what stands in the way? |

mod actions;
mod comparing;
mod contact;
mod elsewhere;
mod fold;
mod history;
mod lens;
mod living;
mod person;
mod reading;
mod referral;
mod timeline;
#[cfg(test)]
mod transitions;
mod view;

pub use actions::{ActionView, Because, actions};
pub use comparing::comparison;
pub use contact::{CheckView, ComplaintView, PlanView, RightsRequestView};
pub use elsewhere::Beyond;
pub use fold::case_view;
pub use history::{Entry, History, Moment};
pub use lens::{Lens, Shown, ShownAs};
pub use living::{DocumentView, MoveView, ResemblanceView};
pub use person::PersonFile;
pub use reading::Reading;
pub use referral::*;
pub use timeline::{TimelineEntry, masked, shown, timeline};
pub use view::*;
