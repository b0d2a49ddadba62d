//! Where something stands in a body, as a JSON pointer: bounded, because its parts may be what a client sent.

use serde_path_to_error::{Path, Segment};

/// The longest part that is told, in characters. No field of ours is so long.
const PART: usize = 64;
/// The longest pointer, in bytes.
const WHOLE: usize = 400;

/// Adds a part to a pointer, shortened where it is longer than any name of ours.
pub fn segment(pointer: &mut String, part: &str) {
    if pointer.len() > WHOLE {
        return;
    }
    pointer.push('/');
    for (n, letter) in part.chars().enumerate() {
        match letter {
            _ if n == PART => {
                pointer.push('…');
                break;
            }
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            // Nothing that a terminal or a page might obey.
            _ if letter.is_control() => pointer.push('\u{fffd}'),
            _ => pointer.push(letter),
        }
    }
}

/// A pointer that a rule made, bounded like others.
pub fn bounded(pointer: &str) -> String {
    let mut short = String::new();
    for part in pointer.split('/').skip(1) {
        segment(&mut short, &part.replace("~1", "/").replace("~0", "~"));
    }
    short
}

/// The place in the body as a JSON pointer.
pub fn of(path: &Path) -> String {
    let mut pointer = String::new();
    for part in path {
        match part {
            Segment::Seq { index } => segment(&mut pointer, &index.to_string()),
            Segment::Map { key } => segment(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_short_whatever_was_sent() {
        let mut pointer = String::new();
        segment(&mut pointer, "members");
        segment(&mut pointer, "a/b~c");
        assert_eq!(pointer, "/members/a~1b~0c");
        segment(&mut pointer, "x\u{1b}[31m\r\n");
        assert_eq!(pointer, "/members/a~1b~0c/x\u{fffd}[31m\u{fffd}\u{fffd}");
        for _ in 0..100 {
            segment(&mut pointer, &"ก".repeat(10_000));
        }
        assert!(pointer.len() < 700, "{}", pointer.len());
        assert_eq!(bounded(&format!("/answers/{}", "x".repeat(1_000))), format!("/answers/{}…", "x".repeat(64)));
        assert_eq!((bounded(""), bounded("/a~1b")), (String::new(), "/a~1b".to_owned()));
    }
}
