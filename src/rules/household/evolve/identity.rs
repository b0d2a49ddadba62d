//! Families, people noted twice, and papers.

use events::facts::household::{DocumentAttached, FamilyGrouped, SamePersonNoted, SamePersonRejected};

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, Resemblance};

pub(super) fn grouped(case: &mut Case, it: &FamilyGrouped) -> Fits {
    for (person, member) in &mut case.members {
        if it.members.contains(person) {
            member.family = Some(it.family);
        } else if member.family == Some(it.family) {
            member.family = None;
        }
    }
    named(case, it.members.iter())
}

pub(super) fn noted(case: &mut Case, it: &SamePersonNoted) -> Fits {
    let new = case.resemblance(it.person, it.household, it.other).is_none();
    let resemblance = Resemblance { person: it.person, household: it.household, other: it.other, rejected: false };
    case.resemblances.push(resemblance);
    named(case, [it.person].iter())?;
    new.then_some(()).ok_or("it was noted before")
}

pub(super) fn rejected(case: &mut Case, it: &SamePersonRejected) -> Fits {
    let same =
        |found: &&mut Resemblance| (found.person, found.household, found.other) == (it.person, it.household, it.other);
    let found = case.resemblances.iter_mut().find(same).ok_or("it was never noted")?;
    let again = std::mem::replace(&mut found.rejected, true);
    (!again).then_some(()).ok_or("it was rejected before")
}

pub(super) fn attached(case: &mut Case, it: &DocumentAttached) -> Fits {
    let new = case.documents.insert(it.document, it.sha256.clone()).is_none();
    named(case, it.about.iter())?;
    new.then_some(()).ok_or("the document was attached before")
}
