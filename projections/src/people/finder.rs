//! Which names are like what somebody typed? A dictionary of the distinct words of all names, in memory.
//!
//! What is typed may lack tone marks, be spelled by ear, be the beginning of a name, or hold a typing error. Words are
//! compared by their sound; pairs of letters find those that are near, and the edits between them put them in order.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{PoisonError, RwLock};

use events::thai::citizen_id::CitizenId;
use events::thai::house_code::HouseCode;
use events::thai::name::{normalise, similarity, sounds_like};
use events::vault::MacKey;
use rusqlite::Connection;

use crate::error::ProjectionError;

/// So many words are compared letter by letter …
const COMPARED: usize = 400;
/// … and so many are looked up.
const LOOKED_UP: usize = 60;
/// Words less alike than this are other words.
const ALIKE: f64 = 0.6;

/// The words of all names, and the key for citizen ids.
pub struct Finder {
    citizen_ids: MacKey,
    words: RwLock<Words>,
}

#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "they are three indexes")]
struct Words {
    by_number: HashMap<i64, Word>,
    /// Each sound with the words that have it, in order, so that a beginning finds its names.
    by_sound: BTreeMap<String, Vec<i64>>,
    by_pair: HashMap<[char; 2], Vec<i64>>,
}

struct Word {
    text: String,
    sound: String,
}

// Names may not reach a log line.
impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finder")
    }
}

/// A word that is like what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Like {
    pub(super) number: i64,
    /// From 0, the same, to 100.
    pub(super) distance: u32,
}

impl Finder {
    /// A finder that knows no name yet.
    pub fn new(citizen_ids: MacKey) -> Self {
        Self { citizen_ids, words: RwLock::default() }
    }

    /// What a citizen id is looked up by: nobody without the vault can tell which id it is.
    pub(super) fn citizen_mac(&self, id: CitizenId) -> Vec<u8> {
        hex::decode(self.citizen_ids.mac(id.plain().as_bytes())).unwrap_or_default()
    }

    /// What a house code is looked up by. It has two digits less, so that it is never taken for a citizen id.
    pub(super) fn house_mac(&self, code: HouseCode) -> Vec<u8> {
        hex::decode(self.citizen_ids.mac(code.plain().as_bytes())).unwrap_or_default()
    }

    /// Learns all words of a file, and forgets all others.
    pub(crate) fn load(&self, db: &Connection) -> Result<(), ProjectionError> {
        let mut words = Words::default();
        let mut select = db.prepare("SELECT name, text FROM names")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            words.add(row.get(0)?, row.get(1)?);
        }
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = words;
        Ok(())
    }

    /// Learns and forgets words.
    pub(super) fn change(&self, new: Vec<(i64, String)>, gone: Vec<i64>) {
        if new.is_empty() && gone.is_empty() {
            return;
        }
        let mut words = self.words.write().unwrap_or_else(PoisonError::into_inner);
        for number in gone {
            words.remove(number);
        }
        for (number, text) in new {
            words.add(number, text);
        }
    }

    /// The words that are like a typed one, the nearest first.
    pub(super) fn like(&self, typed: &str) -> Vec<Like> {
        self.words.read().unwrap_or_else(PoisonError::into_inner).like(&normalise(typed))
    }
}

impl Words {
    fn add(&mut self, number: i64, text: String) {
        let sound = sounds_like(&text);
        for pair in pairs(&sound) {
            self.by_pair.entry(pair).or_default().push(number);
        }
        self.by_sound.entry(sound.clone()).or_default().push(number);
        self.by_number.insert(number, Word { text, sound });
    }

    fn remove(&mut self, number: i64) {
        let Some(word) = self.by_number.remove(&number) else { return };
        for pair in pairs(&word.sound) {
            if let Some(numbers) = self.by_pair.get_mut(&pair) {
                numbers.retain(|it| *it != number);
            }
        }
        if let Some(numbers) = self.by_sound.get_mut(&word.sound) {
            numbers.retain(|it| *it != number);
            if numbers.is_empty() {
                self.by_sound.remove(&word.sound);
            }
        }
    }

