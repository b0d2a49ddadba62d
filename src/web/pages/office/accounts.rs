//! The account of a member of staff: made, handed a new password, locked, unlocked. A password is shown once.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use events::id::StaffId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::staff::{account, standing};
use crate::access::Action;
use crate::signin::AccountState;
use crate::web::Web;
use crate::web::pages::act::is_of_the_form;
use crate::web::pages::days;
use crate::web::pages::inward::answered;
use crate::web::pages::layout::Shell;
use crate::web::pages::locale::{fill, say};
use crate::web::pages::reader::Reader;
use crate::web::pages::sent::OwnForm;
use crate::web::pages::words::{Html, short, with_status};
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::allowed;
use crate::web::reads::staff::told;
use crate::web::request::fresh_id;
use crate::web::signin::operations;
use crate::web::who::session_needed;

/// What can be done with an account, by the names of the API.
const ACTS: [&str; 4] = ["make-account", "reset-account", "lock-account", "unlock-account"];

/// The page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    shell: Shell,
    action: String,
    name: String,
    standing: (String, &'static str),
    /// There is one: its login, and what is known of it.
    account: Option<(String, Vec<(String, String)>)>,
    /// What can be done now: the name of the API, the button, and what it means.
    acts: Vec<(&'static str, String, String)>,
    /// The login that was typed for a new one.
    login: String,
    refused: Option<String>,
    /// A password that is shown this once: login, password, until when it is good.
    handed_out: Option<(String, String, String)>,
    done: Option<String>,
}

fn id_of(text: &str) -> Result<StaffId, Problem> {
    Uuid::parse_str(text).map(StaffId).map_err(|_| Problem::nothing_there())
}

/// What is shown after something was tried.
#[derive(Default)]
struct After {
    login: String,
    refused: Option<String>,
    handed_out: Option<(String, String, String)>,
    done: Option<String>,
}

async fn page_of(web: &Web, reader: &Reader, staff: StaffId, after: After) -> Result<AccountPage, Problem> {
    let language = reader.language;
    let mut params = Params::default();
    params.put("q", &staff.to_string());
    // Whose name is on the page is noted, as in the list.
    let found = told(web, &reader.caller, &HeaderMap::new(), params).await?.items.pop();
    let member = found.ok_or_else(Problem::nothing_there)?;
    let held = account(web, staff).await?;
    let acts: &[&'static str] = match &held {
        None => &[],
        Some(it) if it.locked => &["unlock-account", "reset-account"],
        Some(_) => &["reset-account", "lock-account"],
    };
    let act = |it: &&'static str| (*it, say(language, &format!("account.{it}")), say(language, &format!("means.{it}")));
    let pairs = |it: &AccountState| {
        let yes = |it: bool| say(language, if it { "form.yes" } else { "form.no" });
        let mut pairs = vec![(say(language, "account.second_factor"), yes(it.second_factor))];
        pairs.extend(it.handed_out_until.map(|at| (say(language, "account.good_until"), days::moment(language, at))));
        pairs
    };
    Ok(AccountPage {
        shell: Shell::of(reader, "/staff", say(language, "staff.account")),
        action: format!("/staff/{staff}/account"),
        name: member.name.unwrap_or_else(|| short(staff)),
        standing: standing(held.as_ref(), language),
        account: held.as_ref().map(|it| (it.login.clone(), pairs(it))),
        acts: acts.iter().map(act).collect(),
        login: after.login,
        refused: after.refused,
        handed_out: after.handed_out,
        done: after.done,
    })
}

/// Who keeps accounts is signed in: a token lies in a file somewhere.
fn keeper(reader: &Reader) -> Result<(), Problem> {
    allowed(&reader.caller, Action::ManageStaff)?;
    if reader.session.is_none() { Err(session_needed()) } else { Ok(()) }
}

/// `GET /staff/{id}/account`
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Result<Html<AccountPage>, Problem> {
    keeper(&reader)?;
    params.finish()?;
    page_of(&web, &reader, id_of(&id)?, After::default()).await.map(Html)
}

/// `POST /staff/{id}/account`: what the field `act` names. The answer is the page itself, because a password that was
/// handed out is shown once and kept nowhere.
pub async fn act(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    OwnForm { reader, fields }: OwnForm,
) -> Result<Response, Problem> {
    keeper(&reader)?;
    let (staff, language) = (id_of(&id)?, reader.language);
    let act = ACTS.into_iter().find(|it| *it == fields.one("act")).ok_or_else(Problem::nothing_there)?;
    let path = format!("/staff/{{id}}/{act}");
    let found = operations().into_iter().find(|it| it.method == "post" && it.path.ends_with(&path));
    let operation = found.ok_or_else(Problem::nothing_there)?;
    let login = fields.one("login").to_owned();
    let body = if act == "make-account" { json!({"login": login}) } else { Value::Null };
    match answered(&web, operation, &staff.to_string(), &headers, fresh_id(), &body).await {
        Ok((_, answer)) => {
            let text = |name: &str| answer.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
            let handed_out = text("login").zip(text("password")).map(|(login, password)| {
                let until = text("until").and_then(|it| it.parse().ok());
                (login, password, until.map_or_else(String::new, |it| days::moment(language, it)))
            });
            let what = say(language, &format!("account.{act}"));
            let done = Some(fill(language, "office.done", &[&what]));
            let after = After { handed_out, done, ..After::default() };
            Ok(Html(page_of(&web, &reader, staff, after).await?).into_response())
        }
        Err(problem) if is_of_the_form(&problem) => {
            let first = problem.errors.first().map_or(&problem.detail, |it| &it.text);
            let after = After { login, refused: Some(language.of(first).to_owned()), ..After::default() };
            Ok(with_status(problem.kind.status(), Html(page_of(&web, &reader, staff, after).await?)))
        }
        Err(problem) => Err(problem),
    }
}
