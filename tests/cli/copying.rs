//! Copies at the terminal: there and back with `check` on each side, a full disk, Ctrl-C, and every wrong call.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::NaiveDate;
use events::clock::{Clock, SimulatedClock, start_of};
use huean::app::{House, Missing, Place};
use huean::demo::{Plan, Scale, fill};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{code, directory, huean, mode, said};

/// A directory with a log of some invented households, without what the command line made beside it.
async fn demo(data: &Path) {
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    let clock = SimulatedClock::starting(start_of(day(2024)));
    let place = Place { data: data.to_owned(), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Simulated(clock.clone())).await.unwrap();
    let plan = Plan { seed: 3, start: day(2024), until: start_of(day(2025)), scale: Scale::Sample { households: 12 } };
    fill(&house.desk, &clock, plan, &mut |_| {}).await.unwrap();
}

/// Two new databases on the test's server: their owner's address, and the application's.
async fn databases() -> [(String, String); 2] {
    let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
    let mut superuser = PgConnection::connect(&server).await.unwrap();
    let mut made = Vec::new();
    for _ in 0..2 {
        let name = format!("copy_{}", Uuid::from_u128(rand::random()).simple());
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        sqlx::raw_sql(&create).execute(&mut superuser).await.unwrap();
        let owner = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let app = owner.replace("//postgres@", "//copy_app@");
        made.push((owner, app));
    }
    made.try_into().unwrap()
}

