//! One-time codes of a second factor: RFC 6238 with SHA-1, six digits and steps of 30 seconds, as every phone has it.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Bytes of a second factor's secret.
pub const SECRET: usize = 20;
const STEP: i64 = 30;
/// How many steps a phone's clock may be wrong.
const DRIFT: i64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step whose code this is, if it is one of now and was not counted yet: a code counts once.
pub fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let code: u32 = code.parse().ok().filter(|_| code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()))?;
    let this = now.timestamp().div_euclid(STEP);
    // All are computed, whichever it is.
    (this - DRIFT..=this + DRIFT).fold(None, |found, step| {
        let fits = u32::from(code_at(secret, step) == code) & u32::from(step > last) == 1;
        if fits { Some(step) } else { found }
    })
}

/// The code of a moment, as a phone shows it.
pub fn code(secret: &[u8], now: DateTime<Utc>) -> String {
    format!("{:06}", code_at(secret, now.timestamp().div_euclid(STEP)))
}

fn code_at(secret: &[u8], step: i64) -> u32 {
    // HMAC takes keys of any length, so the error can't happen.
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).unwrap_or_else(|_| unreachable!("hmac takes any key length"));
    mac.update(&step.to_be_bytes());
    let bytes = mac.finalize().into_bytes();
    let at = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let four = bytes.iter().skip(at).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    (four & 0x7fff_ffff) % 1_000_000
}

/// A secret as people and programs type it: base 32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect::<Vec<u8>>();
    let letter = |five: &[u8]| {
        let value =
            five.iter().chain([0_u8; 4].iter()).take(5).fold(0_usize, |value, bit| value << 1 | usize::from(*bit));
        char::from(ALPHABET.get(value).copied().unwrap_or(b'A'))
    };
    bits.chunks(5).map(letter).collect()
}

/// What a phone reads from a square of dots.
pub fn uri(secret: &[u8], login: &str) -> String {
    // A login name has no character that an address would have to escape, but for `@`.
    let account = login.replace('@', "%40");
    format!("otpauth://totp/Huean:{account}?secret={}&issuer=Huean&algorithm=SHA1&digits=6&period=30", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // Appendix B of RFC 6238, the last six of its eight digits.
        for (second, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(RFC, at(second)), expected);
        }
        assert_eq!(base32(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"fo"), "MZXQ");
    }

    #[test]
    fn a_code_counts_for_one_step_before_and_after_and_once() {
        let now = at(1_234_567_890);
        let this = 1_234_567_890 / 30;
        for (away, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let shown = code(RFC, at(1_234_567_890 + 30 * away));
            assert_eq!(step_of(RFC, &shown, now, 0), counts.then_some(this + away), "{away}");
        }
        let shown = code(RFC, now);
        assert_eq!(step_of(RFC, &shown, now, this), None, "it was counted");
        for wrong in ["", "5924", "+05924", "0059240", "００５９２４", "abcdef", "005925"] {
            assert_eq!(step_of(RFC, wrong, now, 0), None, "{wrong}");
        }
    }
}
