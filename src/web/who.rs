//! Who asks? A bearer token in a header, or a session in a cookie that only our own pages can send.
//!
//! An unknown, expired, revoked, forged or oversized token or cookie is refused in the same words: a stranger does not
//! learn what it once was.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use uuid::Uuid;

use super::Web;
use super::kind::Kind;
use super::problem::Problem;
use super::refused::of_read;
use super::request::{RequestId, fresh_id};
use super::signin::refused::of_sign_in;
use crate::access::Caller;
use crate::signin::{Missing, Session};

/// The cookie of a session. Its prefix makes a browser take it from this host alone, and only over TLS.
const COOKIE: &str = "__Host-huean";
/// Pages of ours send it where a browser does not say from where a request comes; no other site can.
pub const OURS: &str = "huean-request";

/// The address at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The address, if it stands for one caller: one of a private network is that of a proxy, and stands for all.
    pub fn of_one(self) -> Option<IpAddr> {
        let shared = match self.0.to_canonical() {
            IpAddr::V4(it) => it.is_loopback() || it.is_private() || it.is_link_local(),
            IpAddr::V6(it) => it.is_loopback() || it.is_unique_local() || it.is_unicast_link_local(),
        };
        (!shared).then_some(self.0)
    }
}

/// Somebody who is known and from whom nothing is missing.
#[derive(Debug, Clone)]
pub struct Signed(pub Caller);

/// Somebody with a session, from whom something may be missing still.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Session);

impl FromRequestParts<Web> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let request = parts.extensions.get::<RequestId>().map_or_else(fresh_id, |id| id.0);
        let caller = if parts.headers.contains_key(header::AUTHORIZATION) {
            by_token(parts, web, request).await?
        } else {
            let session = by_cookie(parts, web).await?;
            match session.acting.missing {
                Missing::Nothing => session.acting.caller(session.staff, request),
                Missing::Password => return Err(password_first()),
                Missing::SecondFactor => return Err(second_factor_first()),
            }
        };
        // A command is judged by the desk, also one that was done before. Whoever asks for a header alone reads too.
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return Ok(Self(caller));
        }
        web.0.desk.reading(&caller).await.map(|caller| Self(caller.into_owned())).map_err(of_read)
    }
}

/// Somebody who opens a page. A link from anywhere may open one; what a page changes takes the token of its form.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// As the desk knows them.
    pub caller: Caller,
    /// None: a program, with a token.
    pub session: Option<Session>,
    /// What only they hold, and what the tokens of their forms follow from.
    pub secret: Held,
}

/// The secret of a cookie or a header.
#[derive(Clone)]
pub struct Held(pub String);

// A secret may not reach a log line.
impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹secret›")
    }
}

impl Visitor {
    /// Who opens this page.
    pub async fn of(parts: &Parts, web: &Web) -> Result<Self, Problem> {
        let request = parts.extensions.get::<RequestId>().map_or_else(fresh_id, |id| id.0);
        if let Some(sent) = parts.headers.get(header::AUTHORIZATION) {
            let secret = Held(sent.to_str().unwrap_or_default().to_owned());
            return Ok(Self { caller: by_token(parts, web, request).await?, session: None, secret });
        }
        let session = in_cookie(parts, web).await?;
        let secret = Held(cookie(&parts.headers).unwrap_or_default().to_owned());
        Ok(Self { caller: session.acting.caller(session.staff, request), session: Some(session), secret })
    }

    /// Nothing is missing before they may do anything else, or what it is.
    pub fn whole(&self) -> Result<(), Problem> {
        match self.session.as_ref().map(|session| session.acting.missing) {
            None | Some(Missing::Nothing) => Ok(()),
            Some(Missing::Password) => Err(password_first()),
            Some(Missing::SecondFactor) => Err(second_factor_first()),
        }
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            // Who has a token hears that it takes a session; who has none learns nothing.
            by_token(parts, web, fresh_id()).await?;
            return Err(session_needed());
        }
        by_cookie(parts, web).await.map(Self)
    }
}

async fn by_token(parts: &Parts, web: &Web, request: Uuid) -> Result<Caller, Problem> {
    let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|sent| sent.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or_else(unknown)?;
    let token = token.trim();
    if let Some(bearer) = web.0.tokens.bearer(token) {
        let may = web.0.sign_in.may_bear(token, bearer.staff, surely(parts)).await;
        return may.map_err(|error| of_sign_in(error, ""))?.then(|| bearer.caller(request)).ok_or_else(unknown);
    }
    let known = web.0.sign_in.token(token, surely(parts)).await.map_err(|error| of_sign_in(error, ""))?;
    known.map(|token| token.acting.caller(token.staff, request)).ok_or_else(unknown)
}

async fn by_cookie(parts: &Parts, web: &Web) -> Result<Session, Problem> {
    let session = in_cookie(parts, web).await?;
    if is_from_our_page(&parts.headers) { Ok(session) } else { Err(foreign_page()) }
}

