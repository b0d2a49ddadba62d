//! Who looked at a household, and who broke the glass to see one outside the own areas.

use axum::Json as Answer;
use axum::extract::State;
use axum::routing::{get, post};
use chrono::{DateTime, TimeDelta, Utc};
use events::id::HouseholdId;
use events::vault::Access;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{allowed, read};
use crate::access::{Action, Caller, Relation, may};
use crate::access_log::{AccessLogError, BrokenGlass, Look};
use crate::web::body::Json;
use crate::web::household_id::{Id, household};
use crate::web::kind::Kind;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number};
use crate::web::problem::Problem;
use crate::web::query::{NUMBER, Params};
use crate::web::refused::{of_denied, of_read, unavailable};
use crate::web::who::Signed;
use crate::web::{V1, Web};

/// The part of the document that these stand in.
pub const TAG: &str = "access-log";
/// The fewest and the most characters of a reason.
const REASON: (usize, usize) = (10, 500);
/// How far back broken glass is shown.
const SHOWN: TimeDelta = TimeDelta::days(30);

/// One look at a household.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookView {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the opaque id of a member of staff.
    pub staff: String,
    /// In which role.
    pub role: String,
    /// `opened`: the case or its history; `listed`: the name stood in a list, noted once a day; `broke_glass`: asked to
    /// read it from outside its area.
    pub manner: &'static str,
    /// The reason that was given.
    pub reason: Option<String>,
    /// The request, as its answer named it.
    request: String,
}

/// Who looked at a household, a page of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Looks {
    /// The newest first.
    items: Vec<LookView>,
    /// Where the next page begins.
    next: Option<String>,
    /// How many there are.
    total: u64,
}

/// A household that somebody from outside asked to read.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrokenGlassView {
    /// Which.
    household: HouseholdId,
    /// When.
    at: DateTime<Utc>,
    /// Until when it could be read.
    until: DateTime<Utc>,
    /// Who.
    staff: String,
    /// In which role.
    role: String,
    /// Why.
    reason: String,
}

/// The glass that was broken in the caller's areas within 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrokenGlassList {
    /// The newest first.
    items: Vec<BrokenGlassView>,
    /// There is one page.
    next: Option<String>,
    /// How many there are.
    total: u64,
}

/// Why somebody must read a household outside the own areas.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// 10 to 500 characters. The supervisors of the household's area and the auditors read it.
    reason: String,
}

/// A household that can be read for a while.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlassBroken {
    /// Which.
    household: HouseholdId,
    /// Until when.
    until: DateTime<Utc>,
}

/// The problem of what the access log does not do.
pub fn of_access_log(error: AccessLogError) -> Problem {
    match error {
        AccessLogError::NotRecorded => unavailable(),
        AccessLogError::NotNeeded => Problem::new(
            Kind::Rule,
            "in_your_area",
            "ครัวเรือนนี้อยู่ในพื้นที่ของท่านแล้ว เปิดดูได้เลย",
            "the household lies in your own areas: read it",
        ),
        AccessLogError::Unknown => Problem::no_such_household(),
        AccessLogError::TooOften => Problem::new(
            Kind::TooMany,
            "too_much_glass",
            "ท่านขอเปิดดูกรณีฉุกเฉินหลายครั้งแล้วในวันนี้ ติดต่อหัวหน้างานของพื้นที่นั้น",
            "you broke the glass too often within a day: ask the supervisor of the area",
        )
        .again_after(3_600),
        AccessLogError::DaySpent { most, again } => Problem::new(
            Kind::TooMany,
            "daily_rows",
            format!("วันนี้ท่านดูรายการที่มีข้อมูลส่วนบุคคลครบ {most} แถวแล้ว ดูต่อได้พรุ่งนี้ หรือเปิดทีละครัวเรือน ถ้าจำเป็นให้ติดต่อผู้ดูแลระบบ"),
            format!("you were shown {most} rows with personal values today: go on tomorrow, open single cases, or ask the operators"),
        )
        .again_after(again),
        AccessLogError::Vault(error) => of_read(error.into()),
        AccessLogError::Desk(error) => of_read(error),
    }
}

impl LookView {
    pub(super) fn of(look: Look) -> Self {
        let Access { at, actor, role, why, request, .. } = look.entry.access;
        Self { at, staff: actor, role, manner: look.manner.as_str(), reason: why, request }
    }
}

