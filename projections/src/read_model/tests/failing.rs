//! What can't be projected stops a file where it is, and what was there goes on answering.

use events::log::StreamId;
use serde_json::json;

use super::{PATIENCE, Stage, choices};
use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::figures::caseload::{self, CaseQuery};
use crate::histories::{household, tell};
use crate::page::AsOf;
use crate::projector::{Files, Trial};
use crate::reach::Reach;

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_event_stops_the_file_before_it_and_says_where() {
    let stage = Stage::new().await;
    let events = tell(&choices(40));
    let before = stage.store(&events).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let stream = StreamId::new("household", uuid::Uuid::from_u128(1).to_string());
    let poison = stage.put(&stream, 1, "SomethingElse", "1", json!({"type": "SomethingElse"})).await;
    let waited = model.after(poison, PATIENCE).await;
    assert!(matches!(&waited, Err(ProjectionError::Unreadable(it)) if it.position == poison), "{waited:?}");
    let now = events.last().unwrap().recorded_at;
    let page = model.households(CaseQuery::all(Reach::All, now), None).await.unwrap();
    assert_eq!(page.as_of.position, before);
    let progress = model.progress().figures;
    assert_eq!((progress.state.as_str(), progress.position), ("failed", before));
    assert!(progress.error.unwrap().contains(&poison.to_string()));
    model.stop().await;
    // A restart finds the same, and answers the same.
    let model = stage.read_model().await;
    assert!(matches!(model.after(poison, PATIENCE).await, Err(ProjectionError::Unreadable(_))));
    let again = model.households(CaseQuery::all(Reach::All, now), None).await.unwrap();
    assert_eq!((again.total, again.as_of.position), (page.total, before));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_follow_stops_the_file_right_before_it_also_in_a_build() {
    let stage = Stage::new().await;
    let events = tell(&choices(40));
    let before = stage.store(&events).await;
    let stream = StreamId::new("household", household(9_999).to_string());
    let payload = json!({"type": "CaseNumberAssigned", "case_no": "46-0000001-2"});
    let case_no = events::case_no::CaseNo::new(46, 1).unwrap();
    let payload = json!({"case_no": case_no, "type": payload["type"]});
    let misfit = stage.put(&stream, 1, "CaseNumberAssigned", "1", payload).await;
    for _ in 0..2 {
        let model = stage.read_model().await;
        let waited = model.after(misfit, PATIENCE).await;
        assert!(matches!(waited, Err(ProjectionError::Misfit { position, .. }) if position == misfit), "{waited:?}");
        let now = events.last().unwrap().recorded_at;
        let page = model.households(CaseQuery::all(Reach::All, now), None).await.unwrap();
        assert_eq!(page.as_of.position, before);
        model.stop().await;
    }
}

#[test]
fn what_was_written_without_its_checkpoint_is_gone_and_comes_again() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::<Figures>::new(dir.path());
    let events = tell(&choices(60));
    let (some, rest) = events.split_at(events.len() / 2);
    let mut trial = Trial::new(&files).unwrap();
    trial.take(some).unwrap();
    trial.commit().unwrap();
    trial.take(rest).unwrap();
    // Rows are written; the transaction never comes to its end.
    trial.flush().unwrap();
    drop(trial);
    let mut trial = Trial::reopen(&files).unwrap();
    let last = some.last().unwrap();
    let query = CaseQuery::all(Reach::All, last.recorded_at);
    let page = caseload::list(trial.db(), &query).unwrap();
    assert_eq!(page.as_of, AsOf { position: last.position, time: last.recorded_at });
    trial.take(rest).unwrap();
    trial.commit().unwrap();
    let whole = crate::projector::fold_in_memory::<Figures>(&events, &[usize::MAX], &()).unwrap();
    let mut checked = crate::check::Checked { what: "", looked_at: 0, faults: Vec::new() };
    crate::check::compare(trial.db(), &whole, &mut checked).unwrap();
    assert_eq!(checked.faults, Vec::<String>::new());
}
