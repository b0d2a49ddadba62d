//! What everything has in common that is told of a referral: a day, and words where a reason needs them.

use chrono::NaiveDate;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::state::Case;
use crate::rules::{Asked, Refusal};

/// The day and the words of a command, as they came.
pub(super) struct Telling<'a> {
    /// The day it is said to have happened.
    pub(super) on: Option<NaiveDate>,
    /// In words.
    pub(super) words: Option<&'a Said>,
    /// Whether the reason is one that must be said in words.
    pub(super) other: bool,
}

impl Telling<'_> {
    /// A day alone.
    pub(super) const fn day(on: Option<NaiveDate>) -> Self {
        Self { on, words: None, other: false }
    }

    /// The day, if all is well: not before `earliest`, not in the future, and words where they are needed.
    pub(super) fn check(&self, case: &Case, earliest: NaiveDate, asked: &Asked<'_>) -> Result<NaiveDate, Refusal> {
        let mut fields = Fields::default();
        let on = self.check_into(case, earliest, asked, &mut fields);
        fields.finish()?;
        Ok(on)
    }

    /// The same, beside what else may be wrong.
    pub(super) fn check_into(
        &self,
        case: &Case,
        earliest: NaiveDate,
        asked: &Asked<'_>,
        fields: &mut Fields,
    ) -> NaiveDate {
        let on = asked.on(self.on);
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, earliest);
        words::check("/words", self.words, case, fields);
        if self.other && self.words.is_none() {
            fields.wrong("/words", "words_needed", "เหตุผลอื่นต้องอธิบาย", "the reason `other` must be said in words");
        }
        on
    }
}
