//! How an open page hears that there is something new: a stream that says how far the numbers are, and nothing of
//! anybody. All streams listen to one channel; what a page then shows, it asks for as its reader.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use projections::AsOf;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, timeout_at};

use crate::access::Action;
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::pages::days;
use crate::web::pages::reader::Reader;
use crate::web::problem::Problem;
use crate::web::reads::allowed;
use crate::web::serve::Ending;

/// So many pages listen at a time.
const MOST: usize = 1_000;
/// A stream that says nothing for longer than this is broken: pages wait thirty seconds for it.
const BEAT: Duration = Duration::from_secs(10);
/// News of the same second are told together.
const TOGETHER: Duration = Duration::from_secs(1);
/// Then a page asks again, and with that who it is.
const LONGEST: Duration = Duration::from_mins(10);

/// The pages that listen.
#[derive(Debug, Clone)]
pub struct Listeners(Arc<Semaphore>);

impl Default for Listeners {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

/// One stream.
struct Listening {
    web: Web,
    reader: Reader,
    moves: Option<watch::Receiver<AsOf>>,
    ending: Option<Ending>,
    until: Instant,
    told: Option<Instant>,
    _place: OwnedSemaphorePermit,
}

/// `GET /operations/events`
pub async fn events(
    State(web): State<Web>,
    reader: Reader,
    ending: Option<Extension<Ending>>,
) -> Result<Response, Problem> {
    allowed(&reader.caller, Action::ListReferrals)?;
    allowed(&reader.caller, Action::ReadReports)?;
    let place = Arc::clone(&web.0.listeners.0).try_acquire_owned().map_err(|_| {
        let (th, en) = ("มีหน้าจอที่เปิดค้างไว้มากเกินไป", "too many pages listen at the moment");
        Problem::new(Kind::NotNow, "too_many_listeners", th, en).again_after(30)
    })?;
    let moves = web.0.read_model.moves();
    let ending = ending.map(|Extension(it)| it);
    let listening =
        Listening { web, reader, moves, ending, until: Instant::now() + LONGEST, told: None, _place: place };
    let mut response = Sse::new(told(listening)).keep_alive(KeepAlive::default()).into_response();
    // A proxy that gathers an answer before it hands it on would hold every event back.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    Ok(response)
}

fn told(listening: Listening) -> impl Stream<Item = Result<Event, std::convert::Infallible>> {
    stream::unfold(listening, |mut it| async move {
        if !it.waits().await {
            return None;
        }
        it.told = Some(Instant::now());
        let event = it.event();
        Some((Ok(event), it))
    })
}

impl Listening {
    /// Waits for news, or for the next beat; false: this stream is over.
    async fn waits(&mut self) -> bool {
        let Some(told) = self.told else { return true };
        if Instant::now() >= self.until {
            return false;
        }
        let news = async {
            tokio::time::sleep_until(told + TOGETHER).await;
            match &mut self.moves {
                // Whoever told is gone: the beat goes on.
                Some(moves) => drop(timeout_at(told + BEAT, moves.changed()).await),
                None => tokio::time::sleep_until(told + BEAT).await,
            }
        };
        if let Some(ending) = &mut self.ending {
            tokio::select! {
                () = news => true,
                () = ending.come() => false,
            }
        } else {
            news.await;
            true
        }
    }

    fn event(&mut self) -> Event {
        let position = self.moves.as_mut().map(|moves| moves.borrow_and_update().position);
        let progress = self.web.0.read_model.progress();
        let now = self.web.0.desk.now();
        let says = json!({
            "position": position,
            "clock": days::clock(self.reader.language, now),
            // Another process keeps the file: this one can't tell how far it is, and the page asks each time.
            "live": progress.figures.state != "failed",
        });
        Event::default().event("at").retry(Duration::from_secs(2)).data(says.to_string())
    }
}
