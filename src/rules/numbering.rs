//! Case numbers: reserved in blocks, so that identifying never contends.

use events::case_no::CaseNo;
use events::facts::numbering::{NumberingEvent, NumbersReserved};
use serde::{Deserialize, Serialize};

/// How many numbers a node reserves at a time.
pub const BLOCK: u32 = 500;

/// The numbers of one province.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// The last number reserved so far.
    pub last: u32,
}

impl Numbering {
    /// Moves past one fact.
    pub fn evolve(&mut self, event: &NumberingEvent) {
        let NumberingEvent::NumbersReserved(reserved) = event;
        self.last = self.last.max(reserved.to);
    }

    /// Reserves the next block; `None` when the province has used all its numbers.
    pub fn reserve(&self, n: u32) -> Option<NumbersReserved> {
        let from = self.last + 1;
        let to = self.last.saturating_add(n.max(1)).min(CaseNo::GREATEST);
        (from <= to).then_some(NumbersReserved { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_each_other_and_end_with_the_last_number() {
        let mut numbering = Numbering::default();
        let first = numbering.reserve(BLOCK).unwrap();
        assert_eq!((first.from, first.to), (1, 500));
        numbering.evolve(&NumberingEvent::NumbersReserved(first));
        assert_eq!(numbering.reserve(10), Some(NumbersReserved { from: 501, to: 510 }));
        numbering.last = CaseNo::GREATEST - 1;
        assert_eq!(numbering.reserve(10), Some(NumbersReserved { from: CaseNo::GREATEST, to: CaseNo::GREATEST }));
        numbering.last = CaseNo::GREATEST;
        assert_eq!(numbering.reserve(10), None);
    }
}
