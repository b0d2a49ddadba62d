//! Several processes on one vault, and processes that are killed: nothing lost, nobody back, nothing half done.
//!
//! The other processes are this test binary again: `another_process` does what the environment asks of it, and prints
//! a line for everything it knows to be done.

use std::process::Stdio;

use events::sealed::Subject;
use events::vault::{OpenVault, Vault, VaultError};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::fixture::{Fixture, household, noon, on_both, person, root};
use crate::keys::{opens, sealed};

const ORDER: &str = "HUEAN_VAULT_TEST_ORDER";
const DONE: &str = "DONE ";

/// Everyone whose name begins with these words is erased by the third process.
const VICTIM: u32 = 1;
const NEWCOMER: u32 = 2;

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(fixture: &Fixture, role: &str, name: &str) -> Self {
        let order = json!({"url": fixture.url, "log_id": fixture.log_id, "role": role, "name": name});
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["processes::another_process", "--exact", "--nocapture"])
            .env(ORDER, order.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What it did next; nothing once it has ended.
    async fn next(&mut self) -> Option<Value> {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            // The first line follows the runner's own words.
            if let Some((_, done)) = line.split_once(DONE) {
                return Some(serde_json::from_str(done).unwrap());
            }
        }
        None
    }

    async fn all(mut self) -> Vec<Value> {
        let mut done = Vec::new();
        while let Some(value) = self.next().await {
            done.push(value);
        }
        assert!(self.child.wait().await.unwrap().success());
        done
    }

    /// SIGKILL, and what it had still printed.
    async fn kill(mut self) -> Vec<Value> {
        self.child.start_kill().unwrap();
        let mut done = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            // The last line may be cut short.
            done.extend(line.split_once(DONE).and_then(|(_, text)| serde_json::from_str(text).ok()));
        }
        self.child.wait().await.unwrap();
        done
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process() {
    // Run by the runner and not by a test of this file, there is nothing to do.
    let Ok(order) = std::env::var(ORDER) else { return };
    let order: Value = serde_json::from_str(&order).unwrap();
    let text = |name: &str| order[name].as_str().unwrap().to_owned();
    let log_id = text("log_id").parse().unwrap();
    let vault = Vault::open(&text("url"), &root(), log_id, OpenVault::default()).await.unwrap();
    match text("role").as_str() {
        "adder" => add(&vault, &text("name")).await,
        "eraser" => erase_in_the_middle(&vault).await,
        "endless adder" => add_for_ever(&vault, &text("name")).await,
        "endless eraser" => erase_for_ever(&vault).await,
        other => panic!("no role {other}"),
    }
}

fn tell(done: &Value) {
    println!("\n{DONE}{done}");
}

fn own(name: &str, number: u32) -> Subject {
    Subject::new("person", format!("{name}-{number}"))
}

/// Adds forty persons to one household, and goes on until it is refused a key for the two who are being erased.
async fn add(vault: &Vault, name: &str) {
    let mut refused = [false, false];
    let mut number = 0;
    while number < 40 || refused != [true, true] {
        assert!(number < 100_000, "the erasure never came");
        if number < 40 {
            let ring = vault.ensure(&household(1), &[own(name, number)]).await.unwrap();
            tell(&json!({"subject": own(name, number), "sealed": sealed(&ring, &household(1), &own(name, number))}));
        }
        // A key she had, and a first key in a ring that no erasure can have looked at.
        let elsewhere = household(1_000 + number);
        for (index, (owner, subject)) in [(household(1), VICTIM), (elsewhere, NEWCOMER)].into_iter().enumerate() {
            match vault.ensure(&owner, &[person(subject)]).await {
                Ok(_) => assert!(!refused[index], "an erased subject got a key"),
                Err(VaultError::Erased(_)) => refused[index] = true,
                Err(other) => panic!("{other:?}"),
            }
        }
        number += 1;
    }
    tell(&json!({"tried": number}));
}

async fn erase_in_the_middle(vault: &Vault) {
    while vault.ring(&household(1)).await.unwrap().version() < 20 {
        tokio::task::yield_now().await;
    }
    vault.erase(&[person(VICTIM), person(NEWCOMER)], noon()).await.unwrap();
}

