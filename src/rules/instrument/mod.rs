//! Instruments: what an assessment asks. An instrument is a versioned file; a new version is a new file.

mod weights;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use events::facts::household::{Answers, Capital, Dimension};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::weights::{DEFAULT_SCORING, check_scoring, default_scoring, most, points};
use super::field::Fields;
use super::refusal::Refusal;

const PPPCONNEXT_37_1: &str = include_str!("pppconnext-37@1.json");

/// The answer that stands alone in a question with several answers.
pub const NONE: &str = "none";

/// The lowest answer of a single-choice question: where a dimension hangs on it, the household is deprived in it.
const LOWEST: &str = "lowest";

/// What an assessment asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Name and version, as every assessment names it: `pppconnext-37@1`.
    pub id: String,
    /// The version alone.
    pub version: u32,
    /// What it is called.
    pub title: Wording,
    /// Where its words come from.
    pub note: Wording,
    /// The questions, in the order in which they are asked.
    pub indicators: Vec<Indicator>,
}

/// The same in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Thai.
    pub th: String,
    /// English.
    pub en: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// `human.education`.
    pub code: String,
    /// The capital it belongs to.
    pub capital: Capital,
    /// How many answers it takes, and what they do to the points.
    pub kind: ItemKind,
    /// The TPMAP dimension that it also tells about.
    #[serde(default)]
    pub dimension: Option<Dimension>,
    /// The question.
    pub text: Wording,
    /// The answers that can be given.
    pub options: Vec<AnswerOption>,
}

/// How many answers a question takes, and what they do to the points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// One answer.
    Single,
    /// Several answers that add up to a cap.
    Multiple,
    /// Several answers, each of which takes points away.
    Penalty,
}

/// An answer that can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// `lowest`, as an assessment writes it.
    pub code: String,
    /// Thai.
    pub th: String,
    /// English.
    pub en: String,
    /// Whether it excludes every other answer.
    #[serde(default)]
    pub alone: bool,
}

fn known() -> &'static BTreeMap<String, Instrument> {
    static KNOWN: OnceLock<BTreeMap<String, Instrument>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        [PPPCONNEXT_37_1]
            .into_iter()
            // A file that is compiled in and read by a test can't be unreadable in the field.
            .filter_map(|text| serde_json::from_str::<Instrument>(text).ok())
            .map(|it| (it.id.clone(), it))
            .collect()
    })
}

/// The instruments there are.
pub fn all() -> impl Iterator<Item = &'static Instrument> {
    known().values()
}

/// The instruments there are, by name and version.
pub fn names() -> Vec<&'static str> {
    known().keys().map(String::as_str).collect()
}

/// Whether any known instrument asks for an indicator of that code under that capital.
pub fn asks(indicator: &str, capital: Capital) -> bool {
    all().flat_map(|it| &it.indicators).any(|it| it.code == indicator && it.capital == capital)
}

/// The indicators of known instruments that also tell of a dimension.
pub fn with_dimension() -> impl Iterator<Item = &'static Indicator> {
    all().flat_map(|it| &it.indicators).filter(|it| it.dimension.is_some())
}

