//! A caller that goes away at any moment: the append is whole or was never there.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use events::log::{AppendError, Pen};

use crate::stage::{Stage, lengths, whole};
use crate::thing::{command_id, one, several, thing, write};

on_both!(
    an_append_whose_caller_goes_away_is_whole_or_was_never_there,
    an_append_that_was_not_handed_over_yet_goes_with_its_caller,
);

/// Polls a future so many times, or until it is ready, giving the pen time in between.
async fn polled<F: Future>(future: &mut Pin<Box<F>>, times: u32) -> bool {
    for _ in 0..times {
        if matches!(poll(future), Poll::Ready(_)) {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(futures::task::noop_waker_ref()))
}

async fn an_append_whose_caller_goes_away_is_whole_or_was_never_there(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let append = |n: u32| {
        let streams = ["left", "right"].map(|side| write(&thing(&format!("{side} {n}")), 0, 2));
        several(command_id(n.into()), streams.to_vec(), vec![])
    };
    for n in 0..60 {
        let mut going = Box::pin(pen.append(append(n)));
        polled(&mut going, n).await;
        drop(going);
    }
    // The pen keeps the order: when this one is answered, so is every one that was handed over.
    pen.append(one(command_id(1000), &thing("last"), 0, 1)).await.unwrap();
    let there = lengths(&whole(&log).await);
    for n in 0..60 {
        let stored = there.contains_key(&format!("left {n}"));
        assert_eq!(stored, there.contains_key(&format!("right {n}")));
        assert_eq!(stored, log.command(command_id(n.into())).await.unwrap().is_some());
        // Polled once, it was handed over.
        assert_eq!(stored, n > 0, "{n}");
        let again = pen.append(append(n)).await;
        assert!(if stored { matches!(again, Err(AppendError::AlreadyDone(_))) } else { again.is_ok() });
    }
}

async fn an_append_that_was_not_handed_over_yet_goes_with_its_caller(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let held = stage.hold_open("held").await;
    // More than the pen takes while it cannot write: the last ones wait to be handed over.
    let mut waiting = (0..6000_u32)
        .map(|n| Box::pin(pen.append(one(command_id(n.into()), &thing(&n.to_string()), 0, 1))))
        .collect::<Vec<_>>();
    for (n, append) in waiting.iter_mut().enumerate() {
        assert!(poll(append).is_pending());
        if n % 64 == 0 {
            // Tokio lets a task do only so much before everything it polls is pending.
            tokio::task::yield_now().await;
        }
    }
    drop(waiting);
    held.rolled_back().await;
    pen.append(one(command_id(10_000), &thing("last"), 0, 1)).await.unwrap();
    let there = lengths(&whole(&log).await);
    assert!((4000..5500).contains(&there.len()), "{}", there.len());
    for n in 0..6000_u32 {
        let stored = there.contains_key(&n.to_string());
        if n % 500 == 0 {
            assert_eq!(stored, log.command(command_id(n.into())).await.unwrap().is_some());
        }
        assert!(!stored || n == 0 || there.contains_key(&(n - 1).to_string()), "the pen keeps the order");
    }
}
