//! Free words: their bounds, whom they may be about, and how they are sealed.

use events::facts::people::Words;
use events::id::PersonId;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};

use crate::rules::Asked;
use crate::rules::field::{Fields, WORDS};
use crate::rules::household::state::Case;

/// Words as somebody says them, and whom they are about.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Members they are about.
    #[serde(default)]
    pub about: Vec<events::id::PersonId>,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// Checks words and whom they are about.
pub(in crate::rules::household) fn check(pointer: &str, said: Option<&Said>, case: &Case, fields: &mut Fields) {
    if let Some(said) = said {
        fields.text(&format!("{pointer}/text"), &said.text, WORDS);
        check_about(&format!("{pointer}/about"), &said.about, case, fields);
    }
}

/// Checks that those whom something is about are members, each named once.
pub(super) fn check_about(pointer: &str, about: &[PersonId], case: &Case, fields: &mut Fields) {
    for (at, person) in about.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        if !case.members.contains_key(person) {
            fields.wrong(pointer, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household");
        } else if about.iter().take(at).any(|before| before == person) {
            fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}

/// Words under a subject of their own.
pub(in crate::rules::household) fn sealed(tag: &str, said: Option<&Said>, asked: &Asked<'_>) -> Option<Words> {
    said.map(|said| of(tag, said, asked))
}

/// The same where somebody must say something.
pub(in crate::rules::household) fn of(tag: &str, said: &Said, asked: &Asked<'_>) -> Words {
    Words {
        about: said.about.clone(),
        text: Sealed::open(Subject::new("note", asked.mint(tag)), tag, said.text.clone()),
    }
}
