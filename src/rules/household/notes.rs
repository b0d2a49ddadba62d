//! Write down what was learnt: a note, a need, what a list says.

use chrono::NaiveDate;
use events::facts::household::{
    Capital, HouseholdEvent, ListStatus, ListStatusRecorded, NeedRecorded, NoteWritten, StateList,
};
use events::facts::people::Words;
use events::id::{NeedId, NoteId, PersonId};
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::Said;
use super::state::{Case, Household};
use crate::rules::field::{Fields, WORDS};
use crate::rules::{Asked, Decision, Refusal, instrument};

/// Checks words and whom they are about.
pub(super) fn check(pointer: &str, said: Option<&Said>, case: &Case, fields: &mut Fields) {
    if let Some(said) = said {
        fields.text(&format!("{pointer}/text"), &said.text, WORDS);
        check_about(&format!("{pointer}/about"), &said.about, case, fields);
    }
}

fn check_about(pointer: &str, about: &[PersonId], case: &Case, fields: &mut Fields) {
    for (at, person) in about.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        if !case.members.contains_key(person) {
            fields.wrong(pointer, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household");
        } else if about.iter().take(at).any(|before| before == person) {
            fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}

/// Words under a subject of their own.
pub(super) fn sealed(tag: &str, said: Option<&Said>, asked: &Asked<'_>) -> Option<Words> {
    said.map(|said| Words {
        about: said.about.clone(),
        text: Sealed::open(Subject::new("note", asked.mint(tag)), tag, said.text.clone()),
    })
}

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

impl WriteNote {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // A note can be written on a closed case too: somebody may have to say what was learnt since.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        check("/note", Some(&self.note), case, &mut fields);
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

/// Records what one state list of one date says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordListStatus {
    /// The day somebody looked; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which list.
    pub list: StateList,
    /// The date of that list.
    pub list_date: NaiveDate,
    /// What it says.
    pub status: ListStatus,
}

impl RecordListStatus {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.happened("/list_date", self.list_date, asked.today());
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::ListStatusRecorded(ListStatusRecorded {
            happened_on: on,
            list: self.list,
            list_date: self.list_date,
            status: self.status,
        })))
    }
}

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

impl RecordNeed {
    pub(super) fn decide(&self, household: &Household, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        if !(1..=5).contains(&self.priority) {
            fields.wrong("/priority", "out_of_range", "ความเร่งด่วน 1–5", "must be 1 (most urgent) to 5");
        }
        if self.indicator.as_ref().is_some_and(|code| !instrument::asks(code, self.capital)) {
            let (th, en) = ("ตัวชี้วัดไม่อยู่ในทุนนี้", "is no indicator of this capital");
            fields.wrong("/indicator", "unknown_indicator", th, en);
        }
        check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        if self.person.is_some_and(|person| !case.members.contains_key(&person)) {
            return Err(Refusal::NotAMember);
        }
        let need = self.need.unwrap_or_else(|| NeedId(asked.mint("need")));
        if case.needs.contains_key(&need) {
            return Err(Refusal::IdTaken);
        }
        let mut words = sealed("need.words", self.words.as_ref(), asked);
        // What is said of one member's need is about that member, also where nobody says so.
        if let (Some(words), Some(person)) = (&mut words, self.person)
            && !words.about.contains(&person)
        {
            words.about.push(person);
        }
        Ok(Decision::fact(HouseholdEvent::NeedRecorded(NeedRecorded {
            need,
            happened_on: on,
            capital: self.capital,
            indicator: self.indicator.clone(),
            person: self.person,
            priority: self.priority,
            words,
        })))
    }
}
