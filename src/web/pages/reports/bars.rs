//! How a report looks: a bar for each row or each stage, or the course of the days.

use super::cells::Figure;
use crate::reports::{ReportName, Table, column};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::operations::course::{Course, of_rows};

/// More bars than this are read better in the table.
const MOST: usize = 24;
/// The longest bar.
const LONGEST: u64 = 300;

/// A picture.
#[derive(Debug)]
pub enum Picture {
    /// What the bars count, and the bars.
    Bars(String, Vec<Bar>),
    Course(Course),
}

/// One bar.
#[derive(Debug)]
pub struct Bar {
    pub name: String,
    pub length: u64,
    pub count: String,
    pub path: Option<String>,
    pub class: &'static str,
    pub y: usize,
}

/// The columns of the stages, in their order.
const STAGES: [(&str, &str); 6] = [
    ("reached_identified", "stage-1"),
    ("reached_verified", "stage-2"),
    ("reached_assessed", "stage-3"),
    ("reached_referred", "stage-4"),
    ("reached_assisted", "stage-5"),
    ("reached_graduated", "stage-6"),
];

fn bars(what: String, named: Vec<(String, &Figure, &'static str)>) -> Option<Picture> {
    let most = named.iter().map(|(_, it, _)| it.count).max().filter(|it| *it > 0)?;
    let one = |(at, (name, it, class)): (usize, (String, &Figure, &'static str))| Bar {
        name,
        length: it.count * LONGEST / most,
        count: it.text.clone(),
        path: it.path.clone(),
        class,
        y: at * 34,
    };
    Some(Picture::Bars(what, named.into_iter().enumerate().map(one).collect()))
}

/// What a column means.
fn worded(name: &str, language: Language) -> String {
    column(name).map_or_else(String::new, |it| if language == Language::Thai { it.th } else { it.en }.to_owned())
}

/// The picture of a report, where it has a natural one. `rows` are its rows as they are shown.
pub fn of(made: &Table, rows: &[Vec<Figure>], language: Language) -> Option<Picture> {
    if made.name == ReportName::BacklogHistory {
        return of_rows(&made.rows, language).map(Picture::Course);
    }
    if let ([row], ReportName::Funnel | ReportName::Equity) = (rows, made.name) {
        let numbers: Vec<&Figure> = row.iter().filter(|it| it.number).collect();
        let first = made.columns.iter().position(|it| STAGES.iter().any(|(name, _)| name == it))?;
        let before = made.columns.iter().take(first).filter(|it| it.as_str() == "found").count();
        let present = STAGES.iter().filter(|(name, _)| made.columns.iter().any(|it| it == name));
        let named = present.zip(numbers.into_iter().skip(before));
        let all = named.map(|((name, class), it)| (worded(name, language), it, *class)).collect();
        return bars(worded("found", language), all);
    }
    if rows.len() < 2 || rows.len() > MOST {
        return None;
    }
    // The first number of each row, under what tells the rows apart.
    let name = |row: &[Figure]| {
        let keys: Vec<&str> = row.iter().filter(|it| it.key).map(|it| it.text.as_str()).collect();
        keys.join(" · ")
    };
    let all = rows.iter().filter_map(|row| Some((name(row), row.iter().find(|it| it.number)?, "stage-5")));
    let first = made.columns.iter().find(|it| {
        column(it).is_some_and(|it| matches!(it.cell, crate::reports::Cell::Number | crate::reports::Cell::Baht))
    })?;
    bars(worded(first, language), all.collect())
}

impl Picture {
    /// How high it is.
    pub fn height(&self) -> usize {
        match self {
            Self::Bars(_, bars) => bars.len() * 34,
            Self::Course(_) => 220,
        }
    }

    /// How many days a course has.
    pub fn days(&self) -> String {
        match self {
            Self::Bars(..) => String::new(),
            Self::Course(course) => days::number(course.count as u64),
        }
    }
}