async fn two_processes_add_while_a_third_erases(fixture: Fixture) {
    let vault = fixture.open().await;
    let first = vault.ensure(&household(1), &[person(VICTIM)]).await.unwrap();
    let victims = sealed(&first, &household(1), &person(VICTIM));
    let eraser = Process::start(&fixture, "eraser", "");
    let (one, two) = (Process::start(&fixture, "adder", "one"), Process::start(&fixture, "adder", "two"));
    let (one, two, _) = tokio::join!(one.all(), two.all(), eraser.all());

    let ring = fixture.open().await.ring(&household(1)).await.unwrap();
    let mut added = 0;
    let mut tried = 0;
    for done in one.iter().chain(&two) {
        tried = tried.max(done["tried"].as_u64().unwrap_or_default());
        if let Some(subject) = done["subject"].as_str() {
            added += 1;
            assert!(opens(&ring, &household(1), &done["sealed"]), "the key of {subject} was lost or changed");
        }
    }
    assert_eq!((added, ring.subjects().count(), ring.version()), (80, 80, 82));
    assert!(ring.is_erased(&person(VICTIM)) && !opens(&ring, &household(1), &victims));
    let elsewhere: Vec<_> = (0..u32::try_from(tried).unwrap()).map(|number| household(1_000 + number)).collect();
    let rings = vault.rings(&elsewhere).await.unwrap();
    assert!(!rings.is_empty() && rings.values().all(|ring| !ring.has(&person(NEWCOMER))), "a key survived its erasure");
}

async fn add_for_ever(vault: &Vault, name: &str) {
    for number in 0.. {
        let owner = household(number % 3);
        let ring = vault.ensure(&owner, &[own(name, number)]).await.unwrap();
        tell(
            &json!({"household": number % 3, "sealed": sealed(&ring, &owner, &own(name, number)), "subject": own(name, number)}),
        );
    }
}

async fn a_process_killed_while_adding_loses_no_key_it_had(fixture: Fixture) {
    let mut done = Vec::new();
    for round in 0..4 {
        let mut process = Process::start(&fixture, "endless adder", &format!("round{round}"));
        for _ in 0..10 + 7 * round {
            done.push(process.next().await.unwrap());
        }
        done.extend(process.kill().await);
    }
    let vault = fixture.open().await;
    let owners = [0, 1, 2].map(household);
    let rings = vault.rings(&owners).await.unwrap();
    assert!(done.len() >= 82);
    for entry in &done {
        let owner = household(u32::try_from(entry["household"].as_u64().unwrap()).unwrap());
        let subject = Subject::from(entry["subject"].as_str().unwrap().to_owned());
        assert!(opens(&rings[&owner], &owner, &entry["sealed"]), "{subject} is lost");
        // The key was there before the event that needs it: making it again finds it.
        assert_eq!(vault.ensure(&owner, &[subject]).await.unwrap().version(), rings[&owner].version());
    }
}

const CROWD: u32 = 400;

async fn erase_for_ever(vault: &Vault) {
    for number in 0..CROWD {
        vault.erase(&[person(number)], noon()).await.unwrap();
        tell(&json!({"erased": number}));
    }
}

async fn a_process_killed_while_erasing_has_erased_each_wholly_or_not_at_all(fixture: Fixture) {
    let vault = fixture.open().await;
    let crowd: Vec<Subject> = (0..CROWD).map(person).collect();
    let owners = [1, 2, 3].map(household);
    vault.ensure_many(owners.iter().map(|owner| (owner.clone(), crowd.clone())).collect()).await.unwrap();
    let mut acknowledged = 0;
    for round in 0..4 {
        let mut process = Process::start(&fixture, "endless eraser", "");
        for _ in 0..20 * (round + 1) {
            process.next().await.unwrap();
        }
        for entry in process.kill().await {
            acknowledged = acknowledged.max(entry["erased"].as_u64().unwrap());
        }
        acknowledged = acknowledged.max(20 * (round + 1) - 1);
    }
    let listed = vault.erased_among(&crowd).await.unwrap();
    let rings = fixture.open().await.rings(&owners).await.unwrap();
    let mut erased = 0;
    for (number, subject) in crowd.iter().enumerate() {
        let is_listed = listed.contains(subject);
        assert!(is_listed || number as u64 > acknowledged, "{subject} was acknowledged as erased");
        for ring in rings.values() {
            assert_eq!(
                (ring.has(subject), ring.is_erased(subject)),
                (!is_listed, is_listed),
                "{subject} is half erased"
            );
        }
        erased += usize::from(is_listed);
    }
    assert!(erased >= 80 && u32::try_from(erased).unwrap() < CROWD, "the kill came too early or too late: {erased}");
}

on_both!(
    two_processes_add_while_a_third_erases,
    a_process_killed_while_adding_loses_no_key_it_had,
    a_process_killed_while_erasing_has_erased_each_wholly_or_not_at_all,
);
