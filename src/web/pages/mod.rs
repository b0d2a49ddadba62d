//! The pages: what people see and do, on the same desk, read model and policy as the API beside it.
//!
//! | file | question |
//! |---|---|
//! | `around` | what happens to every page: who looks, in which language, under which headers, and how a problem looks? |
//! | `reader`, `sent` | who looks, and what did their form say? |
//! | `locale`, `days` | how is it said in Thai and English? |
//! | `layout` | what do all pages have around them, and which places may this role go to? |
//! | `assets` | which style, script, font and icons come with the program? |
//! | `form` | how does a command's schema become a form, and a form a command? |
//! | `signin`, `cases`, `case`, `act`, `found`, `today`, `referrals` | the pages themselves |

mod act;
pub mod around;
mod assets;
mod case;
mod cases;
mod days;
mod form;
mod found;
mod layout;
mod locale;
mod reader;
mod referrals;
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
struct Place {
    path: &'static str,
    methods: &'static [&'static str],
    route: MethodRouter<Web>,
}

const READ: &[&str] = &["GET"];
const SENT: &[&str] = &["POST"];
const BOTH: &[&str] = &["GET", "POST"];

/// Every page and what it posts to: the one list, for the routes and for whoever checks all of them.
fn places() -> Vec<Place> {
    let place = |path, methods, route| Place { path, methods, route };
    vec![
        place("/", READ, get(first)),
        place("/assets/{*path}", READ, get(assets::asset)),
        place("/language", SENT, post(locale::choose)),
        place("/sign-in", BOTH, get(signin::page).post(signin::enter)),
        place("/sign-in/password", BOTH, get(signin::password_page).post(signin::change_password)),
        place("/sign-in/second-factor", BOTH, get(signin::factor_page).post(signin::offer_factor)),
        place("/sign-in/code", SENT, post(signin::show_code)),
        place("/sign-out", SENT, post(signin::leave)),
        place("/today", READ, get(today::page)),
        place("/cases", READ, get(cases::page)),
        place("/cases/new", BOTH, get(found::page).post(found::record)),
        place("/cases/{id}", READ, get(case::page)),
        place("/cases/{id}/do/{command}", BOTH, get(act::page).post(act::give)),
        place("/referrals", READ, get(referrals::page)),
    ]
}

/// Every page and what it posts to.
pub fn routes() -> Router<Web> {
    places().into_iter().fold(Router::new(), |router, place| router.route(place.path, place.route))
}

/// Each page's method and address, with `{…}` where something is named.
pub fn addresses() -> Vec<(&'static str, &'static str)> {
    places().iter().flat_map(|place| place.methods.iter().map(|method| (*method, place.path))).collect()
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
