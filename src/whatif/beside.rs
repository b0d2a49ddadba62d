//! What does a report say under the changed policy, beside what it says now, and about which households?

use std::collections::BTreeMap;

use events::case_no::CaseNo;
use events::id::HouseholdId;
use projections::figures::referrals::ReferralQuery;
use projections::figures::sheet::{BehindQuery, Sheet, SheetQuery};
use projections::{AsOf, ProjectionError, ReadModel};
use serde::Serialize;
use serde_json::Value;

use crate::reports::{Cell, Question, ReportName, Table, Telling, column, table};

/// A report twice, row by row.
#[derive(Debug, Clone, Serialize)]
pub struct Beside {
    /// The report.
    pub name: ReportName,
    /// The columns that tell the rows apart, then each figure as it is and as it would be.
    pub columns: Vec<String>,
    /// The rows; null where only the other report has such a row.
    pub rows: Vec<Vec<Value>>,
    /// What would be otherwise, household by household.
    pub differing: Vec<Differing>,
    /// What moment both show.
    pub as_of: AsOf,
}

/// A household that a figure counts otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// The household.
    pub household: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// The figure.
    pub figure: String,
    /// How many of its cases the figure counts.
    pub now: u64,
    /// How many it would count.
    pub then: u64,
}

/// The report as it is, and as it would be.
pub async fn beside(now: &ReadModel, then: &ReadModel, question: Question) -> Result<Beside, ProjectionError> {
    let differing = differing(now, then, &question).await?;
    let is = table(now, question.clone(), Telling::Exactly).await?;
    let would = table(then, question, Telling::Exactly).await?;
    let (columns, rows) = side_by_side(&is, &would);
    Ok(Beside { name: is.name, columns, rows, differing, as_of: is.as_of })
}

/// The keys of a row, and the row in either report.
type Sides<'a> = (Vec<Value>, [Option<&'a Vec<Value>>; 2]);

fn side_by_side(is: &Table, would: &Table) -> (Vec<String>, Vec<Vec<Value>>) {
    let of_row = |name: &String| column(name).is_some_and(|it| matches!(it.cell, Cell::Text | Cell::Day));
    let (keys, figures): (Vec<_>, Vec<_>) = is.columns.iter().enumerate().partition(|(_, name)| of_row(name));
    let key = |row: &[Value]| keys.iter().map(|(at, _)| row.get(*at).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let mut rows: BTreeMap<String, Sides<'_>> = BTreeMap::new();
    for (side, table) in [is, would].into_iter().enumerate() {
        for row in &table.rows {
            let key = key(row);
            let sides = &mut rows.entry(Value::Array(key.clone()).to_string()).or_insert((key, [None, None])).1;
            if let Some(place) = sides.get_mut(side) {
                *place = Some(row);
            }
        }
    }
    let figure_of = |row: Option<&Vec<Value>>, at: usize| row.and_then(|row| row.get(at)).cloned().unwrap_or_default();
    let names = keys.iter().map(|(_, name)| (*name).clone());
    let twice = figures.iter().flat_map(|(_, name)| [(*name).clone(), format!("{name} (what if)")]);
    let made = rows.into_values().map(|(key, [one, other])| {
        let cells = figures.iter().flat_map(|(at, _)| [figure_of(one, *at), figure_of(other, *at)]);
        key.into_iter().chain(cells).collect()
    });
    (names.chain(twice).collect(), made.collect())
}

/// What a figure counts of each household.
type Counted = BTreeMap<(String, HouseholdId), (Option<CaseNo>, u64)>;

async fn differing(now: &ReadModel, then: &ReadModel, question: &Question) -> Result<Vec<Differing>, ProjectionError> {
    let (is, would) = (counted(now, question).await?, counted(then, question).await?);
    let keys: std::collections::BTreeSet<_> = is.keys().chain(would.keys()).collect();
    let differs = keys.into_iter().filter_map(|key| {
        let (one, other) = (is.get(key), would.get(key));
        let count = |of: Option<&(Option<CaseNo>, u64)>| of.map_or(0, |(_, count)| *count);
        (count(one) != count(other)).then(|| Differing {
            household: key.1,
            case_no: one.or(other).and_then(|(case_no, _)| *case_no),
            figure: key.0.clone(),
            now: count(one),
            then: count(other),
        })
    });
    Ok(differs.collect())
}

async fn counted(read_model: &ReadModel, question: &Question) -> Result<Counted, ProjectionError> {
    let over = |sheet: &'static Sheet, query: SheetQuery| of_sheet(read_model, sheet, query);
    let cohort = match question {
        Question::Backlog(query, _) => return of_referrals(read_model, query.clone()).await,
        // How much waited depends on no policy.
        Question::BacklogHistory(..) => return Ok(Counted::new()),
        Question::Cases(_, sheet, query) => return over(sheet, query.clone()).await,
        Question::Funnel(cohort) => cohort,
        Question::Coverage(query) => &query.cohort,
    };
    let Some(sheet) = question.report().sheet() else { return Ok(Counted::new()) };
    let today = events::clock::day_of(read_model.as_of().time);
    over(sheet, SheetQuery { cohort: cohort.clone(), per: None, today }).await
}

async fn of_sheet(
    read_model: &ReadModel,
    sheet: &'static Sheet,
    query: SheetQuery,
) -> Result<Counted, ProjectionError> {
    let mut counted = Counted::new();
    for figure in sheet.counts() {
        let (of, limit) = (query.clone(), Some(usize::MAX));
        let mut asked = BehindQuery { of, figure: figure.to_owned(), keys: Vec::new(), cursor: None, limit };
        loop {
            let page = read_model.behind(sheet, asked.clone()).await?;
            for it in page.items {
                counted.entry((figure.to_owned(), it.household)).or_insert((it.case_no, 0)).1 += 1;
            }
            asked.cursor = page.next;
            if asked.cursor.is_none() {
                break;
            }
        }
    }
    Ok(counted)
}

async fn of_referrals(read_model: &ReadModel, mut query: ReferralQuery) -> Result<Counted, ProjectionError> {
    let mut counted = Counted::new();
    (query.overdue, query.limit, query.cursor) = (Some(true), Some(usize::MAX), None);
    loop {
        let page = read_model.referrals(query.clone()).await?;
        for it in page.items {
            counted.entry(("overdue".to_owned(), it.household)).or_insert((it.case_no, 0)).1 += 1;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(counted);
        }
    }
}
