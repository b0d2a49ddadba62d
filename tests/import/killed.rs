//! An import that ends in the middle goes on where it ended, and two at once do not double anything.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::file::{rows, written};
use crate::place::{House, ran};

const HOUSEHOLDS: usize = 900;

fn started(house: &House, file: &std::path::Path) -> Child {
    house
        .command(&["import", "households", file.to_str().expect("a path"), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

/// Waits until something of the import is in the log.
fn begun(house: &House, child: &mut Child, before: u64) {
    let patience = Instant::now();
    while house.events() <= before + 100 {
        assert!(patience.elapsed() < Duration::from_mins(2), "nothing was imported");
        if child.try_wait().expect("its state").is_some() {
            return;
        }
    }
}

fn nothing_is_lost_or_doubled(house: &House, file: &std::path::Path) {
    let rest = house.import(file, &[]);
    assert_eq!(rest.code, 0, "{}", rest.said);
    let count = |name: &str| rest.json[name]["households"].as_u64().expect("a count");
    assert_eq!(count("imported") + count("already_in"), HOUSEHOLDS as u64, "{}", rest.said);
    let again = house.import(file, &[]);
    assert_eq!(again.json["already_in"]["households"], HOUSEHOLDS, "{}", again.said);
    house.is_sound();
}

fn killed_and_resumed(house: &House) {
    let file = written(house.path("file.csv"), &rows(HOUSEHOLDS));
    let before = house.events();
    let mut child = started(house, &file);
    begun(house, &mut child, before);
    child.kill().expect("it is killed");
    child.wait().expect("it is dead");
    nothing_is_lost_or_doubled(house, &file);
}

#[test]
fn an_import_that_was_killed_goes_on_on_the_embedded_log() {
    killed_and_resumed(&House::embedded());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_goes_on_on_postgresql() {
    killed_and_resumed(&House::postgres().await);
}

#[test]
fn an_import_that_is_interrupted_stops_cleanly_and_goes_on() {
    let house = House::embedded();
    let file = written(house.path("file.csv"), &rows(HOUSEHOLDS));
    let mut child = started(&house, &file);
    begun(&house, &mut child, 0);
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    let ended = ran(&child.wait_with_output().expect("it ends"));
    // It may have been done by then.
    assert!(ended.code == 0 || ended.json["stopped"] == true, "{}", ended.said);
    nothing_is_lost_or_doubled(&house, &file);
}

fn at_once(house: &House) {
    let file = written(house.path("file.csv"), &rows(HOUSEHOLDS));
    let both = [started(house, &file), started(house, &file)];
    let mut imported = 0;
    for child in both {
        let ended = ran(&child.wait_with_output().expect("it ends"));
        assert_eq!(ended.code, 0, "{}", ended.said);
        let count = |name: &str| ended.json[name]["households"].as_u64().expect("a count");
        assert_eq!(count("imported") + count("already_in"), HOUSEHOLDS as u64, "{}", ended.said);
        imported += count("imported");
    }
    assert_eq!(imported, HOUSEHOLDS as u64, "each household went in once");
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_one_file_at_once_double_nothing_on_postgresql() {
    at_once(&House::postgres().await);
}

#[test]
fn two_imports_of_one_file_at_once_double_nothing_on_the_embedded_log() {
    let house = House::embedded();
    // The log is there: two first starts at once are another matter.
    let file = written(house.path("first.csv"), &rows(1));
    assert_eq!(house.import(&file, &[]).code, 0);
    let file = written(house.path("file.csv"), &rows(HOUSEHOLDS));
    let both = [started(&house, &file), started(&house, &file)];
    for child in both {
        let ended = ran(&child.wait_with_output().expect("it ends"));
        assert_eq!(ended.code, 0, "{}", ended.said);
    }
    nothing_is_lost_or_doubled(&house, &file);
}

#[test]
fn a_disk_that_is_full_is_told_and_the_rest_goes_in_later() {
    let house = House::embedded();
    let first = written(house.path("first.csv"), &rows(1));
    assert_eq!(house.import(&first, &[]).code, 0);
    let file = written(house.path("file.csv"), &rows(HOUSEHOLDS));
    // A file may grow to two megabytes and no further: to the program that is a full disk.
    let inner = house.command(&["import", "households", file.to_str().expect("a path"), "--json"]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\""]).arg(inner.get_program());
    limited.args(inner.get_args()).env_remove("HUEAN_TOKEN");
    let full = ran(&limited.output().expect("the program runs"));
    assert_eq!(full.code, 3, "{}", full.said);
    assert!(full.said.contains("run it again to go on"), "{}", full.said);
    let rows = full.json["imported"]["rows"].as_u64().expect("a count of what went in");
    assert!(rows < 2 * HOUSEHOLDS as u64);
    nothing_is_lost_or_doubled(&house, &file);
}
