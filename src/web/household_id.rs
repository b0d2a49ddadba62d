//! Which household does a path name? By its id, or by the case number that people say on the telephone.

use std::time::Duration;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use events::case_no::CaseNo;
use events::id::HouseholdId;
use projections::Reach;
use projections::people::SearchQuery;
use uuid::Uuid;

use super::Web;
use super::problem::Problem;
use super::refused::of_projection;

/// How long a number that was given just now may take to be found.
const PATIENCE: Duration = Duration::from_secs(2);

/// The one part of the path that is not fixed.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Problem::nothing_there())
    }
}

/// Two parts of the path that are not fixed, in their order.
#[derive(Debug)]
pub struct Two(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for Two {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        path.map(|Path((first, second))| Self(first, second)).map_err(|_| Problem::nothing_there())
    }
}

/// The household of an id or a case number. Whether the caller may know of it is judged by whoever asks.
pub async fn household(web: &Web, text: &str) -> Result<HouseholdId, Problem> {
    if let Ok(id) = Uuid::parse_str(text) {
        return Ok(HouseholdId(id));
    }
    let number: CaseNo = text.parse().map_err(|_| Problem::no_such_household())?;
    if let Some(id) = by_number(web, number).await? {
        return Ok(id);
    }
    // It may have been given a moment ago.
    web.0.read_model.caught_up(PATIENCE).await.map_err(|error| of_projection(&error))?;
    by_number(web, number).await?.ok_or_else(Problem::no_such_household)
}

async fn by_number(web: &Web, number: CaseNo) -> Result<Option<HouseholdId>, Problem> {
    let query = SearchQuery { reach: Reach::All, text: number.to_string(), limit: 1 };
    let found = web.0.read_model.search(query).await.map_err(|error| of_projection(&error))?;
    Ok(found.first().map(|found| found.household))
}
