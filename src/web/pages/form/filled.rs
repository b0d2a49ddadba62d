//! A body as somebody would have typed it: what stands in a form that begins with what holds now.

use events::thai::date::buddhist_year;
use serde_json::Value;

use super::asked::{Asked, Part};
use super::collect::within;
use crate::web::language::Language;
use crate::web::pages::sent::Fields;

/// The fields that say this body.
pub fn fields(parts: &[Part], body: &Value, language: Language) -> Fields {
    let mut fields = Fields::default();
    object(parts, "", body, language, &mut fields);
    fields
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn object(parts: &[Part], outer: &str, value: &Value, language: Language, fields: &mut Fields) {
    for part in parts {
        match value.get(&part.name) {
            None | Some(Value::Null) => {}
            Some(value) => one(part, &within(outer, &part.name), value, language, fields),
        }
    }
}

fn one(part: &Part, name: &str, value: &Value, language: Language, fields: &mut Fields) {
    let several = || value.as_array().into_iter().flatten();
    match &part.asked {
        Asked::Words => fields.put(name, value.get("text").map(text).unwrap_or_default()),
        Asked::Day | Asked::Birth => day(name, &text(value), language, fields),
        Asked::Many(..) | Asked::Ids(_) => fields.put_all(name, several().map(text)),
        Asked::Parts(parts) => object(parts, name, value, language, fields),
        Asked::Variants(tag, _, list) => {
            let chosen = value.get(tag).map(text).unwrap_or_default();
            if let Some((_, parts)) = list.iter().find(|(code, _)| *code == chosen) {
                object(parts, name, value, language, fields);
            }
            fields.put(&within(name, tag), chosen);
        }
        Asked::Rows(parts) => {
            for (at, row) in several().enumerate() {
                object(parts, &within(name, &at.to_string()), row, language, fields);
            }
        }
        Asked::Answers => {}
        Asked::Line | Asked::Number | Asked::Money | Asked::YesNo | Asked::One(..) | Asked::Id(_) => {
            fields.put(name, text(value));
        }
    }
}

/// A day, of which month and day may be unknown, in its boxes.
fn day(name: &str, said: &str, language: Language, fields: &mut Fields) {
    let mut numbers = said.split('-').map(str::parse::<i32>);
    let mut next = || numbers.next().and_then(Result::ok);
    let (year, month, day) = (next(), next(), next());
    let era = |year: i32| match language {
        Language::Thai => buddhist_year(year, month.and_then(|it| it.try_into().ok())),
        Language::English => year,
    };
    for (part, value) in [("y", year.map(era)), ("m", month), ("d", day)] {
        if let Some(value) = value {
            fields.put(&format!("{name}.{part}"), value.to_string());
        }
    }
}
