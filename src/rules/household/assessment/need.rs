//! Note what a household lacks.

use chrono::NaiveDate;
use events::facts::household::{Capital, HouseholdEvent, NeedRecorded};
use events::id::{NeedId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal, instrument};

/// Records a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordNeed {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub need: Option<NeedId>,
    /// The capital it belongs to.
    pub capital: Capital,
    /// The indicator it came from.
    #[serde(default)]
    pub indicator: Option<String>,
    /// The member who has it.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// 1 most urgent to 5.
    pub priority: u8,
    /// In the household's words.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for RecordNeed {
    const RECORDS: &'static [&'static str] = &["NeedRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.open().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        check_priority(&mut fields, self.priority);
        if self.indicator.as_ref().is_some_and(|code| !instrument::asks(code, self.capital)) {
            let (th, en) = ("ตัวชี้วัดไม่อยู่ในทุนนี้", "is no indicator of this capital");
            fields.wrong("/indicator", "unknown_indicator", th, en);
        }
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        // What somebody who left or died lacks is nothing that can be met here.
        if self.person.is_some_and(|person| case.present().all(|(id, _)| *id != person)) {
            return Err(Refusal::NotAMember);
        }
        let need = self.need.unwrap_or_else(|| NeedId(asked.mint("need")));
        if case.needs.contains_key(&need) {
            return Err(Refusal::IdTaken);
        }
        let mut words = words::sealed("need.words", self.words.as_ref(), asked);
        // What is said of one member's need is about that member, also where nobody says so.
        if let (Some(words), Some(person)) = (&mut words, self.person)
            && !words.about.contains(&person)
        {
            words.about.push(person);
        }
        let answering = asked.policies.answering(&case.province(), on, self.capital, self.indicator.as_deref());
        let (dimensions, crosswalk) = match answering {
            Ok((dimensions, crosswalk)) => (dimensions, Some(crosswalk)),
            // A log that began before there were crosswalks records needs all the same.
            Err(_) => (Vec::new(), None),
        };
        Ok(Decision::fact(HouseholdEvent::NeedRecorded(NeedRecorded {
            need,
            happened_on: on,
            capital: self.capital,
            indicator: self.indicator.clone(),
            person: self.person,
            priority: self.priority,
            words,
            dimensions,
            crosswalk,
        })))
    }
}

/// A priority is 1 to 5.
pub(super) fn check_priority(fields: &mut Fields, priority: u8) {
    if !(1..=5).contains(&priority) {
        fields.wrong("/priority", "out_of_range", "ความเร่งด่วน 1–5", "must be 1 (most urgent) to 5");
    }
}
