//! Addresses with parameters: every number is a door, and what the address says is what the page shows.

use axum::http::Uri;

use super::around::form_encoded;

/// What an address says, in its order; what is empty is left out.
pub fn said(uri: &Uri) -> Vec<(String, String)> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    pairs.map(|pairs| pairs.0).unwrap_or_default().into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// An address with these parameters; those that are empty are left out.
pub fn link<N: AsRef<str>, V: AsRef<str>>(path: &str, pairs: &[(N, V)]) -> String {
    let given =
        pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).filter(|(_, value)| !value.is_empty());
    let query: Vec<String> =
        given.map(|(name, value)| format!("{}={}", form_encoded(name), form_encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// One parameter of what an address says; empty when it is not there.
pub fn value<'a>(said: &'a [(String, String)], name: &str) -> &'a str {
    said.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
}

/// What an address says without these parameters.
pub fn without(said: &[(String, String)], names: &[&str]) -> Vec<(String, String)> {
    said.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_and_leaves_out_what_is_not() {
        let said = said(&"/x?q=a%20b&stage=&age=15%2B".parse().unwrap());
        assert_eq!(said, [("q".to_owned(), "a b".to_owned()), ("age".to_owned(), "15+".to_owned())]);
        assert_eq!(link("/x", &said), "/x?q=a%20b&age=15%2B");
        assert_eq!(link("/x", &without(&said, &["q", "age"])), "/x");
        assert_eq!((value(&said, "age"), value(&said, "stage")), ("15+", ""));
    }
}
