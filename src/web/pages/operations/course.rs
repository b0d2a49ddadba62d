//! How much waited at the end of each day: a picture of areas above each other, and its table.

use std::fmt::Write;

use axum::http::HeaderMap;
use chrono::{Days, NaiveDate};
use serde_json::Value;

use super::Asked;
use crate::reports::ReportName;
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::locale::{fill, say};
use crate::web::pages::reader::Reader;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::reports::made;

/// So many days back.
const BACK: u64 = 91;
/// The picture without its axes.
const WIDTH: u64 = 640;
const HEIGHT: u64 = 180;
/// Where the areas begin: right of the numbers, below the top.
const LEFT: u64 = 48;
const TOP: u64 = 12;

/// The ages from the oldest to the youngest, as the areas lie upon each other: the oldest at the bottom, so that its
/// shape is true.
const AGES: [(&str, &str); 4] = [("age-3", "15+"), ("age-2", "8-14"), ("age-1", "3-7"), ("age-0", "0-2")];
/// Labels stand so far apart at least.
const APART: u64 = 20;

/// How much waited at the end of a day: for an answer, for delivery, and both by age, the youngest first.
#[derive(Debug, Clone, Copy)]
struct Ended {
    day: NaiveDate,
    answer: u64,
    deliver: u64,
    ages: [u64; 4],
}

impl Ended {
    fn all(&self) -> u64 {
        self.ages.iter().sum()
    }

    /// So many had waited this long or longer, counted from the oldest.
    fn below(&self, areas: usize) -> u64 {
        self.ages.iter().rev().take(areas).sum()
    }
}

/// The end of a day, in words.
#[derive(Debug)]
pub struct Day {
    pub ended: String,
    /// By age, the youngest first.
    pub ages: Vec<String>,
    pub to_answer: String,
    pub to_deliver: String,
    pub all: String,
}

/// An area: the class of its age, its outline, and its label at the last day: where, how many, how old.
#[derive(Debug)]
pub struct Area {
    pub class: &'static str,
    pub outline: String,
    pub y: u64,
    pub count: String,
    pub age: String,
}

/// The picture.
#[derive(Debug)]
pub struct Course {
    /// The oldest first.
    pub areas: Vec<Area>,
    /// Heights of the lines across, with their numbers.
    pub lines: Vec<(u64, String)>,
    /// Months, where they begin.
    pub months: Vec<(u64, String)>,
    /// What the columns of the ages are called, the youngest first.
    pub ages: Vec<String>,
    /// The days of the table: one of each week, and the last.
    pub table: Vec<Day>,
    pub count: usize,
}

fn day_of(row: &[Value]) -> Option<Ended> {
    let [day, answer, deliver, ages @ ..] = row else { return None };
    let mut of_age = [0; 4];
    for (to, count) in of_age.iter_mut().zip(ages) {
        *to = count.as_u64()?;
    }
    let day = day.as_str()?.parse().ok()?;
    Some(Ended { day, answer: answer.as_u64()?, deliver: deliver.as_u64()?, ages: of_age })
}

fn days_of(rows: &[Vec<Value>]) -> Vec<Ended> {
    rows.iter().filter_map(|row| day_of(row)).collect()
}

/// What an age is called.
fn aged(age: &str, language: Language) -> String {
    if age == "15+" {
        return say(language, "operations.course.oldest");
    }
    fill(language, "operations.days", &[&age.replace('-', "–")])
}

/// The picture of the rows of the report.
pub fn of_rows(rows: &[Vec<Value>], language: Language) -> Option<Course> {
    drawn(&days_of(rows), language)
}

/// The days up to the one that is shown; none where there is nothing to draw.
pub async fn of(web: &Web, reader: &Reader, headers: &HeaderMap, asked: &Asked) -> Result<Option<Course>, Problem> {
    let past = asked.as_of.as_deref().and_then(|it| it.get(..10)).and_then(|it| it.parse().ok());
    let last: NaiveDate = past.unwrap_or_else(|| web.0.desk.today());
    let first = last.checked_sub_days(Days::new(BACK)).unwrap_or(last);
    let mut params = Params::default();
    params.put("from", &first.to_string());
    params.put("to", &last.to_string());
    for (name, value) in [("area", &asked.area), ("service", &asked.service), ("state", &asked.queue)] {
        if !value.is_empty() {
            params.put(name, value);
        }
    }
    let table = made(web, &reader.caller, headers, params, ReportName::BacklogHistory).await?;
    Ok(drawn(&days_of(&table.rows), reader.language))
}

