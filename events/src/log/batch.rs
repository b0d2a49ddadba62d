//! What a database makes of a batch of appends, the same for both.

use super::append::{Appended, CommandRecord, StreamId};
use super::error::LogError;
use super::stored::Head;

/// A batch that was stored, without the appends that may not be.
pub(crate) struct Written {
    /// One per append, in order.
    pub(crate) verdicts: Vec<Verdict>,
    /// Where the log ends now.
    pub(crate) head: Head,
}

impl Written {
    /// Tells every stored append where the whole batch ended.
    pub(crate) fn settled(mut self) -> Self {
        for verdict in &mut self.verdicts {
            if let Verdict::Done(appended) = verdict {
                appended.head = self.head.position;
            }
        }
        self
    }
}

/// What became of one append of a stored batch.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// It is stored.
    Done(Appended),
    /// A stream it rests on is elsewhere.
    Conflict(StreamId),
    /// Its command id is taken.
    Known(Box<CommandRecord>),
}

/// Why a batch was not stored, or is not known to be.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// The log ends before the position that this process knew.
    WentBack { known: u64, found: Head },
    /// Certainly nothing was stored.
    Nothing(LogError),
    /// The commit was under way: the table `commands` tells.
    Unsure(LogError),
    /// The database refuses a value. If the batch holds other appends, they deserve another try.
    Poison(String),
}
