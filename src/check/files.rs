//! The files of documents: each opens and is the one that its fact tells of. A document that was only told has none.

use std::collections::{BTreeMap, BTreeSet};

use events::log::StoredEvent;
use events::sealed::Subject;
use events::vault::{RingOwner, VaultError};
use sha2::{Digest, Sha256};

use super::{CheckError, Invariant, Report};
use crate::app::House;

/// So many documents are asked for at once.
const AT_ONCE: usize = 500;

/// The documents that the log tells of.
#[derive(Default)]
pub(super) struct Papers(BTreeMap<Subject, Paper>);

struct Paper {
    owner: RingOwner,
    sha256: String,
    position: u64,
}

impl Papers {
    /// Remembers a document.
    pub(super) fn see(&mut self, event: &StoredEvent) {
        if event.event_type != "DocumentAttached" {
            return;
        }
        if let (Some(document), Some(sha256)) = (event.payload["document"].as_str(), event.payload["sha256"].as_str()) {
            let owner = RingOwner::new(&event.stream.aggregate_type, &event.stream.aggregate_id);
            let paper = Paper { owner, sha256: sha256.to_owned(), position: event.position };
            self.0.insert(Subject::new("document", document), paper);
        }
    }

    /// Looks at every file of those that were not erased.
    pub(super) async fn finish(
        mut self,
        house: &House,
        erased: &BTreeSet<String>,
        report: &mut Report,
    ) -> Result<(), CheckError> {
        self.0.retain(|subject, _| !erased.contains(subject.as_str()));
        let subjects: Vec<Subject> = self.0.keys().cloned().collect();
        let mut without = subjects.len();
        for some in subjects.chunks(AT_ONCE) {
            for subject in house.vault.attached_among(some).await? {
                without -= 1;
                if let Some(paper) = self.0.get(&subject) {
                    report.looked_at(Invariant::Seals, 1);
                    match house.vault.attached(&paper.owner, &subject).await {
                        Ok(Some(bytes)) if hex::encode(Sha256::digest(&bytes)) == paper.sha256 => {}
                        // It was erased while this looked.
                        Err(VaultError::Erased(_)) => {}
                        Ok(_) => report.wrong(
                            Invariant::Seals,
                            Some(paper.position),
                            format!("the file of {subject} is not the one that was attached"),
                        ),
                        Err(error @ VaultError::Damaged { .. }) => {
                            report.wrong(Invariant::Seals, Some(paper.position), error.to_string());
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        if without > 0 {
            report.notes.push(format!("{without} documents were only told: no file of them is kept here"));
        }
        Ok(())
    }
}
