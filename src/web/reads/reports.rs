//! Reports: tables with a period and a moment, as JSON or CSV.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{Duration, NaiveDate};
use events::area::LaoCode;
use projections::AsOf;
use projections::figures::backlog::BacklogBy;
use projections::figures::funnel::{FunnelBy, FunnelQuery};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::households::{area, area_parameters, moment};
use super::referrals::{backlog_view, filter, told};
use super::{allowed, reach_of, read, wait, wanted};
use crate::access::{Action, Caller};
use crate::web::Web;
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, day, one_of, text};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::refused::of_projection;
use crate::web::request::Signed;
use events::facts::case::Stage;

/// The longest history, in days.
const LONGEST: i64 = 1_100;

/// One report of the list.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Report {
    /// Its name in the path.
    pub name: &'static str,
    /// What it answers, in Thai.
    pub title_th: &'static str,
    /// And in English.
    pub title_en: &'static str,
}

const REPORTS: [Report; 3] = [
    Report {
        name: "funnel",
        title_th: "ครัวเรือนที่พบในช่วงเวลา ไปถึงขั้นใดบ้าง",
        title_en: "How far did the households come that were found in a period?",
    },
    Report {
        name: "backlog", title_th: "งานส่งต่อที่ค้างอยู่", title_en: "How much waits at which agency, and how long?"
    },
    Report {
        name: "backlog_history",
        title_th: "งานค้าง ณ สิ้นวันของแต่ละวัน",
        title_en: "How much waited at the end of each day?",
    },
];

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

/// A report as a table. Null is unknown, or too small a number to be told to this reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct Table {
    /// The report.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// The rows, a value per column.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Value>>,
    /// What moment is shown.
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
    let items = REPORTS.to_vec();
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
    let Some(report) = REPORTS.into_iter().find(|report| report.name == name) else {
        return Err(Problem::nothing_there());
    };
    let wanted = wanted(&headers, &mut params)?;
    let format = params.text("format");
    let csv = match format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => {
            params.wrong("format", "unknown_value", "json หรือ csv", "must be json or csv");
            false
        }
    };
    let asked = Asked { web: &web, caller: &caller, wanted };
    let table = match report.name {
        "funnel" => asked.funnel(params).await?,
        "backlog" => asked.backlog(params).await?,
        _ => asked.history(params).await?,
    };
    if csv { as_csv(&table) } else { Ok(Json(table).into_response()) }
}

struct Asked<'a> {
    web: &'a Web,
    caller: &'a Caller,
    wanted: Option<u64>,
}

