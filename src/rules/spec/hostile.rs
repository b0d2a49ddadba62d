//! What a hostile or careless client sends, over every command there is: days that never were, amounts below zero,
//! people of another household, ids of nothing, and the same fact twice.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::form::{self, person, refer, with};
use super::graduating::{graduated, ready};
use super::merging::{OTHER, beside_another};
use super::reopening::check;
use super::story::{CASEWORKER, CYCLE, MUSHROOMS, NEIGHBOUR, STATE, SUPERVISOR, Story, id};
use super::supporting::cannot_work;
use crate::rules::Refusal;
use crate::rules::household::command::Name;

/// A day in which nothing of this can have happened: before the Thai year began in January, or a Buddhist year.
pub(super) const NEVER: [&str; 5] = ["1940-12-31", "1483-01-05", "0001-01-01", "2569-01-05", "9999-12-31"];

/// Helped, and with everything beside that a command can be about.
fn at_work() -> Story {
    let mut story = Story::assisted();
    story.given("add-member", json!({"member": person(2, "child")}));
    story.given("assign-caseworker", json!({"caseworker": id(CASEWORKER)}));
    for n in [2, 3, 4] {
        story.given("record-need", with(form::need(n), json!({"person": id(1)})));
    }
    for n in [2, 3] {
        story.given("make-referral", with(refer(n, n), json!({"service": "emergency"})));
    }
    story.given("return-referral", with(form::referral(3), json!({"reason": "document_missing"})));
    story.given("give-consent", form::consent(1)).given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story.given("deliver-assistance", with(form::help(), json!({"assistance": id(1)})));
    let said = json!({"text": "รอมาสองเดือน"});
    let complaint = json!({"complaint": id(1), "about": {"what": "agency", "agency": id(STATE)}, "words": said});
    story.given("receive-complaint", complaint);
    story.given("receive-rights-request", json!({"request": id(1), "right": "access", "person": id(1)}));
    form::next_door(&mut story);
    let same = json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(5), "by": "citizen_id"});
    story.given("note-same-person", same);
    story
}

fn then(mut story: Story, name: &str, body: Value) -> Story {
    story.given(name, body);
    story
}

