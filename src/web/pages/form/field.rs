//! A field of a form: what it asks, what was typed into it before, and why that can't stand.

use askama::Template;
use chrono::{Datelike, NaiveDate};
use events::thai::date::{MONTHS, buddhist_year};

use super::answers::{Section, sections};
use super::asked::{Asked, Part};
use super::choices::{Choice, Choices};
use super::collect::{rows, within};
use crate::rules::field::FieldError;
use crate::web::language::Language;
use crate::web::pages::locale::{code, known, say};
use crate::web::pages::sent::Fields;

/// So few choices stand open beside each other; more are a list.
const FEW: usize = 6;

/// One field, which may hold others.
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub struct Field {
    pub language: Language,
    /// Its name in the form.
    pub name: String,
    /// What it asks for.
    pub label: String,
    /// A word beside the label.
    pub hint: String,
    pub required: bool,
    /// How it is typed.
    pub kind: Kind,
    /// What was typed.
    pub value: String,
    /// Why that can't stand.
    pub error: Option<String>,
}

/// How a field is typed.
#[derive(Debug, Clone)]
pub enum Kind {
    Line,
    Words,
    Number,
    Money,
    /// Day, month, year as typed, and the months.
    Day(String, Vec<Choice>, String),
    List(Vec<Choice>),
    Open(Vec<Choice>),
    Several(Vec<Choice>),
    /// There is nothing to choose from.
    Nothing,
    Group(Vec<Field>),
    /// The name of the field that chooses; each choice, and its fields.
    Variants(String, Vec<(Choice, Vec<Field>)>),
    Rows(Vec<Vec<Field>>),
    Answers(Vec<Section>),
}

/// Everything that a form is made with.
#[derive(Debug)]
pub struct Maker<'a> {
    pub language: Language,
    pub choices: &'a Choices,
    pub fields: &'a Fields,
    pub errors: &'a [FieldError],
    /// How many empty rows a list of people or incomes has beside those that were filled.
    pub spare: usize,
}

impl Field {
    /// The id of its element.
    pub fn id(&self) -> String {
        element(&self.name)
    }

    /// Day, months and year, of a field that takes a day.
    pub fn boxes(&self) -> Option<(&str, &[Choice], &str)> {
        if let Kind::Day(day, months, year) = &self.kind { Some((day, months, year)) } else { None }
    }

    pub fn say(&self, key: &str) -> String {
        say(self.language, key)
    }

    /// The pointers that this field and those within it show.
    pub fn says(&self, pointer: &str) -> bool {
        let inner = |fields: &[Self]| fields.iter().any(|it| it.says(pointer));
        if self.error.is_some() && pointer.starts_with(&format!("/{}", self.name)) {
            return true;
        }
        match &self.kind {
            Kind::Group(fields) => inner(fields),
            Kind::Variants(_, list) => list.iter().any(|(_, fields)| inner(fields)),
            Kind::Rows(list) => list.iter().any(|fields| inner(fields)),
            Kind::Answers(list) => {
                list.iter().flat_map(|it| &it.questions).any(|it| it.error.is_some() && pointer.ends_with(&it.code))
            }
            Kind::Line
            | Kind::Words
            | Kind::Number
            | Kind::Money
            | Kind::Day(..)
            | Kind::List(_)
            | Kind::Open(_)
            | Kind::Several(_)
            | Kind::Nothing => false,
        }
    }
}

/// What is wrong with a field, for people: a day is not typed here as programs write one.
pub fn words_of(error: &FieldError, language: Language) -> String {
    if error.code == "not_a_date" { say(language, "form.not_a_date") } else { language.of(&error.text).to_owned() }
}

/// The id of the element of a field.
pub fn element(name: &str) -> String {
    format!("f-{}", name.replace(['/', '.'], "-"))
}

