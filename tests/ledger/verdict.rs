//! What the clients were told against what the log holds.

use std::cmp::Ordering;
use std::collections::HashMap;

use uuid::Uuid;

use crate::client::Ledger;

/// The events of the log: position and command.
#[derive(Debug, Default, Clone)]
pub(crate) struct Found {
    pub(crate) events: Vec<(u64, Uuid)>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Acknowledged, and not in the log.
    Lost(Uuid),
    /// Only a part of it is in the log.
    Half(Uuid),
    /// In the log twice.
    Doubled(Uuid),
    /// Acknowledged at another position than it stands at.
    Elsewhere(Uuid),
    /// A position is missing.
    Hole(u64),
}

pub(crate) fn judge(ledger: &Ledger, found: &Found) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut places: HashMap<Uuid, Vec<u64>> = HashMap::new();
    for ((position, command), expected) in found.events.iter().zip(1..) {
        if *position != expected {
            faults.push(Fault::Hole(expected));
            break;
        }
        places.entry(*command).or_default().push(*position);
    }
    for (command, position) in &ledger.acks {
        match places.get(command).map(Vec::as_slice) {
            None => faults.push(Fault::Lost(*command)),
            Some(places) => {
                let events = ledger.several.get(command).copied().unwrap_or(1);
                match places.len().cmp(&events) {
                    Ordering::Less => faults.push(Fault::Half(*command)),
                    Ordering::Greater => faults.push(Fault::Doubled(*command)),
                    // It is acknowledged with the position of its last event, and its events stand together.
                    Ordering::Equal => {
                        let last = places.last().copied().unwrap_or_default();
                        let together = places.windows(2).all(|two| matches!(two, [a, b] if a + 1 == *b));
                        if last != *position || !together {
                            faults.push(Fault::Elsewhere(*command));
                        }
                    }
                }
            }
        }
    }
    faults
}

/// Controls: the rig must notice what it is there to notice.
#[cfg(test)]
mod controls {
    use super::*;

    fn sound() -> (Ledger, Found) {
        let commands: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let mut ledger = Ledger::default();
        let mut found = Found::default();
        for (position, command) in (1..).zip(&commands) {
            ledger.acks.insert(*command, position);
            found.events.push((position, *command));
        }
        (ledger, found)
    }

    #[test]
    fn a_sound_log_has_no_fault() {
        let (ledger, found) = sound();
        assert_eq!(judge(&ledger, &found), []);
    }

    #[test]
    fn an_early_acknowledgement_is_noticed() {
        let (mut ledger, found) = sound();
        ledger.acks.insert(Uuid::from_u128(9), 4);
        assert_eq!(judge(&ledger, &found), [Fault::Lost(Uuid::from_u128(9))]);
    }

    #[test]
    fn a_dropped_event_is_noticed() {
        let (ledger, mut found) = sound();
        found.events.remove(1);
        assert!(judge(&ledger, &found).contains(&Fault::Hole(2)));
    }

    #[test]
    fn half_a_merge_is_noticed() {
        let (mut ledger, found) = sound();
        ledger.several.insert(Uuid::from_u128(2), 2);
        assert_eq!(judge(&ledger, &found), [Fault::Half(Uuid::from_u128(2))]);
    }

    #[test]
    fn a_doubled_event_is_noticed() {
        let (ledger, mut found) = sound();
        found.events.push((4, Uuid::from_u128(2)));
        assert_eq!(judge(&ledger, &found), [Fault::Doubled(Uuid::from_u128(2))]);
    }

    #[test]
    fn an_answer_with_another_position_is_noticed() {
        let (mut ledger, found) = sound();
        ledger.acks.insert(Uuid::from_u128(2), 3);
        assert_eq!(judge(&ledger, &found), [Fault::Elsewhere(Uuid::from_u128(2))]);
    }
}
