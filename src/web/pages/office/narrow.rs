//! Which of a long list are shown: those of a name, so many at a time.

use crate::web::pages::links::link;
use crate::web::query::Params;

/// So many stand on one page.
const PAGE: usize = 50;

/// What an address asks of a list.
#[derive(Debug)]
pub struct Narrow {
    path: &'static str,
    q: String,
    from: usize,
}

/// What of it is shown.
#[derive(Debug, Default)]
pub struct Shown {
    /// Where a name is looked for.
    pub path: &'static str,
    /// What was looked for.
    pub q: String,
    /// How many there are of that name.
    pub total: usize,
    /// Where the next ones are.
    pub next: Option<String>,
}

impl Narrow {
    /// Takes what is its own from the parameters. A place that is no number is the first.
    pub fn of(path: &'static str, params: &mut Params) -> Self {
        let q = params.text("q").unwrap_or_default().trim().to_owned();
        let from = params.text("from").and_then(|it| it.parse().ok()).unwrap_or(0);
        Self { path, q, from }
    }

    /// The rows of the page, of those whose names hold what is looked for.
    pub fn page<T>(self, rows: Vec<T>, names: impl Fn(&T) -> [&str; 2]) -> (Vec<T>, Shown) {
        let wanted = self.q.to_lowercase();
        let named = |it: &T| names(it).iter().any(|name| name.to_lowercase().contains(&wanted));
        let found: Vec<T> = rows.into_iter().filter(named).collect();
        let (total, end) = (found.len(), self.from.saturating_add(PAGE));
        let next = (end < total).then(|| {
            let mut pairs = vec![("from", end.to_string())];
            if !self.q.is_empty() {
                pairs.insert(0, ("q", self.q.clone()));
            }
            link(self.path, &pairs)
        });
        let rows = found.into_iter().skip(self.from).take(PAGE).collect();
        (rows, Shown { path: self.path, q: self.q, total, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_narrowed_by_name_and_gone_through_page_by_page() {
        let rows: Vec<_> = (0..120).map(|nth| (format!("ที่ {nth}"), format!("Place {nth}"))).collect();
        let ask = |q: &str, from: usize| {
            let narrow = Narrow { path: "/agencies", q: q.to_owned(), from };
            let (rows, shown) = narrow.page(rows.clone(), |it| [&it.0, &it.1]);
            (rows.len(), rows.first().map(|it| it.1.clone()), shown.total, shown.next)
        };
        let next = |from: u32| Some(format!("/agencies?from={from}"));
        assert_eq!(ask("", 0), (50, Some("Place 0".to_owned()), 120, next(50)));
        assert_eq!(ask("", 100), (20, Some("Place 100".to_owned()), 120, None));
        assert_eq!(ask("place 11", 0), (11, Some("Place 11".to_owned()), 11, None));
        assert_eq!(ask("ที่ 7", 0).0, 11);
        assert_eq!(ask("place", 50).3, Some("/agencies?q=place&from=100".to_owned()));
        assert_eq!(ask("nobody", usize::MAX), (0, None, 0, None));
    }
}
