//! What a household answers in a survey: 37 indicators and money, as well off as the story wants it to be.

use events::facts::household::{Answers, Capital, Evidence, Income, IncomeConcept, Net, Period};
use events::money::Baht;

use super::chance::Chance;
use super::plan::DemoError;
use crate::rules::household::assessment::money::Money;
use crate::rules::household::command::Assess;
use crate::rules::instrument::{Indicator, Instrument, ItemKind, NONE};

/// The instrument that the demo's surveys use.
const INSTRUMENT: &str = "pppconnext-37@1";

/// How well off a household is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means {
    /// Hundredths of the points it will win on average, by capital.
    pub(super) capitals: [i32; 5],
    /// Net income per resident and month, in baht.
    pub(super) income: i32,
    /// Debt in baht.
    pub(super) debt: i32,
}

impl Means {
    /// A household as it is found.
    pub(super) fn found(chance: &mut Chance) -> Self {
        let level = chance.weighted(&[(24, 17), (52, 38), (21, 57), (3, 80)]);
        let capitals = [(); 5].map(|()| (level + chance.between(-14, 14)).clamp(4, 96));
        let income = 500 + level * 22 + chance.between(0, 700);
        Self { capitals, income, debt: chance.between(0, 240) * 500 }
    }

    /// The same household some help later.
    pub(super) fn better(self, by: i32, chance: &mut Chance) -> Self {
        Self {
            capitals: self.capitals.map(|it| (it + by + chance.between(-6, 6)).clamp(4, 96)),
            income: self.income + by * 30 + chance.between(-150, 500),
            debt: self.debt * chance.between(60, 105) / 100,
        }
    }

    /// Out of poverty by every rule there is.
    pub(super) fn out_of_poverty(self, chance: &mut Chance) -> Self {
        Self {
            capitals: self.capitals.map(|it| it.max(74) + chance.between(0, 8)),
            income: 3_300 + chance.between(0, 2_600),
            debt: self.debt / 2,
        }
    }
}

/// The answers to one survey. `left_out` of a hundred questions are not answered.
pub(super) fn answers(means: &Means, left_out: u32, chance: &mut Chance) -> Result<Answers, DemoError> {
    let instrument = Instrument::named(INSTRUMENT).map_err(|_| DemoError::Data("instrument"))?;
    let mut answers = Answers::new();
    for indicator in &instrument.indicators {
        let chosen = answer(indicator, share(means, indicator.capital), chance);
        if !chance.percent(left_out) {
            answers.insert(indicator.code.clone(), chosen);
        }
    }
    Ok(answers)
}

fn share(means: &Means, capital: Capital) -> i32 {
    let at = Capital::ALL.iter().position(|it| *it == capital).unwrap_or_default();
    means.capitals.get(at).copied().unwrap_or(40)
}

/// An answer that wins about so many hundredths of the points.
fn answer(indicator: &Indicator, share: i32, chance: &mut Chance) -> Vec<String> {
    // Of 0 to 3 points; what the hundredths leave over is drawn, so that the mean is right.
    let thirds = share * 3 + chance.between(-45, 45);
    let points = thirds.clamp(0, 300) / 100 + i32::from(chance.between(0, 99) < thirds.clamp(0, 299) % 100);
    let points = usize::try_from(points.min(3)).unwrap_or(0);
    let some = match indicator.kind {
        ItemKind::Single => return indicator.choices().nth(points).map(str::to_owned).into_iter().collect(),
        ItemKind::Multiple => points,
        ItemKind::Penalty => 3 - points,
    };
    let choices: Vec<_> = indicator.choices().filter(|it| *it != NONE).collect();
    let from = chance.between(0, choices.len().saturating_sub(1));
    let chosen: Vec<_> =
        choices.iter().cycle().skip(from).take(some.min(choices.len())).map(ToString::to_string).collect();
    if chosen.is_empty() { vec![NONE.to_owned()] } else { chosen }
}

/// What the household earns, told so that it adds up to its means. `vague`: a figure is not known.
pub(super) fn money(means: &Means, residents: i64, vague: bool, chance: &mut Chance) -> Money {
    let month = i32::try_from(residents.max(1)).unwrap_or(1) * means.income;
    let farm = month * chance.between(20, 55) / 100;
    let wages = month - farm;
    let concept =
        chance.pick(&[IncomeConcept::Wages, IncomeConcept::Wages, IncomeConcept::Trade, IncomeConcept::Other]);
    let season = chance.percent(60).then(|| "2568/wet".to_owned());
    let incomes = vec![
        Income {
            concept: IncomeConcept::Farm,
            period: Period::Year,
            net: Net::Net,
            season,
            amount: (!vague).then(|| Baht::whole(farm * 12)),
        },
        Income { concept, period: Period::Month, net: Net::Net, season: None, amount: Some(Baht::whole(wages)) },
    ];
    Money {
        incomes,
        expense_month: chance.percent(85).then(|| Baht::whole(month * chance.between(70, 125) / 100)),
        debt: chance.percent(80).then(|| Baht::whole(means.debt)),
    }
}

/// The command that enters a survey.
pub(super) fn assess(
    means: &Means,
    residents: i64,
    left_out: u32,
    evidence: Evidence,
    chance: &mut Chance,
) -> Result<Assess, DemoError> {
    let vague = evidence == Evidence::Told && chance.percent(9);
    Ok(Assess {
        happened_on: None,
        instrument: INSTRUMENT.to_owned(),
        answers: answers(means, left_out, chance)?,
        money: money(means, residents, vague, chance),
        income_evidence: evidence,
    })
}

#[cfg(test)]
mod tests {
    use events::facts::policy::PolicyBody;
    use uuid::Uuid;

    use super::*;
    use crate::rules::household::assessment::scoring::{capitals, overall};
    use crate::rules::instrument::default_scoring;

    fn levels(means: &Means, word: &str) -> (u8, u8) {
        let Some(PolicyBody::Scoring(scoring)) = default_scoring() else { panic!("the default scoring must read") };
        let mut chance = Chance::of(Uuid::from_u128(5), word);
        let capitals = capitals(&scoring, &answers(means, 0, &mut chance).unwrap());
        let lowest = capitals.iter().map(|it| it.level.unwrap().get()).min().unwrap();
        (overall(&capitals).unwrap().level.get(), lowest)
    }

    #[test]
    fn who_is_out_of_poverty_answers_so() {
        let mut chance = Chance::of(Uuid::from_u128(5), "means");
        for n in 0..500 {
            let means = Means::found(&mut chance).out_of_poverty(&mut chance);
            let (level, lowest) = levels(&means, &n.to_string());
            assert!(level >= 3 && lowest >= 2 && means.income >= 3_300, "{means:?}: {level} {lowest}");
        }
    }

    #[test]
    fn those_who_are_found_are_spread_over_the_levels_and_most_are_at_two() {
        let mut chance = Chance::of(Uuid::from_u128(5), "spread");
        let mut count = [0; 5];
        for n in 0..1000 {
            count[usize::from(levels(&Means::found(&mut chance), &n.to_string()).0)] += 1;
        }
        assert!(count[1] > 120 && count[2] > 350 && count[3] > 120 && count[4] > 5, "{count:?}");
    }
}
