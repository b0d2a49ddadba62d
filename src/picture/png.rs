//! PNG: the chunks that show the picture, without those that tell of it.

use super::{NoPicture, fits, taken};

/// How a PNG begins.
pub(super) const BEGIN: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

const HEAD: &[u8; 4] = b"IHDR";
const DATA: &[u8; 4] = b"IDAT";
const END: &[u8; 4] = b"IEND";
/// What shows the picture as it was meant: palette and transparency, brightness and colours, the shape of a pixel.
const KEPT: [&[u8; 4]; 6] = [b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"iCCP", b"pHYs"];

/// A chunk: its kind, what it holds, and the whole of it.
struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    whole: &'a [u8],
}

/// The picture, and its width and height.
pub(super) fn cleaned(bytes: &[u8]) -> Result<(Vec<u8>, (u32, u32)), NoPicture> {
    let mut rest = bytes;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(taken(&mut rest, BEGIN.len())?);
    let head = next(&mut rest)?;
    if head.kind != *HEAD {
        return Err(NoPicture::Damaged);
    }
    let size = dimensions(head.data)?;
    kept.extend_from_slice(head.whole);
    let mut has_data = false;
    loop {
        let chunk = next(&mut rest)?;
        match &chunk.kind {
            END if chunk.data.is_empty() => {
                kept.extend_from_slice(chunk.whole);
                break;
            }
            DATA => has_data |= !chunk.data.is_empty(),
            kind if KEPT.contains(&kind) => {}
            // Whoever does not know a chunk with a small letter in front can show the picture without it.
            kind if kind.first().is_some_and(u8::is_ascii_lowercase) => continue,
            _ => return Err(NoPicture::Damaged),
        }
        kept.extend_from_slice(chunk.whole);
    }
    if !has_data {
        return Err(NoPicture::Damaged);
    }
    Ok((kept, fits(size)?))
}

/// The next chunk, if its checksum is right.
fn next<'a>(rest: &mut &'a [u8]) -> Result<Chunk<'a>, NoPicture> {
    let length = rest.first_chunk::<4>().map(|it| u32::from_be_bytes(*it)).ok_or(NoPicture::CutOff)?;
    let length = usize::try_from(length).map_err(|_| NoPicture::CutOff)?;
    let whole = taken(rest, length.checked_add(12).ok_or(NoPicture::CutOff)?)?;
    let (_, checked) = whole.split_at_checked(4).ok_or(NoPicture::CutOff)?;
    let (checked, sum) = checked.split_last_chunk::<4>().ok_or(NoPicture::CutOff)?;
    if crc(checked) != u32::from_be_bytes(*sum) {
        return Err(NoPicture::Damaged);
    }
    let (kind, data) = checked.split_first_chunk::<4>().ok_or(NoPicture::CutOff)?;
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(NoPicture::Damaged);
    }
    Ok(Chunk { kind: *kind, data, whole })
}

/// Width and height of a head whose other fields have values that there are.
fn dimensions(head: &[u8]) -> Result<(u32, u32), NoPicture> {
    let (width, rest) = head.split_first_chunk::<4>().ok_or(NoPicture::Damaged)?;
    let (height, rest) = rest.split_first_chunk::<4>().ok_or(NoPicture::Damaged)?;
    match rest {
        [1 | 2 | 4 | 8 | 16, 0, 0, 0, 0 | 1] | [1 | 2 | 4 | 8, 3, 0, 0, 0 | 1] | [8 | 16, 2 | 4 | 6, 0, 0, 0 | 1] => {
            Ok((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
        }
        _ => Err(NoPicture::Damaged),
    }
}

/// The checksum of a chunk's kind and data: CRC-32, as the standard has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        let at = usize::from(sum.to_le_bytes()[0] ^ byte);
        TABLE.get(at).copied().unwrap_or_default() ^ (sum >> 8)
    })
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    let mut number = 0_u32;
    while at < 256 {
        let mut value = number;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
        number += 1;
    }
    table
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const GPS: &[u8] = b"GPS 14.5432,103.4321";

    fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
        let checked = [&kind[..], data].concat();
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes()[..], &checked, &crc(&checked).to_be_bytes()].concat()
    }

    fn head(width: u32, height: u32) -> Vec<u8> {
        chunk(*HEAD, &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat())
    }

    /// A grey pixel, with these pieces behind its head.
    pub(in crate::picture) fn picture(pieces: &[Vec<u8>]) -> Vec<u8> {
        let data = b"\x78\x9c\x63\x60\0\0\0\x02\0\x01";
        [&BEGIN[..], &head(1, 1), &pieces.concat(), &chunk(*DATA, data), &chunk(*END, b"")].concat()
    }

    #[test]
    fn the_checksum_is_the_standard_s() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn place_and_words_of_a_picture_go_and_its_colours_stay() {
        let told = [*b"eXIf", *b"tEXt", *b"zTXt", *b"iTXt", *b"tIME", *b"prVt", *b"acTL"].map(|it| chunk(it, GPS));
        let (kept, size) = cleaned(&picture(&told)).unwrap();
        assert_eq!((kept, size), (picture(&[]), (1, 1)));
        let colours = [*b"gAMA", *b"sRGB", *b"iCCP", *b"pHYs", *b"tRNS"].map(|it| chunk(it, b"x"));
        assert_eq!(cleaned(&picture(&colours)).unwrap().0, picture(&colours));
    }

    #[test]
    fn hostile_files_are_refused_with_their_reason() {
        let whole = picture(&[]);
        for length in 8..whole.len() {
            assert_eq!(cleaned(&whole[..length]), Err(NoPicture::CutOff), "{length}");
        }
        // What stands behind the end is no part of the picture and is left out.
        for behind in [&b"PK\x03\x04"[..], b"<html>", &whole, &[0]] {
            assert_eq!(cleaned(&[&whole, behind].concat()), cleaned(&whole));
        }
        let mut wrong = whole.clone();
        wrong[20] ^= 1;
        assert_eq!(cleaned(&wrong), Err(NoPicture::Damaged), "the checksum");
        assert_eq!(cleaned(&picture(&[chunk(*b"EVIL", b"")])), Err(NoPicture::Damaged));
        assert_eq!(cleaned(&picture(&[head(1, 1)])), Err(NoPicture::Damaged), "a second head");
        let of = |parts: &[Vec<u8>]| cleaned(&[&BEGIN[..], &parts.concat()].concat());
        assert_eq!(of(&[chunk(*DATA, b"x"), head(1, 1), chunk(*END, b"")]), Err(NoPicture::Damaged));
        assert_eq!(of(&[head(1, 1), chunk(*END, b"")]), Err(NoPicture::Damaged));
        for (width, height) in [(0, 1), (1, 0), (u32::MAX, 1), (16_000, 16_000)] {
            let absurd = of(&[head(width, height), chunk(*DATA, b"x"), chunk(*END, b"")]);
            assert_eq!(absurd, Err(NoPicture::Dimensions));
        }
        let endless = [&BEGIN[..], &[0xff; 4], HEAD, &[0; 40]].concat();
        assert_eq!(cleaned(&endless), Err(NoPicture::CutOff));
    }
}
