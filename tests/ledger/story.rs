//! Stories of commands that write two histories in one append, each told until it is answered, again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Ledger, Sent, command_id, done, made, send};
use crate::node::Nodes;

/// How many places the model and the service of the rig have: what is taken and freed matters here, not who is refused.
const PLACES: u32 = 5_000;

/// What several households have to do with at once: one operating model, and one agency with one service.
#[derive(Debug, Clone)]
pub(crate) struct Offers {
    model: String,
    agency: String,
}

/// One household, and what happens to it over and over. What comes next depends on what came before.
#[derive(Debug)]
pub(crate) struct Story {
    /// Says which story it is: the ids of its commands follow from it.
    name: String,
    household: String,
    plot: Plot,
}

#[derive(Debug)]
enum Plot {
    /// It goes on as another household, and is itself again.
    Merging { into: String },
    /// It takes a place in a model, and leaves it.
    Enrolling { model: String },
    /// An agency says yes, takes it back, says yes, is done; and once more, until it is withdrawn.
    Asking { agency: String, need: Uuid },
    /// Somebody joins, and leaves for a household of her own.
    Splitting,
}

/// A command of a story, and how many events it is.
type Step = (&'static str, Value, usize);

impl Offers {
    pub(crate) fn make(nodes: &Nodes) -> Self {
        let model = json!({"name_th": "เห็ดฟาง", "name_en": "Mushrooms", "family": "pro_poor_value_chain",
            "capital": "economic", "areas": ["46"], "eligibility": {}, "places": PLACES});
        let agency = json!({"name_th": "สำนักงาน", "name_en": "Office", "kind": "state", "areas": ["46"]});
        let offers = Self { model: made(nodes, "/models", &model), agency: made(nodes, "/agencies", &agency) };
        let service = json!({"service": "house_repair", "name_th": "ซ่อมบ้าน", "name_en": "House repair",
            "capital": "physical", "dimension": "living"});
        let path = format!("/agencies/{}", offers.agency);
        done(nodes, &format!("{path}/offer-service"), &service);
        done(nodes, &format!("{path}/set-capacity"), &json!({"service": "house_repair", "places": PLACES}));
        offers
    }

    /// The stories of one round. Two take places of the same model, and two of the same service.
    pub(crate) fn stories(&self, nodes: &Nodes, round: usize) -> Vec<Story> {
        let story = |name: &str, household: String, plot| Story { name: format!("{name} {round}"), household, plot };
        let mut stories = vec![
            story("merge", found(nodes, &[]), Plot::Merging { into: found(nodes, &[]) }),
            story("split", found(nodes, &[person(None, "head")]), Plot::Splitting),
        ];
        for n in 0..2 {
            let plot = Plot::Enrolling { model: self.model.clone() };
            stories.push(story(&format!("enrol {n}"), assessed(nodes), plot));
            let (household, need) = (assessed(nodes), command_id(&format!("need {n} {round}")));
            let body = json!({"need": need, "capital": "physical", "priority": 1});
            done(nodes, &format!("/households/{household}/record-need"), &body);
            stories.push(story(&format!("ask {n}"), household, Plot::Asking { agency: self.agency.clone(), need }));
        }
        stories
    }
}

impl Story {
    /// Tells it until the round is over, and once to its end in any case: nodes that were killed are back by then.
    pub(crate) fn tell(&self, nodes: &Nodes, over: &AtomicBool) -> Ledger {
        let mut ledger = Ledger::default();
        let mut turn = 0;
        while turn < self.plot.turns() || !over.load(Ordering::SeqCst) {
            let (command, body, events) = self.step(turn);
            let id = command_id(&format!("{} turn {turn}", self.name));
            let sent = Sent { id, household: self.household.clone(), command, body: body.to_string(), events };
            let position = (0..1_000).find_map(|try_| {
                let answer = send(nodes, turn + try_, &sent);
                if answer.is_none() {
                    // A node that is down refuses at once.
                    std::thread::sleep(Duration::from_millis(20));
                }
                answer
            });
            ledger.acknowledge(&sent, position.unwrap_or_else(|| panic!("{sent:?} is answered in the end")));
            turn += 1;
        }
        ledger
    }

    fn step(&self, turn: usize) -> Step {
        let at = turn % self.plot.turns();
        match &self.plot {
            Plot::Merging { into } => match at {
                0 => ("merge-into", json!({"into": into, "because": "other"}), 2),
                // Two facts are taken back, and both histories say so.
                _ => ("undo-merge", json!({}), 4),
            },
            Plot::Enrolling { model } => match at {
                0 => ("enrol-in-model", json!({"model": model}), 2),
                _ => ("leave-model", json!({"model": model, "because": "finished"}), 2),
            },
            Plot::Asking { agency, need } => {
                // The first of the two is accepted, taken back, accepted again and completed; the second is withdrawn.
                let first = turn - at + if at < 5 { 0 } else { 5 };
                asking(at, command_id(&format!("{} referral {first}", self.name)), (agency, *need))
            }
            Plot::Splitting => {
                let child = command_id(&format!("{} child {}", self.name, turn - at));
                if at == 0 {
                    return ("add-member", json!({"member": person(Some(child), "child")}), 1);
                }
                let formed = command_id(&format!("{} formed {turn}", self.name));
                let members = json!([{"person": child, "relation": "head"}]);
                ("split-household", json!({"household": formed, "members": members}), 6)
            }
        }
    }
}

fn asking(at: usize, referral: Uuid, (agency, need): (&str, Uuid)) -> Step {
    let this = json!({"referral": referral});
    match at {
        0 | 5 => {
            let body = json!({"referral": referral, "need": need, "agency": agency, "service": "house_repair",
                "basis": "public_task"});
            ("make-referral", body, 2)
        }
        1 | 3 | 6 => ("accept-referral", this, 2),
        2 => ("take-back-acceptance", json!({"referral": referral, "reason": "mistake"}), 2),
        4 => ("complete-referral", json!({"referral": referral, "outcome": "partly_met"}), 3),
        _ => {
            let body = json!({"referral": referral, "reason": "not_wanted", "wish_of": "household"});
            ("withdraw-referral", body, 3)
        }
    }
}

impl Plot {
    /// How many commands it is, until it begins anew.
    const fn turns(&self) -> usize {
        match self {
            Self::Merging { .. } | Self::Enrolling { .. } | Self::Splitting => 2,
            Self::Asking { .. } => 8,
        }
    }
}

fn person(id: Option<Uuid>, relation: &str) -> Value {
    json!({"person": id, "sex": "female", "relation": relation, "residence": "registered_and_living", "details":
        {"given_name": "สมหญิง", "birth": "1990", "health": "normal", "education": "primary", "work": "farmer"}})
}

fn found(nodes: &Nodes, members: &[Value]) -> String {
    let body = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task", "members": members});
    made(nodes, "/households", &body)
}

/// A household that was assessed.
fn assessed(nodes: &Nodes) -> String {
    let id = found(nodes, &[person(None, "head")]);
    let scoring: Value = serde_json::from_str(huean::rules::instrument::DEFAULT_SCORING).expect("the scoring");
    let items = scoring["items"].as_array().into_iter().flatten();
    let answer = |item: &Value| json!([if item["rule"] == "single" { "low" } else { "none" }]);
    let answers: serde_json::Map<String, Value> =
        items.filter_map(|item| Some((item["indicator"].as_str()?.to_owned(), answer(item)))).collect();
    for (name, body) in [
        ("visit-home", json!({"seen": "poor"})),
        ("hold-panel", json!({"attended": 9, "finding": "poor"})),
        ("verify", json!({})),
        ("assess", json!({"instrument": "pppconnext-37@1", "answers": answers, "income_evidence": "told"})),
    ] {
        done(nodes, &format!("/households/{id}/{name}"), &body);
    }
    id
}
