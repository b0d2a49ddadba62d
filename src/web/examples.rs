//! A body for every command that reads as what it says: for the document, and for whoever tries it with curl.

mod helping;
mod offers;
mod people;

use serde_json::{Value, json};

use super::operation::Shape;
use crate::rules::household::command::Name;
use crate::rules::household::rule::{OfCommand, Rule};

const SOME_ID: &str = "4f1d2c3b-5a69-4788-9697-a5b4c3d2e1f0";

/// The schema of the body of a household's command.
pub fn shape(name: Name) -> Shape {
    struct ItsShape;
    impl OfCommand for ItsShape {
        type Answer = Shape;
        fn of<C: Rule>(self) -> Shape {
            Shape::of::<C>()
        }
    }
    name.with(ItsShape)
}

/// The example of a command's body, by the command's name.
pub fn of(name: &str) -> Value {
    let day = "2026-03-02";
    let member = || {
        json!({
            "sex": "female", "relation": "head", "residence": "registered_and_living",
            "details": {
                "prefix": "นาง", "given_name": "สมหญิง", "family_name": "ใจดี", "birth": "1969-05",
                "health": "chronic", "education": "primary", "work": "farmer", "welfare": ["state_welfare_card"]
            }
        })
    };
    let money = || {
        json!({
            "incomes": [{"concept": "farm", "period": "year", "net": "net", "amount": "42000.00"}],
            "expense_month": "3200.00", "debt": null
        })
    };
    if let Some(body) = helping::of(name) {
        return body;
    }
    match name {
        "identify" => json!({
            "happened_on": day, "tambon": "460901", "moo": 3, "sources": ["village_leader"], "basis": "public_task",
            "address": {"house_no": "25/2"},
            "lists": [{"list": "tpmap", "list_date": "2026-01-31", "status": "missed"}], "members": [member()]
        }),
        "record-list-status" => {
            json!({"happened_on": day, "list": "welfare_card", "list_date": "2026-01-31", "status": "listed"})
        }
        "assign-caseworker" => json!({"happened_on": day, "caseworker": SOME_ID}),
        "write-note" => json!({"happened_on": day, "note": {"text": "บ้านอยู่หลังวัด ถามทางจากผู้ใหญ่บ้าน"}}),
        "receive-complaint" => json!({
            "happened_on": day, "about": {"what": "agency", "agency": SOME_ID}, "words": {"text": "รอซ่อมบ้านมาสองเดือนแล้ว"}
        }),
        "answer-complaint" => json!({
            "happened_on": day, "complaint": SOME_ID, "outcome": "upheld", "words": {"text": "นัดช่างแล้ว"}
        }),
        "note-complaint-overdue" => json!({"complaint": SOME_ID}),
        "receive-rights-request" => json!({"happened_on": day, "right": "access", "person": SOME_ID}),
        "answer-rights-request" => json!({
            "happened_on": day, "request": SOME_ID, "answer": "refused", "words": {"text": "ต้องเก็บไว้ตามกฎหมาย"}
        }),
        "lift-restriction" => json!({"happened_on": day, "request": SOME_ID, "because": "asked"}),
        "note-rights-request-overdue" => json!({"request": SOME_ID}),
        "erase-personal-data" => json!({"happened_on": day, "person": SOME_ID, "because": "asked", "request": SOME_ID}),
        "add-member" => json!({"happened_on": day, "member": member()}),
        "remove-member" => json!({"happened_on": day, "person": SOME_ID, "because": "works_elsewhere"}),
        "attempt-visit" => json!({"happened_on": day, "because": "nobody_home"}),
        "visit-home" => json!({"happened_on": day, "seen": "poor", "remarks": {"text": "หลังคารั่ว"}}),
        "plan-visit" => json!({"planned_on": "2026-03-16", "words": {"text": "นำแบบสำรวจไปด้วย"}}),
        "follow-up-visit" => json!({"happened_on": day, "help": "in_use", "evidence": "seen"}),
        "note-contact-overdue" => json!({"what": "follow_up", "by": day}),
        "hold-panel" => json!({"happened_on": day, "attended": 14, "finding": "poor"}),
        "assess" => json!({
            "happened_on": day, "instrument": "pppconnext-37@1", "answers": {}, "money": money(),
            "income_evidence": "told"
        }),
        "record-income" => json!({"happened_on": day, "money": money(), "evidence": "seen"}),
        "record-need" => {
            json!({"happened_on": day, "capital": "physical", "priority": 2, "words": {"text": "หลังคารั่ว"}})
        }
        "rescore-assessment" => json!({"happened_on": day, "assessment": SOME_ID}),
        "prioritise-need" => json!({"happened_on": day, "need": SOME_ID, "priority": 1, "by": "household"}),
        "close-need" => json!({"happened_on": day, "need": SOME_ID, "because": "no_longer"}),
        "enrol-in-model" => json!({"happened_on": day, "model": SOME_ID}),
        "close-refused" => json!({"happened_on": day, "because": "no_time"}),
        "move-away" => json!({"happened_on": day, "to": "4001", "words": {"text": "ย้ายไปอยู่กับลูกสาว"}}),
        "withdraw-identification" => json!({"happened_on": day, "because": "entered_twice"}),
        "resume-contact" => json!({"happened_on": day, "by": "telephone"}),
        "reopen-case" => json!({"happened_on": day, "because": "appeal"}),
        "record-model-result" => json!({
            "happened_on": day, "model": SOME_ID, "cycle": SOME_ID, "product": "straw_mushroom", "unit": "kg",
            "produced": 42, "earned": "3150.00"
        }),
        "leave-model" => json!({"happened_on": day, "model": SOME_ID, "because": "other_work"}),
        "merge-into" => json!({"happened_on": day, "into": SOME_ID, "because": "entered_twice"}),
        "split-household" => json!({
            "happened_on": day, "household": SOME_ID, "members": [{"person": SOME_ID, "relation": "head"}]
        }),
        "decline-graduation" => json!({"happened_on": day, "reason": "weak_evidence"}),
        "post-exit-check" => json!({
            "happened_on": day, "finding": "still_out", "evidence": "told", "net_per_resident_month": "3420.00"
        }),
        "note-post-exit-check-missed" => json!({"by": day}),
        "retract-fact" => json!({"sequence": 7, "reason": "mistake"}),
        // Verify, find not poor, close, propose and graduate say only when.
        _ => people::of(name, day).or_else(|| offers::of(name)).unwrap_or_else(|| json!({"happened_on": day})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_reads_as_its_command() {
        for name in Name::ALL {
            let body = serde_json::to_vec(&of(name.as_str())).unwrap();
            assert_eq!(name.read(&body).unwrap().name(), name);
        }
    }
}
