//! Whether a scoring policy fits its instrument, and the points that answers win under it.

use std::collections::BTreeMap;

use events::facts::policy::{ItemRule, PolicyBody, Scoring};

use super::{Indicator, Instrument, ItemKind, NONE, names};
use crate::rules::field::Fields;

/// The scoring policy that a new log begins with. The official weights are not public, so these are equal ones.
pub const DEFAULT_SCORING: &str = include_str!("scoring-default@1.json");

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
        if most(&item.rule) == 0 || largest(&item.rule) > 10_000 {
            fields.wrong(&pointer, "points_out_of_range", "คะแนนเต็ม 1–10000", "must give 1 to 10,000 points at most");
        }
        check_rule(&item.rule, indicator, &pointer, fields);
    }
}

/// A rule must fit its question: of the same kind, and points only for answers that can be given.
fn check_rule(rule: &ItemRule, indicator: &Indicator, pointer: &str, fields: &mut Fields) {
    let (named, kind) = match rule {
        ItemRule::Single { points } => (Some(points), ItemKind::Single),
        ItemRule::Multiple { points, .. } => (Some(points), ItemKind::Multiple),
        ItemRule::Penalty { each, .. } => {
            if *each == 0 {
                fields.wrong(format!("{pointer}/each"), "not_above_zero", "ต้องมากกว่าศูนย์", "must be above zero");
            }
            (None, ItemKind::Penalty)
        }
    };
    if kind != indicator.kind {
        let (th, en) = ("กติกาคะแนนไม่ตรงกับแบบคำถาม", "is not the kind of this question in the instrument");
        fields.wrong(format!("{pointer}/rule"), "other_rule", th, en);
    }
    let offered = |answer: &String| indicator.choices().any(|it| it == answer) && answer != NONE;
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

/// The largest number in a rule, also one that no answer can come to: that is a slip of the hand.
fn largest(rule: &ItemRule) -> u32 {
    match rule {
        ItemRule::Single { points } => points.values().copied().max().unwrap_or(0),
        ItemRule::Multiple { points, max } => points.values().copied().fold(*max, u32::max),
        ItemRule::Penalty { full, each } => *full.max(each),
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
    use crate::rules::Refusal;

    fn scoring() -> Scoring {
        let Some(PolicyBody::Scoring(scoring)) = default_scoring() else { panic!("the default scoring must read") };
        scoring
    }

    #[test]
    fn the_default_scoring_scores_each_indicator_once() {
        let mut fields = Fields::default();
        check_scoring(&scoring(), &mut fields);
        assert_eq!(fields.finish(), Ok(()));
    }

    #[test]
    fn an_item_is_scored_as_the_kind_of_question_it_is() {
        let instrument = Instrument::named("pppconnext-37@1").unwrap();
        let rules = [
            (ItemKind::Single, ItemRule::Single { points: [("good".to_owned(), 3)].into() }),
            (ItemKind::Multiple, ItemRule::Multiple { points: BTreeMap::new(), max: 3 }),
            (ItemKind::Penalty, ItemRule::Penalty { full: 3, each: 1 }),
        ];
        for indicator in &instrument.indicators {
            for (kind, rule) in &rules {
                let mut fields = Fields::default();
                check_rule(rule, indicator, "/body/items/0", &mut fields);
                let codes: Vec<_> = match fields.finish() {
                    Err(Refusal::Fields(errors)) => errors.into_iter().map(|it| it.code).collect(),
                    _ => Vec::new(),
                };
                assert_eq!(codes.contains(&"other_rule"), indicator.kind != *kind, "{} {kind:?}", indicator.code);
            }
        }
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
}
