//! The watcher of a running service goes on where the demo's nights ended.

use std::time::Duration;

use events::clock::{SimulatedClock, start_of};
use huean::demo::fill;
use huean::watcher;
use projections::ReadModel;
use projections::read_model::OpenReadModel;

use crate::fixture::{empty_desk, plan, start, until};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn every_missed_answer_and_delivery_is_noted_once() {
    let clock = SimulatedClock::starting(start_of(start()));
    let (desk, folder) = empty_desk(&clock).await;
    fill(&desk, &clock, plan(3, 60), &mut |_| {}).await.unwrap();
    let (log, vault) = (desk.log().clone(), desk.vault().clone());
    let read_model = ReadModel::open(OpenReadModel { dir: folder.path().to_owned(), log, vault }).await.unwrap();
    read_model.caught_up(PATIENCE).await.unwrap();
    assert_eq!(watcher::round(&desk, &read_model).await.unwrap(), 0, "the demo's nights missed nothing");

    let before = desk.log().head().await.unwrap().position;
    clock.set(until() + chrono::Duration::days(60));
    let noted = watcher::round(&desk, &read_model).await.unwrap();
    let events = desk.log().read(before, 1000).await.unwrap();
    let count = |name: &str| events.iter().filter(|it| it.event_type == name).count();
    assert!(count("ResponseOverdue") > 0 && count("DeliveryOverdue") > 0, "{noted}");
    read_model.caught_up(PATIENCE).await.unwrap();
    assert_eq!(watcher::round(&desk, &read_model).await.unwrap(), 0, "none is noted twice");
    read_model.stop().await;
}
