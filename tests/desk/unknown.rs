//! What a command names beside its own history must be there: the rules of a model or of staff see no agency, the desk
//! does.

use events::id::{AgencyId, ModelId, StaffId};
use huean::access::Role;
use huean::desk::{DeskError, ModelCommand, Order, StaffCommand};
use huean::rules::Refusal;
use huean::rules::refusal::Thing;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

fn model(id: ModelId, name: &str, body: Value) -> Order {
    let command = match name {
        "join-partner" => ModelCommand::JoinPartner(serde_json::from_value(body).expect("a body")),
        "open" => ModelCommand::Open(serde_json::from_value(body).expect("a body")),
        _ => ModelCommand::SharePayment(serde_json::from_value(body).expect("a body")),
    };
    Order::Model { id, command }
}

pub(crate) async fn no_command_takes_an_agency_that_there_is_not(world: World) {
    let desk = world.node().await;
    let opened = world.model(&desk, 2).await;
    let there = world.agency(&desk).await;
    let orders = |agency: AgencyId| {
        let open = json!({"name_th": "ก", "name_en": "A", "family": "local_content", "capital": "economic",
            "areas": ["46"], "eligibility": {}, "places": 1, "partners": [agency]});
        let share = json!({"cycle": Uuid::nil(), "payer": agency, "total": "1.00",
            "shares": [{"household": Uuid::nil(), "amount": "1.00"}]});
        let join = json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}, "agency": agency});
        [
            model(opened, "join-partner", json!({"agency": agency, "role": "buyer"})),
            model(ModelId(Uuid::from_u128(0x99)), "open", open),
            model(opened, "share-payment", share),
            Order::Staff {
                id: StaffId(Uuid::from_u128(0x98)),
                command: StaffCommand::Join(serde_json::from_value(join).expect("a body")),
            },
        ]
    };
    let asker = StaffId(Uuid::from_u128(0x97));
    for order in orders(AgencyId(Uuid::from_u128(0xDEAD))) {
        let name = order.name();
        let answer = world.by(&desk, asker, Role::Administrator, order).await;
        let unknown = matches!(&answer, Err(DeskError::Refused(Refusal::Unknown(Thing::Agency))));
        assert!(unknown, "{name}: {answer:?}");
    }
    for order in orders(there) {
        let name = order.name();
        let answer = world.by(&desk, asker, Role::Administrator, order).await;
        // The payment gets further: it is its cycle that is not there.
        let further = matches!(&answer, Err(DeskError::Refused(Refusal::Unknown(Thing::Cycle))));
        assert!(if name == "share-payment" { further } else { answer.is_ok() }, "{name}: {answer:?}");
    }
}
