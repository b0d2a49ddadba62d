//! The cases behind a number of a report: as many as it says.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use projections::figures::sheet::Behind;

use super::{PATH, named, title};
use crate::reports::column;
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::layout::Shell;
use crate::web::pages::links::{link, said, value, without};
use crate::web::pages::locale::fill;
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{Html, area, short};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::reports::behind;

/// One case.
#[derive(Debug)]
struct Row {
    path: String,
    case_no: String,
    place: String,
    on: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "report_cases.html")]
pub struct CasesPage {
    shell: Shell,
    report: String,
    back: String,
    figure: String,
    total: String,
    rows: Vec<Row>,
    next: Option<String>,
    as_of: String,
}

/// `GET /reports/{name}/cases`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    params: Params,
) -> Result<Html<CasesPage>, Problem> {
    let name = named(&name)?;
    let language = reader.language;
    let said = said(&uri);
    let list = behind(&web, &reader.caller, &headers, params, name.as_str()).await?;
    let worded = column(value(&said, "figure")).map(|it| if language == Language::Thai { it.th } else { it.en });
    let row = |it: Behind| {
        let place = it.area.amphoe().map(|amphoe| (area(language, it.area), area(language, amphoe)));
        Row {
            path: format!("/cases/{}", it.household),
            case_no: it.case_no.map_or_else(|| short(it.household), |it| it.to_string()),
            place: place.map_or_else(
                || area(language, it.area),
                |(tambon, amphoe)| fill(language, "where.without_moo", &[&tambon, &amphoe]),
            ),
            on: days::day(language, it.day),
        }
    };
    let here = format!("{PATH}/{}", name.as_str());
    let next = list.next.map(|next| {
        let pairs = [without(&said, &["cursor"]), vec![("cursor".to_owned(), next)]].concat();
        link(&format!("{here}/cases"), &pairs)
    });
    let kept: Vec<_> =
        said.iter().filter(|(it, _)| ["area", "from", "to", "as_of", "per"].contains(&it.as_str())).collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(Html(CasesPage {
        shell: Shell::of(&reader, PATH, worded.unwrap_or_default()),
        report: title(name, language).to_owned(),
        back: link(&here, &kept),
        figure: worded.unwrap_or_default().to_owned(),
        total: fill(language, "reports.cases", &[&days::number(list.total)]),
        rows: list.items.into_iter().map(row).collect(),
        next,
        as_of: days::moment(language, list.as_of.time),
    }))
}
