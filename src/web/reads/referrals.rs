//! What was asked of agencies: their queues, and how much waits where, now and as of any past moment.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use events::area::LaoCode;
use events::id::AgencyId;
use projections::AsOf;
use projections::figures::backlog::{Backlog, BacklogBy, ReferralFilter};
use projections::figures::referrals::{AgeBucket, Queue, ReferralQuery, ReferralRow, ReferralSort, ReferralState};
use serde::Serialize;
use utoipa::ToSchema;

use super::households::{area, area_parameters, moment_schema, page_parameters};
use super::{allowed, moment, reach_of, read, wait, wanted};
use crate::access::{Action, Caller};
use crate::reports::{Telling, Told};
use crate::web::Web;
use crate::web::household_id::household;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, one_of, some_of, text, uuid};
use crate::web::problem::Problem;
use crate::web::query::{ID, LAO, Params};
use crate::web::refused::of_projection;
use crate::web::who::Signed;

/// What the backlog can be split by.
pub const BY: [&str; 4] = ["agency", "service", "district", "age"];
/// The orders of the list.
const SORTS: [&str; 6] = ["due", "-due", "age", "-age", "made", "-made"];

/// A page of referrals.
#[derive(Debug, Serialize, ToSchema)]
pub struct Referrals {
    /// The rows.
    pub items: Vec<ReferralRow>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// One number of the backlog. Researchers hear counts in steps of five, null where one is below five, and no single
/// case's wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct BacklogItem {
    /// Which queue.
    pub queue: Queue,
    /// What the number is about, and the filter of `/referrals` that shows its cases.
    pub cases: ReferralFilter,
    /// How many wait.
    pub waiting: Option<u64>,
    /// How many of them are past their last day.
    pub overdue: Option<u64>,
    /// The longest wait among them, in days.
    pub oldest_days: Option<i64>,
}

/// The backlog of one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BacklogView {
    /// The numbers.
    pub items: Vec<BacklogItem>,
    /// There is one page.
    pub next: Option<String>,
    /// How many numbers there are.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// The backlog as this reader may see it.
fn backlog_view(telling: Telling, backlog: Backlog) -> BacklogView {
    let row = |row: projections::figures::backlog::BacklogRow| {
        let Told { waiting, overdue, oldest_days } = telling.waiting(row.waiting, row.overdue, row.oldest_days);
        BacklogItem { queue: row.queue, cases: row.cases, waiting, overdue, oldest_days }
    };
    let items: Vec<_> = backlog.rows.into_iter().map(row).collect();
    BacklogView { total: items.len() as u64, items, next: None, as_of: backlog.as_of }
}

/// Reads what the list and the backlog have in common.
pub async fn filter(web: &Web, caller: &Caller, params: &mut Params) -> Result<ReferralQuery, Problem> {
    let mut query = ReferralQuery::all(reach_of(caller), web.0.desk.now());
    query.as_of = moment::as_of(web, caller, params).await?;
    query.agency = params.value::<AgencyId>("agency", ID);
    query.service = params.text("service");
    query.area = area(params);
    query.lao = params.value::<LaoCode>("lao", LAO);
    Ok(query)
}

async fn list(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Referrals>, Problem> {
    listed(&web, &caller, &headers, params).await.map(Json)
}

/// A page of referrals, as the parameters ask for it.
pub async fn listed(web: &Web, caller: &Caller, headers: &HeaderMap, mut params: Params) -> Result<Referrals, Problem> {
    allowed(caller, Action::ListReferrals)?;
    let wanted = wanted(headers, &mut params)?;
    let mut query = filter(web, caller, &mut params).await?;
    query.states = params.some_of::<ReferralState>("state", &ReferralState::ALL.map(ReferralState::as_str));
    query.overdue = params.yes("overdue");
    query.age = params.one_of::<AgeBucket>("age", &AgeBucket::ALL.map(AgeBucket::as_str));
    query.sort = params.one_of::<ReferralSort>("sort", &SORTS).unwrap_or_default();
    query.cursor = params.text("cursor");
    query.limit = params.limit();
    let of_household = params.text("household");
    params.finish()?;
    wait(web, wanted).await?;
    if let Some(text) = of_household {
        query.household = Some(household(web, &text).await?);
    }
    let page = web.0.read_model.referrals(query).await.map_err(|error| of_projection(&error))?;
    Ok(Referrals { items: page.items, next: page.next, total: page.total, as_of: page.as_of })
}

async fn backlog(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<BacklogView>, Problem> {
    let backlog = waiting(&web, &caller, &headers, params).await?;
    Ok(Json(backlog_view(Telling::to(caller.role), backlog)))
}

/// What waits, as the parameters ask for it, exactly: whoever tells it to somebody rounds it.
pub async fn waiting(web: &Web, caller: &Caller, headers: &HeaderMap, mut params: Params) -> Result<Backlog, Problem> {
    allowed(caller, Action::ReadReports)?;
    let wanted = wanted(headers, &mut params)?;
    let query = filter(web, caller, &mut params).await?;
    let by = params.some_of::<BacklogBy>("by", &BY);
    params.finish()?;
    wait(web, wanted).await?;
    web.0.read_model.backlog(query, by).await.map_err(|error| of_projection(&error))
}

/// The parameters that both share.
pub fn parameters() -> Vec<Parameter> {
    let own = vec![
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
        Parameter::query("agency", "Sent to this agency.", uuid()),
        Parameter::query("service", "For this service.", text("^[a-z0-9_]{1,64}$")),
    ];
    [own, area_parameters()].concat()
}

/// The list and the backlog.
pub fn operations() -> Vec<Operation> {
    let ages = AgeBucket::ALL.map(AgeBucket::as_str);
    let own = vec![
        Parameter::query("state", "In any of these states.", some_of(&ReferralState::ALL.map(ReferralState::as_str))),
        Parameter::query("overdue", "Whether its last day has passed.", one_of(&["true", "false"])),
        Parameter::query("age", "How long it has waited, in days.", one_of(&ages)),
        Parameter::query("household", "Of this household: its id or case number.", text("^[0-9A-Za-z-]{1,64}$")),
    ];
    let by = Parameter::query("by", "What to split by.", some_of(&BY));
    vec![
        Operation {
            // A household that is asked for may be unknown.
            failures: &[404, 422],
            ..read(
                "/referrals",
                ("referrals", "referrals"),
                "Referrals: an agency's queues, and the cases behind a number.",
                OpenTo::WhoMay(Action::ListReferrals),
                [parameters(), own, page_parameters(&SORTS)].concat(),
                Some(Shape::of::<Referrals>()),
                get(list),
            )
        },
        read(
            "/backlog",
            ("backlog", "referrals"),
            "How much waits where, and how long: now, or on any past day.",
            OpenTo::WhoMay(Action::ReadReports),
            [parameters(), vec![by]].concat(),
            Some(Shape::of::<BacklogView>()),
            get(backlog),
        ),
    ]
}