impl Asked<'_> {
    async fn funnel(&self, mut params: Params) -> Result<Table, Problem> {
        let query = FunnelQuery {
            reach: reach_of(self.caller),
            area: area(&mut params),
            lao: params.value::<LaoCode>("lao"),
            from: params.day("from"),
            to: params.day("to"),
            as_of: params.moment("as_of"),
            by: params.value::<FunnelBy>("by"),
        };
        params.finish()?;
        wait(self.web, self.wanted).await?;
        let funnel = self.web.0.read_model.funnel(query).await.map_err(|error| of_projection(&error))?;
        let mut columns: Vec<String> = ["area", "lao", "month", "found"].map(ToOwned::to_owned).into();
        columns.extend(Stage::ALL.map(|stage| format!("reached_{stage}")));
        columns.push("closed".to_owned());
        let told = |count: u64| told(self.caller, count).map_or(Value::Null, Value::from);
        let rows = funnel.rows.into_iter().map(|row| {
            let closed = row.standing.iter().filter(|it| it.standing.as_str().starts_with("closed"));
            let closed = closed.map(|it| it.households).sum();
            let mut cells = vec![json!(row.area), json!(row.lao), json!(row.month), told(row.found)];
            cells.extend(row.reached.iter().map(|count| told(*count)));
            cells.push(told(closed));
            cells
        });
        Ok(Table { name: "funnel".to_owned(), columns, rows: rows.collect(), as_of: funnel.as_of })
    }

    async fn backlog(&self, mut params: Params) -> Result<Table, Problem> {
        let query = filter(self.web, self.caller, &mut params);
        let by = params.values::<BacklogBy>("by");
        params.finish()?;
        wait(self.web, self.wanted).await?;
        let backlog = self.web.0.read_model.backlog(query, by).await.map_err(|error| of_projection(&error))?;
        let view = backlog_view(self.caller, backlog);
        let columns = ["queue", "agency", "service", "district", "age", "waiting", "overdue", "oldest_days"];
        let rows = view.items.into_iter().map(|row| {
            vec![
                json!(row.queue),
                json!(row.cases.agency),
                json!(row.cases.service),
                json!(row.cases.district),
                json!(row.cases.age),
                json!(row.waiting),
                json!(row.overdue),
                json!(row.oldest_days),
            ]
        });
        let columns = columns.map(ToOwned::to_owned).into();
        Ok(Table { name: "backlog".to_owned(), columns, rows: rows.collect(), as_of: view.as_of })
    }

    async fn history(&self, mut params: Params) -> Result<Table, Problem> {
        let query = filter(self.web, self.caller, &mut params);
        let to = params.day("to").unwrap_or_else(|| self.web.0.desk.today());
        let from = params.day("from").unwrap_or(to - Duration::days(90));
        if from > to || (to - from).num_days() > LONGEST {
            let en = "must lie before `to`, by three years at most";
            params.wrong("from", "out_of_range", "ต้องก่อน to ไม่เกินสามปี", en);
        }
        params.finish()?;
        wait(self.web, self.wanted).await?;
        let as_of = self.web.0.read_model.as_of();
        let days = self.web.0.read_model.backlog_history(query, from, to).await;
        let told = |count: u64| json!(told(self.caller, count));
        let row = |day: NaiveDate, answer, deliver| vec![json!(day), told(answer), told(deliver)];
        let days = days.map_err(|error| of_projection(&error))?;
        let rows = days.into_iter().map(|it| row(it.day, it.to_answer, it.to_deliver)).collect();
        let columns = ["day", "to_answer", "to_deliver"].map(ToOwned::to_owned).into();
        Ok(Table { name: "backlog_history".to_owned(), columns, rows, as_of })
    }
}

/// The table as CSV with a byte order mark, because spreadsheets take Thai for something else without one.
fn as_csv(table: &Table) -> Result<Response, Problem> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let rows = table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>());
    let written = std::iter::once(table.columns.clone()).chain(rows).try_for_each(|row| writer.write_record(row));
    let bytes = written
        .map_err(std::io::Error::other)
        .and_then(|()| writer.into_inner().map_err(csv::IntoInnerError::into_error));
    let bytes = bytes.map_err(|_| super::super::refused::unavailable())?;
    let name = format!("attachment; filename=\"{}.csv\"", table.name);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// The list and each report.
pub fn operations() -> Vec<Operation> {
    let names = REPORTS.map(|report| report.name);
    let own = vec![
        Parameter::path("name", "The report.", one_of(&names)),
        Parameter::query("from", "The first day of the period.", day()),
        Parameter::query("to", "The last day of the period.", day()),
        Parameter::query("as_of", "As it was known at this time; a day means its end.", moment()),
        Parameter::query("by", "What to split by.", text("^[a-z,]{1,60}$")),
        Parameter::query("agency", "Sent to this agency.", super::super::operation::uuid()),
        Parameter::query("service", "For this service.", text("^[a-z0-9_]{1,64}$")),
        Parameter::query("format", "json or csv.", one_of(&["json", "csv"])),
    ];
    vec![
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
            "One report as a table, JSON or CSV.",
            OpenTo::WhoMay(Action::ReadReports),
            [own, area_parameters()].concat(),
            Some(Shape::of::<Table>()),
            get(report),
        ),
    ]
}
