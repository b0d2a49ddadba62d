//! Who looks at a page, and in which language: found once per request, for the page and for what is shown instead.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::locale;
use crate::access::Caller;
use crate::signin::Session;
use crate::web::Web;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::refused::of_read;
use crate::web::request::fresh_id;
use crate::web::who::{Held, Visitor};

/// Letters of the part of a token that is drawn.
const ONCE: usize = 32;

/// What `around` found out before the page was asked for.
#[derive(Debug, Clone)]
pub struct Met {
    /// The language of the page.
    pub language: Language,
    /// Who looks, or why nobody is known.
    pub visitor: Result<Visitor, Problem>,
}

/// Somebody who is signed in, in a language.
#[derive(Debug, Clone)]
pub struct Reader {
    /// As the desk knows them.
    pub caller: Caller,
    /// None: a program with a token looks at the pages.
    pub session: Option<Session>,
    /// The language.
    pub language: Language,
    /// Where they are, with its query.
    pub path: String,
    secret: Held,
}

/// The same, also while something is missing before they may do anything else.
#[derive(Debug, Clone)]
pub struct Entering(pub Reader);

impl Reader {
    /// Somebody for whom something is shown instead of the page they wanted.
    pub fn shown_instead(visitor: Visitor, language: Language, path: &str) -> Self {
        let Visitor { caller, session, secret } = visitor;
        Self { caller, session, language, path: path.to_owned(), secret }
    }

    /// What every form of this reader must send. It follows from a secret that no other site can read.
    pub fn token(&self) -> String {
        // Each page has one of its own, so that the length of compressed pages tells nothing of it.
        let once = fresh_id().simple().to_string();
        let code = hex::encode(mac(&self.secret, &once).finalize().into_bytes());
        once + &code
    }

    /// Whether a form's token is this reader's, in the same time whatever it is.
    pub fn is_own(&self, token: &str) -> bool {
        let Some((once, code)) = token.split_at_checked(ONCE) else { return false };
        hex::decode(code).is_ok_and(|bytes| mac(&self.secret, once).verify_slice(&bytes).is_ok())
    }
}

fn mac(secret: &Held, once: &str) -> Hmac<Sha256> {
    // A key of any length will do, so this can't fail; without a key nothing verifies what others made.
    let keyed = <Hmac<Sha256> as Mac>::new_from_slice(secret.0.as_bytes());
    let mut mac = keyed.unwrap_or_else(|_| <Hmac<Sha256> as Mac>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
    mac.update(b"a form of a page");
    mac.update(once.as_bytes());
    mac
}

async fn reader(parts: &Parts, web: &Web, whole: bool) -> Result<Reader, Problem> {
    let met = match parts.extensions.get::<Met>() {
        Some(met) => met.clone(),
        None => Met { language: locale::of_page(&parts.headers), visitor: Visitor::of(parts, web).await },
    };
    let visitor = met.visitor?;
    if whole {
        visitor.whole()?;
    }
    let Visitor { mut caller, session, secret } = visitor;
    // A command is judged by the desk, also one that was done before. Whoever asks for headers alone reads too.
    if whole && matches!(parts.method, Method::GET | Method::HEAD) {
        caller = web.0.desk.reading(&caller).await.map_err(of_read)?.into_owned();
    }
    let path = parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
    Ok(Reader { caller, session, language: met.language, path, secret })
}

impl FromRequestParts<Web> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        reader(parts, web, true).await
    }
}

impl FromRequestParts<Web> for Entering {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        reader(parts, web, false).await.map(Self)
    }
}

/// The language alone, for pages that nobody must be signed in for.
#[derive(Debug, Clone, Copy)]
pub struct Speaking(pub Language);

impl FromRequestParts<Web> for Speaking {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(locale::of_page(&parts.headers)))
    }
}
