//! One operation of the API: where it is, who may call it, what goes in and out. Routes and document come from these.

use std::collections::BTreeMap;

use axum::routing::MethodRouter;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Web;
use crate::access::{Action, Relation, Role, may};

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `get` or `post`.
    pub method: &'static str,
    /// As both the router and the document write it: `/api/v1/households/{id}`.
    pub path: String,
    /// Unique: `verify_household`.
    pub id: String,
    /// The part of the document it stands in.
    pub tag: &'static str,
    /// What it does, in one sentence.
    pub summary: String,
    /// Who may call it.
    pub open_to: OpenTo,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// The body, with an example.
    pub body: Option<(Shape, Value)>,
    /// The status of success.
    pub status: u16,
    /// What a success answers; none: it is no JSON of ours.
    pub answer: Option<Shape>,
    /// The statuses of failure beside those that every operation has.
    pub failures: &'static [u16],
    /// What runs.
    pub route: MethodRouter<Web>,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenTo {
    /// Anybody, without a token.
    Anybody,
    /// Everybody with a token.
    EveryRole,
    /// The roles that the policy lets do this.
    WhoMay(Action),
}

impl OpenTo {
    /// The roles, by slug. The system does not come through this door.
    pub fn roles(self) -> Vec<&'static str> {
        let open = |role: Role| match self {
            Self::Anybody | Self::EveryRole => true,
            Self::WhoMay(action) => may(role, action, Relation::InScope).is_ok(),
        };
        Role::ALL.into_iter().filter(|role| *role != Role::System && open(*role)).map(Role::as_str).collect()
    }
}

/// A parameter in the path, the query or a header.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    /// What it means.
    pub says: &'static str,
    /// Its schema.
    pub schema: Value,
}

impl Parameter {
    /// A parameter of the query.
    pub fn query(name: &'static str, says: &'static str, schema: Value) -> Self {
        Self { name, place: "query", says, schema }
    }

    /// A header.
    pub fn header(name: &'static str, says: &'static str, schema: Value) -> Self {
        Self { name, place: "header", says, schema }
    }

    /// A part of the path.
    pub fn path(name: &'static str, says: &'static str, schema: Value) -> Self {
        Self { name, place: "path", says, schema }
    }

    /// The household of the path.
    pub fn household() -> Self {
        Self::path("id", "The household: its id or its case number.", text(r"^[0-9A-Za-z-]{1,64}$"))
    }
}

/// A text of a pattern.
pub fn text(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

/// One of these words.
pub fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

/// Some of these words, separated by commas.
pub fn some_of(words: &[&str]) -> Value {
    let any = words.join("|");
    json!({"type": "string", "pattern": format!("^({any})(,({any}))*$")})
}

/// A whole number within bounds.
pub fn number(least: u64, most: u64) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": most})
}

/// A UUID.
pub fn uuid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

/// A day.
pub fn day() -> Value {
    json!({"type": "string", "format": "date"})
}

/// A schema with a name of its own in the document.
#[derive(Debug, Clone)]
pub struct Shape {
    name: String,
    gather: fn(&mut Schemas),
    /// Whether the client may choose the id beside the fields.
    with_id: bool,
    /// The media types of a file; none: it is JSON.
    files: &'static [&'static str],
}

impl Shape {
    /// The schema of a type.
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name().into_owned(), gather: Schemas::add::<T>, with_id: false, files: &[] }
    }

    /// A file in one of these media types, as it is.
    pub fn file(media_types: &'static [&'static str]) -> Self {
        Self { name: String::new(), gather: |_| {}, with_id: false, files: media_types }
    }

    /// What stands in the document under each media type.
    pub fn content(&self, schemas: &mut Schemas) -> Value {
        if self.files.is_empty() {
            return json!({"application/json": {"schema": self.refer(schemas)}});
        }
        let binary = json!({"schema": {"type": "string", "format": "binary"}});
        self.files.iter().map(|media_type| ((*media_type).to_owned(), binary.clone())).collect()
    }

    /// Whether it is a file.
    pub fn is_file(&self) -> bool {
        !self.files.is_empty()
    }

    /// The schema of a type with an `id` beside its fields.
    pub fn with_id<T: ToSchema>() -> Self {
        Self { with_id: true, ..Self::of::<T>() }
    }

    /// Adds the schema to those of the document, and refers to it.
    pub fn refer(&self, schemas: &mut Schemas) -> Value {
        (self.gather)(schemas);
        let mut name = self.name.clone();
        if self.with_id {
            name = format!("New{name}");
            let mut schema = schemas.0.get(&self.name).cloned().unwrap_or_default();
            if let Some(properties) = schema.get_mut("properties") {
                let says = "The client may choose the id; without one it follows from the command's id.";
                properties["id"] = json!({"type": ["string", "null"], "format": "uuid", "description": says});
            }
            schemas.put(name.clone(), schema);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }
}

/// The named schemas of the document.
#[derive(Debug, Default)]
pub struct Schemas(pub BTreeMap<String, Value>, pub Vec<String>);

impl Schemas {
    fn add<T: ToSchema>(&mut self) {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            self.put(name, serde_json::to_value(schema).unwrap_or_default());
        }
    }

    /// Two schemas of one name would make the document lie about one of them.
    fn put(&mut self, name: String, schema: Value) {
        match self.0.get(&name) {
            Some(known) if *known != schema => self.1.push(name),
            Some(_) => {}
            None => drop(self.0.insert(name, schema)),
        }
    }
}
