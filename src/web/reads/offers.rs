//! Who helps, and by which rules: agencies with their services, operating models, policies, and who is on the staff.
//! Nothing personal.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, Utc};
use events::area::AreaCode;
use events::facts::Fact;
use events::facts::policy::PolicyPublished;
use events::facts::staff::{RoleGranted, STAFF};
use events::id::{AgencyId, StaffId};
use events::log::StreamId;
use events::recorded::Recorded;
use projections::figures::offers::{AgencyRow, ModelRow};
use projections::{AsOf, ProjectionError};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::households::moment_schema;
use super::{PATIENCE, allowed, moment, read, wait, wanted};
use crate::access::{Action, Caller};
use crate::reports::Telling;
use crate::rules::staff::Staff;
use crate::web::Web;
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, text, uuid};
use crate::web::problem::Problem;
use crate::web::query::{AREA, Params};
use crate::web::refused::{of_projection, of_read};
use crate::web::who::Signed;

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
            fn of(items: Vec<$row>, as_of: AsOf) -> Self {
                Self { total: items.len() as u64, items, next: None, as_of }
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
    Policies of PolicyVersion
}

/// A version of a policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersion {
    /// As it was published.
    #[serde(flatten)]
    pub published: PolicyPublished,
    /// The first day on which it holds no longer; none: it was not withdrawn.
    pub withdrawn_from: Option<NaiveDate>,
}

/// The agencies as this caller is told of them: how full a service is tells how many were referred to it.
async fn agency_rows(web: &Web, caller: &Caller, as_of: Option<DateTime<Utc>>) -> Result<Vec<AgencyRow>, Problem> {
    let telling = Telling::to(caller.role);
    let rows = match as_of {
        None => web.0.read_model.agencies().await,
        Some(moment) => web.0.read_model.agencies_at(moment, PATIENCE).await,
    };
    let mut rows = rows.map_err(|error| of_projection(&error))?;
    for service in rows.iter_mut().flat_map(|row| &mut row.services) {
        service.taken = service.taken.and_then(|taken| telling.places(taken));
    }
    Ok(rows)
}

async fn model_rows(web: &Web, caller: &Caller, as_of: Option<DateTime<Utc>>) -> Result<Vec<ModelRow>, Problem> {
    let telling = Telling::to(caller.role);
    let rows = match as_of {
        None => web.0.read_model.models().await,
        Some(moment) => web.0.read_model.models_at(moment, PATIENCE).await,
    };
    let mut rows = rows.map_err(|error| of_projection(&error))?;
    for row in &mut rows {
        row.taken = row.taken.and_then(|taken| telling.places(taken));
    }
    Ok(rows)
}

/// The moment that an answer shows.
fn shown(web: &Web, as_of: Option<DateTime<Utc>>) -> AsOf {
    let now = web.0.read_model.as_of();
    AsOf { time: as_of.unwrap_or(now.time), ..now }
}

