//! One real story for every place where a household can stand: `docs/transitions.md` is made of them.

use std::collections::BTreeSet;

use events::facts::case::Stage;
use events::id::HouseholdId;
use serde_json::json;

use super::form::person;
use super::graduating::{graduated, ready};
use super::merging::{OTHER, beside_another};
use super::story::{SUPERVISOR, Story, id};
use super::supporting::supported;
use crate::rules::household::state::ReferralState;

/// A household that stands somewhere.
pub(crate) struct State {
    /// Where, in Thai.
    pub(crate) th: String,
    /// And in English.
    pub(crate) en: String,
    /// How it came there.
    pub(crate) story: Story,
}

fn state(th: &str, en: &str, mut story: Story) -> State {
    story.by(SUPERVISOR);
    State { th: th.to_owned(), en: en.to_owned(), story }
}

fn then(mut story: Story, name: &str, body: serde_json::Value) -> Story {
    story.given(name, body);
    story
}

/// While work goes on.
pub(crate) fn open() -> Vec<State> {
    let heard = then(Story::identified(), "visit-home", json!({"seen": "poor"}));
    let heard = then(heard, "hold-panel", json!({"attended": 5, "finding": "poor"}));
    let proposed = then(ready(), "propose-graduation", json!({}));
    let waiting = then(super::supporting::cannot_work(), "propose-sustained-support", json!({}));
    let mut all = vec![
        state("ค้นพบแล้ว", "identified", Story::identified()),
        state("เยี่ยมและประชาคมแล้ว", "visited and heard", heard),
        state("สอบทานแล้ว", "verified", Story::verified()),
        state("วิเคราะห์ทุนแล้ว", "assessed", Story::assessed()),
        state("ส่งต่อแล้ว", "referred", Story::referred()),
        state("หน่วยงานรับเรื่อง", "accepted", Story::accepted()),
        state("ได้รับความช่วยเหลือ", "assisted", Story::assisted()),
        state("ผ่านเกณฑ์หลุดพ้น", "meets the criteria", ready()),
        state("เสนอหลุดพ้นแล้ว", "graduation proposed", proposed),
        state("เสนอดูแลต่อเนื่องแล้ว", "support proposed", waiting),
    ];
    // With a second member there is a household that could be two.
    for it in &mut all {
        it.story.given("add-member", json!({"member": person(2, "child")}));
    }
    all
}

/// The stages of an open case, each reached as far as it goes.
fn stages() -> Vec<(&'static str, &'static str, Story)> {
    vec![
        ("ค้นพบแล้ว", "identified", Story::identified()),
        ("สอบทานแล้ว", "verified", Story::verified()),
        ("วิเคราะห์ทุนแล้ว", "assessed", Story::assessed()),
        ("ส่งต่อแล้ว", "referred", Story::referred()),
        ("ช่วยแล้ว", "assisted", Story::assisted()),
    ]
}

/// Those, and what stands after leaving.
fn stages_and_exits() -> Vec<(&'static str, &'static str, Story)> {
    let exits = [("หลุดพ้น", "graduated", graduated()), ("ดูแลต่อเนื่อง", "sustained", supported())];
    stages().into_iter().chain(exits).collect()
}

/// Nobody was met on three days.
fn unreachable(mut story: Story) -> Story {
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        story.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    then(story, "close-unreachable", json!({}))
}

/// Merged into a household that has come as far. What left poverty goes into what left it, once no work is open.
fn merged(mut story: Story) -> Story {
    if story.case().standing.is_open() {
        story = beside_another(story);
    } else {
        story.households.push((HouseholdId(id(OTHER)), graduated().household));
        let case = story.case().clone();
        for (referral, _) in case.referrals.iter().filter(|(_, it)| it.state != ReferralState::Ended) {
            story.given(
                "withdraw-referral",
                json!({"referral": referral, "reason": "met_elsewhere", "wish_of": "household"}),
            );
        }
        for (need, _) in case.needs.iter().filter(|(_, it)| it.open) {
            story.given("close-need", json!({"need": need, "because": "met"}));
        }
    }
    then(story, "merge-into", json!({"into": id(OTHER), "because": "other"}))
}

