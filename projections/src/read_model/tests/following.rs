//! Following the log: read-your-writes, restarts, rebuilds beside the live file, files that are of no use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{PATIENCE, Stage, choices};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::figures::caseload::CaseQuery;
use crate::figures::referrals::ReferralQuery;
use crate::histories::tell;
use crate::oracle::Oracle;
use crate::people::People;
use crate::projector::Files;
use crate::reach::Reach;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_reads_it_and_the_files_are_what_the_log_says() {
    let stage = Stage::new().await;
    let events = tell(&choices(120));
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let (some, rest) = events.split_at(events.len() / 2);
    for part in [some, rest] {
        let position = stage.store(part).await;
        model.after(position, PATIENCE).await.unwrap();
        let last = part.last().unwrap();
        let oracle = Oracle::at(&events[..usize::try_from(last.position).unwrap()], last.recorded_at);
        let page = model.households(CaseQuery::all(Reach::All, last.recorded_at), None).await.unwrap();
        assert_eq!(page.total, oracle.households.len() as u64);
        assert_eq!((page.as_of.position, model.position()), (position, position));
        let page = model.referrals(ReferralQuery::all(Reach::All, last.recorded_at)).await.unwrap();
        assert_eq!(page.total, oracle.referrals.len() as u64);
    }
    assert!(model.progress().is_ready());
    stage.must_be_right().await;
    assert_eq!(model.agencies().await.unwrap().len(), 2);
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_what_nobody_wrote_ends_with_the_patience() {
    let stage = Stage::new().await;
    let model = stage.read_model().await;
    let waited = model.after(1, std::time::Duration::from_millis(30)).await;
    assert!(matches!(waited, Err(ProjectionError::Behind { at: 0, wanted: 1 })), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_with_the_file_that_is_there() {
    let stage = Stage::new().await;
    let events = tell(&choices(60));
    stage.store(&events).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    model.stop().await;
    drop(model);
    let file = Files::<Figures>::new(&stage.dir).live();
    let made = std::fs::metadata(&file).unwrap();
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    stage.must_be_right().await;
    model.stop().await;
    assert!(is_same(&made, &std::fs::metadata(&file).unwrap()), "the file was built anew");
}

/// Whether two looks at a path saw one file.
fn is_same(one: &std::fs::Metadata, other: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.ino() == other.ino()
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_go_on_while_a_file_is_built_beside_theirs_and_swapped() {
    let stage = Stage::new().await;
    let events = tell(&choices(200));
    let (some, rest) = events.split_at(events.len() * 3 / 4);
    let (rest, last) = rest.split_at(rest.len() - 3);
    stage.store(some).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let before = std::fs::metadata(Files::<Figures>::new(&stage.dir).live()).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let now = events.last().unwrap().recorded_at;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (model, done) = (model.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut asked, mut seen) = (0_u64, 0);
                while !done.load(Ordering::Relaxed) {
                    // No answer is older than the one before.
                    match model.households(CaseQuery::all(Reach::All, now), None).await {
                        Ok(page) => {
                            assert!(page.as_of.position >= seen && page.total > 0);
                            seen = page.as_of.position;
                            asked += 1;
                        }
                        Err(error) => panic!("{error:?}"),
                    }
                }
                asked
            })
        })
        .collect();
    let writer = async {
        stage.store(rest).await;
    };
    let (rebuilt, ()) = tokio::join!(model.rebuild(), writer);
    rebuilt.unwrap();
    model.caught_up(PATIENCE).await.unwrap();
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    // Nobody still holds the file that is gone: what comes now is seen by every reader.
    let position = stage.store(last).await;
    model.after(position, PATIENCE).await.unwrap();
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let model = model.clone();
            tokio::spawn(async move { model.households(CaseQuery::all(Reach::All, now), None).await.unwrap() })
        })
        .collect();
    for page in asked {
        assert_eq!(page.await.unwrap().as_of.position, position);
    }
    stage.must_be_right().await;
    let after = std::fs::metadata(Files::<Figures>::new(&stage.dir).live()).unwrap();
    assert!(!is_same(&before, &after));
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_ahead_of_the_log_or_of_another_one_is_thrown_away() {
    let (long, short) = (Stage::new().await, Stage::new().await);
    long.store(&tell(&choices(60))).await;
    let model = long.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    model.stop().await;
    short.store(&tell(&choices(20))).await;
    for file in long.files(".db") {
        std::fs::copy(&file, short.dir.join(file.file_name().unwrap())).unwrap();
    }
    let model = short.read_model().await;
    let as_of = model.caught_up(PATIENCE).await.unwrap();
    assert_eq!(as_of.position, short.log.head().await.unwrap().position);
    short.must_be_right().await;
    model.stop().await;
    // The same log, cut short: what a restored backup looks like.
    let file = rusqlite::Connection::open(Files::<Figures>::new(&short.dir).live()).unwrap();
    file.execute("UPDATE checkpoint SET position = position + 1000", []).unwrap();
    drop(file);
    let model = short.read_model().await;
    assert_eq!(model.caught_up(PATIENCE).await.unwrap().position, as_of.position);
    short.must_be_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_restored_and_has_grown_again_is_noticed() {
    let mut stage = Stage::new().await;
    let events = tell(&choices(60));
    let (kept, lost) = events.split_at(events.len() / 2);
    stage.store(kept).await;
    let (log, backup) = (stage.dir.join("log.db"), stage.dir.join("backup.db"));
    let db = rusqlite::Connection::open(&log).unwrap();
    db.execute("VACUUM INTO ?", [backup.to_str().unwrap()]).unwrap();
    drop(db);
    let position = stage.store(lost).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    model.stop().await;
    drop(model);
    let folder = stage.folder.take();
    let dir = stage.dir.clone();
    drop(stage);
    for end in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{end}", log.display())));
    }
    std::fs::copy(&backup, &log).unwrap();
    let mut stage = Stage::at(&dir).await;
    stage.folder = folder;
    // The same facts, told an hour later: the log is as long as before, and another.
    let mut told_again = lost.to_vec();
    for event in &mut told_again {
        event.recorded_at += chrono::Duration::hours(1);
    }
    assert_eq!(stage.store(&told_again).await, position);
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let page = model.households(CaseQuery::all(Reach::All, told_again.last().unwrap().recorded_at), None).await;
    assert_eq!(page.unwrap().as_of.time, told_again.last().unwrap().recorded_at);
    stage.must_be_right().await;
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_version_is_removed_once_the_new_one_answers_but_not_while_somebody_keeps_it() {
    let stage = Stage::new().await;
    stage.store(&tell(&choices(20))).await;
    for name in ["figures-0123456789ab", "figures-ba9876543210"] {
        std::fs::write(stage.dir.join(format!("{name}.db")), "old").unwrap();
        std::fs::write(stage.dir.join(format!("{name}.lock")), "").unwrap();
    }
    let kept = std::fs::File::open(stage.dir.join("figures-ba9876543210.lock")).unwrap();
    kept.lock().unwrap();
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    model.stop().await;
    assert!(!stage.dir.join("figures-0123456789ab.db").exists());
    assert!(stage.dir.join("figures-ba9876543210.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_a_row_that_is_not_as_the_log_says() {
    let stage = Stage::new().await;
    stage.store(&tell(&choices(80))).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    model.stop().await;
    let (figures, people) = (Files::<Figures>::new(&stage.dir).live(), Files::<People>::new(&stage.dir).live());
    let damages = [
        (&figures, "UPDATE caseload SET residents = residents + 1 WHERE household = 1", 2),
        (&people, "DELETE FROM postings WHERE rowid = 1", 3),
        (
            &figures,
            "UPDATE stage_spells_ended SET to_position = to_position + 1 WHERE household = (SELECT min(household) FROM stage_spells_ended)",
            0,
        ),
        (&figures, "UPDATE referrals SET state = 1 - state WHERE state <= 1", 1),
    ];
    for (file, damage, nth) in damages {
        let db = rusqlite::Connection::open(file).unwrap();
        assert!(db.execute(damage, []).unwrap() > 0, "{damage}");
        drop(db);
        assert!(!stage.check().await[nth].faults.is_empty(), "{damage}");
    }
}
