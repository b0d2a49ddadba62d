//! Folding each household's stored facts gives the outcomes that they carry, and nothing surprises.

use std::collections::BTreeSet;

use events::facts::household::{HOUSEHOLD, HouseholdEvent};
use events::log::{LogError, StreamId};
use events::upcast;

use super::{CheckError, Invariant, Report};
use crate::app::House;
use crate::rules::household::Household;

pub(super) async fn households(house: &House, ids: &BTreeSet<String>, report: &mut Report) -> Result<(), CheckError> {
    for id in ids {
        let events = match house.log.stream(&StreamId::new(HOUSEHOLD, id), 0).await {
            Ok(events) => events,
            Err(LogError::Damaged { position, what }) => {
                report.wrong(Invariant::Sequences, Some(position), what);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let mut household = Household::default();
        for event in events {
            report.looked_at(Invariant::Folds, 1);
            let position = Some(event.position);
            // An event that can't be read was named by the pass; what follows it can't be judged.
            let Ok((_, payload)) = upcast::current(&event.event_type, &event.event_version, event.payload) else {
                break;
            };
            let Ok(fact) = serde_json::from_value::<HouseholdEvent>(payload) else { break };
            if let Err(surprise) = household.evolve(&fact) {
                report.wrong(Invariant::Folds, position, surprise.to_string());
            }
            if let (Some(place), Some(case)) = (fact.place(), household.case())
                && place != case.place
            {
                let name = fact.schema().name;
                report.wrong(Invariant::Folds, position, format!("{name} says it lives elsewhere than the facts do"));
            }
            let folded = household.case().map(crate::rules::household::Case::after);
            if let Some(after) = fact.after()
                && folded != Some(after)
            {
                let name = fact.schema().name;
                report.wrong(Invariant::Folds, position, format!("{name} says it led elsewhere than the facts do"));
            }
        }
    }
    Ok(())
}
