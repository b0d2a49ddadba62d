//! Titles before names: นาย, ด.ญ., ว่าที่ ร.ต., พระ, Mrs.; the same person has them or not, and changes them in a lifetime.

/// How the end of a title is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// The name may follow at once: นายสมชาย.
    Anywhere,
    /// At a point or a space only, because names begin like it: คุณวุฒิ, Drew.
    AtGap,
}

/// Titles after which another may follow: ว่าที่ ร.ต. หญิง, ผศ.ดร.
const LEADING: &[(&str, Ends)] = &[
    ("ว่าที่", Ends::Anywhere),
    ("พลเอก", Ends::AtGap),
    ("พลโท", Ends::AtGap),
    ("พลตรี", Ends::AtGap),
    ("พันเอก", Ends::Anywhere),
    ("พันโท", Ends::Anywhere),
    ("พันตรี", Ends::Anywhere),
    ("ร้อยเอก", Ends::Anywhere),
    ("ร้อยโท", Ends::Anywhere),
    ("ร้อยตรี", Ends::Anywhere),
    ("พันตำรวจเอก", Ends::Anywhere),
    ("พันตำรวจโท", Ends::Anywhere),
    ("พันตำรวจตรี", Ends::Anywhere),
    ("ร้อยตำรวจเอก", Ends::Anywhere),
    ("ร้อยตำรวจโท", Ends::Anywhere),
    ("ร้อยตำรวจตรี", Ends::Anywhere),
    ("จ่าสิบเอก", Ends::Anywhere),
    ("จ่าสิบโท", Ends::Anywhere),
    ("จ่าสิบตรี", Ends::Anywhere),
    ("สิบเอก", Ends::Anywhere),
    ("สิบโท", Ends::Anywhere),
    ("สิบตรี", Ends::Anywhere),
    ("สิบตำรวจเอก", Ends::Anywhere),
    ("สิบตำรวจโท", Ends::Anywhere),
    ("สิบตำรวจตรี", Ends::Anywhere),
    ("ดาบตำรวจ", Ends::Anywhere),
    ("พลทหาร", Ends::Anywhere),
    ("พลฯ", Ends::Anywhere),
    ("พล.อ.", Ends::AtGap),
    ("พล.ท.", Ends::AtGap),
    ("พล.ต.", Ends::AtGap),
    ("พล.ต.อ.", Ends::AtGap),
    ("พล.ต.ท.", Ends::AtGap),
    ("พล.ต.ต.", Ends::AtGap),
    ("พ.อ.", Ends::AtGap),
    ("พ.ท.", Ends::AtGap),
    ("พ.ต.", Ends::AtGap),
    ("พ.ต.อ.", Ends::AtGap),
    ("พ.ต.ท.", Ends::AtGap),
    ("พ.ต.ต.", Ends::AtGap),
    ("ร.อ.", Ends::AtGap),
    ("ร.ท.", Ends::AtGap),
    ("ร.ต.", Ends::AtGap),
    ("ร.ต.อ.", Ends::AtGap),
    ("ร.ต.ท.", Ends::AtGap),
    ("ร.ต.ต.", Ends::AtGap),
    ("จ.ส.อ.", Ends::AtGap),
    ("จ.ส.ท.", Ends::AtGap),
    ("จ.ส.ต.", Ends::AtGap),
    ("ส.อ.", Ends::AtGap),
    ("ส.ท.", Ends::AtGap),
    ("ส.ต.", Ends::AtGap),
    ("ส.ต.อ.", Ends::AtGap),
    ("ส.ต.ท.", Ends::AtGap),
    ("ส.ต.ต.", Ends::AtGap),
    ("ด.ต.", Ends::AtGap),
    ("หญิง", Ends::AtGap),
    ("ดร.", Ends::AtGap),
    ("ศ.", Ends::AtGap),
    ("รศ.", Ends::AtGap),
    ("ผศ.", Ends::AtGap),
    ("dr.", Ends::AtGap),
    ("นพ.", Ends::AtGap),
    ("พญ.", Ends::AtGap),
    ("ทพ.", Ends::AtGap),
    ("ทญ.", Ends::AtGap),
    ("ม.จ.", Ends::AtGap),
    ("ม.ร.ว.", Ends::AtGap),
    ("ม.ล.", Ends::AtGap),
    ("หม่อมหลวง", Ends::Anywhere),
    ("หม่อมราชวงศ์", Ends::Anywhere),
    ("หม่อมเจ้า", Ends::Anywhere),
];

/// Titles that the name follows.
const LAST: &[(&str, Ends)] = &[
    ("นาย", Ends::Anywhere),
    ("นาง", Ends::Anywhere),
    ("นางสาว", Ends::Anywhere),
    ("น.ส.", Ends::AtGap),
    ("เด็กชาย", Ends::Anywhere),
    ("เด็กหญิง", Ends::Anywhere),
    ("ด.ช.", Ends::AtGap),
    ("ด.ญ.", Ends::AtGap),
    ("คุณ", Ends::AtGap),
    ("ครู", Ends::AtGap),
    ("อาจารย์", Ends::Anywhere),
    ("พระ", Ends::Anywhere),
    ("พระครู", Ends::Anywhere),
    ("พระมหา", Ends::Anywhere),
    ("พระอธิการ", Ends::Anywhere),
    ("พระสมุห์", Ends::Anywhere),
    ("พระปลัด", Ends::Anywhere),
    ("พระใบฎีกา", Ends::Anywhere),
    ("พระอาจารย์", Ends::Anywhere),
    ("สามเณร", Ends::Anywhere),
    ("สามเณรี", Ends::Anywhere),
    ("เณร", Ends::AtGap),
    ("แม่ชี", Ends::Anywhere),
    ("หลวงพ่อ", Ends::Anywhere),
    ("หลวงปู่", Ends::Anywhere),
    ("หลวงตา", Ends::Anywhere),
    ("หลวงพี่", Ends::Anywhere),
    ("mr.", Ends::AtGap),
    ("mrs.", Ends::AtGap),
    ("ms.", Ends::AtGap),
    ("miss", Ends::AtGap),
    ("master", Ends::AtGap),
];

