//! One household on A4, to be taken along or filed: what is known, from which facts, and a hash of them.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

use super::capitals::{self, Capitals};
use super::tables::{Tables, tables};
use super::told::{self, Told};
use super::track::{self, Step};
use super::{number, title};
use crate::access::{Action, Relation, may};
use crate::web::Web;
use crate::web::household_id::Id;
use crate::web::pages::days;
use crate::web::pages::layout::Shell;
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{Html, place};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::case::{Case, read_case};
use crate::web::refused::of_projection;

/// So many of the latest facts are named.
const NAMED: usize = 8;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "print.html")]
pub struct PrintPage {
    shell: Shell,
    path: String,
    name: String,
    place: String,
    level: String,
    people: String,
    steps: Vec<Step>,
    capitals: Option<Capitals>,
    tables: Tables,
    told: Vec<Told>,
    told_of: String,
    log: String,
    hash: Vec<String>,
    at: String,
    by: String,
}

/// `GET /cases/{id}/print`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Id(id): Id,
    headers: HeaderMap,
    params: Params,
) -> Result<Html<PrintPage>, Problem> {
    let language = reader.language;
    let Case { view, reading } = read_case(&web, reader.caller.clone(), &id, &headers, params).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let models = web.0.read_model.models().await.map_err(|error| of_projection(&error))?;
    let entries = reading.timeline();
    let today = web.0.desk.today();
    let path = format!("/cases/{}", view.id);
    // Whoever may read no history gets no list of its facts; the hash says nothing of them.
    let reads = may(reader.caller.role, Action::ReadHistory, Relation::InScope).is_ok();
    let mut told = if reads { told::all(&entries, &agencies, reader.caller.role, language, &path) } else { Vec::new() };
    let all = entries.len();
    told.truncate(NAMED);
    let level = view.score.as_ref().map(|score| {
        let level = score.level.get().to_string();
        format!("{} {} ({})", level, code(language, "Level", &level), score.x)
    });
    let people = view
        .composition
        .as_ref()
        .map(|it| fill(language, "cases.people", &[&it.living.to_string(), &it.registered.to_string()]));
    Ok(Html(PrintPage {
        name: title(&view, language),
        place: place(language, &view.place),
        level: level.unwrap_or_else(|| say(language, "case.no_level")),
        people: people.unwrap_or_default(),
        steps: track::steps(&view, &entries, language, today),
        capitals: capitals::of(&view, language),
        tables: tables(&view, &agencies, &models, language, today),
        told_of: fill(language, "print.of", &[&told.len().to_string(), &all.to_string()]),
        told,
        log: fill(language, "print.log", &[&days::number(view.as_of.position), &view.sequence.to_string()]),
        hash: in_fours(&Sha256::digest(serde_json::to_vec(&entries).unwrap_or_default())),
        at: fill(language, "print.at", &[&days::moment(language, web.0.desk.now())]),
        by: fill(language, "print.by", &[&code(language, "Role", reader.caller.role.as_str())]),
        shell: Shell::of(&reader, "/cases", fill(language, "print.title", &[&number(&view)])),
        path,
    }))
}

/// A hash as people compare it: letters in fours.
fn in_fours(hash: &[u8]) -> Vec<String> {
    let text = hex::encode(hash);
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect()).collect()
}
