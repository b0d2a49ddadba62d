//! Who, why, through which door: what is stored beside every event and can't be added later.
//!
//! Typed here, flat strings in storage: cqrs-es can't load anything else.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::facts::case::PolicyRef;
use crate::id::{AgencyId, CommandId, StaffId};

/// Through which door a command came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the doors")]
pub enum Channel {
    Page,
    Api,
    Import,
    Offline,
    Watcher,
    Demo,
    Cli,
}

impl Channel {
    const ALL: [Self; 7] = [Self::Page, Self::Api, Self::Import, Self::Offline, Self::Watcher, Self::Demo, Self::Cli];

    /// As stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Import => "import",
            Self::Offline => "offline",
            Self::Watcher => "watcher",
            Self::Demo => "demo",
            Self::Cli => "cli",
        }
    }
}

/// What is known about how a fact came to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// The command that caused it; sent again, it is the same command.
    pub command: CommandId,
    /// The request it came in.
    pub request: Option<Uuid>,
    /// The command or event position that led to it.
    pub cause: Option<String>,
    /// Who acted.
    pub actor: StaffId,
    /// In which role, by slug: history keeps what it was called then.
    pub role: String,
    /// The agency or household without an account for which somebody acted.
    pub on_behalf_of: Option<AgencyId>,
    /// Through which door.
    pub channel: Channel,
    /// When it was typed in, on a device without network.
    pub captured_at: Option<DateTime<Utc>>,
    /// Which device.
    pub device: Option<String>,
    /// Import batch.
    pub batch: Option<String>,
    /// Row of the import file.
    pub row: Option<u64>,
    /// A reason's code; its words go sealed into the payload or into the access log.
    pub reason: Option<String>,
    /// Every policy version used.
    pub rules: Vec<PolicyRef>,
    /// Version of the program.
    pub app: String,
}

/// Metadata that does not read back: written by another program, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the metadata field {0} is missing or unreadable")]
pub struct MetadataError(pub &'static str);

impl Metadata {
    /// The flat form that is stored.
    pub fn to_stored(&self) -> Map<String, Value> {
        let mut map = Map::new();
        let mut put = |name: &str, text: Option<String>| {
            if let Some(text) = text {
                map.insert(name.to_owned(), Value::String(text));
            }
        };
        put("command", Some(self.command.to_string()));
        put("request", self.request.map(|id| id.to_string()));
        put("cause", self.cause.clone());
        put("actor", Some(self.actor.to_string()));
        put("role", Some(self.role.clone()));
        put("on_behalf_of", self.on_behalf_of.map(|id| id.to_string()));
        put("channel", Some(self.channel.as_str().to_owned()));
        put("captured_at", self.captured_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)));
        put("device", self.device.clone());
        put("batch", self.batch.clone());
        put("row", self.row.map(|row| row.to_string()));
        put("reason", self.reason.clone());
        let rules = self.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        put("rules", (!rules.is_empty()).then_some(rules));
        put("app", Some(self.app.clone()));
        map
    }

    /// Reads the flat form. Fields of later programs are passed over.
    pub fn from_stored(map: &BTreeMap<String, String>) -> Result<Self, MetadataError> {
        fn needed<T: std::str::FromStr>(
            map: &BTreeMap<String, String>,
            name: &'static str,
        ) -> Result<T, MetadataError> {
            map.get(name).and_then(|text| text.parse().ok()).ok_or(MetadataError(name))
        }
        fn optional<T: std::str::FromStr>(
            map: &BTreeMap<String, String>,
            name: &'static str,
        ) -> Result<Option<T>, MetadataError> {
            map.get(name).map(|text| text.parse().map_err(|_| MetadataError(name))).transpose()
        }
        let channel: String = needed(map, "channel")?;
        let rules = map.get("rules").map_or("", String::as_str);
        Ok(Self {
            command: needed(map, "command")?,
            request: optional(map, "request")?,
            cause: optional(map, "cause")?,
            actor: needed(map, "actor")?,
            role: needed(map, "role")?,
            on_behalf_of: optional(map, "on_behalf_of")?,
            channel: Channel::ALL.into_iter().find(|it| it.as_str() == channel).ok_or(MetadataError("channel"))?,
            captured_at: optional(map, "captured_at")?,
            device: optional(map, "device")?,
            batch: optional(map, "batch")?,
            row: optional(map, "row")?,
            reason: optional(map, "reason")?,
            rules: rules
                .split(',')
                .filter(|text| !text.is_empty())
                .map(|text| PolicyRef::try_from(text.to_owned()).map_err(|_| MetadataError("rules")))
                .collect::<Result<_, _>>()?,
            app: needed(map, "app")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Metadata {
        Metadata {
            command: CommandId(Uuid::from_u128(1)),
            request: Some(Uuid::from_u128(2)),
            cause: Some("position 7".to_owned()),
            actor: StaffId(Uuid::from_u128(3)),
            role: "caseworker".to_owned(),
            on_behalf_of: Some(AgencyId(Uuid::from_u128(4))),
            channel: Channel::Offline,
            captured_at: Some(crate::clock::from_micros(1_700_000_000_123_456)),
            device: Some("phone".to_owned()),
            batch: Some("2026-11/1".to_owned()),
            row: Some(12),
            reason: Some("duplicate".to_owned()),
            rules: vec![PolicyRef { id: "sla/46".to_owned(), version: 2 }],
            app: "0.1.0".to_owned(),
        }
    }

    fn flat(metadata: &Metadata) -> BTreeMap<String, String> {
        metadata.to_stored().into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
    }

    #[test]
    fn metadata_reads_back_as_it_was_stored_and_holds_only_strings() {
        assert_eq!(Metadata::from_stored(&flat(&full())), Ok(full()));
    }

    #[test]
    fn an_unreadable_field_is_named() {
        for name in ["command", "actor", "role", "channel", "app"] {
            let mut stored = flat(&full());
            stored.remove(name);
            assert_eq!(Metadata::from_stored(&stored), Err(MetadataError(name)));
        }
        let mut stored = flat(&full());
        stored.insert("row".to_owned(), "twelve".to_owned());
        assert_eq!(Metadata::from_stored(&stored), Err(MetadataError("row")));
    }
}
