//! The staff by name: whom an administrator may find, with roles, places and whether they can sign in.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use events::facts::staff::RoleGranted;
use projections::figures::offers::AgencyRow;

use super::command::done;
use super::{Offer, Thing, offers};
use crate::signin::{AccountState, SignInError};
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::layout::Shell;
use crate::web::pages::links::{link, said};
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::operations::board::agency_name;
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{Html, area, short};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::staff::{StaffMember, told};
use crate::web::refused::of_projection;
use crate::web::signin::refused::of_sign_in;

/// Somebody.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    about: String,
    /// Whether they can sign in, in a word.
    account: Option<(String, &'static str)>,
    roles: Vec<(String, String)>,
    offers: Vec<Offer>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "staff.html")]
pub struct StaffPage {
    shell: Shell,
    done: Option<String>,
    total: String,
    q: String,
    /// Those on the staff, and those who have left: where, how they are called, whether they are shown.
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    new: Vec<Offer>,
    next: Option<String>,
}

/// What a role is called, and where it holds.
fn role(granted: &RoleGranted, language: Language) -> (String, String) {
    let areas = granted.scope.areas.iter().map(|code| area(language, *code));
    let places: Vec<String> = areas.chain(granted.scope.laos.iter().map(ToString::to_string)).collect();
    let mut about = places.join(", ");
    if let Some(until) = granted.until {
        about = fill(language, "staff.until", &[&about, &days::day(language, until)]);
    }
    (code(language, "Role", &granted.role), about)
}

/// How somebody's account stands, in a word; nothing where it is not told.
pub fn standing(account: Option<&AccountState>, language: Language) -> (String, &'static str) {
    match account {
        None => (say(language, "staff.no_account"), "quiet"),
        Some(it) if it.locked => (say(language, "staff.locked"), "soon"),
        Some(it) if it.handed_out_until.is_some() => (say(language, "staff.handed_out"), "quiet"),
        Some(_) => (say(language, "staff.active"), "ok"),
    }
}

/// Somebody's account, if there is one.
pub async fn account(web: &Web, staff: events::id::StaffId) -> Result<Option<AccountState>, Problem> {
    match web.0.sign_in.account(staff).await {
        Ok(account) => Ok(Some(account)),
        Err(SignInError::NoAccount) => Ok(None),
        Err(error) => Err(of_sign_in(error, "")),
    }
}

async fn row(web: &Web, reader: &Reader, agencies: &[AgencyRow], it: StaffMember) -> Result<Row, Problem> {
    let language = reader.language;
    let id = it.id.to_string();
    // As the API: how accounts stand is told to who is signed in, not to a token.
    let is_keeper = reader.session.is_some();
    let account = if is_keeper && it.left_on.is_none() { Some(account(web, it.id).await?) } else { None };
    let mut acts = Vec::new();
    if it.left_on.is_none() {
        acts = offers(reader, Thing::Staff, &id, &["grant-role", "revoke-role", "leave"]);
        acts.insert(0, (format!("/staff/{id}/account"), say(language, "staff.account")));
    }
    let mut about = vec![fill(language, "office.member", &[&short(&id)])];
    about.extend(it.agency.map(|agency| agency_name(agencies, agency, language)));
    about.extend(it.left_on.map(|on| fill(language, "office.left", &[&days::day(language, on)])));
    Ok(Row {
        name: it.name.unwrap_or_else(|| say(language, "shown.erased")),
        about: about.join(" · "),
        account: account.map(|it| standing(it.as_ref(), language)),
        roles: it.roles.iter().map(|it| role(it, language)).collect(),
        offers: acts,
        id,
    })
}

/// `GET /staff`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    uri: Uri,
    mut params: Params,
) -> Result<Html<StaffPage>, Problem> {
    let language = reader.language;
    let said = said(&uri);
    let value = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str()).to_owned();
    let announced = params.text("done");
    let list = told(&web, &reader.caller, &headers, params).await?;
    let agencies = web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?;
    let (q, left) = (value("q"), value("state") == "left");
    let place = |left: bool, cursor: Option<String>| {
        let mut pairs = Vec::new();
        if !q.is_empty() {
            pairs.push(("q", q.clone()));
        }
        if left {
            pairs.push(("state", "left".to_owned()));
        }
        pairs.extend(cursor.map(|it| ("cursor", it)));
        link("/staff", &pairs)
    };
    let mut rows = Vec::new();
    for it in list.items {
        rows.push(row(&web, &reader, &agencies, it).await?);
    }
    Ok(Html(StaffPage {
        shell: Shell::of(&reader, "/staff", say(language, "place.staff")),
        done: announced.and_then(|command| done(language, &command)),
        total: days::number(list.total),
        tabs: vec![
            (place(false, None), say(language, "staff.on"), !left),
            (place(true, None), say(language, "staff.left"), left),
        ],
        rows,
        new: offers(&reader, Thing::Staff, "", &["join"]),
        next: list.next.map(|it| place(left, Some(it))),
        q,
    }))
}
