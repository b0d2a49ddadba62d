//! From answers to levels, in exact arithmetic: points are integers, X is a fraction, bands are half-open.

use events::facts::household::{Answers, Capital, CapitalScore, Income, Level, MoneyTotals, Net, OverallScore, Period};
use events::facts::policy::Scoring;
use events::money::Baht;
use std::num::NonZeroU32;

use crate::rules::instrument::{most, points};

/// The score of each capital. An unanswered item makes its capital incomplete, never zero.
pub fn capitals(scoring: &Scoring, answers: &Answers) -> Vec<CapitalScore> {
    Capital::ALL
        .into_iter()
        .map(|capital| {
            let mut score = CapitalScore { capital, points: 0, max: 0, answered: 0, items: 0, level: None };
            for item in scoring.items.iter().filter(|item| item.capital == capital) {
                score.items += 1;
                score.max = score.max.saturating_add(most(&item.rule));
                if let Some(chosen) = answers.get(&item.indicator).filter(|chosen| !chosen.is_empty()) {
                    score.answered += 1;
                    score.points = score.points.saturating_add(points(&item.rule, chosen)).min(score.max);
                }
            }
            if score.answered == score.items && score.max > 0 {
                score.level = band(u128::from(score.points), u128::from(score.max));
            }
            score
        })
        .collect()
}

/// The household's score; `None` while a capital is incomplete.
pub fn overall(capitals: &[CapitalScore]) -> Option<OverallScore> {
    if capitals.len() != Capital::ALL.len() || capitals.iter().any(|it| it.level.is_none() || it.max == 0) {
        return None;
    }
    // Σ points/max over a common denominator; five capitals of at most 2^32 points each need a check.
    let mut denominator: u128 = 1;
    for it in capitals {
        denominator = denominator.checked_mul(u128::from(it.max) / gcd(denominator, u128::from(it.max)))?;
    }
    let mut sum: u128 = 0;
    for it in capitals {
        sum = sum.checked_add(u128::from(it.points).checked_mul(denominator / u128::from(it.max))?)?;
    }
    let whole = denominator.checked_mul(Capital::ALL.len() as u128)?;
    // X = 1 + 3 × sum/whole, cut to thousandths so that it never shows a higher band than it is in.
    let thousandths = whole.checked_add(sum.checked_mul(3)?)?.checked_mul(1000)? / whole;
    Some(OverallScore { x: format!("{}.{:03}", thousandths / 1000, thousandths % 1000), level: band(sum, whole)? })
}

