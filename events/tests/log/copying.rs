//! A log in another database: the same bytes, times and positions, whatever ended the copy before.

use events::clock::Clock;
use events::log::{
    CopyError, CopyFailure, Log, LogError, LogKind, OpenLog, Pen, Progress, RawEvent, copy_log, log_status,
};

use crate::child::Child;
use crate::stage::{Stage, insert, whole};
use crate::thing::{command_id, one, several, thing, write};

/// Several batches of a copy.
const MANY: usize = 10_000;

async fn copied(from: &Stage, to: &Stage) -> Result<events::log::CopiedLog, CopyError> {
    copy_log(&from.url(), &to.owner_url(), &mut |_| {}).await
}

async fn raw(stage: &Stage) -> Vec<RawEvent> {
    let mut feed = stage.log().await.feed(0, 1000);
    let mut events = Vec::new();
    loop {
        let more = feed.raw_at_hand().await.unwrap();
        if more.is_empty() {
            return events;
        }
        events.extend(more);
    }
}

/// A few commands: events of one stream, of two streams, none at all, and a foreign insert with unusual JSON.
async fn a_little_of_everything(stage: &Stage) {
    let pen = Pen::start(&stage.log().await);
    pen.append(one(command_id(1), &thing("a"), 0, 3)).await.unwrap();
    pen.append(several(command_id(2), vec![write(&thing("a"), 3, 1), write(&thing("ข"), 0, 2)], vec![])).await.unwrap();
    pen.append(several(command_id(3), vec![], vec![crate::thing::read(&thing("a"), 4)])).await.unwrap();
    let unusual = r#"{"what" :  "\u0e01 \\ \t '' ก",   "n": 1.50e3, "n": 2}"#;
    stage.past_the_log(&insert("plain", 1).replace(r#"{"what": "plain"}"#, unusual)).await;
}

/// Copies there and back again; what came back is what was there.
async fn there_and_back(first: Stage, second: Stage, third: Stage) {
    a_little_of_everything(&first).await;
    let there = copied(&first, &second).await.unwrap();
    let back = copied(&second, &third).await.unwrap();
    assert_eq!((there.position, there.from), (7, 0));
    assert_eq!(there.tables, back.tables);
    assert_eq!(
        there.tables.iter().map(|table| (table.what, table.rows)).collect::<Vec<_>>(),
        [("events", 7), ("commands", 3)]
    );
    let (original, copy, again) = (first.log().await, second.log().await, third.log().await);
    assert!(raw(&first).await.iter().any(|event| event.payload.contains(r#"  "\u0e01 \\ \t ' ก",   "n": 1.50e3"#)));
    for (log, stage) in [(&copy, &second), (&again, &third)] {
        assert_eq!(log.id(), original.id());
        assert_eq!(raw(stage).await, raw(&first).await);
        for number in 1..=3 {
            let id = command_id(number);
            assert_eq!(log.command(id).await.unwrap(), original.command(id).await.unwrap());
        }
        // It is a log like any other: it goes on, by the same kind of clock.
        Pen::start(log).append(one(command_id(9), &thing("a"), 4, 1)).await.unwrap();
        assert_eq!(whole(log).await.len(), 8);
        let simulated = OpenLog { create: false, clock: Clock::simulated(events::clock::from_micros(0)) };
        assert!(matches!(Log::open(&stage.url(), simulated).await, Err(LogError::ClockRefused)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_to_a_server_and_back_unchanged() {
    there_and_back(Stage::sqlite().await, Stage::postgres().await, Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_s_log_goes_to_another_server_by_way_of_a_file_unchanged() {
    there_and_back(Stage::postgres().await, Stage::sqlite().await, Stage::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_can_be_copied() {
    let (from, to) = (Stage::sqlite().await, Stage::postgres().await);
    let id = from.log().await.id();
    assert_eq!(copied(&from, &to).await.unwrap().position, 0);
    assert_eq!(to.log().await.id(), id);
}

async fn filled(stage: &Stage) {
    let pen = Pen::start(&stage.log().await);
    pen.append(one(command_id(1), &thing("a"), 0, MANY)).await.unwrap();
    pen.append(one(command_id(2), &thing("b"), 0, 10)).await.unwrap();
}

/// A killed copy is nobody's log, says so, and goes on where it was.
async fn killed_and_taken_up_again(from: Stage, to: Stage) {
    filled(&from).await;
    let mut child = Child::copy(&from, &to);
    // It waits for ever behind its first batch.
    assert_eq!(child.says().unwrap(), "events");
    drop(child.killed());

    let opened = Log::open(&to.url(), OpenLog { create: true, clock: Clock::Real }).await;
    assert!(matches!(opened, Err(LogError::Unfinished)), "{opened:?}");
    let status = log_status(&to.url()).await.unwrap();
    assert_eq!(status.unfinished, Some(MANY as u64 + 10));
    assert!(status.position > 0 && status.position < MANY as u64, "{status:?}");
    let onwards = copy_log(&to.url(), &Stage::sqlite().await.url(), &mut |_| {}).await;
    assert!(matches!(onwards, Err(CopyError::SourceUnfinished)), "{onwards:?}");

    let copy = copied(&from, &to).await.unwrap();
    assert_eq!((copy.from, copy.position), (status.position, MANY as u64 + 10));
    assert_eq!(raw(&to).await, raw(&from).await);
    assert_eq!(log_status(&to.url()).await.unwrap().unfinished, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_into_a_server_goes_on_after_a_kill() {
    killed_and_taken_up_again(Stage::sqlite().await, Stage::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_into_a_file_goes_on_after_a_kill() {
    killed_and_taken_up_again(Stage::postgres().await, Stage::sqlite().await).await;
}

/// A copy is of one moment, and a later one brings it up to date.
async fn while_it_is_written(from: Stage, to: Stage) {
    let log = from.log().await;
    filled(&from).await;
    let pen = Pen::start(&log);
    let writing = tokio::spawn(async move {
        for round in 0..200 {
            pen.append(one(command_id(10 + u128::from(round)), &thing("c"), round, 1)).await.unwrap();
        }
    });
    let first = copied(&from, &to).await.unwrap();
    assert_eq!(whole(&to.log().await).await.len() as u64, first.position);
    writing.await.unwrap();
    let second = copied(&from, &to).await.unwrap();
    assert_eq!((second.from, second.position), (first.position, MANY as u64 + 210));
    assert_eq!(raw(&to).await, raw(&from).await);
    let command = to.log().await.command(command_id(209)).await.unwrap();
    assert_eq!(command, log.command(command_id(209)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_written_to_is_copied_as_it_stood_and_then_further() {
    while_it_is_written(Stage::sqlite().await, Stage::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_s_log_that_is_written_to_is_copied_as_it_stood_and_then_further() {
    while_it_is_written(Stage::postgres().await, Stage::sqlite().await).await;
}

/// What a copy refuses, and that the target stays as it is.
async fn refused(from: Stage, to: Stage) {
    a_little_of_everything(&from).await;
    let of_kind = |error: &CopyError, kind| assert_eq!(error.failure(), kind, "{error:?}");

    let other = match &to {
        Stage::Sqlite(_) => Stage::sqlite().await,
        Stage::Postgres { .. } => Stage::postgres().await,
    };
    Pen::start(&other.log().await).append(one(command_id(1), &thing("x"), 0, 1)).await.unwrap();
    let error = copied(&from, &other).await.unwrap_err();
    assert!(matches!(&error, CopyError::Occupied { wanted, .. } if *wanted == from.log().await.id()), "{error:?}");
    of_kind(&error, CopyFailure::Usage);
    assert_eq!(whole(&other.log().await).await.len(), 1, "another log's events stay, and it opens");

    copied(&from, &to).await.unwrap();
    Pen::start(&to.log().await).append(one(command_id(5), &thing("a"), 4, 1)).await.unwrap();
    let error = copied(&from, &to).await.unwrap_err();
    assert!(matches!(error, CopyError::Diverged { position: 8 }), "{error:?}");
    Pen::start(&from.log().await).append(one(command_id(6), &thing("a"), 4, 1)).await.unwrap();
    let error = copied(&from, &to).await.unwrap_err();
    assert!(matches!(error, CopyError::Diverged { position: 8 }), "{error:?}");
    of_kind(&error, CopyFailure::Unsound);
    assert_eq!(whole(&to.log().await).await.len(), 8, "it opens still");

    from.past_the_log("UPDATE log_meta SET format = 99").await;
    let error = copied(&from, &other).await.unwrap_err();
    assert!(matches!(error, CopyError::Format { found: 99, known: 2, .. }), "{error:?}");
    of_kind(&error, CopyFailure::Unreachable);
    assert_eq!(log_status(&from.url()).await.unwrap().format, 99);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_s_log_that_is_in_use_is_no_target() {
    refused(Stage::sqlite().await, Stage::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_in_use_is_no_target() {
    refused(Stage::postgres().await, Stage::sqlite().await).await;
}

/// A damaged source is found before anything behind the damage is copied, and a damaged copy at the end.
async fn damages(from: Stage, to: Stage) {
    a_little_of_everything(&from).await;
    copied(&from, &to).await.unwrap();
    let changed = "UPDATE events SET payload = '{\"what\": \"else\"}' WHERE position = 2;";
    to.past_the_log(&to.without_guards(changed)).await;
    let error = copied(&from, &to).await.unwrap_err();
    assert!(matches!(&error, CopyError::Different { what: "events", key } if key == "2"), "{error:?}");
    assert_eq!(error.failure(), CopyFailure::Unsound);
    let opened = Log::open(&to.url(), OpenLog { create: false, clock: Clock::Real }).await;
    assert!(matches!(opened, Err(LogError::Unfinished)), "{opened:?}");

    from.past_the_log(&from.without_guards("DELETE FROM events WHERE position = 4;")).await;
    let fresh = match &to {
        Stage::Sqlite(_) => Stage::sqlite().await,
        Stage::Postgres { .. } => Stage::postgres().await,
    };
    let error = copied(&from, &fresh).await.unwrap_err();
    let said = "the source is damaged: position 5 follows position 3";
    assert!(error.to_string() == said && error.failure() == CopyFailure::Unsound, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damages_are_found_on_the_way_to_a_server() {
    damages(Stage::sqlite().await, Stage::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damages_are_found_on_the_way_to_a_file() {
    damages(Stage::postgres().await, Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_not_copied_onto_itself_by_any_name() {
    let file = Stage::sqlite().await;
    a_little_of_everything(&file).await;
    let Stage::Sqlite(dir) = &file else { unreachable!() };
    let link = dir.path().join("link.db");
    std::os::unix::fs::symlink(dir.path().join("log.db"), &link).unwrap();
    for to in [file.url(), format!("sqlite:{}", link.display())] {
        let error = copy_log(&file.url(), &to, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, CopyError::SamePlace), "{error:?}");
    }
    let server = Stage::postgres().await;
    a_little_of_everything(&server).await;
    for to in [server.owner_url(), server.owner_url().replace("127.0.0.1", "localhost")] {
        let error = copy_log(&server.url(), &to, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, CopyError::SamePlace), "{error:?}");
    }
    for stage in [&file, &server] {
        assert_eq!(whole(&stage.log().await).await.len(), 7);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_copies_into_a_server() {
    let (from, to) = (Stage::sqlite().await, Stage::postgres().await);
    a_little_of_everything(&from).await;
    let error = copy_log(&from.url(), &to.url(), &mut |_| {}).await.unwrap_err();
    assert!(matches!(&error, CopyError::NotOwner { role } if role == crate::stage::APP), "{error:?}");
    assert!(whole(&to.log().await).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_no_log_is_named_and_nothing_is_made() {
    let (file, bare) = (Stage::sqlite().await, Stage::bare_postgres().await);
    let there = Stage::sqlite().await;
    a_little_of_everything(&there).await;
    let missing = copied(&file, &there).await.unwrap_err();
    assert_eq!(missing.to_string(), "there is no log at the source");
    assert_eq!(missing.failure(), CopyFailure::Unreachable);
    let empty = copy_log(&there.url(), &bare.owner_url(), &mut |_| {}).await.unwrap_err();
    assert!(empty.to_string().starts_with("the target is not a log; `huean setup postgres`"), "{empty}");
    let silent = copy_log(&there.url(), "postgres://postgres@127.0.0.1:1/x", &mut |_| {}).await.unwrap_err();
    assert!(matches!(silent, CopyError::Database { .. }), "{silent:?}");
    let secret = copy_log("mysql://root:secret@db/x", &there.url(), &mut |_| {}).await.unwrap_err();
    assert!(!format!("{secret} {secret:?}").contains("secret") && secret.failure() == CopyFailure::Usage, "{secret:?}");
    let Stage::Sqlite(dir) = &file else { unreachable!() };
    std::fs::write(dir.path().join("log.db"), "not a database, but long enough to be looked at as if it were").unwrap();
    for error in [copied(&file, &bare).await.unwrap_err(), copied(&there, &file).await.unwrap_err()] {
        assert!(matches!(error, CopyError::Other { what: "log", .. }), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_on_the_target_ends_the_copy() {
    let (from, to) = (Stage::sqlite().await, Stage::postgres().await);
    filled(&from).await;
    // Opened while the target was an empty log, as a service that should have been stopped.
    let pen = Pen::start(&to.log().await);
    let mut once = Some(pen);
    let mut told = |it: Progress| {
        if let (Some(pen), "events") = (once.take(), it.what) {
            let append = pen.append(one(command_id(77), &thing("own"), 0, 1));
            tokio::task::block_in_place(|| futures::executor::block_on(append)).unwrap();
        }
    };
    let error = copy_log(&from.url(), &to.owner_url(), &mut told).await.unwrap_err();
    assert!(matches!(error, CopyError::Disturbed), "{error:?}");
    let opened = Log::open(&to.url(), OpenLog { create: false, clock: Clock::Real }).await;
    assert!(matches!(opened, Err(LogError::Unfinished)), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_says_where_a_log_is_and_how_large() {
    for stage in [Stage::sqlite().await, Stage::postgres().await] {
        let log = stage.log().await;
        let empty = log_status(&stage.url()).await.unwrap();
        assert_eq!((empty.position, empty.last_recorded_at, empty.clock), (0, None, None));
        a_little_of_everything(&stage).await;
        let status = log_status(&stage.url()).await.unwrap();
        assert_eq!((status.id, status.kind, status.format), (log.id(), log.kind(), 2));
        assert_eq!((status.position, status.commands, status.unfinished), (7, 3, None));
        assert_eq!(status.last_recorded_at, Some(log.head().await.unwrap().recorded_at));
        assert_eq!(status.clock.as_deref(), Some("real"));
        assert!(status.bytes > 10_000 && (status.kind == LogKind::Postgres || status.bytes < 1 << 20), "{status:?}");
    }
}
