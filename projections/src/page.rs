//! A page of a list: its rows, how many there are in all, where the next page begins, and what moment it shows.

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ProjectionError;

/// The most rows of one page.
pub const LARGEST_PAGE: usize = 200;

/// What moment an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AsOf {
    /// The log's position that the answer was computed from.
    pub position: u64,
    /// The moment it speaks of: when that position was recorded, or the past moment that was asked for.
    pub time: DateTime<Utc>,
}

impl AsOf {
    /// Before the first event.
    pub const START: Self = Self { position: 0, time: DateTime::UNIX_EPOCH };
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last page.
    pub next: Option<String>,
    /// How many rows all pages have together.
    pub total: u64,
    /// What moment it shows.
    pub as_of: AsOf,
}

impl<T> Page<T> {
    /// The same page with its rows made into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next, total: self.total, as_of: self.as_of }
    }
}

/// The last row of a page: what the list is sorted by, and the row's key to tell equals apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The order that the list had, so that a cursor never continues another.
    #[serde(rename = "s")]
    pub(crate) sort: String,
    /// Sort value of the last row.
    #[serde(rename = "v")]
    pub(crate) value: i64,
    /// Its key.
    #[serde(rename = "k")]
    pub(crate) key: i64,
}

impl Cursor {
    pub(crate) fn write(&self) -> String {
        hex::encode(format!("{}\n{}\n{}", self.sort, self.value, self.key))
    }

    /// Reads a cursor of the list sorted by `sort`.
    pub(crate) fn read(text: &str, sort: &str) -> Result<Self, ProjectionError> {
        let bytes = hex::decode(text).map_err(|_| ProjectionError::Cursor)?;
        let text = String::from_utf8(bytes).map_err(|_| ProjectionError::Cursor)?;
        let mut parts = text.split('\n');
        let (Some(made_for), Some(value), Some(key), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ProjectionError::Cursor);
        };
        let number = |part: &str| part.parse::<i64>().map_err(|_| ProjectionError::Cursor);
        if made_for != sort {
            return Err(ProjectionError::Cursor);
        }
        Ok(Self { sort: sort.to_owned(), value: number(value)?, key: number(key)? })
    }

    pub(crate) fn values(&self) -> [Value; 2] {
        [Value::Integer(self.value), Value::Integer(self.key)]
    }
}

/// How many rows a page may have, whatever was asked for.
pub(crate) fn page_size(asked: Option<usize>) -> usize {
    asked.unwrap_or(50).clamp(1, LARGEST_PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_only_for_its_own_order() {
        let cursor = Cursor { sort: "due".to_owned(), value: -3, key: 7 };
        assert_eq!(Cursor::read(&cursor.write(), "due").unwrap(), cursor);
        assert!(matches!(Cursor::read(&cursor.write(), "-due"), Err(ProjectionError::Cursor)));
    }

    #[test]
    fn what_a_client_invents_is_refused_and_not_believed() {
        for text in ["", "zz", "00", "647565", "6475650a310a320a33", "ff0a310a32"] {
            assert!(matches!(Cursor::read(text, "due"), Err(ProjectionError::Cursor)), "{text}");
        }
    }
}
