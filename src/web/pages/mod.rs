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
use axum::routing::{get, post};

use super::Web;
use super::problem::Problem;
use reader::Reader;

/// Every page and what it posts to.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(first))
        .route("/assets/{*path}", get(assets::asset))
        .route("/language", post(locale::choose))
        .route("/sign-in", get(signin::page).post(signin::enter))
        .route("/sign-in/password", get(signin::password_page).post(signin::change_password))
        .route("/sign-in/second-factor", get(signin::factor_page).post(signin::offer_factor))
        .route("/sign-in/code", post(signin::show_code))
        .route("/sign-out", post(signin::leave))
        .route("/today", get(today::page))
        .route("/cases", get(cases::page))
        .route("/cases/new", get(found::page).post(found::record))
        .route("/cases/{id}", get(case::page))
        .route("/cases/{id}/do/{command}", get(act::page).post(act::give))
        .route("/referrals", get(referrals::page))
}

/// The first place that this role goes to.
async fn first(reader: Reader) -> Result<Response, Problem> {
    let place = layout::places(&reader).into_iter().next();
    Ok(match place {
        Some(place) => Redirect::to(place.path).into_response(),
        None => layout::nothing_here(&reader).into_response(),
    })
}
