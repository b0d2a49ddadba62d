//! A picture that somebody hands in: is it one, and what is left of it without all that says more than the picture shows?
//!
//! A telephone writes where and when a photograph was taken, and with what, into every file. What is kept here is only
//! what is needed to show the picture again. What a file is called and says to be counts for nothing: its bytes do.

mod jpeg;
mod png;

use crate::rules::refusal::Text;

/// The largest file that is looked at, in bytes.
pub const LARGEST: usize = 5 << 20;
/// The longest side, in pixels …
const LONGEST: u32 = 16_384;
/// … and so many pixels in all: whoever opens a picture needs memory for each.
const MOST_PIXELS: u64 = 100_000_000;

/// What a picture is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As cameras write photographs.
    Jpeg,
    /// As screens are photographed.
    Png,
}

impl Form {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Jpeg, Self::Png];

    /// `image/jpeg` or `image/png`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How the name of such a file ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// What bytes begin as.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&jpeg::BEGIN) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(&png::BEGIN) {
            Some(Self::Png)
        } else {
            None
        }
    }
}

/// A picture, and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub form: Form,
    /// The file, without what was taken out.
    pub bytes: Vec<u8>,
    /// Width and height, in pixels.
    pub size: (u32, u32),
}

// What it shows is nobody's in a log line.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "‹{} of {} bytes›", self.form.media_type(), self.bytes.len())
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// Nothing came.
    #[error("the file is empty")]
    Empty,
    /// More came than is taken.
    #[error("the file is too large")]
    TooLarge,
    /// Pages can hold programs and other files; there is no small way to take them out.
    #[error("the file is a PDF")]
    Pdf,
    /// Neither JPEG nor PNG, or a kind of them that browsers don't show.
    #[error("the file is no JPEG or PNG")]
    Other,
    /// It ends before the picture does.
    #[error("the file ends too early")]
    CutOff,
    /// It does not keep to its own form.
    #[error("the file is damaged")]
    Damaged,
    /// No picture is so large, or so small.
    #[error("the picture has sizes that can't be shown")]
    Dimensions,
}

impl NoPicture {
    /// Every reason.
    pub const ALL: [Self; 7] =
        [Self::Empty, Self::TooLarge, Self::Pdf, Self::Other, Self::CutOff, Self::Damaged, Self::Dimensions];

    /// Stable, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::TooLarge => "file_too_large",
            Self::Pdf => "pdf_not_taken",
            Self::Other => "no_picture",
            Self::CutOff => "picture_cut_off",
            Self::Damaged => "picture_damaged",
            Self::Dimensions => "picture_dimensions",
        }
    }

    /// What happened, and what would help.
    pub fn text(self) -> Text {
        let most = LARGEST >> 20;
        let (th, en) = match self {
            Self::Empty => ("ไฟล์ว่างเปล่า เลือกไฟล์อีกครั้ง".to_owned(), "the file is empty: choose it again".to_owned()),
            Self::TooLarge => (
                format!("ไฟล์ต้องไม่เกิน {most} MB ให้ถ่ายหรือย่อรูปให้เล็กลง"),
                format!("a file may have {most} MB: take or save a smaller picture"),
            ),
            Self::Pdf => (
                "ยังไม่รับไฟล์ PDF เพราะนำข้อมูลแฝงออกไม่ได้ ให้ถ่ายรูปเอกสารแทน".to_owned(),
                "no PDF is taken, because what is hidden in one can't be taken out: photograph the paper".to_owned(),
            ),
            Self::Other => (
                "ต้องเป็นรูป JPEG หรือ PNG".to_owned(),
                "must be a picture, JPEG or PNG: what it is called does not count".to_owned(),
            ),
            Self::CutOff => {
                ("ไฟล์รูปไม่ครบ ส่งใหม่อีกครั้ง".to_owned(), "the picture ends too early: send it again".to_owned())
            }
            Self::Damaged => {
                ("ไฟล์รูปเสียหาย ถ่ายหรือบันทึกใหม่".to_owned(), "the picture is damaged: take or save it again".to_owned())
            }
            Self::Dimensions => (
                format!("ขนาดภาพต้องไม่เกินด้านละ {LONGEST} จุด และรวมไม่เกิน 100 ล้านจุด"),
                format!("a picture has 1 to {LONGEST} pixels a side, and 100 million at most"),
            ),
        };
        Text { th, en }
    }
}

