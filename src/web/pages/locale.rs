//! Every text of the pages, in Thai and in English: one file per language, the same keys in both.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::sent::{Sent, local};
use crate::web::language::Language;

const THAI: &str = include_str!("../../../locale/th.json");
const ENGLISH: &str = include_str!("../../../locale/en.json");

/// What remembers the language that somebody chose.
const COOKIE: &str = "huean-language";

fn texts(language: Language) -> &'static BTreeMap<String, String> {
    static THAI_TEXTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    static ENGLISH_TEXTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let (cell, file) = match language {
        Language::Thai => (&THAI_TEXTS, THAI),
        Language::English => (&ENGLISH_TEXTS, ENGLISH),
    };
    // A file that is compiled in and read by a test can't be unreadable in the field.
    cell.get_or_init(|| serde_json::from_str(file).unwrap_or_default())
}

/// The text of a key, or nothing.
pub fn known(language: Language, key: &str) -> Option<&'static str> {
    texts(language).get(key).map(String::as_str)
}

/// The text of a key. A key that nobody wrote a text for is shown itself; a test looks that there is none.
pub fn say(language: Language, key: &str) -> String {
    known(language, key).map_or_else(|| key.to_owned(), ToOwned::to_owned)
}

/// The text of a key with `{0}`, `{1}` … filled in.
pub fn fill(language: Language, key: &str, values: &[&str]) -> String {
    let mut text = say(language, key);
    for (at, value) in values.iter().enumerate() {
        text = text.replace(&format!("{{{at}}}"), value);
    }
    text
}

/// What a code of a type is called; a code that has no name is shown itself.
pub fn code(language: Language, of: &str, code: &str) -> String {
    known(language, &format!("value.{of}.{code}")).unwrap_or(code).to_owned()
}

/// The language of a page: the one that was chosen, else Thai. What the browser asks for is not asked: shops sell
/// telephones that speak English to people who don't.
pub fn of_page(headers: &HeaderMap) -> Language {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let chosen = sent.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    match chosen.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next() {
        Some("en") => Language::English,
        _ => Language::Thai,
    }
}

/// Keeps the language somebody chose, and goes back to where they were. Needs nobody to be signed in.
pub async fn choose(sent: Sent) -> Response {
    let to = if sent.one("to") == "en" { "en" } else { "th" };
    let mut response = Redirect::to(local(sent.one("back"))).into_response();
    let cookie = format!("{COOKIE}={to}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Everything that could name a key: the templates, and the source of the pages.
    fn sources() -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        let mut open = vec![root.join("templates"), root.join("src/web/pages")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    text.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        text
    }

    #[test]
    fn every_key_has_a_text_in_both_languages() {
        let keys = |language| texts(language).keys().cloned().collect::<BTreeSet<_>>();
        assert!(keys(Language::Thai).len() > 400);
        assert_eq!(keys(Language::Thai), keys(Language::English));
        for language in [Language::Thai, Language::English] {
            assert!(texts(language).values().all(|text| !text.trim().is_empty()));
        }
    }

    #[test]
    fn every_text_has_as_many_gaps_in_one_language_as_in_the_other() {
        let gaps = |text: &str| (0..5).filter(|at| text.contains(&format!("{{{at}}}"))).count();
        for (key, thai) in texts(Language::Thai) {
            assert_eq!(gaps(thai), gaps(&texts(Language::English)[key]), "{key}");
        }
    }

    #[test]
    fn every_key_that_is_used_is_written_and_every_key_that_is_written_is_used() {
        let text = sources();
        // Families are named by a code; `form` and `words` test them against the schemas.
        let families = ["value.", "field.", "do.", "hint."];
        for key in texts(Language::Thai).keys().filter(|key| !families.iter().any(|it| key.starts_with(it))) {
            // One of a few, by a word: `due.is.{it}`.
            let by_word = key.rsplit_once('.').is_some_and(|(of, _)| text.contains(&format!("\"{of}.{{")));
            assert!(by_word || text.contains(&format!("\"{key}\"")), "nobody says {key}");
        }
        for call in ["say(\"", "fill(\"", "language, \""] {
            for used in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                let written = texts(Language::Thai).contains_key(used);
                assert!(written || !used.contains('.'), "{used} has no text");
            }
        }
    }

    #[test]
    fn a_page_is_thai_until_english_is_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        assert_eq!(of_page(&headers), Language::Thai);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; huean-language=en"));
        assert_eq!(of_page(&headers), Language::English);
    }
}
