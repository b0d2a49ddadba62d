//! One demo, large enough for every kind of story, filled once and looked at by many tests.

use std::sync::OnceLock;

use events::facts::household::HOUSEHOLD;
use events::id::HouseholdId;
use events::log::StoredEvent;
use huean::demo::Filled;
use huean::rules::household::Case;

use crate::fixture::demo;

/// How many households it has.
pub const HOUSEHOLDS: u32 = 320;

/// What the demo left behind.
pub struct Whole {
    pub filled: Filled,
    pub days_told: Vec<chrono::NaiveDate>,
    pub events: Vec<StoredEvent>,
    /// Every household as it stands, opened.
    pub cases: Vec<Case>,
}

/// The demo's whole content.
pub fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| tokio::runtime::Runtime::new().unwrap().block_on(filled()))
}

async fn filled() -> Whole {
    let demo = demo(1, HOUSEHOLDS).await;
    let events = demo.events().await;
    let mut cases = Vec::new();
    for event in events.iter().filter(|it| it.stream.aggregate_type == HOUSEHOLD && it.sequence == 1) {
        let id: HouseholdId = event.stream.aggregate_id.parse().unwrap();
        let (loaded, _) = demo.desk.load_household(id, true).await.unwrap();
        cases.push(loaded.state.case().unwrap().clone());
    }
    Whole { filled: demo.filled, days_told: demo.days_told, events, cases }
}
