//! Reports: which there are, what each answers, and how an answer becomes a table. Both doors make the same one.
//!
//! | file | question |
//! |---|---|
//! | `asking` | about which moments and periods can be asked, and by whom? |
//! | `telling` | how exactly is a reader told a count? |
//! | `name` | which reports are there? |
//! | `sheets` | how does a report over cases become a table, and the list of its cases? |
//! | `columns` | what does each column mean, and what stands in it? |
//! | `csv`, `xlsx` | how does a spreadsheet get it? |

pub mod asking;
mod columns;
pub mod csv;
mod name;
mod sheets;
mod telling;
pub mod xlsx;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::case::{ClosedAs, Stage, Standing};
use projections::figures::backlog::{Backlog, BacklogBy, BacklogDay};
use projections::figures::cohort::Cohort;
use projections::figures::coverage::{CoverageQuery, CoverageRow, CoverageTable};
use projections::figures::funnel::Funnel;
use projections::figures::referrals::ReferralQuery;
use projections::figures::sheet::{Sheet, SheetQuery};
use projections::{AsOf, ProjectionError, ReadModel};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

pub use columns::{COLUMNS, Cell, Column, column};
pub use name::{NoSuchReport, ReportName};
pub use sheets::cases;
pub use telling::{Telling, Told};

use asking::Period;

/// What is asked of one report.
#[derive(Debug, Clone)]
pub enum Question {
    /// Households found in a period, as they stand at a moment.
    Funnel(Cohort),
    /// What state lists of each date say of the households of a cohort, beside what was verified.
    Coverage(CoverageQuery),
    /// Cases counted under their keys, in a report over cases.
    Cases(ReportName, &'static Sheet, SheetQuery),
    /// Referrals that wait at a moment, split by some of agency, service, district and age.
    Backlog(ReferralQuery, Vec<BacklogBy>),
    /// Referrals that waited at the end of each day of a period.
    BacklogHistory(ReferralQuery, Period),
}

impl Question {
    /// The report it is asked of.
    pub const fn report(&self) -> ReportName {
        match self {
            Self::Funnel(_) => ReportName::Funnel,
            Self::Coverage(_) => ReportName::Coverage,
            Self::Cases(name, ..) => *name,
            Self::Backlog(..) => ReportName::Backlog,
            Self::BacklogHistory(..) => ReportName::BacklogHistory,
        }
    }

    /// What was asked for, as it was understood, by the names of the parameters.
    fn asked(&self) -> BTreeMap<&'static str, String> {
        let mut asked = BTreeMap::new();
        let mut note = |name, value: Option<String>| value.map(|value| asked.insert(name, value));
        match self {
            Self::Funnel(cohort) => of_cohort(cohort, &mut note),
            Self::Coverage(query) => {
                of_cohort(&query.cohort, &mut note);
                note("list", query.list.map(|it| it.as_str().to_owned()));
            }
            Self::Cases(_, _, query) => {
                of_cohort(&query.cohort, &mut note);
                note("per", query.per.map(ToOwned::to_owned));
            }
            Self::Backlog(query, by) => {
                of_referrals(query, &mut note);
                note("as_of", query.as_of.map(|it| it.to_rfc3339()));
                let by: Vec<_> = by.iter().map(|by| code_of(json!(by))).collect();
                note("by", (!by.is_empty()).then(|| by.join(",")));
            }
            Self::BacklogHistory(query, period) => {
                of_referrals(query, &mut note);
                note("from", Some(period.from.to_string()));
                note("to", Some(period.to.to_string()));
            }
        }
        asked
    }
}

