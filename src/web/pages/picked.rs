//! A day that somebody picks in the address: as programs write it, or in the three boxes of a form.

use chrono::NaiveDate;

use super::form::collect::day;
use super::form::field::{Field, day_field, put_day};
use super::reader::Reader;
use super::sent::Fields;
use crate::rules::field::FieldError;
use crate::web::language::Language;
use crate::web::query::Params;

/// What was picked, as it was typed.
#[derive(Debug, Default)]
pub struct Picked {
    /// As the API reads it; none: nothing was picked.
    pub day: Option<String>,
    fields: Fields,
}

/// Takes a day out of the parameters: `as_of`, or `as_of.d`, `as_of.m` and `as_of.y`.
pub fn picked(params: &mut Params, name: &str, language: Language) -> Picked {
    let mut fields = Fields::default();
    let said = params.text(name);
    for part in ["d", "m", "y"] {
        let name = format!("{name}.{part}");
        if let Some(value) = params.text(&name) {
            fields.put(&name, value);
        }
    }
    let typed = day(name, &fields);
    if typed.is_none()
        && let Some(known) = said.as_deref().and_then(|it| it.get(..10)).and_then(|it| it.parse::<NaiveDate>().ok())
    {
        put_day(&mut fields, name, known, language);
    }
    Picked { day: typed.or(said), fields }
}

impl Picked {
    /// The boxes, with what was typed and why it can't stand.
    pub fn field(&self, reader: &Reader, name: &str, label: &str, errors: &[FieldError]) -> Field {
        let wrong = errors.iter().find(|error| error.pointer == format!("/query/{name}"));
        day_field(reader.language, name, label, &self.fields, wrong)
    }
}
