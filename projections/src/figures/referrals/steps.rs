//! What can be said of one referral, and the row that follows: a pure fold, so that a fact taken back is left out of it.

use events::facts::case::UnknownCode;
use events::facts::household::{HouseholdEvent, ReferralClock};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::column;

/// Where a referral is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralState {
    /// The agency has not answered.
    ToAnswer,
    /// The agency has accepted and is not done.
    ToDeliver,
    /// Sent back for what is missing.
    Returned,
    /// The agency said no.
    Declined,
    /// The agency is done.
    Completed,
    /// Taken back.
    Withdrawn,
}

/// A queue of an agency. Every open referral is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Waits for the agency's answer.
    ToAnswer,
    /// Accepted, waits for delivery.
    ToDeliver,
}

impl ReferralState {
    /// All states, in the order of their numbers in the file.
    pub const ALL: [Self; 6] =
        [Self::ToAnswer, Self::ToDeliver, Self::Returned, Self::Declined, Self::Completed, Self::Withdrawn];

    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToAnswer => "to_answer",
            Self::ToDeliver => "to_deliver",
            Self::Returned => "returned",
            Self::Declined => "declined",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The queue it waits in, while it is open.
    pub const fn queue(self) -> Option<Queue> {
        match self {
            Self::ToAnswer => Some(Queue::ToAnswer),
            Self::ToDeliver => Some(Queue::ToDeliver),
            Self::Returned | Self::Declined | Self::Completed | Self::Withdrawn => None,
        }
    }

    /// Its number in the file; the queues come first, so that `state <= 1` means open.
    pub(crate) fn number(self) -> i64 {
        Self::ALL.into_iter().zip(0..).find(|(it, _)| *it == self).map_or(0, |(_, number)| number)
    }

    pub(crate) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

impl std::str::FromStr for ReferralState {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownCode)
    }
}

impl Queue {
    /// The state of those who wait in it.
    pub const fn state(self) -> ReferralState {
        match self {
            Self::ToAnswer => ReferralState::ToAnswer,
            Self::ToDeliver => ReferralState::ToDeliver,
        }
    }
}

impl std::str::FromStr for Queue {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        text.parse::<ReferralState>()?.queue().ok_or(UnknownCode)
    }
}

/// What one fact says of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) kind: Kind,
    pub(super) recorded_at: i64,
    pub(super) happened_on: Option<i64>,
    /// The last day of the clock it starts.
    pub(super) day: Option<i64>,
    /// Outcome or reason.
    pub(super) code: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Made,
    Accepted,
    Returned,
    Declined,
    Completed,
    Withdrawn,
    Overdue,
    TakenBack,
    Resubmitted,
    Rerouted,
    Escalated,
    Reminded,
    AnswerExtended,
    DeliveryExtended,
    DeliveryOverdue,
}

impl Kind {
    pub(crate) const ALL: [Self; 15] = [
        Self::Made,
        Self::Accepted,
        Self::Returned,
        Self::Declined,
        Self::Completed,
        Self::Withdrawn,
        Self::Overdue,
        Self::TakenBack,
        Self::Resubmitted,
        Self::Rerouted,
        Self::Escalated,
        Self::Reminded,
        Self::AnswerExtended,
        Self::DeliveryExtended,
        Self::DeliveryOverdue,
    ];

    /// The queue in which a referral waits after this step; none where the step moves it into none, or not at all.
    pub(crate) const fn queue(self) -> Option<Queue> {
        match self {
            Self::Made | Self::TakenBack | Self::Resubmitted | Self::Rerouted => Some(Queue::ToAnswer),
            Self::Accepted => Some(Queue::ToDeliver),
            Self::Returned
            | Self::Declined
            | Self::Completed
            | Self::Withdrawn
            | Self::Overdue
            | Self::Escalated
            | Self::Reminded
            | Self::AnswerExtended
            | Self::DeliveryExtended
            | Self::DeliveryOverdue => None,
        }
    }

