//! Attach a paper or file to a case: what it is, and how to know it again.

use chrono::NaiveDate;
use events::facts::household::{DocumentAttached, DocumentKind, HouseholdEvent};
use events::id::{DocumentId, PersonId, ReferralId};
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields, NAME};
use crate::rules::household::record::words;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// The largest file, in bytes.
const LARGEST: u64 = 50 * 1024 * 1024;
/// The longest media type, in characters.
const MEDIA_TYPE: usize = 100;

/// Attaches a document: what it is, and its hash. Whoever hands the file in besides asks `/documents`, which keeps it
/// sealed and gives this command; this command alone keeps no file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachDocument {
    /// The client may choose the id.
    #[serde(default)]
    pub document: Option<DocumentId>,
    /// The day it was made or received; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// What it is.
    pub kind: DocumentKind,
    /// Its media type, in lower case: `image/jpeg`.
    pub media_type: String,
    /// Its length in bytes, 50 MiB at most.
    #[schema(minimum = 1, maximum = 52_428_800)]
    pub size: u64,
    /// The SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// What it is called.
    pub title: String,
    /// Members it is about.
    #[serde(default)]
    pub about: Vec<PersonId>,
    /// The open referral for which it is handed in: an officer must name one of her agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralId>,
}

// A title may hold a name.
impl std::fmt::Debug for AttachDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttachDocument").field("kind", &self.kind).field("size", &self.size).finish_non_exhaustive()
    }
}

impl Rule for AttachDocument {
    const RECORDS: &'static [&'static str] = &["DocumentAttached"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn referral(&self) -> Option<ReferralId> {
        self.referral
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // Papers come late: also to a closed case.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        self.check(&mut fields);
        fields.entries("/about", self.about.len(), 0, ENTRIES);
        words::check_about("/about", &self.about, case, &mut fields);
        fields.finish()?;
        if let Some(referral) = self.referral {
            case.open_referral(referral)?;
        }
        let document = self.document.unwrap_or_else(|| DocumentId(asked.mint("document")));
        if case.documents.contains_key(&document) {
            return Err(Refusal::IdTaken);
        }
        if case.documents.values().any(|sha256| *sha256 == self.sha256) {
            return Err(Refusal::AlreadyAttached);
        }
        Ok(Decision::fact(HouseholdEvent::DocumentAttached(DocumentAttached {
            document,
            happened_on: on,
            kind: self.kind,
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: self.sha256.clone(),
            about: self.about.clone(),
            title: Sealed::open(Subject::new("document", document), "document.title", self.title.clone()),
        })))
    }
}

impl AttachDocument {
    fn check(&self, fields: &mut Fields) {
        fields.text("/title", &self.title, NAME);
        if !is_media_type(&self.media_type) {
            let (th, en) = ("ชนิดไฟล์ เช่น image/jpeg", "must be a media type in lower case, such as image/jpeg");
            fields.wrong("/media_type", "not_a_media_type", th, en);
        }
        if !(1..=LARGEST).contains(&self.size) {
            let (th, en) = (format!("1 ถึง {LARGEST} ไบต์"), format!("must be 1 to {LARGEST} bytes"));
            fields.wrong("/size", "out_of_range", th, en);
        }
        let is_hash = self.sha256.len() == 64 && self.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash {
            let (th, en) = ("เลขฐานสิบหก 64 หลัก", "must be 64 hexadecimal digits in lower case");
            fields.wrong("/sha256", "not_a_sha256", th, en);
        }
    }
}

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-'))
    };
    text.len() <= MEDIA_TYPE && text.split_once('/').is_some_and(|(kind, sub)| part(kind) && part(sub))
}
