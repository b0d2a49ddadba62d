//! What changed between two assessments: on the items that both answered, of one instrument, by one scoring and one
//! threshold policy. Whatever can't be compared says why.

use std::cmp::Ordering;

use events::facts::case::PolicyRef;
use events::facts::household::{Capital, HouseholdAssessed};
use events::facts::policy::{ChangeThatCounts, Scoring, Threshold};
use events::id::AssessmentId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::instrument::{most, points};

/// What became of a capital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// ดีขึ้น
    Improved,
    /// คงที่
    Same,
    /// แย่ลง
    Worse,
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotComparable {
    /// There is no earlier assessment.
    NoBaseline,
    /// The two used different instruments.
    OtherInstrument,
    /// The scoring policy in force is for another instrument.
    NoScoring,
    /// No item was answered both times.
    NothingShared,
    /// A percentage of nothing is none.
    NothingBefore,
}

/// One capital before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CapitalChange {
    /// Which.
    pub capital: Capital,
    /// Items answered both times.
    pub shared_items: u16,
    /// Points of these items before.
    pub before: u32,
    /// And after.
    pub after: u32,
    /// The most they can give.
    pub max: u32,
    /// What became of it; none: it can't be said.
    pub change: Option<Change>,
    /// Why it can't be said.
    pub because: Option<NotComparable>,
}

/// Two assessments compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comparison {
    /// The earlier one; none: there is no baseline.
    pub before: Option<AssessmentId>,
    /// The later one.
    pub after: AssessmentId,
    /// Both are scored by this version.
    pub scoring: PolicyRef,
    /// What counts as a change.
    pub threshold: PolicyRef,
    /// What it is called.
    pub threshold_name: String,
    /// Each capital; empty when the two can't be compared at all.
    pub capitals: Vec<CapitalChange>,
    /// Why they can't be compared at all.
    pub because: Option<NotComparable>,
}

/// Compares an assessment with an earlier one.
pub fn compare(
    before: Option<&HouseholdAssessed>,
    after: &HouseholdAssessed,
    (scoring, scoring_policy): (&Scoring, PolicyRef),
    (threshold, threshold_policy): (&Threshold, PolicyRef),
) -> Comparison {
    let because = match before {
        None => Some(NotComparable::NoBaseline),
        Some(before) if before.instrument != after.instrument => Some(NotComparable::OtherInstrument),
        Some(_) if scoring.instrument != after.instrument => Some(NotComparable::NoScoring),
        Some(_) => None,
    };
    let capitals = match before {
        Some(before) if because.is_none() => Capital::ALL
            .into_iter()
            .map(|capital| of_capital(capital, before, after, scoring, threshold.at_least))
            .collect(),
        Some(_) | None => Vec::new(),
    };
    Comparison {
        before: before.map(|it| it.assessment),
        after: after.assessment,
        scoring: scoring_policy,
        threshold: threshold_policy,
        threshold_name: threshold.name.clone(),
        capitals,
        because,
    }
}

fn of_capital(
    capital: Capital,
    before: &HouseholdAssessed,
    after: &HouseholdAssessed,
    scoring: &Scoring,
    at_least: ChangeThatCounts,
) -> CapitalChange {
    let mut change =
        CapitalChange { capital, shared_items: 0, before: 0, after: 0, max: 0, change: None, because: None };
    for item in scoring.items.iter().filter(|item| item.capital == capital) {
        let chosen = |it: &'_ HouseholdAssessed| it.answers.get(&item.indicator).filter(|it| !it.is_empty()).cloned();
        let (Some(then), Some(now)) = (chosen(before), chosen(after)) else { continue };
        change.shared_items += 1;
        change.before = change.before.saturating_add(points(&item.rule, &then));
        change.after = change.after.saturating_add(points(&item.rule, &now));
        change.max = change.max.saturating_add(most(&item.rule));
    }
    match judged(change.before, change.after, change.max, at_least) {
        Ok(found) => change.change = Some(found),
        Err(why) => change.because = Some(why),
    }
    change
}

/// Exact: |after − before| in whole points against the threshold's share of what can be reached, or of what was.
fn judged(before: u32, after: u32, max: u32, at_least: ChangeThatCounts) -> Result<Change, NotComparable> {
    if max == 0 {
        return Err(NotComparable::NothingShared);
    }
    let (whole, hundredths) = match at_least {
        ChangeThatCounts::Points { hundredths } => (max, hundredths),
        ChangeThatCounts::PercentOfBefore { .. } if before == 0 && after != 0 => {
            return Err(NotComparable::NothingBefore);
        }
        ChangeThatCounts::PercentOfBefore { hundredths } => (before, hundredths),
    };
    // A hundredth of a hundredth: 200 of 10,000 is two of a hundred.
    let moved = u64::from(before.abs_diff(after)) * 10_000;
    if moved == 0 || moved < u64::from(whole) * u64::from(hundredths) {
        return Ok(Change::Same);
    }
    Ok(match after.cmp(&before) {
        Ordering::Greater => Change::Improved,
        Ordering::Less => Change::Worse,
        Ordering::Equal => Change::Same,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_POINTS: ChangeThatCounts = ChangeThatCounts::Points { hundredths: 200 };
    const FIVE_PERCENT: ChangeThatCounts = ChangeThatCounts::PercentOfBefore { hundredths: 500 };

    #[test]
    fn a_change_of_exactly_the_threshold_counts_and_less_does_not() {
        assert_eq!(judged(50, 52, 100, TWO_POINTS), Ok(Change::Improved));
        assert_eq!(judged(50, 48, 100, TWO_POINTS), Ok(Change::Worse));
        assert_eq!(judged(50, 51, 100, TWO_POINTS), Ok(Change::Same));
        assert_eq!(judged(500, 519, 1000, TWO_POINTS), Ok(Change::Same));
        assert_eq!(judged(500, 520, 1000, TWO_POINTS), Ok(Change::Improved));
        assert_eq!(judged(1, 2, 60, TWO_POINTS), Ok(Change::Same), "one point of sixty is under two of a hundred");
        assert_eq!(judged(1, 2, 50, TWO_POINTS), Ok(Change::Improved));
    }

    #[test]
    fn the_two_thresholds_in_use_can_differ_on_the_same_change() {
        assert_eq!(judged(10, 11, 100, TWO_POINTS), Ok(Change::Same));
        assert_eq!(judged(10, 11, 100, FIVE_PERCENT), Ok(Change::Improved));
        assert_eq!(judged(100, 104, 100, FIVE_PERCENT), Ok(Change::Same));
        assert_eq!(judged(100, 105, 100, FIVE_PERCENT), Ok(Change::Improved));
    }

    #[test]
    fn a_percentage_of_nothing_says_so_and_nothing_at_all_is_the_same() {
        assert_eq!(judged(0, 3, 30, FIVE_PERCENT), Err(NotComparable::NothingBefore));
        assert_eq!(judged(0, 0, 30, FIVE_PERCENT), Ok(Change::Same));
        assert_eq!(judged(0, 0, 0, TWO_POINTS), Err(NotComparable::NothingShared));
    }
}
