//! What may be opened, and as whom.

use events::clock::Clock;
use events::log::{Log, LogError, LogKind, OpenLog, Pen, log_status, setup_postgres};

use crate::stage::{APP, AUDITOR, Stage, whole};
use crate::thing::{command_id, one, thing};

on_both!(
    a_log_keeps_its_id,
    a_log_of_a_newer_program_is_refused,
    a_log_of_the_first_format_is_read_and_brought_forward,
    the_application_s_role_may_serve,
);

async fn open(url: &str) -> Result<Log, LogError> {
    Log::open(url, OpenLog { create: false, clock: Clock::Real }).await
}

async fn a_log_keeps_its_id(stage: Stage) {
    let log = stage.log().await;
    let again = open(&stage.url()).await.unwrap();
    assert_eq!(again.id(), log.id());
    assert!(!log.id().is_nil());
    assert_eq!(log.kind() == LogKind::Embedded, matches!(stage, Stage::Sqlite(_)));
}

async fn a_log_of_a_newer_program_is_refused(stage: Stage) {
    drop(stage.log().await);
    stage.past_the_log("UPDATE log_meta SET format = 99").await;
    let newer = open(&stage.url()).await;
    assert!(matches!(newer, Err(LogError::Format { found: 99, known: 2 })), "{newer:?}");
}

/// The log of a program that had no index of erasures.
async fn a_log_of_the_first_format_is_read_and_brought_forward(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 2)).await.unwrap();
    drop((pen, log));
    stage.past_the_log("DROP INDEX events_erased; UPDATE log_meta SET format = 1").await;
    let format = async || log_status(&stage.url()).await.unwrap().format;
    assert_eq!(format().await, 1);
    let old = open(&stage.url()).await.unwrap();
    assert_eq!(old.read(0, 10).await.unwrap().len(), 2);
    assert_eq!(old.named("Happened", 1).await.unwrap().iter().map(|it| it.position).collect::<Vec<_>>(), [2]);
    assert_eq!(old.named("PersonalDataErased", 0).await.unwrap(), []);
    if let Stage::Postgres { .. } = &stage {
        // A server's database is its owner's to change.
        assert_eq!(format().await, 1);
        stage.past_the_log("DELETE FROM log_migrations WHERE step = 2").await;
        setup_postgres(&stage.owner_url(), APP, AUDITOR).await.unwrap();
    }
    assert_eq!(format().await, 2);
    stage.past_the_log("DROP INDEX events_erased").await;
}

async fn the_application_s_role_may_serve(stage: Stage) {
    stage.log().await.refuse_privileged_role().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_only_if_asked() {
    let stage = Stage::sqlite().await;
    assert!(matches!(open(&stage.url()).await, Err(LogError::Missing(_))));
    drop(stage.log().await);
    open(&stage.url()).await.unwrap();
}

#[tokio::test]
async fn a_file_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::sqlite().await;
    let log = stage.log().await;
    Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let Stage::Sqlite(dir) = &stage else { unreachable!() };
    let mut files = 0;
    for file in std::fs::read_dir(dir.path()).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        files += 1;
    }
    assert!(files >= 2, "the file and its write-ahead log");
}

#[tokio::test]
async fn a_file_that_is_no_log_is_left_alone() {
    let stage = Stage::sqlite().await;
    let Stage::Sqlite(dir) = &stage else { unreachable!() };
    let file = dir.path().join("log.db");
    std::fs::write(&file, "not a database, but long enough to be looked at by SQLite as if it were one").unwrap();
    for create in [false, true] {
        let opened = Log::open(&stage.url(), OpenLog { create, clock: Clock::Real }).await;
        assert!(matches!(&opened, Err(LogError::NotALog(_))), "{opened:?}");
    }
    std::fs::remove_file(&file).unwrap();
    stage.past_the_log("CREATE TABLE other (a)").await;
    for create in [false, true] {
        let opened = Log::open(&stage.url(), OpenLog { create, clock: Clock::Real }).await;
        assert!(matches!(&opened, Err(LogError::NotALog(_))), "{opened:?}");
    }
}

