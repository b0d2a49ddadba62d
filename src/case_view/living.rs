//! Where a household lives, who is of it, and its papers, as a reader sees them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::area::Place;
use events::facts::household::{DisclosedField, DocumentKind, HeadChanged, HouseholdEvent, MatchedBy};
use events::facts::people::Relation;
use events::id::{DocumentId, HouseholdId, PersonId};
use serde::Serialize;
use utoipa::ToSchema;

use super::lens::{Lens, Shown};
use super::view::{CaseView, MemberView};

/// A move within the province.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MoveView {
    /// The day.
    pub on: NaiveDate,
    /// Where it lived.
    pub from: Place,
    /// Where it lives since.
    pub to: Place,
}

/// A paper or file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentView {
    /// The document.
    pub document: DocumentId,
    /// The day it was made or received.
    pub on: NaiveDate,
    /// What it is.
    pub kind: DocumentKind,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Members it is about.
    pub about: Vec<PersonId>,
    /// What it is called.
    pub title: Shown,
    /// Whether its file is kept, and this reader is given it.
    pub file: bool,
}

/// The question whether a member is the same person as one of another household.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResemblanceView {
    /// The day it was seen.
    pub on: NaiveDate,
    /// The person here.
    pub person: PersonId,
    /// The other household; none: it lies where this reader may not look.
    pub household: Option<HouseholdId>,
    /// The person there; none with the household.
    pub other: Option<PersonId>,
    /// How they matched.
    pub by: MatchedBy,
    /// The day somebody found them to be two; none: nobody has answered.
    pub rejected_on: Option<NaiveDate>,
}

/// Adds what one fact says of place, members and papers.
pub(super) fn add(view: &mut CaseView, fact: &HouseholdEvent, lens: &Lens) {
    use HouseholdEvent as E;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other facts have their place elsewhere")]
    match fact {
        E::SourceAdded(it) => view.sources.push(it.source),
        E::AddressRecorded(it) => view.address = Some(lens.field(DisclosedField::Address, &it.address)),
        E::AddressCorrected(it) => {
            if let Some(address) = &it.address {
                view.address = Some(lens.field(DisclosedField::Address, address));
            }
        }
        E::MovedWithinArea(it) => {
            view.address = it.address.as_ref().map(|address| lens.field(DisclosedField::Address, address));
            view.house_code = None;
            view.moves.push(MoveView { on: it.happened_on, from: it.from, to: it.place });
        }
        E::HouseCodeRecorded(it) => view.house_code = Some(lens.field(DisclosedField::Address, &it.house_code)),
        E::DocumentAttached(it) => view.documents.push(DocumentView {
            document: it.document,
            on: it.happened_on,
            kind: it.kind,
            media_type: it.media_type.clone(),
            size: it.size,
            sha256: it.sha256.clone(),
            about: it.about.clone(),
            title: lens.inner(&it.title),
            // Whoever shows it to somebody asks the vault.
            file: false,
        }),
        E::MemberDied(it) => member(view, it.person, |member| {
            member.left_on = Some(it.happened_on);
            member.died = true;
        }),
        E::MemberCorrected(it) => {
            let details = lens.person(&it.details);
            member(view, it.person, |member| {
                (member.sex, member.relation, member.residence) = (it.sex, it.relation, it.residence);
                member.details = details;
            });
        }
        E::ResidenceStatusChanged(it) => member(view, it.person, |member| member.residence = it.residence),
        E::HeadChanged(it) => change_head(view, it),
        E::FamilyGrouped(it) => {
            for member in &mut view.members {
                if it.members.contains(&member.person) {
                    member.family = Some(it.family);
                } else if member.family == Some(it.family) {
                    member.family = None;
                }
            }
        }
        E::SamePersonNoted(it) => view.resemblances.push(ResemblanceView {
            on: it.happened_on,
            person: it.person,
            household: Some(it.household),
            other: Some(it.other),
            by: it.by,
            rejected_on: None,
        }),
        E::SamePersonRejected(it) => {
            let same = |found: &&mut ResemblanceView| {
                (found.person, found.household, found.other) == (it.person, Some(it.household), Some(it.other))
            };
            if let Some(found) = view.resemblances.iter_mut().find(same) {
                found.rejected_on = Some(it.happened_on);
            }
        }
        _ => {}
    }
}

fn member(view: &mut CaseView, id: PersonId, change: impl FnOnce(&mut MemberView)) {
    view.members.iter_mut().find(|it| it.person == id).map(change);
}

fn change_head(view: &mut CaseView, it: &HeadChanged) {
    for kin in &it.relations {
        member(view, kin.person, |member| member.relation = kin.relation);
    }
    member(view, it.head, |member| member.relation = Relation::Head);
}

/// Takes away what an agency does not need. What its officer handed in herself stays.
pub(super) fn narrow(view: &mut CaseView, own: &BTreeSet<DocumentId>) {
    view.moves.clear();
    view.documents.retain(|it| own.contains(&it.document));
    view.resemblances.clear();
}