/// The next round number: what the highest line says.
pub fn round_up(most: u64) -> u64 {
    let mut unit = 1;
    while most > unit * 10 {
        unit *= 10;
    }
    [1, 2, 4, 5, 8, 10].into_iter().map(|it| it * unit).find(|it| *it >= most).unwrap_or(unit * 10).max(4)
}

fn drawn(days: &[Ended], language: Language) -> Option<Course> {
    let most = days.iter().map(Ended::all).max().filter(|it| *it > 0)?;
    let steps = u64::try_from(days.len()).ok()?.checked_sub(1).filter(|it| *it > 0)?;
    let top = round_up(most);
    let x = |at: usize| LEFT + u64::try_from(at).unwrap_or(0) * (WIDTH - LEFT - 130) / steps;
    let y = |count: u64| TOP + HEIGHT - count * HEIGHT / top;
    // Along the upper edge there, and along the lower one back.
    let outline = |areas: usize| {
        let mut path = String::new();
        for (at, day) in days.iter().enumerate() {
            // Writing into a String can't fail.
            let _ = write!(path, "{}{} {}", if at == 0 { "M" } else { "L" }, x(at), y(day.below(areas + 1)));
        }
        for (at, day) in days.iter().enumerate().rev() {
            let _ = write!(path, "L{} {}", x(at), y(day.below(areas)));
        }
        path + "Z"
    };
    let month = |(at, it): (usize, &Ended)| {
        let named = days::month(language, it.day);
        (chrono::Datelike::day(&it.day) == 1).then(|| (x(at), named))
    };
    let last = days.last()?;
    let mut free = TOP + HEIGHT;
    let areas = AGES.into_iter().enumerate().map(|(at, (class, age))| {
        let middle = u64::midpoint(y(last.below(at)), y(last.below(at + 1))) + 5;
        let label = middle.min(free);
        free = label.saturating_sub(APART);
        let count = last.below(at + 1) - last.below(at);
        Area { class, outline: outline(at), y: label, count: days::number(count), age: aged(age, language) }
    });
    let mut areas: Vec<Area> = areas.collect();
    // Those that came too high push the others down again.
    let mut least = TOP;
    for area in areas.iter_mut().rev() {
        area.y = area.y.max(least);
        least = area.y + APART;
    }
    let row = |it: &Ended| Day {
        ended: days::day(language, it.day),
        ages: it.ages.iter().map(|count| days::number(*count)).collect(),
        to_answer: days::number(it.answer),
        to_deliver: days::number(it.deliver),
        all: days::number(it.all()),
    };
    Some(Course {
        areas,
        lines: (0..=4).map(|it| (y(top * it / 4), days::number(top * it / 4))).collect(),
        months: days.iter().enumerate().filter_map(month).collect(),
        ages: AGES.into_iter().rev().map(|(_, age)| aged(age, language)).collect(),
        table: days.iter().rev().step_by(7).map(row).collect(),
        count: days.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_line_is_round_and_not_below_the_highest_day() {
        assert_eq!([1, 5, 11, 313, 1095].map(round_up), [4, 5, 20, 400, 2000]);
    }

    #[test]
    fn the_oldest_lie_at_the_bottom_and_areas_end_where_the_last_day_does() {
        let ended = |day: &str, ages: [u64; 4]| Ended { day: day.parse().unwrap(), answer: 0, deliver: 0, ages };
        let days = [ended("2026-04-30", [10, 0, 0, 10]), ended("2026-05-01", [0, 0, 0, 20])];
        let course = drawn(&days, Language::English).unwrap();
        assert_eq!(
            (course.areas[0].class, course.areas[0].outline.as_str()),
            ("age-3", "M48 102L510 12L510 192L48 192Z")
        );
        assert_eq!(course.areas[3].outline, "M48 12L510 12L510 12L48 102Z");
        assert_eq!(course.months.len(), 1);
        let labels: Vec<_> = course.areas.iter().map(|it| (it.count.as_str(), it.y)).collect();
        assert_eq!(labels, [("20", 107), ("0", 52), ("0", 32), ("0", 12)], "what is not there has its number too");
        assert!(drawn(&days[..1], Language::English).is_none() && drawn(&[], Language::Thai).is_none());
    }
}
