//! A process of its own: this test program again, told by its environment what to do.

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Command, Stdio};

use events::clock::Clock;
use events::log::{AppendError, Log, OpenLog, Pen};

use crate::plain::Plain;
use crate::stage::Stage;
use crate::thing::{command_id, one, several, thing, write};

const JOB: &str = "HUEAN_LOG_CHILD";

/// A running process. It is killed when the test lets go of it.
pub struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts a job with its own numbers: `pens` and `plain` write to shared things, `pairs` writes two streams at once.
    pub fn start(stage: &Stage, job: &str, number: u32) -> Self {
        Self::with(format!("{job} {number} {}", stage.url()))
    }

    /// Starts a copy that says when it has stored its first batch, and goes no further.
    pub fn copy(from: &Stage, to: &Stage) -> Self {
        Self::with(format!("copy 0 {} {}", from.url(), to.owner_url()))
    }

    fn with(job: String) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::another_process", "--nocapture", "--test-threads=1"])
            .env(JOB, job)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The next word the process says about its work; none when it has ended.
    pub fn says(&mut self) -> Option<String> {
        // The test program may have begun the line with words of its own.
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        lines.find_map(|line| line.split_once("» ").map(|(_, word)| word.to_owned()))
    }

    /// Everything it still has to say, until it ends by itself.
    pub fn ends(mut self) -> Vec<String> {
        let words = std::iter::from_fn(|| self.says()).collect();
        assert!(self.process.wait().unwrap().success());
        words
    }

    /// Ends it at once, wherever it is, and gives what it had said by then.
    pub fn killed(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.says()).collect()
    }

    /// Sends it a signal: STOP, CONT.
    pub fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// How many writers a job has.
pub const WRITERS: u32 = 4;
/// How many commands each writer of `pens` and `plain` gets done.
pub const ROUNDS: u32 = 25;
/// How many things all of them write to.
pub const THINGS: u32 = 5;

/// Not a test, unless this is another process.
#[tokio::test(flavor = "multi_thread")]
async fn another_process() {
    let Ok(job) = std::env::var(JOB) else { return };
    let mut words = job.splitn(3, ' ');
    let (job, number, url) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let number: u32 = number.parse().unwrap();
    if job == "copy" {
        let (from, to) = url.split_once(' ').unwrap();
        let mut told = |it: events::log::Progress| {
            println!("» {}", it.what);
            loop {
                std::thread::park();
            }
        };
        events::log::copy_log(from, to, &mut told).await.unwrap();
    }
    let writers = (0..WRITERS).map(|writer| async move {
        match job {
            "pens" => {
                let log = Log::open(url, OpenLog { create: false, clock: Clock::Real }).await.unwrap();
                pens(&log, number * WRITERS + writer).await;
            }
            "plain" => plain(url, number * WRITERS + writer).await,
            "pairs" => pairs(url, number * WRITERS + writer).await,
            other => panic!("{other}"),
        }
    });
    futures::future::join_all(writers).await;
}

/// Which thing a writer turns to in a round.
fn turn(writer: u32, round: u32) -> String {
    format!("shared {}", (writer * 7 + round) % THINGS)
}

/// A writer with a pen of its own: looks, appends, looks again after a conflict. Says every command that was done.
pub async fn pens(log: &Log, writer: u32) {
    let pen = Pen::start(log);
    for round in 0..ROUNDS {
        let (id, thing) = (command_id(u128::from(writer * 1000 + round)), thing(&turn(writer, round)));
        loop {
            let sequence = log.stream(&thing, 0).await.unwrap().len() as u64;
            match pen.append(one(id, &thing, sequence, 1 + round as usize % 3)).await {
                Ok(appended) => {
                    println!("» {} {}", id.as_u128(), appended.first_position.unwrap());
                    break;
                }
                Err(AppendError::Conflict(_)) => {}
                Err(AppendError::Unavailable(why)) if why.is_passing() => {}
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

/// A writer that knows nothing of Huean: cqrs-es as it comes.
pub async fn plain(url: &str, writer: u32) {
    let plain = Plain::open(url).await;
    for round in 0..ROUNDS {
        while !plain.happen(&turn(writer, round)).await {}
        println!("» plain");
    }
}

/// Writes two streams in each command, for ever. Says every command that was done.
async fn pairs(url: &str, writer: u32) {
    let log = Log::open(url, OpenLog { create: false, clock: Clock::Real }).await.unwrap();
    let pen = Pen::start(&log);
    for round in 0_u32.. {
        let id = u128::from(writer) << 32 | u128::from(round);
        let (left, right) = (thing(&format!("left {writer}")), thing(&format!("right {writer}")));
        let sequence = u64::from(round);
        let both = vec![write(&left, sequence * 2, 2), write(&right, sequence * 3, 3)];
        // A stopped neighbour may hold SQLite's lock for longer than a pen waits.
        while let Err(error) = pen.append(several(command_id(id), both.clone(), vec![])).await {
            assert!(matches!(&error, AppendError::Unavailable(why) if why.is_passing()), "{error:?}");
        }
        println!("» {}", command_id(id).as_u128());
    }
}
