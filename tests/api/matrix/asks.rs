//! What there is to ask: each operation of the document and each page, filled in for a household.

use serde_json::{Value, json};
use uuid::Uuid;

use super::planted::Household;
use crate::world::World;

/// One request.
pub struct Ask {
    pub method: String,
    pub path: String,
    pub body: Option<(&'static str, String)>,
    /// It names a household in its path and asks nothing else: a foreign one answers as none does.
    pub plain: bool,
    /// What the asker says herself, and may hear again.
    echoes: Vec<String>,
}

impl Ask {
    pub fn plain(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), body: None, plain: true, echoes: Vec::new() }
    }

    /// Whether the asker sent this herself.
    pub fn says(&self, canary: &str) -> bool {
        self.path.contains(canary) || self.echoes.iter().any(|it| it.contains(canary))
    }
}

/// Where something is asked.
pub struct Place {
    method: String,
    /// With `{…}` where something is named.
    path: String,
    query: Vec<String>,
    body: Option<(&'static str, String)>,
}

/// A household that there is not.
pub fn nobody() -> Household {
    let (id, number) = (Uuid::from_u128(0x404).to_string(), "46-0009999-1".to_owned());
    let (ids, personal) = (Vec::new(), Vec::new());
    let document = Uuid::from_u128(0x405).to_string();
    Household {
        place: "nobody", id, number, tambon: "469999", given_name: "ไม่มี".to_owned(), document, ids, personal
    }
}

/// Who breaks the glass reads for three hours what is not hers, which the log of looks tells everybody who oversees it.
const SANCTIONED: &str = "/api/v1/households/{id}/break-glass";

/// Every operation of the document.
pub fn operations() -> Vec<Place> {
    let document = huean::web::openapi::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if path == SANCTIONED {
                continue;
            }
            let named = |it: &&Value| it["in"] == "query";
            let parameters = operation["parameters"].as_array().into_iter().flatten().filter(named);
            let query = parameters.map(|it| it["name"].as_str().unwrap().to_owned()).collect();
            let content = &operation["requestBody"]["content"];
            let body = if content["application/json"].is_object() {
                Some(("application/json", content["application/json"]["example"].to_string()))
            } else {
                content["text/csv"]["example"].as_str().map(|file| ("text/csv", file.to_owned()))
            };
            all.push(Place { method: method.to_uppercase(), path: path.clone(), query, body });
        }
    }
    assert!(all.len() > 120, "{}", all.len());
    all
}

/// Every page, as a person with this token in her forms asks for it.
pub fn pages(token: &str) -> Vec<Place> {
    let document = huean::web::openapi::document();
    let commands: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, item)| item["post"].is_object())
        .filter_map(|(path, _)| path.strip_prefix("/api/v1/households/{id}/").map(ToOwned::to_owned))
        .collect();
    let office = office(&document);
    let mut all = Vec::new();
    for (method, path) in huean::web::page_addresses() {
        // An answer that goes on as long as the page is open: its head says whether it is given.
        let method = if path == "/operations/events" { "HEAD" } else { method };
        let fields = format!("_token={token}&_command={}&next=/today&language=en", Uuid::from_u128(rand::random()));
        let body = (method == "POST").then_some(("application/x-www-form-urlencoded", fields));
        let query = match path {
            "/cases" | "/cases/new" | "/today" | "/referrals" => ["q", "stage", "area", "cursor", "sort", "state"],
            _ => [""; 6],
        };
        let query = query.into_iter().filter(|it| !it.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>();
        let place = |path: String| Place { method: method.to_owned(), path, query: query.clone(), body: body.clone() };
        if path.starts_with("/cases/") && path.contains("{command}") {
            all.extend(commands.iter().map(|command| place(path.replace("{command}", command))));
        } else if let Some(of) = path.strip_prefix("/{thing}") {
            let said = |(thing, name): &(String, String)| place(format!("/{thing}{}", of.replace("{command}", name)));
            all.extend(office.iter().map(said));
        } else if path == "/imports/{id}/{act}" {
            let acts = ["commit", "judge", "undo", "discard", "nothing"];
            all.extend(acts.iter().map(|act| place(path.replace("{act}", act))));
        } else {
            all.push(place(path.to_owned()));
        }
    }
    assert!(all.len() > 100, "{}", all.len());
    all
}

/// What is done to agencies, models, staff and policies, as the addresses of their forms say it.
fn office(document: &Value) -> Vec<(String, String)> {
    let items = document["paths"].as_object().unwrap().values();
    let of_an_office = items.filter_map(|item| {
        let operation = item.get("post")?;
        let tag = operation["tags"][0].as_str()?;
        let name = operation["operationId"].as_str()?.rsplit_once('_')?.0;
        ["agencies", "models", "staff", "policies"].contains(&tag).then(|| (tag.to_owned(), name.replace('_', "-")))
    });
    let all: Vec<_> = of_an_office.collect();
    assert!(all.len() > 10, "{all:?}");
    all
}

/// The token that a page puts into the forms of somebody; nothing for who sees no page.
pub async fn form_token(world: &World, who: &str) -> String {
    let Some(token) = world.tokens.get(who) else { return String::new() };
    let request = axum::http::Request::get("/nowhere").header("authorization", format!("Bearer {token}"));
    let page = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
    let field = page.text.split_once("name=\"_token\" value=\"").and_then(|(_, rest)| rest.split('"').next());
    field.unwrap_or_default().to_owned()
}