fn of_cohort(cohort: &Cohort, note: &mut impl FnMut(&'static str, Option<String>) -> Option<Option<String>>) {
    note("area", cohort.area.map(|it| it.to_string()));
    note("lao", cohort.lao.map(|it| it.to_string()));
    note("from", cohort.from.map(|it| it.to_string()));
    note("to", cohort.to.map(|it| it.to_string()));
    note("as_of", cohort.as_of.map(|it| it.to_rfc3339()));
    note("by", cohort.by.map(|by| code_of(json!(by))));
}

fn of_referrals(query: &ReferralQuery, note: &mut impl FnMut(&'static str, Option<String>) -> Option<Option<String>>) {
    note("agency", query.agency.map(|it| it.to_string()));
    note("service", query.service.clone());
    note("area", query.area.map(|it| it.to_string()));
    note("lao", query.lao.map(|it| it.to_string()));
    let states: Vec<_> = query.states.iter().map(|it| it.as_str()).collect();
    note("state", (!states.is_empty()).then(|| states.join(",")));
}

fn code_of(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A report as a table. Null is unknown, or too small a number to be told to this reader.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Table {
    /// The report.
    pub name: ReportName,
    /// What was asked for, as it was understood, by the names of the parameters.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub asked: BTreeMap<&'static str, String>,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// The rows, a value per column.
    #[schema(value_type = Vec<Vec<Value>>)]
    pub rows: Vec<Vec<Value>>,
    /// Counts are told rounded down to a multiple of this; null: exactly.
    pub steps_of: Option<u64>,
    /// What moment is shown.
    pub as_of: AsOf,
}

/// Asks the read model and makes the table of the answer.
pub async fn table(read_model: &ReadModel, question: Question, telling: Telling) -> Result<Table, ProjectionError> {
    let (name, asked) = (question.report(), question.asked());
    let (columns, rows, as_of) = match question {
        Question::Funnel(query) => {
            let funnel = read_model.funnel(query).await?;
            let as_of = funnel.as_of;
            (funnel_columns(), funnel_rows(funnel, telling), as_of)
        }
        Question::Coverage(query) => {
            let coverage = read_model.coverage(query).await?;
            let as_of = coverage.as_of;
            (COVERAGE_COLUMNS.map(ToOwned::to_owned).into(), coverage_rows(coverage, telling), as_of)
        }
        Question::Cases(_, sheet, query) => {
            let columns = sheets::columns(sheet, query.per);
            let made = read_model.sheet(sheet, query).await?;
            (columns, sheets::rows(&made, telling), made.as_of)
        }
        Question::Backlog(query, by) => {
            let backlog = read_model.backlog(query, by).await?;
            let as_of = backlog.as_of;
            (BACKLOG_COLUMNS.map(ToOwned::to_owned).into(), backlog_rows(backlog, telling), as_of)
        }
        Question::BacklogHistory(query, Period { from, to }) => {
            let as_of = read_model.as_of();
            let days = read_model.backlog_history(query, from, to).await?;
            (HISTORY_COLUMNS.map(ToOwned::to_owned).into(), history_rows(&days, telling), as_of)
        }
    };
    Ok(Table { name, asked, columns, rows, steps_of: telling.steps(), as_of })
}

fn funnel_columns() -> Vec<String> {
    let mut columns: Vec<String> = ["area", "lao", "month", "found"].map(ToOwned::to_owned).into();
    columns.extend(Stage::ALL.map(|stage| format!("reached_{stage}")));
    columns.push("closed".to_owned());
    columns
}

fn funnel_rows(funnel: Funnel, telling: Telling) -> Vec<Vec<Value>> {
    let row = |row: projections::figures::funnel::FunnelRow| {
        // Of those that were found: what was merged or entered in error is not among them.
        let closed = row.standing.iter().filter(|it| match it.standing {
            Standing::Closed(closed) => !matches!(closed, ClosedAs::Merged | ClosedAs::EnteredInError),
            Standing::Open | Standing::Graduated | Standing::Sustained => false,
        });
        let closed = closed.map(|it| it.households).sum();
        let mut cells =
            vec![json!(row.part.area), json!(row.part.lao), json!(row.part.month), json!(telling.count(row.found))];
        cells.extend(row.reached.iter().map(|count| json!(telling.count(*count))));
        cells.push(json!(telling.count(closed)));
        cells
    };
    funnel.rows.into_iter().map(row).collect()
}

/// The columns of every report, whatever it is asked by.
pub fn columns_of(name: ReportName) -> Vec<String> {
    match name {
        ReportName::Funnel => funnel_columns(),
        ReportName::Coverage => COVERAGE_COLUMNS.map(ToOwned::to_owned).into(),
        ReportName::Backlog => BACKLOG_COLUMNS.map(ToOwned::to_owned).into(),
        ReportName::BacklogHistory => HISTORY_COLUMNS.map(ToOwned::to_owned).into(),
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
        | ReportName::Duplicates => name.sheet().map_or_else(Vec::new, sheets::all_columns),
    }
}

const BACKLOG_COLUMNS: [&str; 8] =
    ["queue", "agency", "service", "district", "age", "waiting", "overdue", "oldest_days"];
const HISTORY_COLUMNS: [&str; 7] = ["day", "to_answer", "to_deliver", "age_0_2", "age_3_7", "age_8_14", "age_15"];
const COVERAGE_COLUMNS: [&str; 16] = [
    "list",
    "list_date",
    "area",
    "lao",
    "month",
    "poor_listed",
    "poor_missed",
    "poor_unknown",
    "not_poor_listed",
    "not_poor_missed",
    "not_poor_unknown",
    "unverified_listed",
    "unverified_missed",
    "unverified_unknown",
    "missed_permille",
    "wrongly_listed_permille",
];

fn coverage_rows(coverage: CoverageTable, telling: Telling) -> Vec<Vec<Value>> {
    let row = |row: CoverageRow| {
        let mut cells = vec![
            json!(row.list),
            json!(row.list_date),
            json!(row.part.area),
            json!(row.part.lao),
            json!(row.part.month),
        ];
        for counts in [row.poor, row.not_poor, row.unverified] {
            cells.extend([counts.listed, counts.missed, counts.unknown].map(|count| json!(telling.count(count))));
        }
        // Of the poor whom somebody looked for, and of those on the list who were verified.
        cells.push(json!(telling.permille(row.poor.missed, row.poor.missed + row.poor.listed)));
        cells.push(json!(telling.permille(row.not_poor.listed, row.not_poor.listed + row.poor.listed)));
        cells
    };
    coverage.rows.into_iter().map(row).collect()
}

fn backlog_rows(backlog: Backlog, telling: Telling) -> Vec<Vec<Value>> {
    let row = |row: projections::figures::backlog::BacklogRow| {
        let told = telling.waiting(row.waiting, row.overdue, row.oldest_days);
        vec![
            json!(row.queue),
            json!(row.cases.agency),
            json!(row.cases.service),
            json!(row.cases.district),
            json!(row.cases.age),
            json!(told.waiting),
            json!(told.overdue),
            json!(told.oldest_days),
        ]
    };
    backlog.rows.into_iter().map(row).collect()
}

fn history_rows(days: &[BacklogDay], telling: Telling) -> Vec<Vec<Value>> {
    let shown = days.iter().filter(|it| telling.shows_day(it.day));
    let row = |it: &BacklogDay| {
        let day: NaiveDate = it.day;
        let counts = [it.to_answer, it.to_deliver].into_iter().chain(it.ages);
        std::iter::once(json!(day)).chain(counts.map(|count| json!(telling.count(count)))).collect()
    };
    shown.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_one_name_written_with_underscores_and_is_understood_with_hyphens() {
        for report in ReportName::ALL {
            assert_eq!(report.as_str().parse(), Ok(report));
            assert_eq!(report.as_str().replace('_', "-").parse(), Ok(report));
            assert_eq!(serde_json::to_value(report).unwrap(), report.as_str());
        }
        let said = "weather".parse::<ReportName>().unwrap_err().to_string();
        assert!(said.contains("backlog_history") && said.contains("funnel"), "{said}");
    }

    #[test]
    fn every_column_of_every_report_has_its_definition() {
        let cases = sheets::CASE_COLUMNS.map(ToOwned::to_owned);
        for name in ReportName::ALL.into_iter().flat_map(columns_of).chain(cases) {
            assert!(column(&name).is_some(), "{name}");
        }
    }
}
