//! JPEG: the segments that show the picture, without those that tell of it.
//!
//! Kept are tables, frames and scans, the colours (`Adobe`, an ICC profile), and which way up it is: one number that is
//! written anew. Everything else goes: EXIF with place and moment, XMP, comments, previews.

use super::{NoPicture, fits, taken};

/// How a JPEG begins.
pub(super) const BEGIN: [u8; 3] = [0xff, 0xd8, 0xff];

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";
/// An `Adobe` segment has no more to say than this.
const ADOBE_LEN: usize = 12;

/// The picture, and its width and height.
pub(super) fn cleaned(bytes: &[u8]) -> Result<(Vec<u8>, (u32, u32)), NoPicture> {
    let mut rest = bytes;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(taken(&mut rest, 2)?);
    let (mut size, mut scans, mut turned) = (None, 0, false);
    loop {
        let marker = next_marker(&mut rest)?;
        if marker == END {
            break;
        }
        let segment = segment(&mut rest, marker)?;
        match marker {
            // Baseline, extended, progressive: what browsers show.
            0xc0..=0xc2 => {
                if size.replace(dimensions(segment)?).is_some() {
                    return Err(NoPicture::Damaged);
                }
                keep(&mut kept, marker, segment);
            }
            // Huffman tables, quantisation, restart intervals.
            0xc4 | 0xdb | 0xdd => keep(&mut kept, marker, segment),
            0xc3 | 0xc5..=0xcf => return Err(NoPicture::Other),
            SCAN => {
                if size.is_none() {
                    return Err(NoPicture::Damaged);
                }
                keep(&mut kept, marker, segment);
                kept.extend_from_slice(scan(&mut rest)?);
                scans += 1;
            }
            0xe1 if !turned => {
                if let Some(way) = segment.strip_prefix(EXIF).and_then(orientation) {
                    keep(&mut kept, marker, &only_orientation(way));
                    turned = true;
                }
            }
            0xe2 if segment.starts_with(ICC) => keep(&mut kept, marker, segment),
            0xee if segment.starts_with(ADOBE) && segment.len() == ADOBE_LEN => keep(&mut kept, marker, segment),
            // Applications' own and comments.
            0xe0..=0xef | 0xfe => {}
            _ => return Err(NoPicture::Damaged),
        }
    }
    kept.extend_from_slice(&[0xff, END]);
    // Telephones write films, second pictures and notes of their own behind the end: they are left out.
    match size {
        Some(size) if scans > 0 => Ok((kept, fits(size)?)),
        _ => Err(NoPicture::Damaged),
    }
}

/// The next marker, behind as many fill bytes as there are.
fn next_marker(rest: &mut &[u8]) -> Result<u8, NoPicture> {
    if taken(rest, 1)? != [0xff] {
        return Err(NoPicture::Damaged);
    }
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    taken(rest, fill)?;
    match taken(rest, 1)? {
        // Nothing begins anew within a picture, and what belongs into a scan stands nowhere else.
        [0 | 1 | 0xd0..=0xd7 | START] | [] => Err(NoPicture::Damaged),
        [marker, ..] => Ok(*marker),
    }
}

/// What a segment holds behind its length.
fn segment<'a>(rest: &mut &'a [u8], marker: u8) -> Result<&'a [u8], NoPicture> {
    debug_assert!(marker != END, "the end has no length");
    let length = u16_of(taken(rest, 2)?);
    taken(rest, usize::from(length).checked_sub(2).ok_or(NoPicture::Damaged)?)
}

/// Everything up to the marker that ends a scan.
fn scan<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], NoPicture> {
    let mut at = 0;
    loop {
        let here = rest.get(at..).unwrap_or_default();
        at += here.iter().position(|byte| *byte == 0xff).ok_or(NoPicture::CutOff)?;
        match rest.get(at + 1) {
            None => return Err(NoPicture::CutOff),
            Some(0 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return taken(rest, at),
        }
    }
}

fn keep(kept: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    // It came with a length of two bytes, or is one of ours.
    let length = u16::try_from(segment.len() + 2).unwrap_or(u16::MAX);
    kept.extend_from_slice(&[0xff, marker]);
    kept.extend_from_slice(&length.to_be_bytes());
    kept.extend_from_slice(segment);
}

/// Width and height of a frame of eight bits, with one, three or four colours.
fn dimensions(frame: &[u8]) -> Result<(u32, u32), NoPicture> {
    let [8, h1, h2, w1, w2, colours @ (1 | 3 | 4), each @ ..] = frame else { return Err(NoPicture::Damaged) };
    if each.len() != 3 * usize::from(*colours) {
        return Err(NoPicture::Damaged);
    }
    Ok((u32::from(u16_of(&[*w1, *w2])), u32::from(u16_of(&[*h1, *h2]))))
}

/// Two bytes, the big end first; nothing reads as zero.
fn u16_of(bytes: &[u8]) -> u16 {
    bytes.first_chunk::<2>().map_or(0, |bytes| u16::from_be_bytes(*bytes))
}

/// Which way up a camera says that the picture is, if it is not upright.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let big = match tiff.first_chunk::<4>()? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let four = *tiff.get(4..)?.first_chunk::<4>()?;
    let first = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    let first = usize::try_from(first).ok()?;
    for entry in 0..usize::from(two(first)?) {
        let at = first.checked_add(2 + 12 * entry)?;
        if two(at)? == 0x0112 {
            let way = u8::try_from(two(at.checked_add(8)?)?).ok()?;
            return (2..=8).contains(&way).then_some(way);
        }
    }
    None
}

