//! What is left of a person who was erased: nothing that anybody can read, on any node, also after a crash or a restore.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use events::id::{HouseholdId, PersonId};
use events::log::{Log, StreamId};
use events::sealed::Subject;
use events::vault::Vault;
use huean::access::Role;
use huean::desk::{Desk, readable};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::left::Backup;
use crate::world::{World, person};

const NAME: &str = "กนกแคนารี่วรรณ";
const CITIZEN_ID: &str = "4600299990015";
const PHONE: &str = "0899917364";
const WORDS: &str = "แคนารี่เล่าว่าไม่มีใครรู้";
const SHE: PersonId = PersonId(Uuid::from_u128(0xca));

/// A household with two people, one of them to be erased, and words about her.
async fn planted(world: &World, desk: &Desk) -> HouseholdId {
    let id = world.identified(desk, 1).await;
    let mut she = person(NAME, "child");
    she["person"] = json!(SHE);
    she["details"]["citizen_id"] = json!(CITIZEN_ID);
    she["details"]["phone"] = json!(PHONE);
    world.household(desk, id, "add-member", json!({"member": she})).await.expect("she is noted");
    let note = json!({"note": {"text": WORDS, "about": [SHE]}});
    world.household(desk, id, "write-note", note).await.expect("a note");
    id
}

fn erase() -> Value {
    json!({"person": SHE, "because": "not_needed"})
}

/// Everything that can be read of a household, as text.
async fn read(desk: &Desk, id: HouseholdId) -> (usize, String) {
    let events = desk.log().stream(&StreamId::new("household", id.to_string()), 0).await.expect("the stream");
    (events.len(), opened(desk.log(), desk.vault(), id).await)
}

async fn opened(log: &Log, vault: &Vault, id: HouseholdId) -> String {
    let events = log.stream(&StreamId::new("household", id.to_string()), 0).await.expect("the stream");
    let mut text = String::new();
    for event in events {
        text.push_str(&readable(log, vault, event).await.expect("it reads").payload.to_string());
    }
    text
}

fn canaries() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in [NAME, CITIZEN_ID, PHONE, WORDS] {
        let reversed: String = text.chars().rev().collect();
        for text in [text, &reversed] {
            all.push(text.as_bytes().to_vec());
            all.push(hex::encode(text).into_bytes());
            all.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            all.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            for shift in 0..3 {
                let shifted = [&vec![0; shift][..], text.as_bytes()].concat();
                let encoded = STANDARD.encode(shifted);
                // The first and the last letters depend on what stands beside it.
                let (from, to) = (if shift == 0 { 0 } else { 4 }, encoded.len() - 4);
                all.push(encoded.as_bytes()[from..to].to_vec());
            }
        }
    }
    all
}

/// How many canaries stand in all that is left on disk, in whatever form.
fn found(everything: &[Vec<u8>]) -> usize {
    let canaries = canaries();
    let holds = |bytes: &[u8], canary: &[u8]| bytes.windows(canary.len()).any(|part| part == canary);
    everything.iter().map(|bytes| canaries.iter().filter(|canary| holds(bytes, canary)).count()).sum()
}

/// The search finds each form where it stands.
#[test]
fn the_search_finds_what_it_searches_for() {
    for canary in canaries() {
        assert!(found(&[[b"before ", &canary[..], b" behind"].concat()]) > 0);
    }
}

