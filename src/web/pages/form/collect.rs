//! What was typed into a form as the body of a command. What can't be read goes on as it was typed: the command's own
//! reader refuses it, with the same words and the same pointer as for a program.

use events::thai::date::common_year;
use events::thai::digits::fold;
use serde_json::{Map, Value, json};

use super::asked::{Asked, Part};
use crate::rules::instrument::{Indicator, Instrument};
use crate::web::pages::sent::Fields;

/// The most rows of one list that a form is read for.
pub const ROWS: usize = 60;

/// The body that the fields say.
pub fn body(parts: &[Part], fields: &Fields) -> Value {
    Value::Object(object(parts, "", fields))
}

/// The name of a field within another.
pub fn within(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}/{name}") }
}

fn object(parts: &[Part], outer: &str, fields: &Fields) -> Map<String, Value> {
    let mut map = Map::new();
    for part in parts {
        let name = within(outer, &part.name);
        if let Some(value) = value(part, &name, fields) {
            map.insert(part.name.clone(), value);
        }
    }
    map
}

fn value(part: &Part, name: &str, fields: &Fields) -> Option<Value> {
    let typed = Some(fields.one(name)).filter(|text| !text.is_empty());
    match &part.asked {
        Asked::Line | Asked::One(..) => typed.map(Value::from),
        Asked::Id(_) => typed.map(|text| Value::from(fold(text).into_owned())),
        Asked::Words => typed.map(|text| json!({"text": text})),
        Asked::Number => typed.map(number),
        Asked::Money => typed.map(|text| Value::from(plain(text))),
        Asked::Day => day(name, fields).map(Value::from),
        Asked::Birth => birth(name, fields).map(Value::from),
        Asked::YesNo => match typed {
            Some("true") => Some(Value::Bool(true)),
            Some("false") => Some(Value::Bool(false)),
            other => other.map(Value::from),
        },
        Asked::Many(..) | Asked::Ids(_) => {
            let all: Vec<Value> = fields.all(name).map(Value::from).collect();
            (part.required || !all.is_empty()).then_some(Value::Array(all))
        }
        Asked::Parts(parts) => {
            let inner = object(parts, name, fields);
            // Nothing was typed into it at all: a group that need not be there is not there.
            (part.required || !inner.is_empty()).then_some(Value::Object(inner))
        }
        Asked::Variants(tag, _, list) => {
            let chosen = fields.one(&within(name, tag));
            let (code, parts) = list.iter().find(|(code, _)| code == chosen)?;
            let mut map = object(parts, name, fields);
            map.insert(tag.clone(), Value::from(code.clone()));
            Some(Value::Object(map))
        }
        Asked::Rows(parts) => {
            // A row in which nothing was typed is none; the names of the others stay, so that errors find them.
            let rows = (0..ROWS).map(|at| within(name, &at.to_string())).filter(|row| is_filled(parts, row, fields));
            let rows: Vec<Value> = rows.map(|row| Value::Object(object(parts, &row, fields))).collect();
            (part.required || !rows.is_empty()).then_some(Value::Array(rows))
        }
        Asked::Answers => Some(answers(name, fields)),
    }
}

/// Whether something was typed into a row: what is chosen from the start says nothing, unless a row is made of choices.
fn is_filled(parts: &[Part], row: &str, fields: &Fields) -> bool {
    let of_choices = parts.iter().filter(|it| it.required).all(|it| matches!(it.asked, Asked::One(..)));
    let by_hand = |part: &Part| {
        let name = within(row, &part.name);
        if let Asked::Parts(inner) = &part.asked {
            return is_filled(inner, &name, fields);
        }
        let from_start = matches!(part.asked, Asked::One(..)) && part.required && !of_choices;
        !from_start && fields.any_in(&name)
    };
    parts.iter().any(by_hand)
}

/// Which row of the form each row of the body was: rows that are empty are left out of the body.
pub fn rows(parts: &[Part], name: &str, fields: &Fields) -> Vec<usize> {
    (0..ROWS).filter(|at| is_filled(parts, &within(name, &at.to_string()), fields)).collect()
}

fn number(text: &str) -> Value {
    let plain = plain(text);
    plain.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}

/// Thai digits, spaces and commas as people type numbers.
fn plain(text: &str) -> String {
    fold(text).chars().filter(|it| *it != ',' && !it.is_whitespace()).collect()
}

/// The three boxes of a day: day, month, Buddhist year.
fn boxes(name: &str, fields: &Fields) -> (String, String, String) {
    let of = |part: &str| plain(fields.one(&format!("{name}.{part}")));
    (of("d"), of("m"), of("y"))
}

/// A year as it was typed, in the common era; as it is when it is no Buddhist year.
fn common(year: &str, month: &str) -> String {
    match year.parse::<i32>() {
        Ok(it) if (2400..3000).contains(&it) => format!("{:04}", common_year(it, month.parse().ok())),
        Ok(it) => format!("{it:04}"),
        Err(_) => year.to_owned(),
    }
}

fn padded(text: &str) -> String {
    format!("{text:0>2}")
}

/// A day as it was typed into its boxes; one that can't be a day stays as it is, to be refused.
pub fn day(name: &str, fields: &Fields) -> Option<String> {
    let (day, month, year) = boxes(name, fields);
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    // A year of two digits is asked for again, not guessed.
    if year.len() != 4 {
        return Some(format!("{day}/{month}/{year}"));
    }
    Some(format!("{}-{}-{}", common(&year, &month), padded(&month), padded(&day)))
}

/// A birth of which the day, or day and month, may be unknown.
fn birth(name: &str, fields: &Fields) -> Option<String> {
    let (day, month, year) = boxes(name, fields);
    let mut text = common(&year, &month);
    match (day.is_empty(), month.is_empty(), year.is_empty()) {
        (true, true, true) => return None,
        (true, true, false) => {}
        (true, false, _) => text = format!("{text}-{}", padded(&month)),
        (false, ..) => text = format!("{text}-{}-{}", padded(&month), padded(&day)),
    }
    Some(text)
}

fn answers(name: &str, fields: &Fields) -> Value {
    let Ok(instrument) = Instrument::named(fields.one("instrument")) else { return json!({}) };
    let one = |it: &Indicator| {
        let all: Vec<Value> = fields.all(&within(name, &it.code)).map(Value::from).collect();
        (!all.is_empty()).then(|| (it.code.clone(), Value::Array(all)))
    };
    Value::Object(instrument.indicators.iter().filter_map(one).collect())
}
