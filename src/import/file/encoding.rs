//! In which encoding is a text file written? Read from its bytes, and never guessed for one row.
//!
//! Thai in TIS-620 (Windows-874 is that and a little more) is hardly ever sound UTF-8, and Thai in UTF-8 is hardly ever
//! sound TIS-620, so that each line says which of the two it is. Most lines decide; a line that disagrees is a fault.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::WINDOWS_874;

/// Lines are looked at in pieces of at most so many bytes.
const PIECE: u64 = 1 << 16;

/// How the bytes of a text file become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// TIS-620, Windows-874.
    Thai,
}

/// Looks at every line of a file.
pub(super) fn recognise(path: &Path) -> io::Result<Encoding> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let (mut utf8, mut other) = (0_u64, 0_u64);
    let mut piece = Vec::new();
    let mut cut = false;
    loop {
        piece.clear();
        if file.by_ref().take(PIECE).read_until(b'\n', &mut piece)? == 0 {
            break;
        }
        let mut bytes = piece.as_slice();
        // What the piece before was cut in has its end here.
        while cut && bytes.first().is_some_and(|byte| byte & 0xc0 == 0x80) {
            bytes = bytes.get(1..).unwrap_or_default();
        }
        cut = piece.len() as u64 == PIECE && piece.last() != Some(&b'\n');
        if bytes.is_ascii() {
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => utf8 += 1,
            Err(error) if cut && error.error_len().is_none() => utf8 += 1,
            Err(_) => other += 1,
        }
    }
    Ok(if other > utf8 { Encoding::Thai } else { Encoding::Utf8 })
}

impl Encoding {
    /// The text of a cell; and what is wrong with it, if it was written in another encoding than the file.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, Option<&'static str>) {
        if bytes.is_ascii() {
            return (String::from_utf8_lossy(bytes).into_owned(), None);
        }
        let as_utf8 = std::str::from_utf8(bytes).ok();
        match (self, as_utf8) {
            (Self::Utf8, Some(text)) => (text.to_owned(), None),
            (Self::Thai, Some(text)) => (text.to_owned(), Some("mixed_encoding")),
            (_, None) => {
                let (text, unreadable) = WINDOWS_874.decode_without_bom_handling(bytes);
                let fault = match (self, unreadable) {
                    (Self::Utf8, _) => Some("mixed_encoding"),
                    (Self::Thai, true) => Some("unreadable_character"),
                    (Self::Thai, false) => None,
                };
                (text.into_owned(), fault)
            }
        }
    }
}
