//! Many writers at once, from several processes and nodes.

use std::collections::HashSet;

use events::log::{AppendError, Log, Pen};

use crate::child::{Child, ROUNDS, WRITERS, pens, plain};
use crate::stage::{Stage, lengths, whole};
use crate::thing::{command_id, happened, one, read, several, thing, write};

on_both!(
    sixteen_writers_in_three_processes_leave_one_order,
    sixty_four_ask_for_ten_places_and_ten_get_one,
    nobody_gets_in_after_the_door_is_closed,
    the_same_command_sent_to_two_nodes_is_done_once,
    an_append_that_the_database_refuses_does_not_spoil_its_batch,
);

async fn sixteen_writers_in_three_processes_leave_one_order(stage: Stage) {
    let log = stage.log().await;
    let with_pens = Child::start(&stage, "pens", 1);
    let without = Child::start(&stage, "plain", 2);
    // Half of the writers live here: four with pens on the shared log, four plain.
    let here = (12..16).map(|writer| {
        let (log, url) = (log.clone(), stage.url());
        tokio::spawn(async move { tokio::join!(pens(&log, writer), plain(&url, writer)) })
    });
    for writer in here.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let said = with_pens.ends();
    assert_eq!(without.ends().len() as u32, WRITERS * ROUNDS);
    assert_eq!(said.len() as u32, WRITERS * ROUNDS);

    let events = whole(&log).await;
    let plain = events.iter().filter(|event| event.metadata.is_empty()).count();
    assert_eq!(plain as u32, 2 * WRITERS * ROUNDS);
    let by_pens: u32 = (0..ROUNDS).map(|round| 1 + round % 3).sum();
    assert_eq!((events.len() - plain) as u32, 2 * WRITERS * by_pens);
    // What the other process was told is what is there.
    for line in said {
        let (id, position) = line.split_once(' ').unwrap();
        let record = log.command(uuid::Uuid::from_u128(id.parse().unwrap())).await.unwrap().unwrap();
        assert_eq!(record.first_position, Some(position.parse().unwrap()));
        let first = &events[position.parse::<usize>().unwrap() - 1];
        assert_eq!(first.stream, record.target);
        assert_eq!(first.sequence + u64::from(record.events) - 1, record.sequence_after);
    }
}

/// Takes a place of the model, as long as there is one. The model's own stream counts them.
async fn enrol(log: &Log, pen: &Pen, writer: u32) -> bool {
    let (model, household) = (thing("model"), thing(&format!("household {writer}")));
    loop {
        let taken = log.stream(&model, 0).await.unwrap().len() as u64;
        if taken >= 10 {
            return false;
        }
        let both = vec![write(&household, 0, 1), write(&model, taken, 1)];
        match pen.append(several(command_id(writer.into()), both, vec![])).await {
            Ok(_) => return true,
            Err(AppendError::Conflict(stream)) => assert_eq!(stream, model),
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn sixty_four_ask_for_ten_places_and_ten_get_one(stage: Stage) {
    let nodes = [stage.log().await, stage.log().await];
    let pens = [Pen::start(&nodes[0]), Pen::start(&nodes[1])];
    let asking = (0..64_u32).map(|writer| {
        let node = writer as usize % 2;
        enrol(&nodes[node], &pens[node], writer)
    });
    let enrolled = futures::future::join_all(asking).await;
    assert_eq!(enrolled.iter().filter(|enrolled| **enrolled).count(), 10);
    let lengths = lengths(&whole(&nodes[0]).await);
    assert_eq!(lengths["model"], 10);
    for (writer, enrolled) in enrolled.into_iter().enumerate() {
        assert_eq!(lengths.contains_key(&format!("household {writer}")), enrolled);
    }
}

async fn nobody_gets_in_after_the_door_is_closed(stage: Stage) {
    let nodes = [stage.log().await, stage.log().await];
    let pens = [Pen::start(&nodes[0]), Pen::start(&nodes[1])];
    let door = thing("door");
    pens[0].append(one(command_id(0), &door, 0, 1)).await.unwrap();
    // All decide on the open door. They only look at it, and yet the log holds them to it.
    let entering = (1..=60_u32).map(|writer| {
        let through =
            several(command_id(writer.into()), vec![write(&thing(&writer.to_string()), 0, 1)], vec![read(&door, 1)]);
        let pen = pens[writer as usize % 2].clone();
        async move { pen.append(through).await }
    });
    let mut closing = one(command_id(99), &door, 1, 1);
    closing.writes[0].events = vec![happened("closed")];
    let (mut before, mut after) = (entering.collect::<Vec<_>>(), Vec::new());
    after.extend(before.drain(30..));
    let (entered, closed, late) =
        tokio::join!(futures::future::join_all(before), pens[1].append(closing), futures::future::join_all(after));
    let closed = closed.unwrap().first_position.unwrap();
    for outcome in entered.into_iter().chain(late) {
        match outcome {
            Ok(appended) => assert!(appended.first_position.unwrap() < closed),
            Err(AppendError::Conflict(stream)) => assert_eq!(stream, door),
            Err(other) => panic!("{other:?}"),
        }
    }
    let too_late = several(command_id(100), vec![write(&thing("late"), 0, 1)], vec![read(&door, 1)]);
    assert!(matches!(pens[0].append(too_late).await, Err(AppendError::Conflict(_))));
    let events = whole(&nodes[0]).await;
    assert!(events[closed as usize..].is_empty(), "only the door was left");
}

async fn the_same_command_sent_to_two_nodes_is_done_once(stage: Stage) {
    let nodes = [stage.log().await, stage.log().await];
    let pens = [Pen::start(&nodes[0]), Pen::start(&nodes[1])];
    let sending = (0..100_u32)
        .map(|n| pens[n as usize % 2].append(one(command_id((n / 2).into()), &thing(&(n / 2).to_string()), 0, 1)));
    let outcomes = futures::future::join_all(sending).await;
    for pair in outcomes.chunks(2) {
        let done = pair.iter().filter_map(|outcome| outcome.as_ref().ok()).collect::<Vec<_>>();
        let known = pair.iter().find_map(|outcome| match outcome {
            Err(AppendError::AlreadyDone(record)) => Some(record),
            Ok(_) | Err(_) => None,
        });
        assert_eq!(done.len(), 1, "{pair:?}");
        assert_eq!(known.unwrap().first_position, done[0].first_position);
    }
    assert_eq!(whole(&nodes[1]).await.len(), 50);
}

async fn an_append_that_the_database_refuses_does_not_spoil_its_batch(stage: Stage) {
    let log = stage.log().await;
    stage
        .past_the_log(match &stage {
            Stage::Sqlite(_) => {
                "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.event_type = 'Poison'
                 BEGIN SELECT RAISE(ABORT, 'poison'); END"
            }
            Stage::Postgres { .. } => "ALTER TABLE events ADD CHECK (event_type <> 'Poison')",
        })
        .await;
    let pen = Pen::start(&log);
    let mut appends = (0..30_u32).map(|n| one(command_id(n.into()), &thing(&n.to_string()), 0, 2)).collect::<Vec<_>>();
    for poisoned in [7, 20] {
        appends[poisoned].writes[0].events[1].event_type = "Poison".into();
    }
    let outcomes = futures::future::join_all(appends.into_iter().map(|append| pen.append(append))).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(_) => assert!(n != 7 && n != 20),
            Err(AppendError::Refused(_)) => assert!(n == 7 || n == 20),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(whole(&log).await.len(), 56);
    let streams: HashSet<_> = lengths(&whole(&log).await).into_values().collect();
    assert_eq!(streams, HashSet::from([2]));
}
