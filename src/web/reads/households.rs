//! The caseload: which households, by filters and by Thai names with typing errors; and search across them.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use events::area::{AreaCode, LaoCode};
use events::case_no::CaseNo;
use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::household::Level;
use projections::AsOf;
use projections::figures::caseload::{Assigned, CaseQuery, CaseRow, CaseSort, DueFilter};
use projections::people::{Found, SearchQuery};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::looks::of_access_log;
use super::{PATIENCE, allowed, moment, reach_of, read, sees_names, wait, wanted};
use crate::access::{Action, Caller};
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number, one_of, some_of, text};
use crate::web::problem::Problem;
use crate::web::query::{AREA, LAO, Params};
use crate::web::refused::of_projection;
use crate::web::who::Signed;

/// The orders of the caseload.
const SORTS: [&str; 12] = [
    "case_no",
    "-case_no",
    "due",
    "-due",
    "stage",
    "-stage",
    "identified",
    "-identified",
    "recent",
    "-recent",
    "level",
    "-level",
];

/// The most hits of a search.
const HITS: usize = 50;

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// One household of the caseload.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseItem {
    /// Where it stands.
    #[serde(flatten)]
    pub case: CaseRow,
    /// What its head is called; null where the caller sees no names, or nobody is noted.
    pub name: Option<String>,
}

/// A page of the caseload.
#[derive(Debug, Serialize, ToSchema)]
pub struct Caseload {
    /// The rows.
    pub items: Vec<CaseItem>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hits {
    /// The best first.
    pub items: Vec<Found>,
    /// There is one page.
    pub next: Option<String>,
    /// How many were found.
    pub total: u64,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// Who sees no names may look for a case number only: a hit by name would tell who lives there.
fn may_look_for(caller: &Caller, text: &str) -> Result<(), Problem> {
    let number = events::thai::digits::fold(text.trim()).parse::<CaseNo>().is_ok();
    if number || sees_names(caller) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Forbidden,
        "names_masked",
        "บทบาทของท่านไม่เห็นชื่อ ค้นหาได้ด้วยเลขที่กรณีเท่านั้น",
        "your role sees no names: search by case number",
    ))
}

