//! How many people each household has, so that all of them together are exactly as many as they are to be.

use uuid::Uuid;

use super::chance::Chance;
use super::family::MOST;

/// Households of one person, of two, and so on, in a hundred.
const SHARES: [u64; MOST] = [4, 11, 16, 23, 20, 13, 8, 5];

/// The sizes of a number of households. Nothing is kept of each: the households stand in a line by size, and their
/// numbers are a walk along it that visits each place once.
#[derive(Debug)]
pub(super) struct Sizes {
    households: u64,
    /// How many households have at most one person, at most two, and so on.
    ends: [u64; MOST],
    stride: u64,
    offset: u64,
}

impl Sizes {
    /// Sizes of so many households with so many people, between one and eight in each.
    pub(super) fn of(households: u32, people: u32, root: Uuid) -> Self {
        let n = u64::from(households.max(1));
        let mut counts = SHARES.map(|share| n * share / 100);
        // What the hundredths leave over goes to the middle, and then as many households as it takes grow or shrink by
        // one person, first those of four and five.
        let given: u64 = counts.iter().sum();
        let [_, _, _, four, ..] = &mut counts;
        *four += n - given;
        let sum = |counts: &[u64; MOST]| (1_u64..).zip(counts).map(|(size, count)| size * count).sum::<u64>();
        let wanted = u64::from(people).clamp(n, n * MOST as u64);
        let mut at = [3, 4, 2, 5, 1, 6, 0].into_iter().cycle();
        while sum(&counts) != wanted {
            let smaller = at.next().unwrap_or_default();
            let missing = wanted.abs_diff(sum(&counts));
            let (from, to) = if sum(&counts) < wanted { (smaller, smaller + 1) } else { (smaller + 1, smaller) };
            if let Ok([from, to]) = counts.get_disjoint_mut([from, to]) {
                let moved = missing.min(*from);
                *from -= moved;
                *to += moved;
            }
        }
        let mut end = 0;
        let ends = counts.map(|count| {
            end += count;
            end
        });
        let mut chance = Chance::of(root, "sizes");
        let mut stride = chance.between(n / 3, n);
        while common(stride, n) != 1 {
            stride += 1;
        }
        Self { households: n, ends, stride, offset: chance.between(0, n - 1) }
    }

    /// How many people the `number`th household has.
    pub(super) fn of_household(&self, number: u32) -> usize {
        let place = (u64::from(number) * self.stride + self.offset) % self.households;
        1 + self.ends.iter().filter(|end| **end <= place).count().min(MOST - 1)
    }
}

/// The greatest divisor that two numbers have in common.
const fn common(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { common(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Scale;
    use super::*;

    fn sizes(scale: Scale, seed: u128) -> Vec<usize> {
        let sizes = Sizes::of(scale.households(), scale.people().unwrap(), Uuid::from_u128(seed));
        (0..scale.households()).map(|number| sizes.of_household(number)).collect()
    }

    #[test]
    fn the_households_of_kalasin_and_of_the_twenty_provinces_have_exactly_the_articles_people() {
        for (scale, households, people) in [(Scale::Kalasin, 11_875, 51_034), (Scale::Twenty, 231_021, 1_039_584)] {
            for seed in [1, 2] {
                let sizes = sizes(scale, seed);
                assert_eq!((sizes.len(), sizes.iter().sum::<usize>()), (households, people));
                assert!(sizes.iter().all(|size| (1..=MOST).contains(size)));
                let alone = sizes.iter().filter(|size| **size == 1).count();
                assert!((households / 40..households / 12).contains(&alone), "{alone}");
            }
        }
    }

    #[test]
    fn every_number_of_households_from_one_on_comes_out() {
        for households in 1..200 {
            let scale = Scale::Spread { households };
            assert_eq!(sizes(scale, 3).iter().sum::<usize>(), scale.people().unwrap() as usize, "{households}");
        }
    }

    #[test]
    fn another_seed_gives_other_sizes_and_those_of_the_first_days_are_mixed() {
        let (one, two) = (sizes(Scale::Twenty, 1), sizes(Scale::Twenty, 2));
        assert_ne!(one[..100], two[..100]);
        for part in one.chunks_exact(2_000).take(20) {
            let mean = part.iter().sum::<usize>() * 100 / part.len();
            assert!((420..480).contains(&mean), "{mean}");
        }
    }
}