#[tokio::test]
async fn a_file_put_in_the_log_s_place_takes_no_appends() {
    let stage = Stage::sqlite().await;
    let Stage::Sqlite(dir) = &stage else { unreachable!() };
    let log = stage.log().await;
    let pen = Pen::start(&log);
    pen.append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    std::fs::rename(dir.path().join("log.db"), dir.path().join("moved.db")).unwrap();
    for _ in 0..2 {
        let lost = pen.append(one(command_id(2), &thing("a"), 1, 1)).await;
        assert!(matches!(lost, Err(events::log::AppendError::Unavailable(LogError::Missing(_)))), "{lost:?}");
        drop(stage.log().await);
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused_without_quoting_it() {
    for url in ["mysql://root:secret@db/x", "/var/lib/log.db", "postgres://[secret", ""] {
        let error = open(url).await.unwrap_err();
        assert!(matches!(error, LogError::Address(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_database_without_a_log_is_not_a_log() {
    let stage = Stage::bare_postgres().await;
    assert!(matches!(open(&stage.owner_url()).await, Err(LogError::NotALog(_))));
    let nowhere = format!("{}_not_there", stage.owner_url());
    assert!(matches!(open(&nowhere).await, Err(LogError::Missing(_))));
    let silent = open("postgres://postgres@127.0.0.1:1/x").await;
    assert!(silent.is_err_and(|error| error.is_passing()));
}

#[tokio::test]
async fn setup_may_be_run_again_and_by_several_at_once() {
    let stage = Stage::bare_postgres().await;
    let url = stage.owner_url();
    let fresh = format!("{APP}_{}", std::process::id());
    let setups = (0..4).map(|_| setup_postgres(&url, &fresh, AUDITOR));
    let ids = futures::future::join_all(setups).await;
    let id = ids[0].as_ref().unwrap();
    assert!(ids.iter().all(|other| other.as_ref().unwrap() == id));
    let log = open(&stage.url_of(&fresh)).await.unwrap();
    Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    assert_eq!(setup_postgres(&url, &fresh, AUDITOR).await.unwrap(), *id);
    assert_eq!(whole(&log).await.len(), 1);
}

#[tokio::test]
async fn setup_takes_only_plain_names_of_roles() {
    let stage = Stage::bare_postgres().await;
    for role in ["", "a b", "x\"; DROP TABLE events; --", "Größe", "pg_monitor"] {
        let setup = setup_postgres(&stage.owner_url(), role, AUDITOR).await;
        assert!(matches!(setup, Err(LogError::WrongRole { .. })), "{role}");
    }
}

#[tokio::test]
async fn the_application_can_append_and_read_and_nothing_else() {
    let stage = Stage::postgres().await;
    Pen::start(&stage.log().await).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let insert = |columns: &str, values: &str| {
        format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
                                 {columns}) VALUES ('thing', 'a', 2, 'Happened', '1', '{{\"what\": \"x\"}}', '{{}}' {values})"
        )
    };
    for sql in [
        insert(", position", ", 7"),
        insert(", recorded_at", ", 7"),
        insert(", position, recorded_at", ", 2, 7"),
        "UPDATE events SET position = 7".into(),
        "UPDATE events SET payload = '{}'".into(),
        "DELETE FROM events".into(),
        "TRUNCATE events".into(),
        "INSERT INTO commands SELECT * FROM commands".into(),
        "UPDATE commands SET events = 7".into(),
        "DELETE FROM commands".into(),
        "UPDATE log_meta SET clock = NULL".into(),
        "DELETE FROM log_head".into(),
        "SELECT FROM log_head FOR UPDATE".into(),
        "ALTER TABLE events DISABLE TRIGGER ALL".into(),
        "CREATE TABLE mine (a int)".into(),
        "DROP TABLE events".into(),
    ] {
        let denied = stage.as_application(&sql).await;
        assert!(denied.as_ref().is_err_and(|why| why.contains("denied") || why.contains("owner")), "{sql}: {denied:?}");
    }
    stage.as_application(&insert("", "")).await.unwrap();
    stage.as_application("SELECT * FROM stream, commands, log_meta, log_migrations").await.unwrap();
    assert_eq!(whole(&stage.log().await).await.len(), 2);
}

#[tokio::test]
async fn an_application_s_session_may_not_hold_the_lock_for_long() {
    let stage = Stage::postgres().await;
    for setting in ["idle_in_transaction_session_timeout", "lock_timeout"] {
        let bounded = format!("SELECT 1 / (current_setting('{setting}') = '5s')::int");
        stage.as_application(&bounded).await.unwrap();
    }
}

#[tokio::test]
async fn the_auditor_can_read_and_nothing_else() {
    let stage = Stage::postgres().await;
    let log = stage.log().await;
    Pen::start(&log).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let auditor = open(&stage.url_of(AUDITOR)).await.unwrap();
    assert_eq!(whole(&auditor).await, whole(&log).await);
    assert!(auditor.command(command_id(1)).await.unwrap().is_some());
    let append = Pen::start(&auditor).append(one(command_id(2), &thing("a"), 1, 1)).await;
    assert!(matches!(append, Err(events::log::AppendError::Unavailable(LogError::Sql(_)))), "{append:?}");
    let refused = auditor.refuse_privileged_role().await;
    assert!(matches!(&refused, Err(LogError::WrongRole { role, may }) if role == AUDITOR && may == "may not append"));
}

#[tokio::test]
async fn a_superuser_or_an_owner_may_not_serve() {
    let stage = Stage::postgres().await;
    let superuser = open(&stage.owner_url()).await.unwrap().refuse_privileged_role().await;
    assert!(matches!(&superuser, Err(LogError::WrongRole { may, .. }) if may == "is a superuser"));

    let owner = format!("log_test_owner_{}", std::process::id());
    stage
        .past_the_log(&format!(
            "CREATE ROLE {owner} LOGIN; GRANT SELECT ON log_meta, events TO {owner}; ALTER TABLE events OWNER TO {owner};"
        ))
        .await;
    let owning = open(&stage.url_of(&owner)).await.unwrap().refuse_privileged_role().await;
    assert!(matches!(&owning, Err(LogError::WrongRole { may, .. }) if may == "owns the log"), "{owning:?}");

    for (grant, may) in
        [("UPDATE (payload)", "may change what is written"), ("INSERT (position)", "may choose positions")]
    {
        let stage = Stage::postgres().await;
        let role = format!("{owner}_{}", grant.len());
        let url = stage.owner_url();
        setup_postgres(&url, &role, AUDITOR).await.unwrap();
        stage.past_the_log(&format!("GRANT {grant} ON events TO {role}")).await;
        let refused = open(&stage.url_of(&role)).await.unwrap().refuse_privileged_role().await;
        assert!(matches!(&refused, Err(LogError::WrongRole { may: found, .. }) if found == may), "{refused:?}");
    }
}
