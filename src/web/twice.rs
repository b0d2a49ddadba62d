//! Is a field given twice anywhere in a body? Readers of JSON differ in which of the two they take, so none is taken.

use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::pointer::segment;

/// The pointer of the first field that stands twice in its object. What is no JSON has none.
pub fn given_twice(body: &[u8]) -> Option<String> {
    let (mut path, mut found) = (String::new(), None);
    let mut json = serde_json::Deserializer::from_slice(body);
    // An error is either the field that was found, or of a body that its own reader refuses with better words.
    drop(Look { path: &mut path, found: &mut found }.deserialize(&mut json));
    found
}

struct Look<'a> {
    path: &'a mut String,
    found: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let here = self.path.len();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            segment(self.path, &name);
            if !names.insert(name) {
                *self.found = Some(std::mem::take(self.path));
                return Err(A::Error::custom("a field is given twice"));
            }
            map.next_value_seed(Look { path: self.path, found: self.found })?;
            self.path.truncate(here);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let here = self.path.len();
        for at in 0_usize.. {
            segment(self.path, &at.to_string());
            if list.next_element_seed(Look { path: self.path, found: self.found })?.is_none() {
                break;
            }
            self.path.truncate(here);
        }
        self.path.truncate(here);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_given_twice_is_found_wherever_it_stands() {
        for (body, expected) in [
            (r#"{"a":1,"a":2}"#, Some("/a")),
            (r#"{"a":{"b":1},"b":1}"#, None),
            (r#"{"a":[{"b":1},{"b":1,"c":{"x/y":null,"x/y":1}}]}"#, Some("/a/1/c/x~1y")),
            (r#"{"a":1,"\u0061":2}"#, Some("/a")),
            (r#"{"answers":{"q":["x"],"r":[],"q":["y"]}}"#, Some("/answers/q")),
            (r#"{"a":1,"A":2}"#, None),
            (r#"[1,"x",true,null,-1.5,[]]"#, None),
            (r#"{"a":"#, None),
        ] {
            assert_eq!(given_twice(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn a_body_of_the_greatest_depth_and_width_is_looked_through() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(given_twice(deep.as_bytes()), None);
        let long = "ก".repeat(200_000);
        let wide = format!(r#"{{"{long}":1,"{long}":2}}"#);
        assert!(given_twice(wide.as_bytes()).unwrap().len() < 500, "what was sent is not echoed at length");
    }
}
