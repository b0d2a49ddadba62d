//! Whatever somebody may ask next: small numbers, so that commands meet the same people, needs and referrals.

use chrono::Duration;
use events::id::PaymentId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::after_a_case_closes::{with_everything_open, with_open_work};
use super::super::consenting::{consulted, partnered};
use super::super::form::{self, next_door, with};
use super::super::graduating::{graduated, ready};
use super::super::merging::{OTHER, beside_another, merged};
use super::super::story::{
    CASEWORKER, COMPANY, CYCLE, FAR_AWAY, HOUSEHOLD, MUSHROOMS, NEIGHBOUR, PLOTS, STATE, SUPERVISOR, Story, id,
};
use super::super::supporting::{cannot_work, supported};
use crate::rules::household::command::Name;

/// One step of a story.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Which command.
    pub(super) name: Name,
    /// What it is about.
    about: u8,
    /// How it is answered.
    how: u8,
    /// Days since the step before.
    later: i64,
    /// Days ago it happened; `None`: left out.
    ago: Option<i64>,
    /// Who asks.
    by_supervisor: bool,
    /// Places of clinic and models from now on.
    places: Option<u32>,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    // What leads on comes up more often than what ends the story.
    let leading = [
        Name::MakeReferral,
        Name::RecordNeed,
        Name::RetractFact,
        Name::AttemptVisit,
        Name::Verify,
        Name::FindNotPoor,
        Name::NoteResponseOverdue,
        Name::NoteDeliveryOverdue,
        Name::NoteContactOverdue,
        Name::NotePostExitCheckMissed,
        Name::PostExitCheck,
        Name::ReceiveComplaint,
        Name::ReceiveRightsRequest,
        Name::DeclineGraduation,
        Name::EnterSustainedSupport,
        Name::ReopenCase,
        Name::MergeInto,
        Name::UndoMerge,
        Name::SplitHousehold,
        Name::ResumeContact,
        Name::RerouteReferral,
        Name::ResubmitReferral,
        Name::ReverseAssistance,
        Name::RecordModelResult,
        Name::RescoreAssessment,
    ];
    let name = prop_oneof![2 => prop::sample::select(Name::ALL.to_vec()), 1 => prop::sample::select(leading.to_vec())];
    let later = prop_oneof![3 => Just(0i64), 2 => 1i64..5, 1 => 5i64..120];
    let ago = prop::option::weighted(0.3, 0i64..40);
    let places = prop::option::weighted(0.1, 0u32..3);
    let step = (name, 0u8..8, 0u8..8, later, ago, any::<bool>(), places).prop_map(
        |(name, about, how, later, ago, by_supervisor, places)| Step {
            name,
            about,
            how,
            later,
            ago,
            by_supervisor,
            places,
        },
    );
    prop::collection::vec(step, 1..25)
}

/// Where stories begin: the deep stages are hard to reach by chance.
pub(super) fn beginnings() -> impl Strategy<Value = Story> {
    prop::sample::select(vec![
        Story::begins("2026-01-05"),
        Story::identified(),
        Story::verified(),
        Story::assessed(),
        Story::referred(),
        Story::accepted(),
        Story::assisted(),
        heard("poor"),
        heard("not_poor"),
        ready(),
        proposed(),
        cannot_work(),
        proposed_support(),
        gone(),
        asked(),
        with_open_work(),
        with_everything_open(),
        graduated(),
        beside_another(with_everything_open()),
        beside_another(Story::accepted()),
        merged(),
        supported(),
        partnered(),
        consulted(),
        peopled(),
        last_one(),
    ])
}

/// Visited and heard, with a need, to be judged.
fn heard(finding: &str) -> Story {
    let mut story = Story::identified();
    story.given("visit-home", json!({"seen": "unclear"})).given("record-need", form::need(1));
    story.given("hold-panel", json!({"attended": 5, "finding": finding}));
    story
}

/// Proposed to graduate.
fn proposed() -> Story {
    let mut story = ready();
    story.given("propose-graduation", json!({}));
    story
}

/// Proposed to be supported for as long as it is needed.
fn proposed_support() -> Story {
    let mut story = cannot_work();
    story.given("propose-sustained-support", json!({}));
    story
}

