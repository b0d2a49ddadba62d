//! How large is a workbook once it is unpacked, and what is in it? Measured before anything of it is opened.
//!
//! What the archive says of its own sizes may be a lie, so each part that will be read is unpacked once into nothing.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::FileError;

/// The most parts a workbook has.
const PARTS: usize = 5_000;
/// Unpacked sizes of the worksheets together, of the texts they share, and of any other part.
const SHEETS: u64 = 4 << 30;
const TEXTS: u64 = 512 << 20;
const OTHERS: u64 = 32 << 20;
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
        let (limit, is_sheet) = match name.as_str() {
            it if it.starts_with("xl/worksheets/") => (SHEETS.saturating_sub(sheets), true),
            "xl/sharedstrings.xml" => (TEXTS, false),
            _ => (OTHERS, false),
        };
        let packed = part.compressed_size().max(1);
        let size = unpack(&mut part, limit, packed).map_err(|fault| match fault {
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

enum Fault {
    TooLarge(u64),
    TextTooLong,
    Damaged(String),
}

/// Unpacks a part into nothing and says how large it is.
fn unpack(part: &mut impl Read, limit: u64, packed: u64) -> Result<u64, Fault> {
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
