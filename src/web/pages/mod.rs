//! The pages: what people see and do, on the same desk, read model and policy as the API beside it.
//!
//! | file | question |
//! |---|---|
//! | `around` | what happens to every page: who looks, in which language, under which headers, and how a problem looks? |
//! | `reader`, `sent` | who looks, and what did their form say? |
//! | `locale`, `days` | how is it said in Thai and English? |
//! | `layout` | what do all pages have around them, and which places may this role go to? |
//! | `links`, `picked` | what does the address say, and which day was picked in it? |
//! | `assets` | which style, script, font and icons come with the program? |
//! | `inward` | how does a form reach the API's own handler? |
//! | `form` | how does a command's schema become a form, and a form a command? |
//! | `signin`, `cases`, `case`, `act`, `paper`, `found`, `today`, `referrals`, `many`, `operations`, `reports`, `office`, `imports` | the pages themselves |

mod act;
pub mod around;
mod assets;
mod case;
mod cases;
mod days;
mod form;
mod found;
mod imports;
mod inward;
mod layout;
mod links;
mod locale;
mod many;
mod office;
pub mod operations;
mod paper;
mod picked;
mod reader;
mod referrals;
mod reports;
mod sent;
mod signin;
mod today;
mod words;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};

use super::Web;
use super::problem::Problem;
use reader::Reader;

/// A page, or what a form is sent to.
struct Page {
    path: &'static str,
    methods: &'static [&'static str],
    route: MethodRouter<Web>,
}

const READ: &[&str] = &["GET"];
const SENT: &[&str] = &["POST"];
const BOTH: &[&str] = &["GET", "POST"];

/// Every page and what it posts to: the one list, for the routes and for whoever checks all of them.
fn pages() -> Vec<Page> {
    let page = |path, methods, route| Page { path, methods, route };
    vec![
        page("/", READ, get(first)),
        page("/assets/{*path}", READ, get(assets::asset)),
        page("/language", SENT, post(locale::choose)),
        page("/sign-in", BOTH, get(signin::page).post(signin::enter)),
        page("/sign-in/password", BOTH, get(signin::password_page).post(signin::change_password)),
        page("/sign-in/second-factor", BOTH, get(signin::factor_page).post(signin::offer_factor)),
        page("/sign-in/code", SENT, post(signin::show_code)),
        page("/sign-out", SENT, post(signin::leave)),
        page("/today", READ, get(today::page)),
        page("/cases", READ, get(cases::page)),
        page("/cases/new", BOTH, get(found::page).post(found::record)),
        page("/cases/{id}", READ, get(case::page)),
        page("/cases/{id}/print", READ, get(case::print::page)),
        page("/cases/{id}/people/{person}", READ, get(case::held::page)),
        page("/cases/{id}/documents", SENT, post(paper::hand_in)),
        page("/cases/{id}/do/{command}", BOTH, get(act::page).post(act::give)),
        page("/referrals", READ, get(referrals::page)),
        page("/referrals/many", SENT, post(many::give)),
        page("/imports", BOTH, get(imports::list).post(imports::hand_in)),
        page("/imports/{id}", READ, get(imports::page)),
        page("/imports/{id}/{act}", SENT, post(imports::act)),
        page("/agencies", READ, get(office::lists::agencies)),
        page("/models", READ, get(office::lists::models)),
        page("/staff", READ, get(office::staff::page)),
        page("/staff/{id}/account", BOTH, get(office::accounts::page).post(office::accounts::act)),
        page("/policies", READ, get(office::lists::policies)),
        page("/policies/{kind}/publish", BOTH, get(office::policy::page).post(office::policy::publish)),
        page("/{thing}/do/{command}", BOTH, get(office::command::new_page).post(office::command::make)),
        page("/{thing}/{id}/do/{command}", BOTH, get(office::command::page).post(office::command::change)),
        page("/reports", READ, get(reports::list)),
        page("/reports/{name}", READ, get(reports::page)),
        page("/reports/{name}/cases", READ, get(reports::cases::page)),
        page("/operations", READ, get(operations::page)),
        page("/operations/events", READ, get(operations::live::events)),
    ]
}

/// Every page and what it posts to.
pub fn routes() -> Router<Web> {
    pages().into_iter().fold(Router::new(), |router, page| router.route(page.path, page.route))
}

/// Each page's method and address, with `{…}` where something is named.
pub fn addresses() -> Vec<(&'static str, &'static str)> {
    pages().iter().flat_map(|page| page.methods.iter().map(|method| (*method, page.path))).collect()
}

/// The files that come with the program, where they are.
pub fn files() -> Vec<String> {
    assets::all()
}

/// The first place that this role goes to.
async fn first(reader: Reader) -> Result<Response, Problem> {
    let place = layout::places(&reader).into_iter().next();
    Ok(match place {
        Some(place) => Redirect::to(place.path).into_response(),
        None => layout::nothing_here(&reader).into_response(),
    })
}
