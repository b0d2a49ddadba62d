//! The program as somebody at a terminal meets it: exit codes, what it says, what it makes and what it refuses.

mod copying;
mod histories;
mod isolation;
mod judging;
mod quiet;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use events::clock::Clock;
use events::id::StaffId;
use huean::app::{House, Missing, Place};
use huean::signin::{Cost, Fresh, SignIn};
use serde_json::Value;
use tempfile::TempDir;

/// Runs `huean` on a directory.
fn huean(data: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huean"))
        .args(args)
        .arg("--data")
        .arg(data)
        .env_remove("HUEAN_TOKEN")
        .output()
        .expect("the program runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A service on a directory; killed when the test ends.
struct Service(Child);

impl Service {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_huean"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        assert!(line.starts_with("Huean serves at http://127.0.0.1:"), "{line}");
        Self(child)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn directory() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    (dir, data)
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn where_there_is_no_log_every_reader_says_so_and_makes_none() {
    let (_dir, data) = directory();
    for args in [&["check"][..], &["rebuild"], &["log", "status"], &["report", "funnel"], &["history", "46-0000001-3"]]
    {
        let output = huean(&data, args);
        assert_eq!(code(&output), 3, "{args:?}: {}", said(&output));
    }
    assert!(!data.join("log.db").exists());
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let (_dir, data) = directory();
    for args in [&["milk"][..], &["serve", "--listen", "nowhere"], &["setup", "postgres"]] {
        assert_eq!(code(&huean(&data, args)), 2, "{args:?}");
    }
    let _service = Service::start(&data);
    for args in [
        &["report", "weather"][..],
        &["report", "funnel", "--as-of", "soon"],
        &["report", "funnel", "--as-of", "2099-01-01"],
        &["report", "backlog", "--as-of", "2001-01-01"],
        &["report", "funnel", "--from", "2099-01-01"],
        &["report", "backlog-history", "--from", "2020-02-01", "--to", "2020-01-01"],
        &["history", "somebody"],
        &["history", "46-0000001-9"],
        &["demo", "--no-serve"],
    ] {
        let output = huean(&data, args);
        assert_eq!(code(&output), 2, "{args:?}: {}", said(&output));
    }
}

#[test]
fn the_first_start_makes_a_key_and_tokens_that_only_the_owner_can_read() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    assert_eq!((mode(&data), mode(&data.join("root.key")), mode(&data.join("tokens.json"))), (0o700, 0o600, 0o600));
    let first = data.join("first-administrator.token");
    let token = std::fs::read_to_string(&first).expect("a token");
    assert_eq!((mode(&first), token.len()), (0o600, 43));
    let output = huean(&data, &["log", "status", "--json"]);
    let status: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((status["kind"].as_str(), status["events"].as_u64()), (Some("embedded"), Some(8)), "the first policies");
    // The second start changes nothing.
    drop(Service::start(&data));
    let again: Value = serde_json::from_slice(&huean(&data, &["log", "status", "--json"]).stdout).expect("JSON");
    assert_eq!(again, status);
    assert_eq!(std::fs::read_to_string(&first).expect("a token"), token);
}

#[test]
fn a_key_that_others_can_read_a_foreign_key_and_a_lost_key_are_refused() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    let key = data.join("root.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    assert_eq!(code(&huean(&data, &["rebuild"])), 3);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    assert_eq!(code(&huean(&data, &["rebuild"])), 0);
    std::fs::write(&key, [1; 32]).expect("another key");
    assert_eq!(code(&huean(&data, &["rebuild"])), 3);
    std::fs::remove_file(&key).expect("the key goes");
    let output = huean(&data, &["serve"]);
    assert_eq!(code(&output), 3, "{}", said(&output));
    assert!(!key.exists(), "a log that lost its key gets no new one");
}

#[tokio::test]
async fn where_somebody_has_an_account_no_tokens_are_made_and_the_way_back_is_at_the_machine() {
    let (_dir, data) = directory();
    let place = Place { data: data.clone(), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Real).await.expect("a house");
    let sign_in = SignIn::at(&house.desk, Cost { memory: 64, passes: 1 });
    let fresh = Fresh::drawn(&mut rand::rng());
    let staff = StaffId(uuid::Uuid::from_u128(7));
    sign_in.make_ready(staff, "admin", true, &fresh).await.expect("an account");
    sign_in.lock(StaffId(uuid::Uuid::from_u128(8)), staff).await.expect("locked");
    drop((sign_in, house));
    drop(Service::start(&data));
    assert!(!data.join("tokens.json").exists() && !data.join("first-administrator.token").exists());
    let nobody = huean(&data, &["account", "let-in", "nobody"]);
    assert_eq!(code(&nobody), 1, "{}", said(&nobody));
    let output = huean(&data, &["account", "let-in", "admin"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let line = String::from_utf8(output.stdout).expect("text");
    assert!(line.starts_with("admin ") && line.split(' ').nth(1).is_some_and(|it| it.len() > 15), "one password");
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.expect("a house");
    let state = SignIn::at(&house.desk, Cost { memory: 64, passes: 1 }).account(staff).await.expect("an account");
    assert!(!state.locked && !state.second_factor && state.handed_out_until.is_some());
}

#[test]
fn a_new_root_key_opens_everything_once_nobody_serves_and_a_rotation_goes_on_where_it_stopped() {
    let (_dir, data) = directory();
    let service = Service::start(&data);
    let (key, next, before) = (data.join("root.key"), data.join("root.key.next"), data.join("root.key.before"));
    let old = std::fs::read(&key).expect("a key");
    let output = huean(&data, &["vault", "rotate-root"]);
    assert_eq!(code(&output), 2, "a node serves: {}", said(&output));
    assert_eq!(std::fs::read(&key).expect("a key"), old);
    let made = std::fs::read(&next).expect("the key that is to come");
    drop(service);
    let output = huean(&data, &["vault", "rotate-root"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(std::fs::read(&key).expect("a key"), made, "the one that was made before goes on");
    assert_eq!((std::fs::read(&before).expect("the old one"), next.exists()), (old.clone(), false));
    assert_eq!((mode(&key), mode(&before)), (0o600, 0o600));
    assert_eq!(code(&huean(&data, &["rebuild"])), 0);
    // Broken off when everything was closed anew and the file was not put in place yet.
    std::fs::rename(&key, &next).expect("a name");
    std::fs::rename(&before, &key).expect("a name");
    assert_eq!(code(&huean(&data, &["rebuild"])), 3);
    let output = huean(&data, &["vault", "rotate-root"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(std::fs::read(&key).expect("a key"), made);
    assert_eq!(code(&huean(&data, &["rebuild"])), 0);
    drop(Service::start(&data));
}

#[test]
fn a_second_service_on_the_same_directory_is_told_to_take_its_own() {
    let (_dir, data) = directory();
    let _service = Service::start(&data);
    let output = huean(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(said(&output).contains("--data"), "{}", said(&output));
}

#[test]
fn check_fails_where_an_invariant_looked_at_nothing() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    let output = huean(&data, &["check"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("LOOKED AT NOTHING"), "{}", said(&output));
}

#[test]
fn a_log_on_a_server_needs_a_token_and_its_vault_on_a_server_too() {
    let (_dir, data) = directory();
    let output = huean(&data, &["log", "status", "--log", "postgres://nobody@127.0.0.1:1/none"]);
    assert_eq!(code(&output), 3, "{}", said(&output));
    let output = huean(&data, &["check", "--log", "postgres://nobody@127.0.0.1:1/none"]);
    assert_eq!(code(&output), 3, "an embedded vault can't serve it: {}", said(&output));
}

#[test]
fn the_list_of_reports_needs_no_log() {
    let (_dir, data) = directory();
    let output = huean(&data, &["report"]);
    assert_eq!(code(&output), 0);
    for name in huean::reports::ReportName::ALL {
        assert!(said(&output).contains(name.as_str()));
    }
}

#[test]
fn a_moment_that_has_not_come_is_refused_in_both_languages() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    let output = huean(&data, &["report", "funnel", "--as-of", "2099-01-01"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    for words in ["--as-of must not be after", "--as-of ต้องไม่หลัง"] {
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

#[test]
fn a_report_is_the_same_table_in_every_form() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    let report = |name: &str, format: &str| {
        let output = huean(&data, &["report", name, "--format", format]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        output.stdout
    };
    let json: Value = serde_json::from_slice(&report("backlog-history", "json")).expect("JSON");
    assert_eq!((json["name"].as_str(), json["columns"][0].as_str()), (Some("backlog_history"), Some("day")));
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(91));
    let csv = String::from_utf8(report("backlog_history", "csv")).expect("UTF-8");
    assert!(csv.starts_with("\u{feff}day,to_answer,to_deliver,age_0_2,age_3_7,age_8_14,age_15\n"), "{csv}");
    assert_eq!(csv.lines().count(), 92);
    let workbook = report("backlog_history", "xlsx");
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(workbook)).expect("a workbook");
    let sheet = calamine::Reader::worksheet_range(&mut book, "backlog_history").expect("the figures");
    assert_eq!(sheet.height(), 92);
    assert!(calamine::Reader::worksheet_range(&mut book, "about").expect("what they are").height() > 5);
}

#[test]
fn every_report_answers_and_leads_to_its_cases_at_the_terminal() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    for name in huean::reports::ReportName::ALL {
        let output = huean(&data, &["report", name.as_str(), "--format", "json"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        let Some(figure) = name.sheet().and_then(|sheet| sheet.counts().next()) else { continue };
        let output = huean(&data, &["report", name.as_str(), "--cases", figure, "--by", "district", "--format", "csv"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert!(said(&output).contains("household,case_no,area,lao,counts_on"), "{}", said(&output));
    }
    for args in [
        &["report", "times", "--cases", "median_days"][..],
        &["report", "times", "--cases", "open", "--where", "colour=red"],
        &["report", "times", "--per", "agency"],
        &["report", "backlog", "--cases", "waiting"],
        &["report", "backlog", "--by", "district"],
        &["report", "times", "--by", "colour"],
    ] {
        assert_eq!(code(&huean(&data, args)), 2, "{args:?}");
    }
}

#[test]
fn an_option_may_stand_in_the_environment() {
    let (_dir, data) = directory();
    drop(Service::start(&data));
    let run = |args: &[&str], variable: (&str, &str)| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_huean"));
        program.args(args).env("HUEAN_DATA", &data).env(variable.0, variable.1).env_remove("HUEAN_TOKEN");
        let output = program.output().expect("the program runs");
        assert_eq!(code(&output), 0, "{}", said(&output));
        serde_json::from_slice::<Value>(&output.stdout).ok()
    };
    assert_eq!(run(&["report", "funnel"], ("HUEAN_FORMAT", "json")).expect("JSON")["name"], "funnel");
    assert_eq!(run(&["log", "status"], ("HUEAN_JSON", "1")).expect("JSON")["kind"], "embedded");
    assert_eq!(run(&["log", "status"], ("HUEAN_JSON", "")), None, "empty is no");
}
