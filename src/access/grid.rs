//! The policy as a table that a supervisor can read: `docs/access.md` is made from it.

use std::fmt::Write;

use crate::rules::household::command::Name;

use super::caller::Role;
use super::policy::{Action, Relation, Sight, may, sight};

/// Every action, in the order of the table.
pub fn actions() -> Vec<(Action, String)> {
    let households = Name::ALL.into_iter().map(|name| (Action::Household(name), name.as_str().to_owned()));
    let rest = [
        (Action::ReadCase, "read a case"),
        (Action::ReadHistory, "read a case's history"),
        (Action::ReadPersonFile, "hand out what is held of one person"),
        (Action::ReadAccessLog, "read who looked at a household"),
        (Action::BreakGlass, "break the glass: read one elsewhere for three hours"),
        (Action::ListHouseholds, "list and search households"),
        (Action::ListReferrals, "list referrals"),
        (Action::ListTasks, "list what must be done by when"),
        (Action::ListComplaints, "list complaints and requests that wait"),
        (Action::ReadReports, "read backlog and reports"),
        (Action::ReadFeed, "follow the whole log"),
        (Action::ImportFiles, "hand in and record files"),
        (Action::OverseeImports, "see how imports of the own areas stand"),
        (Action::ManageAgencies, "manage agencies"),
        (Action::ManageModels, "manage operating models"),
        (Action::ManageStaff, "manage staff"),
        (Action::ManagePolicies, "publish and withdraw policies"),
    ];
    households.chain(rest.map(|(action, words)| (action, words.to_owned()))).collect()
}

/// The table in Markdown: yes in scope, `referred` where only an open referral to the own agency opens it, blank is no.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Who may do what\n\nMade from `src/access/policy.rs` by the test `access_grid_is_current`; don't edit.\n\n\
         `yes`: within the own areas or LAOs. `referred`: only for households with a referral open at the own agency.\n\
         Outside that, a household does not exist: the answer is 404.\n\n| |",
    );
    for role in Role::ALL {
        let _ = write!(text, " {role} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    text.push('\n');
    for (action, words) in actions() {
        let _ = write!(text, "| {words} |");
        for role in Role::ALL {
            let relation = if role == Role::AgencyOfficer { Relation::ReferredToMyAgency } else { Relation::InScope };
            let cell = match (may(role, action, relation), relation) {
                (Ok(()), Relation::ReferredToMyAgency) => "referred",
                (Ok(()), Relation::InScope | Relation::None) => "yes",
                (Err(_), _) => "",
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text.push_str("| sees personal values |");
    for role in Role::ALL {
        let cell = match sight(role) {
            Sight::Clear => "yes",
            Sight::Disclosed => "disclosed fields",
            Sight::Masked => "masked",
        };
        let _ = write!(text, " {cell} |");
    }
    text.push('\n');
    text
}
