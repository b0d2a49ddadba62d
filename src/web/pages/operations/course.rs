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

/// The end of a day.
#[derive(Debug)]
pub struct Day {
    pub ended: String,
    pub to_answer: String,
    pub to_deliver: String,
    pub all: String,
}

/// The picture.
#[derive(Debug)]
pub struct Course {
    /// The outline of what was accepted and waits for delivery, the lower area.
    pub deliver: String,
    /// The outline of what waits for an answer, above it.
    pub answer: String,
    /// Heights of the lines across, with their numbers.
    pub lines: Vec<(u64, String)>,
    /// Months, where they begin.
    pub months: Vec<(u64, String)>,
    /// The last day: where its labels stand, and what they say.
    pub ends: [(u64, String); 2],
    /// The days of the table: one of each week, and the last.
    pub table: Vec<Day>,
    pub count: usize,
}

fn day_of(row: &[Value]) -> Option<(NaiveDate, u64, u64)> {
    let [day, answer, deliver] = row else { return None };
    Some((day.as_str()?.parse().ok()?, answer.as_u64()?, deliver.as_u64()?))
}

fn days_of(rows: &[Vec<Value>]) -> Vec<(NaiveDate, u64, u64)> {
    rows.iter().filter_map(|row| day_of(row)).collect()
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
    for (name, value) in [("area", &asked.area), ("service", &asked.service)] {
        if !value.is_empty() {
            params.put(name, value);
        }
    }
    let table = made(web, &reader.caller, headers, params, ReportName::BacklogHistory).await?;
    let days = days_of(&table.rows);
    let shown = |(day, answer, deliver): (NaiveDate, u64, u64)| match asked.queue.as_str() {
        "to_answer" => (day, answer, 0),
        "to_deliver" => (day, 0, deliver),
        _ => (day, answer, deliver),
    };
    Ok(drawn(&days.into_iter().map(shown).collect::<Vec<_>>(), reader.language))
}

/// The next round number: what the highest line says.
pub fn round_up(most: u64) -> u64 {
    let mut unit = 1;
    while most > unit * 10 {
        unit *= 10;
    }
    [1, 2, 4, 5, 8, 10].into_iter().map(|it| it * unit).find(|it| *it >= most).unwrap_or(unit * 10).max(4)
}

fn drawn(days: &[(NaiveDate, u64, u64)], language: Language) -> Option<Course> {
    let most = days.iter().map(|(_, answer, deliver)| answer + deliver).max().filter(|it| *it > 0)?;
    let steps = u64::try_from(days.len()).ok()?.checked_sub(1).filter(|it| *it > 0)?;
    let top = round_up(most);
    let x = |at: usize| LEFT + u64::try_from(at).unwrap_or(0) * (WIDTH - LEFT - 130) / steps;
    let y = |count: u64| TOP + HEIGHT - count * HEIGHT / top;
    // Along the upper edge there, and along the lower one back.
    let outline = |upper: &dyn Fn(&(NaiveDate, u64, u64)) -> u64, lower: &dyn Fn(&(NaiveDate, u64, u64)) -> u64| {
        let mut path = String::new();
        for (at, day) in days.iter().enumerate() {
            // Writing into a String can't fail.
            let _ = write!(path, "{}{} {}", if at == 0 { "M" } else { "L" }, x(at), y(upper(day)));
        }
        for (at, day) in days.iter().enumerate().rev() {
            let _ = write!(path, "L{} {}", x(at), y(lower(day)));
        }
        path + "Z"
    };
    let month = |(at, (day, ..)): (usize, &(NaiveDate, u64, u64))| {
        let named = days::month(language, *day);
        (chrono::Datelike::day(day) == 1).then(|| (x(at), named))
    };
    let (_, answer, deliver) = days.last()?;
    let row = |(day, answer, deliver): &(NaiveDate, u64, u64)| Day {
        ended: days::day(language, *day),
        to_answer: days::number(*answer),
        to_deliver: days::number(*deliver),
        all: days::number(answer + deliver),
    };
    let low = y(deliver / 2) + 5;
    let high = (y(deliver + answer / 2) + 5).min(low.saturating_sub(20));
    Some(Course {
        deliver: outline(&|it| it.2, &|_| 0),
        answer: outline(&|it| it.1 + it.2, &|it| it.2),
        lines: (0..=4).map(|it| (y(top * it / 4), days::number(top * it / 4))).collect(),
        months: days.iter().enumerate().filter_map(month).collect(),
        ends: [(high, days::number(*answer)), (low, days::number(*deliver))],
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
    fn areas_stand_above_each_other_and_end_where_the_last_day_does() {
        let day = |it: &str| it.parse::<NaiveDate>().unwrap();
        let days = [(day("2026-04-30"), 10, 10), (day("2026-05-01"), 0, 20)];
        let course = drawn(&days, Language::English).unwrap();
        assert_eq!(course.deliver, "M48 102L510 12L510 192L48 192Z");
        assert_eq!(course.answer, "M48 12L510 12L510 12L48 102Z");
        assert_eq!(course.months.len(), 1);
        assert_eq!((course.ends[0].1.as_str(), course.ends[1].1.as_str()), ("0", "20"));
        assert!(drawn(&days[..1], Language::English).is_none() && drawn(&[], Language::Thai).is_none());
    }
}