fn succeeds(data: &Path, args: &[&str]) -> String {
    let output = huean(data, args);
    assert_eq!(code(&output), 0, "{args:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn at(data: &Path, file: &str) -> String {
    format!("sqlite:{}", data.join(file).display())
}

/// A directory beside another one, with the same root key.
fn beside(data: &Path, name: &str) -> PathBuf {
    let other = data.with_file_name(name);
    std::fs::create_dir(&other).unwrap();
    std::fs::copy(data.join("root.key"), other.join("root.key")).unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn log_and_vault_go_to_a_server_and_back_and_are_checked_on_each_side() {
    let (_dir, data) = directory();
    demo(&data).await;
    let (node, back) = (beside(&data, "node"), data.with_file_name("back"));
    let [(log, app_log), (vault, app_vault)] = databases().await;
    let roles = ["--app", "copy_app", "--auditor", "copy_auditor"];
    succeeds(&node, &[&["setup", "postgres", "--owner", &log, "--vault-owner", &vault], &roles[..]].concat());

    succeeds(&node, &["log", "copy", &at(&data, "log.db"), &log]);
    let served = ["--log", &app_log, "--vault", &app_vault];
    // The log without its vault is not served: the vault there is another log's.
    assert_eq!(code(&huean(&node, &[&["check"], &served[..]].concat())), 3);
    succeeds(&node, &["vault", "copy", &at(&data, "vault.db"), &vault]);
    let checked = succeeds(&node, &[&["check"], &served[..]].concat());
    assert!(!checked.contains("WRONG"), "{checked}");
    // Setting up again recognises what came.
    succeeds(&node, &[&["setup", "postgres", "--owner", &log, "--vault-owner", &vault], &roles[..]].concat());

    let to = succeeds(&back, &["log", "copy", &app_log, &at(&back, "log.db"), "--json"]);
    succeeds(&back, &["vault", "copy", &app_vault, &at(&back, "vault.db")]);
    assert_eq!((mode(&back), mode(&back.join("log.db")), mode(&back.join("vault.db"))), (0o700, 0o600, 0o600));
    let lost = huean(&back, &["check"]);
    assert_eq!(code(&lost), 3, "the root key is in no copy: {}", said(&lost));
    std::fs::copy(data.join("root.key"), back.join("root.key")).unwrap();
    assert_eq!(succeeds(&back, &["check"]), checked);

    let to: Value = serde_json::from_str(&to).unwrap();
    let status = |data: &Path, more: &[&str]| -> Value {
        serde_json::from_str(&succeeds(data, &[&["log", "status", "--json"], more].concat())).unwrap()
    };
    let (here, there) = (status(&data, &[]), status(&node, &served));
    assert_eq!(to["tables"][0]["rows"], here["events"]);
    for field in ["id", "format", "clock", "events", "last_recorded_at", "commands", "unfinished_copy_to"] {
        assert_eq!(here[field], there[field], "{field}");
    }
    assert_eq!((here["kind"].as_str(), there["kind"].as_str()), (Some("embedded"), Some("postgres")));
    let vault: Value = serde_json::from_str(&succeeds(&back, &["vault", "status", "--json"])).unwrap();
    assert_eq!((&vault["log"], &vault["root_key_here"]), (&here["id"], &Value::Bool(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_a_copy_that_nobody_can_open_until_it_went_on() {
    let (_dir, data) = directory();
    demo(&data).await;
    let copy = beside(&data, "copy");
    let (from, to) = (at(&data, "log.db"), at(&copy, "log.db"));
    succeeds(&copy, &["vault", "copy", &at(&data, "vault.db"), &at(&copy, "vault.db")]);
    // Files end at 400 KiB, as on a disk that is full then.
    let program = env!("CARGO_BIN_EXE_huean");
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "bash", program, "log", "copy", &from, &to])
        .output()
        .unwrap();
    assert_eq!(code(&output), 3, "{}", said(&output));
    assert!(said(&output).contains("the target can't be written"), "{}", said(&output));
    for args in [&["check"][..], &["serve", "--listen", "127.0.0.1:0"], &["rebuild"]] {
        let refused = huean(&copy, args);
        assert_eq!(code(&refused), 3, "{args:?}");
        assert!(said(&refused).contains("a copy that was not finished"), "{}", said(&refused));
    }
    assert!(succeeds(&copy, &["log", "status"]).contains("This is a copy that was not finished"));
    succeeds(&copy, &["log", "copy", &from, &to]);
    assert!(!succeeds(&copy, &["check"]).contains("WRONG"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_a_copy_that_waits() {
    let (_dir, data) = directory();
    demo(&data).await;
    let node = beside(&data, "node");
    let [(log, _), (vault, _)] = databases().await;
    let args = ["--app", "copy_app", "--auditor", "copy_auditor"];
    succeeds(&node, &[&["setup", "postgres", "--owner", &log, "--vault-owner", &vault], &args[..]].concat());
    let mut holder = PgConnection::connect(&log).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT FROM log_head FOR UPDATE").execute(&mut holder).await.unwrap();
    let mut copy = Command::new(env!("CARGO_BIN_EXE_huean"))
        .args(["log", "copy", &at(&data, "log.db"), &log])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'huean copy'
                  AND datname = current_database() AND wait_event_type = 'Lock'";
    let mut looker = PgConnection::connect(&log).await.unwrap();
    loop {
        assert!(copy.try_wait().unwrap().is_none(), "it waits for the log's lock");
        let waiting: i64 = sqlx::query_scalar(waits).fetch_one(&mut looker).await.unwrap();
        if waiting == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(Command::new("kill").args(["-INT", &copy.id().to_string()]).status().unwrap().success());
    let output = copy.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains("stopped: what was copied stays"), "{}", said(&output));
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    succeeds(&node, &["log", "copy", &at(&data, "log.db"), &log]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_copied_is_told_with_its_exit_code() {
    let (_dir, data) = directory();
    demo(&data).await;
    let other = data.with_file_name("other");
    let place = Place { data: other.clone(), log: None, vault: None };
    drop(House::open(&place, Missing::Make, Clock::Real).await.unwrap().vault.mac_key("any").await.unwrap());
    let (log, vault) = (at(&data, "log.db"), at(&data, "vault.db"));
    let none = at(&data, "none.db");
    for (args, exit, words) in [
        (["log", "copy", &log, &log], 2, "the same database"),
        (["vault", "copy", &vault, &vault], 2, "the same database"),
        (["log", "copy", "log.db", &log], 2, "neither sqlite:FILE nor postgres://"),
        (["log", "copy", &none, &at(&data, "x.db")], 3, "there is no log at the source"),
        (["log", "copy", &vault, &at(&data, "x.db")], 3, "the source is not a log"),
        (["vault", "copy", &log, &at(&data, "x.db")], 3, "the source is not a vault"),
        (["log", "copy", &log, "postgres://nobody@127.0.0.1:1/none"], 3, "the target can't be read"),
        (["vault", "copy", &vault, &at(&other, "vault.db")], 2, "the target is in use"),
        (["log", "copy", &log, &vault], 3, "the target is not a log"),
    ] {
        let output = huean(&data, &args);
        assert_eq!(code(&output), exit, "{args:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{args:?}: {}", said(&output));
    }
    assert!(!data.join("none.db").exists() && !data.join("x.db").exists());
    // A log with events is not served with a vault that never held a key.
    let alone = beside(&data, "alone");
    succeeds(&alone, &["log", "copy", &log, &at(&alone, "log.db")]);
    rusqlite::Connection::open(data.join("vault.db"))
        .unwrap()
        .execute("VACUUM INTO ?1", [alone.join("vault.db").display().to_string()])
        .unwrap();
    rusqlite::Connection::open(alone.join("vault.db"))
        .unwrap()
        .execute_batch("DELETE FROM keyrings; DELETE FROM secrets;")
        .unwrap();
    let empty = huean(&alone, &["check"]);
    assert_eq!(code(&empty), 3);
    assert!(said(&empty).contains("the vault is empty and the log is not"), "{}", said(&empty));
}