/// The level of a share: under a quarter 1, under a half 2, under three quarters 3, else 4.
fn band(part: u128, whole: u128) -> Option<Level> {
    let quarters = part.checked_mul(4)?;
    let level = if quarters < whole {
        1
    } else if quarters < whole.checked_mul(2)? {
        2
    } else if quarters < whole.checked_mul(3)? {
        3
    } else {
        4
    };
    Level::new(level)
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Twelve times the net income of a month: a year's figure counts once, a month's twelve times. `None`: not known.
pub fn net_year(incomes: &[Income]) -> Option<Baht> {
    if incomes.is_empty() {
        return None;
    }
    let mut sum = Baht::ZERO;
    for income in incomes {
        let amount = income.amount?;
        let year = match (income.net, income.period) {
            (Net::Gross, _) => return None,
            (Net::Net, Period::Month) => amount.checked_mul(12).ok()?,
            (Net::Net, Period::Year) => amount,
        };
        sum = sum.checked_add(year).ok()?;
    }
    Some(sum)
}

/// Fills in what is divided by residents.
pub fn with_residents(mut money: MoneyTotals, residents: u16) -> MoneyTotals {
    money.residents = residents;
    let months = NonZeroU32::new(u32::from(residents) * 12);
    money.net_per_resident_month = net_year(&money.incomes).zip(months).map(|(year, months)| cut_share(year, months));
    money
}

/// A share in whole satang, cut: rounded up it could show a line as reached that is not.
fn cut_share(amount: Baht, among: NonZeroU32) -> Baht {
    Baht::from_satang(amount.satang().div_euclid(i64::from(among.get())))
}

/// Whether net income per resident and month reaches a line, exactly. `None`: it can't be said.
pub fn reaches(money: &MoneyTotals, line: Baht) -> Option<bool> {
    let months = NonZeroU32::new(u32::from(money.residents) * 12)?;
    Some(net_year(&money.incomes)?.cmp_share(months, line).is_ge())
}

#[cfg(test)]
mod tests {
    use events::facts::household::IncomeConcept;
    use proptest::prelude::*;

    use super::*;

    fn scores(points: [u32; 5], max: u32) -> Vec<CapitalScore> {
        Capital::ALL
            .into_iter()
            .zip(points)
            .map(|(capital, points)| CapitalScore {
                capital,
                points,
                max,
                answered: 1,
                items: 1,
                level: band(u128::from(points), u128::from(max)),
            })
            .collect()
    }

    #[test]
    fn the_bands_are_half_open_at_exactly_175_250_and_325() {
        for (points, x, level) in [
            ([0; 5], "1.000", 1),
            ([25; 5], "1.750", 2),
            ([50; 5], "2.500", 3),
            ([75; 5], "3.250", 4),
            ([100; 5], "4.000", 4),
        ] {
            let score = overall(&scores(points, 100)).unwrap();
            assert_eq!((score.x.as_str(), score.level.get()), (x, level));
        }
        // One point less of five hundred is the lower band, and does not show as the higher one.
        let score = overall(&scores([25, 25, 25, 25, 24], 100)).unwrap();
        assert_eq!((score.x.as_str(), score.level.get()), ("1.744", 1));
        let score = overall(&scores([249_999, 250_000, 250_000, 250_000, 250_000], 1_000_000)).unwrap();
        assert_eq!((score.x.as_str(), score.level.get()), ("1.749", 1));
    }

    #[test]
    fn an_incomplete_capital_gives_no_score_at_all() {
        let mut capitals = scores([50; 5], 100);
        capitals[2].level = None;
        assert_eq!(overall(&capitals), None);
    }

    #[test]
    fn net_income_per_resident_is_compared_exactly_and_unknown_is_not_zero() {
        let income = |period, net, amount| Income { concept: IncomeConcept::Wages, period, net, season: None, amount };
        let baht = |text: &str| Baht::parse(text).unwrap();
        let money = |incomes, residents| with_residents(MoneyTotals { incomes, ..MoneyTotals::default() }, residents);
        let exact = money(vec![income(Period::Year, Net::Net, baht("110808"))], 3);
        assert_eq!(reaches(&exact, baht("3078").unwrap()), Some(true));
        let short = money(vec![income(Period::Year, Net::Net, baht("110807.99"))], 3);
        assert_eq!(reaches(&short, baht("3078").unwrap()), Some(false));
        assert_eq!(short.net_per_resident_month, baht("3077.99"));
        for unknown in
            [vec![], vec![income(Period::Month, Net::Net, None)], vec![income(Period::Month, Net::Gross, baht("9000"))]]
        {
            assert_eq!(reaches(&money(unknown, 1), baht("1").unwrap()), None);
        }
        let nobody = money(vec![income(Period::Month, Net::Net, baht("9000"))], 0);
        assert_eq!(reaches(&nobody, baht("1").unwrap()), None);
    }

    proptest! {
        #[test]
        fn the_level_of_equal_capitals_is_the_level_of_each(points in 0u32..=24, max in 24u32..=60) {
            let capitals = scores([points; 5], max);
            prop_assert_eq!(Some(overall(&capitals).unwrap().level), capitals[0].level);
        }

        #[test]
        fn more_points_never_lower_the_score(points in prop::array::uniform5(0u32..30), at in 0usize..5) {
            let less = overall(&scores(points, 30)).unwrap();
            let mut more = points;
            more[at] += 1;
            let more = overall(&scores(more, 30)).unwrap();
            prop_assert!(more.x >= less.x && more.level >= less.level);
        }
    }
}