/// The titles before a name and the name, of a normalised text. A text that is nothing but a title is the name.
pub fn strip_title(text: &str) -> (Option<&str>, &str) {
    let mut name = text;
    while let Some(rest) = without_one(name, LEADING) {
        name = rest;
    }
    if let Some(rest) = without_one(name, LAST) {
        name = rest;
    }
    let title = text.strip_suffix(name).map(str::trim).filter(|title| !title.is_empty());
    (title, name)
}

/// What follows the longest of `titles` that the text begins with.
fn without_one<'a>(text: &'a str, titles: &[(&str, Ends)]) -> Option<&'a str> {
    let rests = titles.iter().filter_map(|(title, ends)| after(text, title, *ends));
    rests.min_by_key(|rest| rest.len())
}

fn after<'a>(text: &'a str, title: &str, ends: Ends) -> Option<&'a str> {
    let mut rest = text;
    for c in title.chars() {
        rest = match (rest.strip_prefix(c), c) {
            // Points are often left out, and spaces set after them.
            (Some(after), '.') => after.trim_start(),
            (None, '.') => rest,
            (Some(after), _) => after,
            (None, _) => return None,
        };
    }
    let eaten = text.strip_suffix(rest)?;
    let gap = rest.starts_with(' ') || eaten.ends_with(['.', ' ']);
    let name = rest.trim_start();
    let begins_a_word = name.chars().next().is_some_and(|c| !leans(c));
    let long_enough = name.chars().nth(1).is_some();
    ((gap || ends == Ends::Anywhere) && begins_a_word && long_enough).then_some(name)
}

/// Whether a character can't begin a word: นายิกา is not นาย with a name ิกา.
fn leans(c: char) -> bool {
    matches!(c, '\u{e30}'..='\u{e3a}' | '\u{e45}'..='\u{e4e}' | 'ฯ' | '.')
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    #[test]
    fn titles_are_taken_off_and_names_left_whole() {
        let table = [
            ("นายสมชาย ใจดี", Some("นาย"), "สมชาย ใจดี"),
            ("นาย สมชาย", Some("นาย"), "สมชาย"),
            ("นางสาวสมศรี", Some("นางสาว"), "สมศรี"),
            ("นางสมศรี", Some("นาง"), "สมศรี"),
            ("น.ส.สมศรี", Some("น.ส."), "สมศรี"),
            ("น.ส. สมศรี", Some("น.ส."), "สมศรี"),
            ("น. ส. สมศรี", Some("น. ส."), "สมศรี"),
            ("นส สมศรี", Some("นส"), "สมศรี"),
            ("ด.ช.ก้อง", Some("ด.ช."), "ก้อง"),
            ("ด.ญ. ก้อย", Some("ด.ญ."), "ก้อย"),
            ("เด็กหญิงก้อย", Some("เด็กหญิง"), "ก้อย"),
            ("พระสมชาย ฐิตธมฺโม", Some("พระ"), "สมชาย ฐิตธมฺโม"),
            ("พระครูวิมล", Some("พระครู"), "วิมล"),
            ("สามเณรก้อง", Some("สามเณร"), "ก้อง"),
            ("ว่าที่ ร.ต. สมชาย", Some("ว่าที่ ร.ต."), "สมชาย"),
            ("ว่าที่ร.ต.หญิง สมศรี", Some("ว่าที่ร.ต.หญิง"), "สมศรี"),
            ("ว่าที่ร้อยตรีสมชาย", Some("ว่าที่ร้อยตรี"), "สมชาย"),
            ("พ.ต.อ.สมชาย", Some("พ.ต.อ."), "สมชาย"),
            ("ผศ.ดร.สมชาย", Some("ผศ.ดร."), "สมชาย"),
            ("Mrs. Somsri", Some("mrs."), "somsri"),
            ("Miss Somsri", Some("miss"), "somsri"),
            // Names that begin like a title.
            ("นายิกา", None, "นายิกา"),
            ("คุณวุฒิ ใจดี", None, "คุณวุฒิ ใจดี"),
            ("ศศิธร", None, "ศศิธร"),
            ("นสมน", None, "นสมน"),
            ("missy", None, "missy"),
            ("หญิง", None, "หญิง"),
            ("สมชาย", None, "สมชาย"),
            // Nothing but a title.
            ("พระ", None, "พระ"),
            ("นาย", None, "นาย"),
            ("", None, ""),
        ];
        for (text, title, name) in table {
            assert_eq!(strip_title(&normalise(text)), (title, name), "{text}");
        }
    }
}
