//! The service on a real socket: it answers, is watched, and stops cleanly.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use huean::web::{Patience, Proxies, Proxy};

use super::world::World;

async fn ask(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_on_a_socket_says_how_it_is_and_stops_when_told() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = world.router.clone();
    let server = tokio::spawn(huean::web::serve(listener, router, Patience::default(), async { drop(stopped.await) }));
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n");

    assert!(ask(address, &get("/healthz", "")).await.starts_with("HTTP/1.1 200"));
    let log = world.log.head().await.unwrap().position;
    world.read_model.after(log, std::time::Duration::from_secs(20)).await.unwrap();
    let ready = ask(address, &get("/readyz", "")).await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"ready\":true"), "{ready}");
    let token = format!("authorization: Bearer {}\r\n", world.tokens["caseworker"]);
    let list = ask(address, &get("/api/v1/households", &token)).await;
    let body: Value = serde_json::from_str(list.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body["total"], 0);
    let zipped = ask(address, &get("/api/openapi.json", "accept-encoding: gzip\r\n")).await;
    assert!(zipped.contains("content-encoding: gzip"));
    ask(address, &get("/api/v1/households/somebody", &token)).await;
    ask(address, &get("/api/v1/search?q=secret", &token)).await;
    // A request that is no HTTP, one that ends in its middle, one that lies about its length.
    ask(address, "nonsense\r\n\r\n").await;
    drop(TcpStream::connect(address).await.unwrap().write_all(b"POST /api/v1/households HTTP/1.1\r\n").await);
    let short =
        "POST /api/v1/households HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999999\r\n";
    let large = ask(address, &format!("{short}{token}connection: close\r\n\r\n")).await;
    assert!(large.starts_with("HTTP/1.1 413"), "{large}");

    let metrics = ask(address, &get("/metrics", "")).await;
    assert!(
        metrics.contains("huean_log_position") && metrics.contains("huean_read_model_lag_events{file=\"people\"} 0")
    );
    assert!(metrics.contains("route=\"/api/v1/households/{id}\",method=\"GET\",status=\"404\""), "{metrics}");
    assert!(!metrics.contains("somebody") && !metrics.contains("secret"));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

/// Tries a wrong password under a name nobody has, so that only the address is counted, until it has to wait.
async fn tries_until_waiting(address: std::net::SocketAddr, forwarded: &str, names: &mut u32) -> u32 {
    for tried in 0..100 {
        *names += 1;
        let body = format!("{{\"login\":\"nobody{names}\",\"password\":\"wrong horse battery\"}}");
        let length = body.len();
        let answer = ask(
            address,
            &format!(
                "POST /api/v1/sign-in HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-forwarded-for: {forwarded}\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            ),
        )
        .await;
        if answer.starts_with("HTTP/1.1 429") {
            return tried;
        }
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
    100
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_each_address_is_counted_for_itself_and_a_lie_changes_nothing() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let proxies: Proxies = ["127.0.0.1".parse::<Proxy>().unwrap()].into_iter().collect();
    let router = huean::web::behind(world.router.clone(), proxies);
    let server = tokio::spawn(huean::web::serve(listener, router, Patience::default(), async { drop(stopped.await) }));
    let mut names = 0;
    let taken = tries_until_waiting(address, "203.0.113.7", &mut names).await;
    assert!((55..=65).contains(&taken), "{taken}");
    let other = tries_until_waiting(address, "203.0.113.8", &mut names).await;
    assert!((55..=65).contains(&other), "another office is counted for itself: {other}");
    let lied = tries_until_waiting(address, "198.51.100.1, 203.0.113.7", &mut names).await;
    assert_eq!(lied, 0, "what the caller says stands further left");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
