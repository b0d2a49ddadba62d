//! What an append stores, and what keeps it from being stored.

use events::log::{AppendError, Payload, Pen};
use serde_json::json;

use crate::stage::{Stage, insert, lengths, whole};
use crate::thing::{Thing, command_id, happened, one, read, several, thing, write};

on_both!(
    an_append_comes_back_as_it_was_written,
    several_streams_are_stored_together_or_not_at_all,
    an_append_on_an_old_sequence_is_a_conflict_and_leaves_nothing,
    an_append_on_a_sequence_that_never_was_is_a_conflict,
    a_stream_that_was_only_read_must_be_where_it_was,
    a_command_that_changes_nothing_is_remembered,
    a_command_id_is_used_once,
    a_command_of_a_stream_it_does_not_name_gets_its_sequence,
    an_append_that_can_never_be_right_is_refused,
    conflicts_in_a_batch_fail_alone,
    commands_of_one_stream_in_a_batch_are_chained,
    the_history_is_append_only,
    a_plain_insert_that_leaves_a_hole_is_refused,
);

async fn an_append_comes_back_as_it_was_written(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let before = log.clock().now();
    let mut append = one(command_id(1), &thing("a"), 0, 0);
    append.writes[0].events = vec![happened("ฝนตก"), happened("it's \"quoted\"")];
    append.writes[0].events[1].payload =
        json!({"what": "x", "list": [1, 2.5, null, true], "nested": {"ก": "ข"}}).into();
    let appended = pen.append(append.clone()).await.unwrap();
    assert_eq!((appended.sequence_after, appended.events, appended.head), (2, 2, 2));
    assert_eq!((appended.first_position, appended.last_position), (Some(1), Some(2)));
    assert!(appended.recorded_at >= before && appended.recorded_at <= log.clock().now());

    let events = whole(&log).await;
    assert_eq!(events, log.stream(&thing("a"), 0).await.unwrap());
    assert_eq!(events, log.load::<Thing>("a", 0).await.unwrap());
    assert_eq!(events[1..], log.stream(&thing("a"), 1).await.unwrap());
    assert_eq!(events[1..], log.load::<Thing>("a", 1).await.unwrap());
    for (stored, new) in events.iter().zip(&append.writes[0].events) {
        assert_eq!((&stored.event_type, &stored.event_version), (&new.event_type, &new.event_version));
        assert_eq!(Payload::Tree(stored.payload.clone()), new.payload);
        assert_eq!(json!(stored.metadata), json!(new.metadata));
        assert_eq!(stored.recorded_at, appended.recorded_at);
        assert_eq!(stored.stream, thing("a"));
    }
    assert!(log.stream(&thing("b"), 0).await.unwrap().is_empty());
    assert!(log.load::<Thing>("b", 0).await.unwrap().is_empty());
}

async fn several_streams_are_stored_together_or_not_at_all(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let (a, b, c) = (thing("a"), thing("b"), thing("c"));
    let both = several(command_id(1), vec![write(&a, 0, 2), write(&b, 0, 3)], vec![]);
    let appended = pen.append(both).await.unwrap();
    assert_eq!((appended.sequence_after, appended.first_position, appended.last_position), (2, Some(1), Some(5)));

    let half = several(command_id(2), vec![write(&c, 0, 1), write(&b, 2, 1)], vec![]);
    let Err(AppendError::Conflict(stream)) = pen.append(half).await else { panic!("stored") };
    assert_eq!(stream, b);
    assert_eq!(lengths(&whole(&log).await), [("a".into(), 2), ("b".into(), 3)].into());
}

async fn an_append_on_an_old_sequence_is_a_conflict_and_leaves_nothing(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 3)).await.unwrap();
    for expected in 0..3 {
        let late = pen.append(one(command_id(2), &thing("a"), expected, 1)).await;
        assert!(matches!(late, Err(AppendError::Conflict(stream)) if stream == thing("a")));
    }
    assert_eq!(log.command(command_id(2)).await.unwrap(), None);
    assert_eq!(whole(&log).await.len(), 3);
}

