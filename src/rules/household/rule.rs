//! What every command to a household can say of itself, and the one thing it does: decide.

use events::id::{AgencyId, ReferralId};
use utoipa::ToSchema;

use super::state::Household;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// The rule of one command.
pub trait Rule: ToSchema {
    /// The facts of the household that it can record, by stored name.
    const RECORDS: &'static [&'static str];
    /// The facts of agencies, models and other households that it can record in the same append.
    const BESIDE: &'static [&'static str] = &[];

    /// The referral it is about, if it answers or serves one: an agency's officer may do only that.
    fn referral(&self) -> Option<ReferralId> {
        None
    }

    /// The agency in whose name it is done, where it is an agency's answer: metadata keeps it when somebody else gives
    /// the answer for it.
    fn answers_for(&self, household: &Household) -> Option<AgencyId> {
        let _ = household;
        None
    }

    /// What must hold of the household before anything in the body matters: the case page offers what is ready, and
    /// `docs/transitions.md` is made of it. What is not ready today is refused today.
    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal>;

    /// Which other aggregates the decision must see, given the household as it stands.
    fn needs(&self, household: &Household) -> Needs {
        let _ = household;
        Needs::default()
    }

    /// What follows from the command. Says why when the answer is no.
    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal>;
}

/// Something that is done with the type of a command whose name is known: its schema, for example.
pub trait OfCommand {
    /// What comes of it.
    type Answer;

    /// Does it for one command.
    fn of<C: Rule>(self) -> Self::Answer;
}