pub(crate) async fn nothing_of_her_is_left_and_the_history_is_the_same(world: World) {
    let desk = world.node().await;
    let id = planted(&world, &desk).await;
    let read_model = world.read_model(&desk).await;
    let (events, before) = read(&desk, id).await;
    assert!(before.contains(NAME) && before.contains(CITIZEN_ID) && before.contains(WORDS));
    let before = found(&world.everything().await);
    assert!(before > 0, "names are in the read model before");
    let receipt = world.again(&desk, 77, Role::Supervisor, id, "erase-personal-data", erase()).await.expect("erased");
    assert_eq!(receipt.events, ["PersonalDataErased"]);
    read_model.forget(SHE).await.expect("the read model forgets");
    let (after, text) = read(&desk, id).await;
    assert_eq!(after, events + 1);
    for canary in [NAME, CITIZEN_ID, PHONE, WORDS] {
        assert!(!text.contains(canary), "{canary}");
    }
    assert!(text.contains("\"$e\"") && text.contains("หัวหน้า"), "she is erased, and nobody else");
    assert_eq!(world.members(id).await, 2);
    let (on_disk, everything) = (world.kind(), world.everything().await);
    println!(
        "{on_disk}: {before} canaries before, {} after, in {} files and rows",
        found(&everything),
        everything.len()
    );
    assert_eq!(found(&everything), 0);
    // The same command again, and the same question anew.
    let again = world.again(&desk, 77, Role::Supervisor, id, "erase-personal-data", erase()).await.expect("the same");
    assert!(again.replayed && again.sequence == receipt.sequence);
    let anew = world.again(&desk, 78, Role::Supervisor, id, "erase-personal-data", erase()).await.expect("it is so");
    assert!(anew.events.is_empty());
    for (name, body) in crate::world::to_assessed() {
        world.household(&desk, id, name, body).await.expect("work goes on");
    }
    read_model.stop().await;
    drop(read_model);
    let read_model = world.read_model(&desk).await;
    assert_eq!(found(&world.everything().await), 0, "nor does a start bring her back");
    read_model.stop().await;
}

pub(crate) async fn another_node_forgets_her_and_its_commands_go_on(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let id = planted(&world, &a).await;
    let known = async |desk: &Desk| {
        let (loaded, _) = desk.load_household(id, false).await.expect("the household");
        loaded.state.case().is_some_and(|case| case.members[&SHE].details.get().is_some())
    };
    assert!(known(&a).await && known(&b).await, "both have her open in memory");
    world.again(&a, 77, Role::Supervisor, id, "erase-personal-data", erase()).await.expect("erased");
    assert!(!known(&a).await);
    let gone = async {
        while known(&b).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.expect("the other node follows");
    world.household(&b, id, "visit-home", json!({"seen": "poor"})).await.expect("work goes on");
}

pub(crate) async fn of_an_erasure_and_a_command_at_once_both_are_whole(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let id = planted(&world, &a).await;
    let correct = json!({"person": SHE, "sex": "male", "relation": "child", "residence": "registered_and_living",
        "details": person(NAME, "child")["details"]});
    let (erased, corrected) = tokio::join!(
        world.again(&a, 77, Role::Supervisor, id, "erase-personal-data", erase()),
        world.household(&b, id, "correct-member", correct),
    );
    erased.expect("an erasure that meets a conflict is judged again");
    if let Err(error) = corrected {
        let heard = format!("{error:?}");
        assert!(["PersonErased", "Erased", "Conflict"].iter().any(|it| heard.contains(it)), "{heard}");
    }
    let (_, text) = read(&world.node().await, id).await;
    assert!(!text.contains(NAME), "whichever came first");
}

/// A crash between the fact and the keys, and a vault from before the erasure, look the same: the fact is there and the
/// key too.
pub(crate) async fn a_vault_from_before_an_erasure_hears_of_it_before_it_is_opened(world: World) {
    let desk = world.node().await;
    let id = planted(&world, &desk).await;
    let backup = Backup::of(&world).await;
    world.again(&desk, 77, Role::Supervisor, id, "erase-personal-data", erase()).await.expect("erased");
    drop(desk);
    backup.brought_back(&world).await;
    let (log, vault) = world.unfinished().await;
    assert!(!vault.erased(&Subject::new("person", SHE)).await.expect("the list"), "the backup is from before");
    assert!(opened(&log, &vault, id).await.contains(NAME), "and opens her name");
    drop((log, vault));
    let desk = world.node().await;
    assert!(desk.vault().erased(&Subject::new("person", SHE)).await.expect("the list"));
    let (_, text) = read(&desk, id).await;
    assert!(!text.contains(NAME) && !text.contains(WORDS));
    let read_model = world.read_model(&desk).await;
    let left = found(&world.everything().await);
    println!("{}: {left} canaries with a vault from before", world.kind());
    assert_eq!(left, 0);
    read_model.stop().await;
}
