//! Following the log: nothing is skipped, nothing comes twice, and damage is named.

use std::time::Duration;

use events::log::{AppendError, Log, LogError, Pen, StoredEvent};

use crate::stage::{Stage, whole};
use crate::thing::{command_id, one, thing};

on_both!(
    a_reader_gets_what_other_nodes_write_while_they_write_it,
    a_reader_in_the_same_process_is_woken,
    waiting_ends_when_the_time_is_over,
    a_log_that_went_back_is_noticed_by_reader_and_pen,
    a_log_that_went_back_and_grew_again_is_noticed_by_reader_and_pen,
    a_missing_position_is_damage,
    two_opens_see_one_log,
);

const PATIENCE: Duration = Duration::from_secs(30);

async fn a_reader_gets_what_other_nodes_write_while_they_write_it(stage: Stage) {
    let log = stage.log().await;
    let mut feed = log.feed(0, 7);
    let reader = tokio::spawn(async move {
        let mut events: Vec<StoredEvent> = Vec::new();
        while events.len() < 400 {
            events.extend(feed.next().await.unwrap());
        }
        events
    });
    let nodes = [stage.log().await, stage.log().await];
    let writers = (0..8_u64).map(|writer| {
        let pen = Pen::start(&nodes[writer as usize % 2]);
        async move {
            for n in 0..50 {
                let id = command_id(u128::from(writer * 1000 + n));
                pen.append(one(id, &thing(&writer.to_string()), n, 1)).await.unwrap();
            }
        }
    });
    futures::future::join_all(writers).await;
    assert_eq!(reader.await.unwrap(), whole(&log).await);
}

async fn a_reader_in_the_same_process_is_woken(stage: Stage) {
    let log = stage.log().await;
    let waiter = tokio::spawn({
        let log = log.clone();
        async move { log.wait_past(0, PATIENCE).await }
    });
    Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    assert!(waiter.await.unwrap().unwrap());
    assert!(log.wait_past(0, Duration::ZERO).await.unwrap());
}

async fn waiting_ends_when_the_time_is_over(stage: Stage) {
    let log = stage.log().await;
    assert!(!log.wait_past(0, Duration::from_millis(120)).await.unwrap());
}

/// What a restored backup looks like from here: the tail is gone.
async fn cut(stage: &Stage, after: u64) {
    stage.past_the_log(&stage.without_guards(&format!("DELETE FROM events WHERE position > {after};"))).await;
}

async fn a_log_that_went_back_is_noticed_by_reader_and_pen(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    for n in 0..10 {
        pen.append(one(command_id(n.into()), &thing("a"), n, 1)).await.unwrap();
    }
    cut(&stage, 6).await;
    let beyond = log.read(10, 5).await;
    assert!(matches!(beyond, Err(LogError::WentBack { known: 10, found: 6 })), "{beyond:?}");
    // The decision rests on a past that is no more: nothing of it may be stored.
    let lost = pen.append(one(command_id(50), &thing("a"), 10, 1)).await;
    assert!(matches!(lost, Err(AppendError::LogWentBack { known: 10, found: 6 })), "{lost:?}");
    // And what was decided before the pen noticed is judged as strictly.
    let stale = pen.append(one(command_id(51), &thing("a"), 10, 1)).await;
    assert!(matches!(stale, Err(AppendError::Conflict(_))), "{stale:?}");
    pen.append(one(command_id(52), &thing("a"), 6, 1)).await.unwrap();
    assert_eq!(whole(&log).await.len(), 7);
}

async fn a_log_that_went_back_and_grew_again_is_noticed_by_reader_and_pen(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    for n in 0..10 {
        pen.append(one(command_id(n.into()), &thing("a"), n, 1)).await.unwrap();
    }
    let (head, mut feed) = (log.head().await.unwrap(), log.feed(0, 100));
    assert_eq!(feed.at_hand().await.unwrap().len(), 10);
    cut(&stage, 4).await;
    let other = stage.log().await;
    Pen::start(&other).append(one(command_id(60), &thing("b"), 0, 20)).await.unwrap();
    let lost = pen.append(one(command_id(61), &thing("a"), 10, 1)).await;
    assert!(matches!(lost, Err(AppendError::LogWentBack { known: 10, found: 24 })), "{lost:?}");
    // A reader that goes on, and one that comes back with what it kept.
    for mut feed in [feed, log.feed_from(head, 100)] {
        let other = feed.at_hand().await;
        assert!(matches!(other, Err(LogError::WentBack { known: 10, found: 24 })), "{other:?}");
    }
    let stale = pen.append(one(command_id(62), &thing("a"), 10, 1)).await;
    assert!(matches!(stale, Err(AppendError::Conflict(_))), "{stale:?}");
    assert_eq!(whole(&log).await.len(), 24);
}

async fn a_missing_position_is_damage(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    for n in 0..6_u64 {
        pen.append(one(command_id(n.into()), &thing(&n.to_string()), 0, 1)).await.unwrap();
    }
    stage.past_the_log(&stage.without_guards("DELETE FROM events WHERE position = 4;")).await;
    for after in [0, 2, 3] {
        let gap = log.read(after, 100).await;
        assert!(matches!(gap, Err(LogError::Damaged { position: 4, .. })), "{gap:?}");
    }
    assert_eq!(log.read(0, 3).await.unwrap().len(), 3);
    let gone = log.read(4, 100).await;
    assert!(matches!(gone, Err(LogError::Damaged { position: 4, .. })), "{gone:?}");
}

async fn two_opens_see_one_log(stage: Stage) {
    let opens: Vec<Log> = futures::future::join_all((0..4).map(|_| stage.log())).await;
    assert!(opens.iter().all(|log| log.id() == opens[0].id()));
    Pen::start(&opens[0]).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    assert_eq!(whole(&opens[3]).await.len(), 1);
}
