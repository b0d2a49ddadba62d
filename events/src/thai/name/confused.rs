//! One spelling for names that are misheard or misread for each other: under which two people are laid side by side.

use super::{normalise, sort_tokens, sounds_like, strip_title};

/// The letter that stands for all that a tired eye takes for it, once letters of one sound are one.
fn misread(c: char) -> char {
    match c {
        'ค' | 'ต' => 'ด',
        'ฝ' => 'ผ',
        'ฟ' | 'ถ' => 'พ',
        'ป' => 'บ',
        'ช' => 'ข',
        other => other,
    }
}

/// A whole name without title, by sound and sight, its words in alphabetical order. Two people with one key may be one
/// person; it proves nothing.
pub fn likeness_key(name: &str) -> String {
    let name = normalise(name);
    let (_, name) = strip_title(&name);
    let words: Vec<String> =
        name.split_whitespace().map(|word| sounds_like(word).chars().map(misread).collect()).collect();
    sort_tokens(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_whatever_title_order_ear_and_eye_make_of_it() {
        for (one, other) in [
            ("นายสมชาย ใจดี", "ใจดี สมชาย"),
            ("น.ส. ศิริพร แก้วดี", "สิริพร แก้วดี"),
            ("ณัฐพล", "นัถพล"),
            ("ฟองจันทร์ ดีงาม", "พองจันทร์ ดีงาม"),
            ("ฎีกา ปานทอง", "ฏีกา บานทอง"),
        ] {
            assert_eq!(likeness_key(one), likeness_key(other), "{one} {other}");
        }
    }

    #[test]
    fn other_names_have_other_keys() {
        for (one, other) in [("สมชาย ใจดี", "สมหมาย ใจดี"), ("มาลี", "มาลัย"), ("สมศรี", "สมศรี ใจดี")]
        {
            assert_ne!(likeness_key(one), likeness_key(other), "{one} {other}");
        }
    }
}
