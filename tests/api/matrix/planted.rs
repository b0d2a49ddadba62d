//! Three households that nobody has by chance: one here, one in another district, one in another province, each full of
//! values that are found nowhere else.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::cases::{Case, found};
use crate::papers::{handed, photo};
use crate::world::{AGENCY, OTHER_AGENCY, World};

/// A household and what of it may reach nobody else.
pub struct Household {
    /// `own`, `district` or `province`.
    pub place: &'static str,
    pub id: String,
    pub number: String,
    pub tambon: &'static str,
    pub given_name: String,
    /// A document whose file is kept.
    pub document: String,
    /// What says that there is such a household: ids and the case number.
    pub ids: Vec<String>,
    /// What is said of its people.
    pub personal: Vec<String>,
}

/// A body with this household's own words where all have the same.
fn marked(body: &Value, mark: &str) -> Value {
    serde_json::from_str(&body.to_string().replace("คานารี", &format!("คานารี{mark}"))).unwrap()
}

async fn one(
    world: &World,
    (place, who, tambon, mark): (&'static str, &str, &'static str, &str),
    agency: Uuid,
) -> Household {
    let given_name = format!("กนกวรรณ{mark}");
    let body = marked(&found(tambon, &given_name), mark);
    let made = world.post(who, "/households", body).await.ok();
    let text = |name: &str| made.body[name].as_str().unwrap().to_owned();
    let case = Case { world, id: text("id"), number: text("case_no") };
    let need = case.assessed(who).await;
    let referral = Uuid::from_u128(0xd000 + u128::from(world.next()));
    let person = world.get(who, &format!("/households/{}", case.id)).await.ok().body["members"][0]["person"].clone();
    let complaint = Uuid::from_u128(0xe000 + u128::from(world.next()));
    for (command, body) in [
        ("write-note", json!({"note": {"text": "จดไว้ว่าคานารี"}})),
        (
            "receive-complaint",
            json!({
                "complaint": complaint, "about": {"what": "other"}, "words": {"text": "ร้องว่าคานารี", "about": [person]}
            }),
        ),
        (
            "make-referral",
            json!({
                "happened_on": "2026-05-20", "referral": referral, "need": need, "agency": agency,
                "service": "house_repair", "basis": "consent", "disclosed": ["names", "need_words"]
            }),
        ),
    ] {
        case.give(who, command, marked(&body, mark)).await;
    }
    let key = Uuid::from_u128(rand::random());
    let kept = handed(world, who, &case.id, (key, ""), photo(mark.as_bytes()[2])).await;
    let document = kept.headers["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let ids = [
        document.clone(),
        case.id.clone(),
        case.number.clone(),
        referral.to_string(),
        complaint.to_string(),
        need.to_string(),
    ];
    let personal = vec![given_name.clone(), format!("คานารี{mark}")];
    let person = person.as_str().unwrap().to_owned();
    let ids = ids.into_iter().chain([person]).collect();
    Household { place, id: case.id, number: case.number, tambon, given_name, document, ids, personal }
}

/// All three, once everybody can find them.
pub async fn planted(world: &World) -> Vec<Household> {
    for body in huean::rules::policy_defaults::defaults() {
        let publish = json!({"province": "47", "effective_on": "2024-01-01", "body": body});
        world.post("far_administrator", "/policies", publish).await.ok();
    }
    let far = json!({"id": FAR_AGENCY, "name_th": "หน่วยงานไกล", "name_en": "Far", "kind": "lao", "areas": ["47"]});
    world.post("far_administrator", "/agencies", far).await.ok();
    let service = json!({
        "service": "house_repair", "name_th": "ซ่อมบ้าน", "name_en": "House repair", "capital": "physical",
        "dimension": "living"
    });
    world.post("far_administrator", &format!("/agencies/{FAR_AGENCY}/offer-service"), service).await.ok();
    let all = vec![
        one(world, ("own", "caseworker", "460901", "ก"), AGENCY).await,
        one(world, ("district", "stranger", "460201", "ข"), OTHER_AGENCY).await,
        one(world, ("province", "far_caseworker", "470101", "ค"), FAR_AGENCY).await,
    ];
    let head = world.log.head().await.unwrap().position;
    world.read_model.after(head, std::time::Duration::from_secs(20)).await.unwrap();
    all
}

/// An agency of the other province.
const FAR_AGENCY: Uuid = Uuid::from_u128(0xa3);
