//! The five capitals of the first and the latest assessment: places for a picture, and the same numbers as a table.

use events::facts::household::{Capital, CapitalScore};

use crate::case_view::{AssessmentView, CaseView};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::locale::{code, fill, say};

/// Where the axis begins and how wide it is, in the picture's own units.
const LEFT: u32 = 110;
const WIDTH: u32 = 460;

/// The picture and its table.
#[derive(Debug, Clone)]
pub struct Capitals {
    /// What the picture says, for who does not see it.
    pub says: String,
    /// The days of the assessments that are shown.
    pub days: Vec<String>,
    /// The four levels: where each begins, how wide, and its name.
    pub bands: Vec<(u32, u32, String)>,
    /// The numbers under the axis, and where they stand.
    pub ticks: Vec<(u32, &'static str)>,
    /// One per capital, then the whole.
    pub rows: Vec<Row>,
}

/// One capital.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// Its height in the picture.
    pub y: u32,
    /// Where the first assessment is.
    pub earlier: Option<u32>,
    /// Where the latest is.
    pub later: Option<u32>,
    /// The bar between them: where it begins, and how long.
    pub bar: Option<(u32, u32)>,
    /// The values in words, one per assessment.
    pub values: Vec<String>,
    /// The latest in words.
    pub label: String,
}

impl Capitals {
    /// How high the picture is.
    pub fn height(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.y + 44)
    }
}

/// Thousandths of a capital's score on the axis of 1 to 4; none while a question is unanswered.
fn thousandths(score: &CapitalScore) -> Option<u32> {
    (score.answered >= score.items && score.max > 0).then(|| 1_000 + score.points.min(score.max) * 3_000 / score.max)
}

/// Thousandths of the household's score: `"2.336"`.
fn overall(view: &AssessmentView) -> Option<u32> {
    let text = &view.overall.as_ref()?.x;
    text.replace('.', "").parse().ok()
}

fn place(thousandths: u32) -> u32 {
    LEFT + thousandths.clamp(1_000, 4_000).saturating_sub(1_000) * WIDTH / 3_000
}

fn said(language: Language, value: Option<u32>, open: u32) -> String {
    match value {
        Some(value) => format!("{}.{:03}", value / 1_000, value % 1_000),
        None => fill(language, "capital.unanswered", &[&open.to_string()]),
    }
}

/// The capitals of a case; none before its first assessment.
pub fn of(view: &CaseView, language: Language) -> Option<Capitals> {
    let latest = view.assessments.last()?;
    let first = view.assessments.first().filter(|it| it.assessment != latest.assessment);
    let shown: Vec<&AssessmentView> = first.into_iter().chain([latest]).collect();
    let row = |(at, name, values): (u32, String, Vec<(Option<u32>, u32)>)| {
        let places: Vec<Option<u32>> = values.iter().map(|(value, _)| value.map(place)).collect();
        let later = places.last().copied().flatten();
        let earlier = if places.len() > 1 { places.first().copied().flatten() } else { None };
        let bar =
            earlier.zip(later).filter(|(from, to)| from != to).map(|(from, to)| (from.min(to), from.abs_diff(to)));
        let values: Vec<String> = values.iter().map(|(value, open)| said(language, *value, *open)).collect();
        let label = values.last().cloned().unwrap_or_default();
        Row { name, y: 44 + at * 30, earlier, later, bar, values, label }
    };
    let of_capital = |capital: Capital| {
        let of = |it: &&AssessmentView| {
            let score = it.capitals.iter().find(|score| score.capital == capital);
            let open = score.map_or(0, |it| u32::from(it.items.saturating_sub(it.answered)));
            (score.and_then(thousandths), open)
        };
        (code(language, "Capital", capital.as_str()), shown.iter().map(of).collect::<Vec<_>>())
    };
    let open =
        |it: &&AssessmentView| it.capitals.iter().map(|it| u32::from(it.items.saturating_sub(it.answered))).sum();
    let whole = shown.iter().map(|it| (overall(it), open(it))).collect();
    let all = Capital::ALL.into_iter().map(of_capital).chain([(say(language, "capital.whole"), whole)]);
    let rows = (0_u32..).zip(all).map(|(at, (name, values))| row((at, name, values))).collect::<Vec<_>>();
    let parts: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.label)).collect();
    let band = |level: u32| {
        let name = code(language, "Level", &level.to_string());
        (LEFT + (level - 1) * WIDTH / 4, WIDTH / 4, format!("{level} {name}"))
    };
    Some(Capitals {
        bands: (1..=4).map(band).collect(),
        ticks: (0_u32..).map(|at| LEFT + at * WIDTH / 4).zip(["1.00", "1.75", "2.50", "3.25", "4.00"]).collect(),
        says: parts.join(", "),
        days: shown.iter().map(|it| days::day(language, it.on)).collect(),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_lies_on_the_axis_and_a_missing_answer_is_never_a_zero() {
        let score = |points, answered| CapitalScore {
            capital: Capital::Human,
            points,
            max: 100,
            answered,
            items: 6,
            level: None,
        };
        assert_eq!(thousandths(&score(0, 6)), Some(1_000));
        assert_eq!(thousandths(&score(50, 6)), Some(2_500));
        assert_eq!(thousandths(&score(50, 5)), None);
        assert_eq!((place(1_000), place(4_000), place(9_999)), (LEFT, LEFT + WIDTH, LEFT + WIDTH));
        assert_eq!(said(Language::Thai, None, 2), "ยังตอบไม่ครบ 2 ข้อ");
    }
}
