//! Reports for people: a picture where there is a natural one, the table, and a way from each number to its cases.
//!
//! | file | question |
//! |---|---|
//! | `asked` | what does the address ask: where, when, as of when, by what? |
//! | `cells` | what is a value called, and which cases does it lead to? |
//! | `bars` | how does a report look? |
//! | `cases` | which cases stand behind a number? |

mod asked;
mod bars;
pub mod cases;
pub mod cells;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};

use self::asked::{Asked, asked};
use self::bars::Picture;
use self::cells::{Cells, Figure};
use super::days;
use super::form::Field;
use super::form::choices::Choice;
use super::layout::Shell;
use super::links::{link, said};
use super::locale::{fill, say};
use super::reader::Reader;
use super::words::Html;
use crate::access::Action;
use crate::reports::{Cell, ReportName, Table, column};
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::allowed;
use crate::web::reads::reports::made;

/// Where the list is.
pub const PATH: &str = "/reports";

/// The list.
#[derive(Debug, Template)]
#[template(path = "reports.html")]
pub struct ListPage {
    shell: Shell,
    all: Vec<(String, &'static str)>,
}

/// What a report answers.
pub fn title(name: ReportName, language: Language) -> &'static str {
    if language == Language::Thai { name.title().th } else { name.title().en }
}

/// `GET /reports`
pub async fn list(reader: Reader, params: Params) -> Result<Html<ListPage>, Problem> {
    allowed(&reader.caller, Action::ReadReports)?;
    params.finish()?;
    let language = reader.language;
    let one = |name: ReportName| (format!("{PATH}/{}", name.as_str()), title(name, language));
    let shell = Shell::of(&reader, PATH, say(language, "reports.title"));
    Ok(Html(ListPage { shell, all: ReportName::ALL.into_iter().map(one).collect() }))
}

/// A column of the table.
#[derive(Debug)]
pub struct Head {
    pub name: &'static str,
    pub number: bool,
}

/// One report.
#[derive(Debug, Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    shell: Shell,
    path: String,
    past: Option<String>,
    leave: String,
    areas: Vec<Choice>,
    /// The pickers of days, as far as this report has them.
    picks: Vec<Field>,
    /// What it can be split by: the name of the field, and the choices.
    splits: Vec<(&'static str, String, Vec<Choice>)>,
    errors: Vec<String>,
    picture: Option<Picture>,
    heads: Vec<Head>,
    rows: Vec<Vec<Figure>>,
    steps: Option<String>,
    csv: String,
    xlsx: String,
    as_of: String,
    position: u64,
}

/// The report of a name in the address.
pub fn named(name: &str) -> Result<ReportName, Problem> {
    ReportName::ALL.into_iter().find(|it| it.as_str() == name).ok_or_else(Problem::nothing_there)
}

/// `GET /reports/{name}`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    mut params: Params,
) -> Result<Html<ReportPage>, Problem> {
    allowed(&reader.caller, Action::ReadReports)?;
    let name = named(&name)?;
    let language = reader.language;
    let said = said(&uri);
    let mut asked = asked(name, &mut params, language);
    params.finish()?;
    let made = match made(&web, &reader.caller, &headers, asked.params(), name).await {
        Err(problem) if problem.kind == Kind::Fields => {
            // What can't be asked is said beside its field, above the report as it is without.
            asked.refuse(problem.errors);
            made(&web, &reader.caller, &headers, asked.params(), name).await?
        }
        other => other?,
    };
    let cells = Cells::of(&web, &reader, name, &asked).await?;
    let shown = shown_columns(&made);
    let rows: Vec<Vec<Figure>> = made.rows.iter().map(|row| cells.row(&made, row, &shown)).collect();
    let head = |at: &usize| {
        let found = made.columns.get(*at).and_then(|it| column(it));
        let worded = found.map(|it| if language == Language::Thai { it.th } else { it.en });
        Head {
            name: worded.unwrap_or_default(),
            number: found.is_some_and(|it| matches!(it.cell, Cell::Number | Cell::Baht)),
        }
    };
    let api = |format: &str| {
        let mut pairs = asked.pairs();
        pairs.push(("format".to_owned(), format.to_owned()));
        link(&format!("/api/v1/reports/{}", name.as_str()), &pairs)
    };
    let path = format!("{PATH}/{}", name.as_str());
    Ok(Html(ReportPage {
        past: asked.is_past().then(|| days::moment(language, made.as_of.time)),
        leave: link(&path, &super::links::without(&said, &["as_of", "as_of.d", "as_of.m", "as_of.y"])),
        areas: super::operations::areas(&reader, &asked.area),
        picks: asked.picks(&reader),
        splits: asked.splits(language),
        errors: asked.errors.iter().map(|it| language.of(&it.text).to_owned()).collect(),
        picture: bars::of(&made, &rows, language),
        heads: shown.iter().map(head).collect(),
        rows,
        steps: made.steps_of.map(|it| fill(language, "reports.steps", &[&it.to_string()])),
        csv: api("csv"),
        xlsx: api("xlsx"),
        as_of: days::moment(language, made.as_of.time),
        position: made.as_of.position,
        shell: Shell::of(&reader, PATH, title(name, language)),
        path,
    }))
}

/// The columns that say something: a report that is not split has nothing in those of its parts.
fn shown_columns(made: &Table) -> Vec<usize> {
    let parts = ["area", "lao", "month", "agency", "service", "district", "age"];
    let says = |at: usize| made.rows.iter().any(|row| row.get(at).is_some_and(|it| !it.is_null()));
    let kept = made.columns.iter().enumerate().filter(|(at, name)| !parts.contains(&name.as_str()) || says(*at));
    kept.map(|(at, _)| at).collect()
}

impl Asked {
    fn is_past(&self) -> bool {
        self.as_of.day.is_some()
    }
}
