//! Instruments: what an assessment asks. An instrument is a versioned file; a new version is a new file.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use events::facts::household::{Answers, Capital, Dimension};
use events::facts::policy::{ItemRule, PolicyBody, Scoring};
use serde::Deserialize;

use super::field::Fields;
use super::refusal::Refusal;

const PPPCONNEXT_37_1: &str = include_str!("pppconnext-37@1.json");

/// The scoring policy that a new log begins with. The official weights are not public, so these are equal ones.
pub const DEFAULT_SCORING: &str = include_str!("scoring-default@1.json");

/// The answer that stands alone in a question with several answers.
pub const NONE: &str = "none";

/// The lowest answer of a single-choice question: where a dimension hangs on it, the household is deprived in it.
const LOWEST: &str = "lowest";

/// What an assessment asks.
#[derive(Debug, Deserialize)]
pub struct Instrument {
    /// Name and version: `pppconnext-37@1`.
    pub instrument: String,
    /// The questions.
    pub indicators: Vec<Indicator>,
}

/// One question.
#[derive(Debug, Deserialize)]
pub struct Indicator {
    /// `human.education`.
    pub code: String,
    /// The capital it belongs to.
    pub capital: Capital,
    /// The question in Thai.
    pub th: String,
    /// The answers that can be given.
    pub choices: Vec<String>,
    /// Whether several answers can be given.
    pub several: bool,
    /// The TPMAP dimension that it also tells about.
    pub dimension: Option<Dimension>,
}

fn known() -> &'static BTreeMap<String, Instrument> {
    static KNOWN: OnceLock<BTreeMap<String, Instrument>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        [PPPCONNEXT_37_1]
            .into_iter()
            // A file that is compiled in and read by a test can't be unreadable in the field.
            .filter_map(|text| serde_json::from_str::<Instrument>(text).ok())
            .map(|it| (it.instrument.clone(), it))
            .collect()
    })
}

/// The instruments there are, by name and version.
pub fn names() -> Vec<&'static str> {
    known().keys().map(String::as_str).collect()
}

/// Whether any known instrument asks for an indicator of that code under that capital.
pub fn asks(indicator: &str, capital: Capital) -> bool {
    known().values().flat_map(|it| &it.indicators).any(|it| it.code == indicator && it.capital == capital)
}

/// The indicators of known instruments that also tell of a dimension.
pub fn with_dimension() -> impl Iterator<Item = &'static Indicator> {
    known().values().flat_map(|it| &it.indicators).filter(|it| it.dimension.is_some())
}

