//! Conditions of a query with the values they ask for, joined by AND.

use rusqlite::types::Value;

/// What must hold of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    /// One more condition; each `?` in it stands for the next value.
    pub(crate) fn and(&mut self, condition: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.conditions.push(condition.into());
        self.values.extend(values);
    }

    /// A column that equals one of several values; without any, nothing passes.
    pub(crate) fn one_of(&mut self, column: &str, values: impl IntoIterator<Item = Value>) {
        let before = self.values.len();
        self.values.extend(values);
        let marks = vec!["?"; self.values.len() - before].join(", ");
        self.conditions.push(format!("{column} IN ({marks})"));
    }

    /// ` WHERE …`, or nothing.
    pub(crate) fn clause(&self) -> String {
        if self.conditions.is_empty() {
            return String::new();
        }
        format!(" WHERE ({})", self.conditions.join(") AND ("))
    }

    /// The conditions with their numbers written in, joined by AND, for a query within a query; none where there are
    /// none, or a value is no number.
    pub(crate) fn written(&self) -> Option<String> {
        let mut values = self.values.iter();
        let mut text = String::new();
        for letter in self.conditions.join(") AND (").chars() {
            if letter != '?' {
                text.push(letter);
            } else if let Some(Value::Integer(number)) = values.next() {
                text.push_str(&number.to_string());
            } else {
                return None;
            }
        }
        (!text.is_empty()).then(|| format!("({text})"))
    }

    /// The values, in the order of their question marks.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_and_their_values_keep_their_order() {
        let mut filter = Filter::default();
        assert_eq!(filter.clause(), "");
        filter.and("a = ? OR b = ?", [Value::Integer(1), Value::Integer(2)]);
        filter.one_of("c", [Value::Integer(3)]);
        filter.one_of("d", []);
        assert_eq!(filter.clause(), " WHERE (a = ? OR b = ?) AND (c IN (?)) AND (d IN ())");
        assert_eq!(filter.values(), [Value::Integer(1), Value::Integer(2), Value::Integer(3)]);
        assert_eq!(filter.written().unwrap(), "(a = 1 OR b = 2) AND (c IN (3)) AND (d IN ())");
        filter.and("e = ?", [Value::Text("x".to_owned())]);
        assert_eq!((filter.written(), Filter::default().written()), (None, None));
    }
}