    fn like(&self, typed: &str) -> Vec<Like> {
        let sound = sounds_like(typed);
        if sound.is_empty() {
            return Vec::new();
        }
        let beginnings = self.by_sound.range(sound.clone()..).take_while(|(it, _)| it.starts_with(&sound));
        let beginnings = beginnings.flat_map(|(_, numbers)| numbers).take(COMPARED).copied();
        let candidates = beginnings.chain(self.near(&sound));
        let found: HashMap<i64, u32> = candidates
            .filter_map(|number| self.distance(number, typed, &sound).map(|distance| (number, distance)))
            .collect();
        let mut like: Vec<_> = found.into_iter().map(|(number, distance)| Like { number, distance }).collect();
        like.sort_unstable_by_key(|it| (it.distance, it.number));
        like.truncate(LOOKED_UP);
        like
    }

    /// The words that share the most pairs of letters.
    fn near(&self, sound: &str) -> Vec<i64> {
        let pairs = pairs(sound);
        let mut shared: HashMap<i64, usize> = HashMap::new();
        for pair in &pairs {
            for number in self.by_pair.get(pair).into_iter().flatten() {
                *shared.entry(*number).or_default() += 1;
            }
        }
        // One wrong letter breaks two pairs, two swapped ones three.
        let least = pairs.len().saturating_sub(if pairs.len() > 6 { 4 } else { 3 }).max(1);
        let mut near: Vec<_> = shared.into_iter().filter(|(_, count)| *count >= least).collect();
        near.sort_unstable_by_key(|(number, count)| (usize::MAX - count, *number));
        near.into_iter().take(COMPARED).map(|(number, _)| number).collect()
    }

    /// 0 the same, 2 the same sound, up to 30 a beginning, up to 100 near; none: another word.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
    fn distance(&self, number: i64, typed: &str, sound: &str) -> Option<u32> {
        let word = self.by_number.get(&number)?;
        if word.text == typed {
            return Some(0);
        }
        if word.sound == sound {
            return Some(2);
        }
        if let Some(rest) = word.sound.strip_prefix(sound) {
            return Some(5 + u32::try_from(rest.chars().count()).unwrap_or(25).min(25));
        }
        let alike = similarity(&word.sound, sound);
        (alike >= ALIKE).then(|| 30 + ((1.0 - alike) * 175.0) as u32)
    }
}

/// The pairs of neighbouring letters, with the beginning as a letter of its own.
fn pairs(sound: &str) -> Vec<[char; 2]> {
    let letters = std::iter::once('^').chain(sound.chars());
    let mut pairs: Vec<_> = letters.zip(sound.chars()).map(|(one, two)| [one, two]).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Words {
        let mut words = Words::default();
        for (text, number) in texts.iter().zip(1..) {
            words.add(number, normalise(text));
        }
        words
    }

    fn first(words: &Words, typed: &str) -> Option<i64> {
        words.like(&normalise(typed)).first().map(|like| like.number)
    }

    #[test]
    fn a_name_is_found_without_tone_marks_by_ear_by_its_beginning_and_with_a_typing_error() {
        let words = words(&["สมหญิง", "สมศักดิ์", "บุญเลี้ยง", "แก้วมณี", "สุภาพร", "ประเสริฐ", "คำแพง"]);
        let table = [
            ("สมหญิง", 1),
            ("สมศักดิ", 2),
            ("สมสัก", 2),
            ("บุนเลี้ยง", 3),
            ("บญุเลียง", 3),
            ("แกวมณี", 4),
            ("แก้ว", 4),
            ("สุพาพร", 5),
            ("สุภาภร", 5),
            ("ประเสริด", 6),
            ("คํา", 7),
        ];
        for (typed, expected) in table {
            assert_eq!(first(&words, typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn the_same_spelling_comes_before_the_same_sound_and_that_before_a_beginning() {
        let words = words(&["สุภาพร", "สุพาพร", "สุภาพรรณ"]);
        let found: Vec<_> = words.like("สุพาพร").iter().map(|like| like.number).collect();
        assert_eq!(found.first(), Some(&2));
        assert_eq!(found.get(1), Some(&1));
    }

    #[test]
    fn another_name_is_not_found() {
        let words = words(&["สมหญิง", "ประเสริฐ"]);
        for typed in ["วิไลวรรณ", "", "่"] {
            assert_eq!(first(&words, typed), None, "{typed}");
        }
    }

    #[test]
    fn a_word_that_is_removed_is_in_no_list() {
        let mut words = words(&["สมหญิง", "สมหมาย"]);
        words.remove(1);
        assert!(words.like("สมหญิง").iter().all(|like| like.number == 2));
        words.remove(2);
        assert!(words.by_number.is_empty() && words.by_sound.is_empty());
        assert!(words.by_pair.values().all(Vec::is_empty));
    }
}