/// A household in which three people are noted, and another next door.
fn peopled() -> Story {
    let mut story = Story::assisted();
    next_door(&mut story);
    story.given("add-member", json!({"member": form::person(2, "spouse")}));
    story.given("add-member", json!({"member": form::person(3, "child")}));
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    story.given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.given("record-need", with(form::need(2), json!({"person": id(2)})));
    story.given("note-same-person", json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(5), "by": "told"}));
    story
}

/// With much open, and one member left.
fn last_one() -> Story {
    let mut story = with_open_work();
    next_door(&mut story);
    story
}

/// Somewhere in the province, or beyond it.
fn elsewhere(n: u8) -> Value {
    json!({"tambon": pick(&["460901", "460902", "460201", "470101"], n), "moo": 1 + n % 3})
}

/// Graduated some months ago.
fn gone() -> Story {
    let mut story = proposed();
    story.by(SUPERVISOR).given("graduate", json!({}));
    story.today += Duration::days(150);
    story
}

/// With a complaint and a request that wait.
fn asked() -> Story {
    let mut story = Story::assisted();
    let words = json!({"text": "ข้อความ"});
    story.given("receive-complaint", json!({"complaint": id(1), "about": {"what": "other"}, "words": words}));
    story.given("receive-rights-request", json!({"request": id(1), "right": "access", "person": id(1)}));
    story
}

fn pick<T: Clone>(list: &[T], n: u8) -> T {
    list[usize::from(n) % list.len()].clone()
}

impl Step {
    /// Moves the story's day and furniture, and says what is asked.
    pub(super) fn take(&self, story: &mut Story) -> Value {
        story.today += Duration::days(self.later);
        story.by(if self.by_supervisor { SUPERVISOR } else { CASEWORKER });
        if let Some(places) = self.places {
            form::set_capacity(story, STATE, "clinic", Some(places));
            form::set_places(story, MUSHROOMS, places);
        }
        self.prepare(story);
        let body = self.body(story);
        match (self.ago, self.name) {
            (None, _) | (_, Name::RetractFact) => body,
            (_, name) if name.as_str().starts_with("note-") => body,
            (Some(ago), _) => with(body, json!({"happened_on": story.today - Duration::days(ago)})),
        }
    }

    /// What others must have done before the command can find anything.
    fn prepare(&self, story: &mut Story) {
        let payment = 0xD0 + u128::from(self.about);
        if self.name == Name::RecordModelResult && self.how == 0 {
            let known = story.models[0].1.known().unwrap();
            let took_part = known.ever_taken_by.iter().any(|it| it.0 == story.asked().target);
            if took_part && !known.payments.contains_key(&PaymentId(id(payment))) {
                form::share_payment(story, MUSHROOMS, payment);
            }
        }
        if self.name == Name::RescoreAssessment && self.how < 3 {
            form::scoring_turned_round(story, story.today + Duration::days(1));
            story.today += Duration::days(1);
        }
    }

