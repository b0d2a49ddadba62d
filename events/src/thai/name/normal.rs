//! One spelling for texts that look the same: what search and matching compare.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::thai::digits;

const SARA_AA: char = '\u{e32}';
const SARA_AM: char = '\u{e33}';
const NIKHAHIT: char = '\u{e4d}';

/// The form in which texts are compared: NFC (not NFKC, which would take ำ apart), ำ in one piece, แ not เเ, marks once and in
/// the order of the keyboard's rules, no invisible characters, ASCII digits, single spaces, Latin in lower case.
/// Normalising twice changes nothing.
pub fn normalise(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let lower: String = visible.nfc().flat_map(char::to_lowercase).nfc().collect();
    let folded = digits::fold(&lower);
    let mut marked = String::with_capacity(folded.len());
    let mut marks: Vec<char> = Vec::new();
    for c in folded.chars() {
        if c == SARA_AA && marks.contains(&NIKHAHIT) {
            marks.retain(|mark| *mark != NIKHAHIT);
            marks.push(SARA_AM);
        } else if rank(c).is_some() {
            marks.push(c);
        } else {
            settle(&mut marks, &mut marked);
            marked.push(c);
        }
    }
    settle(&mut marks, &mut marked);
    let words: Vec<&str> = marked.split_whitespace().collect();
    words.join(" ").replace("เเ", "แ")
}

/// The words of a name in alphabetical order, so that "given family" equals "family given". Expects normalised text.
pub fn sort_tokens(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// Where a mark stands among the marks of one consonant: vowel, then tone, then the sign of silence, then ◌ํ, then ำ. Marks of
/// other scripts come last and keep the order that NFC gave them, so that a second round finds nothing to move.
fn rank(c: char) -> Option<(u8, u32)> {
    let rank = match c {
        '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}' => 0,
        '\u{e48}'..='\u{e4b}' => 1,
        '\u{e4c}' | '\u{e4e}' => 2,
        NIKHAHIT => 3,
        SARA_AM => 4,
        _ => {
            let class = canonical_combining_class(c);
            return (class != 0).then_some((5, u32::from(class)));
        }
    };
    Some((rank, u32::from(c)))
}

/// Writes out the marks of one consonant, each once, in their order.
fn settle(marks: &mut Vec<char>, into: &mut String) {
    marks.sort_by_key(|mark| rank(*mark));
    marks.dedup();
    into.extend(marks.drain(..));
}

/// Characters that take no room: zero-width spaces and joiners, direction marks, soft hyphens, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_look_the_same_become_the_same() {
        let table = [
            ("คํา", "คำ"),
            ("น้ํา", "น้ำ"),
            ("นํ้า", "น้ำ"),
            ("นำ้", "น้ำ"),
            ("เเก้ว", "แก้ว"),
            ("เ\u{200b}เก้ว", "แก้ว"),
            ("สม\u{200b}ชาย\u{feff}", "สมชาย"),
            ("ท่ี", "ที่"),
            ("ที่่", "ที่"),
            ("สิิงห์์", "สิงห์"),
            ("ป่ยู", "ป่ยู"),
            ("ป\u{e48}\u{e39}", "ปู่"),
            ("หมู่ ๑๒", "หมู่ 12"),
            ("  สมชาย \u{a0}\t ใจดี\n", "สมชาย ใจดี"),
            ("SOMCHAI Jaidee", "somchai jaidee"),
            ("Jose\u{301}", "josé"),
            ("\u{301}\u{e4c}\u{e48}", "\u{e48}\u{e4c}\u{301}"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(normalise(text), expected, "{text}");
        }
    }

    #[test]
    fn different_words_stay_different() {
        assert_ne!(normalise("นำ"), normalise("นา"));
        assert_ne!(normalise("ก่อน"), normalise("ก้อน"));
    }

    #[test]
    fn the_order_of_given_and_family_name_does_not_matter_when_sorted() {
        assert_eq!(sort_tokens("สมชาย ใจดี"), sort_tokens("ใจดี  สมชาย"));
        assert_eq!(sort_tokens("ฐิตธมฺโม"), "ฐิตธมฺโม");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "[ก-ฮะ-ู็-๎๐-๙เแA-Zİßé \u{200b}\u{301}\u{30b}]{0,16}|\\PC{0,12}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
