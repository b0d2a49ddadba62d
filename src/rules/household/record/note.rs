//! Write a note about a household.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, NoteWritten};
use events::id::NoteId;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Writes a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// The day it speaks of; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The words and whom they are about.
    pub note: Said,
}

impl Rule for WriteNote {
    const RECORDS: &'static [&'static str] = &["NoteWritten"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // A note can be written on a closed case too: somebody may have to say what was learnt since.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        words::check("/note", Some(&self.note), case, &mut fields);
        fields.finish()?;
        let note = NoteId(asked.mint("note"));
        Ok(Decision::fact(HouseholdEvent::NoteWritten(NoteWritten {
            note,
            happened_on: on,
            about: self.note.about.clone(),
            text: Sealed::open(Subject::new("note", note), "note.text", self.note.text.clone()),
        })))
    }
}
