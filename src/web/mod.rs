//! The JSON API and the pages: the only door that knows HTTP. It reads, asks the desk or the read model, and answers.
//!
//! | file | question |
//! |---|---|
//! | `operation` | what operations are there, and who may call them? (routes and document come from this) |
//! | `commands`, `reads` | what does each do? |
//! | `bulk` | how are many commands given at once? |
//! | `documents` | how does the file of a document come in, and to whom is it given? |
//! | `imports` | how is a file handed in, judged, recorded and taken back? |
//! | `who`, `tokens`, `request` | who asks, and what do the headers say? |
//! | `signin` | how does somebody sign in, and who keeps accounts? |
//! | `proxies` | whom does a request come from, behind a proxy? |
//! | `serve` | how are connections taken, bounded and ended? |
//! | `body`, `twice`, `multipart`, `pointer`, `query` | what was sent, and which field of it can't stand? |
//! | `pages` | what do people see? |
//! | `problem`, `kind`, `refused` | how does every error become one answer, in two languages? |
//! | `openapi`, `examples` | what does the document say? |
//! | `health`, `metrics` | is it alive, ready, and how is it doing? |

mod body;
mod bulk;
mod commands;
mod documents;
mod examples;
mod health;
mod household_id;
mod imports;
mod kind;
mod language;
mod layers;
mod metrics;
mod multipart;
pub mod openapi;
mod operation;
mod pages;
mod pointer;
pub mod problem;
mod proxies;
mod query;
mod reads;
mod refused;
mod request;
mod serve;
mod signin;
mod tokens;
mod twice;
mod who;

use std::sync::Arc;

use axum::{Extension, Router};
use chrono::{DateTime, Utc};
use projections::ReadModel;
use tokio::sync::{OnceCell, Semaphore};

use crate::access_log::AccessLog;
use crate::desk::Desk;
use crate::import::kept::Imports;
use crate::signin::SignIn;
use metrics::Metrics;
use pages::operations::live::Listeners;

pub use kind::Kind;
pub use pages::{addresses as page_addresses, files as page_files};
pub use proxies::{NoNetwork, Proxies, Proxy};
pub use serve::{Patience, serve};
pub use tokens::{Bearer, FILE as TOKENS_FILE, Issued, TokenError, Tokens};

/// Where the API begins.
pub const V1: &str = "/api/v1";

/// What the service is made of.
#[derive(Debug, Clone)]
pub struct App {
    /// The door for every change.
    pub desk: Desk,
    /// Who may come in with a token of the file.
    pub tokens: Tokens,
    /// Who may come in otherwise.
    pub sign_in: SignIn,
    /// What answers lists, counts and searches.
    pub read_model: ReadModel,
    /// Files that people hand in.
    pub imports: Imports,
    /// How many rows with personal values one person is shown in lists in a day, on this node.
    pub daily_rows: u32,
}

/// The service as its handlers see it.
#[derive(Debug, Clone)]
pub(crate) struct Web(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    desk: Desk,
    tokens: Tokens,
    sign_in: SignIn,
    access_log: AccessLog,
    read_model: ReadModel,
    imports: Imports,
    metrics: Metrics,
    /// Files of documents that are on their way in.
    arriving: Semaphore,
    /// The pages that are open and wait for news.
    listeners: Listeners,
    /// When the log's first event was recorded, once somebody asked.
    began: OnceCell<DateTime<Utc>>,
}

/// All routes with all layers.
pub fn router(app: App) -> Router {
    let App { desk, tokens, sign_in, read_model, imports, daily_rows } = app;
    let (metrics, listeners, began) = (Metrics::default(), Listeners::default(), OnceCell::new());
    let arriving = Semaphore::new(documents::AT_ONCE);
    let access_log = AccessLog::of(&desk, daily_rows);
    let inside = Inside { desk, tokens, sign_in, access_log, read_model, imports, metrics, arriving, listeners, began };
    let web = Web(Arc::new(inside));
    let mut router = Router::new();
    for operation in operations() {
        router = router.route(&operation.path, operation.route);
    }
    layers::around(router.merge(pages::routes()), &web).with_state(web)
}

/// The routes of a service in front of which these proxies stand: what they say of their callers is believed.
pub fn behind(router: Router, proxies: Proxies) -> Router {
    router.layer(Extension(proxies))
}

/// Every operation, in the order of the document.
pub(crate) fn operations() -> Vec<operation::Operation> {
    let mut all = commands::operations();
    all.push(bulk::operation());
    all.extend(documents::operations());
    all.extend(reads::operations());
    all.extend(imports::operations());
    all.extend(signin::operations());
    all.extend(health::operations());
    all.push(openapi::operation());
    all
}
