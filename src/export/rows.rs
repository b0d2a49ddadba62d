//! Which events go out, as which rows? Those of the households within the caller's reach, in the order of the log.

use std::collections::{BTreeMap, HashMap};

use events::area::Place;
use events::facts::household::{HOUSEHOLD, HouseholdEvent};
use events::log::{Log, LogError, StoredEvent};
use events::upcast;
use projections::Reach;
use serde::Serialize;
use serde_json::Value;

use super::fields::Key;

/// So many events are read at a time.
const READ: usize = 1_000;
/// A district with fewer households than this is not named.
const FEWEST: usize = 5;

/// Why an export ended.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The log can't be read.
    #[error("the log can't be read")]
    Log(#[from] LogError),
    /// An event is none that this program knows.
    #[error("the event at position {0} can't be read")]
    Unreadable(u64),
}

/// One event as it goes out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Counted from 1 in the order of the log.
    pub row: u64,
    /// What stands for the household.
    pub household: String,
    /// The district where it lives at the end; none: too few households of this export live there.
    pub district: Option<String>,
    /// The event's place in the household's history.
    pub sequence: u64,
    /// The fact's name.
    pub event: String,
    /// The version of its shape.
    pub version: u32,
    /// The month in which it was recorded.
    pub recorded: String,
    /// The role of whoever recorded it.
    pub role: String,
    /// Through which door.
    pub channel: String,
    /// The fact.
    pub fact: Value,
}

/// Where households live, so far as they may go out.
#[derive(Debug, Default)]
pub struct Survey {
    places: HashMap<String, Place>,
    districts: BTreeMap<String, usize>,
    /// Up to where the log was looked at.
    pub until: u64,
}

/// The fact of a stored event of a household.
fn fact_of(event: &StoredEvent) -> Result<(u32, HouseholdEvent, Value), ExportError> {
    let unreadable = || ExportError::Unreadable(event.position);
    let read = upcast::current(&event.event_type, &event.event_version, event.payload.clone());
    let (_, payload) = read.map_err(|_| unreadable())?;
    let fact: HouseholdEvent = serde_json::from_value(payload.clone()).map_err(|_| unreadable())?;
    Ok((fact.schema().version.into(), fact, payload))
}

impl Survey {
    /// Looks through the whole log for where each household lives.
    pub async fn of(log: &Log, reach: &Reach) -> Result<Self, ExportError> {
        let mut survey = Self { until: log.head().await?.position, ..Self::default() };
        let mut after = 0;
        while after < survey.until {
            let read = log.read(after, READ).await?;
            let Some(last) = read.last() else { break };
            after = last.position;
            for event in read.iter().filter(|it| it.stream.aggregate_type == HOUSEHOLD && it.position <= survey.until) {
                if let Some(place) = fact_of(event)?.1.place() {
                    survey.places.insert(event.stream.aggregate_id.clone(), place);
                }
            }
        }
        survey.places.retain(|_, place| reach.covers(place));
        for place in survey.places.values() {
            *survey.districts.entry(district(place)).or_default() += 1;
        }
        Ok(survey)
    }

    /// How many households go out.
    pub fn households(&self) -> usize {
        self.places.len()
    }

    /// The district, unless too few live there.
    fn district(&self, place: &Place) -> Option<String> {
        let code = district(place);
        self.districts.get(&code).is_some_and(|count| *count >= FEWEST).then_some(code)
    }
}

fn district(place: &Place) -> String {
    place.tambon().to_string().get(..4).unwrap_or_default().to_owned()
}

/// Goes through the log and hands out rows.
#[derive(Debug)]
pub struct Export {
    key: Key,
    survey: Survey,
    after: u64,
    rows: u64,
}

impl Export {
    /// The households of a survey under a key of this export alone.
    pub const fn new(key: Key, survey: Survey) -> Self {
        Self { key, survey, after: 0, rows: 0 }
    }

    /// The next rows; none: the end was reached.
    pub async fn next_rows(&mut self, log: &Log) -> Result<Option<Vec<Row>>, ExportError> {
        if self.after >= self.survey.until {
            return Ok(None);
        }
        let read = log.read(self.after, READ).await?;
        let Some(last) = read.last() else { return Ok(None) };
        self.after = last.position;
        let mut rows = Vec::new();
        for event in read {
            if event.position <= self.survey.until && event.stream.aggregate_type == HOUSEHOLD {
                rows.extend(self.row(&event)?);
            }
        }
        Ok(Some(rows))
    }

    fn row(&mut self, event: &StoredEvent) -> Result<Option<Row>, ExportError> {
        let Some(place) = self.survey.places.get(&event.stream.aggregate_id) else { return Ok(None) };
        let district = self.survey.district(place);
        let (version, fact, payload) = fact_of(event)?;
        let mut out = self.key.payload(&payload);
        // A place on the way is no more precise than the one at the end.
        let hidden = out.get("place").and_then(|it| it.get("amphoe")).and_then(Value::as_str);
        if hidden.is_some_and(|code| self.survey.districts.get(code).is_none_or(|count| *count < FEWEST))
            && let Some(place) = out.get_mut("place").and_then(Value::as_object_mut)
        {
            place.remove("amphoe");
        }
        self.rows += 1;
        let said = |name: &str| event.metadata.get(name).cloned().unwrap_or_default();
        Ok(Some(Row {
            row: self.rows,
            household: self.key.pseudonym(&event.stream.aggregate_id),
            district,
            sequence: event.sequence,
            event: fact.schema().name.to_owned(),
            version,
            recorded: events::clock::day_of(event.recorded_at).format("%Y-%m").to_string(),
            role: said("role"),
            channel: said("channel"),
            fact: out,
        }))
    }
}

impl Row {
    /// The same as cells of a table, a row per field of the fact: `money.incomes.0.amount`.
    pub fn cells(&self) -> Vec<[String; 11]> {
        let mut fields = Vec::new();
        flatten("", &self.fact, &mut fields);
        if fields.is_empty() {
            fields.push((String::new(), Value::Null));
        }
        let row = |(field, value): (String, Value)| {
            [
                self.row.to_string(),
                self.household.clone(),
                self.district.clone().unwrap_or_default(),
                self.sequence.to_string(),
                self.event.clone(),
                self.version.to_string(),
                self.recorded.clone(),
                self.role.clone(),
                self.channel.clone(),
                field,
                crate::reports::csv::cell(&value),
            ]
        };
        fields.into_iter().map(row).collect()
    }
}

fn flatten(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    let at = |part: &str| if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") };
    match value {
        Value::Object(parts) => parts.iter().for_each(|(name, part)| flatten(&at(name), part, found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(nth, it)| flatten(&at(&nth.to_string()), it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.push((path.to_owned(), value.clone()));
        }
    }
}
