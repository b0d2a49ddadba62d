//! One case and its history, folded from its stream: always current, or as it stood.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use projections::{AsOf, Page, ProjectionError};
use serde::Serialize;
use utoipa::ToSchema;

use super::looks::of_access_log;
use super::{PATIENCE, allowed, moment, read, wanted};
use crate::access::{Action, Caller, Relation, may};
use crate::case_view::{CaseView, History, Lens, Moment, Reading, TimelineEntry, actions, comparison};
use crate::rules::household::Household;
use crate::web::Web;
use crate::web::documents::mark_files;
use crate::web::household_id::{Id, household};
use crate::web::kind::Kind;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number};
use crate::web::problem::Problem;
use crate::web::query::{NUMBER, Params};
use crate::web::refused::{of_denied, of_projection, of_read};
use crate::web::request::POSITION;
use crate::web::who::Signed;

/// A case's history, a page of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    /// The facts, in order.
    pub items: Vec<TimelineEntry>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many facts there are.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// A household that the caller may read: as it is now, and as it stood when asked.
pub(super) struct Opened {
    pub(super) caller: Caller,
    pub(super) history: History,
    pub(super) moment: Moment,
    present: Household,
    seen: Reading,
}

/// Reads what every question about one case has in common, and judges on the present who may ask.
pub(super) async fn open(
    web: &Web,
    (caller, action): (Caller, Action),
    id: &str,
    headers: &HeaderMap,
    params: &mut Params,
) -> Result<Opened, Problem> {
    allowed(&caller, action)?;
    let wanted = wanted(headers, params)?;
    let at: Option<u64> = params.value("at", NUMBER);
    let as_of = moment::as_of(web, &caller, params).await?;
    if at.is_some() && as_of.is_some() {
        params.wrong("at", "two_moments", "ระบุ at หรือ as_of อย่างเดียว", "give either at or as_of");
    }
    std::mem::take(params).finish()?;
    if let Some(position) = wanted
        && !web.0.desk.log().wait_past(position.saturating_sub(1), PATIENCE).await.map_err(|it| of_read(it.into()))?
    {
        return Err(of_projection(&ProjectionError::Behind { at: web.0.read_model.position(), wanted: position }));
    }
    let id = household(web, id).await?;
    let history = History::load(&web.0.desk, id).await.map_err(of_read)?.ok_or_else(Problem::no_such_household)?;
    let present = history.folded();
    let relation = present.case().map_or(Relation::None, |case| caller.relation_to(case));
    let relation = web.0.access_log.reading(&caller, id, relation).await.map_err(of_access_log)?;
    may(caller.role, action, relation).map_err(of_denied)?;
    let lens = Lens::of(&caller, &present);
    if let Some(sequence) = at
        && !(1..=history.sequence()).contains(&sequence)
    {
        let last = history.sequence();
        let (th, en) = (format!("ต้องเป็น 1–{last}"), format!("must be 1 to {last}: the household has so many facts"));
        return Err(Problem::field("/query/at", "out_of_range", th, en));
    }
    let moment = match (at, as_of) {
        (Some(sequence), _) => Moment::Sequence(sequence),
        (None, Some(time)) => Moment::Time(time),
        (None, None) => Moment::Present,
    };
    let seen = Reading::of(&web.0.desk, &caller, &history, moment, lens).await.map_err(of_read)?.ok_or_else(not_yet)?;
    if *seen.lens() != Lens::Masked {
        web.0.access_log.opened(&caller, id).await.map_err(of_access_log)?;
    }
    Ok(Opened { caller, history, moment, present, seen })
}

fn not_yet() -> Problem {
    let (th, en) = ("ในเวลานั้นยังไม่พบครัวเรือนนี้", "at that moment the household had not been found yet");
    Problem::new(Kind::NotFound, "not_yet_known", th, en)
}

/// A case, and the reading that it comes from.
#[derive(Debug)]
pub struct Case {
    /// What its page shows.
    pub view: CaseView,
    /// Its facts through the same eyes.
    pub reading: Reading,
}

/// One case as a caller sees it, at the moment that the parameters name.
pub async fn read_case(
    web: &Web,
    caller: Caller,
    id: &str,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<Case, Problem> {
    let opened = open(web, (caller, Action::ReadCase), id, headers, &mut params).await?;
    let Opened { caller, present, seen, .. } = opened;
    let mut view: CaseView = seen.case().ok_or_else(not_yet)?;
    let province = view.place.province().to_string();
    let policies = web.0.desk.policy_book(&province, web.0.desk.today()).await.map_err(of_read)?;
    if !seen.lens().is_narrow() {
        view.comparison = comparison(seen.history(), &policies);
    }
    mark_files(web, &mut view, &seen).await?;
    if !seen.is_past() {
        view.actions = actions(&present, view.id, &caller, &policies, seen.history().now);
    }
    Ok(Case { view, reading: seen })
}

async fn case(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let Case { view, .. } = read_case(&web, caller, &id, &headers, params).await?;
    let (sequence, position) = (view.sequence, view.as_of.position);
    let mut response = axum::Json(view).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{sequence}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(POSITION, HeaderValue::from(position));
    Ok(response)
}

async fn history(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    headers: HeaderMap,
    mut params: Params,
) -> Result<axum::Json<Timeline>, Problem> {
    let limit = params.limit().unwrap_or(200);
    let after: u64 = params.value("cursor", NUMBER).unwrap_or(0);
    let opened = open(&web, (caller, Action::ReadHistory), &id, &headers, &mut params).await?;
    let all = opened.seen.timeline();
    let total = all.len() as u64;
    let mut items: Vec<_> = all.into_iter().filter(|entry| entry.sequence > after).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|entry| entry.sequence.to_string());
    Ok(axum::Json(Timeline { items, next, total, as_of: opened.seen.history().as_of() }))
}

/// Which moment of one case is asked about.
pub(super) fn of_a_moment() -> Vec<Parameter> {
    vec![
        Parameter::query("at", "As it stood right after the fact of this sequence.", number(1, 1_000_000)),
        Parameter::query(
            "as_of",
            "As it was known at this time; a day means its end.",
            super::households::moment_schema(),
        ),
    ]
}

/// The two questions about one case.
pub fn operations() -> Vec<Operation> {
    let moments = || [vec![Parameter::household()], of_a_moment()].concat();
    let page = vec![
        Parameter::query("cursor", "The sequence of the last fact that was seen.", number(0, 1_000_000)),
        Parameter::query("limit", "Facts of a page.", number(1, 200)),
    ];
    vec![
        read(
            "/households/{id}",
            ("household", "households"),
            "One household's case, folded from its facts.",
            OpenTo::WhoMay(Action::ReadCase),
            moments(),
            Some(Shape::of::<CaseView>()),
            get(case),
        ),
        read(
            "/households/{id}/events",
            ("household_events", "households"),
            "One household's history: every fact in order, with who recorded it and what took it back.",
            OpenTo::WhoMay(Action::ReadHistory),
            [moments(), page].concat(),
            Some(Shape::of::<Timeline>()),
            get(history),
        ),
    ]
}

impl<T> From<Page<T>> for super::households::Listed<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next: page.next, total: page.total, as_of: page.as_of }
    }
}
