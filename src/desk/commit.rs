//! From decided facts to an append: metadata, keys, seals, pen.

use cqrs_es::DomainEvent;
use events::facts::case::PolicyRef;
use events::id::{AgencyId, CommandId};
use events::log::{Append, AppendError, Appended, CommandStamp, NewEvent, Payload, StreamId, StreamRead, StreamWrite};
use events::metadata::Metadata;
use events::sealed::Subject;
use events::vault::{Keyring, Place, RingOwner, canonical_json, seal, subjects_of};
use serde_json::{Map, Value};

use super::error::DeskError;
use super::{APP, Desk, Submission};
use crate::access::Caller;

/// Facts for one stream, decided on a sequence.
pub(super) struct Facts {
    pub(super) stream: StreamId,
    pub(super) expected: u64,
    pub(super) events: Vec<(String, String, Payload)>,
}

impl Facts {
    /// The facts of one stream as they will be stored, before sealing.
    pub(super) fn of<E: DomainEvent>(stream: StreamId, expected: u64, events: &[E]) -> Self {
        let events = events.iter().map(|it| (it.event_type(), it.event_version(), payload(it))).collect();
        Self { stream, expected, events }
    }

    /// Whose keys seal what is personal in them, each once.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let trees = self.events.iter().filter_map(|(_, _, payload)| match payload {
            Payload::Tree(tree) => Some(tree),
            Payload::Text(_) => None,
        });
        let mut subjects: Vec<Subject> = trees.flat_map(subjects_of).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// The ring that holds those keys.
    pub(super) fn owner(&self) -> RingOwner {
        RingOwner::new(&self.stream.aggregate_type, &self.stream.aggregate_id)
    }
}

/// A fact with personal values as a tree, to be sealed; any other as its text, which costs a third of that. A fact is
/// built of types that always become JSON.
fn payload<E: DomainEvent>(fact: &E) -> Payload {
    match serde_json::to_string(fact) {
        Ok(text) if !text.contains("\"$") => Payload::Text(text),
        Ok(_) | Err(_) => Payload::Tree(serde_json::to_value(fact).unwrap_or(Value::Null)),
    }
}

impl Desk {
    /// Appends what was decided. Keys are on disk before the events that need them; an orphan key is harmless.
    pub(super) async fn append(
        &self,
        submission: &Submission,
        facts: Vec<Facts>,
        reads: Vec<StreamRead>,
        rules: Vec<PolicyRef>,
        on_behalf_of: Option<AgencyId>,
    ) -> Result<Appended, DeskError> {
        let append = self.prepared(submission, facts, reads, rules, on_behalf_of).await?;
        self.hand_in(append).await
    }

    /// What is handed to the pen: sealed, with keys that are on disk.
    pub(super) async fn prepared(
        &self,
        submission: &Submission,
        facts: Vec<Facts>,
        reads: Vec<StreamRead>,
        rules: Vec<PolicyRef>,
        on_behalf_of: Option<AgencyId>,
    ) -> Result<Append, DeskError> {
        let metadata = Metadata { rules, on_behalf_of, ..metadata(&submission.caller, submission.command) }.to_stored();
        let mut writes = Vec::with_capacity(facts.len());
        for it in facts.into_iter().filter(|it| !it.events.is_empty()) {
            writes.push(self.sealed(it, &metadata).await?);
        }
        Ok(Append { command: self.stamp(submission), writes, reads })
    }

    /// Gives the pen what is sealed, and says what its answer means to a caller.
    pub(super) async fn hand_in(&self, append: Append) -> Result<Appended, DeskError> {
        self.0.pen.append(append).await.map_err(|error| self.not_appended(error))
    }

