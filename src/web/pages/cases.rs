//! The caseload: filters, order and page stand in the address; names are found as Thai people type them.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use events::area::AreaCode;
use events::area::directory::directory;
use events::facts::case::{ClosedAs, Stage, Standing};

use super::days::{self, Due};
use super::form::Field;
use super::form::choices::Choice;
use super::layout::{Place, Shell, places};
use super::links::{link, said};
use super::locale::{code, say};
use super::picked::picked;
use super::reader::Reader;
use super::words::{Html, area, place};
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::households::{CaseItem, caseload};

/// One row.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    case_no: String,
    place: String,
    stage: String,
    step: usize,
    standing: Option<String>,
    level: Option<(u8, String)>,
    due: Option<(String, Due)>,
    referrals: u32,
    people: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "cases.html")]
pub struct CasesPage {
    shell: Shell,
    rows: Vec<Row>,
    total: String,
    q: String,
    filters: Vec<Filter>,
    chips: Vec<(String, String)>,
    sorts: Vec<Choice>,
    next: Option<String>,
    later: bool,
    as_of: String,
    finds: bool,
    /// The picker of a past day, the moment that is shown, and the way back.
    pick: Field,
    past: Option<String>,
    leave: String,
    refused: Vec<String>,
}

/// One filter: its field, its name and what it may be.
#[derive(Debug)]
struct Filter {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
}

/// The address with these parameters.
fn address(pairs: &[(String, String)]) -> String {
    link("/cases", pairs)
}

/// `GET /cases`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    uri: Uri,
    mut params: Params,
) -> Result<Html<CasesPage>, Problem> {
    let language = reader.language;
    let mut said = said(&uri);
    let picked = picked(&mut params, "as_of", language);
    if let Some(day) = &picked.day {
        // Filters and pages after this one go on with the day as programs write it.
        said.retain(|(name, _)| !name.starts_with("as_of"));
        said.push(("as_of".to_owned(), day.clone()));
        params.put("as_of", day);
    }
    let (list, wrong) = match caseload(&web, &reader.caller, &headers, params).await {
        // A day that can't be asked about, or goes with no name, is said above the list of now.
        Err(problem) if picked.day.is_some() && problem.kind == Kind::Fields => {
            said.retain(|(name, _)| name != "as_of");
            let mut now = Params::default();
            for (name, value) in said.iter().filter(|(name, _)| name != "cursor") {
                now.put(name, value);
            }
            (caseload(&web, &reader.caller, &headers, now).await?, problem.errors)
        }
        other => (other?, Vec::new()),
    };
    let past = said.iter().any(|(name, _)| name == "as_of");
    let today = if past { events::clock::day_of(list.as_of.time) } else { web.0.desk.today() };
    let value = |name: &str| said.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let without = |name: &str| {
        let rest: Vec<_> = said.iter().filter(|(it, _)| it != name && it != "cursor").cloned().collect();
        address(&rest)
    };
    let filters = filters(&reader, &value);
    let chip = |filter: &Filter| {
        let chosen = filter.choices.iter().find(|choice| choice.chosen && !choice.value.is_empty())?;
        Some((format!("{}: {}", filter.label, chosen.label), without(filter.name)))
    };
    let mut chips: Vec<_> = filters.iter().filter_map(chip).collect();
    let q = value("q");
    if !q.is_empty() {
        chips.insert(0, (format!("“{q}”"), without("q")));
    }
    let next = list.next.map(|cursor| {
        let mut pairs: Vec<_> = said.iter().filter(|(name, _)| name != "cursor").cloned().collect();
        pairs.push(("cursor".to_owned(), cursor));
        address(&pairs)
    });
    let sort = value("sort");
    let sorts = ["case_no", "due", "-recent", "-level", "stage", "-identified"];
    let sorted = |it: &'static str| Choice {
        value: it.to_owned(),
        label: say(language, &format!("sort.{it}")),
        chosen: sort == it || (sort.is_empty() && it == "case_no"),
    };
    let here = if places(&reader).iter().any(|place: &Place| place.path == "/cases") { "/cases" } else { "" };
    Ok(Html(CasesPage {
        pick: picked.field(&reader, "as_of", &say(language, "pick.as_of"), &wrong),
        refused: wrong.iter().map(|it| language.of(&it.text).to_owned()).collect(),
        past: past.then(|| days::moment(language, list.as_of.time)),
        leave: without("as_of"),
        shell: Shell::of(&reader, here, say(language, "cases.title")),
        rows: list.items.into_iter().map(|item| row(&reader, item, today)).collect(),
        total: days::number(list.total),
        q,
        filters,
        chips,
        sorts: sorts.into_iter().map(sorted).collect(),
        next,
        later: !value("cursor").is_empty(),
        as_of: days::moment(language, list.as_of.time),
        finds: places(&reader).iter().any(|place| place.path == "/cases/new"),
    }))
}

