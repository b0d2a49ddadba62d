//! PostgreSQL connections that die: in mid-append, in mid-commit, for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use events::clock::Clock;
use events::log::{AppendError, Log, LogError, OpenLog, Pen};
use sqlx::{Connection, PgConnection, Row};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::stage::{Stage, whole};
use crate::thing::{command_id, one, thing};

/// What the wire between a node and its database does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wire {
    Open,
    /// Requests go through; the next answer is swallowed and its connection cut, and the wire is open again.
    SwallowsOneAnswer,
    /// Nothing goes through, and what was open is cut.
    Cut,
}

/// A proxy in front of the database; gives its port.
async fn proxy(stage: &Stage, wire: watch::Sender<Wire>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = stage.server();
    tokio::spawn(async move {
        loop {
            let (node, _) = listener.accept().await.unwrap();
            if *wire.borrow() != Wire::Cut {
                let database = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(node, database, wire.clone()));
            }
        }
    });
    port
}

async fn carry(node: TcpStream, database: TcpStream, wire: watch::Sender<Wire>) {
    let mut changes = wire.subscribe();
    let (mut from_node, mut to_node) = node.into_split();
    let (mut from_database, mut to_database) = database.into_split();
    let requests = tokio::spawn(async move { drop(tokio::io::copy(&mut from_node, &mut to_database).await) });
    let mut answer = vec![0; 1 << 16];
    loop {
        tokio::select! {
            read = from_database.read(&mut answer) => {
                let Ok(length @ 1..) = read else { break };
                let swallowed = wire.send_if_modified(|wire| {
                    let swallows = *wire == Wire::SwallowsOneAnswer;
                    if swallows {
                        *wire = Wire::Open;
                    }
                    swallows
                });
                if swallowed || to_node.write_all(&answer[..length]).await.is_err() {
                    break;
                }
            }
            changed = changes.changed() => {
                if changed.is_err() || *changes.borrow() == Wire::Cut {
                    break;
                }
            }
        }
    }
    requests.abort();
}

/// A log behind a wire that the test may cut.
async fn behind_a_wire(stage: &Stage) -> (Log, watch::Sender<Wire>) {
    let wire = watch::Sender::new(Wire::Open);
    let port = proxy(stage, wire.clone()).await;
    let url = stage.url().replace(&stage.server(), &format!("127.0.0.1:{port}"));
    (Log::open(&url, OpenLog { create: false, clock: Clock::Real }).await.unwrap(), wire)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_whose_answer_is_lost_is_answered_from_what_is_stored() {
    let stage = Stage::postgres().await;
    let (log, wire) = behind_a_wire(&stage).await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    wire.send_replace(Wire::SwallowsOneAnswer);
    let appended = pen.append(one(command_id(2), &thing("a"), 1, 2)).await.unwrap();
    assert_eq!((appended.first_position, appended.sequence_after, appended.events), (Some(2), 3, 2));
    assert_eq!(whole(&stage.log().await).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_terminated_while_it_waits_is_replaced_unseen() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let mut superuser = PgConnection::connect(&stage.owner_url()).await.unwrap();
    // Idle first: the pen learns of it with its next append.
    terminate(&mut superuser, "true").await;
    pen.append(one(command_id(2), &thing("a"), 1, 1)).await.unwrap();
    // Then in the middle of an append, while it waits for the lock.
    let mut holder = PgConnection::connect(&stage.owner_url()).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT FROM log_head FOR UPDATE").execute(&mut holder).await.unwrap();
    let appending = tokio::spawn(async move { pen.append(one(command_id(3), &thing("a"), 2, 1)).await });
    while terminate(&mut superuser, "wait_event_type = 'Lock'").await == 0 {}
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    assert_eq!(appending.await.unwrap().unwrap().first_position, Some(3));
    assert_eq!(whole(&log).await.len(), 3);
}

async fn terminate(superuser: &mut PgConnection, which: &str) -> i64 {
    let sql = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE application_name = 'huean pen' AND datname = current_database() AND {which}"
    );
    sqlx::query(&sql).fetch_one(superuser).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_under_fire_are_done_once_and_never_lost() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let over = Arc::new(AtomicBool::new(false));
    let killer = tokio::spawn({
        let (over, url, log) = (Arc::clone(&over), stage.owner_url(), log.clone());
        async move {
            let mut superuser = PgConnection::connect(&url).await.unwrap();
            let mut killed = 0;
            while !over.load(Ordering::Relaxed) {
                killed += terminate(&mut superuser, "state = 'active'").await;
                // Something gets done between two hits.
                let head = log.head().await.unwrap().position;
                log.wait_past(head + 5, Duration::from_millis(200)).await.unwrap();
            }
            killed
        }
    });
    let pens = [Pen::start(&log), Pen::start(&log)];
    let writers = (0..8_u32).map(|writer| {
        let pen = pens[writer as usize % 2].clone();
        tokio::spawn(async move {
            for n in 0..30_u32 {
                let append =
                    one(command_id((writer * 1000 + n).into()), &thing(&writer.to_string()), (n * 2).into(), 2);
                // A client that gets no answer sends the same command again.
                loop {
                    match pen.append(append.clone()).await {
                        Ok(_) | Err(AppendError::AlreadyDone(_)) => break,
                        Err(AppendError::Unavailable(LogError::Unreachable(_))) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    assert!(killer.await.unwrap() > 0, "nothing was hit");
    let events = whole(&log).await;
    assert_eq!(events.len(), 8 * 30 * 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_and_comes_back_needs_no_restart() {
    let stage = Stage::postgres().await;
    let (log, wire) = behind_a_wire(&stage).await;
    let pen = Pen::start(&log);
    let mut feed = log.feed(0, 100);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    assert_eq!(feed.next().await.unwrap().len(), 1);
    wire.send_replace(Wire::Cut);
    for _ in 0..2 {
        let away = pen.append(one(command_id(2), &thing("a"), 1, 1)).await;
        assert!(matches!(&away, Err(AppendError::Unavailable(error)) if error.is_passing()), "{away:?}");
    }
    assert!(log.head().await.is_err_and(|error| error.is_passing()));
    assert!(feed.at_hand().await.is_err_and(|error| error.is_passing()));
    wire.send_replace(Wire::Open);
    // The wire may have carried the request right before it was cut, and the answer right after.
    let again = pen.append(one(command_id(2), &thing("a"), 1, 1)).await;
    assert!(matches!(&again, Ok(_) | Err(AppendError::AlreadyDone(_))), "{again:?}");
    assert_eq!(feed.next_patiently().await.unwrap().len(), 1);
    assert_eq!(whole(&log).await.len(), 2);
}
