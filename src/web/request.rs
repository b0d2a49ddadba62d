//! What a request says outside its body: which request it is, and the headers of commands and reads.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use events::id::CommandId;
use uuid::Uuid;

use super::problem::Problem;

/// `Huean-Position`: what a command answered, and what a read waits for.
pub const POSITION: &str = "huean-position";
/// `Idempotent-Replay`: the command was done before.
pub const REPLAY: &str = "idempotent-replay";
/// `Idempotency-Key`: the command's id.
pub const KEY: &str = "idempotency-key";

/// The id of one request: it stands in logs, in problems and in the metadata of what it caused.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// An id that nobody could have guessed: for requests, and for commands whose sender chose none.
pub fn fresh_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// The layer that gives each request its id.
pub async fn numbered(mut request: Request, next: Next) -> Response {
    let id = fresh_id();
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The headers of a command.
#[derive(Debug, Clone, Copy)]
pub struct CommandHeaders {
    /// The command's id: the sender's, or one made here.
    pub command: CommandId,
    /// The sequence the sender has seen.
    pub seen: Option<u64>,
}

impl CommandHeaders {
    /// Reads them; both may be missing.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let command = match one(headers, KEY)? {
            None => fresh_id(),
            Some(text) => Uuid::parse_str(text).map_err(|_| {
                Problem::field("/headers/idempotency-key", "not_a_uuid", "ต้องเป็น UUID", "must be a UUID")
            })?,
        };
        let seen = match one(headers, header::IF_MATCH.as_str())? {
            None | Some("*") => None,
            Some(text) => {
                let number = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                let number = number.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
                Some(number.and_then(|text| text.parse().ok()).ok_or_else(|| {
                    Problem::field(
                        "/headers/if-match",
                        "not_a_sequence",
                        "ต้องเป็นลำดับในเครื่องหมายคำพูด เช่น \"12\"",
                        "must be one sequence in quotes, such as \"12\"",
                    )
                })?)
            }
        };
        Ok(Self { command: CommandId(command), seen })
    }
}

/// The position that a read must wait for, from its header.
pub fn position_header(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(text) = one(headers, POSITION)? else { return Ok(None) };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.map(Some).ok_or_else(|| {
        Problem::field("/headers/huean-position", "not_a_number", "ต้องเป็นตัวเลข", "must be a position: a number")
    })
}

/// The one value of a header.
fn one<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = || {
        Problem::field(format!("/headers/{name}"), "unreadable", "อ่านส่วนหัวนี้ไม่ได้", "must be sent once, as plain text")
    };
    if values.next().is_some() {
        return Err(wrong());
    }
    value.to_str().map(|text| Some(text.trim())).map_err(|_| wrong())
}
