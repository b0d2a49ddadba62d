//! How alike two names are, from 0 to 1, forgiving typing errors, titles, order and spelling by ear.

use super::{normalise, sort_tokens, sounds_like, strip_title};

/// Longer texts are compared by their first characters: the work grows with the square.
const LONGEST: usize = 128;

/// How alike two names are as people write them: 1 is the same name. Titles do not count, nor the order of given and family
/// name; a difference that is only one of spelling by ear counts a fiftieth.
pub fn name_similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (normalise(one), normalise(other));
    let (one, other) = (strip_title(&one).1, strip_title(&other).1);
    let written = similarity(one, other).max(similarity(&sort_tokens(one), &sort_tokens(other)));
    let (one, other) = (sounds_like(one), sounds_like(other));
    let heard = similarity(&one, &other).max(similarity(&sort_tokens(&one), &sort_tokens(&other)));
    written.max(heard * 0.98)
}

/// One less the share of characters that must be inserted, left out, replaced or swapped with their neighbour to make one text
/// of the other. Two empty texts are alike.
pub fn similarity(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let one: Vec<char> = one.chars().take(LONGEST).collect();
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let longest = one.len().max(other.len()).max(1);
    let share = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    1.0 - share(distance(&one, &other)) / share(longest)
}

/// Edits between two texts, each place edited once (optimal string alignment). Keeps three rows of the table.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i + 1);
        for (j, b) in other.iter().enumerate() {
            let replaced = above[j] + usize::from(a != b);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edits_are_counted() {
        let table = [
            ("", "", 0),
            ("a", "", 1),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "abd", 1),
            ("สมชาย", "สมชย", 1),
            ("สมชาย", "สมาชย", 1),
            ("ca", "abc", 3),
        ];
        for (one, other, expected) in table {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&chars(one), &chars(other)), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_name_is_recognised_through_title_order_ear_and_typing_error() {
        let same =
            |one, other| assert!(name_similarity(one, other) > 0.999, "{one} {other} {}", name_similarity(one, other));
        same("นายสมชาย ใจดี", "สมชาย  ใจดี");
        same("ใจดี สมชาย", "นาย สมชาย ใจดี");
        same("คํา น้ำ", "คำ นํ้า");
        let close = |one, other| {
            let likeness = name_similarity(one, other);
            assert!((0.75..0.999).contains(&likeness), "{one} {other} {likeness}");
        };
        close("ศิริพร แก้วดี", "สิริพอน แก้วดี");
        close("สมชาย ใจดี", "สมชาย ใจดา");
        close("ณัฐพล", "นัดพล");
        let far =
            |one, other| assert!(name_similarity(one, other) < 0.6, "{one} {other} {}", name_similarity(one, other));
        far("สมชาย ใจดี", "มาลี บุญมา");
        far("พระสมชาย", "พระวิชัย");
    }

    proptest! {
        #[test]
        fn likeness_is_mutual_and_within_bounds(one in "[ก-ฮะ-ู่้์ ]{0,12}", other in "[ก-ฮะ-ู่้์ ]{0,12}") {
            let likeness = name_similarity(&one, &other);
            prop_assert!((0.0..=1.0).contains(&likeness));
            prop_assert!((likeness - name_similarity(&other, &one)).abs() < 1e-12);
            prop_assert!(name_similarity(&one, &one) > 0.999);
        }
    }
}