impl Maker<'_> {
    /// The fields of these parts.
    pub fn all(&self, parts: &[Part], outer: &str, pointer: &str) -> Vec<Field> {
        parts
            .iter()
            .map(|part| self.one(part, &within(outer, &part.name), &format!("{pointer}/{}", part.name)))
            .collect()
    }

    fn one(&self, part: &Part, name: &str, pointer: &str) -> Field {
        let kind = self.kind(part, name, pointer);
        let deep = !matches!(kind, Kind::Group(_) | Kind::Variants(..) | Kind::Rows(_) | Kind::Answers(_));
        Field {
            language: self.language,
            name: name.to_owned(),
            label: say(self.language, &format!("field.{}", part.name)),
            hint: known(self.language, &format!("hint.{}", part.name)).unwrap_or_default().to_owned(),
            required: part.required,
            kind,
            value: self.fields.one(name).to_owned(),
            error: self.error(pointer, deep),
        }
    }

    /// The first error of a field, and of what is within it where no other field shows that.
    fn error(&self, pointer: &str, deep: bool) -> Option<String> {
        let here = |error: &&FieldError| {
            error.pointer == pointer
                || (deep && error.pointer.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/')))
        };
        self.errors.iter().find(here).map(|error| words_of(error, self.language))
    }

    fn kind(&self, part: &Part, name: &str, pointer: &str) -> Kind {
        let chosen = |value: &str| self.fields.all(name).any(|it| it == value);
        match &part.asked {
            Asked::Line => Kind::Line,
            Asked::Words => Kind::Words,
            Asked::Number => Kind::Number,
            Asked::Money => Kind::Money,
            Asked::Day | Asked::Birth => self.day(name),
            Asked::YesNo => {
                let one = |it: &str, key: &str| Choice {
                    value: it.to_owned(),
                    label: say(self.language, key),
                    chosen: self.fields.one(name) == it,
                };
                Kind::Open(vec![one("true", "form.yes"), one("false", "form.no"), one("", "form.unknown")])
            }
            Asked::One(of, codes) => {
                let list = codes.iter().map(|it| self.coded(of, it, chosen(it))).collect::<Vec<_>>();
                if list.len() <= FEW { Kind::Open(list) } else { Kind::List(list) }
            }
            Asked::Many(of, codes) => Kind::Several(codes.iter().map(|it| self.coded(of, it, chosen(it))).collect()),
            Asked::Id(of) => self.ids(of, chosen).map_or_else(|| self.typed(of), Kind::List),
            Asked::Ids(of) => self.ids(of, chosen).map_or_else(|| self.typed(of), Kind::Several),
            Asked::Parts(parts) => Kind::Group(self.all(parts, name, pointer)),
            Asked::Variants(tag, of, list) => {
                let picked = self.fields.one(&within(name, tag));
                let one = |(code, parts): &(String, Vec<Part>)| {
                    (self.coded(of, code, picked == code), self.all(parts, name, pointer))
                };
                Kind::Variants(within(name, tag), list.iter().map(one).collect())
            }
            Asked::Rows(parts) => {
                let filled = rows(parts, name, self.fields);
                let shown = filled.last().map_or(0, |last| last + 1) + self.spare;
                let one = |at: usize| {
                    // An error names the row of the body, which has no empty ones.
                    let sent =
                        filled.iter().position(|it| *it == at).map_or_else(|| "-".to_owned(), |it| it.to_string());
                    self.all(parts, &within(name, &at.to_string()), &format!("{pointer}/{sent}"))
                };
                Kind::Rows((0..shown).map(one).collect())
            }
            Asked::Answers => Kind::Answers(sections(self.language, self.fields, name, self.errors)),
        }
    }

    fn coded(&self, of: &str, it: &str, chosen: bool) -> Choice {
        Choice { value: it.to_owned(), label: code(self.language, of, it), chosen }
    }

    fn ids(&self, of: &str, chosen: impl Fn(&str) -> bool) -> Option<Vec<Choice>> {
        let list = self.choices.of(of)?;
        Some(list.iter().map(|it| Choice { chosen: chosen(&it.value), ..it.clone() }).collect())
    }

    /// What can't be chosen here is typed, unless it could be and there is none.
    fn typed(&self, of: &str) -> Kind {
        if self.choices.knows(of) && of != "AreaCode" { Kind::Nothing } else { Kind::Line }
    }

    fn day(&self, name: &str) -> Kind {
        day_boxes(self.language, name, self.fields)
    }
}

fn day_boxes(language: Language, name: &str, fields: &Fields) -> Kind {
    let of = |part: &str| fields.one(&format!("{name}.{part}")).to_owned();
    let month = of("m");
    let one = |(at, label): (usize, &str)| {
        let value = (at + 1).to_string();
        Choice { chosen: month == value || month == format!("0{value}"), value, label: label.to_owned() }
    };
    let named = MONTHS.iter().map(|it| if language == Language::Thai { it.thai } else { it.english });
    let months = named.enumerate().map(one).collect();
    Kind::Day(of("d"), months, of("y"))
}

/// A day outside of a command: the boxes of a picker.
pub fn day_field(language: Language, name: &str, label: &str, fields: &Fields, wrong: Option<&FieldError>) -> Field {
    Field {
        language,
        name: name.to_owned(),
        label: label.to_owned(),
        hint: String::new(),
        required: true,
        kind: day_boxes(language, name, fields),
        value: String::new(),
        error: wrong.map(|error| words_of(error, language)),
    }
}

/// Fills a day in where a form has one from the start, in the era of its language.
pub fn put_day(fields: &mut Fields, name: &str, day: NaiveDate, language: Language) {
    let year = match language {
        Language::Thai => buddhist_year(day.year(), Some(day.month())),
        Language::English => day.year(),
    };
    fields.put(&format!("{name}.d"), day.day().to_string());
    fields.put(&format!("{name}.m"), day.month().to_string());
    fields.put(&format!("{name}.y"), year.to_string());
}