impl Indicator {
    /// The codes of the answers that can be given.
    pub fn choices(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|it| it.code.as_str())
    }

    /// Whether several answers can be given.
    pub const fn several(&self) -> bool {
        match self.kind {
            ItemKind::Single => false,
            ItemKind::Multiple | ItemKind::Penalty => true,
        }
    }

    fn option(&self, code: &str) -> Option<&AnswerOption> {
        self.options.iter().find(|it| it.code == code)
    }
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
            if chosen.iter().any(|answer| indicator.option(answer).is_none()) {
                let list = indicator.choices().collect::<Vec<_>>().join(", ");
                fields.wrong(&pointer, "unknown_answer", format!("ตอบได้: {list}"), format!("can be: {list}"));
            }
            let repeated = chosen.iter().enumerate().any(|(at, answer)| chosen.iter().take(at).any(|it| it == answer));
            let excludes = |answer: &String| indicator.option(answer).is_some_and(|it| it.alone);
            let alone = chosen.len() > 1 && (!indicator.several() || chosen.iter().any(excludes));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_instrument_asks_37_indicators_in_five_capitals() {
        let instrument = Instrument::named("pppconnext-37@1").unwrap();
        let count = |capital| instrument.indicators.iter().filter(|it| it.capital == capital).count();
        assert_eq!(Capital::ALL.map(count), [6, 8, 5, 8, 10]);
        let told: BTreeSet<_> = instrument.indicators.iter().filter_map(|it| it.dimension).collect();
        assert_eq!(told.len(), 5, "each of the five dimensions hangs on an indicator");
    }

    #[test]
    fn every_question_and_every_answer_is_written_in_thai_and_in_english() {
        let thai = |text: &str| text.chars().any(|it| ('\u{e01}'..='\u{e5b}').contains(&it));
        let plain = |text: &str| text.is_ascii() && text.chars().any(char::is_alphabetic) && text.trim() == text;
        let mut read = 0;
        for instrument in all() {
            let own = [&instrument.title, &instrument.note].map(|it| ("itself", it.th.as_str(), it.en.as_str()));
            let asked = instrument.indicators.iter().flat_map(|it| {
                let answers =
                    it.options.iter().map(|answer| (it.code.as_str(), answer.th.as_str(), answer.en.as_str()));
                answers.chain([(it.code.as_str(), it.text.th.as_str(), it.text.en.as_str())])
            });
            for (code, th, en) in asked.chain(own) {
                assert!(thai(th) && th.trim() == th, "{code}: {th:?}");
                assert!(plain(en), "{code}: {en:?}");
                read += 1;
            }
        }
        assert!(read > 37 * 4, "{read}");
    }

    #[test]
    fn every_file_is_read_and_its_version_stands_in_its_name() {
        assert_eq!(names(), ["pppconnext-37@1"]);
        for it in all() {
            assert!(it.id.ends_with(&format!("@{}", it.version)), "{}", it.id);
        }
        for unknown in ["pppconnext-37@2", "pppconnext-37@0", "pppconnext-37", "pppconnext-37@01", ""] {
            assert_eq!(Instrument::named(unknown), Err(Refusal::UnknownInstrument(unknown.to_owned())));
        }
    }

    #[test]
    fn codes_are_asked_once_under_their_capital_and_only_none_stands_alone() {
        for instrument in all() {
            let codes: BTreeSet<_> = instrument.indicators.iter().map(|it| it.code.as_str()).collect();
            assert_eq!(codes.len(), instrument.indicators.len());
            for it in &instrument.indicators {
                assert!(it.code.starts_with(&format!("{}.", it.capital.as_str())), "{}", it.code);
                let choices: BTreeSet<_> = it.choices().collect();
                assert_eq!(choices.len(), it.options.len(), "{}", it.code);
                let alone: Vec<_> = it.options.iter().filter(|it| it.alone).map(|it| it.code.as_str()).collect();
                assert_eq!(alone, if it.several() { vec![NONE] } else { vec![] }, "{}", it.code);
                let ranks = ["lowest", "low", "fair", "good"];
                assert!(it.several() || it.choices().eq(ranks), "{}", it.code);
            }
        }
    }

    #[test]
    fn an_answer_the_instrument_does_not_offer_is_named() {
        let instrument = Instrument::named("pppconnext-37@1").unwrap();
        let mut fields = Fields::default();
        let answers = Answers::from([
            ("human.education".to_owned(), vec!["low".to_owned(), "fair".to_owned()]),
            ("human.magic".to_owned(), vec![]),
            ("natural.land_problems".to_owned(), vec!["none".to_owned(), "flood".to_owned()]),
            ("social.groups".to_owned(), vec!["saving".to_owned(), "women".to_owned()]),
        ]);
        instrument.check(&answers, &mut fields);
        let Err(Refusal::Fields(errors)) = fields.finish() else { panic!("must be refused") };
        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/answers/human.education", "/answers/human.magic", "/answers/natural.land_problems"]);
    }
}
