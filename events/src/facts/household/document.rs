//! Facts about papers and files that belong to a case.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::household::told::Told;
use crate::id::{DocumentId, PersonId};
use crate::sealed::Sealed;

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// บัตรประชาชน
    IdCard,
    /// ทะเบียนบ้าน
    HouseRegister,
    /// A signed consent.
    ConsentForm,
    /// From a doctor or hospital.
    Medical,
    /// Wages, sales, debts.
    Income,
    /// Right to land or house.
    Land,
    /// From a school.
    School,
    /// A death certificate.
    DeathCertificate,
    /// A photograph.
    Photo,
    /// Something else.
    Other,
}

/// A paper or file belongs to the case.
///
/// The fact says what it is and how to know it again. Its file, where one was handed in, stands sealed in the vault,
/// under the same key as its title; of a document that was only told there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DocumentAttached {
    /// The document.
    pub document: DocumentId,
    /// The day it was made or received.
    pub happened_on: NaiveDate,
    /// What it is.
    pub kind: DocumentKind,
    /// Its media type: `image/jpeg`.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// Members it is about: erasing one of them erases it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<PersonId>,
    /// What it is called, tag `document.title`, sealed under the document.
    #[schema(value_type = Object)]
    pub title: Sealed<String>,
}

impl Told for DocumentAttached {
    fn schema(&self) -> Schema {
        Schema::new("DocumentAttached", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
