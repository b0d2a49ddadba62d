//! Who is on the staff, by name: for the administrators who grant them their roles. Names are personal values: whom
//! somebody is about to see is noted first.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use chrono::NaiveDate;
use events::facts::staff::{RoleGranted, Scope};
use events::id::{AgencyId, StaffId};
use events::thai::name::normalise;
use projections::AsOf;
use projections::people::StaffRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::looks::of_access_log;
use super::{allowed, read, wait, wanted};
use crate::access::{Action, Caller};
use crate::rules::staff::within;
use crate::web::Web;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number, one_of, text};
use crate::web::problem::Problem;
use crate::web::query::{NUMBER, Params};
use crate::web::refused::of_projection;
use crate::web::who::Signed;

/// So many stand on a page unless somebody asks for more.
const PAGE: usize = 50;
/// Who is shown: those on the staff, or those who have left.
const STATES: [&str; 2] = ["active", "left"];

/// A member of staff, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffMember {
    /// Who.
    pub id: StaffId,
    /// What they are called; none: the name is forgotten.
    pub name: Option<String>,
    /// The agency worked for.
    pub agency: Option<AgencyId>,
    /// Every role granted and not revoked.
    pub roles: Vec<RoleGranted>,
    /// The last day, of somebody who has left.
    pub left_on: Option<NaiveDate>,
}

/// The staff, a page of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffList {
    /// By name.
    pub items: Vec<StaffMember>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many there are.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// Whether an administrator of these places sees somebody: who had a role within them, and who had none anywhere yet,
/// because whoever grants the first one must find them.
fn sees(scope: &Scope, row: &StaffRow) -> bool {
    row.places.is_empty() || !within(&row.places, &[scope]).is_empty()
}

/// The staff within the caller's places, after it was recorded whose names the caller is about to see.
pub async fn told(web: &Web, caller: &Caller, headers: &HeaderMap, mut params: Params) -> Result<StaffList, Problem> {
    allowed(caller, Action::ManageStaff)?;
    let wanted = wanted(headers, &mut params)?;
    let typed = params.text("q").map(|it| normalise(&it)).unwrap_or_default();
    let state = params.text("state").unwrap_or_else(|| "active".to_owned());
    if !STATES.contains(&state.as_str()) {
        params.wrong("state", "unknown_value", "ต้องเป็น active หรือ left", "must be active or left");
    }
    let left = state == "left";
    let from: usize = params.value("cursor", NUMBER).unwrap_or(0);
    let limit = params.limit().unwrap_or(PAGE);
    params.finish()?;
    wait(web, wanted).await?;
    let mut rows = web.0.read_model.staff().await.map_err(|error| of_projection(&error))?;
    rows.retain(|it| it.left_on.is_some() == left && sees(&caller.scope, it));
    // An id finds somebody too: it stands in what others recorded.
    rows.retain(|it| {
        typed.is_empty()
            || it.name.as_ref().is_some_and(|name| normalise(name).contains(&typed))
            || it.id.to_string() == typed
    });
    rows.sort_by_cached_key(|it| (it.name.is_none(), it.name.clone(), it.id.0));
    let total = rows.len() as u64;
    let next = (rows.len() > from.saturating_add(limit)).then(|| (from + limit).to_string());
    let page: Vec<StaffRow> = rows.into_iter().skip(from).take(limit).collect();
    let shown: Vec<StaffId> = page.iter().filter(|it| it.name.is_some()).map(|it| it.id).collect();
    web.0.access_log.listed_staff(caller, &shown).await.map_err(of_access_log)?;
    let items = page.into_iter().map(|it| StaffMember {
        id: it.id,
        name: it.name,
        agency: it.agency,
        roles: it.roles,
        left_on: it.left_on,
    });
    Ok(StaffList { items: items.collect(), next, total, as_of: web.0.read_model.as_of() })
}

async fn list(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<StaffList>, Problem> {
    told(&web, &caller, &headers, params).await.map(Json)
}

/// The list.
pub fn operations() -> Vec<Operation> {
    vec![read(
        "/staff",
        ("staff", "staff"),
        "The staff by name, within your places; whose names are told is noted first.",
        OpenTo::WhoMay(Action::ManageStaff),
        vec![
            Parameter::query("q", "A part of a name, or an id.", text("^[^\\x00-\\x1f]{1,200}$")),
            Parameter::query("state", "active (unless said otherwise) or left.", one_of(&STATES)),
            Parameter::query("cursor", "Where the page begins: `next` of the page before.", text("^[0-9]{1,9}$")),
            Parameter::query("limit", "Rows of a page.", number(1, 200)),
        ],
        Some(Shape::of::<StaffList>()),
        get(list),
    )]
}
