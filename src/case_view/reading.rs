//! One household as one reader may see it: the only way from its facts to a page, an answer of the API or a line of the
//! terminal.

use std::collections::BTreeSet;

use events::facts::household::{ComplaintAbout, HouseholdEvent};
use events::id::{DocumentId, StaffId};
use events::sealed::SealedState;

use super::elsewhere::Beyond;
use super::fold::case_view;
use super::history::{History, Moment};
use super::lens::Lens;
use super::timeline::{TimelineEntry, timeline};
use super::view::CaseView;
use crate::access::Caller;
use crate::desk::{Desk, DeskError};

/// A household through the eyes of one reader, at one moment.
#[derive(Debug, Clone)]
pub struct Reading {
    shown: History,
    lens: Lens,
    beyond: Beyond,
    past: bool,
    whole: u64,
    /// Documents that the reader handed in herself.
    own: BTreeSet<DocumentId>,
}

impl Reading {
    /// What a caller, who may read the household at all, sees of it; none: it was not known at that moment.
    pub async fn of(
        desk: &Desk,
        caller: &Caller,
        history: &History,
        moment: Moment,
        lens: Lens,
    ) -> Result<Option<Self>, DeskError> {
        let Some(shown) = history.until(moment) else { return Ok(None) };
        let (past, whole) = (shown.entries.len() < history.entries.len(), history.sequence());
        let beyond = Beyond::of(desk, caller, &shown).await?;
        let own = handed_in_by(caller.staff, &shown);
        Ok(Some(Self { shown: without_what_was_said_of(caller.staff, shown), lens, beyond, past, whole, own }))
    }

    /// The case that the facts add up to.
    pub fn case(&self) -> Option<CaseView> {
        let mut view = case_view(&self.shown, &self.lens, &self.own)?;
        self.beyond.hide(&mut view);
        Some(view)
    }

    /// The facts in order.
    pub fn timeline(&self) -> Vec<TimelineEntry> {
        let mut entries = timeline(&self.shown, &self.lens);
        for entry in &mut entries {
            self.beyond.hide_in(&entry.event, &mut entry.fact);
        }
        entries
    }

    /// The facts behind it, what this reader must not read taken out.
    pub const fn history(&self) -> &History {
        &self.shown
    }

    /// Whether the document's file is shown to this reader.
    pub fn shows_paper(&self, document: DocumentId) -> bool {
        self.lens.paper(document, self.own.contains(&document))
    }

    /// How far the reader sees.
    pub const fn lens(&self) -> &Lens {
        &self.lens
    }

    /// The sequence of the last fact that there is, shown or not.
    pub const fn whole(&self) -> u64 {
        self.whole
    }

    /// Whether there are later facts that it does not show.
    pub const fn is_past(&self) -> bool {
        self.past
    }
}

/// The documents that somebody handed in.
fn handed_in_by(staff: StaffId, history: &History) -> BTreeSet<DocumentId> {
    let own = history.entries.iter().filter(|entry| entry.metadata.actor == staff);
    let document = |fact: &HouseholdEvent| {
        if let HouseholdEvent::DocumentAttached(it) = fact { Some(it.document) } else { None }
    };
    own.filter_map(|entry| document(&entry.fact)).collect()
}

/// What was said in a complaint about somebody of the staff, by and about whom, and the answer are not hers to read.
fn without_what_was_said_of(staff: StaffId, mut history: History) -> History {
    let mut about_her = BTreeSet::new();
    for entry in &mut history.entries {
        #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else speaks of a complaint")]
        let words = match &mut entry.fact {
            HouseholdEvent::ComplaintReceived(it) if it.about == (ComplaintAbout::Staff { staff: Some(staff) }) => {
                about_her.insert(it.complaint);
                &mut it.words
            }
            HouseholdEvent::ComplaintAnswered(it) if about_her.contains(&it.complaint) => &mut it.words,
            _ => continue,
        };
        words.about.clear();
        if !words.text.is_erased() {
            words.text.state = SealedState::Closed(serde_json::Value::Null);
        }
    }
    history
}
