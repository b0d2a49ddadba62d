//! Processes that end or freeze in the middle of an append.

use std::collections::HashSet;

use events::log::{AppendError, Log, Pen};

use crate::child::{Child, WRITERS};
use crate::stage::{Stage, lengths, whole};
use crate::thing::{command_id, one, thing};

on_both!(a_killed_process_leaves_whole_appends_and_everything_it_was_told, a_frozen_process_does_not_harm_the_others,);

/// Both streams of every command, or neither, and everything that was acknowledged.
async fn pairs_are_whole(log: &Log, writers: u32, acknowledged: &[String]) {
    let lengths = lengths(&whole(log).await);
    for writer in 0..writers {
        let left = lengths.get(&format!("left {writer}")).copied().unwrap_or(0);
        let right = lengths.get(&format!("right {writer}")).copied().unwrap_or(0);
        assert_eq!((left % 2, right % 3, left / 2), (0, 0, right / 3), "writer {writer}");
    }
    let ids = acknowledged.iter().collect::<HashSet<_>>();
    assert_eq!(ids.len(), acknowledged.len());
    for id in ids {
        let record = log.command(uuid::Uuid::from_u128(id.parse().unwrap())).await.unwrap();
        assert_eq!(record.map(|record| record.events), Some(5), "{id}");
    }
}

async fn a_killed_process_leaves_whole_appends_and_everything_it_was_told(stage: Stage) {
    let log = stage.log().await;
    let mut acknowledged = Vec::new();
    let rounds = 6;
    for round in 0..rounds {
        let mut child = Child::start(&stage, "pairs", round);
        // Each time a little later in its work.
        for _ in 0..=round * 17 {
            acknowledged.push(child.says().unwrap());
        }
        acknowledged.extend(child.killed());
    }
    pairs_are_whole(&log, rounds * WRITERS, &acknowledged).await;
    // The log goes on as if nothing had been.
    Pen::start(&log).append(one(command_id(u128::MAX / 2), &thing("after"), 0, 1)).await.unwrap();
    whole(&log).await;
}

async fn a_frozen_process_does_not_harm_the_others(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let mut child = Child::start(&stage, "pairs", 0);
    let mut acknowledged = Vec::new();
    let mut n = 0_u64;
    // It is caught inside an append most of the time, but not each time.
    for _ in 0..20 {
        for _ in 0..5 {
            acknowledged.push(child.says().unwrap());
        }
        child.signal("STOP");
        let outcome = pen.append(one(command_id(u128::MAX / 2 + u128::from(n)), &thing("here"), n, 1)).await;
        match &stage {
            // No lock is held across a round trip: nobody notices.
            Stage::Postgres { .. } => drop(outcome.as_ref().unwrap()),
            // The file's lock is frozen with it: told so in time, and reading goes on.
            Stage::Sqlite(_) => {
                if let Err(AppendError::Unavailable(error)) = &outcome {
                    assert!(error.is_passing(), "{error:?}");
                    whole(&log).await;
                }
            }
        }
        n += u64::from(outcome.is_ok());
        child.signal("CONT");
        if outcome.is_err() {
            break;
        }
    }
    // It goes on where it was, and so do the others.
    acknowledged.push(child.says().unwrap());
    pen.append(one(command_id(1 << 90), &thing("here"), n, 1)).await.unwrap();
    // Frozen once more, and killed in that state: its lock goes with it.
    child.signal("STOP");
    acknowledged.extend(child.killed());
    pen.append(one(command_id(2 << 90), &thing("here"), n + 1, 1)).await.unwrap();
    pairs_are_whole(&log, WRITERS, &acknowledged).await;
}