    /// Whether a referral stands elsewhere after it.
    pub(crate) const fn moves(self) -> bool {
        match self {
            Self::Made
            | Self::TakenBack
            | Self::Resubmitted
            | Self::Rerouted
            | Self::Accepted
            | Self::Returned
            | Self::Declined
            | Self::Completed
            | Self::Withdrawn => true,
            Self::Overdue
            | Self::Escalated
            | Self::Reminded
            | Self::AnswerExtended
            | Self::DeliveryExtended
            | Self::DeliveryOverdue => false,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Declined => "declined",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
            Self::Overdue => "overdue",
            Self::TakenBack => "taken_back",
            Self::Resubmitted => "resubmitted",
            Self::Rerouted => "rerouted",
            Self::Escalated => "escalated",
            Self::Reminded => "reminded",
            Self::AnswerExtended => "answer_extended",
            Self::DeliveryExtended => "delivery_extended",
            Self::DeliveryOverdue => "delivery_overdue",
        }
    }
}

/// Which referral a fact speaks of, and what it says.
pub(super) fn step_of(fact: &HouseholdEvent, recorded_at: i64) -> Option<(ReferralId, Step)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most facts speak of no referral; a test asks those that do")]
    let (referral, kind, day, code) = match fact {
        HouseholdEvent::ReferralMade(it) => (it.referral, Kind::Made, Some(it.respond_by), None),
        HouseholdEvent::ReferralAccepted(it) => (it.referral, Kind::Accepted, Some(it.deliver_by), None),
        HouseholdEvent::ReferralReturned(it) => (it.referral, Kind::Returned, None, code_of(it.reason)),
        HouseholdEvent::ReferralDeclined(it) => (it.referral, Kind::Declined, None, code_of(it.reason)),
        HouseholdEvent::ReferralCompleted(it) => (it.referral, Kind::Completed, None, code_of(it.outcome)),
        HouseholdEvent::ReferralWithdrawn(it) => (it.referral, Kind::Withdrawn, None, code_of(it.because)),
        HouseholdEvent::ResponseOverdue(it) => (it.referral, Kind::Overdue, None, None),
        HouseholdEvent::AcceptanceTakenBack(it) => {
            (it.referral, Kind::TakenBack, Some(it.respond_by), code_of(it.reason))
        }
        HouseholdEvent::ReferralResubmitted(it) => (it.referral, Kind::Resubmitted, Some(it.respond_by), None),
        HouseholdEvent::ReferralRerouted(it) => (it.referral, Kind::Rerouted, Some(it.respond_by), code_of(it.reason)),
        HouseholdEvent::ReferralEscalated(it) => (it.referral, Kind::Escalated, None, code_of(it.to)),
        HouseholdEvent::ReminderSent(it) => (it.referral, Kind::Reminded, None, None),
        HouseholdEvent::DeadlineExtended(it) => {
            let kind = match it.clock {
                ReferralClock::ToAnswer => Kind::AnswerExtended,
                ReferralClock::ToDeliver => Kind::DeliveryExtended,
            };
            (it.referral, kind, Some(it.until), code_of(it.reason))
        }
        HouseholdEvent::DeliveryOverdue(it) => (it.referral, Kind::DeliveryOverdue, None, None),
        _ => return None,
    };
    let (happened_on, day) = (fact.happened_on().map(column::day), day.map(column::day));
    Some((referral, Step { kind, recorded_at, happened_on, day, code }))
}

/// The wire's name of a reason or an outcome.
fn code_of(code: impl Serialize) -> Option<String> {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(ToOwned::to_owned))
}

