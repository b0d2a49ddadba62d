//! Households that a test needs at some stage of their lives, brought there through the API.

use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{AGENCY, World};

/// Who a planted household is, so that a test can look for its bytes.
pub const GIVEN_NAME: &str = "กนกวรรณลับ";
pub const FAMILY_NAME: &str = "คานารีซ่อน";

/// The body that identifies a household in a tambon.
pub fn found(tambon: &str, given_name: &str) -> Value {
    json!({
        "happened_on": "2025-03-01", "tambon": tambon, "moo": 3, "sources": ["village_leader"],
        "basis": "consent", "address": {"house_no": "99/คานารี"},
        "members": [{
            "sex": "female", "relation": "head", "residence": "registered_and_living",
            "details": {
                "prefix": "นาง", "given_name": given_name, "family_name": FAMILY_NAME, "birth": "1980-05-05",
                "phone": "081-คานารี", "health": "normal", "education": "primary", "work": "farmer"
            }
        }]
    })
}

/// Answers that score `good` everywhere, or `fair`.
pub fn answers(word: &str) -> Value {
    let scoring = huean::rules::instrument::default_scoring().unwrap();
    let scoring = serde_json::to_value(scoring).unwrap();
    let answer = |item: &Value| {
        let chosen = match item["rule"].as_str().unwrap() {
            "single" => vec![word.to_owned()],
            "multiple" => item["points"].as_object().unwrap().keys().filter(|it| *it != "none").cloned().collect(),
            _ => vec!["none".to_owned()],
        };
        (item["indicator"].as_str().unwrap().to_owned(), json!(chosen))
    };
    Value::Object(scoring["items"].as_array().unwrap().iter().map(answer).collect())
}

fn assessment(on: &str, word: &str, baht: &str) -> Value {
    json!({
        "happened_on": on, "instrument": "pppconnext-37@1", "answers": answers(word), "income_evidence": "seen",
        "money": {"incomes": [{"concept": "farm", "period": "month", "net": "net", "amount": baht}]}
    })
}

/// A household on its way. Every step asserts that it was taken.
pub struct Case<'a> {
    pub world: &'a World,
    pub id: String,
    pub number: String,
}

impl<'a> Case<'a> {
    /// Identified in the caseworker's district.
    pub async fn identified(world: &'a World) -> Self {
        Self::identified_in(world, "caseworker", "460901", "สมหญิง").await
    }

    pub async fn identified_in(world: &'a World, who: &str, tambon: &str, given_name: &str) -> Self {
        let answer = world.post(who, "/households", found(tambon, given_name)).await.ok();
        assert_eq!((answer.status.as_u16(), &answer.body["stage"]), (201, &json!("identified")));
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        Self { world, id: text("id"), number: text("case_no") }
    }

    /// A command by somebody; answers the stage.
    #[track_caller]
    pub fn give(&self, who: &str, command: &str, body: Value) -> impl Future<Output = String> {
        let path = format!("/households/{}/{command}", self.id);
        async move {
            let answer = self.world.post(who, &path, body).await.ok();
            answer.body["stage"].as_str().unwrap().to_owned()
        }
    }

    pub async fn verify(&self, who: &str) {
        self.give(who, "visit-home", json!({"happened_on": "2025-03-10", "seen": "poor"})).await;
        self.give(who, "hold-panel", json!({"happened_on": "2025-03-12", "attended": 9, "finding": "poor"})).await;
        assert_eq!(self.give(who, "verify", json!({"happened_on": "2025-03-12"})).await, "verified");
    }

    pub async fn assess(&self, who: &str, on: &str, word: &str, baht: &str) -> String {
        self.give(who, "assess", assessment(on, word, baht)).await
    }

    /// Assessed and with one need; answers the need.
    pub async fn assessed(&self, who: &str) -> Uuid {
        self.verify(who).await;
        assert_eq!(self.assess(who, "2025-04-01", "good", "1500.00").await, "assessed");
        let need = Uuid::from_u128(0xc000 + u128::from(self.world.next()));
        let words = json!({"text": "หลังคารั่วคานารี"});
        let body = json!({"need": need, "capital": "physical", "priority": 1, "words": words});
        self.give(who, "record-need", body).await;
        need
    }

    /// Referred to the agency that has an officer; answers the referral.
    pub async fn referred(&self, who: &str, disclosed: &[&str]) -> Uuid {
        let need = self.assessed(who).await;
        self.refer(who, need, disclosed).await
    }

    pub async fn refer(&self, who: &str, need: Uuid, disclosed: &[&str]) -> Uuid {
        let referral = Uuid::from_u128(0xd000 + u128::from(self.world.next()));
        let body = json!({
            "happened_on": "2026-05-20", "referral": referral, "need": need, "agency": AGENCY,
            "service": "house_repair", "basis": "consent", "disclosed": disclosed
        });
        assert_eq!(self.give(who, "make-referral", body).await, "referred");
        referral
    }
}
