//! How a value that is text on the wire is read, refused and described, without quoting what was sent.
//!
//! A refusal carries its stable code through serde as `code: detail`; the doors take it apart again with [`coded`].

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Reads a string. The error of any other type does not show the value: serde's own would, and it may be a citizen id.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<String, E> {
            Err(refuse("not_a_string", "expected a string"))
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<String, E> {
            Err(refuse("not_a_string", "expected a string"))
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<String, E> {
            Err(refuse("not_a_string", "expected a string"))
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<String, E> {
            Err(refuse("not_a_string", "expected a string"))
        }
    }
    // serde_json answers a wrong type by itself, and quotes it, unless it may send any.
    deserializer.deserialize_any(Text)
}

/// A serde error that carries a stable code.
pub(crate) fn refuse<E: Error>(code: &str, detail: impl fmt::Display) -> E {
    E::custom(format_args!("{code}: {detail}"))
}

/// The stable code and the words of an error that came through serde, if it has a code.
pub fn coded(message: &str) -> Option<(&str, &str)> {
    let (code, detail) = message.split_once(": ")?;
    let snake = code.contains('_') && code.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit());
    snake.then_some((code, detail))
}

/// The `OpenAPI` schema of a value that is a string of a given pattern.
pub(crate) fn schema(description: &str, pattern: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .examples([example])
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn a_number_in_place_of_a_string_is_refused_without_showing_it() {
        for sent in ["1460000000013", "-5", "1.5", "true"] {
            let mut json = serde_json::Deserializer::from_str(sent);
            let error = text(&mut json).unwrap_err().to_string();
            assert_eq!(coded(&error).map(|(code, _)| code), Some("not_a_string"), "{error}");
            assert!(!error.contains(sent), "{error}");
        }
    }

    #[test]
    fn only_a_slug_before_the_colon_is_a_code() {
        assert_eq!(coded("date_unreadable: not a date"), Some(("date_unreadable", "not a date")));
        assert_eq!(coded("invalid type: null"), None);
        assert_eq!(coded("missing field"), None);
    }

    /// What a generator that knows only the schema would send must be read, but for days no calendar has.
    fn agrees_with_its_schema<T: utoipa::ToSchema + serde::de::DeserializeOwned>() {
        let schema = serde_json::to_value(T::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        let example = schema["examples"][0].clone();
        assert!(serde_json::from_value::<T>(example.clone()).is_ok(), "{} {example}", T::name());
        let pattern = schema["pattern"].as_str().unwrap().trim_start_matches('^').trim_end_matches('$');
        let sent = proptest::string::string_regex(pattern).unwrap();
        let mut runner = TestRunner::deterministic();
        for _ in 0..500 {
            let text = sent.new_tree(&mut runner).unwrap().current();
            let read = serde_json::from_value::<T>(text.clone().into()).map(|_| ()).map_err(|error| error.to_string());
            let error = read.err().filter(|error| !error.starts_with("date_impossible"));
            assert_eq!(error, None, "{} {text}", T::name());
        }
    }

    #[test]
    fn every_value_reads_what_its_schema_promises() {
        agrees_with_its_schema::<crate::thai::citizen_id::CitizenId>();
        agrees_with_its_schema::<crate::thai::house_code::HouseCode>();
        agrees_with_its_schema::<crate::thai::date::PartialDate>();
        agrees_with_its_schema::<crate::area::AreaCode>();
        agrees_with_its_schema::<crate::area::LaoCode>();
        agrees_with_its_schema::<crate::money::Baht>();
    }
}
