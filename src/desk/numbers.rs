//! Case numbers from a block that this node has reserved.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use events::area::AreaCode;
use events::case_no::CaseNo;
use events::facts::numbering::{NUMBERING, NumberingEvent};
use events::id::CommandId;
use events::log::StreamId;
use uuid::Uuid;

use super::commit::Facts;
use super::error::DeskError;
use super::load::closed;
use super::{Desk, Submission};
use crate::rules::numbering::Numbering;

/// What is left of each province's block: next and last.
#[derive(Debug, Default)]
pub(super) struct Numbers(Mutex<BTreeMap<AreaCode, (u32, u32)>>);

impl Numbers {
    /// Forgets the blocks: the log went back, so their reservation may be gone.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self, province: AreaCode) -> Option<u32> {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, last) = blocks.get_mut(&province)?;
        (*next <= *last).then(|| {
            *next += 1;
            *next - 1
        })
    }

    fn refill(&self, province: AreaCode, from: u32, to: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(province, (from, to));
    }
}

/// Some number of a province, to judge a command before a real one is taken.
pub(super) fn any_case_no(province: AreaCode) -> Option<CaseNo> {
    CaseNo::new(province.to_string().parse().ok()?, 1)
}

impl Desk {
    /// A number of a province that is reserved already, if there is one.
    pub(super) fn spare_case_no(&self, province: AreaCode) -> Option<CaseNo> {
        CaseNo::new(province.to_string().parse().ok()?, self.0.numbers.take(province)?)
    }

    /// The next number of a province; where none is left, `block` of them are reserved. A number that is not used in the
    /// end leaves a gap, which is fine.
    pub(super) async fn next_case_no(
        &self,
        submission: &Submission,
        province: AreaCode,
        block: u32,
    ) -> Result<CaseNo, DeskError> {
        let digits: u8 = province.to_string().parse().map_err(|_| DeskError::NoNumbersLeft)?;
        loop {
            if let Some(number) = self.0.numbers.take(province) {
                return CaseNo::new(digits, number).ok_or(DeskError::NoNumbersLeft);
            }
            self.reserve(submission, province, block).await?;
        }
    }

    /// Reserves a block. Another node that reserves at the same moment wins; the next round reads further.
    async fn reserve(&self, submission: &Submission, province: AreaCode, block: u32) -> Result<(), DeskError> {
        let stream = StreamId::new(NUMBERING, province.to_string());
        let mut numbering = Numbering::default();
        let mut sequence = 0;
        for event in self.0.log.load::<Numbering>(&stream.aggregate_id, 0).await? {
            sequence = event.sequence;
            numbering.evolve(&closed::<NumberingEvent>(event)?);
        }
        let reserved = numbering.reserve(block).ok_or(DeskError::NoNumbersLeft)?;
        // A command of its own, that follows from the one it serves and the block: a repeat reserves the same block.
        let id = Uuid::new_v5(&submission.command.0, format!("numbers/{province}/{}", reserved.from).as_bytes());
        let own = Submission { command: CommandId(id), ..submission.clone() };
        let event = NumberingEvent::NumbersReserved(reserved.clone());
        match self.append(&own, vec![Facts::of(stream, sequence, &[event])], Vec::new(), Vec::new(), None).await {
            Ok(_) => self.0.numbers.refill(province, reserved.from, reserved.to),
            // Somebody else reserved: look again. Done before by a request that was cut off: its block is lost.
            Err(DeskError::Conflict | DeskError::Done(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
