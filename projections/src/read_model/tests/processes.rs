//! Several processes on one folder: one writes, others read, and a killed one leaves nothing half done.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::{PATIENCE, Stage, choices};
use crate::error::ProjectionError;
use crate::figures::caseload::CaseQuery;
use crate::histories::tell;
use crate::reach::Reach;
use crate::read_model::ReadModel;

const FOLDER: &str = "HUEAN_TEST_READ_MODEL";

/// Another process that keeps the read model of a folder, until it is killed. Says a line once it follows the log.
fn another(stage: &Stage) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "read_model::tests::processes::keeps_the_read_model_when_told_a_folder", "--nocapture"])
        .env(FOLDER, &stage.dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

fn wait_for(lines: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    while !line.contains(word) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the other process ended before it said {word}");
    }
}

/// Not a test of its own: what the other process does.
#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_read_model_when_told_a_folder() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    let stage = Stage::at(dir.as_ref()).await;
    let model = stage.read_model().await;
    println!("following");
    model.caught_up(PATIENCE).await.unwrap();
    println!("caught-up");
    loop {
        tokio::time::sleep(PATIENCE).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_process_keeps_the_files_another_reads_them_and_none_else_writes() {
    let stage = Stage::new().await;
    let events = tell(&choices(60));
    let (some, rest) = events.split_at(events.len() / 2);
    stage.store(some).await;
    let (mut child, mut lines) = another(&stage);
    wait_for(&mut lines, "caught-up");
    assert!(matches!(ReadModel::open(stage.how()).await, Err(ProjectionError::Locked(_))));
    let model = ReadModel::open_either(stage.how()).await.unwrap();
    let position = stage.store(rest).await;
    model.after(position, PATIENCE).await.unwrap();
    let now = events.last().unwrap().recorded_at;
    let page = model.households(CaseQuery::all(Reach::All, now), None).await.unwrap();
    assert_eq!(page.as_of.position, position);
    // A check needs no service to stop.
    stage.must_be_right().await;
    child.kill().unwrap();
    child.wait().unwrap();
    stage.read_model().await.caught_up(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_moment_leaves_rows_and_checkpoint_that_agree() {
    let stage = Stage::new().await;
    let events = tell(&choices(240));
    let mut rest = events.as_slice();
    for nth in 0..6 {
        let (mut child, mut lines) = another(&stage);
        let (part, later) = rest.split_at(rest.len().min(40 + nth));
        rest = later;
        if nth % 2 == 0 {
            wait_for(&mut lines, "following");
        } else {
            wait_for(&mut lines, "caught-up");
        }
        stage.store(part).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    stage.store(rest).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    stage.must_be_right().await;
    model.stop().await;
}
