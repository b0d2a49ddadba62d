//! One spelling for a JSON value: members sorted by name, no blanks, whatever order the map was built in.

use serde_json::Value;
use zeroize::Zeroizing;

/// The canonical bytes of a value. Equal values give equal bytes; reading them gives the value back.
pub fn canonical_json(value: &Value) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    write(value, &mut bytes);
    bytes
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        // Sorted here and not left to the map: a dependency can switch serde_json to the order of insertion.
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push(b'{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_text(name, out);
                out.push(b':');
                write(member, out);
            }
            out.push(b'}');
        }
        Value::String(text) => write_text(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.extend_from_slice(value.to_string().as_bytes()),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Writing a str into a Vec has no way to fail.
    serde_json::to_writer(out, text).unwrap_or_else(|_| unreachable!("a vector takes any text"));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_at_every_depth_and_nothing_else_moves() {
        let value = json!({"b": [{"z": 1, "a": "ก\n\"\u{1}"}, null, true], "a": 1.5, "": -7});
        let bytes = canonical_json(&value);
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            r#"{"":-7,"a":1.5,"b":[{"a":"ก\n\"\u0001","z":1},null,true]}"#
        );
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }
}
