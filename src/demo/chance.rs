//! Chance that can be repeated: every draw follows from the seed and a word.

use rand::distr::uniform::SampleUniform;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// A source of draws of its own: what one household draws never moves another's.
#[derive(Debug)]
pub(super) struct Chance(StdRng);

impl Chance {
    /// The source for one purpose.
    pub(super) fn of(root: Uuid, word: &str) -> Self {
        let mut seed = [0; 32];
        let (first, second) = seed.split_at_mut(16);
        first.copy_from_slice(Uuid::new_v5(&root, word.as_bytes()).as_bytes());
        second.copy_from_slice(root.as_bytes());
        Self(StdRng::from_seed(seed))
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between<T: SampleUniform + PartialOrd>(&mut self, low: T, high: T) -> T {
        self.0.random_range(low..=high)
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, times: u32) -> bool {
        self.0.random_range(0..100) < times
    }

    /// True so many times in a thousand.
    pub(super) fn permille(&mut self, times: u32) -> bool {
        self.0.random_range(0..1000) < times
    }

    /// One of several, each as likely.
    pub(super) fn pick<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        const { assert!(N > 0) };
        items[self.0.random_range(0..N)]
    }

    /// One of a list that may be empty.
    pub(super) fn choose<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { items.get(self.0.random_range(0..items.len())).copied() }
    }

    /// One of several by weight.
    pub(super) fn weighted<T: Copy, const N: usize>(&mut self, items: &[(u32, T); N]) -> T {
        const { assert!(N > 0) };
        let whole: u32 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.random_range(0..whole.max(1));
        for (weight, item) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        items[N - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_draws_the_same_and_another_word_draws_otherwise() {
        let draws = |word: &str| {
            let mut chance = Chance::of(Uuid::from_u128(7), word);
            (0..20).map(|_| chance.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draws("household/1"), draws("household/1"));
        assert_ne!(draws("household/1"), draws("household/2"));
    }

    #[test]
    fn weights_count() {
        let mut chance = Chance::of(Uuid::from_u128(7), "weights");
        let heads = (0..10_000).filter(|_| chance.weighted(&[(9, true), (1, false)])).count();
        assert!((8_800..9_200).contains(&heads), "{heads}");
    }
}
