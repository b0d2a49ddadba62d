//! `huean report`

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use events::area::AreaCode;
use events::clock::{Clock, end_of};
use projections::ReadModel;
use projections::figures::backlog::BacklogBy;
use projections::figures::funnel::FunnelQuery;
use projections::figures::referrals::ReferralQuery;
use projections::read_model::OpenReadModel;
use serde_json::Value;

use super::{CliError, output, person};
use crate::app::{House, Missing, Place};

/// The reports there are, with what each answers.
const REPORTS: [(&str, &str); 3] = [
    ("backlog", "what waits at which agency, for which service, in which district, and how long"),
    ("backlog-history", "what waited at the end of each day of a period"),
    ("funnel", "how far the households came that were found in a period, and where the others left"),
];

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Which report; none: the list of them
    name: Option<String>,
    /// Province, district or tambon
    #[arg(long, value_name = "CODE")]
    area: Option<AreaCode>,
    /// First day of the period
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Last day of the period
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// A past moment: a time (RFC 3339), or a date, meaning its end
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

pub(super) async fn run(place: &Place, args: ReportArgs) -> Result<(), CliError> {
    let Some(name) = &args.name else {
        let rows: Vec<_> = REPORTS.iter().map(|(name, what)| vec![(*name).to_owned(), (*what).to_owned()]).collect();
        return output::table(&["report", "answers"], &rows);
    };
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let reach = person::reach(&person::caller(place, &house).await?)?;
    let now = house.desk.now();
    let as_of = args.as_of.as_deref().map(|text| moment(text, now)).transpose()?;
    let failed = |error| CliError::unreachable("the report can't be made", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    // Beside a running service its live files are read; without one they are brought up to date first.
    let read_model = ReadModel::open_either(open).await.map_err(failed)?;
    let head = house.log.head().await.map_err(|error| CliError::unreachable("the log can't be read", error))?;
    read_model.after(head.position, std::time::Duration::from_mins(10)).await.map_err(failed)?;
    let mut referrals = ReferralQuery::all(reach.clone(), now);
    referrals.as_of = as_of;
    referrals.area = args.area;
    let answer = match name.as_str() {
        "backlog" => {
            let by = vec![BacklogBy::Agency, BacklogBy::Service, BacklogBy::District, BacklogBy::Age];
            serde_json::to_value(read_model.backlog(referrals, by).await.map_err(failed)?)
        }
        "backlog-history" => {
            let last = args.to.unwrap_or_else(|| events::clock::day_of(as_of.unwrap_or(now)));
            let first = args.from.unwrap_or(last - chrono::Duration::days(30));
            if first > last {
                return Err(CliError::Usage("the period ends before it starts".to_owned()));
            }
            serde_json::to_value(read_model.backlog_history(referrals, first, last).await.map_err(failed)?)
        }
        "funnel" => {
            let mut query = FunnelQuery::all(reach);
            query.as_of = as_of;
            query.area = args.area;
            query.from = args.from;
            query.to = args.to;
            serde_json::to_value(read_model.funnel(query).await.map_err(failed)?)
        }
        other => {
            let list = REPORTS.map(|(name, _)| name).join(", ");
            return Err(CliError::Usage(format!("there is no report {other}; there are {list}")));
        }
    };
    read_model.stop().await;
    let answer = answer.map_err(|error| CliError::unreachable("the report can't be printed", error))?;
    print(&answer, args.format)
}

fn moment(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, CliError> {
    let read = text
        .parse::<NaiveDate>()
        .map(end_of)
        .or_else(|_| DateTime::parse_from_rfc3339(text).map(|it| it.with_timezone(&Utc)))
        .map_err(|_| {
            CliError::Usage(format!("{text} is neither a date nor a time such as 2026-01-31T12:00:00+07:00"))
        })?;
    // The end of today has not come: it means now.
    Ok(read.min(now))
}

/// Rows of a report: its `rows`, or itself when it is a list. Nested values become dotted columns; a list of counts
/// inside a row becomes a row each.
fn rows(answer: &Value) -> (Vec<String>, Vec<Vec<String>>) {
    let list = answer.get("rows").unwrap_or(answer);
    let flat: Vec<Vec<(String, String)>> = list.as_array().into_iter().flatten().flat_map(spread).collect();
    let mut heads: Vec<String> = Vec::new();
    for (head, _) in flat.iter().flatten() {
        if !heads.contains(head) {
            heads.push(head.clone());
        }
    }
    let rows = flat
        .iter()
        .map(|row| {
            heads
                .iter()
                .map(|head| {
                    row.iter().find(|(name, _)| name == head).map_or_else(String::new, |(_, cell)| cell.clone())
                })
                .collect()
        })
        .collect();
    (heads, rows)
}

/// One row, or one for each entry of the list of objects in it.
fn spread(row: &Value) -> Vec<Vec<(String, String)>> {
    let objects = |value: &Value| value.as_array().is_some_and(|list| list.iter().any(Value::is_object));
    let inner = row.as_object().and_then(|fields| fields.iter().find(|(_, value)| objects(value)));
    let Some((name, Value::Array(entries))) = inner else { return vec![flatten("", row)] };
    let mut rest = row.clone();
    if let Some(fields) = rest.as_object_mut() {
        fields.remove(name);
    }
    let rest = flatten("", &rest);
    entries.iter().map(|entry| rest.iter().cloned().chain(flatten("", entry)).collect()).collect()
}

fn flatten(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(field, value)| {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value)
            })
            .collect(),
        Value::Null => vec![(name.to_owned(), String::new())],
        Value::String(text) => vec![(name.to_owned(), text.clone())],
        Value::Array(list) => {
            let joined = list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
            vec![(name.to_owned(), joined)]
        }
        Value::Bool(_) | Value::Number(_) => vec![(name.to_owned(), value.to_string())],
    }
}

