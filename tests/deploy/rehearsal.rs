//! What `docker compose up` would do, done without containers: the roles' script, `setup`, then the service.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::compose::{environment, list, service};
use crate::program::huean;

/// Long enough for the slowest machine; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_mins(2);

/// A process that ends with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Gently, because the script that lends the server stops it on the way out.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// A cluster of its own, because roles belong to a whole cluster. Gives its port.
fn postgres() -> (Running, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let mut child =
        Command::new(script).env_remove("HUEAN_TEST_POSTGRES").stdout(Stdio::piped()).spawn().expect("tests/postgres");
    let out = child.stdout.take().expect("its output");
    let running = Running(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).expect("its address");
    let port = line.rsplit(':').next().and_then(|it| it.split('/').next()).expect("a port").to_owned();
    (running, port)
}

/// A text of the compose file as it is on this machine.
fn here(text: &str, postgres_port: &str, listen: &str) -> String {
    let mut text = text.replace("@postgres/", &format!("@127.0.0.1:{postgres_port}/")).replace("0.0.0.0:8080", listen);
    while let Some((before, rest)) = text.split_once("${") {
        let (_, after) = rest.split_once('}').expect("a closed ${…}");
        text = format!("{before}invented{after}");
    }
    text
}

/// Waits until the service answers the question of its health check, or has ended.
fn answer_of(service: &mut Running, listen: &str, path: &str) -> String {
    let began = Instant::now();
    loop {
        if let Some(ended) = service.0.try_wait().expect("its state") {
            panic!("the service ended: {ended}");
        }
        let asked = TcpStream::connect(listen).and_then(|mut stream| {
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        });
        match asked {
            Ok(answer) if answer.starts_with("HTTP/1.1 ") => return answer,
            _ => assert!(began.elapsed() < PATIENCE, "no answer on {listen}: {asked:?}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_compose_describes_comes_up_and_is_healthy() {
    let (_postgres, port) = postgres();
    let data = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).unwrap();
    let listen = free.to_string();

    let roles = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/roles.sh"))
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", &port)
        .envs(environment(&service("postgres")).into_iter().map(|(name, value)| (name, here(&value, &port, &listen))))
        .output()
        .expect("deploy/roles.sh, which needs psql");
    assert!(roles.status.success(), "{}", String::from_utf8_lossy(&roles.stderr));

    let command_of = |name: &str| {
        let service = service(name);
        let mut command = huean();
        command.args(list(&service, "/command").iter().map(|it| here(it, &port, &listen)));
        for (name, value) in environment(&service) {
            command.env(name, here(&value, &port, &listen));
        }
        command.env("HUEAN_DATA", data.path());
        command
    };
    // Twice, because compose runs it at every start.
    for _ in 0..2 {
        let setup = command_of("setup").output().unwrap();
        assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    }
    let key = std::fs::metadata(data.path().join("root.key")).expect("setup makes the root key");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);

    let health = list(&service("huean"), "/healthcheck/test").pop().unwrap();
    let path = health.split_once("8080").map(|(_, path)| path).unwrap();
    let mut running = Running(command_of("huean").spawn().unwrap());
    let answer = answer_of(&mut running, &listen, path);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
