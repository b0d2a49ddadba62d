//! Reasons that only the system writes, beside a closing, a merge, a split or an undoing: nobody gives them by hand.

use serde_json::{Value, json};

use super::form::{self, refer, with};
use super::story::{MUSHROOMS, Story, id};

/// A household with everything that can be ended for a reason.
fn at_work() -> Story {
    let mut story = Story::assisted();
    story.given("record-need", form::need(2)).given("enrol-in-model", json!({"model": id(MUSHROOMS)}));
    story
        .given("record-need", form::need(3))
        .given("make-referral", with(refer(3, 3), json!({"service": "emergency"})));
    story
}

#[test]
fn no_client_gives_a_reason_that_only_the_system_writes() {
    let cases: [(&str, Value, &str, &[&str], &str); 3] = [
        ("close-need", json!({"need": id(2)}), "because", &["case_closed", "merged", "split"], "no_longer"),
        ("leave-model", json!({"model": id(MUSHROOMS)}), "because", &["case_closed", "merged"], "dropped"),
        ("retract-fact", json!({"sequence": 9}), "reason", &["merge_undone"], "mistake"),
    ];
    for (name, body, field, of_the_system, by_hand) in cases {
        let mut story = at_work();
        let sequence = json!(story.sequence_of("NeedRecorded"));
        let body = if name == "retract-fact" { with(body, json!({"sequence": sequence})) } else { body };
        for reason in of_the_system {
            let refused = story.when(name, with(body.clone(), json!({field: reason})));
            refused.refused_at(&format!("/{field}"), "not_by_hand");
        }
        let given = story.when(name, with(body, json!({field: by_hand}))).0;
        assert!(!matches!(given, Err(crate::rules::Refusal::Fields(_))), "{name}: {given:?}");
    }
}

#[test]
fn what_a_referral_is_withdrawn_for_by_the_system_is_no_word_a_client_knows() {
    let name = crate::rules::household::command::Name::WithdrawReferral;
    for reason in ["case_closed", "merged", "consent_withdrawn"] {
        let body = json!({"referral": id(3), "reason": reason, "wish_of": "household"});
        assert!(name.read(body.to_string().as_bytes()).is_err(), "{reason}");
    }
}
