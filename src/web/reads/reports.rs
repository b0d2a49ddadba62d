//! Reports: tables with a period and a moment, as JSON, CSV or a workbook.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::SecondsFormat;
use events::area::LaoCode;
use events::facts::case::UnknownCode;
use events::facts::household::StateList;
use projections::AsOf;
use projections::figures::backlog::BacklogBy;
use projections::figures::cohort::{Cohort, CohortBy};
use projections::figures::coverage::CoverageQuery;
use projections::figures::referrals::ReferralState;
use projections::figures::sheet::{Behind, BehindQuery, Sheet, SheetQuery};
use projections::read_model::figures_version;
use serde::Serialize;
use utoipa::ToSchema;

use super::households::{area, area_parameters, moment_schema};
use super::referrals::{BY, filter};
use super::{allowed, moment, reach_of, read, wait, wanted};
use crate::access::{Action, Caller};
use crate::reports::asking::Period;
use crate::reports::xlsx::MadeFrom;
use crate::reports::{Question, ReportName, Table, Telling, csv, table, xlsx};
use crate::web::Web;
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, day, number, one_of, text};
use crate::web::problem::Problem;
use crate::web::query::{LAO, Params};
use crate::web::refused::{of_projection, unavailable};
use crate::web::who::Signed;

/// The states in which a referral waits.
const WAITING: [&str; 2] = [ReferralState::ToAnswer.as_str(), ReferralState::ToDeliver.as_str()];
/// What the households found in a period can be split by.
const COHORT_BY: [&str; 4] = ["district", "tambon", "lao", "month"];
/// The forms of a report.
const FORMATS: [&str; 3] = ["json", "csv", "xlsx"];

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
    Xlsx,
}

impl std::str::FromStr for Format {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(UnknownCode),
        }
    }
}

/// One report of the list.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Report {
    /// Its name in the path.
    pub name: ReportName,
    /// What it answers, in Thai.
    pub title_th: &'static str,
    /// And in English.
    pub title_en: &'static str,
}

/// The reports that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reports {
    /// Each.
    pub items: Vec<Report>,
    /// There is one page.
    pub next: Option<String>,
    /// How many there are.
    pub total: u64,
    /// The moment that reports show now.
    pub as_of: AsOf,
}

/// The cases behind a number of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    /// One page of them, by household.
    pub items: Vec<Behind>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// As many as the number says.
    pub total: u64,
    /// The moment that the report shows.
    pub as_of: AsOf,
}

