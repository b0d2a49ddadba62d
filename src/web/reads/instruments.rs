//! What an assessment asks, in both languages: each instrument is part of the program, so it is always current.

use axum::Json;
use axum::http::HeaderMap;
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::{read, wanted};
use crate::rules::instrument::{self, Instrument, Wording};
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, text};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::who::Signed;

/// The instruments there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Instruments {
    /// Each, without its questions.
    pub items: Vec<InstrumentNamed>,
    /// There is one page.
    pub next: Option<String>,
    /// How many there are.
    pub total: u64,
}

/// An instrument, without its questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstrumentNamed {
    /// Name and version, as `assess` takes it.
    pub id: &'static str,
    /// The version alone.
    pub version: u32,
    /// What it is called.
    pub title: Wording,
    /// How many questions it asks.
    pub indicators: u64,
}

async fn instruments(Signed(_): Signed, headers: HeaderMap, mut params: Params) -> Result<Json<Instruments>, Problem> {
    let _ = wanted(&headers, &mut params)?;
    params.finish()?;
    let named = |it: &'static Instrument| InstrumentNamed {
        id: &it.id,
        version: it.version,
        title: it.title.clone(),
        indicators: it.indicators.len() as u64,
    };
    let items: Vec<_> = instrument::all().map(named).collect();
    Ok(Json(Instruments { total: items.len() as u64, items, next: None }))
}

async fn one(
    Signed(_): Signed,
    Id(id): Id,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<&'static Instrument>, Problem> {
    let _ = wanted(&headers, &mut params)?;
    params.finish()?;
    Instrument::named(&id).map(Json).map_err(|_| Problem::nothing_there())
}

/// The list, and each by its id.
pub fn operations() -> Vec<Operation> {
    let id = Parameter::path("id", "Name and version: pppconnext-37@1.", text("^[a-z0-9-]{1,40}@[0-9]{1,4}$"));
    vec![
        read(
            "/instruments",
            ("instruments", "instruments"),
            "Every instrument that an assessment can use.",
            OpenTo::EveryRole,
            Vec::new(),
            Some(Shape::of::<Instruments>()),
            get(instruments),
        ),
        read(
            "/instruments/{id}",
            ("instrument", "instruments"),
            "One instrument: its questions and their answers, in Thai and English.",
            OpenTo::EveryRole,
            vec![id],
            Some(Shape::of::<Instrument>()),
            get(one),
        ),
    ]
}
