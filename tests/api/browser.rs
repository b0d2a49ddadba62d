//! Somebody's browser: it keeps the cookie it is given and says that a page of ours asks.

use axum::body::Body;
use events::clock::Clock;
use events::id::StaffId;
use huean::signin::{Fresh, totp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{Answer, World};

/// A password that anybody may choose.
pub const PASSWORD: &str = "correct horse battery";

/// A browser at a service.
#[derive(Clone)]
pub struct Browser<'a> {
    pub world: &'a World,
    pub cookie: String,
}

impl<'a> Browser<'a> {
    pub fn at(world: &'a World) -> Self {
        Self { world, cookie: String::new() }
    }

    /// The same browser, sent to another node.
    pub fn moved_to(&self, world: &'a World) -> Self {
        Self { world, cookie: self.cookie.clone() }
    }

    /// The browser of an administrator who keeps accounts: that takes a session, and no token opens it.
    pub async fn keeper(world: &'a World) -> Self {
        let mut cookie = world.keeper.lock().await;
        if world.sign_in.session(&cookie, true).await.unwrap().is_none() {
            let (staff, fresh) = (Uuid::from_u128(rand::random()), Fresh::drawn(&mut rand::rng()));
            let join = json!({"id": staff, "details": {"name": "ผู้ดูแล ตัวอย่าง"}});
            world.post("administrator", "/staff", join).await.ok();
            let grant = json!({"role": "administrator", "scope": {"areas": ["46"]}});
            world.post("administrator", &format!("/staff/{staff}/grant-role"), grant).await.ok();
            let login = format!("keeper-{staff}");
            world.sign_in.make_ready(StaffId(staff), &login, true, &fresh).await.unwrap();
            let mut browser = Self::at(world);
            let code = totp::code(&fresh.second_factor, Clock::Simulated(world.clock.clone()).now());
            browser.enter(&login, fresh.password.shown(), Some(&code)).await.ok();
            *cookie = browser.cookie;
        }
        Self { world, cookie: cookie.clone() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[("sec-fetch-site", "same-origin")], Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        self.ask("POST", path, &headers, Body::from(body.to_string())).await
    }

    /// A request with the cookie and these headers; what the answer sets is kept.
    pub async fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let cookie = format!("theme=dark; __Host-huean={}", self.cookie);
        let mut all = vec![("accept-language", "en")];
        all.extend(headers);
        if !self.cookie.is_empty() {
            all.push(("cookie", &cookie));
        }
        let answer = self.world.call("", method, path, &all, body).await;
        if let Some(set) = answer.header("set-cookie").strip_prefix("__Host-huean=") {
            set.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        answer
    }

    /// Signs in at a computer.
    pub async fn enter(&mut self, login: &str, password: &str, code: Option<&str>) -> Answer {
        let body = json!({"login": login, "password": password, "code": code, "device": "computer"});
        self.post("/sign-in", body).await
    }
}

/// A member of staff with an account.
pub struct Person {
    pub staff: Uuid,
    pub login: String,
    /// What shows the codes of the second factor, where the role needs one.
    phone: Option<Vec<u8>>,
}

impl Person {
    /// Joins the staff, and gets an account and the password that is handed out.
    pub async fn joins(world: &World, number: u128, role: &str, areas: &[&str]) -> (Self, String) {
        let (staff, login) = (Uuid::from_u128(0x9000 + number), format!("person{number}"));
        let join = json!({"id": staff, "details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
        world.post("administrator", "/staff", join).await.ok();
        let grant = json!({"role": role, "scope": {"areas": areas}});
        world.post("administrator", &format!("/staff/{staff}/grant-role"), grant).await.ok();
        let made =
            Browser::keeper(world).await.post(&format!("/staff/{staff}/make-account"), json!({"login": login})).await;
        let password = made.ok().body["password"].as_str().unwrap().to_owned();
        (Self { staff, login, phone: None }, password)
    }

    /// The same, who has also signed in for the first time: with a password of her own, and a second factor if need be.
    pub async fn hired<'a>(world: &'a World, number: u128, role: &str, areas: &[&str]) -> (Self, Browser<'a>) {
        let (mut person, handed_out) = Self::joins(world, number, role, areas).await;
        let mut browser = Browser::at(world);
        browser.enter(&person.login, &handed_out, None).await.ok();
        let changed = json!({"old": handed_out, "new": PASSWORD});
        let session = browser.post("/session/password", changed).await.ok();
        if session.body["missing"] == "second_factor" {
            person.takes_a_phone(&mut browser).await;
        }
        (person, browser)
    }

    /// Brings the second factor that is offered into a phone, and shows its first code.
    pub async fn takes_a_phone(&mut self, browser: &mut Browser<'_>) {
        let offered = browser.post("/session/offer-second-factor", json!({})).await.ok();
        let secret = offered.body["secret"].as_str().unwrap();
        assert!(offered.body["uri"].as_str().unwrap().contains(secret));
        self.phone = Some(from_base32(secret));
        let shown = json!({"code": self.code(browser.world)});
        assert_eq!(browser.post("/session/second-factor", shown).await.ok().body["missing"], "nothing");
    }

    /// What the phone shows now.
    pub fn code(&self, world: &World) -> String {
        totp::code(self.phone.as_ref().unwrap(), Clock::Simulated(world.clock.clone()).now())
    }

    /// Signs in at a computer, with a code where there is a phone.
    pub async fn enters<'a>(&self, world: &'a World) -> (Browser<'a>, Answer) {
        let mut browser = Browser::at(world);
        let code = self.phone.as_ref().map(|_| self.code(world));
        let answer = browser.enter(&self.login, PASSWORD, code.as_deref()).await;
        (browser, answer)
    }
}

fn from_base32(text: &str) -> Vec<u8> {
    let five = |letter: u8| if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
    let bits: Vec<u8> = text.bytes().flat_map(|it| (0..5).rev().map(move |at| five(it) >> at & 1)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
