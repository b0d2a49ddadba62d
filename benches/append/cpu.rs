//! What a round costs in processor time: in this process, and in the PostgreSQL server beside it.
//!
//! Read from `/proc`, where the system has it. Other work on the machine does not show.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

/// Processor time so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) client: Duration,
    pub(crate) server: Duration,
}

impl Cpu {
    /// What was used since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { client: self.client.saturating_sub(earlier.client), server: self.server.saturating_sub(earlier.server) }
    }
}

/// The server's first process, the parent of all its others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server(Option<u32>);

impl Server {
    pub(crate) async fn find(url: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.expect("the server answers");
        let backend: i32 =
            sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.expect("a number");
        Self(Process::read(&backend.to_string()).map(|it| it.parent))
    }

    pub(crate) fn cpu(self) -> Cpu {
        let client = Process::read("self").map_or(0, |it| it.own);
        let mut server = 0;
        if let (Some(first), Ok(all)) = (self.0, std::fs::read_dir("/proc")) {
            for entry in all.flatten() {
                let Some(process) = entry.file_name().to_str().and_then(Process::read) else { continue };
                if entry.file_name().to_str() == Some(&first.to_string()) {
                    server += process.own + process.ended;
                } else if process.parent == first {
                    server += process.own;
                }
            }
        }
        // The system counts in hundredths of a second.
        Cpu { client: Duration::from_millis(client * 10), server: Duration::from_millis(server * 10) }
    }
}

struct Process {
    parent: u32,
    /// Its own time, and that of its children that have ended.
    own: u64,
    ended: u64,
}

impl Process {
    fn read(pid: &str) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in brackets, may hold anything.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ticks(11)? + ticks(12)?,
            ended: ticks(13)? + ticks(14)?,
        })
    }
}
