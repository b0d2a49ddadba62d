//! Who helps and by which rules: agencies, operating models, staff and policies, and the forms of what may be done to them.
//!
//! | file | question |
//! |---|---|
//! | `command` | how does a command of the API that is no household's become a form? |
//! | `staff`, `accounts` | who is on the staff, and how do they get in? |
//! | `policy` | how is a new version of a policy published? |
//! | `lists` | which are there, and how full are they? |
//! | `narrow` | which of a long list are shown? |

pub mod accounts;
pub mod command;
pub mod lists;
mod narrow;
pub mod policy;
pub mod staff;

use crate::access::{Action, Relation, may};
use crate::web::pages::locale::say;
use crate::web::pages::reader::Reader;

/// A command that is offered: where its form is, and its name.
pub type Offer = (String, String);

/// A kind of thing, as the API's addresses name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Agencies,
    Models,
    Staff,
    Policies,
}

impl Thing {
    const ALL: [Self; 4] = [Self::Agencies, Self::Models, Self::Staff, Self::Policies];

    /// As it stands in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agencies => "agencies",
            Self::Models => "models",
            Self::Staff => "staff",
            Self::Policies => "policies",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Agencies => Action::ManageAgencies,
            Self::Models => Action::ManageModels,
            Self::Staff => Action::ManageStaff,
            Self::Policies => Action::ManagePolicies,
        }
    }

    /// Whether a command of the API has a form here. That of a new version of a policy is a page of its own.
    fn takes(operation: &str) -> bool {
        operation != policy::PUBLISH
    }

    fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What this reader may do to a thing, as far as its state lets them hope.
pub fn offers(reader: &Reader, thing: Thing, id: &str, commands: &[&str]) -> Vec<Offer> {
    if may(reader.caller.role, thing.action(), Relation::InScope).is_err() {
        return Vec::new();
    }
    let one = |command: &&str| {
        let place = if id.is_empty() { String::new() } else { format!("/{id}") };
        (format!("/{}{place}/do/{command}", thing.as_str()), say(reader.language, &format!("do.{command}")))
    };
    commands.iter().map(one).collect()
}
