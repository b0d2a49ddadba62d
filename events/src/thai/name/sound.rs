//! One spelling for names that sound alike: what a village head writes by ear must find what the register holds.

/// Whether a character is a consonant that other signs attach to.
fn is_consonant(c: char) -> bool {
    matches!(c, 'ก'..='ฮ') && c != 'ฤ' && c != 'ฦ'
}

/// Whether a character is a vowel sign written after, above or below its consonant.
fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{e30}'..='\u{e39}' | '\u{e45}')
}

/// A normalised name by its sound: letters of one sound become one letter, tones and silent letters go. Different names may
/// meet here, so it finds candidates and proves nothing.
pub fn sounds_like(text: &str) -> String {
    let letters: Vec<char> = without_silent(text);
    let mut sound: Vec<char> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let bears_vowel = next.is_some_and(is_vowel_sign);
        at += 1;
        match (sound.as_slice(), c) {
            // รร is a in พรรณ, an in กรรณิการ์ and at the end.
            (_, 'ร') if next == Some('ร') => {
                at += 1;
                let closing = letters.get(at).copied().is_some_and(is_consonant);
                let opens_next = letters.get(at + 1).copied().is_some_and(is_vowel_sign);
                sound.push('\u{e31}');
                if !closing || opens_next {
                    sound.push('น');
                }
            }
            // ชัย and ไชย are ไช.
            ([.., first, '\u{e31}'], 'ย') if !bears_vowel => {
                let first = *first;
                sound.truncate(sound.len() - 2);
                sound.extend(['ไ', first]);
            }
            ([.., 'ไ', _], 'ย') if !bears_vowel => {}
            (_, 'ฤ') => sound.extend(['ล', '\u{e34}']),
            _ => sound.push(plain(c)),
        }
    }
    sound.into_iter().collect()
}

/// The letter that stands for all of its sound.
fn plain(c: char) -> char {
    match c {
        'ฃ' => 'ข',
        'ฅ' | 'ฆ' => 'ค',
        'ฌ' => 'ช',
        'ญ' => 'ย',
        'ฎ' => 'ด',
        'ฏ' => 'ต',
        'ฐ' => 'ถ',
        'ฑ' | 'ฒ' | 'ธ' => 'ท',
        'ณ' => 'น',
        'ภ' => 'พ',
        'ศ' | 'ษ' | 'ซ' => 'ส',
        'ร' | 'ฬ' => 'ล',
        'ใ' => 'ไ',
        'ๅ' => 'า',
        other => other,
    }
}

/// The letters without tones, signs that change no sound here, and the consonants that ◌์ silences.
fn without_silent(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for c in text.chars() {
        match c {
            '\u{e4c}' => {
                while letters.last().copied().is_some_and(is_vowel_sign) {
                    letters.pop();
                }
                if letters.last().copied().is_some_and(is_consonant) {
                    letters.pop();
                }
            }
            '\u{e3a}' | '\u{e47}'..='\u{e4b}' | '\u{e4d}' | '\u{e4e}' => {}
            other => letters.push(other),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    #[test]
    fn spellings_of_one_sound_meet() {
        let table = [
            ("ศิริพร", "สิริพร"),
            ("สิริพร", "ซิริพร"),
            ("ณัฐ", "นัถ"),
            ("ธนพล", "ทนพล"),
            ("วัฒนา", "วัทนา"),
            ("กมลา", "กมรา"),
            ("จุฬา", "จุลา"),
            ("ฎีกา", "ดีกา"),
            ("ญาดา", "ยาดา"),
            ("สมชัย", "สมไชย"),
            ("ใจ", "ไจ"),
            ("สุพรรณ", "สุพัน"),
            ("กรรณิการ์", "กันนิกา"),
            ("สวรรค์", "สวัน"),
            ("สิทธิ์", "สิท"),
            ("พันธุ์", "พัน"),
            ("แก้ว", "แกว"),
            ("เพ็ญ", "เพญ"),
            ("ฤทัย", "ริทัย"),
            ("ภานุ", "พานุ"),
        ];
        for (one, other) in table {
            assert_eq!(sounds_like(&normalise(one)), sounds_like(&normalise(other)), "{one} {other}");
        }
    }

    #[test]
    fn different_sounds_stay_apart() {
        for (one, other) in [("สมชาย", "สมหญิง"), ("ไชยา", "ไชย"), ("มานี", "มานะ"), ("ก", "ข")]
        {
            assert_ne!(sounds_like(&normalise(one)), sounds_like(&normalise(other)), "{one} {other}");
        }
    }

    #[test]
    fn signs_in_impossible_places_do_no_harm() {
        for text in ["์", "ั", "รร", "ร", "ไ", "ัย", "ไย", "ิ์์", "ะรร", "abc 123"] {
            let _ = sounds_like(text);
        }
        assert_eq!(sounds_like("abc 123"), "abc 123");
    }
}
