//! A form that brings a file: read as it comes, so that never more of it than a few pieces is in memory.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::body::{cut_off, too_large};
use super::imports::{Coming, Pieces};
use super::kind::Kind;
use super::problem::Problem;

/// The longest heading of a part, in bytes.
const HEADING: usize = 8 << 10;
/// The longest value that is not a file, in bytes.
const VALUE: usize = 4 << 10;
/// The longest mark between parts, in bytes: the standard's own bound.
const MARK: usize = 70;

fn unread() -> Problem {
    Problem::new(Kind::Unreadable, "broken_form", "อ่านแบบฟอร์มไม่ได้", "the form can't be read")
}

/// The parts of a form, one after another.
#[derive(Debug)]
pub struct Parts {
    coming: Coming,
    /// What has come and is not given yet.
    held: Vec<u8>,
    /// What stands between two parts.
    mark: Vec<u8>,
}

/// How a part begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Heading {
    /// The name of its field.
    pub name: String,
    /// The name of its file, as the sender has it; none: it is a value.
    pub file: Option<String>,
}

impl Parts {
    /// The form of a request, as its headers say that it is divided.
    pub fn of(headers: &HeaderMap, coming: Coming) -> Result<Self, Problem> {
        let said = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let (media, rest) = said.split_once(';').ok_or_else(unread)?;
        let mark = parameter(rest, "boundary").filter(|it| (1..=MARK).contains(&it.len())).ok_or_else(unread)?;
        if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(unread());
        }
        // The first mark stands at the very beginning, the others after a line.
        Ok(Self { coming, held: b"\r\n".to_vec(), mark: format!("\r\n--{mark}").into_bytes() })
    }

    /// The heading of the next part; what was not read of the one before is left out.
    pub async fn next(&mut self) -> Result<Option<Heading>, Problem> {
        while self.piece().await?.is_some() {}
        self.held.drain(..self.mark.len());
        self.at_least(2).await?;
        if self.held.starts_with(b"--") {
            return Ok(None);
        }
        let end = loop {
            match find(&self.held, b"\r\n\r\n") {
                Some(end) => break end,
                None if self.held.len() > HEADING => return Err(unread()),
                None => self.more().await?,
            }
        };
        let heading = heading(&self.held[..end]);
        self.held.drain(..end + 4);
        heading.map(Some)
    }

    /// A part that is no file, as a text.
    pub async fn value(&mut self) -> Result<String, Problem> {
        let mut value = Vec::new();
        while let Some(piece) = self.piece().await? {
            value.extend_from_slice(&piece);
            if value.len() > VALUE {
                return Err(too_large());
            }
        }
        String::from_utf8(value).map_err(|_| unread())
    }

    async fn more(&mut self) -> Result<(), Problem> {
        let piece = self.coming.piece().await?.ok_or_else(cut_off)?;
        self.held.extend_from_slice(&piece);
        Ok(())
    }

    async fn at_least(&mut self, bytes: usize) -> Result<(), Problem> {
        while self.held.len() < bytes {
            self.more().await?;
        }
        Ok(())
    }
}

impl Pieces for Parts {
    /// The next piece of this part; none where the mark stands.
    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(end) = find(&self.held, &self.mark) {
                let piece: Vec<u8> = self.held.drain(..end).collect();
                return Ok((end > 0).then(|| piece.into()));
            }
            // The beginning of a mark may stand at the end of what has come.
            let sure = self.held.len().saturating_sub(self.mark.len());
            if sure > 0 {
                let piece: Vec<u8> = self.held.drain(..sure).collect();
                return Ok(Some(piece.into()));
            }
            self.more().await?;
        }
    }
}

/// Where something stands that begins with a line's end.
fn find(held: &[u8], wanted: &[u8]) -> Option<usize> {
    let ends = held.iter().enumerate().filter(|(_, byte)| **byte == b'\r').map(|(at, _)| at);
    ends.into_iter().find(|at| held.get(*at..).is_some_and(|rest| rest.starts_with(wanted)))
}

/// A parameter of a header: `name="file"; filename="a.csv"`. Browsers write a quote within a name as `%22`.
fn parameter(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_start_matches([';', ' ', '\t']).trim();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = next;
    }
}

fn heading(lines: &[u8]) -> Result<Heading, Problem> {
    let text = str::from_utf8(lines).map_err(|_| unread())?;
    let said = text.split("\r\n").filter_map(|line| line.split_once(':'));
    let disposition = said.filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition")).map(|it| it.1);
    let (kind, rest) = disposition.last().and_then(|it| it.split_once(';')).ok_or_else(unread)?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(unread());
    }
    Ok(Heading { name: parameter(rest, "name").ok_or_else(unread)?, file: parameter(rest, "filename") })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Extensions, HeaderValue};

    use super::*;

    const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nทะเบียน\r\n\
                        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"ก ข.csv\"\r\n\
                        Content-Type: text/csv\r\n\r\na,b\r\n--c\r\n1,2\r\n\r\n--b\r\n\
                        Content-Disposition: form-data; name=\"none\"\r\n\r\n\r\n--b--\r\n";

    fn parts(text: &[u8], size: usize, said: &str) -> Result<Parts, Problem> {
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> = text.chunks(size).map(|it| Ok(it.to_vec())).collect();
        let body = Body::from_stream(futures::stream::iter(pieces));
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_str(said).unwrap())]);
        Parts::of(&headers, Coming::of(body, &Extensions::new()))
    }

    #[tokio::test]
    async fn a_form_reads_the_same_however_it_is_cut_on_its_way() {
        for size in [1, 2, 3, 7, 64, 10_000] {
            let mut form = parts(FORM.as_bytes(), size, "multipart/form-data; charset=x; boundary=\"b\"").unwrap();
            let mut next = async || form.next().await.unwrap();
            assert_eq!(next().await, Some(Heading { name: "source".to_owned(), file: None }));
            assert_eq!(form.value().await.unwrap(), "ทะเบียน", "{size}");
            let file = Heading { name: "file".to_owned(), file: Some("ก ข.csv".to_owned()) };
            assert_eq!(form.next().await.unwrap(), Some(file));
            let mut whole = Vec::new();
            while let Some(piece) = form.piece().await.unwrap() {
                whole.extend_from_slice(&piece);
            }
            assert_eq!(whole, b"a,b\r\n--c\r\n1,2\r\n", "{size}");
            assert_eq!(form.next().await.unwrap().map(|it| it.name).as_deref(), Some("none"));
            assert_eq!(form.value().await.unwrap(), "");
            assert_eq!(form.next().await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn what_is_no_form_ends_in_a_problem() {
        for said in ["text/csv", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b"]
        {
            assert!(parts(b"", 1, said).is_err(), "{said}");
        }
        let long = "x".repeat(HEADING * 2);
        let endless = format!("--b\r\n{long}");
        let value = format!("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{long}\r\n--b--");
        for (text, code) in [
            ("", "cut_off"),
            ("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", "cut_off"),
            ("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "broken_form"),
            ("--b\r\nNothing\r\n\r\nx\r\n--b--", "broken_form"),
            (&endless, "broken_form"),
            (&value, "too_large"),
        ] {
            let mut form = parts(text.as_bytes(), 100, "multipart/form-data; boundary=b").unwrap();
            let found = match form.next().await {
                Ok(_) => form.value().await.map(drop),
                Err(problem) => Err(problem),
            };
            assert_eq!(found.unwrap_err().code, code, "{text:.40}");
        }
    }
}
