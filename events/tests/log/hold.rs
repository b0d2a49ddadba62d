//! Transactions of other programs that stay open, roll back or come late.

use events::log::{AppendError, LogError, Pen};
use sqlx::{Connection, PgConnection};

use crate::stage::{Stage, lengths, whole};
use crate::thing::{command_id, one, thing};

on_both!(an_insert_that_is_rolled_back_burns_no_position, an_insert_that_is_committed_late_keeps_its_place,);

async fn an_insert_that_is_rolled_back_burns_no_position(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    for n in 0..5_u32 {
        let held = stage.hold_open("held").await;
        let append = one(command_id(n.into()), &thing("a"), n.into(), 1);
        let (appended, ()) = tokio::join!(pen.append(append), held.rolled_back());
        assert_eq!(appended.unwrap().first_position, Some(u64::from(n) + 1));
    }
    assert_eq!(whole(&log).await.len(), 5);
}

async fn an_insert_that_is_committed_late_keeps_its_place(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let held = stage.hold_open("held").await;
    // Readers see nothing of it, and nothing of what comes after it, until it is there.
    assert!(whole(&log).await.is_empty());
    let (appended, ()) = tokio::join!(pen.append(one(command_id(1), &thing("a"), 0, 1)), held.committed());
    assert_eq!(appended.unwrap().first_position, Some(2));
    assert_eq!(whole(&log).await[0].stream, thing("held"));
}

#[tokio::test]
async fn an_insert_held_open_is_ended_by_the_database() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let held = stage.hold_open("held").await;
    let appended = Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    assert_eq!(appended.first_position, Some(1));
    drop(held);
    assert_eq!(lengths(&whole(&log).await), [("a".into(), 1)].into());
}

#[tokio::test]
async fn a_lock_that_hangs_is_answered_and_heals() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    // Someone with more rights than the application holds the lock and sets no bound.
    let mut holder = PgConnection::connect(&stage.owner_url()).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT FROM log_head FOR UPDATE").execute(&mut holder).await.unwrap();
    let hung = pen.append(one(command_id(2), &thing("a"), 1, 1)).await;
    assert!(matches!(&hung, Err(AppendError::Unavailable(LogError::Unreachable(_)))), "{hung:?}");
    assert_eq!(whole(&log).await.len(), 1, "reading goes on");
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    pen.append(one(command_id(2), &thing("a"), 1, 1)).await.unwrap();
    assert_eq!(whole(&log).await.len(), 2);
}

#[tokio::test]
async fn an_insert_under_an_old_snapshot_is_a_conflict_and_breaks_nothing() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let mut late = PgConnection::connect(&stage.url()).await.unwrap();
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM events").execute(&mut late).await.unwrap();
    pen.append(one(command_id(2), &thing("a"), 1, 1)).await.unwrap();
    let insert = crate::stage::insert("late", 1);
    let refused = sqlx::raw_sql(&insert).execute(&mut late).await.unwrap_err();
    assert_eq!(refused.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(), Some("23505"));
    assert_eq!(whole(&log).await.len(), 2);
}

#[tokio::test]
async fn appends_go_on_under_a_long_snapshot() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    let mut reader = PgConnection::connect(&stage.owner_url()).await.unwrap();
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM events").execute(&mut reader).await.unwrap();
    let pen = Pen::start(&log);
    for n in 0..50_u32 {
        pen.append(one(command_id(n.into()), &thing("a"), n.into(), 1)).await.unwrap();
    }
    // The row that everyone locks was never changed.
    let dead = "SELECT 1 / (count(*) = 1)::int FROM log_head WHERE ctid = '(0,1)'";
    sqlx::raw_sql(dead).execute(&mut PgConnection::connect(&stage.owner_url()).await.unwrap()).await.unwrap();
}