async fn an_append_on_a_sequence_that_never_was_is_a_conflict(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    for (stream, expected) in [("a", 2), ("a", u64::from(u32::MAX) / 4), ("new", 1)] {
        let early = pen.append(one(command_id(2), &thing(stream), expected, 1)).await;
        assert!(matches!(early, Err(AppendError::Conflict(_))), "{early:?}");
    }
    assert_eq!(whole(&log).await.len(), 1);
}

async fn a_stream_that_was_only_read_must_be_where_it_was(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let b = thing("b");
    pen.append(one(command_id(1), &b, 0, 2)).await.unwrap();
    for (expected, fits) in [(0, false), (1, false), (2, true), (3, false)] {
        let a = thing(&format!("a {expected}"));
        let append = several(command_id(10 + u128::from(expected)), vec![write(&a, 0, 1)], vec![read(&b, expected)]);
        let outcome = pen.append(append).await;
        match outcome {
            Ok(_) => assert!(fits),
            Err(AppendError::Conflict(stream)) => assert!(!fits && stream == b),
            Err(other) => panic!("{other}"),
        }
    }
    let unborn = several(command_id(20), vec![write(&thing("a 2"), 1, 1)], vec![read(&thing("c"), 0)]);
    pen.append(unborn).await.unwrap();
    assert_eq!(whole(&log).await.len(), 4);
}

async fn a_command_that_changes_nothing_is_remembered(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 2)).await.unwrap();
    let nothing = several(command_id(2), vec![], vec![read(&thing("a"), 2)]);
    let appended = pen.append(nothing.clone()).await.unwrap();
    assert_eq!((appended.sequence_after, appended.first_position, appended.events, appended.head), (2, None, 0, 2));
    let record = log.command(command_id(2)).await.unwrap().unwrap();
    assert_eq!((record.sequence_after, record.first_position, record.events), (2, None, 0));
    assert!(matches!(pen.append(nothing).await, Err(AppendError::AlreadyDone(again)) if *again == record));
    let stale = several(command_id(3), vec![], vec![read(&thing("a"), 1)]);
    assert!(matches!(pen.append(stale).await, Err(AppendError::Conflict(_))));
}

async fn a_command_id_is_used_once(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let first = pen.append(one(command_id(1), &thing("a"), 0, 2)).await.unwrap();
    // Whatever comes under the same id, and whether or not it would fit: the first record answers.
    let mut other = one(command_id(1), &thing("b"), 0, 1);
    other.command.actor = "staff:2".into();
    other.command.body_mac = "other".into();
    for repeat in [one(command_id(1), &thing("a"), 0, 2), one(command_id(1), &thing("a"), 2, 1), other] {
        let Err(AppendError::AlreadyDone(record)) = pen.append(repeat).await else { panic!("done again") };
        assert_eq!((record.command_id, record.actor.as_str()), (command_id(1), "staff:1"));
        assert_eq!((record.name.as_str(), &record.target), ("happen", &thing("a")));
        assert_eq!((record.sequence_after, record.first_position, record.events), (2, Some(1), 2));
        assert_eq!((record.recorded_at, record.last_position()), (first.recorded_at, Some(2)));
        assert_eq!((record.mac_key.as_str(), record.body_mac.as_str()), ("key 1", "mac"));
    }
    drop((pen, log));
    // After a restart, on another node, twice in one batch.
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let again = pen.append(one(command_id(1), &thing("a"), 2, 1)).await;
    assert!(matches!(again, Err(AppendError::AlreadyDone(_))));
    let twins = (0..20).map(|n| pen.append(one(command_id(7), &thing(&format!("twin {n}")), 0, 1)));
    let twins = futures::future::join_all(twins).await;
    assert_eq!(twins.iter().filter(|twin| twin.is_ok()).count(), 1);
    assert_eq!(whole(&log).await.len(), 3);
}

async fn a_command_of_a_stream_it_does_not_name_gets_its_sequence(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 4)).await.unwrap();
    let mut about = one(command_id(2), &thing("b"), 0, 1);
    about.command.target = thing("a");
    assert_eq!(pen.append(about).await.unwrap().sequence_after, 4);
    assert_eq!(log.command(command_id(2)).await.unwrap().unwrap().sequence_after, 4);
    let nothing = several(command_id(3), vec![], vec![]);
    assert_eq!(pen.append(nothing).await.unwrap().sequence_after, 0);
}

