//! Callers that send nothing, half of something, or that very slowly: the service ends it, and says so where it can.

use std::time::Duration;

use huean::web::{Patience, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::world::World;

/// Longer than anything here takes.
const AT_MOST: Duration = Duration::from_secs(20);

/// A service that waits for its callers as long as it is told.
async fn serving(world: &World, patience: Patience) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, world.router.clone(), patience, std::future::pending()));
    address
}

/// Everything that the service says until it ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(AT_MOST, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(world: &World, length: usize) -> String {
    format!(
        "POST /api/v1/households HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         accept-language: en\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\n\r\n",
        world.tokens["caseworker"]
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_never_sends_its_header_is_ended() {
    let world = World::new().await;
    let patience = Patience { header: Duration::from_millis(200), ..Patience::default() };
    let address = serving(&world, patience).await;
    for begun in ["", "GET /api/v1/households HTT", "GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert!(!rest(&mut stream).await.contains("200 OK"), "{begun}");
    }
    // One that sends its header in time is answered as ever.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_in_time_is_408_and_nothing_is_stored() {
    let world = World::new().await;
    let head = world.log.head().await.unwrap();
    let patience = Patience { body: Duration::from_millis(200), ..Patience::default() };
    let address = serving(&world, patience).await;
    for begun in ["", "{\"tambon\":"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{}{begun}", post(&world, 500)).as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("application/problem+json") && answer.contains("\"code\":\"too_slow\""), "{answer}");
    }
    assert_eq!(world.log.head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_stops_arriving_is_408_and_nothing_of_it_is_kept() {
    let world = World::new().await;
    let patience = Patience { body: Duration::from_millis(200), ..Patience::default() };
    let address = serving(&world, patience).await;
    let head = post(&world, 5_000).replace("/households", "/imports").replace("application/json", "text/csv");
    // More than one person may send at once, one after the other and again.
    for _ in 0..6 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{head}household_ref,tambon_code").as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"code\":\"too_slow\""), "{answer}");
        // Whoever goes away in the middle leaves nothing either.
        let mut gone = TcpStream::connect(address).await.unwrap();
        gone.write_all(format!("{head}household_ref").as_bytes()).await.unwrap();
        drop(gone);
    }
    let folder = world.log_file().with_file_name("imports");
    let began = std::time::Instant::now();
    while std::fs::read_dir(&folder).unwrap().next().is_some() {
        assert!(began.elapsed() < AT_MOST, "something of them is kept");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_cut_off_is_408_too() {
    let world = World::new().await;
    let address = serving(&world, Patience::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{}{{\"tambon\":", post(&world, 500)).as_bytes()).await.unwrap();
    // Nothing more will come, and the caller still listens.
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"code\":\"cut_off\""), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_body_is_400() {
    let world = World::new().await;
    let address = serving(&world, Patience::default()).await;
    let head = post(&world, 0).replace("content-length: 0", "transfer-encoding: chunked");
    for chunks in ["ZZ\r\n{}\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF1\r\n{}"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{head}{chunks}").as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("\"code\":\"broken_body\""), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_ends_lets_what_has_begun_be_answered() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ended = async { drop(stopped.await) };
    let server = tokio::spawn(serve(listener, world.router.clone(), Patience::default(), ended));
    // One that is idle, and one in the middle of its body.
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut seen = [0; 12];
    idle.read_exact(&mut seen).await.unwrap();
    let body = super::cases::found("460901", "สมหญิง").to_string();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(post(&world, body.len()).as_bytes()).await.unwrap();
    // The service has taken this connection once another that came later is answered.
    let mut later = TcpStream::connect(address).await.unwrap();
    later.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    rest(&mut later).await;
    stop.send(()).unwrap();
    rest(&mut idle).await;
    busy.write_all(body.as_bytes()).await.unwrap();
    let answer = rest(&mut busy).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    tokio::time::timeout(AT_MOST, server).await.unwrap().unwrap().unwrap();
}

/// What the service says up to a mark, on a connection that stays open.
async fn until(stream: &mut TcpStream, mark: &str) -> String {
    let mut answer = String::new();
    while !answer.contains(mark) {
        let mut piece = vec![0; 1_000];
        let read = tokio::time::timeout(AT_MOST, stream.read(&mut piece)).await.unwrap().unwrap();
        assert!(read > 0, "{answer}");
        answer += &String::from_utf8_lossy(&piece[..read]);
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_sends_two_files_at_a_time_and_leaves_room_for_others() {
    let world = World::new().await;
    let address = serving(&world, Patience::default()).await;
    let of = |who: &str| {
        let head = post(&world, 5_000).replace("/households", "/imports").replace("application/json", "text/csv");
        head.replace(world.tokens["caseworker"].as_str(), world.tokens[who].as_str())
    };
    let begun = async |who: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{}household_ref,tambon_code", of(who)).as_bytes()).await.unwrap();
        stream
    };
    let (mut one, mut two, mut three) =
        (begun("caseworker").await, begun("caseworker").await, begun("caseworker").await);
    // Whichever comes last is told so at once; the others are waited for.
    tokio::select! {
        _ = until(&mut one, "too_many_uploads") => {}
        _ = until(&mut two, "too_many_uploads") => {}
        _ = until(&mut three, "too_many_uploads") => {}
    }
    let mut fourth = begun("caseworker").await;
    let answer = until(&mut fourth, "}").await;
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("too_many_uploads"), "{answer}");
    let mut other = TcpStream::connect(address).await.unwrap();
    let file = "household_ref\n";
    let head = of("colleague").replace("5000", &file.len().to_string());
    other.write_all(format!("{head}{file}").as_bytes()).await.unwrap();
    let answer = until(&mut other, "}").await;
    assert!(!answer.starts_with("HTTP/1.1 429") && !answer.starts_with("HTTP/1.1 5"), "{answer}");
}