    /// What the pen's answer means to a caller. What is known of a stream that moved is forgotten.
    pub(super) fn not_appended(&self, error: AppendError) -> DeskError {
        match error {
            AppendError::Conflict(stream) => {
                self.forget(&stream);
                DeskError::Conflict
            }
            AppendError::AlreadyDone(record) => DeskError::Done(record),
            AppendError::LogWentBack { .. } => {
                self.forget_all();
                DeskError::Conflict
            }
            error @ (AppendError::Refused(_) | AppendError::Unavailable(_)) => DeskError::Append(error),
        }
    }

    async fn sealed(&self, facts: Facts, metadata: &Map<String, Value>) -> Result<StreamWrite, DeskError> {
        let subjects = facts.subjects();
        let ring = if subjects.is_empty() { None } else { Some(self.0.vault.ensure(&facts.owner(), &subjects).await?) };
        self.sealed_with(facts, metadata, ring.as_ref())
    }

    /// The facts of one stream as they are stored, sealed with the keys of its ring.
    pub(super) fn sealed_with(
        &self,
        facts: Facts,
        metadata: &Map<String, Value>,
        ring: Option<&Keyring>,
    ) -> Result<StreamWrite, DeskError> {
        let Facts { stream, expected, events } = facts;
        let mut sealed = Vec::with_capacity(events.len());
        for ((event_type, event_version, mut payload), sequence) in events.into_iter().zip(expected + 1..) {
            if let (Some(ring), Payload::Tree(tree)) = (ring, &mut payload) {
                let place = Place {
                    log_id: self.0.log.id(),
                    aggregate_type: stream.aggregate_type.clone(),
                    aggregate_id: stream.aggregate_id.clone(),
                    sequence,
                };
                seal(tree, &place, ring, &mut rand::rng())?;
            }
            sealed.push(NewEvent { event_type, event_version, payload, metadata: metadata.clone() });
        }
        Ok(StreamWrite { stream, expected, events: sealed })
    }

    fn stamp(&self, submission: &Submission) -> CommandStamp {
        let target = submission.order.target();
        let message = message(submission, &target);
        self.stamp_of(submission, target, &message)
    }

    /// What is remembered of a command whose body is `message`.
    pub(super) fn stamp_of(&self, submission: &Submission, target: StreamId, message: &[u8]) -> CommandStamp {
        CommandStamp {
            command_id: submission.command.0,
            actor: submission.caller.staff.to_string(),
            name: submission.order.name().to_owned(),
            mac_key: self.0.mac.id().to_owned(),
            body_mac: self.0.mac.mac(message),
            target,
        }
    }

    fn forget(&self, stream: &StreamId) {
        let id = &stream.aggregate_id;
        // Ids are unique across kinds, so whichever cache holds it is the right one.
        self.0.households.forget(id);
        self.0.agencies.forget(id);
        self.0.models.forget(id);
        self.0.staff.forget(id);
    }

    fn forget_all(&self) {
        self.0.households.clear();
        self.0.agencies.clear();
        self.0.models.clear();
        self.0.staff.clear();
        self.0.looked.clear();
        self.0.policies.clear();
        self.0.numbers.clear();
    }
}

/// What the keyed hash of a command covers: name, target and canonical body, each behind its length.
pub(super) fn message(submission: &Submission, target: &StreamId) -> Vec<u8> {
    let body = canonical_json(&submission.order.body());
    let mut message = Vec::with_capacity(body.len() + 128);
    for part in
        [submission.order.name().as_bytes(), target.aggregate_type.as_bytes(), target.aggregate_id.as_bytes(), &body]
    {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}

/// What is known of how a command's facts come to be recorded, without what only its decision knows.
pub(super) fn metadata(caller: &Caller, command: CommandId) -> Metadata {
    Metadata {
        command,
        request: caller.request,
        cause: None,
        actor: caller.staff,
        role: caller.role.as_str().to_owned(),
        on_behalf_of: None,
        channel: caller.channel,
        captured_at: None,
        device: None,
        batch: None,
        row: None,
        reason: None,
        rules: Vec::new(),
        app: APP.to_owned(),
    }
}
