//! What must be done by when: a caseworker's round, and the questions that wait for an answer.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use events::area::LaoCode;
use projections::AsOf;
use projections::figures::clocks::{ClockKind, TaskDue, TaskQuery, TaskRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::households::{area, area_parameters, assigned, moment_schema, page_parameters};
use super::{allowed, moment, reach_of, read, sees_names, wait, wanted};
use crate::access::{Action, Caller};
use crate::web::Web;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, one_of, some_of, text};
use crate::web::problem::Problem;
use crate::web::query::{LAO, Params};
use crate::web::refused::of_projection;
use crate::web::who::Signed;

/// What waits for an answer of the office itself.
const ASKED: [ClockKind; 2] = [ClockKind::Complaint, ClockKind::RightsRequest];

/// One date that runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskItem {
    /// What must be done, and by when.
    #[serde(flatten)]
    pub task: TaskRow,
    /// What the household's head is called; null where the caller sees no names, or nobody is noted.
    pub name: Option<String>,
}

/// A page of dates, the earliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tasks {
    /// The rows.
    pub items: Vec<TaskItem>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// Reads what both lists have in common.
async fn query(web: &Web, caller: &Caller, params: &mut Params) -> Result<TaskQuery, Problem> {
    let mut query = TaskQuery::all(reach_of(caller), web.0.desk.now());
    query.as_of = moment::as_of(web, caller, params).await?;
    query.due = params.one_of::<TaskDue>("due", &TaskDue::ALL.map(TaskDue::as_str));
    query.noted = params.yes("noted");
    query.caseworker = assigned(params, caller);
    query.area = area(params);
    query.lao = params.value::<LaoCode>("lao", LAO);
    query.cursor = params.text("cursor");
    query.limit = params.limit();
    Ok(query)
}

/// Asks, and joins the names of the households on the page.
async fn answer(web: &Web, caller: &Caller, query: TaskQuery) -> Result<Tasks, Problem> {
    // Names are those of now; a past moment is shown without them.
    let named = sees_names(caller) && query.as_of.is_none();
    let page = web.0.read_model.tasks(query).await.map_err(|error| of_projection(&error))?;
    let mut names = std::collections::HashMap::new();
    if named {
        let ids = page.items.iter().map(|row| row.household).collect();
        names = super::names(web, caller, ids).await?;
    }
    let item = |task: TaskRow| {
        let name = names.get(&task.household).and_then(|names| names.head.as_ref()).map(ToString::to_string);
        TaskItem { task, name }
    };
    let items = page.items.into_iter().map(item).collect();
    Ok(Tasks { items, next: page.next, total: page.total, as_of: page.as_of })
}

async fn tasks(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Tasks>, Problem> {
    due(&web, &caller, &headers, params).await.map(Json)
}

/// A page of what must be done by when, as the parameters ask for it.
pub async fn due(web: &Web, caller: &Caller, headers: &HeaderMap, mut params: Params) -> Result<Tasks, Problem> {
    allowed(caller, Action::ListTasks)?;
    let wanted = wanted(headers, &mut params)?;
    let mut query = query(web, caller, &mut params).await?;
    query.kinds = params.some_of::<ClockKind>("clock", &ClockKind::ALL.map(ClockKind::as_str));
    params.finish()?;
    wait(web, wanted).await?;
    answer(web, caller, query).await
}

async fn complaints(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Tasks>, Problem> {
    unanswered(&web, &caller, &headers, params).await.map(Json)
}

/// A page of the complaints and requests that wait for an answer, as the parameters ask for it.
pub async fn unanswered(web: &Web, caller: &Caller, headers: &HeaderMap, mut params: Params) -> Result<Tasks, Problem> {
    allowed(caller, Action::ListComplaints)?;
    let wanted = wanted(headers, &mut params)?;
    let mut query = query(web, caller, &mut params).await?;
    query.kinds = params.some_of::<ClockKind>("clock", &ASKED.map(ClockKind::as_str));
    if query.kinds.is_empty() {
        query.kinds = ASKED.to_vec();
    }
    params.finish()?;
    wait(web, wanted).await?;
    answer(web, caller, query).await
}

/// The parameters that both lists share.
fn parameters(kinds: &[&str]) -> Vec<Parameter> {
    let own = vec![
        Parameter::query("clock", "For any of these.", some_of(kinds)),
        Parameter::query(
            "due",
            "When, seen from today or from the past day.",
            one_of(&TaskDue::ALL.map(TaskDue::as_str)),
        ),
        Parameter::query("noted", "Whether it was noted that the day passed.", one_of(&["true", "false"])),
        Parameter::query("caseworker", "Looked after by: an id, `me` or `none`.", text("^(me|none|[0-9a-fA-F-]{36})$")),
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
    ];
    let pages = page_parameters(&[]).into_iter().filter(|it| it.name != "sort").collect();
    [own, area_parameters(), pages].concat()
}

/// The two lists.
pub fn operations() -> Vec<Operation> {
    vec![
        read(
            "/tasks",
            ("tasks", "tasks"),
            "What must be done by when: visits, assessments, answers of agencies, complaints and requests.",
            OpenTo::WhoMay(Action::ListTasks),
            parameters(&ClockKind::ALL.map(ClockKind::as_str)),
            Some(Shape::of::<Tasks>()),
            get(tasks),
        ),
        read(
            "/complaints",
            ("complaints", "tasks"),
            "Complaints, and requests under the law on personal data, that wait for an answer.",
            OpenTo::WhoMay(Action::ListComplaints),
            parameters(&ASKED.map(ClockKind::as_str)),
            Some(Shape::of::<Tasks>()),
            get(complaints),
        ),
    ]
}