async fn list(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Caseload>, Problem> {
    caseload(&web, &caller, &headers, params).await.map(Json)
}

/// A page of the caseload, as the parameters ask for it.
pub async fn caseload(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
) -> Result<Caseload, Problem> {
    allowed(caller, Action::ListHouseholds)?;
    let wanted = wanted(headers, &mut params)?;
    let mut query = CaseQuery::all(reach_of(caller), web.0.desk.now());
    query.stages = params.some_of::<Stage>("stage", &Stage::ALL.map(Stage::as_str));
    query.standings = params.some_of::<Standing>("standing", &standings());
    query.area = area(&mut params);
    query.lao = params.value::<LaoCode>("lao", LAO);
    query.caseworker = assigned(&mut params, caller);
    query.due = due(&mut params);
    query.level = level(&mut params);
    query.sort = params.one_of::<CaseSort>("sort", &SORTS).unwrap_or_default();
    query.cursor = params.text("cursor");
    query.limit = params.limit();
    let q = params.text("q");
    let as_of = moment::as_of(web, caller, &mut params).await?;
    if q.is_some() && as_of.is_some() {
        let (th, en) =
            ("ชื่อและเลขประจำตัวค้นได้ตามปัจจุบันเท่านั้น", "goes with no as_of: who is found by name is found as of now");
        params.wrong("q", "only_now", th, en);
    }
    params.finish()?;
    if let Some(text) = &q {
        may_look_for(caller, text)?;
    }
    wait(web, wanted).await?;
    let page = match as_of {
        None => web.0.read_model.households(query, q).await,
        Some(moment) => web.0.read_model.households_at(query, moment, PATIENCE).await,
    };
    let page = page.map_err(|error| of_projection(&error))?;
    let mut names = std::collections::HashMap::new();
    // Names are known as they are now.
    if sees_names(caller) && as_of.is_none() {
        let ids = page.items.iter().map(|row| row.id).collect();
        names = super::names(web, caller, ids).await?;
    }
    let Listed { items, next, total, as_of } = page.into();
    let named = |case: CaseRow| {
        let name = names.get(&case.id).and_then(|names| names.head.as_ref()).map(ToString::to_string);
        CaseItem { case, name }
    };
    Ok(Caseload { items: items.into_iter().map(named).collect(), next, total, as_of })
}

async fn looked_for(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Hits>, Problem> {
    allowed(&caller, Action::ListHouseholds)?;
    let wanted = wanted(&headers, &mut params)?;
    let text = params.text("q");
    let limit = params.limit().unwrap_or(20).min(HITS);
    if text.is_none() {
        params.wrong("q", "missing", "ต้องระบุคำค้น", "must be given");
    }
    params.finish()?;
    wait(&web, wanted).await?;
    let items = search(&web, &caller, text.unwrap_or_default(), limit).await?;
    let total = items.len() as u64;
    Ok(Json(Hits { items, next: None, total, as_of: web.0.read_model.as_of() }))
}

/// People and households that a text finds within the caller's reach, as far as the caller sees names.
pub async fn search(web: &Web, caller: &Caller, text: String, limit: usize) -> Result<Vec<Found>, Problem> {
    allowed(caller, Action::ListHouseholds)?;
    may_look_for(caller, &text)?;
    let query = SearchQuery { reach: reach_of(caller), text, limit };
    let mut items = web.0.read_model.search(query).await.map_err(|error| of_projection(&error))?;
    if sees_names(caller) {
        let ids: Vec<_> = items.iter().map(|hit| hit.household).collect();
        web.0.access_log.listed(caller, &ids).await.map_err(of_access_log)?;
    } else {
        for hit in &mut items {
            hit.name = None;
        }
    }
    Ok(items)
}

/// The area of whichever level was named; the smallest of several.
pub fn area(params: &mut Params) -> Option<AreaCode> {
    let mut found = None;
    for (name, digits) in [("province", 2), ("area", 0), ("district", 4), ("tambon", 6)] {
        let code: Option<AreaCode> = params.value(name, AREA);
        if code.is_some_and(|code| digits > 0 && code.to_string().len() != digits) {
            let en = "must be the code of an area of this level";
            params.wrong(name, "wrong_level", "รหัสไม่ใช่ของพื้นที่ระดับนี้", en);
        }
        if let (Some(outer), Some(inner)) = (found, code)
            && !AreaCode::contains(outer, inner)
        {
            params.wrong(name, "outside", "ไม่อยู่ในพื้นที่อื่นที่ระบุ", "does not lie in the other area that is named");
        }
        found = code.or(found);
    }
    found
}

/// Who looks after a household, as a parameter says it.
pub fn assigned(params: &mut Params, caller: &Caller) -> Option<Assigned> {
    let text = params.text("caseworker")?;
    match text.as_str() {
        "me" => Some(Assigned::To(caller.staff)),
        "none" => Some(Assigned::ToNobody),
        id => {
            let staff = id.parse().ok();
            if staff.is_none() {
                params.wrong("caseworker", "unknown_value", "ต้องเป็น UUID, me หรือ none", "must be a UUID, me or none");
            }
            staff.map(Assigned::To)
        }
    }
}

fn due(params: &mut Params) -> Option<DueFilter> {
    let text = params.text("due")?;
    let due = serde_json::from_value(Value::String(text)).ok();
    if due.is_none() {
        params.wrong("due", "unknown_value", "ต้องเป็น overdue, soon หรือ none", "must be overdue, soon or none");
    }
    due
}

fn level(params: &mut Params) -> Option<Level> {
    let must = ("ระดับต้องเป็น 1–4", "must be 1 to 4");
    let number: u8 = params.value("level", must)?;
    let level = Level::new(number);
    if level.is_none() {
        params.wrong("level", "out_of_range", must.0, must.1);
    }
    level
}

/// The codes of every standing.
fn standings() -> Vec<&'static str> {
    let open = [Standing::Open, Standing::Graduated, Standing::Sustained];
    open.into_iter().chain(ClosedAs::ALL.into_iter().map(Standing::Closed)).map(Standing::as_str).collect()
}

/// The schema of a moment.
pub fn moment_schema() -> Value {
    json!({"type": "string", "examples": ["2026-03-31", "2026-03-31T10:00:00+07:00", "48213"]})
}

/// The parameters that choose an area.
pub fn area_parameters() -> Vec<Parameter> {
    let code = |digits: &str| text(&format!("^[1-9][0-9]{digits}$"));
    vec![
        Parameter::query("province", "Within this province.", code("")),
        Parameter::query("district", "Within this district.", code("[0-9]{2}")),
        Parameter::query("tambon", "Within this tambon.", code("[0-9]{4}")),
        Parameter::query("area", "Within this area of any level.", code("([0-9]{2}){0,2}")),
        Parameter::query("lao", "Of this local organisation.", text("^[1-9][0-9]{6,7}$")),
    ]
}

/// The parameters of pages.
pub fn page_parameters(sorts: &[&str]) -> Vec<Parameter> {
    vec![
        Parameter::query("sort", "The order; with a minus, backwards.", one_of(sorts)),
        Parameter::query("cursor", "Where the page begins: `next` of the page before.", text("^[0-9a-f]{1,400}$")),
        Parameter::query("limit", "Rows of a page.", number(1, 200)),
    ]
}

/// The caseload and the search.
pub fn operations() -> Vec<Operation> {
    let own = vec![
        Parameter::query("stage", "Any of these stages.", some_of(&Stage::ALL.map(Stage::as_str))),
        Parameter::query("standing", "Any of these standings.", some_of(&standings())),
        Parameter::query("caseworker", "Looked after by: an id, `me` or `none`.", text("^(me|none|[0-9a-fA-F-]{36})$")),
        Parameter::query("due", "What is due.", one_of(&["overdue", "soon", "none"])),
        Parameter::query("level", "Of this livelihood level.", number(1, 4)),
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
        Parameter::query("q", "A name, a case number or a citizen id.", text("^[^\\x00-\\x1f]{1,200}$")),
    ];
    let sorts = page_parameters(&SORTS);
    let of_search = vec![
        Parameter::query("q", "A name, a case number or a citizen id.", text("^[^\\x00-\\x1f]{1,200}$")),
        Parameter::query("limit", "The most hits, at most 50.", number(1, 200)),
    ];
    vec![
        read(
            "/households",
            ("households", "households"),
            "The caseload.",
            OpenTo::WhoMay(Action::ListHouseholds),
            [own, area_parameters(), sorts].concat(),
            Some(Shape::of::<Caseload>()),
            get(list),
        ),
        read(
            "/search",
            ("search", "households"),
            "People and households by name (typing errors too), case number or citizen id.",
            OpenTo::WhoMay(Action::ListHouseholds),
            of_search,
            Some(Shape::of::<Hits>()),
            get(looked_for),
        ),
    ]
}
