//! Bodies of what is said of referrals, consents and help.

use serde_json::{Value, json};

use super::SOME_ID;

/// The example of a command's body, if it is one of these.
pub(super) fn of(name: &str) -> Option<Value> {
    let day = "2026-03-02";
    Some(match name {
        "make-referral" => json!({
            "happened_on": day, "need": SOME_ID, "agency": SOME_ID, "service": "house_repair", "basis": "public_task",
            "disclosed": ["names", "address"]
        }),
        "accept-referral" => json!({"happened_on": day, "referral": SOME_ID}),
        "decline-referral" => json!({"happened_on": day, "referral": SOME_ID, "reason": "no_capacity"}),
        "return-referral" => json!({"happened_on": day, "referral": SOME_ID, "reason": "details_unclear"}),
        "complete-referral" => json!({"happened_on": day, "referral": SOME_ID, "outcome": "met"}),
        "take-back-acceptance" => json!({"happened_on": day, "referral": SOME_ID, "reason": "no_capacity"}),
        "resubmit-referral" => {
            json!({"happened_on": day, "referral": SOME_ID, "words": {"text": "แนบสำเนาทะเบียนบ้านแล้ว"}})
        }
        "reroute-referral" => json!({
            "happened_on": day, "referral": SOME_ID, "agency": SOME_ID, "service": "house_repair",
            "basis": "public_task", "disclosed": ["names", "address"], "reason": "no_answer"
        }),
        "escalate-referral" => {
            json!({"happened_on": day, "referral": SOME_ID, "to": "supervisor", "reason": "no_answer"})
        }
        "remind-agency" => json!({"happened_on": day, "referral": SOME_ID}),
        "extend-deadline" => json!({
            "happened_on": day, "referral": SOME_ID, "clock": "to_deliver", "until": "2026-05-31",
            "reason": "budget_awaited"
        }),
        "withdraw-referral" => {
            json!({"happened_on": day, "referral": SOME_ID, "reason": "not_wanted", "wish_of": "household"})
        }
        "note-response-overdue" | "note-delivery-overdue" => json!({"referral": SOME_ID}),
        "give-consent" => json!({
            "happened_on": day, "by": {"as": "member", "person": SOME_ID}, "purpose": "disclosure_to_partners",
            "how": "signed", "scope": {"to": "kinds", "kinds": ["civil", "religious"]}
        }),
        "withdraw-consent" => json!({"happened_on": day, "consent": SOME_ID}),
        "deliver-assistance" => json!({
            "happened_on": day, "kind": "house_repair", "capital": "physical", "dimension": "living",
            "worth": {"form": "baht", "amount": "18500.00"}, "agency": SOME_ID, "referral": SOME_ID
        }),
        "confirm-assistance" => json!({"happened_on": day, "assistance": SOME_ID, "how": "signed", "received": "yes"}),
        "reverse-assistance" => json!({"happened_on": day, "assistance": SOME_ID, "because": "did_not_arrive"}),
        _ => return None,
    })
}
