//! What changed for a household from its first assessment to its latest, by the policies of the day that is shown.

use std::collections::BTreeMap;

use events::clock::day_of;
use events::facts::household::{HouseholdAssessed, HouseholdEvent};

use super::history::History;
use crate::rules::household::assessment::compare::{Comparison, compare};
use crate::rules::policy::PolicyBook;

/// The comparison; none without an assessment, or where the province has no threshold or scoring policy yet.
pub fn comparison(history: &History, policies: &PolicyBook) -> Option<Comparison> {
    let household = history.folded();
    let province = household.case()?.province();
    let today = day_of(history.now);
    let mut assessed: BTreeMap<_, &HouseholdAssessed> = BTreeMap::new();
    for entry in history.entries.iter().filter(|entry| !household.is_retracted(entry.sequence)) {
        if let HouseholdEvent::HouseholdAssessed(it) = &entry.fact {
            assessed.insert((it.happened_on, entry.sequence), it);
        }
    }
    let (_, latest) = assessed.pop_last()?;
    let first = assessed.pop_first().map(|(_, it)| it);
    let scoring = policies.scoring(&province, today).ok()?;
    let threshold = policies.threshold(&province, today).ok()?;
    Some(compare(first, latest, scoring, threshold))
}