fn row(reader: &Reader, item: CaseItem, today: chrono::NaiveDate) -> Row {
    let language = reader.language;
    let CaseItem { case, name } = item;
    let case_no = case.case_no.map_or_else(|| super::words::short(case.id), |it| it.to_string());
    let step = Stage::ALL.iter().position(|it| *it == case.stage).unwrap_or_default() + 1;
    let due = case.due.map(|due| (code(language, "DueWhat", due.what.as_str()), days::chip(language, due.by, today)));
    Row {
        id: case.id.to_string(),
        name: name.map_or_else(|| case_no.clone(), |name| super::locale::fill(language, "house.of", &[&name])),
        case_no,
        place: place(language, &case.place),
        stage: code(language, "Stage", case.stage.as_str()),
        step,
        standing: (case.standing != Standing::Open).then(|| code(language, "Standing", case.standing.as_str())),
        level: case.level.map(|level| (level.get(), code(language, "Level", level.get().to_string().as_str()))),
        due,
        referrals: case.open_referrals,
        people: super::locale::fill(
            language,
            "cases.people",
            &[&case.residents.to_string(), &case.registered.to_string()],
        ),
    }
}

/// The districts that a reader's areas reach.
pub fn districts(areas: &[AreaCode]) -> Vec<AreaCode> {
    let mut found = Vec::new();
    for code in areas {
        if let Some(amphoe) = code.amphoe() {
            found.push(amphoe);
        } else {
            let within = directory().within(*code).map(|it| it.code);
            found.extend(within.filter(|it| it.amphoe().is_some() && it.tambon().is_none()));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn filters(reader: &Reader, value: &dyn Fn(&str) -> String) -> Vec<Filter> {
    let language = reader.language;
    let filter = |name: &'static str, key: &str, codes: Vec<(String, String)>| {
        let chosen = value(name);
        let any = Choice { value: String::new(), label: say(language, "cases.any"), chosen: chosen.is_empty() };
        let one = |(value, label): (String, String)| Choice { chosen: chosen == value, value, label };
        let choices = std::iter::once(any).chain(codes.into_iter().map(one)).collect();
        Filter { name, label: say(language, key), choices }
    };
    let coded = |of: &str, codes: &[&str]| -> Vec<(String, String)> {
        codes.iter().map(|it| ((*it).to_owned(), code(language, of, it))).collect()
    };
    let standings: Vec<&str> = [Standing::Open, Standing::Graduated, Standing::Sustained]
        .into_iter()
        .chain(ClosedAs::ALL.into_iter().map(Standing::Closed))
        .map(Standing::as_str)
        .collect();
    let due = ["overdue", "soon", "none"].map(|it| (it.to_owned(), say(language, &format!("due.is.{it}"))));
    let mine = ["me", "none"].map(|it| (it.to_owned(), say(language, &format!("caseworker.is.{it}"))));
    let places = districts(&reader.caller.scope.areas);
    let mut all = vec![
        filter("due", "filter.due", due.to_vec()),
        filter("stage", "filter.stage", coded("Stage", &Stage::ALL.map(Stage::as_str))),
        filter("level", "filter.level", coded("Level", &["1", "2", "3", "4"])),
        filter("standing", "filter.standing", coded("Standing", &standings)),
        filter("caseworker", "filter.caseworker", mine.to_vec()),
    ];
    if places.len() > 1 {
        let named = places.into_iter().map(|it| (it.to_string(), area(language, it))).collect();
        all.push(filter("district", "filter.district", named));
    }
    all
}