/// The session of a cookie, whichever page the request comes from.
async fn in_cookie(parts: &Parts, web: &Web) -> Result<Session, Problem> {
    let secret = cookie(&parts.headers).ok_or_else(unknown)?;
    let session = web.0.sign_in.session(secret, surely(parts)).await.map_err(|error| of_sign_in(error, ""))?;
    session.ok_or_else(unknown)
}

/// Whether the vault itself must say that the session or token is good: for every change, and for what takes data out.
fn surely(parts: &Parts) -> bool {
    // What is written with escapes is not read twice: the vault is asked.
    let takes_out = |query: &str| {
        let file = |it: &str| it.starts_with("reveal=") || matches!(it, "format=csv" | "format=xlsx");
        query.contains('%') || query.split('&').any(file)
    };
    !matches!(parts.method, Method::GET | Method::HEAD)
        || parts.uri.query().is_some_and(takes_out)
        || parts.uri.path().ends_with("/rejected")
        || parts.uri.path().contains("/people/")
}

/// The one cookie of ours. Two of them were not set by us alone.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ours = sent.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    });
    ours.next().filter(|_| ours.next().is_none())
}

/// Whether a page of ours asks. Where the browser says from which site a request comes, that decides; where it does not
/// say, or no site asked, there must be a header that no other site can make it send.
pub fn is_from_our_page(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin") => true,
        None | Some(b"none") => headers.contains_key(OURS),
        Some(_) => false,
    }
}

/// What makes the browser keep a session's secret; none makes it forget.
pub fn set_cookie(secret: Option<&str>) -> HeaderValue {
    let (secret, age) = secret.map_or(("", 0), |secret| (secret, 8 * 3600));
    let text = format!("{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={age}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

pub fn unknown() -> Problem {
    Problem::new(
        Kind::Unauthenticated,
        "token_needed",
        "ต้องเข้าสู่ระบบ หรือส่ง Authorization: Bearer <token> ที่ระบบรู้จัก",
        "sign in, or send Authorization: Bearer <token> with a token that is known here",
    )
}

pub fn foreign_page() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "foreign_page",
        "คำขอที่ใช้คุกกี้ต้องมาจากหน้าของระบบนี้ (Sec-Fetch-Site: same-origin หรือส่วนหัว Huean-Request)",
        "a request with a cookie must come from a page of this service: Sec-Fetch-Site: same-origin, or Huean-Request",
    )
}

fn password_first() -> Problem {
    let (th, en) = ("ต้องตั้งรหัสผ่านของท่านเองก่อน", "choose a password of your own first: /api/v1/session/password");
    Problem::new(Kind::Forbidden, "password_first", th, en)
}

fn second_factor_first() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "second_factor_first",
        "บทบาทนี้ต้องใช้รหัสยืนยันตัวครั้งที่สองก่อน",
        "this role needs a second factor first: /api/v1/session/offer-second-factor",
    )
}

pub fn session_needed() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "session_needed",
        "สิ่งนี้ทำได้เมื่อเข้าสู่ระบบครบขั้นตอนแล้วเท่านั้น ไม่ใช่ด้วยโทเคน",
        "this takes a session in which nothing is missing, not a token: sign in",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn one_cookie_is_ours_and_two_are_none() {
        let sent = headers(&[("cookie", "a=b; __Host-huean=one; c=d")]);
        assert_eq!(cookie(&sent), Some("one"));
        for none in ["", "huean=one", "__Host-huean=one; __Host-huean=two", "__Host-hueanx=one", "__Host-huean"] {
            assert_eq!(cookie(&headers(&[("cookie", none)])), None, "{none}");
        }
    }

    #[test]
    fn another_site_s_page_is_none_of_ours_whatever_else_it_sends() {
        let ours = |pairs: &[(&'static str, &str)]| is_from_our_page(&headers(pairs));
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("huean-request", "1")]) && ours(&[("sec-fetch-site", "none"), ("huean-request", "1")]));
        assert!(!ours(&[]) && !ours(&[("sec-fetch-site", "none")]));
        for other in ["cross-site", "same-site", "", "Same-Origin", "same-origin, cross-site"] {
            assert!(!ours(&[("sec-fetch-site", other), ("huean-request", "1")]), "{other}");
        }
    }

    #[test]
    fn a_session_s_cookie_is_kept_from_scripts_from_other_sites_and_from_plain_connections() {
        let cookie = set_cookie(Some("abc"));
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-huean=abc; "), "{text}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=28800"] {
            assert!(text.split("; ").any(|it| it == part), "{part}: {text}");
        }
        assert!(!text.contains("Domain"));
        assert!(set_cookie(None).to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn a_proxy_s_address_stands_for_nobody() {
        for (address, one) in [("127.0.0.1", false), ("10.1.2.3", false), ("::1", false), ("fd00::1", false)]
            .into_iter()
            .chain([("203.0.113.7", true), ("2001:db8::1", true), ("::ffff:10.0.0.1", false)])
        {
            assert_eq!(Peer(address.parse().unwrap()).of_one().is_some(), one, "{address}");
        }
    }
}