impl Place {
    /// A household is named in the path.
    pub fn of_a_household(&self) -> bool {
        self.path.starts_with("/api/v1/households/{id}")
    }

    fn is_about_households(&self) -> bool {
        self.of_a_household() || self.path.starts_with("/cases/{id}")
    }

    /// Something in the request tells one household from another.
    pub fn names_a_household(&self) -> bool {
        self.path.contains("{id}") || !self.query.is_empty()
    }

    pub fn changes(&self) -> bool {
        self.method == "POST" && self.path.contains("{id}")
    }

    /// The request that names a household and nothing else.
    pub fn about(&self, household: &Household) -> Ask {
        // What makes something new under an id of one's own would give it the household's.
        let id = if self.is_about_households() || self.method == "GET" { household.id.clone() } else { nobody().id };
        // The last of the ids is somebody's of the household.
        let person = household.ids.last().cloned().unwrap_or_else(|| nobody().id);
        let mut path = self.path.replace("{id}", &id).replace("{person}", &person);
        path = path.replace("{document}", &household.document);
        for (name, value) in [("{name}", "funnel"), ("{kind}", "sla"), ("{*path}", "000000000000/app.css")] {
            path = path.replace(name, value);
        }
        assert!(!path.contains('{'), "the grid does not know what to put into {path}");
        let body = self.body.clone().map(|(media, text)| (media, with_household(&self.path, text, household)));
        let echoes = body.iter().map(|(_, text)| text.clone()).chain([household.id.clone(), path.clone()]).collect();
        let plain = self.path.contains("{id}");
        Ask { method: self.method.clone(), path, body, plain, echoes }
    }

    /// The request in every way that a household can be asked for.
    pub fn variants(&self, household: &Household) -> Vec<Ask> {
        let plain = self.about(household);
        let mut all = Vec::new();
        let mut with = |query: String, echo: &str| {
            let echoes = plain.echoes.iter().cloned().chain([echo.to_owned()]).collect();
            let (method, body) = (plain.method.clone(), plain.body.clone());
            all.push(Ask { method, path: format!("{}?{query}", plain.path), body, plain: false, echoes });
        };
        for name in &self.query {
            for value in values(name, household) {
                with(format!("{name}={}", encoded(&value)), &value);
            }
        }
        if self.query.iter().any(|it| it == "figure") {
            for (report, figure) in figures().filter(|(report, _)| self.path.contains("{name}") && *report == "funnel")
            {
                with(format!("figure={figure}&limit=200"), report);
            }
        }
        if self.of_a_household() {
            let path = plain.path.replace(&household.id, &household.number);
            let echoes = plain.echoes.iter().cloned().chain([household.number.clone()]).collect();
            all.push(Ask { method: plain.method.clone(), path, body: plain.body.clone(), plain: true, echoes });
        }
        if self.path.contains("{name}") {
            for (report, figure) in figures() {
                let path = self.path.replace("{name}", report);
                let tail = if path.ends_with("/cases") { format!("?figure={figure}&limit=200") } else { String::new() };
                all.push(Ask { path: format!("{path}{tail}"), plain: false, ..Ask::plain(&self.method, "") });
            }
        }
        all.push(plain);
        all
    }
}

/// Each report with one of its figures.
fn figures() -> impl Iterator<Item = (&'static str, String)> {
    huean::reports::ReportName::ALL.into_iter().map(|name| {
        let figure = name.sheet().and_then(|it| it.counts().next().map(std::string::ToString::to_string));
        (name.as_str(), figure.unwrap_or_default())
    })
}

/// A body that names a household beside its path.
fn with_household(path: &str, text: String, household: &Household) -> String {
    match path {
        "/api/v1/commands" => {
            let body = json!({"note": {"text": "x"}});
            json!({"commands": [{"household": household.id, "name": "write-note", "body": body}]}).to_string()
        }
        "/api/v1/duplicates/candidates" => {
            let name = &household.given_name;
            let member = json!({"details": {"given_name": name, "family_name": "คานารีซ่อน", "birth": "1980-05-05"}});
            json!({"tambon": household.tambon, "members": [member]}).to_string()
        }
        _ => text,
    }
}

/// What somebody would put into a parameter to find a household.
fn values(name: &str, household: &Household) -> Vec<String> {
    let all: &[&str] = match name {
        "q" => &[&household.given_name, &household.number, &household.id, "คานารี"],
        "household" => &[&household.id, &household.number],
        "area" | "tambon" => &[household.tambon],
        "district" => &[&household.tambon[..4]],
        "province" => &[&household.tambon[..2]],
        "agency" => &["00000000-0000-0000-0000-0000000000a2", "00000000-0000-0000-0000-0000000000a3"],
        "caseworker" => &["00000000-0000-0000-0000-000000005009"],
        "limit" => &["200"],
        "format" => &["csv", "xlsx"],
        "as_of" => &["2026-06-01"],
        "at" => &["1"],
        "by" | "per" => &["district", "tambon"],
        "sort" => &["-recent", "recent"],
        // These choose among what may be seen; each alone finds no more than without it.
        "about" | "after" | "after_position" | "age" | "clock" | "cursor" | "due" | "figure" | "from"
        | "happened_on" | "kind" | "lao" | "level" | "list" | "list_date" | "noted" | "overdue" | "referral"
        | "service" | "source" | "stage" | "standing" | "state" | "to" => &["1"],
        _ => panic!("the grid does not know the parameter {name}: say what would find a household with it"),
    };
    all.iter().map(|it| (*it).to_owned()).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |sent, byte| sent + &format!("%{byte:02X}"))
}