/// A story in which a command is accepted, and its body. None: the watcher asks, and its days come from what is due.
#[expect(clippy::too_many_lines, reason = "a table of every command")]
fn accepted(name: Name) -> Option<(Story, Value)> {
    let about = json!({"text": "ก", "about": [id(1)]});
    let heard = |finding: &str| {
        let story = then(Story::identified(), "visit-home", json!({"seen": finding}));
        then(story, "hold-panel", json!({"attended": 5, "finding": finding}))
    };
    let proposed = || then(ready(), "propose-graduation", json!({}));
    let helped = |body: Value| Some((at_work(), body));
    match name.as_str() {
        "identify" => Some((Story::begins("2026-01-05"), form::identify())),
        "add-source" => helped(json!({"source": "neighbour"})),
        "record-list-status" => helped(json!({"list": "tpmap", "list_date": "2025-12-31", "status": "missed"})),
        "assign-caseworker" => Some((Story::identified(), json!({"caseworker": id(CASEWORKER)}))),
        "unassign-caseworker" => helped(json!({"because": "workload"})),
        "record-address" => helped(json!({"address": {"house_no": "25/2"}})),
        "correct-address" => helped(json!({"place": {"tambon": "460902"}})),
        "move-within-area" => helped(json!({"place": {"tambon": "460902", "moo": 7}})),
        "record-house-code" => helped(json!({"house_code": "46000000014"})),
        "write-note" => helped(json!({"note": about})),
        "attach-document" => helped(json!({
            "kind": "house_register", "media_type": "image/jpeg", "size": 482_133, "title": "ทะเบียนบ้าน",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "about": [id(1)],
        })),
        "receive-complaint" => {
            helped(json!({"complaint": id(2), "about": {"what": "agency", "agency": id(STATE)}, "words": about}))
        }
        "answer-complaint" => helped(json!({"complaint": id(1), "outcome": "upheld", "words": about})),
        "receive-rights-request" => helped(json!({"request": id(2), "right": "access", "person": id(1)})),
        "answer-rights-request" => helped(json!({"request": id(1), "answer": "granted", "words": about})),
        "lift-restriction" => {
            let asked = json!({"request": id(2), "right": "restriction", "person": id(1)});
            let story = then(at_work(), "receive-rights-request", asked);
            let story = then(story, "answer-rights-request", json!({"request": id(2), "answer": "granted"}));
            Some((story, json!({"request": id(2), "because": "settled", "words": about})))
        }
        "erase-personal-data" => helped(json!({"person": id(2), "because": "not_needed"})),
        "add-member" => helped(json!({"member": person(3, "grandchild")})),
        "remove-member" => helped(json!({"person": id(2), "because": "married"})),
        "record-death" => helped(json!({"person": id(2)})),
        "correct-member" => helped(with(person(2, "child"), json!({"sex": "male"}))),
        "change-residence-status" => helped(json!({"person": id(2), "residence": "registered_only"})),
        "change-head" => helped(json!({"person": id(2), "relations": [{"person": id(1), "relation": "parent"}]})),
        "group-family" => helped(json!({"members": [id(1), id(2)]})),
        "note-same-person" => {
            helped(json!({"person": id(2), "household": id(NEIGHBOUR), "other": id(5), "by": "told"}))
        }
        "reject-same-person" => helped(json!({"person": id(1), "household": id(NEIGHBOUR), "other": id(5)})),
        "dissolve" => {
            let gone = json!({"person": id(1), "residence": "registered_only"});
            Some((then(Story::assisted(), "change-residence-status", gone), json!({})))
        }
        "attempt-visit" => helped(json!({"because": "nobody_home"})),
        "visit-home" => helped(json!({"seen": "poor", "informant": id(1), "remarks": about})),
        "plan-visit" => helped(json!({"planned_on": "2026-01-20", "words": about})),
        "follow-up-visit" => {
            helped(json!({"help": "in_use", "evidence": "seen", "informant": id(1), "remarks": about}))
        }
        "hold-panel" => helped(json!({"attended": 5, "finding": "poor", "remarks": about})),
        "verify" => Some((heard("poor"), json!({}))),
        "find-not-poor" => Some((heard("not_poor"), json!({}))),
        "close-unreachable" => {
            let mut story = Story::verified();
            for on in ["2026-02-01", "2026-02-02", "2026-02-03"] {
                story.on(on).given("attempt-visit", json!({"because": "empty"}));
            }
            Some((story, json!({})))
        }
        "close-refused" => helped(json!({"because": "no_time", "said_by": id(1), "words": about})),
        "move-away" => helped(json!({"to": "4001", "words": about})),
        "withdraw-identification" => Some((Story::identified(), json!({"because": "exercise"}))),
        "resume-contact" => Some((
            then(at_work(), "close-refused", json!({"because": "no_time"})),
            json!({"by": "visit", "words": about}),
        )),
        "reopen-case" => Some((
            then(graduated(), "post-exit-check", check("relapsed")),
            json!({"because": "relapse", "words": about}),
        )),
        "merge-into" => Some((
            beside_another(Story::assisted()),
            json!({"into": id(OTHER), "because": "other", "members": [{"person": id(1), "same_as": id(12)}]}),
        )),
        "undo-merge" => Some((
            then(beside_another(Story::assisted()), "merge-into", json!({"into": id(OTHER), "because": "other"})),
            json!({}),
        )),
        "split-household" => {
            helped(json!({"household": id(0x4777), "members": [{"person": id(2), "relation": "head"}]}))
        }
        "assess" => helped(form::assess_earning("low", "900.00")),
        "rescore-assessment" => {
            let mut story = Story::assessed();
            form::scoring_turned_round(&mut story, super::story::day("2026-01-10"));
            let assessment = story.case().assessments[0].id;
            story.on("2026-01-11");
            Some((story, json!({"assessment": assessment})))
        }
        "record-income" => helped(json!({"money": gross("900.00"), "evidence": "told"})),
        "record-need" => helped(with(form::need(8), json!({"person": id(1), "words": about}))),
        "give-consent" => helped(with(form::consent(2), json!({"by": {"as": "member", "person": id(1)}}))),
        "withdraw-consent" => helped(json!({"consent": id(1)})),
        "prioritise-need" => helped(json!({"need": id(4), "priority": 1, "by": "household"})),
        "close-need" => helped(json!({"need": id(4), "because": "met"})),
        "make-referral" => helped(with(refer(4, 4), json!({"service": "emergency"}))),
        "accept-referral" => helped(form::referral(2)),
        "decline-referral" => helped(with(form::referral(2), json!({"reason": "no_capacity"}))),
        "return-referral" => helped(with(form::referral(2), json!({"reason": "document_missing"}))),
        "take-back-acceptance" => helped(with(form::referral(1), json!({"reason": "mistake"}))),
        "resubmit-referral" => helped(form::referral(3)),
        "reroute-referral" => {
            helped(with(refer(2, 2), json!({"need": null, "service": "clinic", "reason": "no_answer"})))
        }
        "escalate-referral" => helped(with(form::referral(2), json!({"to": "supervisor", "reason": "no_answer"}))),
        "remind-agency" => helped(form::referral(2)),
        "extend-deadline" => {
            let more = json!({"clock": "to_answer", "until": "2026-06-01", "reason": "season"});
            helped(with(form::referral(2), more))
        }
        "withdraw-referral" => helped(with(form::referral(2), json!({"reason": "not_wanted", "wish_of": "household"}))),
        "complete-referral" => helped(with(form::referral(1), json!({"outcome": "met"}))),
        "deliver-assistance" => helped(with(
            form::help(),
            json!({"worth": {"form": "baht", "amount": "500.00"}, "beneficiaries": [id(1)], "assistance": id(2)}),
        )),
        "confirm-assistance" => helped(json!({"assistance": id(1), "how": "signed", "received": "yes"})),
        "reverse-assistance" => helped(json!({"assistance": id(1), "because": "did_not_arrive"})),
        "enrol-in-model" => Some((Story::assessed(), json!({"model": id(MUSHROOMS)}))),
        "record-model-result" => helped(json!({
            "model": id(MUSHROOMS), "cycle": id(CYCLE), "product": "straw_mushroom", "unit": "kg", "produced": 4,
            "earned": "315.00",
        })),
        "leave-model" => helped(json!({"model": id(MUSHROOMS), "because": "dropped"})),
        "propose-graduation" => Some((ready(), json!({}))),
        "propose-sustained-support" => Some((cannot_work(), json!({}))),
        "decline-graduation" => Some((then_by(proposed()), json!({"reason": "weak_evidence"}))),
        "graduate" => Some((then_by(proposed()), json!({}))),
        "enter-sustained-support" => {
            Some((then_by(then(cannot_work(), "propose-sustained-support", json!({}))), json!({})))
        }
        "post-exit-check" => Some((
            graduated(),
            with(check("still_out"), json!({"net_per_resident_month": "3420.00", "remarks": about})),
        )),
        "retract-fact" => {
            let story = at_work();
            let sequence = story.sequence_of("ComplaintReceived");
            Some((story, json!({"sequence": sequence, "reason": "mistake"})))
        }
        // The watcher gives these, with days and ids from what is due.
        "note-response-overdue"
        | "note-delivery-overdue"
        | "note-contact-overdue"
        | "note-post-exit-check-missed"
        | "note-complaint-overdue"
        | "note-rights-request-overdue" => None,
        other => panic!("{other} has no story here"),
    }
}