/// An EXIF segment that says which way up the picture is, and nothing else.
fn only_orientation(way: u8) -> Vec<u8> {
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way, 0, 0];
    [EXIF, b"MM\0*", &[0, 0, 0, 8, 0, 1], &entry, &[0; 4]].concat()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const GPS: &[u8] = b"GPS 14.5432,103.4321";

    fn piece(marker: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        keep(&mut bytes, marker, data);
        bytes
    }

    /// A picture of one grey square, with these pieces in front of its tables.
    pub(in crate::picture) fn picture(pieces: &[Vec<u8>]) -> Vec<u8> {
        let frame = piece(0xc0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
        let tables = [piece(0xdb, &[1; 65]), piece(0xc4, &[0; 18])].concat();
        let scan = [piece(SCAN, &[1, 1, 0, 0, 63, 0]), vec![0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56]].concat();
        [&[0xff, 0xd8][..], &pieces.concat(), &tables, &frame, &scan, &[0xff, END]].concat()
    }

    fn exif(way: u8) -> Vec<u8> {
        piece(0xe1, &[&only_orientation(way)[..], GPS].concat())
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    #[test]
    fn place_and_words_of_a_photograph_go_and_its_picture_stays() {
        let xmp = piece(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", GPS].concat());
        let told = [
            piece(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            exif(1),
            xmp,
            piece(0xed, GPS),
            piece(0xfe, GPS),
            piece(0xe2, &[b"MPF\0", GPS].concat()),
            piece(0xee, &[b"Adobe\0", GPS].concat()),
        ];
        let (kept, size) = cleaned(&picture(&told)).unwrap();
        assert!(holds(&picture(&told), GPS), "the search finds what is there");
        assert!(!holds(&kept, GPS));
        assert_eq!((kept, size), (picture(&[]), (8, 8)), "and nothing else changes");
    }

    #[test]
    fn colours_stay_as_they_were() {
        let told = [piece(0xe2, &[ICC, b"\x01\x01profile"].concat()), piece(0xee, b"Adobe\0\x64\0\0\0\0\x01")];
        assert_eq!(cleaned(&picture(&told)).unwrap().0, picture(&told));
    }

    #[test]
    fn a_photograph_that_was_taken_sideways_is_still_shown_upright() {
        let (kept, _) = cleaned(&picture(&[exif(6)])).unwrap();
        assert!(!holds(&kept, GPS));
        assert_eq!(kept, picture(&[piece(0xe1, &only_orientation(6))]));
        // The other end first, behind another entry.
        let little = [
            b"Exif\0\0II*\0\x08\0\0\0\x02\0".as_slice(),
            &[0x0f, 0x01, 2, 0, 1, 0, 0, 0, b'x', 0, 0, 0],
            &[0x12, 0x01, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0],
            GPS,
        ];
        let (kept, _) = cleaned(&picture(&[piece(0xe1, &little.concat())])).unwrap();
        assert_eq!(kept, picture(&[piece(0xe1, &only_orientation(8))]));
        for broken in [&b"MM\0*"[..], b"MM\0*\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"??"] {
            assert_eq!(orientation(broken), None);
        }
    }

    #[test]
    fn hostile_files_are_refused_with_their_reason() {
        let whole = picture(&[]);
        for length in 3..whole.len() {
            let why = cleaned(&whole[..length]).unwrap_err();
            assert!(matches!(why, NoPicture::CutOff | NoPicture::Damaged), "{length}: {why:?}");
        }
        for behind in [&b"PK\x03\x04"[..], b"<html>", &whole, &[0]] {
            assert_eq!(cleaned(&[&whole, behind].concat()), cleaned(&whole));
        }
        let sized = |height: u16, width: u16| {
            let [h, w] = [height.to_be_bytes(), width.to_be_bytes()];
            let at = whole.windows(2).position(|it| it == [0xff, 0xc0]).unwrap() + 5;
            let mut bytes = whole.clone();
            bytes[at..at + 4].copy_from_slice(&[h, w].concat());
            cleaned(&bytes).map(|it| it.1)
        };
        assert_eq!(sized(600, 800), Ok((800, 600)));
        for absurd in [sized(0, 8), sized(8, 0), sized(65_535, 1), sized(16_000, 16_000)] {
            assert_eq!(absurd, Err(NoPicture::Dimensions));
        }
        let frames = picture(&[piece(0xc2, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0])]);
        assert_eq!(cleaned(&frames), Err(NoPicture::Damaged), "two frames");
        assert_eq!(cleaned(&picture(&[piece(0xc3, &[8])])), Err(NoPicture::Other), "nobody shows it");
        let no_scan = [&[0xff, 0xd8][..], &[0xff, END]].concat();
        assert_eq!(cleaned(&no_scan), Err(NoPicture::Damaged));
    }
}
