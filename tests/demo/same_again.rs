//! The same seed and start give the same ids, facts, dates and positions; another seed gives others.

use events::log::StoredEvent;
use serde_json::Value;

use crate::fixture::{demo, empty_desk, plan, start};

/// Values that differ in each log by design: nonces and ciphertexts, and the watcher's own ids, which follow from the
/// log's id so that two nodes of one log agree.
pub fn comparable(mut event: StoredEvent) -> String {
    hide_sealed(&mut event.payload);
    if event.metadata.get("channel").is_some_and(|it| it == "watcher") {
        event.metadata.remove("command");
        event.metadata.remove("actor");
    }
    format!(
        "{} {} {}/{} {} {} {} {} {:?}",
        event.position,
        event.recorded_at,
        event.stream.aggregate_type,
        event.stream.aggregate_id,
        event.sequence,
        event.event_type,
        event.event_version,
        event.payload,
        event.metadata
    )
}

fn hide_sealed(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("$s") {
                map.remove("n");
                map.remove("c");
            }
            map.values_mut().for_each(hide_sealed);
        }
        Value::Array(list) => list.iter_mut().for_each(hide_sealed),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_and_start_give_the_same_ids_facts_dates_and_positions() {
    let (first, second, other) = (demo(1, 40).await, demo(1, 40).await, demo(2, 40).await);
    assert_eq!(first.filled, second.filled);
    let (ours, theirs) = (first.events().await, second.events().await);
    assert!(ours.len() > 400, "{}", ours.len());
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        assert_eq!(comparable(ours), comparable(theirs));
    }
    assert_ne!(first.filled.people, other.filled.people);
    assert_ne!(first.filled.facts, other.filled.facts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_with_events_is_refused_and_stays_as_it_was() {
    let demo = demo(1, 2).await;
    let head = demo.desk.log().head().await.unwrap();
    let clock = events::clock::SimulatedClock::starting(events::clock::start_of(start()));
    let error = huean::demo::fill(&demo.desk, &clock, plan(1, 2), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, huean::demo::DemoError::NotNew), "{error}");
    assert_eq!(demo.desk.log().head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_before_the_start_is_refused_and_nothing_is_stored() {
    let clock = events::clock::SimulatedClock::starting(events::clock::start_of(start()));
    let (desk, _folder) = empty_desk(&clock).await;
    let mut plan = plan(1, 2);
    plan.until = events::clock::start_of(start()) - chrono::Duration::days(1);
    let error = huean::demo::fill(&desk, &clock, plan, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, huean::demo::DemoError::NoTime), "{error}");
    assert_eq!(desk.log().head().await.unwrap().position, 0);
}
