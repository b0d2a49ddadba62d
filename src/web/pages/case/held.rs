//! What is held of one person, on paper: handed to that person, or to who asks for a child.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use serde_json::Value;

use super::told::{self, Told};
use crate::case_view::{MemberView, Shown};
use crate::web::Web;
use crate::web::household_id::Two;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::form::choices::member_name;
use crate::web::pages::layout::Shell;
use crate::web::pages::locale::{code, fill, known, say};
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{Html, short, slug};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::looks::LookView;
use crate::web::reads::person::{HeldOfPerson, read_person};
use crate::web::refused::of_projection;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "held.html")]
pub struct HeldPage {
    shell: Shell,
    path: String,
    values: Vec<(String, String)>,
    told: Vec<Told>,
    looks: Vec<Look>,
    looks_of: String,
    log: String,
    at: String,
    by: String,
}

/// One look.
#[derive(Debug)]
struct Look {
    at: String,
    who: String,
    how: String,
    why: String,
}

/// `GET /cases/{id}/people/{person}`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Two(id, person): Two,
    headers: HeaderMap,
    params: Params,
) -> Result<Html<HeldPage>, Problem> {
    let language = reader.language;
    let held = read_person(&web, reader.caller.clone(), (&id, &person), &headers, params).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let HeldOfPerson { file, looked, looks } = held;
    let path = format!("/cases/{}", file.household);
    let name = member_name(&file.member, language);
    Ok(Html(HeldPage {
        shell: Shell::of(&reader, "/cases", fill(language, "held.title", &[&name])),
        values: values(&file.member, file.address.as_ref(), language),
        told: told::all(&file.facts, &agencies, reader.caller.role, language, &path),
        looks_of: fill(language, "print.of", &[&looked.len().to_string(), &looks.to_string()]),
        looks: looked.into_iter().map(|it| look(it, language)).collect(),
        log: fill(language, "held.log", &[&days::number(file.as_of.position)]),
        at: fill(language, "print.at", &[&days::moment(language, web.0.desk.now())]),
        by: fill(language, "print.by", &[&code(language, "Role", reader.caller.role.as_str())]),
        path,
    }))
}

/// Every value by its name, also those that are unknown or gone.
fn values(member: &MemberView, address: Option<&Shown>, language: Language) -> Vec<(String, String)> {
    let label = |key: &str| say(language, &format!("field.{key}"));
    let mut all = vec![
        (label("sex"), code(language, "Sex", &slug(&member.sex))),
        (label("relation"), code(language, "Relation", &slug(&member.relation))),
        (label("residence"), code(language, "ResidenceStatus", &slug(&member.residence))),
        (say(language, "held.since"), days::day(language, member.joined_on)),
    ];
    all.extend(member.left_on.map(|on| (say(language, "held.until"), days::day(language, on))));
    match &member.details.value {
        Some(Value::Object(details)) => {
            let filled = details.iter().filter(|(_, value)| !value.is_null());
            all.extend(filled.map(|(key, value)| (label(key), said(key, value, language))));
        }
        Some(_) | None => all.push((say(language, "held.details"), absent(&member.details, language))),
    }
    if let Some(address) = address {
        match &address.value {
            Some(Value::Object(parts)) => {
                let filled = parts.iter().filter(|(_, value)| !value.is_null());
                all.extend(filled.map(|(key, value)| (label(key), said(key, value, language))));
            }
            Some(_) | None => all.push((label("address"), absent(address, language))),
        }
    }
    all
}

fn absent(value: &Shown, language: Language) -> String {
    say(language, &format!("shown.{}", slug(&value.shown)))
}

/// A value in words, or as it is stored.
fn said(key: &str, value: &Value, language: Language) -> String {
    match value {
        Value::Bool(true) => say(language, "form.yes"),
        Value::Bool(false) => say(language, "form.no"),
        Value::String(text) => {
            let coded = |of: &str| known(language, &format!("value.{of}.{text}")).map(ToOwned::to_owned);
            let day = || text.parse::<NaiveDate>().ok().map(|day| days::day(language, day));
            let named = match key {
                "health" => coded("Health"),
                "education" => coded("Education"),
                "work" => coded("Work"),
                _ => day(),
            };
            named.unwrap_or_else(|| text.clone())
        }
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn look(it: LookView, language: Language) -> Look {
    Look {
        at: days::moment(language, it.at),
        who: fill(language, "told.who", &[&code(language, "Role", &it.role), &short(&it.staff)]),
        how: say(language, &format!("look.{}", it.manner)),
        why: it.reason.unwrap_or_default(),
    }
}