/// The picture that a file holds, without what tells more than it shows.
pub fn cleaned(bytes: &[u8]) -> Result<Picture, NoPicture> {
    if bytes.is_empty() {
        return Err(NoPicture::Empty);
    }
    if bytes.len() > LARGEST {
        return Err(NoPicture::TooLarge);
    }
    if bytes.starts_with(b"%PDF-") {
        return Err(NoPicture::Pdf);
    }
    let form = Form::of(bytes).ok_or(NoPicture::Other)?;
    let (bytes, size) = match form {
        Form::Jpeg => jpeg::cleaned(bytes)?,
        Form::Png => png::cleaned(bytes)?,
    };
    Ok(Picture { form, bytes, size })
}

/// Whether a picture of this size can be shown.
fn fits((width, height): (u32, u32)) -> Result<(u32, u32), NoPicture> {
    let sides = (1..=LONGEST).contains(&width) && (1..=LONGEST).contains(&height);
    let whole = u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if sides && whole { Ok((width, height)) } else { Err(NoPicture::Dimensions) }
}

/// Takes so many bytes off the front.
fn taken<'a>(rest: &mut &'a [u8], bytes: usize) -> Result<&'a [u8], NoPicture> {
    let (front, behind) = rest.split_at_checked(bytes).ok_or(NoPicture::CutOff)?;
    *rest = behind;
    Ok(front)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        for (bytes, why) in [
            (&b""[..], NoPicture::Empty),
            (b"%PDF-1.7\n", NoPicture::Pdf),
            (b"PK\x03\x04", NoPicture::Other),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NoPicture::Other),
            (b"GIF89a", NoPicture::Other),
            (b"RIFF\0\0\0\0WEBP", NoPicture::Other),
            (b"\xff", NoPicture::Other),
            (b"\xff\xd8", NoPicture::Other),
            (b"\xff\xd8\xff", NoPicture::CutOff),
            (b"\x89PNG\r\n\x1a\n", NoPicture::CutOff),
            (&vec![0xff; LARGEST + 1], NoPicture::TooLarge),
        ] {
            assert_eq!(cleaned(bytes).unwrap_err(), why);
        }
    }

    #[test]
    fn every_reason_has_a_code_of_its_own_and_words_in_both_languages() {
        let codes: std::collections::BTreeSet<_> = NoPicture::ALL.into_iter().map(NoPicture::code).collect();
        assert_eq!(codes.len(), NoPicture::ALL.len());
        assert!(NoPicture::ALL.iter().all(|it| !it.text().th.is_empty() && !it.text().en.is_empty()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_what_is_taken_is_taken_again_unchanged(
            begin in prop_oneof![Just(&[][..]), Just(&jpeg::BEGIN[..]), Just(&png::BEGIN[..])],
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            if let Ok(picture) = cleaned(&[begin, &bytes].concat()) {
                prop_assert_eq!(cleaned(&picture.bytes).unwrap(), picture);
            }
        }

        #[test]
        fn a_picture_with_any_byte_changed_or_cut_anywhere_is_clean_or_refused(
            png in any::<bool>(), at in 0_usize..500, byte in any::<u8>(), cut in 0_usize..500,
        ) {
            let mut bytes = if png { png::tests::picture(&[]) } else { jpeg::tests::picture(&[]) };
            let length = bytes.len();
            bytes[at % length] = byte;
            bytes.truncate(length - cut.min(length));
            if let Ok(picture) = cleaned(&bytes) {
                prop_assert_eq!(cleaned(&picture.bytes).unwrap(), picture);
            }
        }
    }
}
