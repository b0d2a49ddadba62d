//! The whole log in order, for auditors: what was recorded, when and by whom, every personal value masked.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use chrono::{DateTime, Utc};
use events::facts::household::HOUSEHOLD;
use events::id::HouseholdId;
use events::log::StoredEvent;
use projections::AsOf;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{allowed, read};
use crate::access::{Action, Caller, Relation};
use crate::case_view::{Beyond, masked};
use crate::web::Web;
use crate::web::operation::{OpenTo, Operation, Parameter, Shape, number};
use crate::web::problem::Problem;
use crate::web::query::{NUMBER, Params};
use crate::web::refused::of_read;
use crate::web::who::Signed;

/// One event of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedItem {
    /// Its place in the log.
    pub position: u64,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// The kind of aggregate it belongs to.
    pub aggregate_type: String,
    /// Which one.
    pub aggregate_id: String,
    /// Its place in that history.
    pub sequence: u64,
    /// Its name.
    pub event: String,
    /// The version of its shape, as stored.
    pub version: String,
    /// The fact as stored, personal values masked.
    #[schema(value_type = Object)]
    pub fact: Value,
    /// Who, why, through which door.
    pub metadata: BTreeMap<String, String>,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feed {
    /// The events within the caller's areas, in order.
    pub items: Vec<FeedItem>,
    /// The position to go on after; none at the log's end.
    pub next: Option<String>,
    /// How many events there are behind `after`, whoever may see them.
    pub total: u64,
    /// The log's end.
    pub as_of: AsOf,
}

async fn feed(
    State(web): State<Web>,
    Signed(caller): Signed,
    _: HeaderMap,
    mut params: Params,
) -> Result<Json<Feed>, Problem> {
    allowed(&caller, Action::ReadFeed)?;
    let after: u64 = params.value("after", NUMBER).unwrap_or(0);
    // The cursor of other lists means the same here.
    let after = params.value("cursor", NUMBER).unwrap_or(after);
    let limit = params.limit().unwrap_or(100);
    params.finish()?;
    let log = web.0.desk.log();
    let head = log.head().await.map_err(|error| of_read(error.into()))?;
    let mut items = Vec::new();
    let mut next = None;
    if after < head.position {
        let events = log.read(after, limit).await.map_err(|error| of_read(error.into()))?;
        next = events.last().map(|event| event.position).filter(|last| *last < head.position);
        let mut seen = BTreeMap::new();
        for event in events {
            if visible(&web, &caller, &event, &mut seen).await? {
                let of = (event.stream.aggregate_type.as_str(), event.event_type.as_str());
                let beyond = Beyond::of_payload(&web.0.desk, &caller, of, &event.payload).await.map_err(of_read)?;
                items.push(item(event, &beyond));
            }
        }
    }
    Ok(Json(Feed {
        items,
        next: next.map(|position| position.to_string()),
        total: head.position.saturating_sub(after),
        as_of: AsOf { position: head.position, time: head.recorded_at },
    }))
}

/// Whether an event lies in the caller's areas: by its household, or by the one it names.
async fn visible(
    web: &Web,
    caller: &Caller,
    event: &StoredEvent,
    seen: &mut BTreeMap<HouseholdId, bool>,
) -> Result<bool, Problem> {
    let text = if event.stream.aggregate_type == HOUSEHOLD {
        Some(event.stream.aggregate_id.as_str())
    } else {
        event.payload.get("household").and_then(Value::as_str)
    };
    let Some(text) = text else { return Ok(true) };
    let Ok(id) = text.parse::<HouseholdId>() else { return Ok(false) };
    if let Some(known) = seen.get(&id) {
        return Ok(*known);
    }
    let (loaded, _) = web.0.desk.load_household(id, false).await.map_err(of_read)?;
    let inside = loaded.state.case().is_some_and(|case| caller.relation_to(case) != Relation::None);
    seen.insert(id, inside);
    Ok(inside)
}

fn item(event: StoredEvent, beyond: &Beyond) -> FeedItem {
    let StoredEvent { position, recorded_at, stream, sequence, event_type, event_version, mut payload, metadata } =
        event;
    masked(&mut payload);
    beyond.hide_in(&event_type, &mut payload);
    FeedItem {
        position,
        recorded_at,
        aggregate_type: stream.aggregate_type,
        aggregate_id: stream.aggregate_id,
        sequence,
        event: event_type,
        version: event_version,
        fact: payload,
        metadata,
    }
}

/// The feed.
pub fn operations() -> Vec<Operation> {
    let parameters = vec![
        Parameter::query("after", "Behind this position.", number(0, u64::from(u32::MAX))),
        Parameter::query("cursor", "The same, as `next` says it.", number(0, u64::from(u32::MAX))),
        Parameter::query("limit", "Events to look at.", number(1, 200)),
    ];
    let mut feed = read(
        "/events",
        ("events", "audit"),
        "The log in order, for auditors.",
        OpenTo::WhoMay(Action::ReadFeed),
        Vec::new(),
        Some(Shape::of::<Feed>()),
        get(feed),
    );
    feed.parameters = parameters;
    vec![feed]
}