impl Instrument {
    /// The instrument of that name and version.
    pub fn named(name: &str) -> Result<&'static Self, Refusal> {
        known().get(name).ok_or_else(|| Refusal::UnknownInstrument(name.to_owned()))
    }

    /// Checks that every answer is one the instrument offers.
    pub fn check(&self, answers: &Answers, fields: &mut Fields) {
        for (code, chosen) in answers {
            let pointer = format!("/answers/{code}");
            let Some(indicator) = self.indicators.iter().find(|it| it.code == *code) else {
                let list = self.indicators.iter().map(|it| it.code.as_str()).collect::<Vec<_>>().join(", ");
                let th = format!("ไม่มีตัวชี้วัดนี้ ใช้ได้: {list}");
                let en = format!("is no indicator of this instrument: it can be {list}");
                fields.wrong(pointer, "unknown_indicator", th, en);
                continue;
            };
            if chosen.iter().any(|answer| !indicator.choices.contains(answer)) {
                let list = indicator.choices.join(", ");
                fields.wrong(&pointer, "unknown_answer", format!("ตอบได้: {list}"), format!("can be: {list}"));
            }
            let repeated = chosen.iter().enumerate().any(|(at, answer)| chosen.iter().take(at).any(|it| it == answer));
            let alone = chosen.len() > 1 && (!indicator.several || chosen.iter().any(|answer| answer == NONE));
            if repeated || alone {
                fields.wrong(&pointer, "answers_exclude_each_other", "คำตอบขัดกัน", "these answers exclude each other");
            }
        }
    }

    /// The dimensions in which the answers show deprivation.
    pub fn deprived(&self, answers: &Answers) -> Vec<Dimension> {
        let lowest = |code: &str| answers.get(code).is_some_and(|chosen| chosen.iter().any(|answer| answer == LOWEST));
        let mut found: Vec<_> =
            self.indicators.iter().filter(|it| lowest(&it.code)).filter_map(|it| it.dimension).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The body of the default scoring policy.
pub fn default_scoring() -> Option<PolicyBody> {
    serde_json::from_str(DEFAULT_SCORING).ok()
}

/// Checks a scoring policy against its instrument: every indicator once, every capital with points to win.
pub fn check_scoring(scoring: &Scoring, fields: &mut Fields) {
    let Ok(instrument) = Instrument::named(&scoring.instrument) else {
        let list = names().join(", ");
        let th = format!("ไม่รู้จักแบบสอบถามนี้ ใช้ได้: {list}");
        fields.wrong("/body/instrument", "unknown_instrument", th, format!("is no known instrument: it can be {list}"));
        return;
    };
    for indicator in &instrument.indicators {
        let n = scoring.items.iter().filter(|it| it.indicator == indicator.code).count();
        if n != 1 {
            fields.wrong(
                "/body/items",
                "indicator_not_scored_once",
                format!("{} ต้องมีคะแนนหนึ่งครั้ง", indicator.code),
                format!("{} must be scored once, not {n} times", indicator.code),
            );
        }
    }
    for (at, item) in scoring.items.iter().enumerate() {
        let pointer = format!("/body/items/{at}");
        let Some(indicator) = instrument.indicators.iter().find(|it| it.code == item.indicator) else {
            fields.wrong(pointer, "unknown_indicator", "ไม่มีตัวชี้วัดนี้", "is no indicator of the instrument");
            continue;
        };
        if indicator.capital != item.capital {
            fields.wrong(&pointer, "other_capital", "ทุนไม่ตรงกับแบบสอบถาม", "is of another capital in the instrument");
        }
        if most(&item.rule) == 0 || most(&item.rule) > 10_000 {
            fields.wrong(&pointer, "points_out_of_range", "คะแนนเต็ม 1–10000", "must give 1 to 10,000 points at most");
        }
        check_rule(&item.rule, indicator, &pointer, fields);
    }
}

/// A rule must fit its question: one answer or several, and points only for answers that can be given.
fn check_rule(rule: &ItemRule, indicator: &Indicator, pointer: &str, fields: &mut Fields) {
    let (named, several) = match rule {
        ItemRule::Single { points } => (Some(points), false),
        ItemRule::Multiple { points, .. } => (Some(points), true),
        ItemRule::Penalty { each, .. } => {
            if *each == 0 {
                fields.wrong(format!("{pointer}/each"), "not_above_zero", "ต้องมากกว่าศูนย์", "must be above zero");
            }
            (None, true)
        }
    };
    if several != indicator.several {
        let (th, en) = ("กติกาคะแนนไม่ตรงกับแบบคำถาม", "does not fit a question with one answer, or with several");
        fields.wrong(format!("{pointer}/rule"), "other_rule", th, en);
    }
    let offered = |answer: &String| indicator.choices.contains(answer) && !(several && answer == NONE);
    if named.is_some_and(|points| !points.keys().all(offered)) {
        let (th, en) = ("มีคำตอบที่แบบสอบถามไม่มี", "gives points for what is no answer of the question");
        fields.wrong(format!("{pointer}/points"), "unknown_answer", th, en);
    }
}

/// The most points a rule can give.
pub fn most(rule: &ItemRule) -> u32 {
    match rule {
        ItemRule::Single { points } => points.values().copied().max().unwrap_or(0),
        ItemRule::Multiple { points, max } => (*max).min(points.values().fold(0, |sum, it| sum.saturating_add(*it))),
        ItemRule::Penalty { full, .. } => *full,
    }
}

/// The points that answers win under a rule.
pub fn points(rule: &ItemRule, chosen: &[String]) -> u32 {
    let sum = |points: &BTreeMap<String, u32>| {
        chosen.iter().filter_map(|answer| points.get(answer)).fold(0u32, |sum, it| sum.saturating_add(*it))
    };
    match rule {
        ItemRule::Single { points } => sum(points),
        ItemRule::Multiple { points, max } => sum(points).min(*max),
        ItemRule::Penalty { full, each } => {
            let problems = chosen.iter().filter(|answer| *answer != NONE).count();
            full.saturating_sub(each.saturating_mul(u32::try_from(problems).unwrap_or(u32::MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instrument_asks_37_indicators_in_five_capitals() {
        let instrument = Instrument::named("pppconnext-37@1").unwrap();
        let count = |capital| instrument.indicators.iter().filter(|it| it.capital == capital).count();
        assert_eq!(Capital::ALL.map(count), [6, 8, 5, 8, 10]);
    }

    #[test]
    fn the_default_scoring_scores_each_indicator_once() {
        let Some(PolicyBody::Scoring(scoring)) = default_scoring() else { panic!("the default scoring must read") };
        let mut fields = Fields::default();
        check_scoring(&scoring, &mut fields);
        assert_eq!(fields.finish(), Ok(()));
    }

    #[test]
    fn several_answers_are_capped_none_stands_alone_and_problems_take_points_away() {
        let chosen = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let points_of = |pairs: &[(&str, u32)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
        let multiple = ItemRule::Multiple { points: points_of(&[("a", 2), ("b", 2)]), max: 3 };
        assert_eq!(points(&multiple, &chosen(&["a", "b"])), 3);
        assert_eq!(points(&multiple, &chosen(&["none"])), 0);
        let penalty = ItemRule::Penalty { full: 3, each: 1 };
        assert_eq!(points(&penalty, &chosen(&["flood", "drought"])), 1);
        assert_eq!(points(&penalty, &chosen(&["none"])), 3);
        assert_eq!(points(&penalty, &chosen(&["a", "b", "c", "d"])), 0);
    }

    #[test]
    fn an_answer_the_instrument_does_not_offer_is_named() {
        let instrument = Instrument::named("pppconnext-37@1").unwrap();
        let mut fields = Fields::default();
        let answers = Answers::from([
            ("human.education".to_owned(), vec!["low".to_owned(), "fair".to_owned()]),
            ("human.magic".to_owned(), vec![]),
            ("natural.land_problems".to_owned(), vec!["none".to_owned(), "flood".to_owned()]),
        ]);
        instrument.check(&answers, &mut fields);
        let Err(Refusal::Fields(errors)) = fields.finish() else { panic!("must be refused") };
        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/answers/human.education", "/answers/human.magic", "/answers/natural.land_problems"]);
    }
}
