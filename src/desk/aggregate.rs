//! The states as cqrs-es knows them: their names in the log, their events, and how an event is applied.
//!
//! The desk calls `decide` itself, because a decision may span several streams and must answer with its position
//! (`docs/decisions/0002`). `handle` serves whoever runs one household alone, such as the library's own test framework.

use std::convert::Infallible;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use events::facts::agency::{AGENCY, AgencyEvent};
use events::facts::household::{HOUSEHOLD, HouseholdEvent};
use events::facts::model::{MODEL, ModelEvent};
use events::facts::numbering::{NUMBERING, NumberingEvent};
use events::facts::policy::{POLICY, PolicyEvent};
use events::facts::staff::{STAFF, StaffEvent};
use events::id::{CommandId, StaffId};
use uuid::Uuid;

use crate::rules::agency::Agency;
use crate::rules::household::{Command, Household};
use crate::rules::model::Model;
use crate::rules::numbering::Numbering;
use crate::rules::policy::PolicyBook;
use crate::rules::staff::Staff;
use crate::rules::{Asked, Others, Refusal};

/// A command with everything its decision may depend on.
#[derive(Debug)]
pub struct Envelope {
    /// The command.
    pub command: Command,
    /// Now.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: StaffId,
    /// The command's id.
    pub command_id: CommandId,
    /// The household's id.
    pub target: Uuid,
    /// Policies.
    pub policies: Arc<PolicyBook>,
}

impl Aggregate for Household {
    const TYPE: &'static str = HOUSEHOLD;
    type Command = Envelope;
    type Event = HouseholdEvent;
    type Error = Refusal;
    type Services = Others;

    async fn handle(&mut self, ask: Envelope, others: &Others, sink: &EventSink<Self>) -> Result<(), Refusal> {
        let asked = Asked {
            now: ask.now,
            actor: ask.actor,
            command: ask.command_id,
            target: ask.target,
            policies: &ask.policies,
        };
        for event in ask.command.decide(self, others, &asked)?.household {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: HouseholdEvent) {
        if let Err(surprise) = self.evolve(&event) {
            tracing::error!(event = surprise.event, why = surprise.why, "a stored fact does not follow");
        }
    }
}

/// The other aggregates are only folded through cqrs-es, never commanded.
macro_rules! folded {
    ($state:ty, $name:expr, $event:ty) => {
        impl Aggregate for $state {
            const TYPE: &'static str = $name;
            type Command = Infallible;
            type Event = $event;
            type Error = Infallible;
            type Services = ();

            async fn handle(&mut self, never: Infallible, (): &(), _: &EventSink<Self>) -> Result<(), Infallible> {
                match never {}
            }

            fn apply(&mut self, event: $event) {
                self.evolve(&event);
            }
        }
    };
}

folded!(Agency, AGENCY, AgencyEvent);
folded!(Model, MODEL, ModelEvent);
folded!(Staff, STAFF, StaffEvent);
folded!(PolicyBook, POLICY, PolicyEvent);
folded!(Numbering, NUMBERING, NumberingEvent);

#[cfg(test)]
mod spec {
    use cqrs_es::test::TestFramework;
    use events::clock::start_of;
    use serde_json::json;

    use super::*;
    use crate::rules::household::command::Name;
    use crate::rules::spec::story::Story;

    fn asks(story: &Story, name: Name, body: &serde_json::Value) -> Envelope {
        let command = name.read(body.to_string().as_bytes()).unwrap();
        let asked = story.asked();
        Envelope {
            command,
            now: start_of(story.today),
            actor: asked.actor,
            command_id: asked.command,
            target: asked.target,
            policies: Arc::new(story.book.clone()),
        }
    }

    #[test]
    fn a_household_decides_alike_in_the_hands_of_the_library() {
        let story = Story::identified();
        let visit = asks(&story, Name::VisitHome, &json!({"seen": "poor"}));
        let expected = story.decide(&visit.command).unwrap().household;
        TestFramework::<Household>::with(Others::default())
            .given(story.household.facts().to_vec())
            .when(visit)
            .then_expect_events(expected);
    }

    #[test]
    fn the_library_hears_the_same_refusal() {
        let story = Story::identified();
        TestFramework::<Household>::with(Others::default())
            .given(story.household.facts().to_vec())
            .when(asks(&story, Name::Verify, &json!({})))
            .then_expect_error(Refusal::NotVisited);
    }
}
