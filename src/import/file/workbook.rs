//! How large is a workbook once it is unpacked, and what is in it? Measured before anything of it is opened.
//!
//! What the archive says of its own sizes may be a lie, so each part that will be read is unpacked once into nothing.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::FileError;
use super::marks::{Marks, Promised};

/// The most parts a workbook has.
const PARTS: usize = 5_000;
/// Unpacked sizes of the worksheets together, of the texts they share, and of any other part.
const SHEETS: u64 = 4 << 30;
const TEXTS: u64 = 128 << 20;
const OTHERS: u64 = 32 << 20;
/// The reader holds shared texts in memory, and where cells are merged: at most so many of them.
const MOST_TEXTS: u64 = 5_000_000;
const MOST_MERGED: u64 = 1_000_000;
/// Above this size a part that shrinks by more than this factor was made to hurt.
const LARGE: u64 = 64 << 20;
const SHRINKS: u64 = 250;
/// The longest text between two marks: of a cell, or of a mark itself.
const LONGEST_TEXT: u64 = 1 << 20;

/// Refuses what is no workbook, holds programs, or would unpack to too much.
pub(super) fn measure(path: &Path) -> Result<(), FileError> {
    let damaged = |what: String| FileError::Workbook { what };
    let file = File::open(path).map_err(|source| FileError::Unreadable { path: path.display().to_string(), source })?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > PARTS {
        return Err(FileError::Bomb { what: format!("{} parts", archive.len()) });
    }
    let mut sheets = 0;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|error| damaged(error.to_string()))?;
        let name = part.name().map_err(|error| damaged(error.to_string()))?.to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") {
            return Err(FileError::Macros);
        }
        // Pictures and the like are never read.
        if !is_read(&name) {
            continue;
        }
        let (limit, mut held, is_sheet) = match name.as_str() {
            it if it.starts_with("xl/worksheets/") => (SHEETS.saturating_sub(sheets), Some(Held::merged()), true),
            "xl/sharedstrings.xml" => (TEXTS, Some(Held::texts()), false),
            _ => (OTHERS, None, false),
        };
        let packed = part.compressed_size().max(1);
        let size = unpack(&mut part, limit, packed, held.as_mut()).map_err(|fault| match fault {
            Fault::TooMany(most) => FileError::Bomb { what: format!("{name}: more than {most} texts or merged cells") },
            Fault::TooLarge(size) => FileError::Bomb { what: format!("{name}: more than {} MB", size >> 20) },
            Fault::TextTooLong => FileError::Bomb { what: format!("{name}: one cell of more than 1 MB") },
            Fault::Damaged(what) => damaged(what),
        })?;
        if is_sheet {
            sheets += size;
        }
    }
    Ok(())
}

/// Whether a part, by its name in small letters, is among those that are read.
fn is_read(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "xml" || it == "rels")
}

/// What of a part would be held in memory, and how much of it may.
struct Held {
    marks: Marks,
    /// Of shared texts, how many are promised.
    promised: Option<Promised>,
    most: u64,
}

impl Held {
    fn texts() -> Self {
        Self { marks: Marks::beginning(b"si"), promised: Some(Promised::default()), most: MOST_TEXTS }
    }

    fn merged() -> Self {
        Self { marks: Marks::beginning(b"mer"), promised: None, most: MOST_MERGED }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.marks.pass(bytes);
        let promised = self.promised.as_mut().map_or(0, |promised| {
            promised.pass(bytes);
            promised.most
        });
        if self.marks.count.max(promised) > self.most { Err(Fault::TooMany(self.most)) } else { Ok(()) }
    }
}

enum Fault {
    TooMany(u64),
    TooLarge(u64),
    TextTooLong,
    Damaged(String),
}

/// Unpacks a part into nothing and says how large it is.
fn unpack(part: &mut impl Read, limit: u64, packed: u64, mut held: Option<&mut Held>) -> Result<u64, Fault> {
    let mut buffer = vec![0; 1 << 16];
    let (mut size, mut run) = (0_u64, 0_u64);
    loop {
        let n = part.read(&mut buffer).map_err(|error| Fault::Damaged(error.to_string()))?;
        if n == 0 {
            return Ok(size);
        }
        size += n as u64;
        if size > limit || (size > LARGE && size / packed > SHRINKS) {
            return Err(Fault::TooLarge(size));
        }
        if let Some(held) = &mut held {
            held.pass(buffer.get(..n).unwrap_or_default())?;
        }
        for piece in buffer.get(..n).unwrap_or_default().split_inclusive(|byte| *byte == b'<') {
            run += piece.len() as u64;
            if run > LONGEST_TEXT {
                return Err(Fault::TextTooLong);
            }
            if piece.ends_with(b"<") {
                run = 0;
            }
        }
    }
}
