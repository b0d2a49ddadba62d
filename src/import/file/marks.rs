//! What of a workbook's part would be held in memory, seen as its bytes pass by: how often a mark stands in it, and what
//! number of texts it promises.

/// Looks for marks of one name, with or without a prefix: `<si>`, `<x:si/>`.
#[derive(Debug)]
pub(super) struct Marks {
    name: &'static [u8],
    /// How much of the name stood behind a `<` or a `:`; none: neither stood there.
    seen: Option<usize>,
    /// How many were seen: at least as many as there are.
    pub(super) count: u64,
}

impl Marks {
    /// Of marks whose names begin so. No letter may stand twice in it.
    pub(super) const fn beginning(name: &'static [u8]) -> Self {
        Self { name, seen: None, count: 0 }
    }

    /// The next bytes of the part.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.seen = match (byte, self.seen) {
                (b'<' | b':', _) => Some(0),
                (byte, Some(at)) if self.name.get(at) == Some(byte) => Some(at + 1),
                _ => None,
            };
            if self.seen == Some(self.name.len()) {
                self.count += 1;
                self.seen = None;
            }
        }
    }
}

/// How many texts a part promises in its first mark; the reader makes room for them before it has seen one.
#[derive(Debug, Default)]
pub(super) struct Promised {
    at: usize,
    number: Option<u64>,
    /// The largest number promised.
    pub(super) most: u64,
}

const PROMISE: &[u8] = b"uniqueCount";

impl Promised {
    /// The next bytes of the part.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.at < PROMISE.len() {
                self.at = match byte {
                    byte if PROMISE.get(self.at) == Some(byte) => self.at + 1,
                    b'u' => 1,
                    _ => 0,
                };
                continue;
            }
            match (byte, self.number) {
                (b'0'..=b'9', number) => {
                    let number = number.unwrap_or(0).saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                    self.most = self.most.max(number);
                    self.number = Some(number);
                }
                (b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'', None) => {}
                _ => (self.at, self.number) = (0, None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_however_they_are_written_and_cut() {
        let text = b"<sst><si><t>si</t></si><si/><x:si a='1'></x:si><s><sid></sst>";
        for piece in 1..text.len() {
            let mut marks = Marks::beginning(b"si");
            text.chunks(piece).for_each(|it| marks.pass(it));
            assert_eq!(marks.count, 5, "three texts, the end of one with a prefix, and <sid>, in pieces of {piece}");
        }
    }

    #[test]
    fn a_promised_number_is_found_however_it_is_written_and_cut() {
        for (text, most) in [
            (&b"<sst count=\"9\" uniqueCount=\"123\">"[..], 123),
            (b"<sst uniqueCount = '00099999999999999999999'>", u64::MAX),
            (b"<sst uniqueCount=\"x\"><si uniqueCount='4'/>", 4),
            (b"<sst><si>uniqueCoun 7</si>", 0),
        ] {
            for piece in 1..text.len() {
                let mut promised = Promised::default();
                text.chunks(piece).for_each(|it| promised.pass(it));
                assert_eq!(promised.most, most, "{}", String::from_utf8_lossy(text));
            }
        }
    }
}