async fn list(
    State(web): State<Web>,
    Signed(caller): Signed,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<Reports>, Problem> {
    allowed(&caller, Action::ReadReports)?;
    let wanted = wanted(&headers, &mut params)?;
    params.finish()?;
    wait(&web, wanted).await?;
    let items: Vec<_> = ReportName::ALL
        .into_iter()
        .map(|name| Report { name, title_th: name.title().th, title_en: name.title().en })
        .collect();
    Ok(Json(Reports { total: items.len() as u64, items, next: None, as_of: web.0.read_model.as_of() }))
}

async fn report(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(name): Id,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Response, Problem> {
    allowed(&caller, Action::ReadReports)?;
    let Some(name) = ReportName::ALL.into_iter().find(|report| report.as_str() == name) else {
        return Err(Problem::nothing_there());
    };
    let format = params.one_of::<Format>("format", &FORMATS).unwrap_or(Format::Json);
    let made = made(&web, &caller, &headers, params, name).await?;
    let mark = mark(&web, &caller, &made);
    match format {
        Format::Csv => {
            Ok(file(&made, "csv", "text/csv; charset=utf-8", csv::write_for(&made, &mark).map_err(|_| unavailable())?))
        }
        Format::Xlsx => {
            let (log, program, read_model) = (web.0.desk.log().id(), crate::desk::APP, figures_version());
            let made_from = MadeFrom { log, program, read_model, asked_by: Some(mark) };
            let bytes = xlsx::write(&made, &made_from).map_err(|_| unavailable())?;
            Ok(file(&made, "xlsx", xlsx::MEDIA_TYPE, bytes))
        }
        Format::Json => Ok(Json(made).into_response()),
    }
}

/// A report, as the parameters ask for it.
pub async fn made(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
    name: ReportName,
) -> Result<Table, Problem> {
    allowed(caller, Action::ReadReports)?;
    let wanted = wanted(headers, &mut params)?;
    let question = match name {
        ReportName::Funnel => Question::Funnel(cohort(web, caller, &mut params).await?),
        ReportName::Coverage => Question::Coverage(CoverageQuery {
            cohort: cohort(web, caller, &mut params).await?,
            list: params.one_of::<StateList>("list", &StateList::ALL.map(StateList::as_str)),
        }),
        ReportName::Backlog => {
            let query = filter(web, caller, &mut params).await?;
            Question::Backlog(query, params.some_of::<BacklogBy>("by", &BY))
        }
        ReportName::BacklogHistory => history(web, caller, &mut params).await?,
        ReportName::Times
        | ReportName::Episodes
        | ReportName::Transitions
        | ReportName::Income
        | ReportName::Outcome
        | ReportName::Assistance
        | ReportName::Unmet
        | ReportName::Relapse
        | ReportName::Workload
        | ReportName::Equity
        | ReportName::Quality
        | ReportName::Register
        | ReportName::Duplicates => {
            let Some(sheet) = name.sheet() else { return Err(Problem::nothing_there()) };
            Question::Cases(name, sheet, over_cases(web, caller, &mut params, sheet).await?)
        }
    };
    params.finish()?;
    wait(web, wanted).await?;
    table(&web.0.read_model, question, Telling::to(caller.role)).await.map_err(|error| of_projection(&error))
}

/// Who takes this file out, when, and what it answers. Staff are named by the opaque id that the access log has too.
fn mark(web: &Web, caller: &Caller, made: &Table) -> String {
    let asked: Vec<String> = made.asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (name, role) = (made.name.as_str(), caller.role.as_str());
    let at = web.0.desk.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("Huean {name} {} | {role} {} | {at}", asked.join(" "), caller.staff)
}

async fn cohort(web: &Web, caller: &Caller, params: &mut Params) -> Result<Cohort, Problem> {
    let (from, to) = (params.day("from"), params.day("to"));
    let days = web.bounds(caller, false).await?.days(from, to);
    let (from, to) = days.unwrap_or_else(|wrong| {
        params.wrongs(wrong);
        (None, None)
    });
    Ok(Cohort {
        reach: reach_of(caller),
        area: area(params),
        lao: params.value::<LaoCode>("lao", LAO),
        from,
        to,
        as_of: moment::as_of(web, caller, params).await?,
        by: params.one_of::<CohortBy>("by", &COHORT_BY),
    })
}

/// The question of a report over cases.
async fn over_cases(web: &Web, caller: &Caller, params: &mut Params, sheet: &Sheet) -> Result<SheetQuery, Problem> {
    let cohort = cohort(web, caller, params).await?;
    Ok(SheetQuery { cohort, per: one_of_names(params, "per", sheet.per), today: web.0.desk.today() })
}

/// One of these names, as the parameter says it.
fn one_of_names(params: &mut Params, name: &str, allowed: &[&'static str]) -> Option<&'static str> {
    let text = params.text(name)?;
    let found = allowed.iter().copied().find(|it| *it == text);
    if found.is_none() && allowed.is_empty() {
        params.wrong(name, "unknown_parameter", "รายงานนี้ไม่มีพารามิเตอร์นี้", "is no parameter of this report");
    } else if found.is_none() {
        let list = allowed.join(", ");
        params.wrong(name, "unknown_value", format!("ต้องเป็นค่าใดค่าหนึ่งใน: {list}"), format!("must be one of {list}"));
    }
    found
}

/// The cases behind a number: the parameters are those of the report, and the keys of the number's row.
async fn cases(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(name): Id,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Cases>, Problem> {
    behind(&web, &caller, &headers, params, &name).await.map(Json)
}

/// A page of the cases behind a number of a report.
pub async fn behind(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    mut params: Params,
    name: &str,
) -> Result<Cases, Problem> {
    allowed(caller, Action::ListHouseholds)?;
    let name = ReportName::ALL.into_iter().find(|report| report.as_str() == name);
    let Some(sheet) = name.and_then(ReportName::sheet) else { return Err(Problem::nothing_there()) };
    let wanted = wanted(headers, &mut params)?;
    let of = over_cases(web, caller, &mut params, sheet).await?;
    let counted: Vec<_> = sheet.counts().collect();
    let figure = one_of_names(&mut params, "figure", &counted);
    if figure.is_none() {
        let list = counted.join(", ");
        params.wrong("figure", "missing", format!("ต้องระบุ: {list}"), format!("must be given: one of {list}"));
    }
    let keys = sheet.keys_of(&of);
    let mut query = BehindQuery {
        of,
        figure: figure.unwrap_or_default().to_owned(),
        keys: Vec::new(),
        cursor: params.text("cursor"),
        limit: params.limit(),
    };
    for key in keys {
        if let Some(value) = params.text(key) {
            query.key(key, &value);
        }
    }
    params.finish()?;
    wait(web, wanted).await?;
    let page = web.0.read_model.behind(sheet, query).await.map_err(|error| of_projection(&error))?;
    Ok(Cases { items: page.items, next: page.next, total: page.total, as_of: page.as_of })
}

async fn history(web: &Web, caller: &Caller, params: &mut Params) -> Result<Question, Problem> {
    let mut query = filter(web, caller, params).await?;
    query.states = params.some_of::<ReferralState>("state", &WAITING);
    if query.as_of.is_some() {
        let (th, en) = ("รายงานนี้ใช้ from และ to", "is no parameter of this report: `from` and `to` say which days");
        params.wrong("as_of", "unknown_parameter", th, en);
    }
    let (from, to) = (params.day("from"), params.day("to"));
    let bounds = web.bounds(caller, true).await?;
    let today = web.0.desk.today();
    let period = bounds.series(from, to).unwrap_or_else(|wrong| {
        params.wrongs(wrong);
        Period { from: today, to: today }
    });
    Ok(Question::BacklogHistory(query, period))
}

/// A file to keep.
fn file(table: &Table, ending: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{}.{ending}\"", table.name.as_str());
    let headers = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, bytes).into_response()
}

/// The list and each report.
pub fn operations() -> Vec<Operation> {
    let names = ReportName::ALL.map(ReportName::as_str);
    let own = vec![
        Parameter::path("name", "The report.", one_of(&names)),
        Parameter::query("from", "The first day of the period, not in the future; for researchers a month's.", day()),
        Parameter::query("to", "The last day of the period, not in the future; for researchers a month's.", day()),
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
        Parameter::query("by", "What to split by.", text("^[a-z,]{1,60}$")),
        Parameter::query("per", "A further key of a report over cases.", text("^[a-z_]{1,30}$")),
        Parameter::query("agency", "Sent to this agency.", super::super::operation::uuid()),
        Parameter::query("service", "For this service.", text("^[a-z0-9_]{1,64}$")),
        Parameter::query("state", "Of backlog_history: waiting there alone.", one_of(&WAITING)),
        Parameter::query("list", "Of this list of the state.", one_of(&StateList::ALL.map(StateList::as_str))),
        Parameter::query("format", "json, csv or xlsx.", one_of(&FORMATS)),
    ];
    let of_cases = vec![
        Parameter::path("name", "The report.", one_of(&names)),
        Parameter::query("figure", "The figure: a column that counts.", text("^[a-z0-9_]{1,40}$")),
        Parameter::query("from", "The first day of the period.", day()),
        Parameter::query("to", "The last day of the period.", day()),
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment_schema()),
        Parameter::query("per", "The further key that the report was asked by.", text("^[a-z_]{1,30}$")),
        Parameter::query("limit", "Rows of a page.", number(1, 200)),
        Parameter::query("cursor", "Where the page begins.", text("^[0-9a-f]{1,400}$")),
    ];
    vec![
        read(
            "/reports/{name}/cases",
            ("report_cases", "reports"),
            "The cases behind a number of a report. Each key of the number's row is a parameter of its name; `none`: not known.",
            OpenTo::WhoMay(Action::ListHouseholds),
            [of_cases, area_parameters()].concat(),
            Some(Shape::of::<Cases>()),
            get(cases),
        ),
        read(
            "/reports",
            ("reports", "reports"),
            "The reports that there are.",
            OpenTo::WhoMay(Action::ReadReports),
            Vec::new(),
            Some(Shape::of::<Reports>()),
            get(list),
        ),
        read(
            "/reports/{name}",
            ("report", "reports"),
            "One report as a table: JSON, CSV or a workbook.",
            OpenTo::WhoMay(Action::ReadReports),
            [own, area_parameters()].concat(),
            Some(Shape::of::<Table>()),
            get(report),
        ),
    ]
}
