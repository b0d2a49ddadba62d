//! Who helps, and by which rules: agencies with their services, operating models, and policies. Nothing personal.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use events::area::AreaCode;
use events::facts::policy::PolicyPublished;
use projections::AsOf;
use projections::figures::offers::{AgencyRow, ModelRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::{read, wait, wanted};
use crate::web::Web;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, text};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::refused::{of_projection, of_read};
use crate::web::request::Signed;

macro_rules! listed {
    ($(#[$doc:meta])* $name:ident of $row:ty) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name {
            /// Each.
            pub items: Vec<$row>,
            /// There is one page.
            pub next: Option<String>,
            /// How many there are.
            pub total: u64,
            /// What moment is shown.
            pub as_of: AsOf,
        }

        impl $name {
            fn of(items: Vec<$row>, as_of: AsOf) -> Json<Self> {
                Json(Self { total: items.len() as u64, items, next: None, as_of })
            }
        }
    };
}

listed! {
    /// Agencies.
    Agencies of AgencyRow
}
listed! {
    /// Operating models.
    Models of ModelRow
}
listed! {
    /// Policies, every version.
    Policies of PolicyPublished
}

async fn agencies(
    State(web): State<Web>,
    _: Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Agencies>, Problem> {
    let wanted = wanted(&headers, &mut params)?;
    params.finish()?;
    wait(&web, wanted).await?;
    let rows = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    Ok(Agencies::of(rows, web.0.read_model.as_of()))
}

async fn models(
    State(web): State<Web>,
    _: Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Models>, Problem> {
    let wanted = wanted(&headers, &mut params)?;
    params.finish()?;
    wait(&web, wanted).await?;
    let rows = web.0.read_model.models().await.map_err(|error| of_projection(&error))?;
    Ok(Models::of(rows, web.0.read_model.as_of()))
}

async fn policies(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Policies>, Problem> {
    let wanted = wanted(&headers, &mut params)?;
    let asked: Option<AreaCode> = params.value("province");
    let mut provinces: Vec<AreaCode> = match asked {
        Some(code) => vec![code.province()],
        None => caller.scope.areas.iter().map(|area| area.province()).collect(),
    };
    provinces.sort_unstable();
    provinces.dedup();
    if provinces.is_empty() {
        params.wrong("province", "missing", "ต้องระบุจังหวัด", "must be given");
    }
    params.finish()?;
    wait(&web, wanted).await?;
    let mut items = Vec::new();
    for province in provinces {
        let book = web.0.desk.policy_book(&province.to_string(), web.0.desk.today()).await.map_err(of_read)?;
        items.extend(book.all().cloned());
    }
    Ok(Policies::of(items, web.0.read_model.as_of()))
}

/// The three lists.
pub fn operations() -> Vec<Operation> {
    let province = Parameter::query("province", "Of this province.", text("^[1-9][0-9]$"));
    vec![
        read(
            "/agencies",
            ("agencies", "agencies"),
            "Every agency with its services and how full they are.",
            OpenTo::EveryRole,
            Vec::new(),
            Some(Shape::of::<Agencies>()),
            get(agencies),
        ),
        read(
            "/models",
            ("models", "models"),
            "Every operating model and how full it is.",
            OpenTo::EveryRole,
            Vec::new(),
            Some(Shape::of::<Models>()),
            get(models),
        ),
        read(
            "/policies",
            ("policies", "policies"),
            "Every version of the policies of a province.",
            OpenTo::EveryRole,
            vec![province],
            Some(Shape::of::<Policies>()),
            get(policies),
        ),
    ]
}