/// What follows from the steps that stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Course {
    /// None until it is made.
    pub(super) state: Option<ReferralState>,
    /// From when its age in the queue counts.
    pub(super) clock: i64,
    /// The last day in the queue it waits in.
    pub(super) due_by: Option<i64>,
    pub(super) made_on: i64,
    pub(super) reached_at: i64,
    pub(super) respond_by: i64,
    pub(super) overdue_at: Option<i64>,
    pub(super) accepted_on: Option<i64>,
    pub(super) accepted_at: Option<i64>,
    pub(super) deliver_by: Option<i64>,
    pub(super) delivery_overdue_at: Option<i64>,
    pub(super) ended_on: Option<i64>,
    pub(super) ended_at: Option<i64>,
    pub(super) ended_as: Option<String>,
}

impl Course {
    /// Goes on with one step.
    pub(super) fn take(&mut self, step: &Step) {
        let ended = match step.kind {
            Kind::Made => {
                (self.state, self.clock) = (Some(ReferralState::ToAnswer), step.recorded_at);
                (self.made_on, self.reached_at) = (step.happened_on.unwrap_or_default(), step.recorded_at);
                (self.respond_by, self.due_by) = (step.day.unwrap_or_default(), step.day);
                return;
            }
            Kind::TakenBack | Kind::Resubmitted | Kind::Rerouted => {
                (self.state, self.clock) = (Some(ReferralState::ToAnswer), step.recorded_at);
                self.reached_at = step.recorded_at;
                (self.respond_by, self.due_by) = (step.day.unwrap_or_default(), step.day);
                (self.overdue_at, self.delivery_overdue_at) = (None, None);
                (self.accepted_on, self.accepted_at, self.deliver_by) = (None, None, None);
                (self.ended_on, self.ended_at, self.ended_as) = (None, None, None);
                return;
            }
            // The age counts on from where the clock began.
            Kind::AnswerExtended => {
                (self.respond_by, self.due_by) = (step.day.unwrap_or_default(), step.day);
                self.overdue_at = None;
                return;
            }
            Kind::DeliveryExtended => {
                (self.deliver_by, self.due_by) = (step.day, step.day);
                self.delivery_overdue_at = None;
                return;
            }
            Kind::DeliveryOverdue => {
                self.delivery_overdue_at = Some(step.recorded_at);
                return;
            }
            Kind::Escalated | Kind::Reminded => return,
            Kind::Accepted => {
                (self.state, self.clock) = (Some(ReferralState::ToDeliver), step.recorded_at);
                (self.accepted_on, self.accepted_at) = (step.happened_on, Some(step.recorded_at));
                (self.deliver_by, self.due_by) = (step.day, step.day);
                return;
            }
            Kind::Overdue => {
                self.overdue_at = Some(step.recorded_at);
                return;
            }
            Kind::Returned => ReferralState::Returned,
            Kind::Declined => ReferralState::Declined,
            Kind::Completed => ReferralState::Completed,
            Kind::Withdrawn => ReferralState::Withdrawn,
        };
        (self.state, self.clock, self.due_by) = (Some(ended), step.recorded_at, None);
        (self.ended_on, self.ended_at) = (step.happened_on, Some(step.recorded_at));
        self.ended_as.clone_from(&step.code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_that_names_a_referral_is_a_step_of_it() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/golden");
        let mut asked = 0;
        for file in std::fs::read_dir(golden).expect("golden files read") {
            let path = file.expect("golden files read").path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let Ok(fact) = serde_json::from_str::<HouseholdEvent>(&text) else { continue };
            let json: serde_json::Value = serde_json::from_str(&text).expect("golden files read");
            // Help may come through a referral, and fields are disclosed by one; neither says where the referral is.
            let beside = matches!(
                fact,
                HouseholdEvent::AssistanceDelivered(_)
                    | HouseholdEvent::DisclosureMade(_)
                    | HouseholdEvent::DisclosureEnded(_)
            );
            if json.get("referral").is_none() || beside {
                continue;
            }
            assert!(step_of(&fact, 0).is_some(), "{}", path.display());
            asked += 1;
        }
        assert!(asked >= 14, "{asked} facts name a referral");
    }
}
