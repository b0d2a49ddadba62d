//! The ledger rig: nothing acknowledged is lost, nothing happens twice, whatever is killed.
//!
//! Clients send commands to one or two nodes of the real program and write down what they sent and what was
//! acknowledged; a killer kills a node with SIGKILL in the middle, again and again; then the log is compared with the
//! clients' ledgers, and `check` looks at every invariant. A few rounds run here; the long run is
//!
//! ```text
//! HUEAN_LEDGER_ROUNDS=200 tests/run --test ledger
//! ```

mod client;
mod node;
mod story;
mod verdict;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use client::Ledger;
use events::clock::Clock;
use events::log::{Log, OpenLog};
use huean::app::{House, Missing};
use huean::check::check;
use node::{Nodes, Rig};
use story::Offers;
use verdict::{Fault, Found, judge};

const CLIENTS: usize = 6;
const HOUSEHOLDS: usize = 12;

/// Every command that writes more than one history and can be given again and again.
const TWO_HISTORIES: [&str; 9] = [
    "merge-into",
    "undo-merge",
    "split-household",
    "enrol-in-model",
    "leave-model",
    "accept-referral",
    "take-back-acceptance",
    "complete-referral",
    "withdraw-referral",
];

fn rounds() -> usize {
    std::env::var("HUEAN_LEDGER_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_node_that_is_killed_loses_and_doubles_nothing() {
    run(Rig::embedded()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_on_postgres_of_which_one_is_killed_lose_and_double_nothing() {
    run(Rig::postgres().await).await;
}

async fn run(rig: Rig) {
    let nodes = Arc::new(Nodes::start(&rig));
    let households = client::identify(&nodes, HOUSEHOLDS);
    let offers = Offers::make(&nodes);
    let mut ledger = Ledger::default();
    for round in 0..rounds() {
        // Each round has households of its own that become one and two again, and take and leave places.
        let stories = offers.stories(&nodes, round);
        let over = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (nodes, households, over) = (Arc::clone(&nodes), households.clone(), Arc::clone(&over));
                thread::spawn(move || client::work(&nodes, &households, round * CLIENTS + n, &over))
            })
            .collect();
        let told: Vec<_> = stories
            .into_iter()
            .map(|story| {
                let (nodes, over) = (Arc::clone(&nodes), Arc::clone(&over));
                thread::spawn(move || story.tell(&nodes, &over))
            })
            .collect();
        // Long enough for some commands to be under way at every stage; the moment differs from round to round.
        thread::sleep(Duration::from_millis(150 + (round as u64 * 97) % 400));
        nodes.kill(round);
        nodes.restart(&rig, round);
        over.store(true, Ordering::SeqCst);
        for client in clients.into_iter().chain(told) {
            ledger.add(client.join().expect("a client ends"));
        }
    }
    // What was sent and never answered is sent again: it must be done once, whichever way it went before.
    client::settle(&nodes, &mut ledger);
    nodes.stop();
    assert!(ledger.acknowledged() > 20, "the rig did too little: {} commands", ledger.acknowledged());
    for name in TWO_HISTORIES {
        let times = ledger.names.get(name).copied().unwrap_or_default();
        assert!(times >= rounds(), "the rig did too little: {times} times {name}");
    }
    let found = found(&rig).await;
    assert_eq!(judge(&ledger, &found), Vec::<Fault>::new());
    let house = House::open(&rig.place(0), Missing::Refuse, Clock::Real).await.expect("the house opens");
    let report = check(&house, &rig.place(0).data).await.expect("the check can look");
    assert!(report.is_sound(), "{report:#?}");
}

/// What the log holds.
async fn found(rig: &Rig) -> Found {
    let url = rig.place(0).log_url();
    let log = Log::open(&url, OpenLog { create: false, clock: Clock::Real }).await.expect("the log opens");
    let mut found = Found::default();
    let mut after = 0;
    loop {
        let events = log.read(after, 1_000).await.expect("the log reads");
        let Some(last) = events.last() else { return found };
        after = last.position;
        for event in events {
            let command = event.metadata.get("command").and_then(|text| text.parse().ok()).expect("a command");
            found.events.push((event.position, command));
        }
    }
}
