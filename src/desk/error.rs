//! Why the desk did not do it. The doors turn each into one answer.

use events::log::{AppendError, CommandRecord, LogError};
use events::recorded::Unreadable;
use events::vault::{SealError, VaultError};

use crate::access::Denied;
use crate::rules::Refusal;
use crate::rules::household::Surprise;

/// Why nothing was recorded, or is not known to have been.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Not this person.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Not like this: a rule says no.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// Not any more: the caller saw an older state.
    #[error("it has changed: sequence {seen} was seen, it is {current} now")]
    Stale {
        /// What the caller saw.
        seen: u64,
        /// What it is.
        current: u64,
    },
    /// It kept changing under the decision.
    #[error("it kept changing while this was decided")]
    Conflict,
    /// The command was done before; the desk answers it from its record.
    #[error("the command was done before")]
    Done(Box<CommandRecord>),
    /// The command id was used for something else by the same person.
    #[error("the command id was used for another command")]
    KeyReused,
    /// The command id was used by somebody else: to this caller it does not exist.
    #[error("there is no such command of yours")]
    KeyOfAnother,
    /// A decided fact does not follow from the state that decided it: a fault of the rules.
    #[error("a decision does not follow from its own state")]
    Surprised(#[from] Surprise),
    /// All case numbers of the province are used.
    #[error("the province has used all its case numbers")]
    NoNumbersLeft,
    /// The log does not answer, or is damaged.
    #[error("the log failed")]
    Log(#[from] LogError),
    /// The log does not take it, or it is not known whether it did.
    #[error("the append failed")]
    Append(#[source] AppendError),
    /// The vault does not answer, or refuses.
    #[error("the vault failed")]
    Vault(#[from] VaultError),
    /// A sealed value can't be opened though its key was never destroyed, or was tampered with: an alarm.
    #[error("a sealed value can't be opened")]
    Sealed(#[from] SealError),
    /// A stored event can't be read: an alarm.
    #[error("a stored event can't be read")]
    Unreadable(#[from] Unreadable),
}

impl DeskError {
    /// Whether it was judged on what has happened so far, so that a command done before may look wrong now.
    pub(super) const fn is_judgement(&self) -> bool {
        match self {
            Self::Denied(_) | Self::Refused(_) | Self::Stale { .. } | Self::Conflict | Self::Surprised(_) => true,
            Self::Done(_)
            | Self::KeyReused
            | Self::KeyOfAnother
            | Self::NoNumbersLeft
            | Self::Log(_)
            | Self::Append(_)
            | Self::Vault(_)
            | Self::Sealed(_)
            | Self::Unreadable(_) => false,
        }
    }

    /// Whether asking again later may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Log(error) => matches!(error, LogError::Unreachable(_)),
            Self::Append(error) => matches!(error, AppendError::Unavailable(_)),
            Self::Vault(error) => error.is_transient(),
            Self::Denied(_)
            | Self::Refused(_)
            | Self::Stale { .. }
            | Self::Conflict
            | Self::Done(_)
            | Self::KeyReused
            | Self::KeyOfAnother
            | Self::NoNumbersLeft
            | Self::Surprised(_)
            | Self::Sealed(_)
            | Self::Unreadable(_) => false,
        }
    }
}
