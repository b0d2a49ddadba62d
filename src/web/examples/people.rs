//! Examples about people, place and papers.

use serde_json::{Value, json};

use super::SOME_ID;

const ANOTHER_ID: &str = "0c9b8a7f-6e5d-4c3b-8a29-180716253443";

/// The example of a command's body, where it is one of these.
pub(super) fn of(name: &str, day: &str) -> Option<Value> {
    Some(match name {
        "add-source" => json!({"happened_on": day, "source": "volunteer"}),
        "unassign-caseworker" => json!({"happened_on": day, "because": "not_at_work"}),
        "record-address" => json!({"happened_on": day, "address": {"house_no": "25/2", "village": "บ้านตัวอย่าง"}}),
        "correct-address" => json!({"happened_on": day, "place": {"tambon": "460901", "moo": 4}}),
        "move-within-area" => json!({
            "happened_on": day, "place": {"tambon": "460902", "moo": 7}, "address": {"house_no": "11"}
        }),
        "record-house-code" => json!({"happened_on": day, "house_code": "46000000014"}),
        "attach-document" => json!({
            "happened_on": day, "kind": "house_register", "media_type": "image/jpeg", "size": 482_133,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "title": "ทะเบียนบ้าน"
        }),
        "record-death" => json!({"happened_on": day, "person": SOME_ID}),
        "correct-member" => json!({
            "happened_on": day, "person": SOME_ID, "sex": "female", "relation": "head",
            "residence": "registered_and_living",
            "details": {
                "prefix": "นาง", "given_name": "สมหญิง", "family_name": "ใจดี", "birth": "1969-05-12",
                "health": "chronic", "education": "primary", "work": "farmer"
            }
        }),
        "change-residence-status" => json!({"happened_on": day, "person": SOME_ID, "residence": "registered_only"}),
        "change-head" => json!({
            "happened_on": day, "person": SOME_ID, "relations": [{"person": ANOTHER_ID, "relation": "parent"}]
        }),
        "group-family" => json!({"happened_on": day, "members": [SOME_ID, ANOTHER_ID]}),
        "note-same-person" => json!({
            "happened_on": day, "person": SOME_ID, "household": ANOTHER_ID, "other": ANOTHER_ID, "by": "citizen_id"
        }),
        "reject-same-person" => {
            json!({"happened_on": day, "person": SOME_ID, "household": ANOTHER_ID, "other": ANOTHER_ID})
        }
        _ => return None,
    })
}