async fn an_append_that_can_never_be_right_is_refused(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let mut open = one(command_id(1), &thing("a"), 0, 1);
    open.writes[0].events[0].payload = json!({"who": {"$o": "clear", "k": "person:1", "t": "person.details"}}).into();
    let refused = pen.append(open).await;
    assert!(matches!(&refused, Err(AppendError::Refused(why)) if why.contains("not sealed")), "{refused:?}");
    assert!(whole(&log).await.is_empty());
    assert_eq!(log.command(command_id(1)).await.unwrap(), None);
}

async fn conflicts_in_a_batch_fail_alone(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(0), &thing("busy"), 0, 1)).await.unwrap();
    // All wait at once, so the pen stores them in few batches.
    let appends = (1..=300_u64).map(|n| match n % 3 {
        0 => pen.append(one(command_id(n.into()), &thing("busy"), 1, 1)),
        1 => pen.append(one(command_id(n.into()), &thing(&n.to_string()), 0, 2)),
        _ => pen.append(one(command_id(n.into()), &thing("busy"), 0, 1)),
    });
    let outcomes = futures::future::join_all(appends).await;
    let mut stored = 0;
    for (n, outcome) in (1..).zip(&outcomes) {
        match outcome {
            Ok(appended) => stored += appended.events,
            Err(AppendError::Conflict(stream)) => assert!(*stream == thing("busy") && n % 3 != 1),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(stored, 201);
    let events = whole(&log).await;
    assert_eq!((events.len(), lengths(&events)["busy"]), (202, 2));
    // What each was told is what is there.
    for (n, outcome) in (1..).zip(outcomes) {
        let record = log.command(command_id(n)).await.unwrap();
        assert_eq!(record.is_some(), outcome.is_ok());
        let (Some(record), Ok(appended)) = (record, outcome) else { continue };
        assert_eq!((record.first_position, record.last_position()), (appended.first_position, appended.last_position));
        assert_eq!(events[appended.first_position.unwrap() as usize - 1].stream, record.target);
    }
}

async fn commands_of_one_stream_in_a_batch_are_chained(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let (a, b) = (thing("a"), thing("b"));
    // Each rests on the one before; the eleventh rests on nothing that is, and with it all that follow it.
    let sound = (0..10).map(|n| pen.append(one(command_id(n.into()), &a, n, 1)));
    let broken = (11..15).map(|n| pen.append(one(command_id(n.into()), &a, n, 1)));
    let other = std::iter::once(pen.append(several(command_id(99), vec![write(&b, 0, 1)], vec![read(&a, 10)])));
    let outcomes = futures::future::join_all(sound.chain(broken).chain(other)).await;
    let done = outcomes.iter().map(Result::is_ok).collect::<Vec<_>>();
    assert_eq!(done, [vec![true; 10], vec![false; 4], vec![true]].concat());
    assert_eq!(lengths(&whole(&log).await), [("a".into(), 10), ("b".into(), 1)].into());
}

async fn the_history_is_append_only(stage: Stage) {
    let log = stage.log().await;
    Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 2)).await.unwrap();
    for sql in [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET position = position + 10",
        "DELETE FROM events",
        "UPDATE commands SET events = 7",
        "DELETE FROM commands",
    ] {
        assert!(stage.as_application(sql).await.is_err(), "{sql}");
    }
    assert_eq!(whole(&log).await.len(), 2);
}

async fn a_plain_insert_that_leaves_a_hole_is_refused(stage: Stage) {
    let log = stage.log().await;
    for (sequence, fits) in [(0, false), (2, false), (1, true), (1, false), (3, false), (2, true)] {
        assert_eq!(stage.as_application(&insert("a", sequence)).await.is_ok(), fits, "{sequence}");
    }
    let events = whole(&log).await;
    assert_eq!(events.len(), 2);
    assert!(events[0].recorded_at > chrono::DateTime::UNIX_EPOCH);
}
