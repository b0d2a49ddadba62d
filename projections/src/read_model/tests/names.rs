//! Names: found as people type them, within reach, and gone when somebody is forgotten.

use std::fs;

use events::facts::Fact;
use events::facts::household::{HouseholdEvent, MemberJoined};
use events::facts::staff::Scope;
use events::sealed::Subject;
use proptest::prelude::*;

use super::{PATIENCE, Stage, choices};
use crate::check::{Checked, compare};
use crate::figures::caseload::CaseQuery;
use crate::histories::{self, tell};
use crate::people::{FoundBy, SearchQuery};
use crate::reach::Reach;

fn joined(events: &[events::recorded::Occurrence]) -> Vec<(u64, MemberJoined)> {
    let of = |event: &events::recorded::Occurrence| {
        let Fact::Household(fact) = &event.fact else { return None };
        let HouseholdEvent::MemberJoined(it) = &**fact else { return None };
        Some((event.position, it.clone()))
    };
    events.iter().filter_map(of).collect()
}

fn query(reach: Reach, text: impl Into<String>) -> SearchQuery {
    SearchQuery { reach, text: text.into(), limit: 100 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_name_number_and_citizen_id_within_reach_only() {
    let stage = Stage::new().await;
    // Only people who join: nobody leaves and nothing is taken back.
    let choices: Vec<_> = (0..60_u16).map(|n| (u8::from(n % 4 != 0), n.wrapping_mul(2_311), 1)).collect();
    let events = tell(&choices);
    stage.store(&events).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let people = joined(&events);
    for typed in ["สมศักดิ์", "สมศักดิ", "สมสัก", "นายสมศักดิ์"]
    {
        let found = model.search(query(Reach::All, typed)).await.unwrap();
        let expected = people.iter().filter(|(_, it)| it.details.get().unwrap().given_name == "สมศักดิ์").count();
        let exact = found.iter().filter(|it| it.name.as_ref().unwrap().given_name == "สมศักดิ์").count();
        assert_eq!(exact, expected, "{typed}");
        assert_eq!(found[0].name.as_ref().unwrap().given_name, "สมศักดิ์", "{typed}");
    }
    let both = model.search(query(Reach::All, "ใจดี แกวมณี")).await.unwrap();
    assert!(!both.is_empty());
    assert!(both.iter().all(|it| it.name.as_ref().unwrap().family_name.as_deref() == Some("ใจดี")));
    let (_, with_card) = people.iter().find(|(_, it)| it.details.get().unwrap().citizen_id.is_some()).unwrap();
    let id = with_card.details.get().unwrap().citizen_id.unwrap();
    for typed in [id.plain(), id.dashed()] {
        let found = model.search(query(Reach::All, typed)).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].person, found[0].by), (Some(with_card.person), FoundBy::CitizenId));
    }
    let number = both[0].case_no.unwrap().to_string();
    let found = model.search(query(Reach::All, number)).await.unwrap();
    assert_eq!((found[0].household, found[0].by), (both[0].household, FoundBy::CaseNo));
    let near = Reach::Within(Scope { areas: vec!["460901".parse().unwrap()], laos: Vec::new() });
    let nowhere = Reach::Within(Scope::default());
    for typed in ["สมศักดิ์".to_owned(), id.plain(), both[0].case_no.unwrap().to_string()] {
        let all = model.search(query(Reach::All, typed.clone())).await.unwrap();
        let within = model.search(query(near.clone(), typed.clone())).await.unwrap();
        let expected = all.iter().filter(|it| it.tambon.to_string() == "460901").count();
        assert!(within.len() == expected && within.iter().all(|it| it.tambon.to_string() == "460901"), "{typed}");
        assert!(model.search(query(nowhere.clone(), typed)).await.unwrap().is_empty());
    }
    let now = events.last().unwrap().recorded_at;
    let page = model.households(CaseQuery::all(Reach::All, now), Some("แก้วมณี ใจดี".to_owned())).await.unwrap();
    assert!(page.total > 0 && page.items.iter().any(|row| row.id == both[0].household));
    let names = model.names(vec![both[0].household]).await.unwrap();
    assert!(names[&both[0].household].members.iter().any(|it| Some(it.person) == both[0].person));
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_person_who_is_forgotten_no_byte_is_left_in_any_file() {
    let stage = Stage::new().await;
    let mut events = tell(&choices(40));
    let secret = "พิเศษสุดเดียว";
    let nth = events.iter().position(|event| !joined(std::slice::from_ref(event)).is_empty()).unwrap();
    let person = if let Fact::Household(fact) = &mut events[nth].fact
        && let HouseholdEvent::MemberJoined(it) = &mut **fact
        && let events::sealed::SealedState::Open(details) = &mut it.details.state
    {
        details.given_name = secret.to_owned();
        it.person
    } else {
        unreachable!()
    };
    stage.store(&events).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    assert_eq!(model.search(query(Reach::All, secret)).await.unwrap().len(), 1);
    assert!(holds(&stage, secret), "the name is in the file before");
    stage.vault.erase(&[Subject::new("person", person)], events[nth].recorded_at).await.unwrap();
    model.forget(person).await.unwrap();
    assert!(model.search(query(Reach::All, secret)).await.unwrap().is_empty());
    assert!(!holds(&stage, secret), "the name is still in a file");
    stage.must_be_right().await;
    model.stop().await;
    drop(model);
    // Nor does a file come back that another node did not purge: it is thrown away at the start.
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    assert!(!holds(&stage, secret));
    model.rebuild().await.unwrap();
    assert!(model.search(query(Reach::All, secret)).await.unwrap().is_empty());
    assert!(!holds(&stage, secret));
    model.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_by_another_process_is_followed_without_being_told() {
    let stage = Stage::new().await;
    let events = tell(&choices(40));
    stage.store(&events).await;
    let model = stage.read_model().await;
    model.caught_up(PATIENCE).await.unwrap();
    let (position, it) = joined(&events).remove(0);
    let event = events.iter().find(|event| event.position == position).unwrap();
    let household = events::id::HouseholdId(event.stream.aggregate_id.parse().unwrap());
    stage.vault.erase(&[Subject::new("person", it.person)], event.recorded_at).await.unwrap();
    let gone = async {
        loop {
            let names = model.names(vec![household]).await.unwrap_or_default();
            if names.get(&household).is_some_and(|names| names.members.iter().all(|member| member.person != it.person))
            {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    model.stop().await;
}

/// Whether the bytes of a text stand in any file of the read model.
fn holds(stage: &Stage, text: &str) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    // A file may go between the look at the folder and the look into it.
    stage.files("").iter().any(|path| fs::read(path).is_ok_and(|bytes| holds(&bytes)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_split_into_batches_gives_the_same_people(
        choices in histories::choices(120), sizes in prop::collection::vec(1_usize..30, 1..5),
    ) {
        let events = tell(&choices);
        let finder = std::sync::Arc::new(finder());
        let fold = |sizes: &[usize]| crate::projector::fold_in_memory::<crate::people::People>(&events, sizes, &finder);
        let mut checked = Checked { what: "", looked_at: 0, faults: Vec::new() };
        compare(&fold(&[usize::MAX]).unwrap(), &fold(&sizes).unwrap(), &mut checked).unwrap();
        prop_assert_eq!(&checked.faults, &Vec::<String>::new());
    }
}

/// A finder with a key from a vault of its own.
pub(super) fn finder() -> crate::people::Finder {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let stage = Stage::new().await;
        crate::people::Finder::new(stage.vault.mac_key("citizen-id").await.unwrap())
    })
}