async fn agencies(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Agencies>, Problem> {
    told_agencies(&web, &caller, &headers, params).await.map(Json)
}

/// The agencies, once everything is read that the request waits for.
pub async fn told_agencies(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<Agencies, Problem> {
    let wanted = wanted(headers, &mut params)?;
    let as_of = moment::as_of(web, caller, &mut params).await?;
    params.finish()?;
    wait(web, wanted).await?;
    Ok(Agencies::of(agency_rows(web, caller, as_of).await?, shown(web, as_of)))
}

async fn models(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Models>, Problem> {
    told_models(&web, &caller, &headers, params).await.map(Json)
}

/// The operating models, in the same way.
pub async fn told_models(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<Models, Problem> {
    let wanted = wanted(headers, &mut params)?;
    let as_of = moment::as_of(web, caller, &mut params).await?;
    params.finish()?;
    wait(web, wanted).await?;
    Ok(Models::of(model_rows(web, caller, as_of).await?, shown(web, as_of)))
}

async fn agency(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<AgencyRow>, Problem> {
    let wanted = wanted(&headers, &mut params)?;
    let as_of = moment::as_of(&web, &caller, &mut params).await?;
    params.finish()?;
    let id = Uuid::parse_str(&id).map_err(|_| Problem::nothing_there())?;
    wait_for_new(&web, wanted).await?;
    let found = agency_rows(&web, &caller, as_of).await?.into_iter().find(|row| row.id.0 == id);
    found.map(Json).ok_or_else(Problem::nothing_there)
}

async fn model(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<ModelRow>, Problem> {
    let wanted = wanted(&headers, &mut params)?;
    let as_of = moment::as_of(&web, &caller, &mut params).await?;
    params.finish()?;
    let id = Uuid::parse_str(&id).map_err(|_| Problem::nothing_there())?;
    wait_for_new(&web, wanted).await?;
    let found = model_rows(&web, &caller, as_of).await?.into_iter().find(|row| row.id.0 == id);
    found.map(Json).ok_or_else(Problem::nothing_there)
}

/// What was made a moment ago is found at the address that its maker was told.
async fn wait_for_new(web: &Web, wanted: Option<u64>) -> Result<(), Problem> {
    if wanted.is_some() {
        return wait(web, wanted).await;
    }
    match web.0.read_model.caught_up(PATIENCE).await {
        // Without its log the service goes on with what it has read.
        Ok(_) | Err(ProjectionError::Log(_)) => Ok(()),
        Err(error) => Err(of_projection(&error)),
    }
}

/// A member of staff: roles and where they hold. The name is not told.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffView {
    /// Who.
    pub id: StaffId,
    /// The agency worked for.
    pub agency: Option<AgencyId>,
    /// Every role granted and not revoked.
    pub roles: Vec<RoleGranted>,
    /// The last day, of somebody who has left.
    pub left_on: Option<NaiveDate>,
    /// The sequence of the last fact.
    pub sequence: u64,
}

async fn staff_member(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<StaffView>, Problem> {
    told_staff(&web, &caller, &id, &headers, params).await.map(Json)
}

/// One member of staff.
pub async fn told_staff(
    web: &Web,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<StaffView, Problem> {
    allowed(caller, Action::ManageStaff)?;
    // Folded from its stream, so it is always current.
    let _ = wanted(headers, &mut params)?;
    params.finish()?;
    let id = StaffId(Uuid::parse_str(id).map_err(|_| Problem::nothing_there())?);
    let stored = web.0.desk.log().stream(&StreamId::new(STAFF, id.to_string()), 0).await;
    let (mut staff, mut sequence) = (Staff::default(), 0);
    for event in stored.map_err(|error| of_read(error.into()))? {
        let recorded = Recorded::read(event).map_err(|error| of_read(error.into()))?;
        sequence = recorded.sequence;
        if let Fact::Staff(fact) = &recorded.fact {
            staff.evolve(fact);
        }
    }
    let joined = staff.joined.ok_or_else(Problem::nothing_there)?;
    Ok(StaffView { id, agency: joined.agency, roles: joined.roles, left_on: joined.left_on, sequence })
}

async fn policies(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Policies>, Problem> {
    told_policies(&web, &caller, &headers, params).await.map(Json)
}

/// Every version of the policies of a province, or of those of the caller.
pub async fn told_policies(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<Policies, Problem> {
    let wanted = wanted(headers, &mut params)?;
    let asked: Option<AreaCode> = params.value("province", AREA);
    let mut provinces: Vec<AreaCode> = match asked {
        Some(code) => vec![code.province()],
        None => caller.scope.areas.iter().map(|area| area.province()).collect(),
    };
    provinces.sort_unstable();
    provinces.dedup();
    if provinces.is_empty() {
        params.wrong("province", "missing", "ต้องระบุจังหวัด", "must be given");
    }
    let as_of = moment::as_of(web, caller, &mut params).await?;
    params.finish()?;
    wait(web, wanted).await?;
    let mut items = Vec::new();
    for province in provinces {
        let province = province.to_string();
        let book = match as_of {
            None => web.0.desk.policy_book(&province, web.0.desk.today()).await,
            Some(_) => web.0.desk.policy_book_until(&province, as_of).await.map(Arc::new),
        };
        let book = book.map_err(of_read)?;
        items.extend(book.all_versions().map(|version| PolicyVersion {
            published: version.published.clone(),
            withdrawn_from: version.withdrawn_from,
        }));
    }
    Ok(Policies::of(items, shown(web, as_of)))
}

/// The three lists, and each thing by its id.
pub fn operations() -> Vec<Operation> {
    let province = Parameter::query("province", "Of this province.", text("^[1-9][0-9]$"));
    let as_of = || Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema());
    vec![
        read(
            "/agencies",
            ("agencies", "agencies"),
            "Every agency with its services and how full they are.",
            OpenTo::EveryRole,
            vec![as_of()],
            Some(Shape::of::<Agencies>()),
            get(agencies),
        ),
        read(
            "/models",
            ("models", "models"),
            "Every operating model and how full it is.",
            OpenTo::EveryRole,
            vec![as_of()],
            Some(Shape::of::<Models>()),
            get(models),
        ),
        read(
            "/policies",
            ("policies", "policies"),
            "Every version of the policies of a province.",
            OpenTo::EveryRole,
            vec![province, as_of()],
            Some(Shape::of::<Policies>()),
            get(policies),
        ),
        read(
            "/agencies/{id}",
            ("agency", "agencies"),
            "One agency with its services.",
            OpenTo::EveryRole,
            vec![Parameter::path("id", "The agency.", uuid()), as_of()],
            Some(Shape::of::<AgencyRow>()),
            get(agency),
        ),
        read(
            "/models/{id}",
            ("model", "models"),
            "One operating model.",
            OpenTo::EveryRole,
            vec![Parameter::path("id", "The model.", uuid()), as_of()],
            Some(Shape::of::<ModelRow>()),
            get(model),
        ),
        read(
            "/staff/{id}",
            ("staff_member", "staff"),
            "One member of staff: roles and where they hold, without the name.",
            OpenTo::WhoMay(Action::ManageStaff),
            vec![Parameter::path("id", "The member of staff.", uuid())],
            Some(Shape::of::<StaffView>()),
            get(staff_member),
        ),
    ]
}