    fn body(&self, story: &Story) -> Value {
        let (about, how) = (u128::from(self.about), self.how);
        let person = 1 + about % 4;
        let referral = form::referral(1 + about % 5);
        match self.name {
            Name::Identify => with(
                form::identify(),
                json!({
                    "lists": [{"list": "tpmap", "list_date": "2021-12-31", "status": "missed"}],
                }),
            ),
            Name::RecordListStatus => json!({
                "list": pick(&["tpmap", "bmn", "welfare_card"], how), "list_date": "2021-12-31",
                "status": pick(&["listed", "missed", "unknown"], self.about),
            }),
            Name::AssignCaseworker => json!({"caseworker": id(pick(&[CASEWORKER, SUPERVISOR], how))}),
            Name::WriteNote => json!({"note": {"text": "ข้อความ", "about": [id(person)]}}),
            Name::AddMember => json!({"member": with(
                form::person(person, pick(&["head", "spouse", "child"], how)),
                json!({
                    "sex": pick(&["female", "male", "unknown"], how),
                    "residence": pick(&["registered_and_living", "registered_only", "living_only"], self.about / 2),
                }),
            )}),
            Name::RemoveMember => json!({"person": id(person), "because": "moved_out"}),
            Name::AddSource => json!({"source": pick(&["tpmap", "volunteer", "self", "village_leader"], how)}),
            Name::UnassignCaseworker => json!({"because": "not_at_work"}),
            Name::RecordAddress => json!({"address": {"house_no": format!("25/{}", about % 3)}}),
            Name::CorrectAddress => match how {
                0..3 => json!({"address": {"house_no": format!("25/{}", about % 3), "house_code": "46000000015"}}),
                3..6 => json!({"place": elsewhere(self.about)}),
                _ => json!({"place": elsewhere(self.about), "address": {"road": "ถนน"}}),
            },
            Name::MoveWithinArea => match how {
                0..4 => json!({"place": elsewhere(self.about)}),
                _ => json!({"place": elsewhere(self.about), "address": {"house_no": format!("{how}")}}),
            },
            Name::RecordHouseCode => json!({"house_code": pick(&["46000000014", "46000000015"], how)}),
            Name::AttachDocument => json!({
                "document": id(1 + about % 4), "kind": "photo", "media_type": "image/jpeg", "size": 1 + about,
                "sha256": format!("{how:064}"), "title": "บ้าน", "about": [id(person)],
            }),
            Name::RecordDeath => json!({"person": id(person)}),
            Name::CorrectMember => with(
                form::person(person, pick(&["head", "spouse", "child"], how)),
                json!({"residence": pick(&["registered_and_living", "registered_only"], self.about / 4)}),
            ),
            Name::ChangeResidenceStatus => json!({
                "person": id(person), "residence": pick(&["registered_and_living", "registered_only", "living_only"], how),
            }),
            Name::ChangeHead => match how {
                0..3 => json!({"person": id(person)}),
                _ => json!({"person": id(person), "relations": [{"person": id(1), "relation": "parent"}]}),
            },
            Name::GroupFamily => json!({
                "family": id(pick(&[1, 2], how)),
                "members": if how < 4 { vec![id(person)] } else { vec![id(person), id(1 + (about + 1) % 4)] },
            }),
            Name::NoteSamePerson => json!({
                "person": id(person), "household": id(NEIGHBOUR), "other": id(pick(&[5, 5, 6], how)), "by": "citizen_id",
            }),
            Name::RejectSamePerson => json!({"person": id(person), "household": id(NEIGHBOUR), "other": id(5)}),
            Name::Dissolve => json!({}),
            Name::AttemptVisit => json!({"because": "nobody_home"}),
            Name::VisitHome => match how {
                0 => json!({"seen": "poor", "informant": id(person)}),
                _ => json!({"seen": pick(&["poor", "not_poor", "unclear"], how)}),
            },
            Name::PlanVisit => json!({
                "planned_on": story.today + Duration::days(i64::from(self.about) * 11),
                "purpose": pick(&[None, None, Some("follow_up"), Some("reassessment")], how),
            }),
            Name::FollowUpVisit => json!({
                "help": pick(&["in_use", "not_arrived"], how), "evidence": pick(&["told", "seen"], self.about),
            }),
            Name::NoteContactOverdue => {
                let clocks = story.household.case().map(|case| case.clocks()).unwrap_or_default();
                let due = clocks.get(usize::from(how % 2)).or(clocks.first());
                due.map_or(
                    json!({"what": "follow_up", "by": story.today}),
                    |due| json!({"what": due.what, "by": due.by}),
                )
            }
            Name::PostExitCheck => json!({
                "finding": pick(&["still_out", "not_clear", "relapsed"], how), "evidence": "told",
                "net_per_resident_month": pick(&[None, Some("3100.00")], self.about),
            }),
            Name::NotePostExitCheckMissed => {
                let due = story.household.case().and_then(|case| case.next_due.as_ref());
                json!({"by": due.map_or(story.today, |due| due.by)})
            }
            Name::ReceiveComplaint => json!({
                "complaint": if how < 4 { Some(id(1 + about % 3)) } else { None }, "words": {"text": "ข้อความ"},
                "about": match how % 4 {
                    0 => json!({"what": "agency", "agency": id(STATE)}),
                    1 => json!({"what": "staff", "staff": id(CASEWORKER)}),
                    2 => json!({"what": "decision", "sequence": 1}),
                    _ => json!({"what": "other"}),
                },
            }),
            Name::AnswerComplaint => json!({
                "complaint": id(1 + about % 3), "outcome": "upheld", "words": {"text": "ข้อความ"},
            }),
            Name::NoteComplaintOverdue => json!({"complaint": id(1 + about % 3)}),
            Name::ReceiveRightsRequest => json!({
                "request": if how < 4 { Some(id(1 + about % 3)) } else { None }, "person": id(person),
                "right": pick(&["access", "rectification", "restriction", "erasure"], how),
            }),
            Name::AnswerRightsRequest => match how {
                0..3 => json!({"request": id(1 + about % 3), "answer": "refused", "words": {"text": "ข้อความ"}}),
                _ => json!({"request": id(1 + about % 3), "answer": "granted"}),
            },
            Name::NoteRightsRequestOverdue => json!({"request": id(1 + about % 3)}),
            Name::HoldPanel => json!({
                "attended": 5, "finding": pick(&["poor", "poor", "poor", "not_poor", "undecided"], how),
            }),
            Name::Verify
            | Name::FindNotPoor
            | Name::CloseUnreachable
            | Name::ProposeGraduation
            | Name::Graduate
            | Name::ProposeSustainedSupport
            | Name::EnterSustainedSupport => json!({}),
            Name::CloseRefused => match how {
                0 => {
                    json!({"because": "other", "said_by": id(person), "words": {"text": "ไม่สะดวก", "about": [id(person)]}})
                }
                _ => json!({"because": pick(&["no_help_wanted", "no_time", "shame"], how)}),
            },
            Name::MoveAway => match how {
                0 => json!({"to": pick(&["4001", "40", "460902", "9999"], self.about), "words": {"text": "ไปอยู่กับลูก"}}),
                _ => json!({}),
            },
            Name::MergeInto => match how {
                0 => json!({"into": id(HOUSEHOLD), "because": "other"}),
                1 => json!({
                    "into": id(OTHER), "because": "entered_twice",
                    "members": [{"person": id(person), "same_as": id(11), "relation": "relative"}],
                }),
                _ => json!({"into": id(OTHER), "because": "moved_together"}),
            },
            Name::UndoMerge => json!({}),
            Name::SplitHousehold => json!({
                "household": id(if how == 0 { OTHER } else { 0x4700 + u128::from(how) }),
                "members": [{"person": id(person), "relation": pick(&["head", "child"], how)}],
            }),
            Name::WithdrawIdentification => json!({"because": pick(&["entered_twice", "exercise"], how)}),
            Name::ResumeContact => json!({"by": pick(&["visit", "telephone", "household", "others"], how)}),
            Name::ReopenCase => json!({"because": pick(&["appeal", "relapse", "came_back", "found_again"], how)}),
            Name::Assess => {
                let body = form::assess_earning(pick(&["lowest", "low", "fair", "good"], how), "9000.00");
                if self.about == 0 { with(body, json!({"answers": {"human.health": ["low"]}})) } else { body }
            }
            Name::RescoreAssessment => {
                let known = story.household.case().map(|case| case.assessments.as_slice()).unwrap_or_default();
                let assessment = known.get(usize::from(self.about) % known.len().max(1)).map_or(id(1), |it| it.id.0);
                json!({"assessment": assessment})
            }
            Name::RecordIncome => json!({"evidence": "seen", "money": form::earning("1200.00")}),
            Name::RecordNeed => match how {
                0 => with(form::need(1 + about % 4), json!({"person": id(person), "words": {"text": "ต้องการ"}})),
                _ => form::need(1 + about % 4),
            },
            Name::PrioritiseNeed => json!({
                "need": id(1 + about % 4), "priority": 1 + how % 5, "by": pick(&["household", "panel", "staff"], how),
            }),
            Name::CloseNeed => json!({"need": id(1 + about % 4), "because": pick(&["met", "no_longer"], how)}),
            Name::MakeReferral => with(
                form::refer(1 + about % 5, 1 + u128::from(how) % 4),
                json!({
                    "agency": id(pick(&[STATE, STATE, COMPANY, FAR_AWAY], self.about)),
                    "service": pick(&["repair", "clinic", "emergency", "clinic"], how),
                    "basis": pick(&["public_task", "consent"], how / 4),
                }),
            ),
            Name::GiveConsent => json!({
                "consent": id(1 + about % 3), "by": pick(&[json!({"as": "informant"}), json!({"as": "member", "person": id(person)})], how),
                "purpose": pick(&["disclosure_to_partners", "disclosure_to_partners", "research"], how / 2),
                "how": "signed",
            }),
            Name::WithdrawConsent => json!({"consent": id(1 + about % 3)}),
            Name::TakeBackAcceptance => with(referral, json!({"reason": pick(&["no_capacity", "not_eligible"], how)})),
            Name::RerouteReferral => with(
                referral,
                json!({
                    "agency": id(pick(&[COMPANY, STATE, STATE, FAR_AWAY], how)),
                    "service": pick(&["repair", "clinic", "emergency"], how / 2), "disclosed": ["names"],
                    "basis": pick(&["consent", "public_task"], how), "reason": "no_answer",
                }),
            ),
            Name::EscalateReferral => {
                with(referral, json!({"to": pick(&["supervisor", "operations"], how), "reason": "urgent"}))
            }
            Name::ExtendDeadline => with(
                referral,
                json!({
                    "clock": pick(&["to_answer", "to_deliver"], how), "until": story.today + Duration::days(i64::from(how) * 9),
                    "reason": "season",
                }),
            ),
            Name::WithdrawReferral => {
                with(referral, json!({"reason": pick(&["not_wanted", "mistake"], how), "wish_of": "household"}))
            }
            Name::ConfirmAssistance | Name::ReverseAssistance => {
                let known: Vec<_> = story.household.case().into_iter().flat_map(|case| case.help.keys()).collect();
                let help = known.get(usize::from(how) % known.len().max(1)).map_or(id(9), |help| help.0);
                if self.name == Name::ReverseAssistance {
                    json!({"assistance": help, "because": "given_twice"})
                } else {
                    json!({
                        "assistance": help, "how": "told", "received": pick(&["yes", "partly", "no"], self.about),
                    })
                }
            }
            Name::AcceptReferral
            | Name::NoteResponseOverdue
            | Name::NoteDeliveryOverdue
            | Name::ResubmitReferral
            | Name::RemindAgency => referral,
            Name::DeclineReferral => with(referral, json!({"reason": pick(&["no_capacity", "other"], how)})),
            Name::ReturnReferral => with(
                referral,
                json!({
                    "reason": pick(&["document_missing", "other"], how), "words": {"text": "ขาดเอกสาร"},
                }),
            ),
            Name::CompleteReferral => with(referral, json!({"outcome": pick(&["met", "partly_met", "not_met"], how)})),
            Name::DeliverAssistance => match how {
                0 | 1 => with(form::help(), json!({"referral": referral["referral"]})),
                2 => with(form::help(), json!({"model": id(MUSHROOMS)})),
                3 => with(form::help(), json!({"beneficiaries": [id(person)]})),
                _ => form::help(),
            },
            Name::EnrolInModel => json!({"model": id(pick(&[MUSHROOMS, MUSHROOMS, PLOTS], how))}),
            Name::RecordModelResult => {
                let body = json!({"model": id(MUSHROOMS), "cycle": id(CYCLE), "product": "mushroom", "unit": "kg"});
                match how {
                    0 => with(body, json!({"payment": id(0xD0 + about)})),
                    1 => with(body, json!({"product": "spawn", "produced": about})),
                    _ => with(body, json!({"produced": about, "earned": "250.00"})),
                }
            }
            Name::LeaveModel => json!({
                "model": id(pick(&[MUSHROOMS, MUSHROOMS, PLOTS], how)),
                "because": pick(&["finished", "dropped", "other_work", "case_closed"], self.about),
            }),
            Name::DeclineGraduation => json!({"reason": "weak_evidence"}),
            Name::RetractFact => {
                // Any of the last facts: they are the ones that something may rest on, or nothing yet.
                let last = story.household.sequence();
                json!({"sequence": last.saturating_sub(u64::from(self.about * 2 + how / 4)), "reason": "mistake"})
            }
        }
    }
}