impl BrokenGlassView {
    fn of(glass: BrokenGlass) -> Self {
        let BrokenGlass { household, until, entry } = glass;
        let Access { at, actor, role, why, .. } = entry.access;
        Self { household, at, until, staff: actor, role, reason: why.unwrap_or_default() }
    }
}

async fn looks(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    mut params: Params,
) -> Result<Answer<Looks>, Problem> {
    allowed(&caller, Action::ReadAccessLog)?;
    let limit = u32::try_from(params.limit().unwrap_or(50)).unwrap_or(50);
    let before: Option<i64> = params.value("cursor", NUMBER);
    params.finish()?;
    let id = household(&web, &id).await?;
    let log = &web.0.access_log;
    let relation = log.relation(&caller, id).await.map_err(of_access_log)?;
    may(caller.role, Action::ReadAccessLog, relation).map_err(of_denied)?;
    let (found, total) = log.of_household(id, before, limit + 1).await.map_err(of_access_log)?;
    let more = found.len() > limit as usize;
    let page: Vec<Look> = found.into_iter().take(limit as usize).collect();
    let next = page.last().filter(|_| more).map(|it| it.entry.number.to_string());
    Ok(Answer(Looks { items: page.into_iter().map(LookView::of).collect(), next, total }))
}

async fn broken(State(web): State<Web>, Signed(caller): Signed) -> Result<Answer<BrokenGlassList>, Problem> {
    allowed(&caller, Action::ReadAccessLog)?;
    let log = &web.0.access_log;
    let all = log.broken_since(web.0.desk.now() - SHOWN).await.map_err(of_access_log)?;
    let mut items = Vec::new();
    for glass in all {
        match log.relation(&caller, glass.household).await {
            Ok(Relation::InScope) => items.push(BrokenGlassView::of(glass)),
            Ok(Relation::ReferredToMyAgency | Relation::None) | Err(AccessLogError::Unknown) => {}
            Err(error) => return Err(of_access_log(error)),
        }
    }
    Ok(Answer(BrokenGlassList { total: items.len() as u64, items, next: None }))
}

async fn break_glass(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    json: Json,
) -> Result<Answer<GlassBroken>, Problem> {
    allowed(&caller, Action::BreakGlass)?;
    let caller: Caller = web.0.desk.acting(&caller).await.map_err(of_read)?.into_owned();
    let BreakGlass { reason } = json.read()?;
    let reason = reason.trim();
    if !(REASON.0..=REASON.1).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(Problem::field("/reason", "reason", "เหตุผล 10–500 ตัวอักษร", "must have 10 to 500 characters"));
    }
    let household = household(&web, &id).await?;
    let until = web.0.access_log.break_glass(&caller, household, reason).await.map_err(of_access_log)?;
    Ok(Answer(GlassBroken { household, until }))
}

/// The questions about who looked, and the emergency.
pub fn operations() -> Vec<Operation> {
    let readers = OpenTo::WhoMay(Action::ReadAccessLog);
    let page = vec![
        Parameter::household(),
        Parameter::query("cursor", "Where the page begins, as the last one said.", number(0, i64::MAX as u64)),
        Parameter::query("limit", "Looks of a page.", number(1, 200)),
    ];
    let wanted = json!({"reason": "เด็กถูกส่งโรงพยาบาลอำเภอข้างเคียง ต้องติดต่อครอบครัว"});
    vec![
        Operation {
            parameters: page,
            ..read(
                "/households/{id}/access-log",
                ("household_access_log", TAG),
                "Who looked at a household, when, in which role and why.",
                readers,
                Vec::new(),
                Some(Shape::of::<Looks>()),
                get(looks),
            )
        },
        Operation {
            parameters: Vec::new(),
            failures: &[],
            ..read(
                "/broken-glass",
                ("broken_glass", TAG),
                "Households of the own areas that somebody from outside asked to read within 30 days.",
                readers,
                Vec::new(),
                Some(Shape::of::<BrokenGlassList>()),
                get(broken),
            )
        },
        Operation {
            method: "post",
            path: format!("{V1}/households/{{id}}/break-glass"),
            id: "break_glass".to_owned(),
            tag: TAG,
            summary:
                "Lets somebody read a household outside the own areas for three hours, for a reason that others see."
                    .to_owned(),
            open_to: OpenTo::WhoMay(Action::BreakGlass),
            parameters: vec![Parameter::household()],
            body: Some((Shape::of::<BreakGlass>(), wanted)),
            status: 200,
            answer: Some(Shape::of::<GlassBroken>()),
            failures: &[404, 408, 413, 415, 422, 429],
            route: post(break_glass),
        },
    ]
}