fn print(answer: &Value, format: Format) -> Result<(), CliError> {
    let (heads, rows) = rows(answer);
    match format {
        Format::Json => output::json(answer),
        Format::Table => output::table(&heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows),
        Format::Csv => {
            let written = |error: csv::Error| CliError::unreachable("the report can't be printed", error);
            let mut text = csv::Writer::from_writer(Vec::new());
            text.write_record(&heads).map_err(written)?;
            for row in &rows {
                text.write_record(row.iter().map(|cell| no_formula(cell))).map_err(written)?;
            }
            let bytes = text
                .into_inner()
                .map_err(|error| CliError::unreachable("the report can't be printed", error.into_error()))?;
            // The byte order mark makes spreadsheets read Thai as UTF-8.
            output::line(&format!("\u{feff}{}", String::from_utf8_lossy(&bytes).trim_end()))
        }
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
fn no_formula(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if dangerous && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_a_csv_file_is_a_formula() {
        assert_eq!(no_formula("=1+1"), "'=1+1");
        assert_eq!(no_formula("@x"), "'@x");
        assert_eq!(no_formula("-12"), "-12");
        assert_eq!(no_formula("ซ่อมบ้าน"), "ซ่อมบ้าน");
    }

    #[test]
    fn a_list_inside_a_row_becomes_a_row_each() {
        let answer =
            serde_json::json!({"rows": [{"found": 5, "standing": [{"stage": "a", "n": 2}, {"stage": "b", "n": 3}]}]});
        let (heads, rows) = rows(&answer);
        assert_eq!(heads, ["found", "n", "stage"]);
        assert_eq!(rows, [["5", "2", "a"], ["5", "3", "b"]]);
    }

    #[test]
    fn nested_values_become_dotted_columns() {
        let (heads, rows) = rows(&serde_json::json!({"rows": [{"a": {"b": 1}, "c": null}, {"d": "x"}]}));
        assert_eq!(heads, ["a.b", "c", "d"]);
        assert_eq!(rows, [["1", "", ""], ["", "", "x"]]);
    }
}
