//! What is held of one person, to be handed to that person: values, facts, and who looked.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use events::id::PersonId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::case::{of_a_moment, open};
use super::looks::{LookView, of_access_log};
use super::read;
use crate::access::{Action, Caller};
use crate::case_view::PersonFile;
use crate::web::Web;
use crate::web::household_id::Two;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, uuid};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::refused::of_read;
use crate::web::who::Signed;

/// So many looks are told.
const LOOKS: u32 = 1_000;

/// What is held of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldOfPerson {
    /// In the household's history.
    #[serde(flatten)]
    pub file: PersonFile,
    /// Who looked at the household, the latest 1,000 times, the newest first.
    pub looked: Vec<LookView>,
    /// How many looks there are.
    pub looks: u64,
}

/// What is held of one person, as a caller may hand it out.
pub async fn read_person(
    web: &Web,
    caller: Caller,
    (id, person): (&str, &str),
    headers: &HeaderMap,
    mut params: Params,
) -> Result<HeldOfPerson, Problem> {
    let opened = open(web, (caller, Action::ReadPersonFile), id, headers, &mut params).await?;
    let person = Uuid::parse_str(person).map_err(|_| Problem::nothing_there())?;
    let asked = (PersonId(person), opened.moment);
    let file = PersonFile::of(&web.0.desk, &opened.caller, &opened.history, asked).await.map_err(of_read)?;
    let file = file.ok_or_else(Problem::nothing_there)?;
    let looks = web.0.access_log.of_household(file.household, None, LOOKS).await.map_err(of_access_log)?;
    Ok(HeldOfPerson { file, looked: looks.0.into_iter().map(LookView::of).collect(), looks: looks.1 })
}

async fn held(
    State(web): State<Web>,
    Signed(caller): Signed,
    Two(id, person): Two,
    headers: HeaderMap,
    params: Params,
) -> Result<Answer<HeldOfPerson>, Problem> {
    read_person(&web, caller, (&id, &person), &headers, params).await.map(Answer)
}

/// The question.
pub fn operations() -> Vec<Operation> {
    let words = "Somebody who is or was a member of the household, by the id.";
    vec![read(
        "/households/{id}/people/{person}",
        ("person_file", "households"),
        "All that is held of one person, to be handed to that person: values, facts, and who looked.",
        OpenTo::WhoMay(Action::ReadPersonFile),
        [vec![Parameter::household(), Parameter::path("person", words, uuid())], of_a_moment()].concat(),
        Some(Shape::of::<HeldOfPerson>()),
        get(held),
    )]
}
