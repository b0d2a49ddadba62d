//! The questions of an assessment, by capital, with what was answered.

use events::facts::household::Capital;

use super::choices::Choice;
use crate::rules::field::FieldError;
use crate::rules::instrument::{self, Instrument};
use crate::web::language::Language;
use crate::web::pages::locale::code;
use crate::web::pages::sent::Fields;

/// The questions of one capital.
#[derive(Debug, Clone)]
pub struct Section {
    /// What the capital is called.
    pub title: String,
    /// How many of how many are answered.
    pub answered: usize,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone)]
pub struct Question {
    /// The name of its field.
    pub name: String,
    /// The indicator.
    pub code: String,
    /// Its number in the instrument.
    pub number: usize,
    /// In words.
    pub text: String,
    /// Whether several answers can be given.
    pub several: bool,
    /// The answers.
    pub options: Vec<Choice>,
    /// Why the answer can't stand.
    pub error: Option<String>,
}

/// The instrument that a form asks with: the one that was chosen, else the first there is.
pub fn chosen(fields: &Fields) -> Option<&'static Instrument> {
    Instrument::named(fields.one("instrument")).ok().or_else(|| instrument::all().next())
}

/// The questions of the instrument, by capital.
pub fn sections(language: Language, fields: &Fields, outer: &str, errors: &[FieldError]) -> Vec<Section> {
    let Some(instrument) = chosen(fields) else { return Vec::new() };
    let worded = |th: &str, en: &str| if language == Language::Thai { th.to_owned() } else { en.to_owned() };
    let question = |(at, it): (usize, &'static instrument::Indicator)| {
        let name = format!("{outer}/{}", it.code);
        let option = |option: &instrument::AnswerOption| Choice {
            chosen: fields.all(&name).any(|value| value == option.code),
            value: option.code.clone(),
            label: worded(&option.th, &option.en),
        };
        let pointer = format!("/{outer}/{}", it.code);
        let error = errors.iter().find(|error| error.pointer.starts_with(&pointer));
        Question {
            code: it.code.clone(),
            number: at + 1,
            text: worded(&it.text.th, &it.text.en),
            several: it.several(),
            options: it.options.iter().map(option).collect(),
            error: error.map(|error| language.of(&error.text).to_owned()),
            name,
        }
    };
    let of = |capital: Capital| {
        let all = instrument.indicators.iter().enumerate().filter(|(_, it)| it.capital == capital);
        let questions: Vec<Question> = all.map(question).collect();
        let answered = questions.iter().filter(|it| it.options.iter().any(|option| option.chosen)).count();
        Section { title: code(language, "Capital", capital.as_str()), answered, questions }
    };
    Capital::ALL.into_iter().map(of).filter(|it| !it.questions.is_empty()).collect()
}
