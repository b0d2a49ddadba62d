//! A batch as the arrays that the function `log_append` takes.

use std::collections::HashMap;

use crate::log::append::StreamId;
use crate::log::ready::Ready;
use crate::log::stored::signed;

/// The arrays, named as in the function.
#[derive(Default)]
pub(super) struct Arrays<'a> {
    pub(super) careful: bool,
    pub(super) c_id: Vec<String>,
    pub(super) c_actor: Vec<&'a str>,
    pub(super) c_name: Vec<&'a str>,
    pub(super) c_type: Vec<&'a str>,
    pub(super) c_aggregate: Vec<&'a str>,
    pub(super) c_after: Vec<Option<i64>>,
    pub(super) c_before: Vec<i32>,
    pub(super) c_streams: Vec<i32>,
    pub(super) c_events: Vec<i32>,
    pub(super) c_key: Vec<&'a str>,
    pub(super) c_mac: Vec<&'a str>,
    pub(super) s_type: Vec<&'a str>,
    pub(super) s_aggregate: Vec<&'a str>,
    pub(super) s_expected: Vec<i64>,
    pub(super) s_write: Vec<bool>,
    pub(super) e_type: Vec<&'a str>,
    pub(super) e_aggregate: Vec<&'a str>,
    pub(super) e_sequence: Vec<i64>,
    pub(super) e_name: Vec<&'a str>,
    pub(super) e_version: Vec<&'a str>,
    pub(super) e_payload: Vec<&'a str>,
    pub(super) e_metadata: Vec<&'a str>,
}

impl<'a> Arrays<'a> {
    pub(super) fn of(batch: &'a [Ready]) -> Self {
        let mut arrays = Self { careful: !follows(batch), ..Self::default() };
        for append in batch {
            arrays.add(append);
        }
        arrays
    }

    fn add(&mut self, append: &'a Ready) {
        let stamp = &append.command;
        self.c_id.push(stamp.command_id.to_string());
        self.c_actor.push(&stamp.actor);
        self.c_name.push(&stamp.name);
        self.c_type.push(&stamp.target.aggregate_type);
        self.c_aggregate.push(&stamp.target.aggregate_id);
        self.c_after.push(append.target_after().map(signed));
        self.c_before.push(count(self.e_type.len()));
        self.c_streams.push(count(append.writes.len() + append.reads.len()));
        self.c_events.push(count(append.writes.iter().map(|write| write.events.len()).sum()));
        self.c_key.push(&stamp.mac_key);
        self.c_mac.push(&stamp.body_mac);
        for write in &append.writes {
            self.rests_on(&write.stream, write.expected, true);
            for (sequence, event) in (write.expected + 1..).zip(&write.events) {
                self.e_type.push(&write.stream.aggregate_type);
                self.e_aggregate.push(&write.stream.aggregate_id);
                self.e_sequence.push(signed(sequence));
                self.e_name.push(&event.event_type);
                self.e_version.push(&event.event_version);
                self.e_payload.push(&event.payload);
                self.e_metadata.push(&event.metadata);
            }
        }
        for read in &append.reads {
            self.rests_on(&read.stream, read.expected, false);
        }
    }

    fn rests_on(&mut self, stream: &'a StreamId, expected: u64, write: bool) {
        self.s_type.push(&stream.aggregate_type);
        self.s_aggregate.push(&stream.aggregate_id);
        self.s_expected.push(signed(expected));
        self.s_write.push(write);
    }
}

/// Whether the batch fits together in itself, so that the database's keys can judge it as one. It does not if a stream
/// is written on two grounds, or looked at after it was written.
fn follows(batch: &[Ready]) -> bool {
    let mut written: HashMap<&StreamId, u64> = HashMap::new();
    for append in batch {
        let target = &append.command.target;
        if append.target_after().is_none() && written.contains_key(target) {
            return false;
        }
        if append.reads.iter().any(|read| written.contains_key(&read.stream)) {
            return false;
        }
        for write in &append.writes {
            if written.insert(&write.stream, write.after()).is_some_and(|after| after != write.expected) {
                return false;
            }
        }
    }
    true
}

/// A batch has far fewer entries than an `i32` holds.
fn count(entries: usize) -> i32 {
    i32::try_from(entries).unwrap_or(i32::MAX)
}
