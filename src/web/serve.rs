//! Connections: each is taken, served and ended. Whoever sends nothing, or half of something, is not waited for.

use std::pin::pin;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::Layer;

use super::who::Peer;

/// After an error that concerns every connection, such as too many open files.
const PAUSE: Duration = Duration::from_millis(250);

/// How long the service waits for its callers.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a request's whole header, counted from the connection's start or the answer before.
    pub header: Duration,
    /// For a request's whole body.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { header: Duration::from_secs(20), body: Duration::from_secs(20) }
    }
}

/// Hears when the service ends: an answer that goes on and on must end with it.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Waits for the end.
    pub async fn come(&mut self) {
        // Whoever told of the end is gone: that is the end too.
        drop(self.0.wait_for(|ended| *ended).await);
    }
}

/// Serves until `shutdown` is done; requests that have begun are answered.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = router.layer(Extension(patience));
    let (ending, ended) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) if is_of_one_connection(&error) => continue,
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken at the moment");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        connections.spawn(connection(stream, Peer(peer.ip()), router.clone(), patience, ended.clone()));
    }
    drop(listener);
    ending.send_replace(true);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// Serves one connection to its end, or until the service ends.
async fn connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    patience: Patience,
    mut ended: watch::Receiver<bool>,
) {
    // Without this a small answer may wait for more to send.
    drop(stream.set_nodelay(true));
    let router = Extension(Ending(ended.clone())).layer(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.header);
    let mut connection =
        pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(Extension(peer).layer(router))));
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = ended.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// An error of a connection that went away before it was taken; the next one may be well.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
