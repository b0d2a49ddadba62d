//! The style, script, font and icons that come with the program: nothing is loaded from elsewhere.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use crate::web::problem::Problem;

#[derive(Embed)]
#[folder = "assets/"]
struct Assets;

/// A file whose address holds the hash of all files stays as it is for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The first letters of the hash of all files: a new version of any has a new address, also for what refers to it.
fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut all = Sha256::new();
        for name in Assets::iter() {
            all.update(name.as_bytes());
            all.update(Assets::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
        }
        let mut text = hex::encode(all.finalize());
        text.truncate(12);
        text
    })
}

/// Where a file is.
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", version())
}

/// Where each file is.
pub fn all() -> Vec<String> {
    Assets::iter().map(|name| address(&name)).collect()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

/// One file. Under another version's address there is nothing: its page is gone too.
pub async fn asset(Path(path): Path<String>) -> Result<Response, Problem> {
    let name = path.strip_prefix(version()).and_then(|rest| rest.strip_prefix('/'));
    let (name, file) = name.and_then(|name| Some((name, Assets::get(name)?))).ok_or_else(Problem::nothing_there)?;
    let kind = HeaderValue::from_static(media_type(name));
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)], file.data).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(name: &str) -> String {
        hex::encode(Assets::get(name).unwrap().metadata.sha256_hash())
    }

    #[test]
    fn what_others_made_is_here_as_the_list_of_third_parties_says() {
        let list = hash_list();
        assert_eq!(list.len(), 8);
        for (name, hash_said) in list {
            assert_eq!(hash(&name), hash_said, "{name}");
        }
    }

    /// `sha256  path` of each file of somebody else's.
    fn hash_list() -> Vec<(String, String)> {
        let text = String::from_utf8(Assets::get("THIRD_PARTY.md").unwrap().data.into_owned()).unwrap();
        let rows = text.lines().filter_map(|line| line.strip_prefix("    "));
        rows.filter_map(|row| row.split_once("  ")).map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect()
    }

    #[test]
    fn the_style_names_only_files_that_are_here() {
        let style = String::from_utf8(Assets::get("app.css").unwrap().data.into_owned()).unwrap();
        let named: Vec<_> = style.split("url(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(named.len() >= 2);
        for name in named {
            assert!(Assets::get(name).is_some(), "{name}");
        }
        assert!(!style.contains("http"), "nothing is loaded from elsewhere");
    }
}
