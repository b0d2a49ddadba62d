//! A body for every command to agencies, operating models, staff and policies.

use serde_json::{Value, json};

use super::SOME_ID;

/// The example of a command's body, if it is one of these.
pub(super) fn of(name: &str) -> Option<Value> {
    Some(match name {
        "register" => json!({
            "name_th": "เทศบาลตำบลตัวอย่าง", "name_en": "Example Municipality", "kind": "lao", "areas": ["4609"]
        }),
        "offer-service" => json!({
            "service": "house_repair", "name_th": "ซ่อมบ้าน", "name_en": "House repair", "capital": "physical",
            "dimension": "living"
        }),
        "set-capacity" => json!({"service": "house_repair", "places": 20}),
        "open" => json!({
            "name_th": "เห็ดฟางเงินล้าน", "name_en": "Straw mushroom", "family": "pro_poor_value_chain",
            "capital": "economic", "areas": ["4609"], "eligibility": {"able_to_work_at_least": 1}, "places": 30
        }),
        "set-places" => json!({"places": 40}),
        "join" => json!({"details": {"name": "สมชาย ตัวอย่าง"}}),
        "grant-role" => json!({"role": "caseworker", "scope": {"areas": ["4609"]}}),
        "publish" => json!({
            "province": "46", "effective_on": "2026-03-02",
            "body": {"kind": "sla", "answer_days": 7, "deliver_days": 30}
        }),
        "change-service" => json!({
            "service": "house_repair", "name_th": "ซ่อมและปรับปรุงบ้าน", "name_en": "House repair and improvement",
            "capital": "physical", "dimension": "living"
        }),
        "pause-service" => json!({"service": "house_repair", "because": "no_budget", "until": "2026-10-01"}),
        "resume-service" => json!({"service": "house_repair"}),
        "draft" => json!({
            "name_th": "เห็ดฟางเงินล้าน", "name_en": "Straw mushroom", "family": "pro_poor_value_chain",
            "capital": "economic", "areas": ["4609"],
            "eligibility": {"able_to_work_at_least": 1, "capitals": [{"capital": "economic", "level_at_most": 1}]}
        }),
        "approve" => json!({}),
        "open-approved" => json!({"places": 30}),
        "join-partner" => json!({"agency": SOME_ID, "role": "buyer"}),
        "remove-partner" => json!({"agency": SOME_ID, "role": "buyer", "because": "finished"}),
        "start-cycle" => json!({"season": "2569_dry"}),
        "share-payment" => json!({
            "cycle": SOME_ID, "total": "12000.00",
            "shares": [{"household": SOME_ID, "amount": "4000.00"}]
        }),
        "end-cycle" => json!({
            "results": [{"product": "straw_mushroom", "unit": "kg", "produced": 640, "sold": 600, "earned": "48000.00"}]
        }),
        "review" => json!({"finding": "scale"}),
        "scale" => json!({"places": 45, "areas": ["4609", "4602"]}),
        "close" => json!({"because": "finished"}),
        "revoke-role" => json!({"role": "caseworker", "scope": {"areas": ["4609"]}}),
        "leave" => json!({}),
        "withdraw" => json!({"province": "46", "kind": "sla", "version": 2}),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::command::read;
    use crate::rules::{agency, model, policy, staff};

    fn reads<T: serde::de::DeserializeOwned>(name: &str) {
        let body = of(name).unwrap_or_else(|| panic!("{name} has no example"));
        if let Err(error) = read::<T>(&serde_json::to_vec(&body).unwrap()) {
            panic!("{name}: {error}");
        }
    }

    #[test]
    fn every_example_of_what_helps_reads_as_its_command() {
        reads::<agency::Register>("register");
        reads::<agency::OfferService>("offer-service");
        reads::<agency::ChangeService>("change-service");
        reads::<agency::PauseService>("pause-service");
        reads::<agency::ResumeService>("resume-service");
        reads::<agency::SetCapacity>("set-capacity");
        reads::<model::Open>("open");
        reads::<model::Draft>("draft");
        reads::<model::Approve>("approve");
        reads::<model::OpenApproved>("open-approved");
        reads::<model::SetPlaces>("set-places");
        reads::<model::JoinPartner>("join-partner");
        reads::<model::RemovePartner>("remove-partner");
        reads::<model::StartCycle>("start-cycle");
        reads::<model::SharePayment>("share-payment");
        reads::<model::EndCycle>("end-cycle");
        reads::<model::Review>("review");
        reads::<model::Scale>("scale");
        reads::<model::Close>("close");
        reads::<staff::Join>("join");
        reads::<staff::GrantRole>("grant-role");
        reads::<staff::RevokeRole>("revoke-role");
        reads::<staff::Leave>("leave");
        reads::<policy::Publish>("publish");
        reads::<policy::Withdraw>("withdraw");
    }
}
