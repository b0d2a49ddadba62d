//! The body of each step's command, as it goes over the wire.

use chrono::Duration;
use serde_json::{Value, json};

use super::super::form::{self, with};
use super::super::merging::OTHER;
use super::super::story::{
    CASEWORKER, COMPANY, CYCLE, FAR_AWAY, HOUSEHOLD, MUSHROOMS, NEIGHBOUR, PLOTS, STATE, SUPERVISOR, Story, id,
};
use super::steps::Step;
use crate::rules::household::command::Name;

/// Somewhere in the province, or beyond it.
fn elsewhere(n: u8) -> Value {
    json!({"tambon": pick(&["460901", "460902", "460201", "470101"], n), "moo": 1 + n % 3})
}

fn pick<T: Clone>(list: &[T], n: u8) -> T {
    list[usize::from(n) % list.len()].clone()
}

impl Step {
    /// What is asked.
    pub(super) fn body(&self, story: &Story) -> Value {
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
            Name::AnswerRightsRequest => {
                let waits = story.household.case().into_iter().flat_map(|case| &case.rights_requests);
                let waits = waits.filter(|(_, it)| it.wait.is_open()).map(|(request, _)| request.0).next();
                let request = waits.filter(|_| how % 2 == 0).unwrap_or_else(|| id(1 + about % 3));
                match how {
                    0..3 => json!({"request": request, "answer": "refused", "words": {"text": "ข้อความ"}}),
                    _ => json!({"request": request, "answer": "granted"}),
                }
            }
            Name::LiftRestriction => {
                let held = story.household.case().into_iter().flat_map(|case| &case.rights_requests);
                let held = held.filter(|(_, it)| it.restricts()).map(|(request, _)| request.0).next();
                json!({"request": held.unwrap_or_else(|| id(1 + about % 3)), "because": "asked"})
            }
            Name::NoteRightsRequestOverdue => json!({"request": id(1 + about % 3)}),
            Name::ErasePersonalData => match how {
                0..5 => json!({"person": id(person), "because": "asked", "request": id(1 + about % 3)}),
                _ => json!({"person": id(person), "because": pick(&["not_needed", "no_basis"], how)}),
            },
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
