//! Which language does the reader ask for? Thai unless English is preferred.

use axum::http::{HeaderMap, header};

use crate::rules::refusal::Text;

/// The languages that texts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// ไทย
    #[default]
    Thai,
    /// English.
    English,
}

impl Language {
    /// The language that `Accept-Language` prefers, by its weights; the first named of two with the same.
    pub fn asked_for(headers: &HeaderMap) -> Self {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0, Self::Thai);
        for range in asked.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let language = match tag.split('-').next() {
                Some("th" | "*") => Self::Thai,
                Some("en") => Self::English,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
            if let Some(weight) = weight.filter(|weight| *weight > best.0 && *weight <= 1.0) {
                best = (weight, language);
            }
        }
        best.1
    }

    /// For `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Thai => "th",
            Self::English => "en",
        }
    }

    /// The sentence in this language.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::Thai => &text.th,
            Self::English => &text.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greatest_weight_is_spoken_and_thai_when_in_doubt() {
        let table = [
            ("", Language::Thai),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("th,en;q=0.8", Language::Thai),
            ("fr,en;q=0.5,th;q=0.4", Language::English),
            ("en;q=0.3,th;q=0.9", Language::Thai),
            ("de", Language::Thai),
            ("en;q=2, th;q=0", Language::Thai),
            ("en;q=abc", Language::Thai),
        ];
        for (asked, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(Language::asked_for(&headers), expected, "{asked}");
        }
    }
}