fn then_by(mut story: Story) -> Story {
    story.by(SUPERVISOR);
    story
}

fn gross(month: &str) -> Value {
    json!({"incomes": [{"concept": "wages", "period": "month", "net": "gross", "amount": month}], "debt": month})
}

/// Reads and asks, as over the wire; none: it does not even read.
fn sent(story: &Story, name: Name, body: &Value) -> Option<Result<crate::rules::Decision, Refusal>> {
    let command = name.read(body.to_string().as_bytes()).ok()?;
    Some(story.decide(&command))
}

/// Every command in its story with its body.
fn all() -> impl Iterator<Item = (Name, Story, Value)> {
    Name::ALL.into_iter().filter_map(|name| accepted(name).map(|(story, body)| (name, story, body)))
}

/// The places in a body where a value of some kind stands.
pub(super) fn places(body: &Value, at: &str, is: &dyn Fn(&str, &Value) -> bool, found: &mut Vec<String>) {
    let field = at.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    if is(field, body) {
        found.push(at.to_owned());
    }
    match body {
        Value::Object(it) => it.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), is, found)),
        Value::Array(it) => it.iter().enumerate().for_each(|(n, value)| places(value, &format!("{at}/{n}"), is, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub(super) fn put(body: &Value, at: &str, value: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(at).unwrap() = value;
    body
}

/// The answer to the largest number that a field can hold; none: nothing so large reads.
pub(super) fn largest<T>(sent: impl Fn(u64) -> Option<T>) -> Option<T> {
    let most = [u64::MAX, i64::MAX as u64, u64::from(u32::MAX), i32::MAX as u64, u64::from(u16::MAX), 255];
    most.into_iter().find_map(sent)
}

/// The fact by which something came to be: its name, and the field that holds its id.
const MADE: [(&str, &str, &str); 9] = [
    ("need", "NeedRecorded", "need"),
    ("referral", "ReferralMade", "referral"),
    ("assistance", "AssistanceDelivered", "assistance"),
    ("assessment", "HouseholdAssessed", "assessment"),
    ("consent", "ConsentGiven", "consent"),
    ("complaint", "ComplaintReceived", "complaint"),
    ("request", "RightsRequestReceived", "request"),
    ("person", "MemberJoined", "person"),
    ("informant", "MemberJoined", "person"),
];

/// The story in which what a field names was taken back, with everything that rests on it; none: it can't be.
fn taken_back(mut story: Story, field: &str, named: &Value) -> Option<Story> {
    let (_, event, of) = MADE.into_iter().find(|(it, ..)| *it == field)?;
    let is_it = |fact: &events::facts::household::HouseholdEvent| {
        fact.schema().name == event && serde_json::to_value(fact).unwrap()[of] == *named
    };
    let sequence = story.household.facts().iter().position(is_it)? as u64 + 1;
    // The latest first: what others rest on goes after them, and what can't be taken back stays.
    for later in (sequence..=story.household.facts().len() as u64).rev() {
        drop(story.when("retract-fact", json!({"sequence": later, "reason": "mistake"})));
    }
    story.household.is_retracted(sequence).then_some(story)
}

#[test]
fn every_command_is_accepted_in_a_story_here() {
    for (name, story, body) in all() {
        let answer = sent(&story, name, &body).unwrap_or_else(|| panic!("{name:?} {body} does not read"));
        assert!(answer.as_ref().is_ok_and(|it| *it != crate::rules::Decision::already_so()), "{name:?}: {answer:?}");
    }
}

#[test]
fn no_command_takes_a_day_that_never_was_or_has_not_come() {
    for (name, story, body) in all() {
        let tomorrow = story.today.succ_opt().unwrap().to_string();
        let mut dates = Vec::new();
        let is_date = |_: &str, value: &Value| value.as_str().is_some_and(|it| it.parse::<NaiveDate>().is_ok());
        places(&body, "", &is_date, &mut dates);
        let dated = with(body.clone(), json!({"happened_on": story.today}));
        if name.read(dated.to_string().as_bytes()).is_ok() {
            dates.push("/happened_on".to_owned());
        }
        for at in dates {
            let ahead = ["/planned_on", "/until"].contains(&at.as_str());
            let wrong = NEVER.into_iter().chain((!ahead).then_some(tomorrow.as_str()));
            for day in wrong {
                let Some(answer) = sent(&story, name, &put(&dated, &at, json!(day))) else { continue };
                let Err(Refusal::Fields(errors)) = &answer else { panic!("{name:?} {at} {day}: {answer:?}") };
                assert!(errors.iter().any(|it| it.pointer == at), "{name:?} {at} {day}: {errors:?}");
            }
        }
    }
}

#[test]
fn no_command_takes_an_amount_or_a_count_below_zero() {
    for (name, story, body) in all() {
        let mut amounts = Vec::new();
        let is_amount = |_: &str, value: &Value| {
            value.as_str().is_some_and(|it| it.ends_with(".00") && it.parse::<f64>().is_ok()) || value.is_number()
        };
        places(&body, "", &is_amount, &mut amounts);
        for at in amounts {
            // A net income may be a loss.
            let net = name == Name::PostExitCheck
                || at.contains("/incomes/") && body.pointer("/money/incomes/0/net") == Some(&json!("net"));
            let below = if body.pointer(&at).is_some_and(Value::is_number) { json!(-1) } else { json!("-1.00") };
            let answer = sent(&story, name, &put(&body, &at, below));
            assert!(net || answer.as_ref().is_none_or(Result::is_err), "{name:?} {at}: {answer:?}");
        }
    }
}

#[test]
fn no_command_takes_a_number_out_of_all_bounds() {
    for (name, story, body) in all() {
        let mut numbers = Vec::new();
        places(&body, "", &|_, value| value.is_number(), &mut numbers);
        for at in numbers {
            let answer = largest(|n| sent(&story, name, &put(&body, &at, json!(n))));
            assert!(answer.as_ref().is_none_or(Result::is_err), "{name:?} {at}: {answer:?}");
        }
        let mut amounts = Vec::new();
        places(&body, "", &|_, value| value.as_str().is_some_and(|it| it.ends_with(".00")), &mut amounts);
        for at in amounts {
            let answer = sent(&story, name, &put(&body, &at, json!("99999999999.00")));
            assert!(answer.as_ref().is_none_or(Result::is_err), "{name:?} {at}: {answer:?}");
        }
    }
}

#[test]
fn no_command_takes_a_reference_to_what_was_taken_back() {
    let mut asked = std::collections::BTreeSet::new();
    for (name, story, body) in all() {
        for (field, ..) in MADE {
            let mut named = Vec::new();
            places(&body, "", &|it, value| it == field && value.is_string(), &mut named);
            for at in named {
                let Some(after) = taken_back(story.clone(), field, body.pointer(&at).unwrap()) else { continue };
                let answer = sent(&after, name, &body).expect("it reads");
                assert!(answer.is_err(), "{name:?} {at}: {answer:?}");
                asked.insert((name, field));
            }
        }
    }
    assert!(asked.len() > 20, "{} references: {asked:?}", asked.len());
}

#[test]
fn no_command_takes_people_of_another_household() {
    // Whoever joins is named by an id that nobody has yet.
    for (name, story, body) in all().filter(|(name, _, _)| ![Name::Identify, Name::AddMember].contains(name)) {
        let mut people = Vec::new();
        let named = |field: &str, value: &Value| {
            let fields = ["person", "informant", "said_by", "about", "beneficiaries", "members", "same_as"];
            fields.contains(&field) && value.is_string()
        };
        places(&body, "", &named, &mut people);
        for at in people {
            for stranger in [5, 0xDEAD] {
                let answer = sent(&story, name, &put(&body, &at, json!(id(stranger))));
                assert!(answer.as_ref().is_none_or(Result::is_err), "{name:?} {at}: {answer:?}");
            }
        }
    }
}

#[test]
fn no_command_takes_a_reference_to_what_is_not_there() {
    // Ids that a client chooses for what it makes.
    let makes = [
        ("make-referral", "referral"),
        ("record-need", "need"),
        ("deliver-assistance", "assistance"),
        ("give-consent", "consent"),
        ("receive-complaint", "complaint"),
        ("receive-rights-request", "request"),
        ("split-household", "household"),
    ];
    for (name, story, body) in all() {
        let mut ids = Vec::new();
        let fields = [
            "need",
            "referral",
            "agency",
            "model",
            "cycle",
            "assistance",
            "assessment",
            "consent",
            "complaint",
            "request",
            "household",
            "other",
            "into",
            "caseworker",
        ];
        let named = |field: &str, value: &Value| fields.contains(&field) && value.is_string();
        places(&body, "", &named, &mut ids);
        ids.retain(|at| !makes.iter().any(|(of, field)| *of == name.as_str() && at == &format!("/{field}")));
        for at in ids {
            let answer = sent(&story, name, &put(&body, &at, json!(id(0xDEAD))));
            assert!(answer.as_ref().is_some_and(Result::is_err), "{name:?} {at}: {answer:?}");
        }
    }
}

#[test]
fn the_same_thing_twice_is_one_fact_or_two_that_may_be() {
    // Somebody may come, write, speak and be heard twice on one day.
    let may_be_two = [
        "assess",
        "attempt-visit",
        "follow-up-visit",
        "hold-panel",
        "plan-visit",
        "record-income",
        "visit-home",
        "write-note",
    ];
    let mut twice = Vec::new();
    for (name, mut story, body) in all() {
        let command = name.read(body.to_string().as_bytes()).unwrap();
        story.ask(&command).decision();
        let again = story.ask(&command).0;
        if again.as_ref().is_ok_and(|it| *it != crate::rules::Decision::already_so()) {
            twice.push(name.as_str());
        }
    }
    twice.sort_unstable();
    assert_eq!(twice, may_be_two);
}
