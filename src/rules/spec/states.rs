//! One real story for every place where a household can stand: `docs/transitions.md` is made of them.

use serde_json::json;

use super::form::person;
use super::graduating::{graduated, ready};
use super::merging::{OTHER, beside_another};
use super::story::{SUPERVISOR, Story, id};
use super::supporting::supported;

/// A household that stands somewhere.
pub(crate) struct State {
    /// Where, in Thai.
    pub(crate) th: &'static str,
    /// And in English.
    pub(crate) en: &'static str,
    /// How it came there.
    pub(crate) story: Story,
}

fn state(th: &'static str, en: &'static str, mut story: Story) -> State {
    story.by(SUPERVISOR);
    State { th, en, story }
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

/// Once it left poverty, is supported, or the case is closed.
pub(crate) fn ended() -> Vec<State> {
    let refused = || json!({"because": "no_time"});
    let mut not_poor = then(Story::identified(), "visit-home", json!({"seen": "not_poor"}));
    not_poor.given("hold-panel", json!({"attended": 9, "finding": "not_poor"})).given("find-not-poor", json!({}));
    let mut unreachable = Story::verified();
    for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        unreachable.on(on).given("attempt-visit", json!({"because": "empty"}));
    }
    unreachable.given("close-unreachable", json!({}));
    let merged = then(beside_another(Story::assisted()), "merge-into", json!({"into": id(OTHER), "because": "other"}));
    vec![
        state("หลุดพ้นความยากจน", "graduated", graduated()),
        state("ดูแลต่อเนื่อง", "sustained", supported()),
        state("ไม่จนจริง", "not poor", not_poor),
        state("ไม่ประสงค์ (ค้นพบ)", "refused at identified", then(Story::identified(), "close-refused", refused())),
        state("ไม่ประสงค์ (ช่วยแล้ว)", "refused at assisted", then(Story::assisted(), "close-refused", refused())),
        state("ติดต่อไม่ได้ (สอบทาน)", "unreachable at verified", unreachable),
        state("ย้ายออก (ช่วยแล้ว)", "moved away at assisted", then(Story::assisted(), "move-away", json!({}))),
        state("ย้ายออก (หลุดพ้น)", "moved away once graduated", then(graduated(), "move-away", json!({}))),
        state("รวมกับครัวเรือนอื่น", "merged", merged),
        state(
            "บันทึกผิด",
            "entered in error",
            then(Story::identified(), "withdraw-identification", json!({"because": "exercise"})),
        ),
    ]
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
fn every_stage_and_every_standing_of_the_rules_has_a_story() {
    let all: Vec<_> = open().into_iter().chain(ended()).collect();
    for stage in events::facts::case::Stage::ALL {
        assert!(all.iter().any(|it| it.story.case().stage == stage), "{stage}");
    }
    let mut names: Vec<_> = all.iter().map(|it| it.en).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
}