/// Whoever lived there has died.
fn dissolved(mut story: Story) -> Story {
    let present: Vec<_> = story.case().present().map(|(person, _)| *person).collect();
    for person in present {
        story.given("record-death", json!({"person": person}));
    }
    story
}

/// A way to close: what it is called, whether what left poverty can close so too, and how.
type Closing<'a> = (&'a str, &'a str, bool, &'a dyn Fn(Story) -> Story);

/// Once it left poverty, is supported, or the case is closed: every standing at every stage where it can be.
pub(crate) fn ended() -> Vec<State> {
    let mut not_poor = then(Story::identified(), "visit-home", json!({"seen": "not_poor"}));
    not_poor.given("hold-panel", json!({"attended": 9, "finding": "not_poor"})).given("find-not-poor", json!({}));
    let wrong = then(Story::identified(), "withdraw-identification", json!({"because": "exercise"}));
    let mut relapsed = graduated();
    relapsed.given("post-exit-check", json!({"finding": "relapsed", "evidence": "seen"}));
    let mut all = vec![
        state("หลุดพ้นความยากจน", "graduated", graduated()),
        state("พบว่ากลับไปจน", "found poor again", relapsed),
        state("ดูแลต่อเนื่อง", "sustained", supported()),
        state("ไม่จนจริง", "not poor", not_poor),
        state("บันทึกผิด", "entered in error", wrong),
    ];
    let refused = |story| then(story, "close-refused", json!({"because": "no_time"}));
    let gone = |story| then(story, "move-away", json!({}));
    let closings: [Closing<'_>; 5] = [
        ("ไม่ประสงค์", "refused", false, &refused),
        ("ติดต่อไม่ได้", "unreachable", false, &unreachable),
        ("ย้ายออก", "moved away", true, &gone),
        ("สิ้นสุดสภาพ", "dissolved", true, &dissolved),
        ("รวมกับครัวเรือนอื่น", "merged", true, &merged),
    ];
    for (th, en, also_exits, close) in closings {
        for (stage_th, stage_en, story) in if also_exits { stages_and_exits() } else { stages() } {
            all.push(state(&format!("{th} ({stage_th})"), &format!("{en} · {stage_en}"), close(story)));
        }
    }
    all
}

/// Where a command with this body brings the household, or the code of the refusal.
pub(crate) fn answers(story: &Story, name: &str, body: &serde_json::Value) -> Result<String, &'static str> {
    let mut story = story.clone();
    match story.when(name, body.clone()).0 {
        Ok(_) => {
            let case = story.case();
            Ok(format!("{} · {} · {}", case.stage, case.standing, case.episode))
        }
        Err(refusal) => Err(refusal.code()),
    }
}

#[test]
fn every_standing_has_a_story_at_every_stage_where_it_can_be() {
    let all: Vec<_> = open().into_iter().chain(ended()).collect();
    let found: BTreeSet<_> = all.iter().map(|it| (it.story.case().standing.as_str(), it.story.case().stage)).collect();
    let stages = Stage::ALL;
    let working = || stages.into_iter().filter(|stage| *stage != Stage::Graduated);
    let mut there = BTreeSet::new();
    there.extend(working().map(|stage| ("open", stage)));
    for standing in ["closed:refused", "closed:unreachable"] {
        there.extend(working().map(|stage| (standing, stage)));
    }
    for standing in ["closed:moved_away", "closed:dissolved", "closed:merged"] {
        there.extend(stages.map(|stage| (standing, stage)));
    }
    for standing in ["closed:not_poor", "closed:entered_in_error"] {
        there.insert((standing, Stage::Identified));
    }
    there.extend([("graduated", Stage::Graduated), ("sustained", Stage::Assisted)]);
    assert_eq!(found, there);
    let mut names: Vec<_> = all.iter().map(|it| &it.en).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
}
