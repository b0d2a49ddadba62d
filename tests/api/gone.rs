//! The log's database goes away and comes back: writes hear "not now", reads go on, and nobody restarts anything.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::Connection;

use super::cases::{Case, found};
use super::world::World;

/// What a service without its log still does, and does not.
async fn says_not_now(world: &World, case: &Case<'_>) {
    let refused = world.post("caseworker", "/households", found("460901", "สาม")).await;
    assert_eq!(refused.problem(503), "unavailable");
    assert!(!refused.header("retry-after").is_empty());
    let list = world.get("caseworker", "/households").await.ok();
    assert_eq!(list.body["items"][0]["id"], case.id, "reads go on");
    world.get("caseworker", "/referrals").await.ok();
}

/// The same command again, until it is taken.
async fn heals(world: &World) {
    let began = Instant::now();
    loop {
        let answer = world.post("caseworker", "/households", found("460901", "สี่")).await;
        if answer.status == 201 {
            return;
        }
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(began.elapsed() < Duration::from_mins(1), "it does not heal: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_process_holds_the_file_writes_wait_and_then_say_not_now() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let holder = rusqlite::Connection::open(world.log_file()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    says_not_now(&world, &case).await;
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok();
    assert_eq!(view.body["stage"], "identified", "the file can still be read");
    holder.execute_batch("ROLLBACK").unwrap();
    heals(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_does_not_answer_writes_say_not_now_and_reads_go_on() {
    let world = World::postgres().await;
    let case = Case::identified(&world).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let server = std::env::var("HUEAN_TEST_POSTGRES").unwrap();
    let name = world.log_database();
    let mut superuser = sqlx::PgConnection::connect(&server).await.unwrap();
    let close = format!(
        "ALTER DATABASE {name} ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    sqlx::raw_sql(&close).execute(&mut superuser).await.unwrap();
    says_not_now(&world, &case).await;
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await;
    assert_eq!(view.problem(503), "unavailable", "a case is folded from the log: {}", view.text);
    assert!(!view.header("retry-after").is_empty());
    let verify = world.post("caseworker", &format!("/households/{}/verify", case.id), json!({})).await;
    assert_eq!(verify.problem(503), "unavailable");
    let open = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    sqlx::raw_sql(&open).execute(&mut superuser).await.unwrap();
    heals(&world).await;
    world.get_fresh("caseworker", &format!("/households/{}", case.id)).await.ok();
}
